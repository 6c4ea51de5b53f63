//! Push and poll: changes brought to receivers that are well, slow, broken, hostile or away, and nothing lost or out of order.

mod challenges;
mod consents;
mod dead_letters;
mod faults;
mod nodes;
mod one_mailbox;
mod operators;
mod outdated;
mod polling;
mod reference;
mod resolver;
mod tokens;

use std::collections::{BTreeMap, BTreeSet};
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use system_tests::world::World;
use system_tests::world::citizen::Citizen;
use system_tests::world::machine::Machine;
use system_tests::world::operator::Operator;
use system_tests::world::provider::{Grant, Provider};
use system_tests::world::receiver::Receiver;
use system_tests::world::stage::Stage;
use tokio::sync::{RwLock, RwLockReadGuard, RwLockWriteGuard};

use crate::feed::{consents as consents_of, crowd};

const STREAM: &str = "/v1/applications/bank-app/stream";

/// Has the bank's events pushed to a receiver, which echoes the challenge.
async fn registered(stage: &Stage, receiver: &Receiver) {
    let an = stage.operator("an");
    an.put(STREAM, &json!({"method": "push", "address": receiver.address})).await.expect(200);
    let outcome = challenge(&an).await;
    assert_eq!(outcome["outcome"], "verified", "{outcome:#}");
}

/// Sends the challenge and gives what became of it.
async fn challenge(an: &Operator<'_>) -> Value {
    an.post(&format!("{STREAM}/challenge"), &json!({})).await.expect(200)
}

/// The bank's stream as an operator sees it.
async fn stream(stage: &Stage) -> Value {
    stage.operator("an").get(STREAM).await.expect(200)
}

/// Waits until something holds.
async fn until(what: &str, holds: impl AsyncFn() -> bool) {
    let begun = Instant::now();
    while !holds().await {
        assert!(begun.elapsed() < Duration::from_secs(60), "in vain: {what}");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

/// [`until`], while the hub's clock runs faster than the test: what waits for another try comes.
async fn in_time(world: &World, what: &str, holds: impl AsyncFn() -> bool) {
    let begun = Instant::now();
    while !holds().await {
        assert!(begun.elapsed() < Duration::from_secs(90), "in vain: {what}");
        world.advance(Duration::from_secs(5));
        tokio::time::sleep(Duration::from_millis(60)).await;
    }
}

/// The value of a metric of the bank's, if it is there; `more` are further labels.
async fn metric(stage: &Stage, name: &str, more: &str) -> Option<f64> {
    let request = stage.machine(None).request("GET", &format!("{}/metrics", stage.operations));
    let text = request.send().await.unwrap().text().await.unwrap();
    let mut lines = text.lines().filter(|line| line.starts_with(&format!("{name}{{")));
    let line = lines.find(|line| line.contains("application=\"bank-app\"") && line.contains(more))?;
    line.rsplit(' ').next()?.parse().ok()
}

/// Facts in several mailboxes of one bank: display flags that go up and down.
struct Facts<'w> {
    machine: &'w Machine<'w>,
    token: String,
    places: Vec<(String, String)>,
    done: usize,
}

impl<'w> Facts<'w> {
    /// Anna's mailbox and as many copies of it as are wished, all with a consent and one message.
    async fn over(world: &'w World, bank: &'w Provider<'_>, anna: &Citizen<'_>, copies: i64) -> Self {
        let tax = world.sender("tax").await;
        let _grant: Grant = consents_of(anna, bank).await;
        tax.delivers(&tax.letter(&anna.person.recipient(), "Aanslag op rietzangers").body("Tekst.")).await;
        if copies > 0 {
            crowd::gather(world, copies).await;
        }
        rest(world).await;
        Self::of(bank).await
    }

    /// Of what the bank can read.
    async fn of(bank: &'w Provider<'_>) -> Self {
        let machine = &bank.machine;
        let token = machine.client_credentials(&bank.client_id, "feed synchronise").await;
        let list = machine.get("/mailbox/v1/mailboxes", Some(&token)).await.expect(200);
        let mut places = Vec::new();
        for mailbox in list["items"].as_array().unwrap() {
            let mailbox = mailbox["mailboxId"].as_str().unwrap().to_owned();
            let path = format!("/mailbox/v1/mailboxes/{mailbox}/messages");
            let messages = machine.get(&path, Some(&token)).await.expect(200);
            let message = messages["items"][0]["messageId"].as_str().unwrap().to_owned();
            places.push((mailbox, message));
        }
        Self { machine, token, places, done: 0 }
    }

    /// One more fact in each mailbox.
    async fn happen(&mut self) {
        self.done += 1;
        // the clock of the hub may have left the last token behind
        self.token = self.machine.client_credentials("bank-app", "feed synchronise").await;
        for (mailbox, message) in &self.places {
            let path = format!("/mailbox/v1/mailboxes/{mailbox}/messages/{message}");
            let request = self.machine.request("PATCH", &path).bearer_auth(&self.token);
            self.machine.send(request.json(&json!({"read": self.done % 2 == 1}))).await.expect(200);
        }
    }

    /// The kinds of what happened in each mailbox, in order.
    fn kinds(&self) -> Vec<&'static str> {
        (1..=self.done).map(|n| if n % 2 == 1 { "messageRead" } else { "messageUnread" }).collect()
    }

    /// Whether a receiver has everything.
    fn all_taken(&self, receiver: &Receiver) -> bool {
        receiver.taken().len() >= self.done * self.places.len()
    }

    /// A receiver has every fact of every mailbox, once, in order.
    fn expect_all(&self, receiver: &Receiver) {
        for (mailbox, _) in &self.places {
            assert_eq!(receiver.kinds(Some(mailbox)), self.kinds(), "{mailbox}");
        }
        assert_eq!(receiver.taken().len(), self.done * self.places.len());
        expect_order(receiver);
    }
}

/// In each mailbox no change came before the earlier ones had been taken: what came again is what came before.
fn expect_order(receiver: &Receiver) {
    let mut open: BTreeMap<String, (BTreeSet<String>, BTreeSet<String>)> = BTreeMap::new();
    for heard in receiver.heard() {
        let (seen, waiting) = open.entry(heard.subject().to_owned()).or_default();
        if seen.insert(heard.jti().to_owned()) {
            assert!(waiting.is_empty(), "{} overtook {waiting:?}", heard.jti());
            waiting.insert(heard.jti().to_owned());
        }
        if heard.taken {
            waiting.remove(heard.jti());
        }
    }
}

/// Waits until everything that happened has its place in the feeds.
async fn rest(world: &World) {
    until("everything has its place", async || world.count("SELECT COUNT(*) FROM change_queue").await == 0)
        .await;
}

/// All hubs of this process count into the same metrics: who looks at them is alone meanwhile.
async fn alone() -> RwLockWriteGuard<'static, ()> {
    TURN.write().await
}

/// For everybody else: [`alone`] waits.
async fn beside() -> RwLockReadGuard<'static, ()> {
    TURN.read().await
}

static TURN: RwLock<()> = RwLock::const_new(());
