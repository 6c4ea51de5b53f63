//! What the contract asks of a provider's app: the register of requirements, as `specs` holds it.

use serde::Deserialize;

use crate::digest::sha256_hex;
use crate::profile::Capability;

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

impl Level {
    /// The word for it.
    pub fn word(self) -> &'static str {
        match self {
            Self::Must => "must",
            Self::Should => "should",
            Self::May => "may",
        }
    }
}

/// One numbered sentence of the register.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
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
    pub capability: Option<Capability>,
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
    /// What verdicts name it by: the first sixteen digits of the SHA-256 of its text.
    #[serde(skip)]
    pub version: String,
    /// Its sentences.
    #[serde(rename = "requirement")]
    pub requirements: Vec<Requirement>,
}

impl Register {
    /// Reads what the contract asks of a provider's app.
    pub fn of_providers() -> Result<Self, toml::de::Error> {
        Self::parse(specs::PROVIDER_REQUIREMENTS)
    }

    /// Reads the text of a register.
    pub fn parse(text: &str) -> Result<Self, toml::de::Error> {
        let mut register: Self = toml::from_str(text)?;
        register.version = sha256_hex(text.as_bytes()).chars().take(16).collect();
        Ok(register)
    }

    /// The requirement of an id.
    pub fn requirement(&self, id: &str) -> Option<&Requirement> {
        self.requirements.iter().find(|requirement| requirement.id == id)
    }
}

fn yes() -> bool {
    true
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_register_of_the_contract_is_read_and_binds_providers() {
        let register = Register::of_providers().unwrap();
        assert!(register.requirements.len() > 80, "{}", register.requirements.len());
        let mut testable = register.requirements.iter().filter(|requirement| requirement.testable);
        assert!(testable.all(|requirement| requirement.actor == "provider"));
        assert_eq!(register.version.len(), 16);
    }
}
