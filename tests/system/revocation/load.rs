//! What goes on beside the endings, through both nodes, and must not notice them.

use std::cell::{Cell, RefCell};
use std::time::Duration;

use hub_core::random::Random;
use system_tests::world::machine::Machine;
use system_tests::world::people::Person;
use system_tests::world::provider::{EVERYTHING, Grant, Provider, messages_path};
use system_tests::world::sender::Sender;
use tokio::time::{Instant, sleep};

use super::{BYSTANDER, Nodes};

/// How much was asked beside the endings, and answered with 200 and 201.
#[derive(Default)]
struct Load {
    over: Cell<bool>,
    reads: Cell<u32>,
    publications: Cell<u32>,
    slowest: RefCell<Duration>,
}

/// Does this while another consent is read and letters are published through both nodes; gives its result, and the
/// load in words.
pub(super) async fn under_load<T>(nodes: &Nodes, work: impl Future<Output = T>) -> (T, String) {
    let stage = nodes.stage();
    let (post, tax) = (stage.provider("post").await, stage.sender("tax").await);
    let grant = stage.citizen(BYSTANDER).grants(&post, &EVERYTHING).await;
    let (there, tax_there) = (nodes.at_other(&post.credential), at_other(nodes, &tax));
    let load = Load::default();
    let begun = Instant::now();

    let working = async {
        let done = work.await;
        load.over.set(true);
        done
    };
    let readers =
        [&post.machine, &post.machine, &there, &there].map(|machine| load.read(&post, machine, &grant));
    let senders = [&tax, &tax_there].map(|sender| load.publish(sender));
    let (done, _, _) = tokio::join!(
        working,
        futures_util::future::join_all(readers),
        futures_util::future::join_all(senders)
    );

    let (reads, publications) = (load.reads.get(), load.publications.get());
    assert!(reads > 0 && publications > 0, "there was no load: {reads} reads, {publications} publications");
    let words = format!(
        "beside {reads} reads and {publications} publications in {} s, all answered, {} ms at most",
        begun.elapsed().as_secs(),
        load.slowest.borrow().as_millis()
    );
    (done, words)
}

/// The same sender application at the other node.
fn at_other<'w>(nodes: &'w Nodes, sender: &Sender<'w>) -> Sender<'w> {
    Sender { machine: nodes.at_other(&sender.credential), ..sender.clone() }
}

impl Load {
    /// Reads list, message and attachment again and again.
    async fn read(&self, post: &Provider<'_>, machine: &Machine<'_>, grant: &Grant) {
        let mut token = Fresh::new(grant.access.clone());
        while !self.over.get() {
            if token.is_old() {
                token = Fresh::new(post.refreshes(grant).await.access);
            }
            let list = messages_path(grant);
            let newest = self.get(machine, &list, &token.text).await;
            let message = format!("{list}/{}", newest["items"][0]["messageId"].as_str().unwrap());
            let message = self.get(machine, &message, &token.text).await;
            self.get(machine, message["attachments"][0]["contentHref"].as_str().unwrap(), &token.text).await;
            sleep(PAUSE).await;
        }
    }

    async fn get(&self, machine: &Machine<'_>, path: &str, token: &str) -> serde_json::Value {
        let begun = Instant::now();
        let answer = machine.get(path, Some(token)).await.expect(200);
        self.took(begun);
        self.reads.set(self.reads.get() + 1);
        answer
    }

    /// Publishes to the bystander, and to those whose consents end.
    async fn publish(&self, sender: &Sender<'_>) {
        let mut sender = sender.clone();
        let mut token = Fresh::new(sender.token.clone());
        while !self.over.get() {
            if token.is_old() {
                let fresh = sender.machine.client_credentials(&sender.client_id, "publish status recipients");
                token = Fresh::new(fresh.await);
                sender.token.clone_from(&token.text);
            }
            let [size] = Random::system().bytes::<1>();
            let letter = sender.letter(&Person::named(BYSTANDER).recipient(), "While others were ended");
            let letter = letter.body("Beside.").pdf("beside.pdf", 500 + 100 * usize::from(size));
            let begun = Instant::now();
            let answer = sender.publish(&letter).await.expect(201);
            assert_eq!(answer["delivered"], true, "{answer:#}");
            self.took(begun);
            self.publications.set(self.publications.get() + 1);
            sleep(PAUSE).await;
        }
    }

    fn took(&self, begun: Instant) {
        let mut slowest = self.slowest.borrow_mut();
        *slowest = slowest.max(begun.elapsed());
    }
}

/// A token and its age.
struct Fresh {
    text: String,
    since: Instant,
}

impl Fresh {
    fn new(text: String) -> Self {
        Self { text, since: Instant::now() }
    }

    /// Whether it ends soon: access tokens live for ten minutes.
    fn is_old(&self) -> bool {
        self.since.elapsed() > Duration::from_secs(300)
    }
}

const PAUSE: Duration = Duration::from_millis(40);
