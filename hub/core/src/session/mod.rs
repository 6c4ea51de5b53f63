//! Sessions of people in the portal, and logins under way at the identity service (TRUST T12).
//!
//! A session's secret is kept hashed. It is new at login and at each change of mandate, ends after 15 minutes
//! without a page and after 8 hours at most. A login under way is bound to the browser that began it.

mod sql;

use std::time::Duration;

use crate::clock::Timestamp;
use crate::db::record;
use crate::id::{MailboxId, Sha256};
use crate::partition::PartitionSet;

pub(crate) use sql::{NewLogin, NewSession};

/// A session ends so long after its last page.
pub const IDLE: Duration = Duration::from_secs(15 * 60);
/// A session ends so long after its login.
pub const LONGEST: Duration = Duration::from_secs(8 * 60 * 60);
/// A login must come back within this time.
pub const LOGIN_FOR: Duration = Duration::from_secs(10 * 60);
/// The last page is noted no more often than this.
pub(crate) const NOTE_EVERY: Duration = Duration::from_secs(30);

record! {
    /// A session's row, with whether the mailbox acted for is the person's own, also an earlier one, and what a role lets
    /// them do there now.
    #[derive(Clone, Debug)]
    pub(crate) struct SessionRow {
        pub(crate) session_hash: Sha256,
        pub(crate) person: MailboxId,
        pub(crate) acting_for: MailboxId,
        pub(crate) sealed_name: Vec<u8>,
        pub(crate) sealed_hint: Vec<u8>,
        pub(crate) acr: String,
        pub(crate) auth_time: Timestamp,
        pub(crate) request_hash: Option<Sha256>,
        pub(crate) seen_at: Timestamp,
        pub(crate) until: Timestamp,
        own: bool,
        power: Option<i64>,
        /// The partitions that the person sees of the mailbox acted for.
        pub(crate) partitions: PartitionSet,
    }
}

/// The power of a role that only reads.
pub(crate) const READS: i64 = 1;
/// The power of a role that decides.
pub(crate) const DECIDES: i64 = 2;

impl SessionRow {
    /// Whether the person may still act for the mailbox.
    pub(crate) const fn represents(&self) -> bool {
        self.own || self.power.is_some()
    }

    /// Whether the person decides about the mailbox.
    pub(crate) fn decides(&self) -> bool {
        self.own || self.power == Some(DECIDES)
    }

    /// The session after the role for the mailbox is over: the person acts for themselves.
    pub(crate) fn alone(&mut self) {
        (self.acting_for, self.own, self.power) = (self.person, true, None);
        self.partitions = PartitionSet::ALL;
    }

    /// Whether it still opens pages at `now`.
    pub(crate) fn stands(&self, now: Timestamp) -> bool {
        now < self.until && now.since(self.seen_at) < IDLE
    }
}

record! {
    /// A login that came back.
    #[derive(Clone, Debug)]
    pub(crate) struct LoginRow {
        pub(crate) browser_hash: Sha256,
        pub(crate) sealed_verifier: Vec<u8>,
        pub(crate) nonce_hash: Sha256,
        pub(crate) request_hash: Option<Sha256>,
        pub(crate) return_to: String,
        pub(crate) created_at: Timestamp,
        pub(crate) until: Timestamp,
    }
}
