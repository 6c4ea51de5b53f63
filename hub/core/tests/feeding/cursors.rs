//! Cursors: whose they are, how long they are good, and where one begins without.

use std::time::Duration;

use hub_core::access::provider::Begin;
use hub_core::error::{Error, TokenRefusal};
use hub_core::mailbox::Number;

use crate::common::{World, for_each_database};
use crate::parties::{BANK, OTHER, grants, second_provider, write_to};
use crate::{ALL, Follower, sequence};

#[tokio::test]
async fn a_cursor_that_is_foreign_or_altered_in_one_bit_is_refused() {
    for_each_database(async |world| {
        second_provider(world).await;
        world
            .apply(
                r#"
                environment = "demo"
                [[provider]]
                id = "demo-bank"
                legal_name = "Demo Bank NV"
                state = "active"
                [[provider_application]]
                id = "demo-bank-web"
                provider = "demo-bank"
                brand = "Demo Bank on the web"
                purpose = { en = "Shows your official mail" }
                retention = { en = "Keeps no copies" }
                redirect_uris = ["https://bank.localhost/callback"]
                [[certificate]]
                role = "provider"
                anchor = "test"
                client_id = "demo-bank-web"
                san_uri = "urn:test:demo-bank-web"
                "#,
            )
            .await;
        let bank = Follower::new(world, BANK).await;
        let cursor = bank.page(Begin::Latest, 10).await.unwrap().next;
        assert!(bank.page(Begin::After(&cursor), 10).await.is_ok());

        for foreign in [OTHER, "demo-bank-web"] {
            let follower = Follower::new(world, foreign).await;
            expect_no_cursor(follower.page(Begin::After(&cursor), 10).await, foreign);
        }
        let sealed = data_encoding::BASE64URL_NOPAD.decode(cursor.as_bytes()).unwrap();
        for bit in 0..sealed.len() * 8 {
            let mut altered = sealed.clone();
            altered[bit / 8] ^= 1 << (bit % 8);
            let altered = data_encoding::BASE64URL_NOPAD.encode(&altered);
            expect_no_cursor(bank.page(Begin::After(&altered), 10).await, &format!("bit {bit}"));
        }
        expect_no_cursor(bank.page(Begin::After(""), 10).await, "nothing");
        expect_no_cursor(bank.page(Begin::After("bGF0ZXN0"), 10).await, "another text");
    })
    .await;
}

#[track_caller]
fn expect_no_cursor<T>(result: Result<T, Error>, what: &str) {
    match result.err() {
        Some(Error::Invalid(issues)) => {
            assert_eq!((issues[0].kind, issues[0].name.as_str()), ("invalidInput", "?after"));
        }
        other => panic!("{what}: {other:?}"),
    }
}

#[tokio::test]
async fn who_stops_reading_for_31_days_begins_again_and_who_asks_now_and_then_does_not() {
    for_each_database(async |world| {
        let anna = world.citizen(1, true).await;
        let to = Number::Ssin(anna.clone());
        let _held = grants(world, &anna, BANK, &ALL).await;
        let mut bank = Follower::new(world, BANK).await;
        assert_eq!(bank.hears().await, ["consentGranted"]);
        let old = bank.cursor.clone().unwrap();
        write_to(world, &to, "1").await;
        assert_eq!(bank.hears().await, ["messageAvailable"]);

        // asked on the 20th day, when nothing had happened
        world.clock.advance(DAY * 20);
        let bank = renewed(world, bank).await;
        let kept = bank.page(Begin::After(bank.cursor.as_deref().unwrap()), 10).await.unwrap().next;
        world.hub.upkeep().forget().await.unwrap();
        assert!(bank.page(Begin::After(&old), 10).await.is_ok(), "nothing is forgotten before 30 days");

        world.clock.advance(DAY * 11);
        let bank = renewed(world, bank).await;
        world.hub.upkeep().forget().await.unwrap();
        write_to(world, &to, "2").await;
        sequence(world).await;

        assert_eq!(world.count("SELECT COUNT(*) FROM feed").await, 1);
        assert!(matches!(bank.page(Begin::After(&old), 10).await, Err(Error::Resync)));
        assert_eq!(bank.page(Begin::After(&kept), 10).await.unwrap().items.len(), 1);
        assert_eq!(bank.page(Begin::Oldest, 10).await.unwrap().items.len(), 1);

        // the way back: a cursor first, then the lists, then on from that cursor
        let begun = bank.page(Begin::Latest, 10).await.unwrap();
        assert!(begun.items.is_empty() && begun.retry_after > 0);
        write_to(world, &to, "3").await;
        sequence(world).await;
        assert_eq!(bank.page(Begin::After(&begun.next), 10).await.unwrap().items.len(), 1);
    })
    .await;
}

/// With a token that is still good.
async fn renewed<'w>(world: &'w World, old: Follower<'w>) -> Follower<'w> {
    Follower { cursor: old.cursor, ..Follower::new(world, old.client).await }
}

#[tokio::test]
async fn sizes_waits_and_scopes_are_looked_at() {
    for_each_database(async |world| {
        let bank = Follower::new(world, BANK).await;
        for size in [0, 501] {
            match bank.page(Begin::Oldest, size).await.err() {
                Some(Error::Invalid(issues)) => assert_eq!(issues[0].name, "?pageSize"),
                other => panic!("{other:?}"),
            }
        }
        let anna = world.citizen(1, true).await;
        let held = grants(world, &anna, BANK, &ALL).await;
        let refused = held.open(world).await.changes(Default::default()).await.err();
        assert!(matches!(refused, Some(Error::Token(TokenRefusal::MissingScope("feed")))), "{refused:?}");
    })
    .await;
}

const DAY: Duration = Duration::from_secs(86_400);
