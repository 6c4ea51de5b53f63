//! Every change once and in order, whatever happens to those who publish, sequence and read.
//!
//! 32 publishers drive the core directly, without HTTP: each flips the display flag of a message of its own mailbox, a
//! fact with everything that belongs to it. One transaction draws its place in the queue and stays open for seconds. Two
//! sequencers work: on PostgreSQL in two processes, on SQLite as two tasks. A reader over HTTP crashes now and then: what it
//! had read since its last kept cursor is lost, and it goes on from there.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use hub_core::access::MachineProof;
use hub_core::access::provider::{AskedPage, ProviderAccess};
use hub_core::clock::Clock;
use hub_core::message::Marks;
use hub_core::peer::{PeerIdentity, Role};
use serde_json::Value;
use system_tests::database::databases;
use system_tests::environment::{figure, full};
use system_tests::node::Node;
use system_tests::world::World;
use system_tests::world::provider::Provider;
use system_tests::world::setting::Setting;
use tokio::task::JoinSet;

use super::{Follower, consents, crowd};

/// What the publishers did, and when: by mailbox, each fact's kind and the moment when it was committed.
type Done = Mutex<BTreeMap<String, Vec<(&'static str, Instant)>>>;

/// An access with the application's own token, without HTTP.
async fn access(world: &World) -> ProviderAccess {
    let now = Clock::System.now();
    let identity = PeerIdentity {
        role: Role::Provider,
        anchor: "providers".into(),
        san_uris: vec!["urn:test:bank-app".into()],
        san_dns: Vec::new(),
        subject: "CN=a publisher".into(),
        organization: None,
        thumbprint: [7; 32],
        not_before: now,
        not_after: now.plus(Duration::from_secs(86_400)),
    };
    let client = world.hub().client(&identity, "bank-app").await.unwrap();
    let issued = client.client_credentials(Some("synchronise"), None).await.unwrap();
    let (token, audience) = (issued.access.expose(), world.hub().audiences().mailbox.clone());
    let proof = MachineProof { identity: &identity, token: Some(token), audience: &audience };
    world.hub().provider(&proof).await.unwrap()
}

/// The mailboxes with their one message.
async fn places(access: &ProviderAccess) -> Vec<(String, String)> {
    let page = access.mailboxes(Some(100), None).await.unwrap();
    let mut places = Vec::new();
    for mailbox in page.items {
        let message = access.messages(&mailbox.id, AskedPage::default()).await.unwrap().items.remove(0).id;
        places.push((mailbox.id, message));
    }
    places
}

/// What the publishers share.
struct Work {
    access: ProviderAccess,
    left: AtomicU64,
    done: Done,
}

/// Flips the flag of one message until enough was done by all.
async fn publish(work: Arc<Work>, place: (String, String)) {
    let mut read = false;
    while work.left.fetch_update(Ordering::SeqCst, Ordering::SeqCst, |left| left.checked_sub(1)).is_ok() {
        read = !read;
        work.access.mark(&place.0, &place.1, Marks { read: Some(read), archived: None }).await.unwrap();
        let fact = (if read { "messageRead" } else { "messageUnread" }, Instant::now());
        work.done.lock().unwrap().entry(place.0.clone()).or_default().push(fact);
    }
}

/// Draws a place in the queue early and commits late, for a mailbox that nobody else changes.
async fn stall(world: &World, seconds: u64) {
    let mut tx = world.db.write().await.unwrap();
    tx.execute(
        "INSERT INTO change_queue (mailbox_id, version, number, organization, kind, at)
         SELECT e.mailbox_id, m.version + 1, e.number, e.organization, 'messageAvailable', e.at
         FROM message e
         JOIN mailbox m ON m.id = e.mailbox_id
         WHERE m.created_at = 33",
        (),
    )
    .await
    .unwrap();
    tokio::time::sleep(Duration::from_secs(seconds)).await;
    tx.commit().await.unwrap();
}

/// A reader that keeps a page and its cursor together, and crashes between reading and keeping.
struct Reader<'w> {
    bank: &'w Provider<'w>,
    kept: Vec<(Value, Instant)>,
    crashes: u32,
    pages: u32,
}

impl Reader<'_> {
    /// Reads until it has kept so many changes.
    async fn read(&mut self, count: usize, mut follower: Follower<'_>) {
        let (mut token, mut progress) = (Instant::now(), Instant::now());
        while self.kept.len() < count && progress.elapsed() < Duration::from_secs(60) {
            if token.elapsed() > Duration::from_secs(300) {
                let scope = "feed synchronise";
                follower.token = self.bank.machine.client_credentials(&self.bank.client_id, scope).await;
                token = Instant::now();
            }
            let page = follower.ask(&with_wait(&follower.next)).await.expect(200);
            self.pages += 1;
            if self.pages.is_multiple_of(5) {
                // whatever it did with this page is lost; the cursor is still the old one
                self.crashes += 1;
                continue;
            }
            let now = Instant::now();
            if page["items"].as_array().is_some_and(|items| !items.is_empty()) {
                progress = now;
            }
            self.kept.extend(page["items"].as_array().unwrap().iter().map(|change| (change.clone(), now)));
            page["next"].as_str().unwrap().clone_into(&mut follower.next);
        }
        // nothing comes after the last one
        let page = follower.ask(&with_wait(&follower.next)).await.expect(200);
        self.kept
            .extend(page["items"].as_array().unwrap().iter().map(|change| (change.clone(), Instant::now())));
    }
}

fn with_wait(next: &str) -> String {
    if next.contains("wait=") { next.to_owned() } else { format!("{next}&wait=1&pageSize=500") }
}

/// Compares what was read with what was done; gives how long each took to be read.
fn compare(done: &Done, kept: &[(Value, Instant)]) -> Vec<Duration> {
    let ids: BTreeSet<&str> = kept.iter().map(|(change, _)| change["changeId"].as_str().unwrap()).collect();
    assert_eq!(ids.len(), kept.len(), "a change came twice");
    let mut read: BTreeMap<&str, Vec<(&str, Instant)>> = BTreeMap::new();
    for (change, at) in kept {
        let kind = change["kind"].as_str().unwrap();
        read.entry(change["mailboxId"].as_str().unwrap()).or_default().push((kind, *at));
    }
    let done = done.lock().unwrap();
    let mut lags = Vec::new();
    for (mailbox, facts) in done.iter() {
        let told = read.remove(mailbox.as_str()).unwrap_or_default();
        let kinds =
            |facts: &[(&str, Instant)]| facts.iter().map(|(kind, _)| (*kind).to_owned()).collect::<Vec<_>>();
        assert_eq!(kinds(&told), kinds(facts), "{mailbox}: every fact once, in its order");
        lags.extend(
            facts.iter().zip(&told).map(|((_, done), (_, told))| told.saturating_duration_since(*done)),
        );
    }
    let rest: Vec<_> = read.into_values().flatten().map(|(kind, _)| kind).collect();
    assert_eq!(rest, ["messageAvailable"], "of the mailbox that was held open");
    lags
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn every_change_is_read_once_and_in_order_by_a_reader_that_crashes() {
    let (count, stalled) =
        if full("100,000 changes on each database instead of 640") { (100_000, 6) } else { (640, 2) };
    for database in databases().await {
        // a connection for each publisher, and some for everybody else
        let change = |setting: &Setting| setting.configure("connections", "48");
        World::on_changed(database, change, async |world| {
            let bank = world.provider("bank").await;
            let beside = prepare(world, &bank).await;
            let played = play(world, &bank, (count, stalled)).await;
            figure(&played);
            if let Some(node) = beside {
                assert!(node.terminate().await, "{}", node.said());
                node.check_logs_of(&world.stage);
            }
        })
        .await;
    }
}

/// One message in each of 34 mailboxes, all with consents; on PostgreSQL another node beside this one.
async fn prepare(world: &World, bank: &Provider<'_>) -> Option<Node> {
    let (tax, anna) = (world.sender("tax").await, world.citizen("Anna"));
    let _grant = consents(&anna, bank).await;
    tax.delivers(&tax.letter(&anna.person.recipient(), "Kroniek der wielewalen").body("Eén brief.")).await;
    crowd::gather(world, 33).await;
    if world.database() == "postgresql" { Some(world.start_beside().await) } else { None }
}

/// Lets everybody work at once and compares what was read with what was done; gives the figures.
async fn play(world: &World, bank: &Provider<'_>, (count, stalled): (u64, u64)) -> String {
    let two_processes = world.database() == "postgresql";
    let access = access(world).await;
    let publishers = chosen(world, &places(&access).await).await;
    assert_eq!(publishers.len(), 32);
    let follower = Follower::at_the_end(bank).await;
    let mut reader = Reader { bank, kept: Vec::new(), crashes: 0, pages: 0 };
    let work = Arc::new(Work { access, left: AtomicU64::new(count), done: Done::default() });
    let over = AtomicBool::new(false);
    let begun = Instant::now();

    let mut publishing = JoinSet::new();
    for place in publishers {
        publishing.spawn(publish(Arc::clone(&work), place));
    }
    let second = async {
        while !two_processes && !over.load(Ordering::SeqCst) {
            world.hub().upkeep().sequence_changes().await.unwrap();
            tokio::time::sleep(Duration::from_millis(7)).await;
        }
    };
    let reading = async {
        reader.read(usize::try_from(count).unwrap() + 1, follower).await;
        over.store(true, Ordering::SeqCst);
    };
    // on SQLite nobody else commits meanwhile, and nobody waits for longer than five seconds
    let held_open = stall(world, if two_processes { stalled } else { 2 });
    let (_, (), (), ()) = tokio::join!(publishing.join_all(), held_open, second, reading);

    let mut lags = compare(&work.done, &reader.kept);
    lags.sort();
    let p99 = lags[(lags.len() * 99).div_ceil(100) - 1];
    assert!(reader.crashes > 0, "a reader that never crashed");
    format!(
        "{}: {} changes by 32 publishers in {:.1} s beside a transaction held open, two sequencers{}: each once and in order, by \
         a reader that crashed {} times in {} pages; from commit to reader p99 {} ms, {} ms at most",
        world.database(),
        reader.kept.len(),
        begun.elapsed().as_secs_f64(),
        if two_processes { " in two processes" } else { "" },
        reader.crashes,
        reader.pages,
        p99.as_millis(),
        lags[lags.len() - 1].as_millis(),
    )
}

/// The places of 32 publishers: neither Anna's mailbox nor the one that is held open.
async fn chosen(world: &World, places: &[(String, String)]) -> Vec<(String, String)> {
    // places come in the order of the mailboxes' ids
    let order: Vec<(i64,)> = world
        .db
        .fetch_all(
            "SELECT m.created_at
             FROM mailbox m
             JOIN consent c ON c.mailbox_id = m.id AND c.state = 'authorised'
             ORDER BY m.id",
            (),
        )
        .await
        .unwrap();
    assert_eq!(order.len(), places.len());
    let publishing = places.iter().zip(order).filter(|(_, (created,))| *created < 33);
    publishing.map(|(place, _)| place.clone()).collect()
}
