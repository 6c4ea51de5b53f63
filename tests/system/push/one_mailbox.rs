//! One mailbox whose changes a receiver cannot take, or that has very many, holds up no other.

use serde_json::{Value, json};
use system_tests::world::World;
use system_tests::world::receiver::{Mood, Receiver};

use super::{Facts, STREAM, in_time, registered, rest, stream, until};

#[tokio::test(flavor = "multi_thread", worker_threads = 3)]
async fn a_receiver_that_fails_for_one_mailbox_is_told_of_the_others() {
    let _turn = super::beside().await;
    World::on_both(async |world| {
        let (bank, receiver) = (world.provider("bank").await, Receiver::start().await);
        let anna = world.citizen("Anna");
        let mut facts = Facts::over(world, &bank, &anna, 3).await;
        registered(world, &receiver).await;
        // the earliest change is the one that fails
        let poisoned = facts.places[0].0.clone();
        receiver.is(Mood::Fails(poisoned.clone()));
        for _ in 0..4 {
            facts.happen().await;
        }
        in_time(world, "the other mailboxes are told", async || receiver.taken().len() == 12).await;
        assert!(receiver.kinds(Some(&poisoned)).is_empty());
        assert!(receiver.heard().iter().any(|heard| heard.subject() == poisoned));
        let seen = stream(world).await;
        assert_eq!((&seen["breaker"], &seen["deadLetters"]), (&json!("closed"), &json!(0)), "{seen:#}");

        receiver.is(Mood::Well);
        in_time(world, "and the one too, when it can be", async || facts.all_taken(&receiver)).await;
        facts.expect_all(&receiver);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 3)]
async fn a_mailbox_with_very_many_changes_holds_up_no_other_pushed() {
    let _turn = super::beside().await;
    World::on_both(async |world| {
        let (bank, receiver) = (world.provider("bank").await, Receiver::start().await);
        let anna = world.citizen("Anna");
        let facts = Facts::over(world, &bank, &anna, 1).await;
        registered(world, &receiver).await;
        let (poisoned, other) = (facts.places[0].0.clone(), facts.places[1].0.clone());
        receiver.is(Mood::Fails(poisoned.clone()));
        crowded(world, &bank, (&poisoned, 140)).await;
        in_time(world, "the other is told", async || receiver.kinds(Some(&other)) == ["messageRead"]).await;
        assert!(receiver.kinds(Some(&poisoned)).is_empty());
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 3)]
async fn a_mailbox_with_very_many_changes_holds_up_no_other_polled() {
    let _turn = super::beside().await;
    World::on_both(async |world| {
        let bank = world.provider("bank").await;
        let anna = world.citizen("Anna");
        let facts = Facts::over(world, &bank, &anna, 1).await;
        world.operator("an").put(STREAM, &json!({"method": "poll"})).await.expect(200);
        let crowded_one = facts.places[0].0.clone();
        crowded(world, &bank, (&crowded_one, 510)).await;
        let token = bank.machine.client_credentials("bank-app", "feed").await;
        let polled = async |body: Value| {
            let asked = bank.machine.request("POST", "/mailbox/v1/changes/poll").bearer_auth(&token);
            bank.machine.send(asked.json(&body)).await.expect(200)
        };
        let page = polled(json!({"returnImmediately": true})).await;
        let names: Vec<String> = page["sets"].as_object().unwrap().keys().cloned().collect();
        assert_eq!(names.len(), 2, "one of each mailbox");
        let page = polled(json!({"returnImmediately": true, "ack": names})).await;
        let next = page["sets"].as_object().unwrap();
        assert!(next.len() == 1 && !names.contains(next.keys().next().unwrap()), "both were acknowledged");
    })
    .await;
}

/// So many changes in one mailbox, and then one in each other.
async fn crowded(
    world: &World,
    bank: &system_tests::world::provider::Provider<'_>,
    (mailbox, changes): (&str, usize),
) {
    let (mut many, mut one) = (Facts::of(bank).await, Facts::of(bank).await);
    many.places.retain(|(place, _)| place == mailbox);
    one.places.retain(|(place, _)| place != mailbox);
    for _ in 0..changes {
        many.happen().await;
    }
    rest(world).await;
    one.happen().await;
    until("everything has its place", async || world.count("SELECT COUNT(*) FROM change_queue").await == 0)
        .await;
}
