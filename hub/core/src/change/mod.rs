//! Changes: what providers and senders are told of, in the order of the facts.
//!
//! A fact's transaction appends its change to a queue and touches no provider's row (DATA rule 2). Changes of messages
//! are appended while the mailbox's row is locked, those of a consent while that consent's row is: so the ids of the queue
//! follow the order of commits within a mailbox's messages and within a consent, whatever they do between mailboxes. A
//! sequencer moves the queue into the feeds of provider applications and alone gives positions there: see
//! [`sequencing`]. Reading joins each consent as it is then: see [`feed`]. The same queue and the same positions serve the
//! feeds of sender organizations: see [`noticing`].

pub(crate) mod bell;
pub(crate) mod events;
mod events_sql;
pub(crate) mod feed;
mod kind;
pub(crate) mod near;
mod near_sql;
mod notice;
mod notice_sql;
pub(crate) mod noticing;
pub(crate) mod paging;
pub(crate) mod sequencing;
mod sql;
pub(crate) mod unopened;
mod unopened_sql;
pub(crate) mod unseen;
mod unseen_sql;

use crate::clock::Timestamp;
use crate::id::{ApplicationId, ConsentId, MailboxId, ProviderId};

pub use kind::Kind;
pub use notice::NoticeKind;
pub(crate) use notice::{Notice, SenderChange};
pub use sequencing::Sequenced;

/// A change of a message, about to be queued; it goes to every application with a consent.
///
/// The mailbox's row must be locked by this transaction, and `version` be the mailbox's own from then on.
pub(crate) struct MessageChange<'a> {
    pub(crate) mailbox: MailboxId,
    pub(crate) version: i64,
    pub(crate) number: i64,
    /// Who sent the message: some consents leave senders out.
    pub(crate) organization: &'a str,
    pub(crate) kind: Kind,
    /// What its sender is told, if anything.
    pub(crate) notice: Option<Notice<'a>>,
    /// The partition in which whoever is told sees the message.
    pub(crate) partition: i64,
    /// The one from or to which it moved: what moved is told to who sees both, anything else to who does not see this one.
    pub(crate) other_partition: Option<i64>,
    pub(crate) at: Timestamp,
}

/// A change of a consent, about to be queued; it goes to the consent's own application only.
///
/// The consent's row must have been written by this transaction.
pub(crate) struct ConsentChange {
    pub(crate) mailbox: MailboxId,
    pub(crate) kind: Kind,
    pub(crate) provider: ProviderId,
    pub(crate) application: ApplicationId,
    pub(crate) consent: ConsentId,
    pub(crate) at: Timestamp,
}

/// How long a feed keeps a change.
pub const KEPT_FOR: std::time::Duration = std::time::Duration::from_secs(30 * 24 * 3600);
