//! Publication under load, and what must be true of it afterwards.

use std::cell::Cell;
use std::collections::{BTreeMap, BTreeSet};
use std::ops::AddAssign;

use hub_core::random::Random;
use serde_json::Value;
use system_tests::world::letter::{Letter, digest};
use system_tests::world::people::Person;
use system_tests::world::provider::{EVERYTHING, Grant, Provider, messages_path};
use system_tests::world::sender::Sender;
use system_tests::world::stage::Stage;

/// The citizens who get letters.
const RECIPIENTS: [&str; 3] = ["Anna", "Bert", "Emma"];
/// How large attachments are: in the row, at its edge, in the object store, larger than any buffer.
const SIZES: [usize; 4] = [700, 8_100, 40_000, 400_000];

/// What was sent so far, by subject.
#[derive(Default)]
pub(crate) struct Ledger {
    letters: BTreeMap<String, Entry>,
    /// Letters that were found in a mailbox, whole.
    whole: BTreeSet<String>,
    /// Letters that were found whole although their publication was not answered.
    kept_unanswered: BTreeSet<String>,
    next: u32,
}

struct Entry {
    /// What to send again; gone once it was acknowledged.
    open: Option<Letter>,
    digest: String,
    recipient: usize,
}

impl Entry {
    fn acknowledged(&self) -> bool {
        self.open.is_none()
    }
}

/// The figures of a run.
#[derive(Debug, Default)]
pub(crate) struct Figures {
    /// Publications answered 201, at once or when they were repeated.
    pub(crate) acknowledged: usize,
    /// Publications that were there, whole, although the kill came before the answer.
    pub(crate) kept_unanswered: usize,
    /// Messages read back with the right digest.
    pub(crate) messages: usize,
}

/// How publishing went until it was over; large letters need the object store.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Went {
    pub(crate) taken_small: u32,
    pub(crate) taken_large: u32,
    pub(crate) refused_small: u32,
    pub(crate) refused_large: u32,
    /// Whether the end was a broken connection.
    pub(crate) broken: bool,
}

impl AddAssign for Went {
    fn add_assign(&mut self, other: Self) {
        self.taken_small += other.taken_small;
        self.taken_large += other.taken_large;
        self.refused_small += other.refused_small;
        self.refused_large += other.refused_large;
        self.broken |= other.broken;
    }
}

/// The consents by which one provider reads everybody's mail.
pub(crate) struct Readers<'w> {
    pub(crate) bank: Provider<'w>,
    pub(crate) grants: Vec<Grant>,
}

impl<'w> Readers<'w> {
    /// Gets every recipient's consent, by the real pages.
    pub(crate) async fn admitted(stage: &'w Stage) -> Self {
        let bank = stage.provider("bank").await;
        let mut grants = Vec::new();
        for name in RECIPIENTS {
            grants.push(stage.citizen(name).grants(&bank, &EVERYTHING).await);
        }
        Self { bank, grants }
    }
}

impl Ledger {
    /// Publishes one letter after the other until there is no answer, or one that is no 201; gives that one.
    pub(crate) async fn publish_until_it_breaks(
        ledger: &tokio::sync::Mutex<Self>,
        sender: &Sender<'_>,
    ) -> Option<(u16, String)> {
        loop {
            let (subject, letter) = ledger.lock().await.draft(sender);
            let answer = sender.machine.try_send(sender.publication(&letter)).await;
            match answer {
                Ok(answer) if answer.status == 201 => ledger.lock().await.acknowledge(&subject),
                Ok(answer) => return Some((answer.status.as_u16(), answer.header("retry-after").to_owned())),
                Err(_) => return None,
            }
        }
    }

    /// Publishes one letter after the other until it is over, or there is no answer. What is answered 503 stays open.
    pub(crate) async fn publish_until(
        ledger: &tokio::sync::Mutex<Self>,
        sender: &Sender<'_>,
        over: &Cell<bool>,
    ) -> Went {
        let mut went = Went::default();
        while !over.get() {
            let (subject, letter) = ledger.lock().await.draft(sender);
            let large = letter.parts[0].bytes.len() > 8 * 1024;
            let Ok(answer) = sender.machine.try_send(sender.publication(&letter)).await else {
                went.broken = true;
                break;
            };
            match answer.status.as_u16() {
                201 => ledger.lock().await.acknowledge(&subject),
                503 => {
                    answer.expect_problem(503, "serviceUnavailable");
                    assert!(answer.header("retry-after").parse::<u64>().unwrap() > 0);
                    let refused = if large { &mut went.refused_large } else { &mut went.refused_small };
                    *refused += 1;
                    continue;
                }
                _ => panic!("{}: {}", answer.status, answer.text()),
            }
            let taken = if large { &mut went.taken_large } else { &mut went.taken_small };
            *taken += 1;
        }
        went
    }

    /// Sends again what was not answered, under the same key: it must not come twice.
    pub(crate) async fn repeat(&mut self, sender: &Sender<'_>) {
        let open =
            self.letters.iter().filter_map(|(subject, entry)| Some((subject.clone(), entry.open.clone()?)));
        let open: Vec<(String, Letter)> =
            open.filter(|(_, letter)| letter.metadata["messageType"] == sender.message_type).collect();
        for (subject, letter) in open {
            let answer = sender.publish(&letter).await;
            match answer.status.as_u16() {
                201 => self.acknowledge(&subject),
                // whoever held the key was killed; it is let go when its lease ends
                409 => drop(answer.expect_problem(409, "idempotencyInProgress")),
                _ => panic!("{}: {}", answer.status, answer.text()),
            }
        }
    }

    fn draft(&mut self, sender: &Sender<'_>) -> (String, Letter) {
        self.next += 1;
        let [size, whom] = Random::system().bytes::<2>().map(usize::from);
        let recipient = whom % RECIPIENTS.len();
        let subject = format!("Letter {} of {}", self.next, sender.client_id);
        let letter = sender.letter(&Person::named(RECIPIENTS[recipient]).recipient(), &subject);
        let letter =
            letter.body(&subject).pdf("letter.pdf", SIZES[size % SIZES.len()] + self.next as usize % 97);
        let digest = digest(&letter.parts[0].bytes);
        let entry = Entry { open: Some(letter.clone()), digest, recipient };
        self.letters.insert(subject.clone(), entry);
        (subject, letter)
    }

    fn acknowledge(&mut self, subject: &str) {
        self.letters.get_mut(subject).unwrap().open = None;
    }

    /// Reads every mailbox as far as it is new: what was acknowledged is there, once and whole; whatever else is there
    /// is whole too.
    pub(crate) async fn check(&mut self, readers: &mut Readers<'_>) {
        for (n, grant) in readers.grants.iter_mut().enumerate() {
            *grant = readers.bank.refreshes(grant).await;
            self.check_mailbox(&readers.bank, grant, n).await;
        }
        let silent = self.letters.iter().filter(|(_, entry)| !entry.acknowledged());
        let kept = silent.map(|(subject, _)| subject).filter(|subject| self.whole.contains(*subject));
        self.kept_unanswered.extend(kept.cloned());
        let lost: Vec<&String> = self
            .letters
            .iter()
            .filter(|(subject, entry)| entry.acknowledged() && !self.whole.contains(*subject))
            .map(|(subject, _)| subject)
            .collect();
        assert!(lost.is_empty(), "acknowledged and lost: {lost:?}");
    }

    async fn check_mailbox(&mut self, bank: &Provider<'_>, grant: &Grant, recipient: usize) {
        let mut path = Some(format!("{}?pageSize=100", messages_path(grant)));
        let mut seen = BTreeSet::new();
        while let Some(next) = path {
            let page = bank.get(grant, &next).await.expect(200);
            path = page["next"].as_str().map(str::to_owned);
            for item in page["items"].as_array().unwrap() {
                let subject = item["subject"]["en"].as_str().unwrap().to_owned();
                assert!(seen.insert(subject.clone()), "{subject} came twice");
                if self.whole.contains(&subject) {
                    // older ones were checked after an earlier kill
                    path = None;
                } else {
                    self.check_message(bank, grant, (item, recipient)).await;
                    self.whole.insert(subject);
                }
            }
        }
    }

    async fn check_message(&self, bank: &Provider<'_>, grant: &Grant, (item, recipient): (&Value, usize)) {
        let subject = item["subject"]["en"].as_str().unwrap();
        let entry = self.letters.get(subject).unwrap_or_else(|| panic!("nobody sent {subject}"));
        assert_eq!(entry.recipient, recipient, "{subject} is in another mailbox");
        let message = bank.message(grant, item["messageId"].as_str().unwrap()).await.expect(200);
        assert_eq!(message["body"]["text"]["en"], subject);
        let href = message["attachments"][0]["contentHref"].as_str().unwrap();
        let content = bank.get(grant, href).await;
        content.expect(200);
        assert_eq!(digest(&content.body), entry.digest, "{subject} has other bytes");
    }

    /// What became of it all.
    pub(crate) fn figures(&self) -> Figures {
        let acknowledged = self.letters.values().filter(|entry| entry.acknowledged()).count();
        Figures { acknowledged, kept_unanswered: self.kept_unanswered.len(), messages: self.whole.len() }
    }
}
