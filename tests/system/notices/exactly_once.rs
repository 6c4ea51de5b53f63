//! Every change of a sender's messages once and in order, whatever happens to those who cause, sequence and read it.
//!
//! Publishers publish to as many mailboxes and withdraw some, while a provider fetches what one of them brings; one
//! transaction draws its place in the queue and stays open. On PostgreSQL two processes sequence, on SQLite two tasks. A reader over HTTP loses
//! every fifth page and goes on from its last kept cursor.

use std::collections::BTreeSet;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use futures_util::future::join_all;
use serde_json::{Value, json};
use system_tests::database::databases;
use system_tests::environment::{figure, full};
use system_tests::world::World;
use system_tests::world::people::enterprise;
use system_tests::world::provider::{EVERYTHING, Grant, Provider, messages_path};
use system_tests::world::sender::Sender;

use super::{Desk, reason, withdraw};

/// Something that was done to a message.
struct Done {
    message: String,
    subject: String,
    kind: &'static str,
}

/// Publishes to one mailbox again and again; every third message is withdrawn. Gives what was done, in its order.
async fn publish(tax: &Sender<'_>, (lane, to): (u32, Value), rounds: u32) -> Vec<Done> {
    let mut done = Vec::new();
    for round in 0..rounds {
        let subject = format!("Telling der grauwe ganzen {lane} {round}");
        let answer = tax.publish(&tax.letter(&to, &subject).body("Tekst")).await.expect(201);
        let message = answer["messageId"].as_str().unwrap().to_owned();
        done.push(Done { message: message.clone(), subject: subject.clone(), kind: "messageAvailable" });
        if round % 3 == 0 {
            withdraw(tax, &message, &reason()).await.expect(200);
            done.push(Done { message, subject, kind: "messageWithdrawn" });
        }
    }
    done
}

/// Fetches what a mailbox shows until nothing more comes; gives the subjects of what was there with its content.
async fn fetch(bank: &Provider<'_>, grant: &Grant, over: &AtomicBool) -> BTreeSet<String> {
    let (mut tried, mut fetched) = (BTreeSet::new(), BTreeSet::new());
    loop {
        let last = over.load(Ordering::SeqCst);
        let list = bank.messages(grant).await.expect(200);
        for item in list["items"].as_array().unwrap() {
            let id = item["messageId"].as_str().unwrap();
            if tried.insert(id.to_owned()) {
                let shown = bank.get(grant, &format!("{}/{id}", messages_path(grant))).await.expect(200);
                if shown.get("body").is_some_and(|body| !body.is_null()) {
                    fetched.insert(shown["subject"]["nl"].as_str().unwrap().to_owned());
                }
            }
        }
        if last {
            return fetched;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
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

/// Reads until so many were kept as are known to come in the end; every fifth page is lost with its cursor.
async fn read(desk: &mut Desk<'_>, count: &AtomicUsize) -> Vec<Value> {
    let (mut kept, mut pages, mut progress) = (Vec::new(), 0, Instant::now());
    let mut token = Instant::now();
    while kept.len() < count.load(Ordering::SeqCst) && progress.elapsed() < Duration::from_secs(60) {
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

/// Each change came once; those of a mailbox stand in the order in which they were caused, and a retrieval between the
/// arrival and the withdrawal of its message.
fn compare(lanes: &[Vec<Done>], fetched: &BTreeSet<String>, kept: &[Value]) {
    let ids: BTreeSet<&str> = kept.iter().map(|change| change["changeId"].as_str().unwrap()).collect();
    assert_eq!(ids.len(), kept.len(), "a change came twice");
    let told: Vec<(&str, &str)> = kept
        .iter()
        .map(|change| (change["messageId"].as_str().unwrap(), change["kind"].as_str().unwrap()))
        .collect();
    let mut known = BTreeSet::new();
    for done in lanes {
        let messages: BTreeSet<&str> = done.iter().map(|fact| fact.message.as_str()).collect();
        let caused: Vec<(&str, &str)> = done.iter().map(|fact| (fact.message.as_str(), fact.kind)).collect();
        let of_lane =
            |(message, kind): &&(&str, &str)| messages.contains(message) && *kind != "messageRetrieved";
        let told: Vec<(&str, &str)> = told.iter().filter(of_lane).copied().collect();
        assert_eq!(told, caused, "the order of one mailbox");
        known.extend(messages);
    }
    for fact in lanes.iter().flatten().filter(|fact| fact.kind == "messageAvailable") {
        let of_message = told.iter().filter(|(message, _)| *message == fact.message);
        let at: Vec<&str> = of_message.map(|(_, kind)| *kind).collect();
        let retrieved = at.iter().position(|kind| *kind == "messageRetrieved");
        assert_eq!(retrieved, fetched.contains(&fact.subject).then_some(1), "{}: {at:?}", fact.subject);
    }
    let rest: Vec<&str> =
        told.iter().filter(|(message, _)| !known.contains(message)).map(|(_, kind)| *kind).collect();
    assert_eq!(rest, ["messageReplied"], "of the transaction that was held open");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn every_change_is_read_once_and_in_order_by_a_sender_that_crashes() {
    let (lanes, rounds): (u32, u32) =
        if full("32 publishers with 300 messages each instead of 8 with 9") { (32, 300) } else { (8, 9) };
    for database in databases().await {
        let change = |setting: &system_tests::world::setting::Setting| setting.configure("connections", "48");
        World::on_changed(database, change, async |world| {
            let (tax, bank) = (world.sender("tax").await, world.provider("bank").await);
            let anna = world.citizen("Anna");
            let grant = anna.grants(&bank, &EVERYTHING).await;
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
            let (caused, expected) =
                (lanes * rounds + lanes * rounds.div_ceil(3) + 1, AtomicUsize::new(usize::MAX));
            let recipient = |lane| match lane {
                0 => anna.person.recipient(),
                _ => json!({"enterpriseNumber": enterprise(500 + lane)}),
            };
            let publishing = async {
                let done =
                    join_all((0..lanes).map(|lane| publish(&tax, (lane, recipient(lane)), rounds))).await;
                over.store(true, Ordering::SeqCst);
                done
            };
            let acting = async {
                let (done, fetched) = tokio::join!(publishing, fetch(&bank, &grant, &over));
                expected.store(caused as usize + fetched.len(), Ordering::SeqCst);
                (done, fetched)
            };
            let second = async {
                while !over.load(Ordering::SeqCst) {
                    world.hub().upkeep().sequence_changes().await.unwrap();
                    tokio::time::sleep(Duration::from_millis(5)).await;
                }
            };
            let ((done, fetched), (), (), kept) =
                tokio::join!(acting, second, stall(world, &tax.organization, 2), read(&mut desk, &expected));
            assert!(!fetched.is_empty(), "something was fetched meanwhile");
            compare(&done, &fetched, &kept);
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
