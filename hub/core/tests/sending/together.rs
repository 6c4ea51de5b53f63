//! Letters that wait at the same time go with one commit, and each is answered for itself.

use std::collections::BTreeSet;
use std::future::Future;
use std::time::Duration;

use crate::common::{World, for_each_database};
use crate::{letter, pdf, publish};
use futures_util::future::{join, join_all};
use hub_core::access::sender::{Outcome, Publication};
use hub_core::db::Tx;
use hub_core::error::{Conflict, Error};
use hub_core::mailbox::Number;
use hub_core::message::draft::Draft;
use tokio::time::timeout;

/// Keeps every letter from being written until it is dropped.
async fn hold(world: &World) -> Tx {
    let mut tx = world.db.write().await.unwrap();
    if world.name == "postgresql" {
        tx.fetch_all::<(i64,)>("SELECT version FROM mailbox ORDER BY id FOR UPDATE", ()).await.unwrap();
    }
    tx
}

/// What these come to, begun while nothing can be written, so that most of them wait together.
async fn held_up<T>(world: &World, all: impl Future<Output = T>) -> T {
    let held = hold(world).await;
    let mut all = std::pin::pin!(all);
    assert!(
        timeout(Duration::from_millis(400), &mut all).await.is_err(),
        "it cannot end before the lock does"
    );
    drop(held);
    all.await
}

fn delivered(done: &Result<Publication, Error>) -> bool {
    done.as_ref().is_ok_and(|done| matches!(done.published.outcome, Outcome::Delivered { .. }))
}

#[tokio::test]
async fn letters_that_wait_together_come_each_once_and_in_a_row() {
    for_each_database(async |world| {
        let active =
            [world.citizen(1, true).await, world.citizen(2, true).await, world.citizen(3, true).await];
        let inactive = Number::Ssin(world.citizen(4, false).await);
        let before = world.count("SELECT MAX(version) FROM mailbox WHERE activated_at IS NOT NULL").await;
        let tax = world.sender("demo-tax", "publish").await;
        let drafts: Vec<Draft> = (0..50)
            .map(|n| match n % 5 {
                4 => letter(&inactive, &[]),
                one => letter(&Number::Ssin(active[one % 3].clone()), &[]),
            })
            .collect();
        let keys: Vec<String> = (0..50).map(|n| format!("key {n}")).collect();

        let all = join_all(drafts.iter().zip(&keys).map(|(draft, key)| publish(&tax, key, draft, &[])));
        let done = held_up(world, all).await;

        let ids: BTreeSet<_> =
            done.iter().map(|done| done.as_ref().unwrap().published.message_id.clone()).collect();
        assert_eq!(ids.len(), 50);
        for (n, done) in done.iter().enumerate() {
            assert_eq!(delivered(done), n % 5 != 4, "{n}: {done:?}");
        }
        let rows: Vec<(i64, i64, i64, i64, i64)> = world
            .rows_of(
                "SELECT b.version, b.total, MIN(m.number), MAX(m.number), COUNT(DISTINCT m.number)
                 FROM mailbox b JOIN message m ON m.mailbox_id = b.id
                 WHERE b.total >= $1
                 GROUP BY b.id, b.version, b.total",
                1_i64,
            )
            .await;
        assert_eq!(rows.iter().map(|row| row.4).sum::<i64>(), 40);
        for (version, total, first, last, count) in rows {
            assert_eq!((first, last, total), (before + 1, version, count), "no gap, and none twice");
        }
        for (what, count) in [
            ("SELECT COUNT(*) FROM publication", 40),
            ("SELECT COUNT(*) FROM part", 40),
            ("SELECT COUNT(*) FROM message_text", 40),
            ("SELECT COUNT(*) FROM sent", 50),
            ("SELECT COUNT(*) FROM evidence", 50),
            ("SELECT COUNT(*) FROM idempotency", 50),
            ("SELECT COUNT(*) FROM audit_write WHERE action = 'publish'", 40),
            ("SELECT COUNT(*) FROM audit_write WHERE action = 'notDelivered'", 10),
        ] {
            assert_eq!(world.count(what).await, count, "{what}");
        }
        if world.name == "postgresql" {
            let commits = world.count("SELECT COUNT(DISTINCT xmin::text) FROM sent").await;
            assert!(commits <= 10, "50 letters in {commits} transactions");
        }
        let again = publish(&tax, &keys[7], &drafts[7], &[]).await.unwrap();
        assert_eq!((again.published, again.replayed), (done[7].as_ref().unwrap().published.clone(), true));
    })
    .await;
}

#[tokio::test]
async fn what_is_wrong_with_one_letter_fails_for_that_one_alone() {
    for_each_database(async |world| {
        let anna = Number::Ssin(world.citizen(1, true).await);
        let tax = world.sender("demo-tax", "publish").await;
        let there = world.sender_at(&world.another_node().await, "demo-tax", "publish").await;
        let content = pdf(20_000);
        let files = [("letter", &content)];
        let draft = letter(&anna, &files);
        let mut uploads = Vec::new();
        for n in 0..12 {
            let mut upload = tax.begin(&format!("key {n}")).await.unwrap();
            crate::give(&mut upload, "letter", &content).await.unwrap();
            uploads.push(upload);
        }
        publish(&there, "key 5", &draft, &files).await.unwrap();

        let done = held_up(world, join_all(uploads.into_iter().map(|upload| upload.publish(&draft)))).await;

        for (n, done) in done.iter().enumerate() {
            match n {
                5 => assert!(matches!(done, Err(Error::Conflict(Conflict::StillRunning))), "{done:?}"),
                _ => assert!(delivered(done), "{n}: {done:?}"),
            }
        }
        assert_eq!(world.count("SELECT COUNT(*) FROM message").await, 12);
        assert_eq!(world.count("SELECT total FROM mailbox").await, 12);
        world.expect_objects(12).await;
    })
    .await;
}

#[tokio::test]
async fn of_two_corrections_that_wait_together_one_is_too_late() {
    for_each_database(async |world| {
        let anna = Number::Ssin(world.citizen(1, true).await);
        let tax = world.sender("demo-tax", "publish").await;
        let first = publish(&tax, "first", &letter(&anna, &[]), &[]).await.unwrap();
        let correction = Draft { replaces: Some(first.published.message_id), ..letter(&anna, &[]) };
        let other = letter(&anna, &[]);

        let both = join(publish(&tax, "one", &correction, &[]), publish(&tax, "two", &correction, &[]));
        let all =
            join(both, join_all([publish(&tax, "three", &other, &[]), publish(&tax, "four", &other, &[])]));
        let ((one, two), others) = held_up(world, all).await;

        assert!(delivered(&one) != delivered(&two), "{one:?} {two:?}");
        assert!(others.iter().all(delivered), "{others:?}");
        assert_eq!(world.count("SELECT COUNT(*) FROM sequel WHERE replaces IS NOT NULL").await, 1);
        assert_eq!(world.count("SELECT COUNT(*) FROM message").await, 4);
    })
    .await;
}

#[tokio::test]
async fn a_letter_that_is_being_written_is_kept_whole_when_its_sender_goes_away() {
    for_each_database(async |world| {
        let anna = Number::Ssin(world.citizen(1, true).await);
        let tax = world.sender("demo-tax", "publish").await;
        let content = pdf(20_000);
        let files = [("letter", &content)];
        let draft = letter(&anna, &files);

        let held = hold(world).await;
        let gone = timeout(Duration::from_millis(400), publish(&tax, "key", &draft, &files)).await;
        assert!(gone.is_err());
        assert!(matches!(tax.begin("key").await, Err(Error::Conflict(Conflict::StillRunning))), "it goes on");
        drop(held);

        for _ in 0..200 {
            match publish(&tax, "key", &draft, &files).await {
                Ok(done) => {
                    assert!(done.replayed && delivered(&Ok(done)));
                    break;
                }
                Err(error) => assert!(matches!(error, Error::Conflict(Conflict::StillRunning)), "{error:?}"),
            }
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        assert_eq!(world.count("SELECT COUNT(*) FROM message").await, 1);
        world.expect_objects(1).await;
    })
    .await;
}
