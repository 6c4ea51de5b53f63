//! Replies: what recipients answer to messages whose sender accepts that.
//!
//! A reply has a text and files, and goes to the sender of the message. Its content is a publication of its own in the
//! same mailbox, under the reply's id, and stays as long as a message of that type would: the sender has that time to
//! fetch it. Under a message it is seen as long as the message is there.

pub(crate) mod expiry;
mod sql;

use serde::Serialize;
use uuid::Uuid;

use crate::clock::Timestamp;
use crate::db::record;
use crate::id::{ApplicationId, MailboxId, PublicationId};
use crate::message::BODY_LIMIT;
use crate::message::draft::DraftAttachment;
use crate::message::rules::{Findings, check_attachments, is_odd};

/// A reply as it stands in the request, before anything about it is known to be right.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ReplyDraft {
    /// The text, plain.
    pub text: String,
    /// The files; none of them is the main content.
    pub attachments: Vec<DraftAttachment>,
}

/// Who answers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Answerer {
    /// A provider application, for its user.
    Application(ApplicationId),
    /// A person in the portal.
    Person(MailboxId),
}

/// A reply about to be stored; its publication comes first.
pub(crate) struct NewReply<'a> {
    pub(crate) mailbox: MailboxId,
    pub(crate) id: PublicationId,
    /// The message that it answers.
    pub(crate) number: i64,
    pub(crate) publication: PublicationId,
    pub(crate) organization: &'a str,
    /// The sender application.
    pub(crate) application: &'a str,
    pub(crate) at: Timestamp,
    pub(crate) expires_at: Timestamp,
    pub(crate) by: Answerer,
}

record! {
    /// A reply's row.
    #[derive(Clone, Debug)]
    pub(crate) struct ReplyRow {
        pub(crate) mailbox_id: MailboxId,
        pub(crate) id: PublicationId,
        pub(crate) at: Timestamp,
        pub(crate) expires_at: Timestamp,
    }
}

impl ReplyDraft {
    /// Notes what is wrong with it.
    pub(crate) fn check(&self, findings: &mut Findings) {
        if self.text.trim().is_empty() || self.text.len() > BODY_LIMIT {
            findings.note("outOfRange", "text", format!("1 to {BODY_LIMIT} bytes are expected"));
        }
        if is_odd(&self.text) {
            findings.note("invalidInput", "text", "control characters are not allowed");
        }
        check_attachments(&self.attachments, findings);
    }

    /// The reply in its one spelling, with the message that it answers.
    pub(crate) fn canonical(&self, message: (Uuid, i64)) -> Result<Vec<u8>, serde_json::Error> {
        serde_json::to_vec(&(message, self))
    }
}

/// Media type of a reply's text.
pub const TEXT_MEDIA_TYPE: &str = "text/plain";

/// Replies to one message at most.
pub const REPLIES: i64 = 20;
