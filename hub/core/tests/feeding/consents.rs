//! Who is told what: each change under its consent as that is when it is read (TRUST T7).

use std::collections::BTreeSet;

use hub_core::access::citizen::Shelf;
use hub_core::consent::Action;
use hub_core::mailbox::Number;
use hub_core::message::Marks;
use hub_core::number::EnterpriseNumber;

use crate::common::{World, for_each_database};
use crate::parties::{
    BANK, Held, OTHER, grants, grants_managed, provider_state, records, second_provider, write_to,
};
use crate::{ALL, Follower, sequence};

#[tokio::test]
async fn a_publication_is_told_to_every_application_with_a_consent_in_ids_of_its_own() {
    for_each_database(async |world| {
        second_provider(world).await;
        let (anna, bart) = (world.citizen(1, true).await, world.citizen(2, true).await);
        let (banks, others) =
            (grants(world, &anna, BANK, &ALL).await, grants(world, &anna, OTHER, &ALL).await);
        let barts = grants(world, &bart, BANK, &ALL).await;
        let (mut bank, mut other) = (Follower::new(world, BANK).await, Follower::new(world, OTHER).await);
        assert_eq!(bank.hears().await, ["consentGranted", "consentGranted"]);
        assert_eq!(other.hears().await, ["consentGranted"]);

        write_to(world, &Number::Ssin(anna.clone()), "1").await;
        write_to(world, &Number::Ssin(bart.clone()), "2").await;

        let (told, told_other) = (bank.news().await, other.news().await);
        assert_eq!((told.len(), told_other.len()), (2, 1));
        for (change, held) in [(&told[0], &banks), (&told[1], &barts), (&told_other[0], &others)] {
            assert_eq!((change.kind.name(), change.mailbox.as_str()), ("messageAvailable", held.mailbox()));
            assert_eq!(change.consent, held.granted.consent);
            assert_eq!(change.message.as_ref(), Some(&held.list(world).await[0].id));
        }
        assert_ne!((&told[0].mailbox, &told[0].message), (&told_other[0].mailbox, &told_other[0].message));
        assert_ne!(told[0].id, told_other[0].id);
    })
    .await;
}

#[tokio::test]
async fn a_publication_and_a_new_consent_never_miss_each_other() {
    for_each_database(async |world| {
        let anna = world.citizen(1, true).await;
        let to = Number::Ssin(anna.clone());
        let mut bank = Follower::new(world, BANK).await;

        // sequenced before the consent: it stands in the list that the consent asks to fetch
        write_to(world, &to, "1").await;
        assert!(bank.hears().await.is_empty());
        let held = grants(world, &anna, BANK, &ALL).await;
        assert_eq!(bank.hears().await, ["consentGranted"]);
        assert_eq!(held.list(world).await.len(), 1);

        // published before the consent and sequenced after it: told
        held.revoke(world).await;
        write_to(world, &to, "2").await;
        let held = grants(world, &anna, BANK, &ALL).await;
        assert_eq!(bank.hears().await, ["consentEnded", "messageAvailable", "consentGranted"]);

        // after the consent: told
        write_to(world, &to, "3").await;
        assert_eq!(bank.hears().await, ["messageAvailable"]);
        assert_eq!(held.list(world).await.len(), 3);
    })
    .await;
}

#[tokio::test]
async fn a_consent_that_ends_while_its_changes_are_queued_leaves_its_end_only() {
    for_each_database(async |world| {
        let anna = world.citizen(1, true).await;
        let to = Number::Ssin(anna.clone());
        let held = grants(world, &anna, BANK, &ALL).await;
        let mut bank = Follower::new(world, BANK).await;
        // one in the feed and not yet read, one in the queue
        write_to(world, &to, "1").await;
        sequence(world).await;
        write_to(world, &to, "2").await;

        held.revoke(world).await;

        let told = bank.news().await;
        assert_eq!(told.iter().map(|change| change.kind.name()).collect::<Vec<_>>(), ["consentEnded"]);
        assert_eq!((&told[0].consent, &told[0].message), (&held.granted.consent, &None));
        write_to(world, &to, "3").await;
        assert!(bank.hears().await.is_empty());
        // what is read from the beginning says no more
        assert_eq!(Follower::new(world, BANK).await.hears().await, ["consentEnded"]);
    })
    .await;
}

#[tokio::test]
async fn another_consent_in_its_place_does_not_open_what_was_told_under_the_first() {
    for_each_database(async |world| {
        let anna = world.citizen(1, true).await;
        let first = grants(world, &anna, BANK, &ALL).await;
        write_to(world, &Number::Ssin(anna.clone()), "1").await;
        sequence(world).await;

        let second = grants(world, &anna, BANK, &ALL).await;

        let told = Follower::new(world, BANK).await.news().await;
        let words: Vec<_> = told.iter().map(|change| (change.kind.name(), change.consent.as_str())).collect();
        let (first, second) = (first.granted.consent.as_str(), second.granted.consent.as_str());
        assert_eq!(words, [("consentEnded", first), ("consentGranted", second)]);
    })
    .await;
}

async fn narrow(world: &World, held: &Held, without: &[Action], withheld: &[&str]) {
    let citizen = world.hub.citizen(&held.session).await.unwrap();
    let view = citizen.consents().await.unwrap().into_iter().find(|consent| consent.live).unwrap();
    let withheld: BTreeSet<_> = withheld.iter().map(|it| EnterpriseNumber::parse(it).unwrap()).collect();
    citizen.narrow(&view.id, without.iter().copied().collect(), &withheld).await.unwrap();
}

#[tokio::test]
async fn a_narrowing_hides_what_it_excludes_and_a_widening_says_to_list_again() {
    for_each_database(async |world| {
        let anna = world.citizen(1, true).await;
        let to = Number::Ssin(anna.clone());
        let held = grants_managed(world, &anna, &ALL, ("create", None)).await;
        let mut bank = Follower::new(world, BANK).await;
        assert_eq!(bank.hears().await, ["consentGranted"]);
        write_to(world, &to, "1").await;
        sequence(world).await;
        write_to(world, &to, "2").await;

        // the sender is left out while one of its letters is in the feed and one in the queue
        narrow(world, &held, &[], &["0001001078"]).await;

        assert_eq!(bank.hears().await, ["consentChanged"]);
        write_to(world, &to, "3").await;
        assert!(bank.hears().await.is_empty());

        // the citizen lets all senders in again: the list has what was passed over
        write_to(world, &to, "4").await;
        let grant = held.grant.as_deref();
        let held = grants_managed(world, &anna, &ALL, ("merge", grant)).await;
        assert_eq!(bank.hears().await, ["messageAvailable", "consentChanged"]);
        assert_eq!(held.list(world).await.len(), 4);

        // an action is taken back
        write_to(world, &to, "5").await;
        narrow(world, &held, &[Action::List], &[]).await;
        assert_eq!(bank.hears().await, ["consentChanged"]);
    })
    .await;
}

#[tokio::test]
async fn what_the_citizen_did_takes_the_action_for_it() {
    for_each_database(async |world| {
        let anna = world.citizen(1, true).await;
        write_to(world, &Number::Ssin(anna.clone()), "1").await;
        sequence(world).await;
        let held = grants(world, &anna, BANK, &["list", "markRead"]).await;
        let mut bank = Follower::new(world, BANK).await;
        assert_eq!(bank.hears().await, ["consentGranted"]);
        let message = held.list(world).await.remove(0).id;

        for read in [true, true, false] {
            held.open(world)
                .await
                .mark(held.mailbox(), &message, Marks { read: Some(read), archived: None })
                .await
                .unwrap();
        }
        assert!(bank.hears().await.is_empty());

        let held = grants(world, &anna, BANK, &ALL).await;
        assert_eq!(bank.hears().await, ["consentEnded", "consentGranted"]);
        for read in [true, true, false] {
            held.open(world)
                .await
                .mark(held.mailbox(), &message, Marks { read: Some(read), archived: None })
                .await
                .unwrap();
        }
        assert_eq!(bank.hears().await, ["messageRead", "messageUnread"]);

        // the citizen opens it in the portal
        let citizen = world.hub.citizen(&held.session).await.unwrap();
        let mailbox = citizen.overview().await.unwrap().remove(0).id;
        let message = citizen.messages(&mailbox, Shelf::Mailbox, None).await.unwrap().items.remove(0).id;
        citizen.message(&mailbox, &message).await.unwrap();
        citizen.message(&mailbox, &message).await.unwrap();
        assert_eq!(bank.hears().await, ["messageRead"]);
    })
    .await;
}

#[tokio::test]
async fn a_suspended_provider_is_refused_and_goes_on_from_its_cursor_afterwards() {
    for_each_database(async |world| {
        let anna = world.citizen(1, true).await;
        let _held = grants(world, &anna, BANK, &ALL).await;
        let mut bank = Follower::new(world, BANK).await;
        assert_eq!(bank.hears().await, ["consentGranted"]);

        provider_state(world, "suspended").await;
        write_to(world, &Number::Ssin(anna), "1").await;
        sequence(world).await;
        assert!(crate::parties::admitted(world, BANK, &bank.token).await.is_err());

        provider_state(world, "active").await;
        assert_eq!(bank.hears().await, ["messageAvailable"]);
    })
    .await;
}

#[tokio::test]
async fn what_a_feed_tells_of_messages_is_in_the_journal_and_what_it_tells_of_consents_is_not() {
    for_each_database(async |world| {
        let anna = world.citizen(1, true).await;
        let _held = grants(world, &anna, BANK, &ALL).await;
        let mut bank = Follower::new(world, BANK).await;
        assert_eq!(bank.hears().await, ["consentGranted"]);
        assert_eq!(bank.hears().await.len(), 0);
        assert!(records(world).await.is_empty());

        for subject in ["1", "2"] {
            write_to(world, &Number::Ssin(anna.clone()), subject).await;
        }
        assert_eq!(bank.hears().await.len(), 2);

        let told = records(world).await;
        assert_eq!(told.len(), 1, "one page, one consent, one record: {told:?}");
        let newest: (i64,) = world.row("SELECT MAX(number) AS newest FROM message").await;
        assert_eq!(told[0], ("changes".to_owned(), Some(newest.0), None));
    })
    .await;
}
