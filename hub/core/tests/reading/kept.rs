//! Answers that are written once, and checks that many requests share.

use std::cell::Cell;
use std::collections::BTreeSet;
use std::time::Duration;

use bytes::Bytes;
use futures_util::future::join_all;
use hub_core::access::provider::AskedPage;
use hub_core::access::shown::ShownMessage;
use hub_core::answer::{Answer, Written};
use hub_core::consent::Actions;
use hub_core::error::{Error, TokenRefusal};
use hub_core::mailbox::Number;
use hub_core::message::Marks;
use hub_core::number::EnterpriseNumber;

use crate::common::{World, for_each_database};
use crate::parties::{BANK, Held, admitted, grants, provider_state, second_provider, write_to};
use crate::{ALL, token_refusal};

/// Reads the newest messages and writes their subjects, counting how often.
struct Face<'h> {
    held: &'h Held,
    name: &'static str,
    times: Cell<usize>,
}

impl<'h> Face<'h> {
    fn of(held: &'h Held) -> Self {
        Self { held, name: "test", times: Cell::new(0) }
    }

    async fn reads(&self, world: &World, tags: &[&str]) -> Result<Option<Written>, Error> {
        let access = self.held.access(world).await?;
        let write = |page: hub_core::access::provider::MessagePage| {
            self.times.set(self.times.get() + 1);
            let subjects: Vec<&str> =
                page.items.iter().map(|item| item.headline.subject["nl"].as_str()).collect();
            Ok(Bytes::from(subjects.join(",")))
        };
        let asked = AskedPage::default();
        let page = access.written_page((self.held.mailbox(), &asked), (self.name, tags), write).await?;
        Ok(match page {
            Answer::Known(_) => None,
            Answer::Written(written) => Some(written),
        })
    }

    /// The answer and how often it was written until now.
    async fn says(&self, world: &World) -> (String, usize) {
        let written = self.reads(world, &[]).await.unwrap().unwrap();
        (String::from_utf8(written.bytes.to_vec()).unwrap(), self.times.get())
    }
}

#[tokio::test]
async fn a_page_is_written_once_until_something_changes_for_each_reader_and_face() {
    for_each_database(async |world| {
        second_provider(world).await;
        let anna = world.citizen(1, true).await;
        let to = Number::Ssin(anna.clone());
        write_to(world, &to, "one").await;
        let (bank, other) =
            (grants(world, &anna, BANK, &ALL).await, grants(world, &anna, "demo-other-app", &ALL).await);
        let (face, elsewhere) = (Face::of(&bank), Face::of(&other));

        assert_eq!(face.says(world).await, ("one".into(), 1));
        assert_eq!(face.says(world).await, ("one".into(), 1));
        assert_eq!(elsewhere.says(world).await, ("one".into(), 1), "each provider has ids of its own");
        let spoken = Face { name: "another", ..Face::of(&bank) };
        assert_eq!(spoken.says(world).await, ("one".into(), 1));

        write_to(world, &to, "two").await;
        assert_eq!(face.says(world).await, ("two,one".into(), 2));
        let tag = face.reads(world, &[]).await.unwrap().unwrap().tag.unwrap();
        assert!(face.reads(world, &[&tag]).await.unwrap().is_none());
        assert_eq!(face.times.get(), 2);

        // whoever is answered from memory is in the access log like everybody else
        world.hub.upkeep().load_journal().await.unwrap();
        let lists = "SELECT COUNT(*) FROM reading WHERE what = 'list'";
        assert_eq!(world.count(lists).await, 6);
    })
    .await;
}

#[tokio::test]
async fn a_page_that_is_kept_is_not_given_past_a_consent_an_expiry_or_a_provider() {
    for_each_database(async |world| {
        let anna = world.citizen(1, true).await;
        write_to(world, &Number::Ssin(anna.clone()), "one").await;
        let held = grants(world, &anna, BANK, &ALL).await;
        assert_eq!(Face::of(&held).says(world).await.0, "one");

        provider_state(world, "suspended").await;
        assert_eq!(token_refusal(Face::of(&held).reads(world, &[]).await), TokenRefusal::Invalid);
        provider_state(world, "active").await;
        assert_eq!(Face::of(&held).says(world).await.0, "one");

        held.revoke(world).await;
        assert_eq!(token_refusal(Face::of(&held).reads(world, &[]).await), TokenRefusal::Invalid);

        let mut held = grants(world, &anna, BANK, &ALL).await;
        assert_eq!(Face::of(&held).says(world).await.0, "one");
        // nobody has removed it yet: its time alone hides it
        world.clock.advance(Duration::from_secs(200 * 86_400));
        held.renew(world).await;
        assert_eq!(Face::of(&held).says(world).await, (String::new(), 1));
    })
    .await;
}

#[tokio::test]
async fn a_page_of_a_consent_that_leaves_out_senders_is_never_kept() {
    for_each_database(async |world| {
        let anna = world.citizen(1, true).await;
        write_to(world, &Number::Ssin(anna.clone()), "one").await;
        let mut held = grants(world, &anna, BANK, &ALL).await;
        let citizen = world.hub.citizen(&held.session).await.unwrap();
        let consent = citizen.consents().await.unwrap().remove(0).id;
        let tax = BTreeSet::from([EnterpriseNumber::parse("0001001078").unwrap()]);
        citizen.narrow(&consent, Actions::default(), &tax).await.unwrap();
        held.renew(world).await;
        let face = Face::of(&held);
        assert_eq!(face.says(world).await, (String::new(), 1));
        assert_eq!(face.says(world).await, (String::new(), 2));
    })
    .await;
}

#[tokio::test]
async fn requests_that_are_checked_together_are_each_told_their_own() {
    for_each_database(async |world| {
        let mut held = Vec::new();
        for n in 1..=40 {
            let person = world.citizen(n, true).await;
            held.push(grants(world, &person, BANK, &ALL).await);
        }
        for ended in &held[..5] {
            ended.revoke(world).await;
        }
        let strange = "fat_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA".to_owned();
        let mut tokens: Vec<&String> = held.iter().map(|held| &held.access).collect();
        tokens.push(&strange);

        for _ in 0..3 {
            // the same token of several requests too
            let asked = tokens.iter().chain(&tokens).map(|token| admitted(world, BANK, token));
            let answers = join_all(asked).await;
            let mut opened = BTreeSet::new();
            for (n, access) in answers.into_iter().enumerate() {
                let n = n % tokens.len();
                let Some(held) = held.get(n).filter(|_| n >= 5) else {
                    assert_eq!(token_refusal(access), TokenRefusal::Invalid, "{n}");
                    continue;
                };
                let page = access.unwrap().mailboxes(None, None).await.unwrap();
                assert_eq!(page.items[0].id, held.mailbox());
                opened.insert(page.items[0].id.clone());
            }
            assert_eq!(opened.len(), 35);
        }
    })
    .await;
}

#[tokio::test]
async fn a_message_is_written_once_until_something_changes_and_not_past_its_consent() {
    for_each_database(async |world| {
        let anna = world.citizen(1, true).await;
        write_to(world, &Number::Ssin(anna.clone()), "one").await;
        let held = grants(world, &anna, BANK, &ALL).await;
        let (message, times) = (held.list(world).await.remove(0).id, Cell::new(0));
        let reads = async |tags: &[&str]| -> Result<Option<Written>, Error> {
            let access = held.access(world).await?;
            let write = |shown: ShownMessage| {
                times.set(times.get() + 1);
                Ok(Bytes::from(format!("{} {}", shown.headline.read, shown.body.is_some())))
            };
            let place = (held.mailbox(), message.as_str());
            Ok(match access.written_message(place, ("test", tags), write).await? {
                Answer::Known(_) => None,
                Answer::Written(written) => Some(written),
            })
        };
        let says = async || (reads(&[]).await.unwrap().unwrap().bytes, times.get());

        assert_eq!(says().await, ("false true".into(), 1), "it is retrieved now");
        assert_eq!(says().await, ("false true".into(), 1), "as it was after the first reading");
        let marks = Marks { read: Some(true), archived: None };
        held.open(world).await.mark(held.mailbox(), &message, marks).await.unwrap();
        assert_eq!(says().await, ("true true".into(), 2));
        let tag = reads(&[]).await.unwrap().unwrap().tag.unwrap();
        assert!(reads(&[&tag]).await.unwrap().is_none());
        assert_eq!(times.get(), 2);

        // whoever is answered from memory is in the access log like everybody else
        world.hub.upkeep().load_journal().await.unwrap();
        assert_eq!(world.count("SELECT COUNT(*) FROM reading WHERE what = 'message'").await, 4);
        held.revoke(world).await;
        assert_eq!(token_refusal(reads(&[]).await), TokenRefusal::Invalid);
    })
    .await;
}
