//! Operators: persons who run the hub by certificate, what each may do, and what takes two of them (TRUST T24).
//!
//! An operator certificate is bound to a person. Two certificates of one person are one operator: nobody approves
//! what they proposed themselves.

mod proposal;
mod sql;

use std::str::FromStr;

use crate::provider::Takes;

pub use proposal::{Change, Fate, LIFE, Proposal};
pub(crate) use sql::{ActRow, NewProposal};

/// An operator as registered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Operator {
    /// The client id of the certificate's registration.
    pub client_id: String,
    /// Who it is: a personnel number or the like, never a national number.
    pub person: String,
    /// What this person may do.
    pub roles: Vec<OperatorRole>,
}

/// What an operator is there for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum OperatorRole {
    /// Keeps the register: providers, applications, certificates, test mailboxes, pilots.
    Register,
    /// Keeps the hub safe: suspends, ends certificates, approves, sees what operators did.
    Security,
    /// Helps: looks at the register, changes nothing.
    Support,
}

/// What an act of an operator needs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Duty {
    /// Looking at the register.
    Look,
    /// Keeping the register.
    Register,
    /// Closing something at once: suspending a provider, ending a certificate.
    Close,
    /// Proposing what takes two, and deciding what others proposed.
    Decide,
    /// Seeing what every operator did.
    Oversee,
}

impl OperatorRole {
    /// Every role.
    pub const ALL: [Self; 3] = [Self::Register, Self::Security, Self::Support];

    /// `register`, `security` or `support`.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Register => "register",
            Self::Security => "security",
            Self::Support => "support",
        }
    }

    /// Whether the role covers a duty.
    pub const fn covers(self, duty: Duty) -> bool {
        match self {
            Self::Register => !matches!(duty, Duty::Oversee),
            Self::Security => !matches!(duty, Duty::Register),
            Self::Support => matches!(duty, Duty::Look),
        }
    }
}

/// A word that names no role of an operator.
#[derive(Debug, thiserror::Error)]
#[error("{0} is not one of register, security, support")]
pub struct UnknownOperatorRole(String);

impl FromStr for OperatorRole {
    type Err = UnknownOperatorRole;

    fn from_str(name: &str) -> Result<Self, UnknownOperatorRole> {
        let found = Self::ALL.into_iter().find(|role| role.name() == name);
        found.ok_or_else(|| UnknownOperatorRole(name.to_owned()))
    }
}

impl Operator {
    /// Whether one of the roles covers a duty.
    pub fn may(&self, duty: Duty) -> bool {
        self.roles.iter().any(|role| role.covers(duty))
    }
}

impl Takes {
    /// The duty of the operator who does it or, if it takes two, of both.
    pub const fn duty(self) -> Duty {
        match self {
            Self::Registrar => Duty::Register,
            Self::Anyone => Duty::Close,
            Self::TwoOperators => Duty::Decide,
        }
    }
}

impl Duty {
    /// What a refusal says is not permitted.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Look => "looking at the register",
            Self::Register => "keeping the register",
            Self::Close => "suspending or ending",
            Self::Decide => "proposing or deciding",
            Self::Oversee => "seeing the acts of others",
        }
    }
}

/// The name of a person in the register of operators: never a number that could be a citizen's.
pub(crate) fn is_person_id(text: &str) -> bool {
    let shaped = (2..=64).contains(&text.len())
        && text.starts_with(|first: char| first.is_ascii_alphanumeric())
        && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-._@".contains(&byte));
    shaped && text.bytes().filter(u8::is_ascii_digit).count() < 10
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_role_has_its_duties() {
        use Duty::{Close, Decide, Look, Oversee, Register};
        let duties = |role: OperatorRole| -> Vec<Duty> {
            [Look, Register, Close, Decide, Oversee].into_iter().filter(|duty| role.covers(*duty)).collect()
        };
        assert_eq!(duties(OperatorRole::Register), [Look, Register, Close, Decide]);
        assert_eq!(duties(OperatorRole::Security), [Look, Close, Decide, Oversee]);
        assert_eq!(duties(OperatorRole::Support), [Look]);
    }

    #[test]
    fn a_national_number_is_no_name_of_an_operator() {
        for good in ["op-17", "an.peeters@hub", "p123456"] {
            assert!(is_person_id(good), "{good}");
        }
        for bad in ["79072300048", "79.07.23-000.48", "", "x", "an peeters", "-an"] {
            assert!(!is_person_id(bad), "{bad}");
        }
    }
}
