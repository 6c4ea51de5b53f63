//! What is told is judged when it is told: ended consents, suspended providers, streams that stand still.

use std::time::Duration;

use serde_json::json;
use system_tests::world::World;
use system_tests::world::receiver::{Mood, Receiver};

use super::{Facts, STREAM, consents_of, in_time, registered, rest, stream, until};

#[tokio::test]
async fn of_a_consent_that_ended_while_its_changes_waited_only_the_end_is_told() {
    let _turn = super::beside().await;
    World::on_both(async |world| {
        let (bank, tax, receiver) =
            (world.provider("bank").await, world.sender("tax").await, Receiver::start().await);
        let anna = world.citizen("Anna");
        let _grant = consents_of(&anna, &bank).await;
        rest(world).await;
        registered(world, &receiver).await;
        receiver.is(Mood::Down);
        for n in 0..3 {
            tax.publishes(&anna.person.recipient(), &format!("Wachtende brief {n}")).await;
        }
        in_time(world, "the receiver is missed", async || receiver.connections() > 1).await;

        anna.revokes().await;
        tax.publishes(&anna.person.recipient(), "Niet meer voor de bank").await;
        receiver.is(Mood::Well);
        in_time(world, "the end is told", async || !receiver.taken().is_empty()).await;
        in_time(world, "nothing waits", async || stream(world).await["waitingSince"].is_null()).await;

        assert_eq!(receiver.kinds(None), ["consentEnded"]);
        let heard: Vec<String> = receiver.heard().iter().map(|heard| heard.kind().to_owned()).collect();
        assert_eq!(heard, ["consentEnded"], "not even shown and refused");
    })
    .await;
}

#[tokio::test]
async fn what_a_narrowing_excludes_while_it_waits_is_not_told_and_what_is_told_is_in_the_citizens_log() {
    let _turn = super::beside().await;
    World::on_both(async |world| {
        let (bank, receiver) = (world.provider("bank").await, Receiver::start().await);
        let (tax, family) = (world.sender("tax").await, world.sender("family").await);
        let anna = world.citizen("Anna");
        let _grant = consents_of(&anna, &bank).await;
        tax.publishes(&anna.person.recipient(), "Eerste zeearend").await;
        rest(world).await;
        registered(world, &receiver).await;
        receiver.is(Mood::Down);
        for (sender, subject) in [(&tax, "Tweede zeearend"), (&family, "Derde zeearend")] {
            sender.publishes(&anna.person.recipient(), subject).await;
        }
        in_time(world, "the receiver is missed", async || receiver.connections() > 1).await;

        let consents = anna.open("/consents").await;
        let less = anna.open(&anna.link(&consents, "/less")).await;
        anna.submit(&less, &less.form("/less").with("withhold", &tax.organization)).await;
        receiver.is(Mood::Well);
        in_time(world, "what is left is told", async || receiver.taken().len() == 2).await;
        in_time(world, "nothing waits", async || stream(world).await["waitingSince"].is_null()).await;

        assert_eq!(receiver.kinds(None), ["messageAvailable", "consentChanged"]);
        world.loads_journal().await;
        let told = "SELECT COUNT(*) FROM reading r JOIN message m
                    ON m.mailbox_id = r.mailbox_id AND m.number = r.number
                    WHERE r.what = 'changes' AND m.subject LIKE '%Derde zeearend%'";
        assert_eq!(world.count(told).await, 1, "a retry is noted once");
        let first = "SELECT COUNT(*) FROM reading r JOIN message m
                     ON m.mailbox_id = r.mailbox_id AND m.number = r.number
                     WHERE r.what = 'changes' AND m.subject LIKE '%Eerste zeearend%'";
        assert_eq!(world.count(first).await, 0, "it came before there was a stream");
    })
    .await;
}

#[tokio::test]
async fn a_suspended_provider_is_told_nothing_and_goes_on_where_it_stood() {
    let _turn = super::beside().await;
    World::on_both(async |world| {
        let (bank, receiver) = (world.provider("bank").await, Receiver::start().await);
        let anna = world.citizen("Anna");
        let mut facts = Facts::over(world, &bank, &anna, 1).await;
        registered(world, &receiver).await;
        let (an, bart) = (world.operator("an"), world.operator("bart"));
        facts.happen().await;
        until("the first facts are told", async || facts.all_taken(&receiver)).await;

        receiver.is(Mood::Down);
        facts.happen().await;
        an.put("/v1/providers/demo-bank/state", &json!({"state": "suspended"})).await.expect(200);
        // a try that was under way when the provider was suspended comes to its end, in vain
        tokio::time::sleep(Duration::from_secs(1)).await;
        receiver.is(Mood::Well);
        let before = receiver.heard().len();
        for _ in 0..10 {
            world.advance(Duration::from_secs(60));
            tokio::time::sleep(Duration::from_millis(60)).await;
        }
        assert_eq!(receiver.heard().len(), before, "a suspended provider was told something");
        an.post(&format!("{STREAM}/test"), &json!({})).await.expect_problem(409, "noSuchStep");

        let proposed = an.put("/v1/providers/demo-bank/state", &json!({"state": "active"})).await;
        an.with(&bart, proposed).await;
        in_time(world, "the rest is told", async || facts.all_taken(&receiver)).await;
        facts.expect_all(&receiver);
    })
    .await;
}

#[tokio::test]
async fn a_stream_that_was_paused_goes_on_where_it_stood_and_one_that_was_dropped_does_not() {
    let _turn = super::beside().await;
    World::on_both(async |world| {
        let (bank, receiver) = (world.provider("bank").await, Receiver::start().await);
        let anna = world.citizen("Anna");
        let mut facts = Facts::over(world, &bank, &anna, 1).await;
        registered(world, &receiver).await;
        let an = world.operator("an");
        let paused = an.put(&format!("{STREAM}/state"), &json!({"state": "paused"})).await.expect(200);
        assert_eq!(paused["state"], "paused");
        facts.happen().await;
        tokio::time::sleep(Duration::from_millis(700)).await;
        assert!(receiver.heard().is_empty(), "a stream that stands still was told something");
        an.put(&format!("{STREAM}/state"), &json!({"state": "running"})).await.expect(200);
        until("it goes on", async || facts.all_taken(&receiver)).await;
        facts.expect_all(&receiver);

        assert_eq!(an.machine.send(delete(world, STREAM)).await.status.as_u16(), 204);
        an.get(STREAM).await.expect_problem(404, "resourceNotFound");
        facts.happen().await;
        tokio::time::sleep(Duration::from_millis(700)).await;
        assert_eq!(receiver.taken().len(), 2, "a stream that was dropped was told something");

        // who is told anew hears that something may be missing, and takes it even by refusing it
        registered(world, &receiver).await;
        receiver.is(Mood::Refuses("invalid_request", None));
        until("that is told", async || stream(world).await["resynchronisedAt"].is_string()).await;
        receiver.is(Mood::Well);
        let told = receiver.heard().iter().filter(|heard| heard.kind() == "resynchronise").count();
        facts.happen().await;
        until("and what comes", async || {
            receiver.kinds(None).iter().filter(|k| *k == "messageRead").count() == 4
        })
        .await;
        let later = receiver.heard().iter().filter(|heard| heard.kind() == "resynchronise").count();
        assert_eq!((told, later), (1, 1), "once is enough");
    })
    .await;
}

/// `DELETE` by the operator An.
fn delete(world: &World, path: &str) -> reqwest::RequestBuilder {
    world.operator("an").machine.request("DELETE", &format!("{}{path}", world.operations))
}
