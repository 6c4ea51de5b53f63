//! What senders are told of their publications and of those whom they follow.

use uuid::Uuid;

use crate::clock::Timestamp;
use crate::id::{MailboxId, PublicationId};

/// What a sender is told.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum NoticeKind {
    /// The message is in the mailbox.
    MessageAvailable,
    /// The recipient receives nothing digitally; nothing of the message is kept.
    MessageNotDelivered,
    /// A machine first fetched content.
    MessageRetrieved,
    /// A person first opened the message.
    MessageOpened,
    /// Nobody has opened the message so long after it was made available as its sender had said.
    MessageUnopened,
    /// The message was removed because its time is over.
    MessageExpired,
    /// The message was answered.
    MessageReplied,
    /// The message was withdrawn.
    MessageWithdrawn,
    /// A campaign has come to its end: each recipient has an outcome, or it was cancelled.
    CampaignEnded,
    /// A recipient who was not reached would be now.
    RecipientActive,
    /// A recipient who was reached would not be now.
    RecipientInactive,
}

impl NoticeKind {
    /// All of them.
    pub const ALL: [Self; 11] = [
        Self::MessageAvailable,
        Self::MessageNotDelivered,
        Self::MessageRetrieved,
        Self::MessageOpened,
        Self::MessageUnopened,
        Self::MessageExpired,
        Self::MessageReplied,
        Self::MessageWithdrawn,
        Self::CampaignEnded,
        Self::RecipientActive,
        Self::RecipientInactive,
    ];

    /// The word under which it is stored and travels.
    pub const fn name(self) -> &'static str {
        match self {
            Self::MessageAvailable => "messageAvailable",
            Self::MessageNotDelivered => "messageNotDelivered",
            Self::MessageRetrieved => "messageRetrieved",
            Self::MessageOpened => "messageOpened",
            Self::MessageUnopened => "messageUnopened",
            Self::MessageExpired => "messageExpired",
            Self::MessageReplied => "messageReplied",
            Self::MessageWithdrawn => "messageWithdrawn",
            Self::CampaignEnded => "campaignEnded",
            Self::RecipientActive => "recipientActive",
            Self::RecipientInactive => "recipientInactive",
        }
    }

    /// The kind of that word.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.name() == name)
    }

    /// Whether it is about a recipient, and not about a message.
    pub const fn is_about_recipient(self) -> bool {
        matches!(self, Self::RecipientActive | Self::RecipientInactive)
    }
}

/// What the sender of a message is told of a change.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Notice<'a> {
    pub(crate) kind: NoticeKind,
    pub(crate) publication: PublicationId,
    /// The message type's id: who of the organization's applications is told depends on it.
    pub(crate) message_type: &'a str,
}

/// Something that a sender organization alone is told, about to be queued.
///
/// What is about a message in a mailbox is queued while that mailbox's row is locked by this transaction.
#[derive(Clone, Copy, Debug)]
pub(crate) struct SenderChange<'a> {
    /// The mailbox, if the message is in one.
    pub(crate) mailbox: Option<MailboxId>,
    pub(crate) organization: &'a str,
    pub(crate) kind: NoticeKind,
    /// The publication, the campaign, or whom the organization follows.
    pub(crate) about: Uuid,
    /// The message type's id, of what is about a message or a campaign.
    pub(crate) message_type: Option<&'a str>,
    pub(crate) at: Timestamp,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_is_found_by_its_word() {
        for kind in NoticeKind::ALL {
            assert_eq!(NoticeKind::named(kind.name()), Some(kind));
            assert_eq!(kind.is_about_recipient(), kind.name().starts_with("recipient"));
        }
        assert_eq!(
            NoticeKind::named("messageRead"),
            None,
            "the display flag is nobody's business but the citizen's"
        );
    }
}
