//! The access log as the citizen sees it: every disclosure once, in pages of whole days, and nobody else's.

use std::collections::BTreeSet;
use std::time::Duration;

use hub_core::access::citizen::{
    CitizenAccess, Own, Shelf, Usage, UsageAsked, UsageReader, Used, UsedMessage,
};
use hub_core::access::provider::AskedPage;
use hub_core::id::MailboxId;
use hub_core::journal::{Disclosed, Journal, Reader, Reading};
use hub_core::mailbox::Number;
use hub_core::random::Random;
use uuid::Uuid;

use crate::common::{World, enterprise, for_each_database};
use crate::parties::{
    BANK, OTHER, grants, letter, log_in, pdf, publish, represents, second_provider, write_to,
};
use crate::{ALL, expect_invalid, expect_not_found};

/// The person's access to their own mailbox, and that mailbox as they know it.
async fn of(world: &World, session: &str) -> (CitizenAccess, String) {
    let citizen = world.hub.citizen(session).await.unwrap();
    let mailbox = citizen.mailbox().await.unwrap().id;
    (citizen, mailbox)
}

async fn log(world: &World, session: &str, asked: &UsageAsked<'_>) -> Vec<Usage> {
    world.hub.upkeep().load_journal().await.unwrap();
    let (citizen, mailbox) = of(world, session).await;
    citizen.find_usage(&mailbox, asked).await.unwrap().entries
}

fn brand(usage: &Usage) -> &str {
    match &usage.reader {
        UsageReader::App { brand, .. } => brand,
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn every_disclosure_to_a_provider_is_in_the_log_with_its_consent_and_nobody_else_sees_it() {
    for_each_database(async |world| {
        let (anna, bert) = (world.citizen(1, true).await, world.citizen(2, true).await);
        second_provider(world).await;
        write_to(world, &Number::Ssin(anna.clone()), "Aanslagbiljet").await;
        let (bank, other) =
            (grants(world, &anna, BANK, &ALL).await, grants(world, &anna, OTHER, &["list"]).await);
        let message = bank.list(world).await.remove(0).id;
        bank.open(world).await.mailboxes(None, None).await.unwrap();
        bank.open(world).await.message(bank.mailbox(), &message).await.unwrap();
        other.list(world).await;

        let entries = log(world, &other.session, &UsageAsked::default()).await;
        let said: Vec<_> = entries.iter().map(|usage| (brand(usage), usage.used.clone())).collect();
        assert_eq!(said.len(), 4, "{said:?}");
        assert_eq!(said[0], ("Demo Other", Used::List));
        let Used::Message(opened) = &said[1].1 else { panic!("{said:?}") };
        assert_eq!(opened.subject.as_ref().unwrap()["nl"], "Aanslagbiljet");
        assert_eq!(said[2..], [("Demo Bank", Used::Summary), ("Demo Bank", Used::List)]);

        let (citizen, _) = of(world, &bank.session).await;
        for consent in citizen.consents().await.unwrap() {
            let asked = UsageAsked { consent: Some(&consent.id), ..UsageAsked::default() };
            let through = log(world, &bank.session, &asked).await;
            let all = entries.iter().filter(|usage| brand(usage) == consent.standing.brand);
            assert_eq!(through.len(), all.clone().count(), "{}", consent.standing.brand);
            assert!(all.clone().all(|usage| usage.consent.as_deref() == Some(consent.id.as_str())));
        }

        let of_bert = log_in(world, &bert, None).await;
        assert!(log(world, &of_bert, &UsageAsked::default()).await.is_empty());
        let (bert, _) = of(world, &of_bert).await;
        let (anna, mailbox) = of(world, &bank.session).await;
        expect_not_found(bert.find_usage(&mailbox, &UsageAsked::default()).await, "mailbox");
        let foreign = anna.consents().await.unwrap().remove(0).id;
        let asked = UsageAsked { consent: Some(&foreign), ..UsageAsked::default() };
        assert!(
            log(world, &of_bert, &asked).await.is_empty(),
            "an id of another person is the id of nothing"
        );
    })
    .await;
}

#[tokio::test]
async fn pages_are_whole_days_and_hold_each_disclosure_once() {
    for_each_database(async |world| {
        let anna = world.citizen(1, true).await;
        let held = grants(world, &anna, BANK, &ALL).await;
        // 17 days, the first of which is more than a page, all at one instant
        let access = held.open(world).await;
        for _ in 0..1_150 {
            access.mailboxes(None, None).await.unwrap();
        }
        let mut held = held;
        for _ in 0..16 {
            world.clock.advance(Duration::from_secs(86_400));
            held.renew(world).await;
            held.open(world).await.mailboxes(None, None).await.unwrap();
            held.open(world).await.messages(held.mailbox(), AskedPage::default()).await.unwrap();
        }
        world.hub.upkeep().load_journal().await.unwrap();

        let (citizen, mailbox) = of(world, &log_in(world, &anna, None).await).await;
        let (mut pages, mut cursor) = (Vec::new(), None);
        loop {
            let asked = UsageAsked { after: cursor.as_deref(), ..UsageAsked::default() };
            let page = citizen.usage(&mailbox, &asked).await.unwrap();
            pages.push(page.days.iter().map(|day| day.entries.len()).collect::<Vec<_>>());
            cursor = page.next;
            if cursor.is_none() {
                break;
            }
        }
        assert_eq!(pages[0], [2; 14], "{pages:?}");
        assert_eq!(pages.iter().flatten().sum::<usize>(), 1_150 + 32, "{pages:?}");
        assert_eq!(pages[1], [2; 2], "the first day would not be whole: {pages:?}");
        assert_eq!(pages[2..], [vec![1_000], vec![150]]);

        let asked = UsageAsked { after: Some("x"), ..UsageAsked::default() };
        expect_invalid(citizen.usage(&mailbox, &asked).await, "invalidInput", "?after");
    })
    .await;
}

#[tokio::test]
async fn questions_that_disclosed_nothing_are_counted_by_consent_and_hour() {
    for_each_database(async |world| {
        let anna = world.citizen(1, true).await;
        let held = grants(world, &anna, BANK, &ALL).await;
        let into_the_hour = world.clock.now().0.rem_euclid(3_600_000_000);
        world.clock.advance(Duration::from_micros(3_600_000_000 - into_the_hour.unsigned_abs()));
        let mut held = held;
        held.renew(world).await;
        for _ in 0..5 {
            assert!(held.list(world).await.is_empty());
            world.hub.upkeep().load_journal().await.unwrap();
            world.clock.advance(Duration::from_secs(60));
        }
        world.clock.advance(Duration::from_secs(3_600));
        held.renew(world).await;
        held.list(world).await;
        held.list(world).await;
        // several at once count nothing twice
        let upkeep = world.hub.upkeep();
        let (one, two) = tokio::join!(upkeep.load_journal(), upkeep.load_journal());
        assert_eq!(one.unwrap() + two.unwrap(), 2);

        let counts: Vec<Used> = log(world, &log_in(world, &anna, None).await, &UsageAsked::default())
            .await
            .into_iter()
            .map(|usage| usage.used)
            .collect();
        assert_eq!(counts, [Used::Nothing { times: 2 }, Used::Nothing { times: 5 }]);
        assert_eq!(world.count("SELECT COUNT(*) FROM reading WHERE role = 'provider'").await, 0);
    })
    .await;
}

#[tokio::test]
async fn the_fact_stays_when_the_message_is_gone() {
    for_each_database(async |world| {
        let anna = world.citizen(1, true).await;
        let file = pdf(50);
        publish(world, &letter(&Number::Ssin(anna.clone()), "Bijlage", &[&file]), &[&file]).await;
        let held = grants(world, &anna, BANK, &ALL).await;
        let message = held.list(world).await.remove(0).id;
        let access = held.open(world).await;
        let attachment = access.message(held.mailbox(), &message).await.unwrap().attachments.remove(0).id;
        access.content(held.mailbox(), &message, &attachment).await.unwrap();
        let asked = UsageAsked::default();
        let file_name = |usage: &Usage| match &usage.used {
            Used::File { message, name } => (message.subject.is_some(), name.clone()),
            other => panic!("{other:?}"),
        };
        let before = log(world, &held.session, &asked).await;
        assert_eq!(file_name(&before[0]), (true, Some("relevé 0.pdf".to_owned())));

        world.clock.advance(Duration::from_secs(200 * 86_400));
        let session = log_in(world, &anna, None).await;
        let expired = log(world, &session, &asked).await;
        while world.hub.upkeep().expire().await.unwrap() > 0 {}
        let removed = log(world, &session, &asked).await;

        for after in [expired, removed] {
            assert_eq!(after.len(), before.len());
            assert_eq!(file_name(&after[0]), (false, None));
            assert!(matches!(&after[1].used, Used::Message(UsedMessage { subject: None, .. })), "{after:?}");
        }
    })
    .await;
}

#[tokio::test]
async fn from_and_until_choose_what_the_list_holds() {
    for_each_database(async |world| {
        let anna = world.citizen(1, true).await;
        write_to(world, &Number::Ssin(anna.clone()), "Aanslagbiljet").await;
        let held = grants(world, &anna, BANK, &ALL).await;
        let first = world.clock.now();
        held.list(world).await;
        world.clock.advance(Duration::from_secs(60));
        let second = world.clock.now();
        held.list(world).await;

        let between = |from, until| UsageAsked { from, until, ..UsageAsked::default() };
        for (asked, expected) in [
            (between(None, None), vec![second, first]),
            (between(Some(second), None), vec![second]),
            (between(None, Some(second)), vec![first]),
            (between(Some(first), Some(first)), vec![]),
        ] {
            let at: Vec<_> = log(world, &held.session, &asked).await.iter().map(|usage| usage.at).collect();
            assert_eq!(at, expected, "{asked:?}");
        }
    })
    .await;
}

#[tokio::test]
async fn representatives_see_each_other_by_name_and_themselves_only_if_they_ask() {
    for_each_database(async |world| {
        let (anna, bert) = (world.citizen(1, true).await, world.citizen(2, true).await);
        write_to(world, &Number::Enterprise(enterprise(1)), "Btw").await;
        represents(world, &[&anna, &bert], &enterprise(1), "2099-01-01T00:00:00Z").await;
        let mut sessions = Vec::new();
        for person in [&anna, &bert] {
            let (citizen, _) = of(world, &log_in(world, person, None).await).await;
            let enterprise = citizen.mailbox_views().await.unwrap().remove(1).id;
            let secret = citizen.act_for(&enterprise).await.unwrap();
            let (acting, mailbox) = of(world, secret.expose()).await;
            acting.messages(&mailbox, Shelf::Mailbox, None).await.unwrap();
            sessions.push(secret);
        }

        for secret in &sessions {
            let others = log(world, secret.expose(), &UsageAsked::default()).await;
            assert_eq!(others.len(), 1);
            let UsageReader::Representative { id, name } = &others[0].reader else { panic!("{others:?}") };
            assert_eq!(name.as_deref(), Some("Test Citizen"));
            assert!(id.starts_with("psn_"));
            let asked = UsageAsked { own: Own::Shown, ..UsageAsked::default() };
            let all = log(world, secret.expose(), &asked).await;
            assert_eq!(all.iter().filter(|usage| usage.reader == UsageReader::You).count(), 1, "{all:?}");
        }
        let names: BTreeSet<Vec<u8>> = world
            .db
            .fetch_all::<(Vec<u8>,)>("SELECT sealed_name FROM representative", ())
            .await
            .unwrap()
            .into_iter()
            .map(|(name,)| name)
            .collect();
        assert_eq!(names.len(), 2);
        assert!(names.iter().all(|name| !name.windows(4).any(|part| part == b"Test")), "names are sealed");
    })
    .await;
}

#[tokio::test]
async fn what_an_operator_saw_and_what_another_node_wrote_is_in_the_log() {
    for_each_database(async |world| {
        let anna = world.citizen(1, true).await;
        let session = log_in(world, &anna, None).await;
        let (mailbox,) = world.row::<(MailboxId,)>("SELECT id FROM mailbox WHERE kind = 'citizen'").await;
        let node = Journal::open(&world.folder().join("another-node"), &Random::system()).unwrap();
        let reader = Reader::Operator(Uuid::from_u128(4));
        node.write(&Reading { at: world.clock.now(), mailbox, reader, what: Disclosed::Summary }).unwrap();
        assert_eq!(node.load(&world.db).await.unwrap(), 1);

        let entries = log(world, &session, &UsageAsked::default()).await;
        assert_eq!((entries.len(), &entries[0].reader), (1, &UsageReader::Operator));
    })
    .await;
}
