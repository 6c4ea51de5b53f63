//! A receiver that was away for longer than the feed keeps its changes is told so, and goes on.

use std::time::Duration;

use serde_json::{Value, json};
use sqlx::Connection;
use system_tests::database::TestDatabase;
use system_tests::process::HubProcess;
use system_tests::world::World;
use system_tests::world::receiver::{Mood, Receiver};

use super::{Facts, STREAM, consents_of, crowd, in_time, registered, rest, stream, until};

const DAY: Duration = Duration::from_secs(24 * 3600);

#[tokio::test]
async fn after_31_days_a_receiver_is_told_to_list_everything_again_and_then_what_comes() {
    let _turn = super::beside().await;
    World::on_both(async |world| {
        let (bank, receiver) = (world.provider("bank").await, Receiver::start().await);
        let anna = world.citizen("Anna");
        let mut facts = Facts::over(world, &bank, &anna, 1).await;
        registered(world, &receiver).await;
        receiver.is(Mood::Down);
        facts.happen().await;
        in_time(world, "the breaker opens", async || stream(world).await["breaker"] == "open").await;

        world.advance(DAY * 31);
        world.hub().upkeep().forget().await.unwrap();
        receiver.is(Mood::Well);
        in_time(world, "it is told", async || !receiver.taken().is_empty()).await;
        assert_eq!(receiver.kinds(None), ["resynchronise"]);
        let told = receiver.taken().remove(0);
        assert_eq!((told.subject(), told.event()), ("bank-app", &json!({})));
        until("the operator sees it", async || stream(world).await["resynchronisedAt"].is_string()).await;

        facts.happen().await;
        in_time(world, "what comes is told", async || receiver.taken().len() == 3).await;
        assert_eq!(receiver.kinds(None), ["resynchronise", "messageUnread", "messageUnread"]);
    })
    .await;
}

#[tokio::test]
async fn a_receiver_is_told_to_list_everything_again_after_a_restore() {
    let _turn = super::beside().await;
    let hub = HubProcess::start(TestDatabase::postgresql().await).await;
    let stage = &hub.stage;
    let (bank, tax, receiver) =
        (stage.provider("bank").await, stage.sender("tax").await, Receiver::start().await);
    let anna = stage.citizen("Anna");
    let _grant = consents_of(&anna, &bank).await;
    tax.delivers(&tax.letter(&anna.person.recipient(), "Brief voor het herstel").body("Tekst.")).await;
    // what happened before has its place by then
    tokio::time::sleep(Duration::from_secs(1)).await;
    registered(stage, &receiver).await;
    let mut facts = Facts::of(&bank).await;
    facts.happen().await;
    until("it is told", async || facts.all_taken(&receiver)).await;
    assert!(hub.terminate().await, "{}", hub.said());

    let mut connection = sqlx::PgConnection::connect(&hub.database.url).await.unwrap();
    sqlx::query("UPDATE hub SET incarnation = gen_random_uuid()").execute(&mut connection).await.unwrap();
    hub.start_again().await;
    until("it is told of that", async || receiver.taken().len() == 2).await;
    facts.happen().await;
    until("and what comes", async || receiver.taken().len() == 3).await;
    assert_eq!(receiver.kinds(None), ["messageRead", "resynchronise", "messageUnread"]);
    assert!(hub.terminate().await, "{}", hub.said());
}

#[tokio::test]
async fn a_stream_that_had_nothing_to_tell_for_31_days_missed_nothing() {
    let _turn = super::beside().await;
    World::on_both(async |world| {
        let (bank, post, tax) =
            (world.provider("bank").await, world.provider("post").await, world.sender("tax").await);
        let (receiver, anna, an) = (Receiver::start().await, world.citizen("Anna"), world.operator("an"));
        let at_bank = consents_of(&anna, &bank).await;
        tax.delivers(&tax.letter(&anna.person.recipient(), "Stille waterral").body("Tekst.")).await;
        crowd::gather(world, 1).await;
        let _at_post = consents_of(&anna, &post).await;
        rest(world).await;
        let path = "/v1/applications/post-app/stream";
        an.put(path, &json!({"method": "push", "address": receiver.address})).await.expect(200);
        assert_eq!(
            an.post(&format!("{path}/challenge"), &json!({})).await.expect(200)["outcome"],
            "verified"
        );

        // the feed of another application is busy, and forgotten
        let (mut busy, mut quiet) = (Facts::of(&bank).await, Facts::of(&bank).await);
        busy.places.retain(|(mailbox, _)| *mailbox != at_bank.mailbox);
        quiet.places.retain(|(mailbox, _)| *mailbox == at_bank.mailbox);
        for _ in 0..3 {
            busy.happen().await;
        }
        rest(world).await;
        for _ in 0..32 {
            world.hub().upkeep().forget().await.unwrap();
            world.advance(DAY);
        }
        assert!(world.count("SELECT floor FROM feed_head").await > 0, "something was forgotten");
        assert!(receiver.heard().is_empty());

        quiet.happen().await;
        in_time(world, "what comes is told", async || !receiver.taken().is_empty()).await;
        assert_eq!(receiver.kinds(None), ["messageRead"]);
    })
    .await;
}

#[tokio::test]
async fn who_polls_after_31_days_is_told_too() {
    let _turn = super::beside().await;
    World::on_both(async |world| {
        let bank = world.provider("bank").await;
        let anna = world.citizen("Anna");
        let mut facts = Facts::over(world, &bank, &anna, 0).await;
        world.operator("an").put(STREAM, &json!({"method": "poll"})).await.expect(200);
        facts.happen().await;
        until("it has its place", async || world.count("SELECT COUNT(*) FROM change_queue").await == 0).await;
        world.advance(DAY * 31);
        world.hub().upkeep().forget().await.unwrap();

        let token = bank.machine.client_credentials("bank-app", "feed").await;
        let poll = async |body: Value| {
            let asked =
                bank.machine.request("POST", "/mailbox/v1/changes/poll").bearer_auth(&token).json(&body);
            bank.machine.send(asked).await.expect(200)["sets"].as_object().unwrap().clone()
        };
        let first = poll(json!({"returnImmediately": true})).await;
        let again = poll(json!({"returnImmediately": true})).await;
        assert!(first.len() == 1 && first.keys().eq(again.keys()));
        let jti = first.keys().next().unwrap();
        assert!(poll(json!({"returnImmediately": true, "ack": [jti]})).await.is_empty());
        let seen = stream(world).await;
        assert!(seen["resynchronisedAt"].is_string(), "{seen:#}");
    })
    .await;
}
