//! Messages: what a sender published once, and its place in a mailbox.
//!
//! A publication holds the content: a header and its parts. A message is its place, key (mailbox, number); the
//! number is the mailbox version that created it, so that newest first is number descending. What is searched
//! is clear to the database; a person's number and who a message is meant for are sealed (TRUST T22).
//! Publishing stands here; see [`draft`] for the rules of what may be published.

pub(crate) mod content;
pub mod draft;
pub(crate) mod expiry;
mod expiry_sql;
pub(crate) mod finding;
mod finding_sql;
pub(crate) mod folding;
mod header;
pub(crate) mod linking;
mod linking_sql;
pub(crate) mod marking;
mod marking_sql;
pub mod media;
pub(crate) mod outline;
mod outline_sql;
mod payment;
pub mod question;
pub(crate) mod reading;
mod reading_sql;
pub(crate) mod rules;
mod sequel;
mod sequel_sql;
mod sql;
pub(crate) mod uploaded;
pub(crate) mod withdrawing;

use uuid::Uuid;

use crate::clock::Timestamp;
use crate::db::record;
use crate::id::{MailboxId, PublicationId, Sha256};

pub(crate) use header::listed_subject;
pub use header::{Addressee, BusinessDatum, Header, Placed, SealedHeader, sealed_header_aad};
pub use marking::Marks;
pub use payment::Payment;
pub(crate) use payment::is_iban;
pub use reading::{Body, Headline, PAGE_SIZE, PAGE_SIZE_LIMIT};
pub(crate) use reading::{FullMessage, MessageHead};
pub use rules::METADATA_PART;
pub use sequel::Withdrawal;
pub(crate) use sequel::{Sequel, Withdrawable};
pub(crate) use sql::{NewMessage, NewPart, Sent};
pub use withdrawing::REASON_LENGTH;

/// Languages in which a text may be given.
pub const LANGUAGES: [&str; 4] = ["nl", "fr", "de", "en"];

/// What the list of a mailbox shows about a message besides its words: the bits of `message.flags`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Flags(pub i64);

impl Flags {
    /// The sender published it as registered mail.
    pub const REGISTERED_MAIL: Self = Self(1);
    /// It has attachments.
    pub const HAS_ATTACHMENTS: Self = Self(2);
    /// The sender accepts replies.
    pub const REPLY_ALLOWED: Self = Self(4);
    /// The sender asks to be paid.
    pub const HAS_PAYMENT: Self = Self(8);

    /// Whether all bits of `flag` are set.
    pub const fn has(self, flag: Self) -> bool {
        self.0 & flag.0 == flag.0
    }

    /// These, and those of `flag` if `set`.
    #[must_use]
    pub const fn with(self, flag: Self, set: bool) -> Self {
        if set { Self(self.0 | flag.0) } else { self }
    }
}

/// What a part is in its message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PartRole {
    /// The text itself: a JSON object of CommonMark texts by language, media type `text/markdown`.
    Body,
    /// A file.
    Attachment,
}

impl PartRole {
    /// `body` or `attachment`, as stored.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Body => "body",
            Self::Attachment => "attachment",
        }
    }

    /// The role of that name.
    pub fn named(name: &str) -> Option<Self> {
        [Self::Body, Self::Attachment].into_iter().find(|role| role.name() == name)
    }
}

record! {
    /// A part as its row tells; `n` counts from 0, the body first, then attachments in the sender's order.
    #[derive(Clone, Debug)]
    pub struct Part {
        /// Its place.
        pub n: i64,
        /// `body` or `attachment`; see [`PartRole::named`].
        pub role: String,
        /// Whether it is the main content.
        pub main: bool,
        /// The file name of an attachment.
        pub file_name: Option<String>,
        /// The media type, without parameters.
        pub media_type: String,
        /// Bytes of the content.
        pub size: i64,
        /// SHA-256 of the content.
        pub sha256: Sha256,
        /// The object's id; content in this row is sealed under it too.
        pub object: Uuid,
        /// The content, if it is small enough to stand in the row.
        pub sealed: Option<Vec<u8>>,
        /// The wrapped key of the object, if the content is one.
        pub wrapped_key: Option<Vec<u8>>,
    }
}

/// Media type of a body.
pub const BODY_MEDIA_TYPE: &str = "text/markdown";

/// The largest attachment, in bytes.
pub const ATTACHMENT_LIMIT: u64 = 20 * 1024 * 1024;
/// Attachments of one message.
pub const ATTACHMENT_COUNT: usize = 10;
/// The largest body over all its languages, in bytes of its texts.
pub const BODY_LIMIT: usize = 64 * 1024;
/// The largest metadata, in bytes.
pub const METADATA_LIMIT: usize = 256 * 1024;
/// Characters of a subject in one language.
pub const SUBJECT_LENGTH: usize = 400;
/// Characters of a file name.
pub const FILE_NAME_LENGTH: usize = 255;

/// Where a publication lies: its home is the mailbox, or the campaign that shares it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Place {
    pub(crate) home: MailboxId,
    pub(crate) publication: PublicationId,
}

impl Place {
    /// Where the content of a message lies: what a campaign shares has the campaign's own id.
    pub(crate) fn of(mailbox: MailboxId, campaign: Option<Uuid>, publication: PublicationId) -> Self {
        match campaign {
            Some(campaign) => Self { home: MailboxId(campaign), publication: PublicationId(campaign) },
            None => Self { home: mailbox, publication },
        }
    }
}

/// When a message stops being readable, by time alone.
pub(crate) fn is_expired(expires_at: Timestamp, now: Timestamp) -> bool {
    expires_at <= now
}
