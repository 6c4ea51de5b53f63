//! What can happen to a consent, who does it, and why: the entries of its history.

use std::collections::BTreeSet;

use super::{Actions, Suspension};
use crate::change::Kind;
use crate::clock::Timestamp;
use crate::id::MailboxId;
use crate::number::EnterpriseNumber;
use crate::partition::PartitionSet;

/// Who gives, changes or ends a consent, and over which channel.
#[derive(Clone, Debug)]
pub(crate) enum By<'a> {
    /// A citizen, logged in at the portal.
    Citizen {
        /// The person.
        person: MailboxId,
        /// The level of assurance of the login.
        acr: &'a str,
    },
    /// A provider application.
    Provider {
        /// Its client id.
        client_id: &'a str,
    },
    /// An operator of the hub.
    Operator {
        /// Their name in the register of operators.
        person: &'a str,
    },
    /// The hub by itself: time ran out, a mandate ended.
    Hub,
}

impl By<'_> {
    /// `citizen`, `provider`, `operator` or `hub`.
    pub(crate) const fn role(&self) -> &'static str {
        match self {
            Self::Citizen { .. } => "citizen",
            Self::Provider { .. } => "provider",
            Self::Operator { .. } => "operator",
            Self::Hub => "hub",
        }
    }

    /// Who exactly, as the audit names them.
    pub(crate) fn name(&self) -> String {
        match self {
            Self::Citizen { person, .. } => person.0.to_string(),
            Self::Provider { client_id } => (*client_id).to_owned(),
            Self::Operator { person } => (*person).to_owned(),
            Self::Hub => "hub".to_owned(),
        }
    }

    /// `portal`, `api`, `operations` or `hub`.
    pub(crate) const fn channel(&self) -> &'static str {
        match self {
            Self::Citizen { .. } => "portal",
            Self::Provider { .. } => "api",
            Self::Operator { .. } => "operations",
            Self::Hub => "hub",
        }
    }

    /// The person, if it is one.
    pub(crate) const fn person(&self) -> Option<MailboxId> {
        match self {
            Self::Citizen { person, .. } => Some(*person),
            _ => None,
        }
    }

    /// The level of assurance, if a login stands behind it.
    pub(crate) fn acr(&self) -> Option<String> {
        match self {
            Self::Citizen { acr, .. } => Some((*acr).to_owned()),
            _ => None,
        }
    }
}

/// Why a consent ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ending {
    /// The citizen took it back.
    CitizenRevoked,
    /// The citizen gave a new one to the same application, or put another in its place.
    NewConsent,
    /// The citizen stopped receiving mail digitally.
    ActivationWithdrawn,
    /// The provider gave it back.
    ProviderEnded,
    /// An operator ended it.
    OperatorEnded,
    /// The provider, or its application, was removed.
    ProviderRemoved,
    /// Its time was over.
    Expired,
    /// The role through which it was given is over, and nobody took it over in time.
    MandateEnded,
    /// The provider never redeemed the code of a new grant.
    NeverClaimed,
    /// It stood still, and nobody let it go on in time.
    NotResumed,
}

impl Ending {
    /// The consent's state afterwards, and the kind of the entry: `revoked`, `superseded` or `expired`.
    pub const fn state(self) -> &'static str {
        match self {
            Self::NewConsent => "superseded",
            Self::Expired => "expired",
            _ => "revoked",
        }
    }

    /// The code of the reason.
    pub const fn reason(self) -> &'static str {
        match self {
            Self::CitizenRevoked => "citizenRevoked",
            Self::NewConsent => "newConsent",
            Self::ActivationWithdrawn => "activationWithdrawn",
            Self::ProviderEnded => "providerEnded",
            Self::OperatorEnded => "operatorEnded",
            Self::ProviderRemoved => "providerRemoved",
            Self::Expired => "expired",
            Self::MandateEnded => "mandateEnded",
            Self::NeverClaimed => "neverClaimed",
            Self::NotResumed => "notResumed",
        }
    }
}

/// Why a request never became a consent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Rejection {
    /// The citizen refused.
    Refused,
    /// Nobody decided in time.
    TimedOut,
    /// Another person logged in than the provider had named.
    OtherPerson,
}

impl Rejection {
    /// The code of the reason.
    pub const fn reason(self) -> &'static str {
        match self {
            Self::Refused => "citizenRefused",
            Self::TimedOut => "timedOut",
            Self::OtherPerson => "otherPerson",
        }
    }
}

/// What a consent allows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Terms {
    /// What the provider asked to do.
    pub asked: Actions,
    /// What it may do.
    pub actions: Actions,
    /// Until when.
    pub until: Timestamp,
    /// The sender organizations whose messages it does not see.
    pub withheld: BTreeSet<EnterpriseNumber>,
    /// The partitions of an enterprise's mailbox that it is limited to, or all.
    pub partitions: PartitionSet,
}

/// An entry of a consent's history.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Happened {
    Granted,
    /// The same for longer, or said again.
    Renewed,
    /// More than before in something.
    Widened,
    /// Less than before and nothing more.
    Narrowed,
    /// It stands still.
    Suspended(Suspension),
    /// It goes on.
    Resumed,
    Ended(Ending),
    Rejected(Rejection),
}

impl Happened {
    /// What new terms are in the light of the old ones.
    pub(crate) fn between(old: &Terms, new: &Terms) -> Self {
        let more = !new.actions.without(old.actions).is_empty()
            || !old.withheld.is_subset(&new.withheld)
            || !new.partitions.is_within(old.partitions);
        let less = !old.actions.without(new.actions).is_empty()
            || !new.withheld.is_subset(&old.withheld)
            || !old.partitions.is_within(new.partitions)
            || new.until < old.until;
        match (more, less) {
            (true, _) => Self::Widened,
            (false, true) => Self::Narrowed,
            (false, false) => Self::Renewed,
        }
    }

    /// The word of the history.
    pub(crate) const fn kind(self) -> &'static str {
        match self {
            Self::Granted => "granted",
            Self::Renewed => "renewed",
            Self::Widened => "widened",
            Self::Narrowed => "narrowed",
            Self::Suspended(_) => "suspended",
            Self::Resumed => "resumed",
            Self::Ended(how) => how.state(),
            Self::Rejected(_) => "rejected",
        }
    }

    /// The code of the reason, where there is one.
    pub(crate) const fn reason(self) -> Option<&'static str> {
        match self {
            Self::Suspended(why) => Some(why.reason()),
            Self::Ended(how) => Some(how.reason()),
            Self::Rejected(why) => Some(why.reason()),
            _ => None,
        }
    }

    /// What the provider is told, if it is told anything.
    pub(crate) const fn change(self) -> Option<Kind> {
        match self {
            Self::Granted => Some(Kind::ConsentGranted),
            Self::Renewed | Self::Widened | Self::Narrowed | Self::Suspended(_) | Self::Resumed => {
                Some(Kind::ConsentChanged)
            }
            Self::Ended(_) => Some(Kind::ConsentEnded),
            Self::Rejected(_) => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::consent::Action;

    fn terms(actions: &[Action], until: i64, withheld: &[u32]) -> Terms {
        Terms {
            asked: actions.iter().copied().collect(),
            actions: actions.iter().copied().collect(),
            until: Timestamp(until),
            withheld: withheld.iter().map(|n| EnterpriseNumber::with_check(*n).unwrap()).collect(),
            partitions: PartitionSet::ALL,
        }
    }

    #[test]
    fn what_changed_is_named_after_what_the_provider_gains() {
        use Action::{List, MarkRead};
        let old = terms(&[List], 10, &[2_000_000]);
        let named = |new| Happened::between(&old, &new);
        assert_eq!(named(old.clone()), Happened::Renewed);
        assert_eq!(named(terms(&[List], 20, &[2_000_000])), Happened::Renewed);
        assert_eq!(named(terms(&[List, MarkRead], 10, &[2_000_000])), Happened::Widened);
        assert_eq!(named(terms(&[List], 10, &[])), Happened::Widened);
        assert_eq!(named(terms(&[MarkRead], 20, &[2_000_000])), Happened::Widened);
        assert_eq!(named(terms(&[List], 5, &[2_000_000])), Happened::Narrowed);
        assert_eq!(named(terms(&[List], 20, &[2_000_000, 2_000_001])), Happened::Narrowed);
        let partitions = [0, 2].into_iter().collect();
        let limited = Terms { partitions, ..old.clone() };
        assert_eq!(named(limited.clone()), Happened::Narrowed);
        assert_eq!(Happened::between(&limited, &old), Happened::Widened);
    }
}
