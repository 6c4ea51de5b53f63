//! The report: all that a run found, in one document from which every other form is made.
//!
//! The JSON form is canonical, and its schema stands in `specs/conformance/report.schema.json`. Everything in it went
//! through the run's wire, and once more through all that the wire knew at the end.

mod curl;
mod diff;
mod earl;
mod expected;
mod files;
pub(crate) mod html;
mod judge;
mod junit;
mod make;
mod matrix;
pub(crate) mod view;

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

pub use diff::{Change, changes, differences};
pub use earl::earl;
pub use expected::{Expectation, ExpectationState, ExpectationsFault, Expected, Standing};
pub use files::{Form, write};
pub use html::html;
pub use judge::{Ending, Judgement, Weight};
pub use junit::junit;
pub use make::{Facts, make};
pub(crate) use matrix::matrix;
pub use matrix::{Coverage, Row};

use crate::engine::{Outcome, Verdict};
use crate::profile::Capability;

/// The name of the format.
pub const FORMAT: &str = "facteur-conformance-report/1";

/// All that a run found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Report {
    /// The name of the format: `FORMAT`.
    pub format: String,
    /// Version of the suite.
    pub suite_version: String,
    /// The plan: `provider`.
    pub plan: String,
    /// Version of the register of requirements.
    pub requirements_version: String,
    /// What the run was told.
    pub profile: ProfileFacts,
    /// What was judged.
    pub target: Target,
    /// When the run began.
    pub began: Timestamp,
    /// When it ended.
    pub ended: Timestamp,
    /// The words that chose the cases; none if all were played.
    pub selection: Vec<String>,
    /// Whether warnings fail.
    pub strict: bool,
    /// Whether the run came to its end.
    pub complete: bool,
    /// What came of it.
    pub judgement: Judgement,
    /// How many cases have which verdict.
    pub counts: BTreeMap<Verdict, u32>,
    /// How many conditions were checked.
    pub assertions: u32,
    /// What came of the expected failures.
    pub expected_failures: Vec<ExpectationState>,
    /// Every requirement with what came of it.
    pub matrix: Vec<Row>,
    /// Every chosen case with what came of it, in the order of the plan.
    pub outcomes: Vec<Outcome>,
}

impl Report {
    /// What was played, if it was not the whole plan: `only C6 rfc9207, 7 cases`.
    pub fn part(&self) -> Option<String> {
        let words = || self.selection.join(" ");
        (!self.selection.is_empty()).then(|| format!("only {}, {} cases", words(), self.outcomes.len()))
    }
}

/// What the run was told.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ProfileFacts {
    /// SHA-256 of the profile, in hexadecimal digits.
    pub sha256: String,
    /// What the app is declared to do.
    pub declared: Vec<Capability>,
}

/// What was judged.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Target {
    /// The app's name in the profile.
    pub name: String,
    /// The name under which the hub knows it.
    pub client_id: String,
    /// Where the hub sends the browser back to.
    pub redirect_uri: String,
    /// SHA-256 of its client certificate, base64url.
    pub certificate: String,
    /// What the app says of itself through its hook.
    pub software: Option<Software>,
    /// SHA-256 over all of the above, in hexadecimal digits: two reports with the same one judge the same thing.
    pub fingerprint: String,
}

/// A program as it names itself.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Software {
    /// Its name.
    pub name: String,
    /// Its version.
    pub version: String,
}

impl Report {
    /// The outcome of a case.
    pub fn outcome(&self, case: &str) -> Option<&Outcome> {
        self.outcomes.iter().find(|outcome| outcome.case == case)
    }

    /// The sections in the order of the plan, each with its outcomes.
    pub fn sections(&self) -> Vec<(&str, Vec<&Outcome>)> {
        let mut sections: Vec<(&str, Vec<&Outcome>)> = Vec::new();
        for outcome in &self.outcomes {
            match sections.iter_mut().find(|(name, _)| *name == outcome.section) {
                Some((_, outcomes)) => outcomes.push(outcome),
                None => sections.push((&outcome.section, vec![outcome])),
            }
        }
        sections
    }

    /// The canonical form.
    pub fn to_json(&self) -> Result<String, serde_json::Error> {
        serde_json::to_string_pretty(self).map(|text| text + "\n")
    }
}

#[cfg(test)]
pub(crate) mod samples;
