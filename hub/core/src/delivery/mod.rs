//! Delivery: an application's changes brought to it as signed event tokens, pushed (RFC 8935) or polled (RFC 8936).
//!
//! A stream is a cursor over the application's feed and reads as the feed reads: each change under its consent as it is at
//! that moment (TRUST T7). Everything up to the cursor is settled: taken by the receiver, kept as a dead letter, or not to be
//! told. What is not settled comes again, with the same `jti`. In one mailbox a change goes out after all earlier ones are
//! settled: see [`window`]. How often a receiver that is not well is tried, [`pacing`] says.

/// The kinds that no stream tells of, for a statement that leaves them out: those of [`Kind::EVENTS`](crate::change::Kind).
macro_rules! untold {
    () => {
        "('messageSeen', 'messageUnseen', 'keptAvailable', 'keptSeen', 'keptUnseen', 'keptExpiryNear')"
    };
}

pub(crate) mod ailing;
mod dead_sql;
mod look_sql;
pub(crate) mod pacing;
mod sql;
pub(crate) mod token;
pub(crate) mod window;

use uuid::Uuid;

use crate::change::feed::Whose;
use crate::clock::Timestamp;
use crate::db::record;
use crate::error::Error;
use crate::id::{ApplicationId, ProviderId};
use crate::provider::{Reach, State};

pub(crate) use dead_sql::{DeadRow, NewDeadLetter};
pub(crate) use look_sql::BacklogRow;
pub use pacing::Breaker;
pub(crate) use sql::{Failure, Holder};

/// The trouble of a stream that has so many dead letters that no other is kept.
pub(crate) const FULL: &str = "deadLetters";

/// How an application is told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Method {
    /// The hub calls a verified address.
    Push,
    /// The application asks.
    Poll,
}

impl Method {
    /// `push` or `poll`.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Push => "push",
            Self::Poll => "poll",
        }
    }

    /// The method of that name.
    pub fn named(name: &str) -> Option<Self> {
        [Self::Push, Self::Poll].into_iter().find(|method| method.name() == name)
    }
}

/// Whether a stream runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    /// It does, if it has somewhere to run to.
    Running,
    /// An operator stopped it; it goes on where it stood.
    Paused,
}

impl Standing {
    /// `running` or `paused`.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Running => "running",
            Self::Paused => "paused",
        }
    }

    /// The standing of that name.
    pub fn named(name: &str) -> Option<Self> {
        [Self::Running, Self::Paused].into_iter().find(|standing| standing.name() == name)
    }
}

record! {
    /// A stream with what its application is at that moment.
    #[derive(Clone, Debug)]
    pub(crate) struct StreamRow {
        pub(crate) application_id: ApplicationId,
        pub(crate) client_id: String,
        pub(crate) application_state: String,
        pub(crate) provider_id: ProviderId,
        pub(crate) provider_state: String,
        pub(crate) method: Option<String>,
        pub(crate) state: String,
        /// Where it pushes: an address that echoed a challenge.
        pub(crate) address: Option<String>,
        /// An address that is registered and did not echo one yet.
        pub(crate) asked_address: Option<String>,
        /// Moves with every registration.
        pub(crate) revision: i64,
        pub(crate) incarnation: Uuid,
        pub(crate) acked_pos: i64,
        pub(crate) attempt: i64,
        pub(crate) failures: i64,
        pub(crate) due_at: Timestamp,
        pub(crate) trouble: Option<String>,
        pub(crate) registered_at: Timestamp,
        pub(crate) verified_at: Option<Timestamp>,
        pub(crate) resynced_at: Option<Timestamp>,
        /// Whether dead letters wait to be told again.
        pub(crate) replaying: bool,
    }
}

impl StreamRow {
    pub(crate) fn method(&self) -> Option<Method> {
        Method::named(self.method.as_deref()?)
    }

    pub(crate) fn standing(&self) -> Result<Standing, Error> {
        let corrupt = || Error::Corrupt { table: "delivery", id: self.client_id.clone() };
        Standing::named(&self.state).ok_or_else(corrupt)
    }

    /// Whose feed it is, and which mailboxes the provider reaches now; `None` while it reaches nothing.
    pub(crate) fn whose(&self) -> Option<Whose> {
        let reach = match State::read(&self.provider_state, None) {
            Some(state) if self.application_state == "active" => state.reach(),
            _ => Reach::Nothing,
        };
        (reach != Reach::Nothing).then_some(Whose { application: self.application_id, reach })
    }

    /// What a receiver is told that must list everything again: the same for as long as the stream stands where it stands.
    pub(crate) fn resync(&self) -> token::Occasion {
        token::Occasion::Resync(self.incarnation, self.acked_pos)
    }

    /// Whether it runs by that method at this moment.
    pub(crate) fn runs(&self, method: Method) -> bool {
        self.method() == Some(method) && self.state == Standing::Running.name()
    }
}

#[cfg(test)]
mod tests {
    use crate::change::Kind;

    #[test]
    fn statements_leave_out_the_events_that_no_stream_tells_and_no_other() {
        let named: Vec<String> = Kind::EVENTS.iter().map(|kind| format!("'{}'", kind.name())).collect();
        assert_eq!(untold!(), format!("({})", named.join(", ")));
    }
}
