//! Letters on their way into mailboxes: those that wait at the same time go with one commit (DATA rule 5).
//!
//! A letter comes here checked, its content stored. Nobody waits for a clock: a group is what waited while the one before was
//! written, so that under load one durable write carries many letters, and without load each goes at once. An answer comes after the
//! commit, whatever the group. A group that fails runs again in halves: what is wrong with one letter fails for that one alone.

mod group;
mod lane;
mod sql;
mod wording;

use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::blob::{self, Unnamed};
use crate::claim::Claim;
use crate::clock::Timestamp;
use crate::evidence;
use crate::id::{MailboxId, PublicationId};
use crate::mailbox::Number;
use crate::message::NewPart;
use crate::message::draft::Draft;
use crate::message::uploaded::Uploaded;
use crate::number::EnterpriseNumber;
use crate::sender::MessageType;

pub(crate) use group::NO_SUCH_MESSAGE;
pub use lane::LetterWork;
pub(crate) use lane::Posts;
pub(crate) use wording::{flags_of, headers, stated, words_of};

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
    /// Bytes of the draft.
    pub(crate) metadata: usize,
    /// What is searched of it, as JSON.
    pub(crate) words: String,
    /// What the list shows of its subject, as JSON.
    pub(crate) subject: String,
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

    /// About how much of it is written, in bytes.
    fn size(&self) -> usize {
        let inline = |part: &NewPart| match &part.stored.place {
            blob::Place::Inline(sealed) => sealed.len(),
            blob::Place::Object { .. } => 0,
        };
        self.metadata + self.words.len() + self.contents.iter().map(inline).sum::<usize>()
    }

    /// Whether no other letter may go with it: of two that correct the same message the second must see the first.
    fn goes_alone(&self) -> bool {
        self.replaces.is_some()
    }
}
