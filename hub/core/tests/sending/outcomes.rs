//! What becomes of a letter: delivered or not, asked about, expired.

use crate::common::{enterprise, for_each_database, recipient, ssin};
use crate::{issues, letter, pdf, publish};
use hub_core::access::sender::{Fate, Outcome, ReachQuery};
use hub_core::error::Error;
use hub_core::mailbox::Number;
use std::time::Duration;

#[tokio::test]
async fn a_citizen_who_is_not_active_gets_nothing_and_the_sender_is_told() {
    for_each_database(async |world| {
        let passive = Number::Ssin(world.citizen(1, false).await);
        let tax = world.sender("demo-tax", "publish").await;
        let content = pdf(100_000);
        let files = [("letter", &content)];

        for (key, to) in [("passive", &passive), ("unknown", &Number::Ssin(ssin(2)))] {
            let done = publish(&tax, key, &letter(to, &files), &files).await.unwrap();
            assert_eq!(done.published.outcome, Outcome::NoDigitalUser);
            assert!(publish(&tax, key, &letter(to, &files), &files).await.unwrap().replayed);
            let follower = world.sender("demo-tax", "status").await;
            let fate = follower.status(&done.published.message_id).await.unwrap().fate;
            assert_eq!(fate, Fate::NotDelivered { at: world.clock.now() });
        }

        world.expect_objects(0).await;
        assert_eq!(world.count("SELECT COUNT(*) FROM publication").await, 0);
        assert_eq!(world.count("SELECT COUNT(*) FROM mailbox").await, 1, "no box for an unknown citizen");
        assert_eq!(world.count("SELECT COUNT(*) FROM sent WHERE mailbox_id IS NOT NULL").await, 0);
        // Becoming active later shows nothing of what was refused.
        world.citizen(1, true).await;
        assert_eq!(world.count("SELECT total FROM mailbox").await, 0);
    })
    .await;
}

#[tokio::test]
async fn a_publication_that_waits_for_the_mailbox_sees_what_it_waited_for() {
    for_each_database(async |world| {
        let anna = Number::Ssin(world.citizen(1, true).await);
        let tax = world.sender("demo-tax", "publish").await;
        let draft = letter(&anna, &[]);
        // The citizen withdraws; their transaction holds the mailbox while the letter comes in.
        let mut withdrawal = world.db.write().await.unwrap();
        withdrawal.execute("UPDATE mailbox SET activated_at = NULL", ()).await.unwrap();

        let (done, ()) = tokio::join!(
            async {
                // On SQLite the key can be claimed only after the withdrawal too.
                publish(&tax, "key", &draft, &[]).await.unwrap()
            },
            async {
                tokio::time::sleep(Duration::from_millis(300)).await;
                withdrawal.commit().await.unwrap();
            }
        );

        assert_eq!(done.published.outcome, Outcome::NoDigitalUser);
        assert_eq!(world.count("SELECT COUNT(*) FROM message").await, 0);
    })
    .await;
}

#[tokio::test]
async fn a_publication_that_waits_for_the_mailbox_goes_by_the_rules_it_waited_for() {
    for_each_database(async |world| {
        let tax = world.sender("demo-tax", "publish").await;
        let draft = letter(&Number::Enterprise(enterprise(1)), &[]);
        publish(&tax, "first", &draft, &[]).await.unwrap();
        // A manager writes a rule; their transaction holds the mailbox while the letter comes in.
        let mut managing = world.db.write().await.unwrap();
        managing.execute("UPDATE mailbox SET version = version", ()).await.unwrap();
        managing
            .execute(
                "INSERT INTO routing_rule (mailbox_id, priority, application, partition)
                 SELECT id, 1, 'demo-tax', 7 FROM mailbox",
                (),
            )
            .await
            .unwrap();

        let (done, ()) = tokio::join!(async { publish(&tax, "second", &draft, &[]).await.unwrap() }, async {
            tokio::time::sleep(Duration::from_millis(300)).await;
            managing.commit().await.unwrap();
        });

        assert!(matches!(done.published.outcome, Outcome::Delivered { .. }));
        let (first, second): (i64, i64) =
            world.row("SELECT MIN(partition) AS a, MAX(partition) AS b FROM message").await;
        assert_eq!((first, second), (0, 7));
        // what is left of a removal that was interrupted goes on, and gives the number back last
        let mut tx = world.db.write().await.unwrap();
        let removed = "INSERT INTO mailbox_partition (mailbox_id, number, name, created_at, removed_at)
                       SELECT id, 7, 'Books', 1, 2 FROM mailbox";
        tx.execute(removed, ()).await.unwrap();
        // one that cannot be emptied comes first, and holds up none
        let broken = "INSERT INTO mailbox_partition (mailbox_id, number, name, created_at, removed_at)
                      SELECT id, 7, 'Lost', 1, 1 FROM provider";
        let broken = tx.execute(broken, ()).await.unwrap();
        tx.commit().await.unwrap();
        assert!(broken > 0 && world.hub.upkeep().empty_partitions().await.is_err());
        let mut tx = world.db.write().await.unwrap();
        tx.execute("DELETE FROM mailbox_partition WHERE name = 'Lost'", ()).await.unwrap();
        tx.commit().await.unwrap();
        assert_eq!(world.count("SELECT COUNT(*) FROM message WHERE partition <> 0").await, 0);
        assert_eq!(world.count("SELECT COUNT(*) FROM mailbox_partition WHERE emptied_at IS NULL").await, 1);
        while world.hub.upkeep().empty_partitions().await.unwrap() > 0 {}
        assert_eq!(world.count("SELECT COUNT(*) FROM mailbox_partition WHERE emptied_at IS NULL").await, 0);
    })
    .await;
}

#[tokio::test]
async fn two_first_publications_to_an_enterprise_open_one_mailbox() {
    for_each_database(async |world| {
        let tax = world.sender("demo-tax", "publish").await;
        let draft = letter(&Number::Enterprise(enterprise(1)), &[]);

        let keys: Vec<String> = (0..8).map(|n| format!("key{n}")).collect();
        let publishing = keys.iter().map(|key| publish(&tax, key, &draft, &[]));
        for done in futures_util::future::join_all(publishing).await {
            assert!(matches!(done.unwrap().published.outcome, Outcome::Delivered { .. }));
        }

        assert_eq!(world.count("SELECT COUNT(*) FROM mailbox").await, 1);
        let (version, total): (i64, i64) = world.row("SELECT version, total FROM mailbox").await;
        assert_eq!((version, total), (8, 8));
        assert_eq!(world.count("SELECT COUNT(DISTINCT number) FROM message").await, 8);
    })
    .await;
}

#[tokio::test]
async fn a_status_is_for_the_application_that_sent_it_only() {
    for_each_database(async |world| {
        let anna = Number::Ssin(world.citizen(1, true).await);
        let tax = world.sender("demo-tax", "publish").await;
        let (follower, other) =
            (world.sender("demo-tax", "status").await, world.sender("demo-family", "status").await);
        let done = publish(&tax, "key", &letter(&anna, &[]), &[]).await.unwrap();
        let Outcome::Delivered { expires_at } = done.published.outcome else { panic!() };
        let at = world.clock.now();
        let expected = |expired_at| Fate::Available {
            at,
            retrieved_at: None,
            opened_at: None,
            opened_reported: false,
            expires_at: Some(expires_at),
            expired_at,
            withdrawn_at: None,
        };

        let id = &done.published.message_id;
        assert!(id.starts_with("msg_") && id.len() == 30);
        assert_eq!(follower.status(id).await.unwrap().fate, expected(None));
        assert!(matches!(other.status(id).await, Err(Error::NotFound(_))));
        for wrong in
            ["", "msg_", "msg_00000000000000000000000000", &id.replace("msg_", "att_"), &id.to_uppercase()]
        {
            assert!(matches!(follower.status(wrong).await, Err(Error::NotFound(_))), "{wrong}");
        }

        world.clock.advance(expires_at.since(at));
        let follower = world.sender("demo-tax", "status").await;
        assert_eq!(follower.status(id).await.unwrap().fate, expected(Some(expires_at)));
    })
    .await;
}

#[tokio::test]
async fn reachability_has_one_answer_for_unknown_and_not_active_and_a_daily_budget() {
    for_each_database(async |world| {
        let active = Number::Ssin(world.citizen(1, true).await);
        let passive = Number::Ssin(world.citizen(2, false).await);
        let asker = world.sender("demo-tax", "recipients").await;
        let everyone = [active, passive, Number::Ssin(ssin(3)), Number::Enterprise(enterprise(1))];
        let query = ReachQuery {
            sender_organization: "0001001078".into(),
            message_type: "tax-assessment".into(),
            recipients: everyone.iter().map(recipient).collect(),
        };

        assert_eq!(asker.reachable(&query, 10).await.unwrap(), [true, false, false, true]);
        assert_eq!(asker.reachable(&query, 10).await.unwrap().len(), 4);
        let limited = asker.reachable(&query, 10).await;
        assert!(matches!(limited, Err(Error::Limited { retry_after: 1..=86_400, .. })), "{limited:?}");
        assert_eq!(
            world.count("SELECT asked FROM reach_budget").await,
            8,
            "a refused question costs nothing"
        );
        world.clock.advance(Duration::from_secs(86_400));
        let asker = world.sender("demo-tax", "recipients").await;
        assert!(asker.reachable(&query, 10).await.is_ok());

        let foreign = ReachQuery { sender_organization: "0001002068".into(), ..query.clone() };
        assert_eq!(
            issues(asker.reachable(&foreign, 10).await.unwrap_err()),
            [("trioNotRegistered", "messageType".to_owned())]
        );
        let mut wrong = query;
        wrong.recipients[3].enterprise_number = Some("0123456789".into());
        assert_eq!(
            issues(asker.reachable(&wrong, 10).await.unwrap_err()),
            [("invalidStructure", "recipients[3].enterpriseNumber".to_owned())]
        );
        wrong.recipients.clear();
        assert_eq!(
            issues(asker.reachable(&wrong, 10).await.unwrap_err()),
            [("outOfRange", "recipients".to_owned())]
        );
        assert_eq!(world.count("SELECT COUNT(*) FROM mailbox").await, 2, "asking opens nothing");
    })
    .await;
}

#[tokio::test]
async fn an_expired_letter_is_removed_with_its_content_and_the_sender_keeps_the_facts() {
    for_each_database(async |world| {
        let anna = Number::Ssin(world.citizen(1, true).await);
        let tax = world.sender("demo-tax", "publish").await;
        let content = pdf(100_000);
        let files = [("letter", &content)];
        let old = publish(&tax, "old", &letter(&anna, &files), &files).await.unwrap();
        let Outcome::Delivered { expires_at } = old.published.outcome else { panic!() };
        world.clock.advance(Duration::from_secs(24 * 3_600));
        let tax = world.sender("demo-tax", "publish").await;
        publish(&tax, "new", &letter(&anna, &files), &files).await.unwrap();
        let version = world.count("SELECT version FROM mailbox").await;
        assert_eq!(world.hub.upkeep().expire().await.unwrap(), 0);

        world.clock.advance(expires_at.since(world.clock.now()));
        assert_eq!(world.hub.upkeep().expire().await.unwrap(), 1);
        assert_eq!(world.hub.upkeep().expire().await.unwrap(), 0);

        let (after, total, unread): (i64, i64, i64) =
            world.row("SELECT version, total, unread FROM mailbox").await;
        assert_eq!((after, total, unread), (version + 1, 1, 1));
        for sql in [
            "SELECT COUNT(*) FROM message",
            "SELECT COUNT(*) FROM publication",
            "SELECT COUNT(*) FROM part WHERE role = 'body'",
        ] {
            assert_eq!(world.count(sql).await, 1, "{sql}");
        }
        assert_eq!(world.count("SELECT COUNT(*) FROM sent WHERE expires_at IS NOT NULL").await, 2);
        world.expect_objects(2).await;
        assert_eq!(world.hub.upkeep().work_outbox().await.unwrap(), 1);
        world.expect_objects(1).await;
        assert_eq!(world.hub.upkeep().work_outbox().await.unwrap(), 0);
        assert_eq!(world.count("SELECT COUNT(*) FROM outbox").await, 0);
    })
    .await;
}

#[tokio::test]
async fn concurrent_workers_do_each_task_once() {
    for_each_database(async |world| {
        let anna = Number::Ssin(world.citizen(1, true).await);
        let tax = world.sender("demo-tax", "publish").await;
        let content = pdf(9_000);
        let files = [("letter", &content)];
        for n in 0..30 {
            publish(&tax, &format!("key{n}"), &letter(&anna, &files), &files).await.unwrap();
        }
        world.clock.advance(Duration::from_secs(200 * 24 * 3_600));
        let upkeep = world.hub.upkeep();
        let removed = futures_util::future::join_all((0..4).map(|_| upkeep.expire())).await;
        assert_eq!(removed.into_iter().map(Result::unwrap).sum::<usize>(), 30);

        let done = futures_util::future::join_all((0..4).map(|_| upkeep.work_outbox())).await;

        assert_eq!(done.into_iter().map(Result::unwrap).sum::<usize>(), 30);
        world.expect_objects(0).await;
        assert_eq!(world.count("SELECT total FROM mailbox").await, 0);
        assert_eq!(world.hub.upkeep().forget_keys().await.unwrap(), 30);
    })
    .await;
}
