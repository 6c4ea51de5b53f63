//! Consents: which provider application may read a mailbox, what it may do there, and until when.
//!
//! A consent covers one provider application and one mailbox. Only the citizen, logged in at the hub, gives one,
//! for at most 12 months (TRUST T9). A new one for the same pair supersedes the old at the moment of agreement.
//! Ending it stops the next request. What the citizen was shown is kept with it, byte for byte.

mod asked;
mod sql;

use jiff::tz::TimeZone;

use crate::clock::Timestamp;
use crate::db::{record, value};
use crate::id::{ApplicationId, ConsentId, GrantId, MailboxId, ProviderId};

pub use asked::{Asked, AskedError};
pub(crate) use sql::NewEvent;

/// One thing that a provider may do with a mailbox.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Action {
    /// See who wrote, when, and about what.
    List,
    /// Fetch bodies and attachments.
    ReadContent,
    /// Set the display flag.
    MarkRead,
}

impl Action {
    /// All of them, in the order in which citizens read them.
    pub const ALL: [Self; 3] = [Self::List, Self::ReadContent, Self::MarkRead];

    /// The word of the RAR type `mailbox`.
    pub const fn name(self) -> &'static str {
        match self {
            Self::List => "list",
            Self::ReadContent => "readContent",
            Self::MarkRead => "markRead",
        }
    }

    const fn bit(self) -> i64 {
        match self {
            Self::List => 1,
            Self::ReadContent => 2,
            Self::MarkRead => 4,
        }
    }
}

/// A set of actions; a `BIGINT` of bits.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub struct Actions(i64);

value!(Actions, i64, Actions);

impl Actions {
    /// The set that a column holds.
    pub(crate) const fn from_bits(bits: i64) -> Self {
        Self(bits)
    }

    /// Whether `action` is among them.
    pub const fn contains(self, action: Action) -> bool {
        self.0 & action.bit() != 0
    }

    /// The actions, in the order in which citizens read them.
    pub fn iter(self) -> impl Iterator<Item = Action> {
        Action::ALL.into_iter().filter(move |action| self.contains(*action))
    }

    /// The words of the RAR type `mailbox`.
    pub fn names(self) -> Vec<&'static str> {
        self.iter().map(Action::name).collect()
    }
}

impl FromIterator<Action> for Actions {
    fn from_iter<I: IntoIterator<Item = Action>>(actions: I) -> Self {
        Self(actions.into_iter().fold(0, |bits, action| bits | action.bit()))
    }
}

/// How a consent ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ending {
    /// The citizen took it back.
    Revoked,
    /// The citizen gave a new one to the same application.
    Superseded,
    /// The citizen stopped receiving mail digitally.
    ActivationWithdrawn,
}

impl Ending {
    /// The consent's state afterwards, and the kind of its event.
    pub(crate) const fn state(self) -> &'static str {
        match self {
            Self::Revoked | Self::ActivationWithdrawn => "revoked",
            Self::Superseded => "superseded",
        }
    }

    /// What the event says.
    pub(crate) const fn kind(self) -> &'static str {
        match self {
            Self::Revoked => "revoked",
            Self::Superseded => "superseded",
            Self::ActivationWithdrawn => "activationWithdrawn",
        }
    }
}

record! {
    /// A consent's row.
    #[derive(Clone, Debug)]
    pub(crate) struct ConsentRow {
        pub(crate) id: ConsentId,
        pub(crate) mailbox_id: MailboxId,
        pub(crate) application_id: ApplicationId,
        pub(crate) grant_id: GrantId,
        pub(crate) state: String,
        pub(crate) actions: Actions,
        pub(crate) until: Timestamp,
        pub(crate) token_epoch: i64,
    }
}

/// A consent about to be given.
pub(crate) struct NewConsent {
    pub(crate) id: ConsentId,
    pub(crate) mailbox: MailboxId,
    pub(crate) application: ApplicationId,
    pub(crate) provider: ProviderId,
    pub(crate) grant: GrantId,
    pub(crate) actions: Actions,
    pub(crate) person: MailboxId,
    pub(crate) until: Timestamp,
}

/// A screen as its row keeps it.
pub(crate) struct KeptScreen {
    /// The page byte for byte, sealed.
    pub(crate) sealed: Vec<u8>,
    pub(crate) text_version: String,
    pub(crate) language: String,
}

/// What the citizen saw and agreed to, kept byte for byte.
#[derive(Clone, Debug)]
pub struct Screen {
    /// The page, as it was sent.
    pub html: Vec<u8>,
    /// The version of its words.
    pub text_version: String,
    /// `nl`, `fr`, `de` or `en`.
    pub language: String,
    /// The end that it names.
    pub until: Timestamp,
}

record! {
    /// A consent as its citizen sees it, living or ended.
    #[derive(Clone, Debug)]
    pub struct Standing {
        /// The consent.
        pub id: ConsentId,
        /// The provider application.
        pub application_id: ApplicationId,
        /// Its brand.
        pub brand: String,
        /// The provider's legal name.
        pub legal_name: String,
        /// What it may do.
        pub actions: Actions,
        /// When it was given.
        pub granted_at: Timestamp,
        /// Until when it is given.
        pub until: Timestamp,
        /// `authorised`, or how it ended: `revoked`, `superseded`, `activationWithdrawn`; see [`Standing::is_live`].
        pub state: String,
        /// When it ended.
        pub ended_at: Option<Timestamp>,
        /// When the provider last read under it.
        pub last_read_at: Option<Timestamp>,
    }
}

impl Standing {
    /// Whether the provider may read at `now`.
    pub fn is_live(&self, now: Timestamp) -> bool {
        self.state == "authorised" && now < self.until
    }
}

/// The last second of a consent given at `now` for `duration`: the end of the day before the same day, in Brussels.
///
/// Always later than `now`. `None` if the calendar has no such day.
pub fn until(now: Timestamp, duration: jiff::Span) -> Option<Timestamp> {
    let brussels = TimeZone::get("Europe/Brussels").ok()?;
    let day = now.civil().to_zoned(brussels.clone()).date().checked_add(duration).ok()?;
    let end_of = |day: jiff::civil::Date| {
        let last = day.at(23, 59, 59, 0).to_zoned(brussels.clone()).ok()?;
        Some(Timestamp(last.timestamp().as_microsecond()))
    };
    end_of(day.yesterday().ok()?).filter(|until| now < *until).or_else(|| end_of(day))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_year_ends_with_the_day_before_in_brussels() {
        let now = Timestamp::parse("2026-11-21T09:30:00Z").unwrap();
        assert_eq!(until(now, "P12M".parse().unwrap()).unwrap().rfc3339(), "2027-11-20T22:59:59Z");
        assert_eq!(until(now, "P1D".parse().unwrap()).unwrap().rfc3339(), "2026-11-21T22:59:59Z");
    }

    #[test]
    fn actions_are_a_set() {
        let actions: Actions = [Action::MarkRead, Action::List].into_iter().collect();
        assert_eq!(actions.names(), ["list", "markRead"]);
        assert!(!actions.contains(Action::ReadContent));
    }
}
