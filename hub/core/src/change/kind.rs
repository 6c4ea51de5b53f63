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
    /// A message was moved from one partition of an enterprise's mailbox into another one.
    MessageMoved,
    /// A message was moved out of sight.
    MessageGone,
    /// A consent was given.
    ConsentGranted,
    /// A consent was renewed, widened or narrowed; it stands still, or goes on.
    ConsentChanged,
    /// A consent ended.
    ConsentEnded,
    /// Content of a message was fetched, or a person opened it, for the first time.
    MessageSeen,
    /// For 15 days nobody fetched or opened a message.
    MessageUnseen,
    /// Another document provider keeps a message for this mailbox.
    KeptAvailable,
    /// It was opened there.
    KeptSeen,
    /// It lies unopened there.
    KeptUnseen,
    /// It is removed there soon.
    KeptExpiryNear,
}

impl Kind {
    /// Those that only software of the e-Box is told of, as events: no change feed shows them.
    pub(crate) const EVENTS: [Self; 6] = [
        Self::MessageSeen,
        Self::MessageUnseen,
        Self::KeptAvailable,
        Self::KeptSeen,
        Self::KeptUnseen,
        Self::KeptExpiryNear,
    ];

    /// All that change feeds tell of.
    pub const ALL: [Self; 14] = [
        Self::MessageAvailable,
        Self::MessageRead,
        Self::MessageUnread,
        Self::MessageArchived,
        Self::MessageUnarchived,
        Self::MessageReplied,
        Self::MessageExpiryNear,
        Self::MessageExpired,
        Self::MessageWithdrawn,
        Self::MessageMoved,
        Self::MessageGone,
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
            Self::MessageMoved => "messageMoved",
            Self::MessageGone => "messageGone",
            Self::ConsentGranted => "consentGranted",
            Self::ConsentChanged => "consentChanged",
            Self::ConsentEnded => "consentEnded",
            Self::MessageSeen => "messageSeen",
            Self::MessageUnseen => "messageUnseen",
            Self::KeptAvailable => "keptAvailable",
            Self::KeptSeen => "keptSeen",
            Self::KeptUnseen => "keptUnseen",
            Self::KeptExpiryNear => "keptExpiryNear",
        }
    }

    /// The kind of that word.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().chain(Self::EVENTS).find(|kind| kind.name() == name)
    }

    /// Whether change feeds tell of it, and not events alone.
    pub(crate) fn is_change(self) -> bool {
        !Self::EVENTS.contains(&self)
    }

    /// Whether it is about a message that is kept elsewhere.
    pub(crate) const fn is_kept_elsewhere(self) -> bool {
        matches!(self, Self::KeptAvailable | Self::KeptSeen | Self::KeptUnseen | Self::KeptExpiryNear)
    }

    /// The actions without which a consent does not show it as an event, which has the subject in it and is read with a
    /// token of the application's own (TRUST T5, T7); `None` for what is no event.
    pub(crate) const fn needs_as_event(self) -> Option<&'static [Action]> {
        match self {
            Self::MessageAvailable | Self::KeptAvailable => Some(&[Action::List, Action::Synchronise]),
            Self::MessageSeen
            | Self::MessageUnseen
            | Self::MessageExpiryNear
            | Self::KeptSeen
            | Self::KeptUnseen
            | Self::KeptExpiryNear => Some(&[Action::List, Action::Synchronise, Action::CitizenStatus]),
            _ => None,
        }
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
            | Self::MessageWithdrawn
            | Self::MessageMoved
            | Self::MessageGone => &[Action::List],
            Self::MessageRead
            | Self::MessageUnread
            | Self::MessageArchived
            | Self::MessageUnarchived
            | Self::MessageReplied
            | Self::MessageSeen
            | Self::MessageUnseen
            | Self::KeptAvailable
            | Self::KeptSeen
            | Self::KeptUnseen
            | Self::KeptExpiryNear => &[Action::List, Action::CitizenStatus],
            Self::ConsentGranted | Self::ConsentChanged | Self::ConsentEnded => &[],
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_is_found_by_its_word() {
        for kind in Kind::ALL.into_iter().chain(Kind::EVENTS) {
            assert_eq!(Kind::named(kind.name()), Some(kind));
        }
        assert!(Kind::ALL.into_iter().all(Kind::is_change) && !Kind::EVENTS.into_iter().any(Kind::is_change));
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

    #[test]
    fn no_event_shows_a_subject_without_list_and_synchronise() {
        for kind in Kind::ALL.into_iter().chain(Kind::EVENTS) {
            let Some(needs) = kind.needs_as_event() else { continue };
            assert!(needs.contains(&Action::List) && needs.contains(&Action::Synchronise), "{kind:?}");
        }
        assert!(Kind::EVENTS.into_iter().all(|kind| kind.needs_as_event().is_some()));
        assert!(
            Kind::ConsentGranted.needs_as_event().is_none() && Kind::MessageRead.needs_as_event().is_none()
        );
    }
}
