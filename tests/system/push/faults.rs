//! Receivers that fail in every way: nothing lost, nothing out of order in a mailbox, the breaker opens and closes.

use std::time::{Duration, Instant};

use serde_json::json;
use system_tests::environment::figure;
use system_tests::world::World;
use system_tests::world::receiver::{Mood, Receiver};

use super::{Facts, consents_of, in_time, metric, registered, stream, until};

fn says(status: u16, headers: &str, body: &str) -> Mood {
    Mood::Says(status, headers.to_owned(), body.to_owned())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 3)]
async fn whatever_is_wrong_with_a_receiver_nothing_is_lost_and_nothing_overtakes() {
    let _turn = super::alone().await;
    World::on_both(async |world| {
        let (bank, receiver) = (world.provider("bank").await, Receiver::start().await);
        let anna = world.citizen("Anna");
        let mut facts = Facts::over(world, &bank, &anna, 5).await;
        registered(world, &receiver).await;

        let moods = [
            (Mood::Down, "connection"),
            (says(500, "", "oh"), "failing"),
            (says(200, "content-type: text/html\r\n", "<p>welcome</p>"), "garbage"),
            (says(400, "content-type: application/json\r\n", "{\"error\":1}"), "garbage"),
            (says(302, "location: https://bank.localhost/elsewhere\r\n", ""), "redirect"),
            (says(401, "", ""), "unauthorized"),
            (says(404, "", ""), "missing"),
            (says(429, "retry-after: 3\r\n", ""), "busy"),
            (Mood::Huge(200), "garbage"),
        ];
        for (mood, reason) in moods {
            receiver.is(mood.clone());
            let label = format!("reason=\"{reason}\"");
            let before = metric(world, "facteur_push_failures_total", &label).await.unwrap_or_default();
            facts.happen().await;
            in_time(world, &format!("{mood:?} is noticed"), async || {
                metric(world, "facteur_push_failures_total", &label).await.unwrap_or_default() > before
            })
            .await;
            receiver.is(Mood::Well);
            facts.happen().await;
            in_time(world, &format!("{mood:?} is over"), async || facts.all_taken(&receiver)).await;
        }
        facts.expect_all(&receiver);
        assert!(receiver.written() < 64 << 20, "of an answer without end {} were read", receiver.written());
        assert_eq!(stream(world).await["deadLetters"], 0);
        let sent = metric(world, "facteur_push_sent_total", "").await.unwrap();
        assert!(sent >= receiver.taken().len() as f64);
        figure(&format!(
            "{}: {} changes past nine kinds of broken receivers, {} tokens sent",
            world.database(),
            receiver.taken().len(),
            receiver.heard().len()
        ));
    })
    .await;
}

#[tokio::test]
async fn the_breaker_opens_while_a_receiver_is_down_and_closes_when_it_is_back() {
    let _turn = super::alone().await;
    World::on_both(async |world| {
        let (bank, receiver) = (world.provider("bank").await, Receiver::start().await);
        let anna = world.citizen("Anna");
        let mut facts = Facts::over(world, &bank, &anna, 3).await;
        registered(world, &receiver).await;
        receiver.is(Mood::Down);
        facts.happen().await;
        in_time(world, "the breaker opens", async || stream(world).await["breaker"] == "open").await;
        until("it is measured", async || metric(world, "facteur_push_breaker", "").await == Some(2.0)).await;
        let seen = stream(world).await;
        assert_eq!((&seen["breaker"], &seen["trouble"]), (&json!("open"), &json!("connection")), "{seen:#}");
        assert!(seen["failures"].as_i64().unwrap() >= 5 && seen["waitingSince"].is_string(), "{seen:#}");

        // while it is open nobody calls, however long that takes
        let before = receiver.connections();
        tokio::time::sleep(Duration::from_millis(700)).await;
        assert_eq!(receiver.connections(), before);
        facts.happen().await;
        in_time(world, "one change is tried", async || receiver.connections() > before).await;
        assert!(receiver.connections() <= before + 2, "half open means one at a time");

        receiver.is(Mood::Well);
        in_time(world, "everything is pushed", async || facts.all_taken(&receiver)).await;
        facts.expect_all(&receiver);
        until("the breaker is closed", async || metric(world, "facteur_push_breaker", "").await == Some(0.0))
            .await;
        until("nothing waits", async || metric(world, "facteur_push_lag_seconds", "").await == Some(0.0))
            .await;
        let seen = stream(world).await;
        assert_eq!((&seen["failures"], &seen["trouble"]), (&json!(0), &json!(null)), "{seen:#}");
    })
    .await;
}

#[tokio::test]
async fn what_a_receiver_asks_for_is_waited_for() {
    let _turn = super::beside().await;
    World::on_both(async |world| {
        let (bank, receiver) = (world.provider("bank").await, Receiver::start().await);
        let anna = world.citizen("Anna");
        let mut facts = Facts::over(world, &bank, &anna, 0).await;
        registered(world, &receiver).await;
        receiver.is(says(503, "retry-after: 1800\r\n", ""));
        facts.happen().await;
        until("it is noticed", async || stream(world).await["failures"] == 1).await;
        receiver.is(Mood::Well);
        world.advance(Duration::from_secs(1790));
        tokio::time::sleep(Duration::from_millis(700)).await;
        assert_eq!(receiver.taken().len(), 0, "it asked for half an hour");
        world.advance(Duration::from_secs(11));
        until("it is tried again", async || receiver.taken().len() == 1).await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 3)]
async fn a_slow_receiver_takes_nobody_elses_time_and_its_own_changes_go_side_by_side() {
    let _turn = super::beside().await;
    World::on_both(async |world| {
        let (bank, post, tax) =
            (world.provider("bank").await, world.provider("post").await, world.sender("tax").await);
        let (slow, quick) = (Receiver::start().await, Receiver::start().await);
        let anna = world.citizen("Anna");
        let mut facts = Facts::over(world, &bank, &anna, 9).await;
        let _grant = consents_of(&anna, &post).await;
        registered(world, &slow).await;
        let (an, path) = (world.operator("an"), "/v1/applications/post-app/stream");
        an.put(path, &json!({"method": "push", "address": quick.address})).await.expect(200);
        assert_eq!(
            an.post(&format!("{path}/challenge"), &json!({})).await.expect(200)["outcome"],
            "verified"
        );

        slow.is(Mood::Deaf);
        facts.happen().await;
        until("the slow one is busy", async || !slow.heard().is_empty()).await;
        let begun = Instant::now();
        tax.publishes(&anna.person.recipient(), "Snelle gierzwaluw").await;
        until("the quick one is told", async || !quick.kinds(None).is_empty()).await;
        assert!(begun.elapsed() < Duration::from_secs(4), "{:?}", begun.elapsed());
        assert!(slow.taken().is_empty());

        slow.is(Mood::Slow(Duration::from_millis(600)));
        in_time(world, "the deaf one is left alone for a while, then told", async || facts.all_taken(&slow))
            .await;
        let begun = Instant::now();
        facts.happen().await;
        let happened = begun.elapsed();
        until("the slow one has everything", async || facts.all_taken(&slow)).await;
        let took = begun.elapsed() - happened;
        assert!(took < Duration::from_secs(4), "ten at 0.6 s each, side by side: {took:?}");
    })
    .await;
}
