//! What is asked of a hub: the registers of authorization and of trust, and what stands beside them.

use serde::Deserialize;

use crate::digest::sha256_hex;
use crate::requirement::{Level, Register, Requirement};

/// A register of the hub's own, as it is written.
#[derive(Deserialize)]
struct File {
    #[serde(default)]
    requirement: Vec<Row>,
    #[serde(default)]
    beyond: Vec<Beyond>,
}

/// One sentence of it. Who verifies it inside the hub is not looked at.
#[derive(Deserialize)]
struct Row {
    id: String,
    level: String,
    actor: String,
    #[serde(alias = "source")]
    clause: String,
    text: String,
    reason: Option<String>,
}

/// Sentences that no client of a hub can judge, and why.
#[derive(Deserialize)]
struct Beyond {
    ids: Vec<String>,
    reason: String,
}

/// Why there is no register.
#[derive(Debug, thiserror::Error)]
pub enum RegisterFault {
    /// A document of the contract is no such register.
    #[error("a register of requirements cannot be read")]
    Unreadable(#[from] toml::de::Error),
    /// A sentence has a level that nobody knows.
    #[error("{0} has the unknown level `{1}`")]
    Level(String, String),
    /// A reason is given for a sentence that does not exist.
    #[error("a reason is given for {0}, which does not exist")]
    Unknown(String),
}

/// Reads what the contract asks of a hub that its clients can see.
pub fn register() -> Result<Register, RegisterFault> {
    let mut requirements = Vec::new();
    let mut beyond = Vec::new();
    for text in TEXTS {
        let file: File = toml::from_str(text)?;
        for row in file.requirement {
            requirements.push(requirement(row)?);
        }
        beyond.extend(file.beyond);
    }
    for Beyond { ids, reason } in beyond {
        for id in ids {
            let found = requirements.iter_mut().find(|requirement| requirement.id == id);
            let requirement = found.ok_or(RegisterFault::Unknown(id))?;
            requirement.testable = false;
            requirement.reason = Some(reason.clone());
        }
    }
    let version = sha256_hex(TEXTS.concat().as_bytes()).chars().take(16).collect();
    Ok(Register { version, requirements })
}

fn requirement(row: Row) -> Result<Requirement, RegisterFault> {
    let level = match row.level.as_str() {
        "must" | "must not" => Level::Must,
        "should" | "should not" => Level::Should,
        "may" => Level::May,
        _ => return Err(RegisterFault::Level(row.id, row.level)),
    };
    Ok(Requirement {
        id: row.id,
        level,
        actor: row.actor,
        clause: row.clause,
        text: row.text,
        capability: None,
        testable: row.reason.is_none(),
        reason: row.reason,
    })
}

/// The registers that make up this one.
const TEXTS: [&str; 3] =
    [specs::AUTHORIZATION_REQUIREMENTS, specs::TRUST_REQUIREMENTS, specs::HUB_REQUIREMENTS];

#[cfg(test)]
mod tests {
    use super::*;
    use crate::hub_plan::plan;
    use crate::plan::gaps;

    #[test]
    fn every_requirement_has_a_case_or_a_reason_and_no_case_invents_one() {
        let gaps: Vec<String> = gaps(&plan(), &register().unwrap()).iter().map(ToString::to_string).collect();
        assert!(gaps.is_empty(), "{gaps:#?}");
    }

    #[test]
    fn every_case_says_what_it_does_why_and_what_usually_is_the_cause() {
        for case in plan() {
            assert!(!case.title.is_empty() && !case.what.is_empty() && !case.why.is_empty(), "{}", case.id);
            assert!(!case.causes.is_empty(), "{}", case.id);
        }
        assert!(plan().len() >= 50, "{}", plan().len());
    }
}
