//! One publication for each idempotency key, whatever happens to the request.

use crate::common::for_each_database;
use crate::{expect_no_trace, give, letter, pdf, publish};
use futures_util::future::join_all;
use hub_core::error::{Conflict, Error};
use hub_core::mailbox::Number;
use hub_core::message::draft::Draft;
use std::time::Duration;

#[tokio::test]
async fn the_same_request_again_has_the_same_answer_and_a_different_one_a_conflict() {
    for_each_database(async |world| {
        let anna = Number::Ssin(world.citizen(1, true).await);
        let tax = world.sender("demo-tax", "publish").await;
        let (content, other) = (pdf(20_000), pdf(20_001));
        let (files, draft) = ([("letter", &content)], letter(&anna, &[("letter", &content)]));
        let first = publish(&tax, "key", &draft, &files).await.unwrap();

        world.clock.advance(Duration::from_secs(7 * 24 * 3_600 - 1));
        let again = publish(&tax, "key", &draft, &files).await.unwrap();

        assert_eq!((again.published, again.replayed), (first.published.clone(), true));
        let changed = Draft { reply_allowed: true, ..draft.clone() };
        let conflict = publish(&tax, "key", &changed, &files).await;
        assert!(matches!(conflict, Err(Error::Conflict(Conflict::IdempotencyKey))), "{conflict:?}");
        let conflict =
            publish(&tax, "key", &letter(&anna, &[("letter", &other)]), &[("letter", &other)]).await;
        assert!(matches!(conflict, Err(Error::Conflict(Conflict::IdempotencyKey))), "{conflict:?}");
        let conflict = publish(&tax, "key", &draft, &[("letter", &other)]).await;
        assert!(matches!(conflict, Err(Error::Conflict(Conflict::IdempotencyKey))), "{conflict:?}");
        assert_eq!(world.count("SELECT COUNT(*) FROM message").await, 1);
        world.expect_objects(1).await;

        world.clock.advance(Duration::from_secs(1));
        let anew = publish(&tax, "key", &draft, &files).await.unwrap();
        assert!(!anew.replayed && anew.published.message_id != first.published.message_id);
        assert_eq!(world.count("SELECT COUNT(*) FROM message").await, 2);
    })
    .await;
}

#[tokio::test]
async fn another_applications_key_is_another_key() {
    for_each_database(async |world| {
        let anna = Number::Ssin(world.citizen(1, true).await);
        let (tax, family) =
            (world.sender("demo-tax", "publish").await, world.sender("demo-family", "publish").await);
        let draft = letter(&anna, &[]);
        publish(&tax, "key", &draft, &[]).await.unwrap();

        let family_draft = Draft {
            sender_organization: "0001002068".into(),
            message_type: "family-benefits".into(),
            ..draft
        };
        assert!(!publish(&family, "key", &family_draft, &[]).await.unwrap().replayed);
    })
    .await;
}

#[tokio::test]
async fn a_running_request_holds_its_key_until_it_ends() {
    for_each_database(async |world| {
        let anna = Number::Ssin(world.citizen(1, true).await);
        let tax = world.sender("demo-tax", "publish").await;
        let draft = letter(&anna, &[]);

        let running = tax.begin("key").await.unwrap();
        assert!(matches!(tax.begin("key").await, Err(Error::Conflict(Conflict::StillRunning))));
        running.publish(&draft).await.unwrap();
        assert!(publish(&tax, "key", &draft, &[]).await.unwrap().replayed);
        assert_eq!(world.count("SELECT COUNT(*) FROM message").await, 1);
    })
    .await;
}

#[tokio::test]
async fn an_answer_is_given_to_all_who_ask_again_at_once() {
    for_each_database(async |world| {
        let anna = Number::Ssin(world.citizen(1, true).await);
        let tax = world.sender("demo-tax", "publish").await;
        let draft = letter(&anna, &[]);
        let first = publish(&tax, "key", &draft, &[]).await.unwrap();
        for again in join_all((0..16).map(|_| publish(&tax, "key", &draft, &[]))).await {
            let again = again.unwrap();
            assert_eq!((again.published, again.replayed), (first.published.clone(), true));
        }
    })
    .await;
}

#[tokio::test]
async fn of_two_nodes_with_one_key_the_faster_publishes_and_the_other_leaves_nothing() {
    for_each_database(async |world| {
        let anna = Number::Ssin(world.citizen(1, true).await);
        let (here, there) = (world.sender("demo-tax", "publish").await, world.another_node().await);
        let there = world.sender_at(&there, "demo-tax", "publish").await;
        let content = pdf(100_000);
        let files = [("letter", &content)];
        let draft = letter(&anna, &files);

        let mut late = here.begin("key").await.unwrap();
        give(&mut late, "letter", &content).await.unwrap();
        let first = publish(&there, "key", &draft, &files).await.unwrap();
        assert!(!first.replayed);

        let refused = late.publish(&draft).await;
        assert!(matches!(refused, Err(Error::Conflict(Conflict::StillRunning))), "{refused:?}");
        let again = publish(&here, "key", &draft, &files).await.unwrap();
        assert_eq!((again.published, again.replayed), (first.published, true));
        assert_eq!(world.count("SELECT COUNT(*) FROM message").await, 1);
        assert_eq!(world.count("SELECT COUNT(*) FROM evidence").await, 1);
        world.expect_objects(1).await;
    })
    .await;
}

#[tokio::test]
async fn a_request_that_goes_away_leaves_nothing_and_frees_its_key() {
    for_each_database(async |world| {
        let tax = world.sender("demo-tax", "publish").await;
        let mut upload = tax.begin("key").await.unwrap();
        give(&mut upload, "letter", &pdf(100_000)).await.unwrap();
        let mut part = upload.intake().part("annex", None);
        part.push(pdf(200_000)).await.unwrap();

        drop(part);
        drop(upload);

        expect_no_trace(world).await;
        assert!(tax.begin("key").await.is_ok());
    })
    .await;
}

#[tokio::test]
async fn a_crash_between_staging_and_commit_leaves_nothing_readable_and_the_collector_finds_it() {
    for_each_database(async |world| {
        let anna = Number::Ssin(world.citizen(1, true).await);
        let tax = world.sender("demo-tax", "publish").await;
        let content = pdf(100_000);
        let files = [("letter", &content)];
        publish(&tax, "kept", &letter(&anna, &files), &files).await.unwrap();
        let mut upload = tax.begin("crashed").await.unwrap();
        give(&mut upload, "letter", &content).await.unwrap();
        // A process that dies runs no destructors.
        std::mem::forget(upload);
        let after = world.another_node().await;
        let tax = world.sender_at(&after, "demo-tax", "publish").await;

        assert_eq!(world.count("SELECT COUNT(*) FROM message").await, 1);
        assert_eq!(world.count("SELECT COUNT(*) FROM part WHERE sealed IS NULL").await, 1);
        world.expect_objects(2).await;
        assert_eq!(
            world.hub.upkeep().collect_objects(Duration::ZERO).await.unwrap(),
            0,
            "too young to be judged"
        );
        world.clock.advance(Duration::from_secs(3_600));
        assert_eq!(world.hub.upkeep().collect_objects(Duration::ZERO).await.unwrap(), 1);
        world.expect_objects(1).await;
        assert!(
            publish(&tax, "crashed", &letter(&anna, &files), &files).await.is_ok(),
            "nobody holds the key"
        );
    })
    .await;
}
