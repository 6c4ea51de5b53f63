//! Mandates: which person may act for which enterprise or other person, in which role, according to which source, from
//! when until when (TRUST T19).
//!
//! Reads compare the validity themselves, so that a mandate's end needs no job. What was granted through a role
//! stands still when the role is over: see [`crate::consent::Suspension`].

mod represented;
mod role;
mod sql;

use crate::clock::Timestamp;
use crate::id::MailboxId;

pub(crate) use represented::{Represented, sealed_name_aad};
pub use role::{MandateRole, UnknownMandateRole};

/// A mandate about to be stored.
pub(crate) struct NewMandate {
    pub(crate) mailbox: MailboxId,
    pub(crate) person: MailboxId,
    pub(crate) role: MandateRole,
    pub(crate) reference: String,
    /// The enterprise's name; empty for a person.
    pub(crate) enterprise_name: String,
    /// The represented person's name, sealed for their mailbox.
    pub(crate) sealed_name: Option<Vec<u8>>,
    pub(crate) valid_from: Timestamp,
    pub(crate) valid_until: Timestamp,
}
