//! Consents: which provider application may read a mailbox, what it may do there, and until when.
//!
//! A consent covers one provider application and one mailbox. Only the citizen, logged in at the hub, gives, widens
//! or extends one, for at most 12 months (TRUST T9). A new one for the same pair supersedes the old at the moment of
//! agreement. Ending it stops the next request. What the citizen was shown is kept with it, byte for byte.

mod action;
mod asked;
mod fact;
mod grant_sql;
mod ground;
mod history;
mod life;
mod listing_sql;
mod roles;
mod screen;
mod sql;
mod standing_sql;
mod suspension;
mod suspension_sql;
mod term;

use crate::clock::Timestamp;
use crate::db::record;
use crate::id::{ApplicationId, ConsentId, GrantId, MailboxId, ProviderId, Sha256};
use crate::partition::PartitionSet;

pub use action::{Action, Actions};
pub use asked::{Asked, AskedError};
pub(crate) use grant_sql::GrantRow;
pub(crate) use ground::Ground;
pub(crate) use history::{By, Happened};
pub use history::{Ending, Rejection, Terms};
pub(crate) use life::{Clerk, Entry};
pub(crate) use listing_sql::ConsentListed;
pub(crate) use roles::{settle_roles, settle_some_roles};
pub use screen::Screen;
pub(crate) use screen::{KeptScreen, kept_acts};
pub(crate) use sql::NewEvent;
pub(crate) use suspension::take_over_until;
pub use suspension::{Suspension, TAKE_OVER_WITHIN};
pub use term::{ONCE_FOR, Term};

record! {
    /// A consent's row.
    #[derive(Clone, Debug)]
    pub(crate) struct ConsentRow {
        pub(crate) id: ConsentId,
        pub(crate) mailbox_id: MailboxId,
        pub(crate) application_id: ApplicationId,
        pub(crate) provider_id: ProviderId,
        pub(crate) grant_id: GrantId,
        pub(crate) state: String,
        /// What the provider had asked; `None` if that was not kept.
        pub(crate) asked: Option<Actions>,
        pub(crate) actions: Actions,
        pub(crate) until: Timestamp,
        pub(crate) token_epoch: i64,
        /// How many sender organizations it leaves out.
        pub(crate) withheld: Option<i64>,
        /// The partitions that it names, or all.
        pub(crate) partitions: PartitionSet,
    }
}

impl ConsentRow {
    /// Whether it stands at `now`.
    pub(crate) fn lives(&self, now: Timestamp) -> bool {
        self.state == "authorised" && now < self.until
    }

    /// Whether it stands still at `now`, and would stand if it did not.
    pub(crate) fn is_suspended(&self, now: Timestamp) -> bool {
        self.state == "suspended" && now < self.until
    }
}

/// A consent about to be given.
pub(crate) struct NewConsent {
    pub(crate) id: ConsentId,
    pub(crate) mailbox: MailboxId,
    pub(crate) application: ApplicationId,
    pub(crate) provider: ProviderId,
    pub(crate) grant: GrantId,
    pub(crate) person: MailboxId,
    pub(crate) terms: Terms,
}

record! {
    /// A consent as its citizen sees it, living or over, or a request that never became one.
    #[derive(Clone, Debug)]
    pub struct Standing {
        /// The consent.
        pub id: ConsentId,
        /// The provider application.
        pub application_id: ApplicationId,
        /// Its client id.
        pub client_id: String,
        /// Its brand.
        pub brand: String,
        /// The provider's legal name.
        pub legal_name: String,
        /// The logo's digest, under which the content origin serves it.
        pub logo: Option<Sha256>,
        /// What it may do.
        pub actions: Actions,
        /// How many sender organizations it leaves out.
        pub withheld: i64,
        /// When it was given, or asked for.
        pub granted_at: Timestamp,
        /// Whose it is: who gave it, or let it go on since.
        pub giver: Option<MailboxId>,
        /// Until when it is given.
        pub until: Timestamp,
        /// The last entry of its history: `granted`, `renewed`, `widened`, `narrowed`, `suspended`, `resumed`, or
        /// how it ended: `revoked`, `superseded`, `expired`, `rejected`; see [`Standing::is_live`].
        pub last: String,
        /// Why, where there is a reason: see [`Ending::reason`] and [`Rejection::reason`].
        pub reason: Option<String>,
        /// When that was.
        pub last_at: Timestamp,
        /// The person who did that, if a person did.
        pub last_by: Option<MailboxId>,
        /// When the provider last read under it.
        pub last_read_at: Option<Timestamp>,
        /// Whether it stands for the enterprise's own software.
        pub own_software: bool,
        /// Since when it stands still, if it does: a graver reason begins no new time.
        pub suspended_at: Option<Timestamp>,
        /// Whether its giver may still give it; if not, the next round notes that it stands still.
        pub represented: bool,
        /// Since when the provider is suspended, if it is.
        pub paused_at: Option<Timestamp>,
    }
}

impl Standing {
    /// Whether the provider may read at `now`.
    pub fn is_live(&self, now: Timestamp) -> bool {
        now < self.until
            && matches!(self.last.as_str(), "granted" | "renewed" | "widened" | "narrowed" | "resumed")
    }

    /// When it ended: by an act, or by its time.
    pub fn ended_at(&self) -> Timestamp {
        if matches!(self.last.as_str(), "revoked" | "superseded" | "rejected") {
            self.last_at
        } else {
            self.until
        }
    }
}
