//! Mandates: which person may act for which enterprise, according to which source, from when until when.
//!
//! Reads compare the validity themselves, so that a mandate's end needs no job.

mod sql;

use crate::clock::Timestamp;
use crate::db::record;
use crate::id::MailboxId;

/// A mandate about to be stored.
pub(crate) struct NewMandate {
    pub(crate) mailbox: MailboxId,
    pub(crate) person: MailboxId,
    pub(crate) role: String,
    pub(crate) reference: String,
    pub(crate) enterprise_name: String,
    pub(crate) valid_from: Timestamp,
    pub(crate) valid_until: Timestamp,
}

record! {
    /// An enterprise that a person represents now.
    #[derive(Clone, Debug)]
    pub struct Represented {
        /// The enterprise's mailbox.
        pub mailbox_id: MailboxId,
        /// The enterprise's name.
        pub enterprise_name: String,
        /// Until when the mandate is valid.
        pub valid_until: Timestamp,
    }
}
