//! `kill -9` of one node while both publish and are read: the other goes on, and what both acknowledged is there once.

use std::cell::Cell;
use std::collections::BTreeSet;
use std::time::Duration;

use futures_util::future::join_all;
use hub_core::db::{Db, DbConfig, Record};
use hub_core::random::Random;
use system_tests::environment::{figure, full};
use system_tests::world::machine::Machine;
use system_tests::world::provider::{Grant, messages_path};
use system_tests::world::sender::Sender;
use tokio::sync::Mutex;
use tokio::time::sleep;

use super::Nodes;
use crate::faults::load::{Ledger, Readers, Went};

#[tokio::test]
async fn nothing_acknowledged_is_lost_or_doubled_when_nodes_are_killed_under_load() {
    let kills = if full("60 kills of one of two nodes under load instead of 4") { 60 } else { 4 };
    let nodes = Nodes::start().await;
    let mut readers = Readers::admitted(nodes.stage()).await;
    let feed = feed_token(&readers).await;
    let mut ledger = Mutex::new(Ledger::default());
    let (mut all, mut lists) = (Went::default(), 0);

    for kill in 0..kills {
        let (tax, family) = (nodes.stage().sender("tax").await, nodes.stage().sender("family").await);
        let there = (nodes.sender_at_other(&tax), nodes.sender_at_other(&family));
        let (went, read) =
            killed_under_load(&nodes, &ledger, (&readers, [&tax, &there.0, &family, &there.1]), kill).await;
        all += went;
        lists += read;

        // what has no answer is asked of the node that lived, then of either
        let (asked, family) = if kill.is_multiple_of(2) { (&there.0, &there.1) } else { (&tax, &family) };
        ledger.get_mut().repeat(asked).await;
        ledger.get_mut().repeat(family).await;
        readers.bank.machine = at(&nodes, &readers, kill % 4 < 2);
        ledger.get_mut().check(&mut readers).await;
    }

    let figures = ledger.get_mut().figures();
    is_told_once(&nodes, &readers, &feed, figures.messages).await;
    let stage = nodes.stage();
    for node in [&nodes.other, &*nodes.first] {
        assert!(node.terminate().await, "{}", node.said());
        node.check_logs_of(stage);
    }
    is_counted(&nodes, figures.messages, lists).await;
    figure(&format!(
        "{kills} kills of one of two nodes: {} letters acknowledged and {} found whole, once, in the feed once, with \
         their evidence and audit; {} kept whole before their answer was sent; {lists} lists read meanwhile",
        figures.acknowledged, figures.messages, figures.kept_unanswered
    ));
}

/// Publishes and reads at both nodes while one is killed and started again; the other must answer everything.
async fn killed_under_load(
    nodes: &Nodes,
    ledger: &Mutex<Ledger>,
    (readers, senders): (&Readers<'_>, [&Sender<'_>; 4]),
    kill: u32,
) -> (Went, usize) {
    let over = Cell::new(false);
    let victim = if kill.is_multiple_of(2) { &*nodes.first } else { &nodes.other };
    let killing = async {
        let [a, b] = Random::system().bytes::<2>();
        sleep(Duration::from_millis(20 + u64::from(u16::from_be_bytes([a, b])) % 600)).await;
        victim.kill().await;
        nodes.start_again(victim).await;
        over.set(true);
    };
    let publishing = join_all(senders.map(|sender| Ledger::publish_until(ledger, sender, &over)));
    let machines = [at(nodes, readers, true), at(nodes, readers, false)];
    let reading = join_all(machines.iter().map(|machine| read_until(machine, &readers.grants[0], &over)));
    let ((), each, read) = tokio::join!(killing, publishing, reading);

    let mut all = Went::default();
    for (n, went) in each.into_iter().enumerate() {
        let at_victim = n.is_multiple_of(2) == kill.is_multiple_of(2);
        assert!(at_victim || !went.broken, "the node that lived broke a connection");
        assert_eq!((went.refused_small, went.refused_large), (0, 0), "{went:?}: {}", nodes.troubles());
        all += went;
    }
    (all, read.into_iter().sum())
}

/// Lists a mailbox until it is over or there is no answer; gives how often it was answered with a message. Of what discloses
/// nothing only polls are counted, and before the first letter the mailbox is empty.
async fn read_until(machine: &Machine<'_>, grant: &Grant, over: &Cell<bool>) -> usize {
    let mut answered = 0;
    while !over.get() {
        let request = machine.request("GET", &messages_path(grant)).bearer_auth(&grant.access);
        let Ok(answer) = machine.try_send(request).await else { break };
        let list = answer.expect(200);
        answered += usize::from(list["items"].as_array().is_some_and(|items| !items.is_empty()));
    }
    answered
}

/// The provider's machine at the first node, or at the other.
fn at<'n>(nodes: &'n Nodes, readers: &Readers<'_>, first: bool) -> Machine<'n> {
    let address = if first { nodes.first.address } else { nodes.other.address };
    nodes.stage().machine_at(address, Some(&readers.bank.credential))
}

async fn feed_token(readers: &Readers<'_>) -> String {
    readers.bank.machine.client_credentials(&readers.bank.client_id, "feed").await
}

/// The provider's feed tells of every message once, whichever node is asked for the next page.
async fn is_told_once(nodes: &Nodes, readers: &Readers<'_>, token: &str, messages: usize) {
    let machines = [at(nodes, readers, true), at(nodes, readers, false)];
    let (mut told, mut next) = (Vec::new(), "/mailbox/v1/changes?wait=1".to_owned());
    for turn in 0.. {
        let page = machines[turn % 2].get(&next, Some(token)).await.expect(200);
        let items = page["items"].as_array().unwrap();
        let new = items.iter().filter(|it| it["kind"] == "messageAvailable");
        told.extend(new.map(|change| change["messageId"].as_str().unwrap().to_owned()));
        next = format!(
            "{}&wait=1",
            page["next"].as_str().unwrap().replace("wait=1&", "").replace("&wait=1", "")
        );
        if items.is_empty() {
            break;
        }
    }
    let once: BTreeSet<&String> = told.iter().collect();
    assert_eq!((told.len(), once.len()), (messages, messages), "changes told, and messages among them");
}

/// Messages, what senders know of, evidence and audit agree; every list and every file that was answered was journalled.
async fn is_counted(nodes: &Nodes, messages: usize, lists: usize) {
    let setting = &nodes.stage().setting;
    let config = DbConfig { url: nodes.first.database.url.clone(), connections: 2 };
    let db = Db::open(&config, &setting.path("data")).await.unwrap();
    let counted: [i64; 6] = {
        let (a, b, c, d, e, f): (i64, i64, i64, i64, i64, i64) = row(
            &db,
            "SELECT (SELECT COUNT(*) FROM message), (SELECT COUNT(*) FROM publication), (SELECT COUNT(*) FROM sent),
                    (SELECT COUNT(*) FROM evidence WHERE kind = 'published'),
                    (SELECT COUNT(*) FROM audit_write WHERE action = 'publish'),
                    (SELECT COUNT(*) FROM reading WHERE what = 'content')",
        )
        .await;
        [a, b, c, d, e, f]
    };
    assert_eq!(
        counted,
        [i64::try_from(messages).unwrap(); 6],
        "message, publication, sent, evidence, audit, contents read"
    );
    let (objects, listed): (i64, i64) = row(
        &db,
        "SELECT (SELECT COUNT(*) FROM part WHERE wrapped_key IS NOT NULL), (SELECT COUNT(*) FROM reading WHERE what = 'list')",
    )
    .await;
    assert!(
        listed >= i64::try_from(lists).unwrap(),
        "{lists} lists were answered, {listed} are in the journals"
    );
    assert!(i64::try_from(nodes.s3.objects().len()).unwrap() >= objects, "an object is missing");
    db.close().await;
}

async fn row<R: Record>(db: &Db, sql: &'static str) -> R {
    db.fetch_optional(sql, ()).await.unwrap().unwrap()
}
