//! Campaigns: one letter to up to a million recipients, kept once.
//!
//! A campaign begins with its letter, which is a publication at home in the campaign. Then its list comes in ([`list`]), whole or
//! not at all. From then on jobs of any node work it off in chunks ([`chunk`]): a chunk is one transaction, which puts the
//! letter into mailboxes, keeps what became of each recipient, and moves the campaign on; so each recipient is served once,
//! whatever dies in between. Who works on a campaign holds a lease, and moves it only from where the chunk began.

mod chunk;
mod chunk_sql;
mod delivering_sql;
pub(crate) mod ending;
pub(crate) mod list;
mod list_sql;
pub(crate) mod running;
mod sql;

use uuid::Uuid;

use crate::clock::Timestamp;
use crate::db::record;
use crate::id::CampaignId;

pub(crate) use sql::NewCampaign;

/// How far a campaign is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    /// It has its letter, and no list yet.
    AwaitingRecipients,
    /// Its list is complete, and is being worked off.
    Running,
    /// Every recipient has an outcome.
    Completed,
    /// It was stopped; what was delivered stays.
    Cancelled,
}

impl State {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::AwaitingRecipients, Self::Running, Self::Completed, Self::Cancelled];

    /// The word under which it is stored and travels.
    pub const fn name(self) -> &'static str {
        match self {
            Self::AwaitingRecipients => "awaitingRecipients",
            Self::Running => "running",
            Self::Completed => "completed",
            Self::Cancelled => "cancelled",
        }
    }

    /// The state of that word.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.name() == name)
    }
}

/// What became of one recipient.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// Nothing yet, or nothing at all if the campaign was cancelled.
    Waiting,
    /// The letter is in the mailbox.
    Delivered,
    /// The citizen is not active or not known (TRUST T15, T20).
    NotDelivered,
    /// An earlier line names the same mailbox.
    Duplicate,
    /// The number is none.
    Invalid,
    /// Of a dry run: the letter would be delivered.
    Reachable,
    /// Of a dry run: it would not be.
    NotReachable,
}

impl Outcome {
    /// All of them.
    pub const ALL: [Self; 7] = [
        Self::Waiting,
        Self::Delivered,
        Self::NotDelivered,
        Self::Duplicate,
        Self::Invalid,
        Self::Reachable,
        Self::NotReachable,
    ];

    /// The word under which it is stored and travels.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Waiting => "waiting",
            Self::Delivered => "delivered",
            Self::NotDelivered => "notDelivered",
            Self::Duplicate => "duplicate",
            Self::Invalid => "invalid",
            Self::Reachable => "reachable",
            Self::NotReachable => "notReachable",
        }
    }

    /// The outcome of that word; none that was written is still waited for.
    fn named(name: Option<&str>) -> Option<Self> {
        name.map_or(Some(Self::Waiting), |name| Self::ALL.into_iter().find(|outcome| outcome.name() == name))
    }
}

record! {
    /// A campaign as its row tells.
    #[derive(Clone, Debug)]
    pub(crate) struct Campaign {
        pub(crate) id: CampaignId,
        pub(crate) application: String,
        pub(crate) organization: String,
        pub(crate) message_type: String,
        pub(crate) dry_run: bool,
        pub(crate) state: String,
        pub(crate) flags: i64,
        /// As lists show it.
        pub(crate) subject: String,
        /// What all its evidence has in common, as JSON.
        pub(crate) stated: String,
        pub(crate) created_at: Timestamp,
        pub(crate) accepted_at: Option<Timestamp>,
        pub(crate) ended_at: Option<Timestamp>,
        pub(crate) list_id: Option<Uuid>,
        pub(crate) list_mark: Option<Vec<u8>>,
        pub(crate) recipients: i64,
        pub(crate) invalid: i64,
        pub(crate) duplicates: i64,
        pub(crate) reached: i64,
        pub(crate) not_reached: i64,
        /// After which row of its list it goes on.
        pub(crate) spot: Uuid,
        pub(crate) line: i64,
        /// Who works on it.
        pub(crate) lease: Option<Uuid>,
    }
}

impl Campaign {
    /// How far it is.
    pub(crate) fn state(&self) -> Option<State> {
        State::named(&self.state)
    }
}

record! {
    /// A line of a list with what became of it.
    #[derive(Clone, Debug)]
    pub(crate) struct Line {
        pub(crate) line: i64,
        outcome: Option<String>,
        pub(crate) publication_id: Option<Uuid>,
    }
}

impl Line {
    /// What became of it.
    pub(crate) fn outcome(&self) -> Option<Outcome> {
        Outcome::named(self.outcome.as_deref())
    }
}

/// Recipients of one campaign.
pub const RECIPIENTS: usize = 1_000_000;
/// Campaigns of one application that are not at their end.
pub const UNFINISHED: i64 = 16;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_word_leads_back_to_what_it_stands_for() {
        for state in State::ALL {
            assert_eq!(State::named(state.name()), Some(state));
        }
        for outcome in Outcome::ALL {
            assert_eq!(Outcome::named(Some(outcome.name())), Some(outcome));
        }
        assert_eq!((Outcome::named(None), Outcome::named(Some("lost"))), (Some(Outcome::Waiting), None));
    }
}
