//! The section about certification: keys that are believed, and the policy.

use std::path::PathBuf;
use std::time::Duration;

use anyhow::Context as _;
use hub_core::certification::{Terms, TermsForm};
use serde::Deserialize;

/// `[certification]`: which statements about providers' apps the hub believes.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Certification {
    /// The public keys of the suite instances that are believed: a JWK set, each key with its `kid`.
    pub keys: PathBuf,
    /// The versions of the suite that are accepted; what was stated of another lapses.
    pub suite_versions: Vec<String>,
    /// The versions of the requirements that are accepted.
    pub requirements_versions: Vec<String>,
    /// The plan that must have been played.
    #[serde(default = "provider_plan")]
    pub plan: String,
    /// The capabilities that an app must have been declared to have; what was stated of one without them lapses.
    #[serde(default)]
    pub needs: Vec<String>,
    /// How many days ago a run may have begun that is handed in.
    #[serde(default = "a_month")]
    pub max_age_days: u32,
    /// How many days *declared* stands, from the beginning of its run.
    #[serde(default = "a_quarter")]
    pub declared_days: u32,
    /// How many days *certified* stands, from the beginning of its run.
    #[serde(default = "a_year")]
    pub certified_days: u32,
    /// How many hours a nonce is good.
    #[serde(default = "a_day")]
    pub nonce_hours: u32,
}

fn provider_plan() -> String {
    "provider".to_owned()
}

const fn a_month() -> u32 {
    30
}

const fn a_quarter() -> u32 {
    90
}

const fn a_year() -> u32 {
    365
}

const fn a_day() -> u32 {
    24
}

impl Certification {
    /// The terms, with the keys as they are in their file now.
    pub(crate) fn terms(&self) -> anyhow::Result<Terms> {
        let named = || format!("certification.keys {}", self.keys.display());
        let days = |days: u32| DAY * days;
        let form = TermsForm {
            keys: std::fs::read_to_string(&self.keys).with_context(named)?,
            suite_versions: self.suite_versions.clone(),
            requirements_versions: self.requirements_versions.clone(),
            plan: self.plan.clone(),
            needs: self.needs.clone(),
            max_age: days(self.max_age_days),
            declared_for: days(self.declared_days),
            certified_for: days(self.certified_days),
            nonce_for: Duration::from_secs(3600) * self.nonce_hours,
        };
        Terms::read(form).with_context(named)
    }
}

const DAY: Duration = Duration::from_secs(24 * 3600);
