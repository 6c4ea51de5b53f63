//! The bucket goes away under load and comes back: small letters go all the while, large ones are refused for the moment, and
//! nothing that was acknowledged is lost.

use std::cell::Cell;
use std::time::Duration;

use futures_util::future::join_all;
use system_tests::environment::{figure, full};
use system_tests::world::people::Person;
use system_tests::world::sender::Sender;
use tokio::sync::Mutex;
use tokio::time::sleep;

use super::Nodes;
use crate::faults::load::{Ledger, Readers, Went};

#[tokio::test]
async fn while_the_bucket_is_away_small_letters_go_and_nothing_acknowledged_is_lost() {
    let outages = if full("10 outages of the bucket under load instead of 1") { 10 } else { 1 };
    let nodes = Nodes::start().await;
    let mut readers = Readers::admitted(nodes.stage()).await;
    let mut ledger = Mutex::new(Ledger::default());
    let (mut before, mut during) = (Went::default(), Went::default());

    for outage in 0..outages {
        let (tax, family) = (nodes.stage().sender("tax").await, nodes.stage().sender("family").await);
        let there = (nodes.sender_at_other(&tax), nodes.sender_at_other(&family));
        let senders = [&tax, &there.0, &family, &there.1];
        before += publish_during(&ledger, senders, async {
            sleep(Duration::from_millis(500)).await;
            nodes.s3.kill();
        })
        .await;
        during += publish_during(&ledger, senders, async {
            stand(&nodes, "DEGRADED").await;
            measures(&nodes, "facteur_object_store_up 0").await;
            sleep(Duration::from_secs(1)).await;
        })
        .await;
        let large = tax.letter(&Person::named("Fien").recipient(), &format!("Te groot voor nu {outage}"));
        let large = large.pdf("brief.pdf", 30_000);
        tax.publish(&large).await.expect_problem(503, "serviceUnavailable");

        nodes.s3.start_again();
        stand(&nodes, "UP").await;
        measures(&nodes, "facteur_object_store_up 1").await;
        tax.delivers(&large).await;
        ledger.get_mut().repeat(&tax).await;
        ledger.get_mut().repeat(&family).await;
        ledger.get_mut().check(&mut readers).await;
    }

    assert!(before.taken_small > 0 && before.taken_large > 0, "{before:?}");
    assert!(during.taken_small > 0 && during.refused_large > 0, "{during:?}");
    assert_eq!(
        (before.refused_small, during.refused_small, during.taken_large),
        (0, 0, 0),
        "{before:?} {during:?}: {}",
        nodes.troubles()
    );
    figure(&format!(
        "{outages} outages of the bucket: meanwhile {} small letters taken and {} large ones answered 503; of {} \
         acknowledged 0 lost",
        during.taken_small,
        during.refused_large,
        ledger.get_mut().figures().acknowledged
    ));
    nodes.stop().await;
}

/// All of them publish while something happens.
async fn publish_during(
    ledger: &Mutex<Ledger>,
    senders: [&Sender<'_>; 4],
    happens: impl Future<Output = ()>,
) -> Went {
    let over = Cell::new(false);
    let publishing = join_all(senders.map(|sender| Ledger::publish_until(ledger, sender, &over)));
    let happening = async {
        happens.await;
        over.set(true);
    };
    let (each, ()) = tokio::join!(publishing, happening);
    let mut all = Went::default();
    each.into_iter().for_each(|went| all += went);
    assert!(!all.broken, "a node ended: {all:?}");
    all
}

/// The metrics of both nodes have this line.
async fn measures(nodes: &Nodes, line: &str) {
    for address in [nodes.first.address, nodes.other.address] {
        let machine = nodes.stage().machine_at(address, None);
        let metrics = machine.get(&format!("{}/metrics", nodes.stage().operations), None).await.text();
        assert!(metrics.lines().any(|it| it == line), "no {line}: {metrics}");
    }
}

/// Waits until both nodes say this of themselves; ready they are all the time.
async fn stand(nodes: &Nodes, word: &str) {
    for address in [nodes.first.address, nodes.other.address] {
        let machine = nodes.stage().machine_at(address, None);
        let mut said = String::new();
        for _ in 0..300 {
            let ready = machine.get(&format!("{}/ready", nodes.stage().operations), None).await.expect(200);
            ready["status"].as_str().unwrap().clone_into(&mut said);
            if said == word {
                break;
            }
            sleep(Duration::from_millis(100)).await;
        }
        assert_eq!(said, word, "the node at {address}");
    }
}
