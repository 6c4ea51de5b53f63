//! Facts survive what their transaction survives, seals are made once, and a wrong clock is noticed.

use std::time::{Duration, Instant};

use hub_core::clock::Clock;
use system_tests::database::{TestDatabase, databases};
use system_tests::environment::figure;
use system_tests::process::HubProcess;
use system_tests::world::World;
use system_tests::world::people::Person;

use super::{evidence, kinds};

#[tokio::test]
async fn facts_survive_a_kill_right_after_the_answer() {
    for database in databases().await {
        let hub = HubProcess::start(database).await;
        let bert = Person::named("Bert");
        let mut messages = Vec::new();
        for round in 0..3 {
            let tax = hub.stage.sender("tax").await;
            for n in 0..4 {
                messages.push(tax.publishes(&bert.recipient(), &format!("Letter {round} {n}")).await);
            }
            hub.kill().await;
            hub.start_again().await;
        }
        let tax = hub.stage.sender("tax").await;
        for message in &messages {
            assert_eq!(kinds(&evidence(&tax, message).await), ["published", "madeAvailable"]);
        }
        assert!(hub.terminate().await);
    }
}

#[tokio::test]
async fn each_statement_is_sealed_once_however_many_seal() {
    World::on_both(async |world| {
        let (tax, bert) = (world.sender("tax").await, Person::named("Bert"));
        for n in 0..25 {
            tax.delivers(&tax.letter(&bert.recipient(), &format!("Letter number {n}")).body("Text")).await;
        }
        let sealing = (0..8).map(|_| async {
            let mut sealed = 0;
            loop {
                match world.hub().upkeep().seal_evidence().await.unwrap() {
                    0 => break sealed,
                    count => sealed += count,
                }
            }
        });
        futures_util::future::join_all(sealing).await;

        let (stated, unsealed, leaves): (i64, i64, i64) = world
            .row(
                "SELECT (SELECT COUNT(*) FROM evidence), (SELECT COUNT(*) FROM evidence WHERE seal_id IS NULL),
                        (SELECT CAST(SUM(LENGTH(leaves)) AS BIGINT) / 32 FROM seal)",
            )
            .await;
        assert_eq!((stated, unsealed, leaves), (25, 0, 25));
        let (lonely,): (i64,) = world
            .row("SELECT COUNT(*) FROM evidence e WHERE NOT EXISTS (SELECT 1 FROM seal s WHERE s.id = e.seal_id)")
            .await;
        assert_eq!(lonely, 0);
    })
    .await;
}

#[tokio::test]
async fn a_node_whose_clock_is_off_is_not_ready() {
    let ready = async |world: &World| {
        let url = format!("{}/ready", world.operations);
        world.machine(None).request("GET", &url).send().await.unwrap().status().as_u16()
    };
    World::on_both(async |world| {
        // the clock of a test stands still unless it is moved: bring it to the present
        let mut answer = 503;
        for _ in 0..20 {
            world.advance(Clock::System.now().since(world.now()));
            answer = ready(world).await;
            if answer == 200 {
                break;
            }
        }
        assert_eq!(answer, 200);
        world.advance(Duration::from_secs(60));
        let wanted = if world.database() == "postgresql" { 503 } else { 200 };
        assert_eq!(ready(world).await, wanted, "SQLite has no other clock to ask");
    })
    .await;
}

#[tokio::test]
async fn what_a_publication_costs() {
    World::on(TestDatabase::sqlite().await, async |world| {
        let (tax, bert) = (world.sender("tax").await, Person::named("Bert"));
        let mut took = Vec::new();
        for n in 0..120 {
            let letter = tax.letter(&bert.recipient(), &format!("Letter number {n}")).body("A short text");
            let begun = Instant::now();
            tax.delivers(&letter).await;
            took.push(begun.elapsed());
        }
        took.sort();
        figure(&format!(
            "a publication with its evidence on SQLite, one after the other: 10 % {:.2} ms, median {:.2} ms, 90 % {:.2} ms",
            took[12].as_secs_f64() * 1e3,
            took[60].as_secs_f64() * 1e3,
            took[108].as_secs_f64() * 1e3
        ));
        let begun = Instant::now();
        while world.hub().upkeep().seal_evidence().await.unwrap() > 0 {}
        figure(&format!("sealing what was left of 120: {:.1} ms", begun.elapsed().as_secs_f64() * 1e3));
        assert!(took[60] < Duration::from_secs(1));
    })
    .await;
}
