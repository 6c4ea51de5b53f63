//! Letters on their way into mailboxes: those that wait at the same time go with one commit (DATA rule 5).
//!
//! A letter comes here checked, its content stored. Nobody waits for a clock: a group is what waited while the one before was
//! written, so that under load one durable write carries many letters, and without load each goes at once. An answer comes after the
//! commit, whatever the group. A group that fails runs again one by one: what is wrong with one letter fails for that one alone.

mod group;
mod wording;

use std::time::Duration;

use serde::{Deserialize, Serialize};
use tokio::sync::oneshot;

use crate::blob::Unnamed;
use crate::claim::Claim;
use crate::clock::Timestamp;
use crate::db::Dialect;
use crate::error::Error;
use crate::evidence;
use crate::hub::Hub;
use crate::id::{MailboxId, PublicationId};
use crate::lanes::{Lane, Lanes};
use crate::mailbox::Number;
use crate::message::NewPart;
use crate::message::draft::Draft;
use crate::message::uploaded::Uploaded;
use crate::number::EnterpriseNumber;
use crate::sender::MessageType;

pub(crate) use group::NO_SUCH_MESSAGE;
pub(crate) use wording::{flags_of, headers, stated};

/// The answer to a publication, kept under its idempotency key.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Published {
    /// The message, as the sender organization knows it.
    pub message_id: String,
    /// Whether it is in the mailbox.
    pub outcome: Outcome,
    /// The recipient, as the sender organization is told of them, if it follows them: `rcp_…`. Not kept with the rest: it
    /// would tell whom a letter that was not delivered was for (TRUST T15).
    #[serde(skip)]
    pub recipient_id: Option<String>,
}

/// Whether a message was delivered.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Outcome {
    /// It is in the mailbox until then.
    Delivered {
        /// When it is removed.
        expires_at: Timestamp,
    },
    /// The citizen is not active or not known; nothing of it is kept (TRUST T15).
    NoDigitalUser,
}

impl Outcome {
    /// Whether it is in the mailbox.
    pub(crate) fn is_delivered(self) -> bool {
        matches!(self, Self::Delivered { .. })
    }
}

/// A publication that passed every check.
pub(crate) struct Letter {
    /// The client id of the sender application.
    pub(crate) application: String,
    pub(crate) draft: Draft,
    pub(crate) recipient: Number,
    pub(crate) organization: EnterpriseNumber,
    pub(crate) message_type: MessageType,
    pub(crate) publication: PublicationId,
    /// The publication, as the sender organization knows it.
    pub(crate) message_id: String,
    /// Its body and files, stored.
    pub(crate) contents: Vec<NewPart>,
    /// The message that it corrects.
    pub(crate) replaces: Option<Replaced>,
    /// The publication that it is a copy of, for one more recipient.
    pub(crate) copy_of: Option<PublicationId>,
    /// After which time the sender is told that nobody opened it.
    pub(crate) remind_after: Option<Duration>,
    pub(crate) held: Held,
}

/// What a request holds until its rows are there: its key, and objects that no row names.
pub(crate) struct Held {
    pub(crate) claim: Claim,
    /// The keyed mark of what was asked.
    pub(crate) mark: Vec<u8>,
    pub(crate) unnamed: Unnamed,
    pub(crate) uploaded: Vec<Uploaded>,
}

/// A message that is to be corrected.
#[derive(Clone, Copy)]
pub(crate) struct Replaced {
    pub(crate) mailbox: MailboxId,
    pub(crate) number: i64,
}

impl Letter {
    /// The letter as evidence names it.
    fn evidence(&self, mailbox: Option<MailboxId>) -> evidence::Letter<'_> {
        let (publication, organization) = (self.publication, self.organization.as_str());
        evidence::Letter { mailbox, publication, organization }
    }

    /// Whether no other letter may go with it: of two that correct the same message the second must see the first.
    fn goes_alone(&self) -> bool {
        self.replaces.is_some()
    }
}

/// The letters that wait at this node.
pub(crate) struct Posts(Lanes<Waiting>);

struct Waiting {
    letter: Letter,
    answer: oneshot::Sender<(Held, Result<Published, Error>)>,
}

impl Posts {
    /// For a hub over such a database.
    pub(crate) fn new(dialect: Dialect) -> Self {
        // SQLite has one writer; on PostgreSQL a group is made ready while another is committed
        let lanes = match dialect {
            Dialect::Sqlite => 1,
            Dialect::Postgres => 2,
        };
        Self(Lanes::new(lanes, TOGETHER))
    }
}

impl Hub {
    /// Puts a letter into the recipient's mailbox, or notes that it could not be. Whoever asked has back what it held, but for the
    /// objects that rows name now.
    ///
    /// Goes on when nobody waits for it any more.
    ///
    /// # Errors
    /// [`Error::Internal`] if it is not known what became of it; then nothing is given back.
    #[expect(
        clippy::disallowed_methods,
        reason = "a lane ends when nothing waits, and must not end with the one request that began it"
    )]
    pub(crate) async fn post(&self, letter: Letter) -> Result<(Held, Result<Published, Error>), Error> {
        let (answer, answered) = oneshot::channel();
        if let Some(lane) = self.posts().0.join(Waiting { letter, answer }) {
            tokio::spawn(work(self.clone(), lane));
        }
        answered.await.map_err(|_| Error::internal("a letter was given up on its way"))
    }
}

async fn work(hub: Hub, mut lane: Lane<Waiting>) {
    while let Some(waiting) = lane.take(|waiting| !waiting.answer.is_closed()) {
        let (letters, answers): (Vec<Letter>, Vec<_>) =
            waiting.into_iter().map(|waiting| (waiting.letter, waiting.answer)).unzip();
        for (done, answer) in deliver(&hub, letters).await.into_iter().zip(answers) {
            // whoever is not there any more needs no answer
            drop(answer.send(done));
        }
    }
}

/// Delivers letters together, or one by one if that fails.
async fn deliver(hub: &Hub, mut letters: Vec<Letter>) -> Vec<(Held, Result<Published, Error>)> {
    let mut together: Vec<&mut Letter> = letters.iter_mut().filter(|letter| !letter.goes_alone()).collect();
    let answers = match together.len() {
        0 | 1 => None,
        count => group::deliver(hub, &mut together)
            .await
            .inspect_err(|error| tracing::warn!(%error, letters = count, "letters go one by one"))
            .ok(),
    };
    let mut answers = answers.into_iter().flatten();
    let mut done = Vec::with_capacity(letters.len());
    for mut letter in letters {
        let answer = if letter.goes_alone() { None } else { answers.next() };
        let answer = match answer {
            Some(published) => Ok(published),
            None => alone(hub, &mut letter).await,
        };
        done.push((letter.held, answer));
    }
    done
}

async fn alone(hub: &Hub, letter: &mut Letter) -> Result<Published, Error> {
    let published = group::deliver(hub, &mut [letter]).await?.pop();
    published.ok_or_else(|| Error::internal("a letter came to nothing"))
}

/// Letters of one transaction at most.
const TOGETHER: usize = 64;
