//! Certification: what a suite instance says of a provider's app, which of it the hub believes, and how long it counts.
//!
//! The hub knows no line of the conformance suite. It believes *statements*: a compact JWS under a key that its operator
//! configured, about one app, for this hub (`specs/conformance/statement.schema.json`, decision 24). *Declared* is the app's
//! own word about a run of its own; *certified* takes a run by the instance, a nonce of this hub and an operator. Both
//! rules, [`judge`] for a statement and [`standing`] for what counts now, are pure.

mod flaw;
mod sql;
mod standing;
mod statement;
mod terms;
#[cfg(test)]
mod tests;

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::clock::Timestamp;

pub use flaw::Flaw;
pub(crate) use sql::NewCertification;
pub use standing::{Lapse, Standing, standing};
pub use statement::{Expected, Statement, judge};
pub use terms::{Terms, TermsError, TermsForm};

/// What is claimed of an app.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Level {
    /// Its developers say that it behaves, and signed a report.
    Declared,
    /// A suite instance that the hub believes found so, and an operator approved.
    Certified,
}

impl Level {
    /// `declared` or `certified`.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Declared => "declared",
            Self::Certified => "certified",
        }
    }

    fn named(name: &str) -> Option<Self> {
        [Self::Declared, Self::Certified].into_iter().find(|level| level.name() == name)
    }
}

/// A statement that was believed when it was handed in.
#[derive(Clone, Debug)]
pub struct Certification {
    pub(crate) id: Uuid,
    /// The application.
    pub client_id: String,
    /// What is claimed.
    pub level: Level,
    /// What became of it.
    pub fate: Fate,
    /// The version of the suite that ran.
    pub suite_version: String,
    /// The version of the requirements that it verified.
    pub requirements_version: String,
    /// The `kid` of the certification key that it was believed for.
    pub key_id: String,
    /// The plan that it played.
    pub plan: String,
    /// What the app was declared to do.
    pub capabilities: Vec<String>,
    /// When the run began; it counts from there.
    pub began: Timestamp,
    /// When it was handed in.
    pub received_at: Timestamp,
    /// Whether the name that its certificate was registered under still stands for this application.
    pub registered: bool,
}

/// What became of a statement.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fate {
    /// Nobody has to decide: the app's own word.
    Standing,
    /// An operator has to decide.
    Awaiting,
    /// An operator approved it.
    Approved {
        /// The person.
        by: String,
        /// When.
        at: Timestamp,
    },
    /// An operator did not.
    Rejected {
        /// The person.
        by: String,
        /// When.
        at: Timestamp,
    },
}

impl Fate {
    /// The fate as its columns tell it.
    fn read(state: &str, decided: Option<(String, Timestamp)>) -> Option<Self> {
        match (state, decided) {
            ("standing", None) => Some(Self::Standing),
            ("awaiting", None) => Some(Self::Awaiting),
            ("approved", Some((by, at))) => Some(Self::Approved { by, at }),
            ("rejected", Some((by, at))) => Some(Self::Rejected { by, at }),
            _ => None,
        }
    }

    /// Its word.
    pub const fn name(&self) -> &'static str {
        match self {
            Self::Standing => "standing",
            Self::Awaiting => "awaiting",
            Self::Approved { .. } => "approved",
            Self::Rejected { .. } => "rejected",
        }
    }
}
