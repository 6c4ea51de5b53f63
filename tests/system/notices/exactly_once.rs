//! Every change of a sender's messages once and in order, whatever happens to those who cause, sequence and read it.
//!
//! Publishers publish to as many mailboxes, withdraw some, and let some be opened, all at once; one transaction draws its
//! place in the queue and stays open. On PostgreSQL two processes sequence, on SQLite two tasks. A reader over HTTP loses
//! every fifth page and goes on from its last kept cursor.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use futures_util::future::join_all;
use serde_json::{Value, json};
use system_tests::database::databases;
use system_tests::environment::{figure, full};
use system_tests::world::World;
use system_tests::world::people::enterprise;
use system_tests::world::sender::Sender;

use super::{Desk, reason, withdraw};

/// What was done to each message, in its order.
type Done = BTreeMap<String, Vec<&'static str>>;

/// Publishes to one mailbox again and again; every third message is withdrawn.
async fn publish(tax: &Sender<'_>, lane: u32, rounds: u32) -> Vec<(String, Vec<&'static str>)> {
    let to = json!({"enterpriseNumber": enterprise(500 + lane)});
    let mut done = Vec::new();
    for round in 0..rounds {
        let letter = tax.letter(&to, &format!("Telling der grauwe ganzen {lane} {round}")).body("Tekst");
        let answer = tax.publish(&letter).await.expect(201);
        let id = answer["messageId"].as_str().unwrap().to_owned();
        let mut facts = vec!["messageAvailable"];
        if round % 3 == 0 {
            withdraw(tax, &id, &reason()).await.expect(200);
            facts.push("messageWithdrawn");
        }
        done.push((id, facts));
    }
    done
}

/// Draws a place in the queue early and commits late, for a message that nobody else knows.
async fn stall(world: &World, organization: &str, seconds: u64) {
    let mut tx = world.db.write().await.unwrap();
    tx.execute(
        "INSERT INTO change_queue (mailbox_id, organization, kind, notice, about, at)
         SELECT id, $1, 'notice', 'messageReplied', id, 1
         FROM mailbox ORDER BY created_at LIMIT 1",
        (organization.to_owned(),),
    )
    .await
    .unwrap();
    tokio::time::sleep(Duration::from_secs(seconds)).await;
    tx.commit().await.unwrap();
}

/// Reads until so many were kept; every fifth page is lost with its cursor.
async fn read(desk: &mut Desk<'_>, count: usize) -> Vec<Value> {
    let (mut kept, mut pages, mut progress) = (Vec::new(), 0, Instant::now());
    let mut token = Instant::now();
    while kept.len() < count && progress.elapsed() < Duration::from_secs(60) {
        if token.elapsed() > Duration::from_secs(300) {
            desk.token = desk.sender.machine.client_credentials(&desk.sender.client_id, "feed").await;
            token = Instant::now();
        }
        let page = desk.ask(&format!("{}&wait=1&pageSize=50", desk.next)).await.expect(200);
        pages += 1;
        if pages % 5 == 0 {
            continue;
        }
        let items = page["items"].as_array().unwrap();
        if !items.is_empty() {
            progress = Instant::now();
        }
        kept.extend(items.iter().cloned());
        let next = page["next"].as_str().unwrap();
        desk.next = next.replace("pageSize=50&", "").replace("wait=1&", "");
    }
    let rest = desk.waits(1).await.expect(200);
    kept.extend(rest["items"].as_array().unwrap().iter().cloned());
    kept
}

fn compare(done: &Done, kept: &[Value]) {
    let ids: BTreeSet<&str> = kept.iter().map(|change| change["changeId"].as_str().unwrap()).collect();
    assert_eq!(ids.len(), kept.len(), "a change came twice");
    let mut told: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for change in kept {
        let message = change["messageId"].as_str().unwrap();
        told.entry(message).or_default().push(change["kind"].as_str().unwrap());
    }
    for (message, facts) in done {
        assert_eq!(told.remove(message.as_str()).unwrap_or_default(), *facts, "{message}");
    }
    let rest: Vec<_> = told.into_values().flatten().collect();
    assert_eq!(rest, ["messageReplied"], "of the transaction that was held open");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn every_change_is_read_once_and_in_order_by_a_sender_that_crashes() {
    let (lanes, rounds): (u32, u32) =
        if full("32 publishers with 300 messages each instead of 8 with 9") { (32, 300) } else { (8, 9) };
    for database in databases().await {
        let change = |setting: &system_tests::world::setting::Setting| setting.configure("connections", "48");
        World::on_changed(database, change, async |world| {
            let tax = world.sender("tax").await;
            let beside =
                if world.database() == "postgresql" { Some(world.start_beside().await) } else { None };
            tax.publish(
                &tax.letter(&json!({"enterpriseNumber": enterprise(499)}), "Begin der telling").body("Tekst"),
            )
            .await
            .expect(201);
            let mut desk = Desk::at_the_end(&tax).await;
            // the letter of the beginning may still be on its way
            while !desk.waits(1).await.expect(200)["items"].as_array().unwrap().is_empty() {
                desk.page().await;
            }
            let (begun, over) = (Instant::now(), AtomicBool::new(false));
            let expected = (lanes * rounds + lanes * rounds.div_ceil(3) + 1) as usize;
            let publishing = async {
                let done: Done = join_all((0..lanes).map(|lane| publish(&tax, lane, rounds)))
                    .await
                    .into_iter()
                    .flatten()
                    .collect();
                over.store(true, Ordering::SeqCst);
                done
            };
            let second = async {
                while !over.load(Ordering::SeqCst) {
                    world.hub().upkeep().sequence_changes().await.unwrap();
                    tokio::time::sleep(Duration::from_millis(5)).await;
                }
            };
            let (done, (), (), kept) = tokio::join!(
                publishing,
                second,
                stall(world, &tax.organization, 2),
                read(&mut desk, expected)
            );
            compare(&done, &kept);
            let (count, took, name) = (kept.len(), begun.elapsed().as_millis(), world.database());
            figure(&format!(
                "{count} changes of a sender's messages, each once and in order, in {took} ms, {name}"
            ));
            if let Some(node) = beside {
                assert!(node.terminate().await, "{}", node.said());
                node.check_logs_of(&world.stage);
            }
        })
        .await;
    }
}
