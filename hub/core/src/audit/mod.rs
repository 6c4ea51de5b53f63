//! The audit of writes: who did what to which mailbox, in the transaction of the fact (TRUST T18).
//!
//! Records carry internal ids only. Reads are kept in the reading journal, see [`crate::journal`].

mod sql;

use uuid::Uuid;

use crate::clock::Timestamp;
use crate::id::MailboxId;

/// What was done, by whom.
#[derive(Clone, Debug)]
pub(crate) struct Act<'a> {
    /// `citizen`, `provider`, `sender`, `operator` or `hub`.
    pub(crate) role: &'a str,
    /// The internal id or client id of who did it.
    pub(crate) actor: String,
    /// A verb: `publish`, `grant`, `revoke`, ….
    pub(crate) action: &'a str,
    /// The internal id of what it was done to.
    pub(crate) object: String,
}

/// A record of an act on a mailbox; on none, the row's mailbox is nil.
pub(crate) struct Record<'a> {
    pub(crate) id: Uuid,
    pub(crate) mailbox: Option<MailboxId>,
    pub(crate) at: Timestamp,
    pub(crate) act: Act<'a>,
}
