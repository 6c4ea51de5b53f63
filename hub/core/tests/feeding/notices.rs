//! The feed of a sender organization: what it tells, to which application, in which order, and for how long.

use std::time::Duration;

use hub_core::access::following::{AskedChanges, Begin};
use hub_core::access::sender::{SenderAccess, SenderChange, SenderChangePage};
use hub_core::error::Error;
use hub_core::mailbox::Number;
use hub_core::number::Ssin;

use crate::common::{World, enterprise, for_each_database};
use crate::parties::{BANK, grants, log_in, second_provider, write_to};
use crate::{ALL, Follower, sequence};

/// A sender application that follows the feed of its organization.
pub(crate) struct Desk<'w> {
    world: &'w World,
    access: SenderAccess,
    cursor: Option<String>,
}

impl<'w> Desk<'w> {
    /// One of the tax administration that has read nothing.
    pub(crate) async fn new(world: &'w World) -> Self {
        Self::of(world, "demo-tax").await
    }

    pub(crate) async fn of(world: &'w World, application: &str) -> Self {
        Self { world, access: world.sender(application, "feed").await, cursor: None }
    }

    pub(crate) async fn page(&self, begin: Begin<'_>, size: usize) -> Result<SenderChangePage, Error> {
        self.access.changes(None, AskedChanges { size: Some(size), begin, wait: None }).await
    }

    /// Everything since the last time, sequenced before; three at a time, so that pages end everywhere.
    pub(crate) async fn news(&mut self) -> Vec<SenderChange> {
        sequence(self.world).await;
        let mut news = Vec::new();
        loop {
            let begin = self.cursor.as_deref().map_or(Begin::Oldest, Begin::After);
            let page = self.page(begin, 3).await.unwrap();
            news.extend(page.items);
            self.cursor = Some(page.next);
            if page.retry_after > 0 {
                return news;
            }
        }
    }

    /// [`Self::news`] in words.
    pub(crate) async fn hears(&mut self) -> Vec<&'static str> {
        self.news().await.iter().map(|change| change.kind.name()).collect()
    }

    /// [`Self::hears`] with a new token, so many days later and after the hub has done its work.
    pub(crate) async fn hears_after(&mut self, days: u32) -> Vec<&'static str> {
        self.world.clock.advance(Duration::from_secs(86_400) * days);
        let upkeep = self.world.hub.upkeep();
        while upkeep.expire().await.unwrap() > 0 {}
        while upkeep.remind_senders().await.unwrap() > 0 {}
        while upkeep.look_at_followed(100).await.unwrap() > 0 {}
        self.access = self.world.sender("demo-tax", "feed").await;
        self.hears().await
    }
}

/// Opens the only message of a citizen in the portal.
pub(crate) async fn opens(world: &World, person: &Ssin) {
    let session = log_in(world, person, None).await;
    let citizen = world.hub.citizen(&session).await.unwrap();
    let mailbox = citizen.mailbox().await.unwrap().id;
    let page = citizen.messages(&mailbox, hub_core::access::citizen::Shelf::Mailbox, None).await.unwrap();
    citizen.message(&mailbox, &page.items[0].id).await.unwrap();
}

#[tokio::test]
async fn a_sender_is_told_what_became_of_its_message_each_fact_once() {
    for_each_database(async |world| {
        let anna = world.citizen(1, true).await;
        let held = grants(world, &anna, BANK, &ALL).await;
        let mut desk = Desk::new(world).await;
        let id = write_to(world, &Number::Ssin(anna.clone()), "Aanslag").await;
        let told = desk.news().await;
        assert_eq!(told.len(), 1);
        assert_eq!(
            (told[0].kind.name(), told[0].message.as_deref()),
            ("messageAvailable", Some(id.as_str()))
        );
        assert!(told[0].recipient.is_none());

        let message = held.list(world).await.remove(0).id;
        for _ in 0..2 {
            held.open(world).await.message(held.mailbox(), &message).await.unwrap();
        }
        assert_eq!(desk.hears().await, ["messageRetrieved"], "a machine fetched it, once");
        for _ in 0..2 {
            opens(world, &anna).await;
        }
        held.open(world).await.report_opened(held.mailbox(), &message).await.unwrap();
        assert_eq!(desk.hears().await, ["messageOpened"], "a person opened it, once, wherever");
        assert_eq!(desk.hears_after(200).await, ["messageExpired"]);
    })
    .await;
}

#[tokio::test]
async fn an_opening_that_a_provider_reports_is_told_like_any_other() {
    for_each_database(async |world| {
        let anna = world.citizen(1, true).await;
        let held = grants(world, &anna, BANK, &ALL).await;
        write_to(world, &Number::Ssin(anna.clone()), "Aanslag").await;
        let mut desk = Desk::new(world).await;
        let message = held.list(world).await.remove(0).id;

        held.open(world).await.report_opened(held.mailbox(), &message).await.unwrap();

        assert_eq!(desk.hears().await, ["messageAvailable", "messageOpened"]);
    })
    .await;
}

#[tokio::test]
async fn a_feed_is_for_its_organization_and_for_the_types_of_the_application_that_asks() {
    for_each_database(async |world| {
        let second = r#"
            environment = "demo"
            [[sender_application]]
            id = "demo-refunds"
            code = "demo:tax:refunds"
            name = { en = "Refunds" }
            [[message_type]]
            id = "tax-refund"
            name = { nl = "Terugbetaling" }
            validity = "P6M"
            media_types = ["application/pdf"]
            [[trio]]
            organization = "0001001078"
            application = "demo-refunds"
            message_type = "tax-refund"
            [[certificate]]
            role = "sender"
            anchor = "test"
            client_id = "demo-refunds"
            san_uri = "urn:test:demo-refunds"
            "#;
        world.apply(second).await;
        let anna = world.citizen(1, true).await;
        let (mut tax, mut refunds, mut family) = (
            Desk::new(world).await,
            Desk::of(world, "demo-refunds").await,
            Desk::of(world, "demo-family").await,
        );
        write_to(world, &Number::Ssin(anna.clone()), "Aanslag").await;

        let told = tax.news().await;
        assert_eq!(told.len(), 1);
        assert!(refunds.news().await.is_empty(), "of a type that is not registered for it");
        assert!(family.news().await.is_empty(), "of another organization");

        let also = "environment = \"demo\"\n[[trio]]\norganization = \"0001001078\"\napplication = \"demo-refunds\"\n\
                    message_type = \"tax-assessment\"\n";
        world.apply(also).await;
        let seen = refunds.page(Begin::Oldest, 10).await.unwrap().items;
        assert_eq!(
            (seen.len(), &seen[0].message, &seen[0].id),
            (1, &told[0].message, &told[0].id),
            "the ids are the organization's"
        );
        // its cursor is good for its sister, which follows the same feed, and for nobody else
        let cursor = tax.cursor.clone().unwrap();
        assert!(refunds.page(Begin::After(&cursor), 10).await.is_ok());
        let foreign = family.page(Begin::After(&cursor), 10).await.unwrap_err();
        assert!(matches!(foreign, Error::Invalid(_)), "{foreign:?}");
    })
    .await;
}

#[tokio::test]
async fn who_speaks_for_several_organizations_names_one_of_them() {
    for_each_database(async |world| {
        let both = "environment = \"demo\"\n[[trio]]\norganization = \"0001002068\"\napplication = \"demo-tax\"\n\
                    message_type = \"family-benefits\"\n";
        world.apply(both).await;
        let desk = Desk::new(world).await;
        let asked = AskedChanges::default();
        let unsaid = desk.access.changes(None, asked).await.unwrap_err();
        assert!(matches!(unsaid, Error::Invalid(issues) if issues[0].kind == "requiredInput"));
        for organization in ["0001001078", "0001002068"] {
            assert_eq!(
                desk.access.changes(Some(organization), asked).await.unwrap().organization,
                organization
            );
        }
        let foreign = enterprise(900).to_string();
        for organization in [foreign.as_str(), "0001001078 ", ""] {
            let refused = desk.access.changes(Some(organization), asked).await.unwrap_err();
            assert!(matches!(refused, Error::Invalid(issues) if issues[0].kind == "trioNotRegistered"));
        }
        assert_eq!(world.count("SELECT COUNT(*) FROM audit_write WHERE action = 'refused'").await, 3);
    })
    .await;
}

#[tokio::test]
async fn a_cursor_of_another_life_from_before_the_floor_or_changed_in_one_bit_is_told_apart() {
    for_each_database(async |world| {
        let anna = world.citizen(1, true).await;
        let mut desk = Desk::new(world).await;
        assert!(desk.news().await.is_empty());
        let old = desk.cursor.clone().unwrap();
        write_to(world, &Number::Ssin(anna.clone()), "Aanslag").await;
        assert_eq!(desk.hears().await, ["messageAvailable"]);

        let bytes = data_encoding::BASE64URL_NOPAD.decode(old.as_bytes()).unwrap();
        for bit in 0..bytes.len() * 8 {
            let mut changed = bytes.clone();
            changed[bit / 8] ^= 1 << (bit % 8);
            let changed = data_encoding::BASE64URL_NOPAD.encode(&changed);
            let refused = desk.page(Begin::After(&changed), 3).await;
            assert!(matches!(refused, Err(Error::Invalid(_))), "bit {bit}");
        }
        // two bursts, forgotten one after the other
        world.clock.advance(Duration::from_secs(31 * 86_400));
        world.hub.upkeep().forget().await.unwrap();
        assert_eq!(world.count("SELECT COUNT(*) FROM notice").await, 0);
        desk.access = world.sender("demo-tax", "feed").await;
        let outdated = desk.page(Begin::After(&old), 3).await;
        assert!(matches!(outdated, Err(Error::Resync)), "older than what is kept");
        let still = desk.cursor.clone().unwrap();
        assert!(desk.page(Begin::After(&still), 3).await.is_ok(), "nothing after it is missing");
        let latest = desk.page(Begin::Latest, 3).await.unwrap();
        assert!(latest.items.is_empty() && desk.page(Begin::After(&latest.next), 3).await.is_ok());
    })
    .await;
}

#[tokio::test]
async fn the_positions_are_those_of_the_providers_and_neither_is_told_what_is_the_others() {
    for_each_database(async |world| {
        second_provider(world).await;
        let anna = world.citizen(1, true).await;
        let held = grants(world, &anna, BANK, &ALL).await;
        let (mut bank, mut desk) = (Follower::new(world, BANK).await, Desk::new(world).await);
        assert_eq!(bank.hears().await, ["consentGranted"]);
        write_to(world, &Number::Ssin(anna.clone()), "Aanslag").await;
        let message = held.list(world).await.remove(0).id;
        held.open(world).await.message(held.mailbox(), &message).await.unwrap();
        opens(world, &anna).await;

        assert_eq!(bank.hears().await, ["messageAvailable", "messageRead"], "not who fetched or opened it");
        assert_eq!(
            desk.hears().await,
            ["messageAvailable", "messageRetrieved", "messageOpened"],
            "not the flag"
        );
        let (alone,): (i64,) = world.row("SELECT COUNT(*) FROM feed WHERE kind = 'notice'").await;
        assert_eq!(alone, 0);
    })
    .await;
}

#[tokio::test]
async fn what_a_page_tells_is_in_the_audit_and_a_page_that_tells_nothing_is_not() {
    for_each_database(async |world| {
        let anna = world.citizen(1, true).await;
        let mut desk = Desk::new(world).await;
        desk.news().await;
        let told = "SELECT COUNT(*) FROM audit_write WHERE action = 'followChanges' AND actor = 'demo-tax'";
        assert_eq!(world.count(told).await, 0);
        write_to(world, &Number::Ssin(anna.clone()), "Aanslag").await;
        desk.news().await;
        assert_eq!(world.count(told).await, 1);
        let (object,): (String,) =
            world.row("SELECT object FROM audit_write WHERE action = 'followChanges'").await;
        assert_eq!(object, "0001001078:messageAvailable=1", "how many of which kind");
    })
    .await;
}
