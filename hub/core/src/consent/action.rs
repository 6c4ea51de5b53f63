//! What a provider may do with a mailbox, one by one and together.

use crate::db::value;

/// One thing that a provider may do with a mailbox.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Action {
    /// See who wrote, when, and about what.
    List,
    /// Fetch bodies and attachments.
    ReadContent,
    /// Set the display flag.
    MarkRead,
    /// Fetch also while the citizen is not using the app, with the provider's own token (TRUST T5).
    Synchronise,
    /// Learn what the citizen did elsewhere: read, archived (TRUST T7).
    CitizenStatus,
    /// Put messages into the archive and take them out.
    Archive,
    /// Answer messages whose sender accepts replies.
    Reply,
}

impl Action {
    /// All of them, in the order in which citizens read them.
    pub const ALL: [Self; 7] = [
        Self::List,
        Self::ReadContent,
        Self::MarkRead,
        Self::Synchronise,
        Self::CitizenStatus,
        Self::Archive,
        Self::Reply,
    ];

    /// The word of the RAR type `mailbox`.
    pub const fn name(self) -> &'static str {
        match self {
            Self::List => "list",
            Self::ReadContent => "readContent",
            Self::MarkRead => "markRead",
            Self::Synchronise => "synchronise",
            Self::CitizenStatus => "citizenStatus",
            Self::Archive => "archive",
            Self::Reply => "reply",
        }
    }

    /// Whether the citizen adds it by a choice of its own; what is not one may be left out instead.
    pub const fn is_own_choice(self) -> bool {
        matches!(self, Self::Synchronise | Self::CitizenStatus | Self::Archive | Self::Reply)
    }

    const fn bit(self) -> i64 {
        match self {
            Self::List => 1,
            Self::ReadContent => 2,
            Self::MarkRead => 4,
            Self::Synchronise => 8,
            Self::CitizenStatus => 16,
            Self::Archive => 32,
            Self::Reply => 64,
        }
    }
}

/// A set of actions; a `BIGINT` of bits.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub struct Actions(i64);

value!(Actions, i64, Actions);

impl Actions {
    /// Whether `action` is among them.
    pub const fn contains(self, action: Action) -> bool {
        self.0 & action.bit() != 0
    }

    /// Those that are also in `other`.
    #[must_use]
    pub const fn and(self, other: Self) -> Self {
        Self(self.0 & other.0)
    }

    /// Those of both.
    #[must_use]
    pub const fn or(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    /// Those that are not in `other`.
    #[must_use]
    pub const fn without(self, other: Self) -> Self {
        Self(self.0 & !other.0)
    }

    /// Whether there is none.
    pub const fn is_empty(self) -> bool {
        self.0 == 0
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn actions_are_a_set() {
        let actions: Actions = [Action::MarkRead, Action::List].into_iter().collect();
        assert_eq!(actions.names(), ["list", "markRead"]);
        assert!(!actions.contains(Action::ReadContent));
        let more = actions.or([Action::Synchronise].into_iter().collect());
        assert_eq!(more.without(actions).names(), ["synchronise"]);
        assert_eq!(more.and(actions), actions);
    }
}
