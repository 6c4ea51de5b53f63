//! What the contract asks of a provider's app: the register of requirements, as `specs` holds it.

use serde::Deserialize;

/// How binding a requirement is (RFC 2119 words).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Deserialize, serde::Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Level {
    /// Breaking it fails.
    Must,
    /// Breaking it warns, and fails with `--strict`.
    Should,
    /// Doing it is allowed.
    May,
}

/// One numbered sentence of the register.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Requirement {
    /// Stable id.
    pub id: String,
    /// How binding it is.
    pub level: Level,
    /// Whom it binds.
    pub actor: String,
    /// Where it stands in a standard: `RFC 9207 2.4; FAPI 2.0 SP 5.3.3`.
    pub clause: String,
    /// The sentence.
    pub text: String,
    /// The capability that an app must have declared for it to apply; `None` = always.
    #[serde(default)]
    pub capability: Option<String>,
    /// Whether a case can judge it from outside.
    #[serde(default = "yes")]
    pub testable: bool,
    /// Why no case can, or why none does yet.
    #[serde(default)]
    pub reason: Option<String>,
}

/// The register.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Register {
    /// The version of the register: verdicts name it.
    #[serde(default)]
    pub version: String,
    /// Its sentences.
    #[serde(rename = "requirement")]
    pub requirements: Vec<Requirement>,
}

impl Register {
    /// Reads what the contract asks of a provider's app.
    pub fn of_providers() -> Result<Self, toml::de::Error> {
        toml::from_str(specs::PROVIDER_REQUIREMENTS)
    }

    /// The requirement of an id.
    pub fn requirement(&self, id: &str) -> Option<&Requirement> {
        self.requirements.iter().find(|requirement| requirement.id == id)
    }
}

fn yes() -> bool {
    true
}
