//! An application's own token reads what consents open to it, and nothing else (TRUST T5).

use std::collections::BTreeSet;

use hub_core::access::provider::AskedPage;
use hub_core::consent::{Action, Actions};
use hub_core::error::Error;
use hub_core::mailbox::Number;
use hub_core::message::Marks;

use crate::common::{World, for_each_database};
use crate::parties::{
    BANK, Held, OTHER, admitted, grants, grants_for_enterprise, pdf, provider_state, publish, represents,
    second_provider, write_to,
};
use crate::{ALL, Follower};

const ALWAYS: [&str; 3] = ["list", "readContent", "synchronise"];

/// Asks for list and newest message of a mailbox; gives whether both were there.
async fn reads(bank: &Follower<'_>, mailbox: &str) -> bool {
    let access = bank.access().await;
    let list = match access.messages(mailbox, AskedPage::default()).await {
        Err(Error::NotFound("mailbox")) => return false,
        other => other.unwrap(),
    };
    access.message(mailbox, &list.items[0].id).await.unwrap();
    true
}

async fn opened(bank: &Follower<'_>, size: usize) -> Vec<String> {
    let access = bank.access().await;
    let (mut found, mut after) = (Vec::new(), None::<String>);
    loop {
        let page = access.mailboxes(Some(size), after.as_deref()).await.unwrap();
        assert!(page.items.len() <= size && page.total.is_none());
        found.extend(page.items.into_iter().map(|mailbox| mailbox.id));
        after = page.next;
        if after.is_none() {
            return found;
        }
    }
}

#[tokio::test]
async fn an_own_token_opens_mailboxes_whose_consent_says_so_and_no_others() {
    for_each_database(async |world| {
        second_provider(world).await;
        let mut held: Vec<Held> = Vec::new();
        for (n, (client, actions)) in
            [(BANK, &ALWAYS[..]), (BANK, &ALWAYS[..2]), (OTHER, &ALWAYS[..]), (BANK, &ALL[..])]
                .iter()
                .enumerate()
        {
            let person = world.citizen(u32::try_from(n).unwrap() + 1, true).await;
            write_to(world, &Number::Ssin(person.clone()), "1").await;
            held.push(grants(world, &person, client, actions).await);
        }
        let (anna, number) = (world.citizen(1, true).await, crate::common::enterprise(1));
        represents(world, &[&anna], &number, "2040-01-01T00:00:00Z").await;
        write_to(world, &Number::Enterprise(number), "2").await;
        held.push(grants_for_enterprise(world, &anna, BANK, &ALWAYS).await);
        let bank = Follower::new(world, BANK).await;

        let mut outcomes = Vec::new();
        for one in &held {
            outcomes.push(reads(&bank, one.mailbox()).await);
        }
        assert_eq!(outcomes, [true, false, false, true, true]);
        for nobody in ["mbx_", "", "mbx_00000000000000000000000000"] {
            assert!(!reads(&bank, nobody).await, "{nobody}");
        }

        let expected: BTreeSet<&str> = [0, 3, 4].map(|n| held[n].mailbox()).into_iter().collect();
        for size in [1, 2, 3, 100] {
            let found = opened(&bank, size).await;
            assert_eq!(
                found.iter().map(String::as_str).collect::<BTreeSet<_>>(),
                expected,
                "pages of {size}"
            );
            assert_eq!(found.len(), 3, "pages of {size}");
        }
        let other = Follower::new(world, OTHER).await;
        assert_eq!(opened(&other, 10).await, [held[2].mailbox()]);
    })
    .await;
}

#[tokio::test]
async fn an_own_token_does_what_the_consent_allows_and_leaves_the_same_traces() {
    for_each_database(async |world| {
        let anna = world.citizen(1, true).await;
        let file = pdf(1_000);
        let letter = crate::parties::letter(&Number::Ssin(anna.clone()), "1", &[&file]);
        publish(world, &letter, &[&file]).await;
        let held = grants(world, &anna, BANK, &ALWAYS).await;
        let bank = Follower::new(world, BANK).await;
        let access = bank.access().await;
        let message = access.messages(held.mailbox(), AskedPage::default()).await.unwrap().items.remove(0).id;

        let shown = access.message(held.mailbox(), &message).await.unwrap();
        access.content(held.mailbox(), &message, &shown.attachments[0].id).await.unwrap();
        match access.mark(held.mailbox(), &message, Marks { read: Some(true), archived: None }).await.err() {
            Some(Error::Forbidden(what)) => assert_eq!(what, "markRead"),
            other => panic!("{other:?}"),
        }

        let traces = crate::parties::records(world).await;
        let kinds: Vec<&str> = traces.iter().map(|(what, ..)| what.as_str()).collect();
        assert_eq!(kinds, ["list", "message", "content"]);
        assert_eq!(world.count("SELECT COUNT(*) FROM mark WHERE retrieved_at IS NOT NULL").await, 1);
    })
    .await;
}

#[tokio::test]
async fn a_consent_that_ends_narrows_or_stands_still_closes_its_mailbox_at_the_next_question() {
    for_each_database(async |world| {
        let anna = world.citizen(1, true).await;
        write_to(world, &Number::Ssin(anna.clone()), "1").await;
        let bank = Follower::new(world, BANK).await;

        let held = grants(world, &anna, BANK, &ALL).await;
        let (access, mailbox) = (bank.access().await, held.mailbox().to_owned());
        assert!(reads(&bank, &mailbox).await);
        held.revoke(world).await;
        // also for whoever was admitted before
        expect_closed(access.messages(&mailbox, AskedPage::default()).await);
        assert!(!reads(&bank, &mailbox).await && opened(&bank, 10).await.is_empty());

        let held = grants(world, &anna, BANK, &ALL).await;
        assert!(reads(&bank, &mailbox).await);
        narrowed(world, &held, Action::Synchronise).await;
        assert!(!reads(&bank, &mailbox).await && opened(&bank, 10).await.is_empty());

        let held = grants(world, &anna, BANK, &ALL).await;
        assert!(reads(&bank, &mailbox).await);
        let citizen = world.hub.citizen(&held.session).await.unwrap();
        citizen.withdraw_activation().await.unwrap();
        assert!(!reads(&bank, &mailbox).await && opened(&bank, 10).await.is_empty());
    })
    .await;
}

async fn narrowed(world: &World, held: &Held, without: Action) {
    let citizen = world.hub.citizen(&held.session).await.unwrap();
    let view = citizen.consents().await.unwrap().into_iter().find(|consent| consent.live).unwrap();
    let without: Actions = [without].into_iter().collect();
    citizen.narrow(&view.id, without, &BTreeSet::new()).await.unwrap();
}

fn expect_closed<T>(result: Result<T, Error>) {
    match result.err() {
        Some(Error::NotFound(what)) => assert_eq!(what, "mailbox"),
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn a_suspended_provider_and_a_token_without_the_scope_open_nothing() {
    for_each_database(async |world| {
        let anna = world.citizen(1, true).await;
        write_to(world, &Number::Ssin(anna.clone()), "1").await;
        let held = grants(world, &anna, BANK, &ALL).await;
        let bank = Follower::new(world, BANK).await;
        let access = bank.access().await;

        provider_state(world, "suspended").await;
        let refused = access.messages(held.mailbox(), AskedPage::default()).await.err();
        assert!(matches!(refused, Some(Error::Token(_))), "{refused:?}");
        provider_state(world, "active").await;
        assert!(access.messages(held.mailbox(), AskedPage::default()).await.is_ok());

        let identity = crate::common::identity(hub_core::peer::Role::Provider, BANK);
        let machine = world.hub.client(&identity, BANK).await.unwrap();
        let issued = machine.client_credentials(Some("feed"), None).await.unwrap();
        let feed_only = admitted(world, BANK, issued.access.expose()).await.unwrap();
        let refused = feed_only.messages(held.mailbox(), AskedPage::default()).await.err();
        assert!(matches!(refused, Some(Error::Forbidden(_))), "{refused:?}");
        assert!(feed_only.mailboxes(None, None).await.is_err());
    })
    .await;
}
