//! The registers of requirements, read: what is asked, which tests verify it, or why it does not apply.

use toml::{Table, Value};

/// One numbered sentence.
#[derive(Clone, Debug)]
pub struct Requirement {
    /// `A1`, `GM1`, `R1`, `T1`, ….
    pub id: String,
    /// `must`, `must not`, `should`, `should not` or `may`.
    pub level: String,
    /// The tests that verify it, by their path.
    pub verified_by: Vec<String>,
    /// Why it does not apply, or where else it is verified.
    pub reason: Option<String>,
}

/// Where a requirement stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    /// A test verifies it.
    Verified,
    /// It does not apply, and the register says why.
    NotApplicable,
    /// Neither.
    Open,
}

impl Requirement {
    /// Where it stands.
    pub fn standing(&self) -> Standing {
        match (self.verified_by.is_empty(), &self.reason) {
            (false, _) => Standing::Verified,
            (true, Some(_)) => Standing::NotApplicable,
            (true, None) => Standing::Open,
        }
    }

    /// Whether it must hold: `must` and `must not`.
    pub fn is_binding(&self) -> bool {
        self.level.starts_with("must")
    }
}

impl Standing {
    /// The word for it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Verified => "verified",
            Self::NotApplicable => "does not apply",
            Self::Open => "open",
        }
    }
}

/// Every requirement of a register.
pub fn read(register: &str) -> Vec<Requirement> {
    let register: Table = register.parse().unwrap();
    register["requirement"].as_array().unwrap().iter().map(requirement).collect()
}

fn requirement(row: &Value) -> Requirement {
    let text = |member: &str| row.get(member).and_then(Value::as_str).map(str::to_owned);
    let tests = row.get("verified_by").and_then(Value::as_array).into_iter().flatten();
    Requirement {
        id: text("id").unwrap(),
        level: text("level").unwrap(),
        verified_by: tests.map(|test| test.as_str().unwrap().to_owned()).collect(),
        reason: text("reason"),
    }
}
