//! Nodes that die, and two that share the work: nothing is skipped and nothing overtakes.

use std::time::{Duration, Instant};

use serde_json::json;
use system_tests::database::{TestDatabase, databases};
use system_tests::environment::figure;
use system_tests::process::HubProcess;
use system_tests::world::receiver::{Mood, Receiver};

use super::{Facts, consents_of, expect_order, registered, until};

#[tokio::test(flavor = "multi_thread", worker_threads = 3)]
async fn a_node_that_is_killed_while_it_pushes_skips_nothing() {
    for database in databases().await {
        let name = database.name;
        let hub = HubProcess::start(database).await;
        let stage = &hub.stage;
        let (bank, tax, receiver) =
            (stage.provider("bank").await, stage.sender("tax").await, Receiver::start().await);
        let anna = stage.citizen("Anna");
        let _grant = consents_of(&anna, &bank).await;
        tax.delivers(&tax.letter(&anna.person.recipient(), "Brief voor de val").body("Tekst.")).await;
        // what happened before has its place by then
        tokio::time::sleep(Duration::from_secs(1)).await;
        registered(stage, &receiver).await;
        let mut facts = Facts::of(&bank).await;

        for _ in 0..3 {
            receiver.is(Mood::Slow(Duration::from_millis(150)));
            for _ in 0..3 {
                facts.happen().await;
            }
            let known = receiver.heard().len();
            until("something is on its way", async || receiver.heard().len() > known).await;
            hub.kill().await;
            receiver.is(Mood::Well);
            hub.start_again().await;
        }
        let begun = Instant::now();
        until("everything is told", async || facts.all_taken(&receiver)).await;
        facts.expect_all(&receiver);
        figure(&format!(
            "{name}: killed three times while pushing: {} changes once and in order, {} tokens sent, {:.0} s until another turn",
            receiver.taken().len(),
            receiver.heard().len(),
            begun.elapsed().as_secs_f64()
        ));
        assert!(hub.terminate().await, "{}", hub.said());
        hub.check_logs();
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 3)]
async fn two_nodes_bring_every_change_once_and_in_order_even_if_one_stalls() {
    let first = HubProcess::start(TestDatabase::postgresql().await).await;
    let other = first.start_beside().await;
    let stage = &first.stage;
    let (bank, tax, receiver) =
        (stage.provider("bank").await, stage.sender("tax").await, Receiver::start().await);
    let mut mailboxes = Vec::new();
    for name in ["Anna", "Bert"] {
        let citizen = stage.citizen(name);
        let _grant = consents_of(&citizen, &bank).await;
        let letter = tax.letter(&citizen.person.recipient(), "Brief langs twee knopen");
        tax.delivers(&letter.body("Tekst.")).await;
        mailboxes.push(citizen);
    }
    // what happened before has its place by then
    tokio::time::sleep(Duration::from_secs(1)).await;
    registered(stage, &receiver).await;
    let mut facts = Facts::of(&bank).await;
    assert_eq!(facts.places.len(), 2);

    receiver.is(Mood::Slow(Duration::from_millis(40)));
    for _ in 0..20 {
        facts.happen().await;
    }
    until("everything is told", async || facts.all_taken(&receiver)).await;
    facts.expect_all(&receiver);
    assert_eq!(receiver.heard().len(), receiver.taken().len(), "nobody died, and nothing came twice");

    // a node that stands still while it has the turn: the other one goes on, and the first one moves nothing afterwards
    receiver.is(Mood::Slow(Duration::from_millis(300)));
    for _ in 0..30 {
        facts.happen().await;
    }
    let known = receiver.taken().len();
    until("a turn is under way", async || receiver.heard().len() > known).await;
    first.signal("STOP").await;
    tokio::time::sleep(Duration::from_secs(1)).await;
    let heard = receiver.heard().len();
    tokio::time::sleep(Duration::from_secs(1)).await;
    let held = if receiver.heard().len() == heard {
        &*first
    } else {
        first.signal("CONT").await;
        other.signal("STOP").await;
        &other
    };
    let stopped = Instant::now();
    tokio::time::sleep(Duration::from_secs(1)).await;
    assert!(!facts.all_taken(&receiver), "the one that was stopped had the turn");
    until("the other node goes on", async || facts.all_taken(&receiver)).await;
    held.signal("CONT").await;
    for (mailbox, _) in &facts.places {
        assert_eq!(receiver.kinds(Some(mailbox)), facts.kinds(), "{mailbox}");
    }
    expect_order(&receiver);
    figure(&format!(
        "two nodes, one of them stopped: everything told {:.0} s after that, {} tokens for {} changes",
        stopped.elapsed().as_secs_f64(),
        receiver.heard().len(),
        receiver.taken().len()
    ));
    let paused = json!({"state": "paused"});
    stage.operator("an").put("/v1/applications/bank-app/stream/state", &paused).await.expect(200);
    for node in [&other, &*first] {
        assert!(node.terminate().await, "{}", node.said());
        node.check_logs_of(stage);
    }
}
