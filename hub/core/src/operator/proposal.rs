//! What one operator proposes and another approves, within a day.

use std::time::Duration;

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::clock::Timestamp;
use crate::error::Error;
use crate::provider::{NewCertificate, Target};

/// How long a proposal waits.
pub const LIFE: Duration = Duration::from_secs(24 * 60 * 60);

/// What would be done, exactly as it will be done.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "camelCase", rename_all_fields = "camelCase")]
pub enum Change {
    /// Moves a provider on.
    MoveProvider {
        /// The provider's code.
        provider: String,
        /// Where.
        to: Target,
    },
    /// Registers a certificate for a provider application.
    RegisterCertificate {
        /// The certificate.
        certificate: NewCertificate,
    },
    /// Ends the pilot of a provider application: everybody may grant.
    OpenApplication {
        /// The application's client id.
        client_id: String,
    },
}

impl Change {
    /// What it is done to: a provider's code or an application's client id.
    pub fn subject(&self) -> &str {
        match self {
            Self::MoveProvider { provider, .. } => provider,
            Self::RegisterCertificate { certificate } => &certificate.client_id,
            Self::OpenApplication { client_id } => client_id,
        }
    }
}

/// A proposal.
#[derive(Clone, Debug)]
pub struct Proposal {
    /// Its id inside the hub.
    pub(crate) id: Uuid,
    /// What would be done.
    pub change: Change,
    /// The person who proposed it.
    pub proposed_by: String,
    /// When.
    pub proposed_at: Timestamp,
    /// Until when it can be approved.
    pub until: Timestamp,
    /// What became of it.
    pub fate: Fate,
}

/// What became of a proposal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fate {
    /// It waits for another operator.
    Open,
    /// Nobody decided it in time.
    Expired,
    /// Another operator approved it, and it was done.
    Approved {
        /// The person.
        by: String,
        /// When.
        at: Timestamp,
    },
    /// An operator, perhaps the one who proposed it, put it aside.
    Rejected {
        /// The person.
        by: String,
        /// When.
        at: Timestamp,
    },
}

impl Fate {
    /// The fate as its columns tell it at `now`.
    pub(super) fn read(
        state: &str,
        decided: Option<(String, Timestamp)>,
        until: Timestamp,
        now: Timestamp,
    ) -> Option<Self> {
        match (state, decided) {
            ("open", None) if until <= now => Some(Self::Expired),
            ("open", None) => Some(Self::Open),
            ("approved", Some((by, at))) => Some(Self::Approved { by, at }),
            ("rejected", Some((by, at))) => Some(Self::Rejected { by, at }),
            _ => None,
        }
    }

    /// Its word.
    pub const fn name(&self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Expired => "expired",
            Self::Approved { .. } => "approved",
            Self::Rejected { .. } => "rejected",
        }
    }
}

/// The change as its column keeps it.
pub(super) fn written(change: &Change) -> Result<String, Error> {
    serde_json::to_string(change).map_err(Error::internal)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_proposal_is_open_until_its_time() {
        let fate = |now| Fate::read("open", None, Timestamp(100), Timestamp(now));
        assert_eq!(fate(99), Some(Fate::Open));
        assert_eq!(fate(100), Some(Fate::Expired));
    }

    #[test]
    fn a_change_is_read_back_as_it_was_written() {
        let change = Change::MoveProvider { provider: "demo-bank".into(), to: Target::Active };
        let text = written(&change).unwrap();
        assert_eq!(text, r#"{"kind":"moveProvider","provider":"demo-bank","to":"active"}"#);
        assert_eq!(serde_json::from_str::<Change>(&text).unwrap(), change);
    }
}
