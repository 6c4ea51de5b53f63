//! The kinds of changes, and what a consent must allow for each.

use crate::consent::Action;

/// What happened.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    /// A message was made available in a mailbox.
    MessageAvailable,
    /// The display flag of a message was raised.
    MessageRead,
    /// The display flag of a message was lowered.
    MessageUnread,
    /// A message was put into the archive.
    MessageArchived,
    /// A message was taken out of the archive.
    MessageUnarchived,
    /// A message was answered.
    MessageReplied,
    /// A message is removed in seven days.
    MessageExpiryNear,
    /// A message was removed because its time is over.
    MessageExpired,
    /// A message was withdrawn by its sender: its content is gone, and what is left says so.
    MessageWithdrawn,
    /// A consent was given.
    ConsentGranted,
    /// A consent was renewed, widened or narrowed; it stands still, or goes on.
    ConsentChanged,
    /// A consent ended.
    ConsentEnded,
}

impl Kind {
    /// All of them.
    pub const ALL: [Self; 12] = [
        Self::MessageAvailable,
        Self::MessageRead,
        Self::MessageUnread,
        Self::MessageArchived,
        Self::MessageUnarchived,
        Self::MessageReplied,
        Self::MessageExpiryNear,
        Self::MessageExpired,
        Self::MessageWithdrawn,
        Self::ConsentGranted,
        Self::ConsentChanged,
        Self::ConsentEnded,
    ];

    /// The word under which it is stored and travels.
    pub const fn name(self) -> &'static str {
        match self {
            Self::MessageAvailable => "messageAvailable",
            Self::MessageRead => "messageRead",
            Self::MessageUnread => "messageUnread",
            Self::MessageArchived => "messageArchived",
            Self::MessageUnarchived => "messageUnarchived",
            Self::MessageReplied => "messageReplied",
            Self::MessageExpiryNear => "messageExpiryNear",
            Self::MessageExpired => "messageExpired",
            Self::MessageWithdrawn => "messageWithdrawn",
            Self::ConsentGranted => "consentGranted",
            Self::ConsentChanged => "consentChanged",
            Self::ConsentEnded => "consentEnded",
        }
    }

    /// The kind of that word.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.name() == name)
    }

    /// Whether it is about a message, and not about the consent itself.
    pub const fn is_about_message(self) -> bool {
        !matches!(self, Self::ConsentGranted | Self::ConsentChanged | Self::ConsentEnded)
    }

    /// The actions without which a consent does not show it (TRUST T7): every message takes `list`, and what a citizen
    /// did, perhaps elsewhere, takes `citizenStatus` besides. What is told of the consent itself takes none.
    pub const fn needs(self) -> &'static [Action] {
        match self {
            Self::MessageAvailable
            | Self::MessageExpiryNear
            | Self::MessageExpired
            | Self::MessageWithdrawn => &[Action::List],
            Self::MessageRead
            | Self::MessageUnread
            | Self::MessageArchived
            | Self::MessageUnarchived
            | Self::MessageReplied => &[Action::List, Action::CitizenStatus],
            Self::ConsentGranted | Self::ConsentChanged | Self::ConsentEnded => &[],
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_is_found_by_its_word() {
        for kind in Kind::ALL {
            assert_eq!(Kind::named(kind.name()), Some(kind));
        }
        assert_eq!(Kind::named("messageLost"), None);
    }

    #[test]
    fn only_what_is_told_of_a_consent_takes_no_action() {
        for kind in Kind::ALL {
            assert_eq!(kind.needs().contains(&Action::List), kind.is_about_message(), "{kind:?}");
        }
        assert!(Kind::MessageRead.needs().contains(&Action::CitizenStatus));
        assert!(!Kind::MessageAvailable.needs().contains(&Action::CitizenStatus));
    }
}
