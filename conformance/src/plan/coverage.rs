//! Coverage: nothing that must hold is without a case or a reason, and no case verifies what nobody asks.

use std::collections::BTreeSet;
use std::fmt;

use crate::engine::Case;
use crate::requirement::{Level, Register};

/// Something that does not fit between plan and register.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Gap {
    /// A requirement that must hold has no case, and does not say why.
    Unverified(String),
    /// A requirement says that no case can show it, and does not say why.
    Unexplained(String),
    /// A requirement says that no case can show it, and a case does.
    Contradicted(String),
    /// A case cites a requirement that does not exist.
    Invented {
        /// The case.
        case: String,
        /// What it cites.
        requirement: String,
    },
    /// A case cites nothing.
    Aimless(String),
    /// Two cases or two requirements have this id.
    Twice(String),
}

/// Finds every gap between a plan and a register.
pub fn gaps<S>(cases: &[Case<S>], register: &Register) -> Vec<Gap> {
    let cited: BTreeSet<&str> = cases.iter().flat_map(|case| case.requirements.iter().copied()).collect();
    let mut gaps: Vec<Gap> = register
        .requirements
        .iter()
        .filter_map(|requirement| {
            let (id, covered) = (requirement.id.clone(), cited.contains(requirement.id.as_str()));
            let explained = requirement.reason.as_ref().is_some_and(|reason| !reason.trim().is_empty());
            match (requirement.testable, covered) {
                (false, true) => Some(Gap::Contradicted(id)),
                (false, false) if !explained => Some(Gap::Unexplained(id)),
                (true, false) if requirement.level == Level::Must && !explained => Some(Gap::Unverified(id)),
                (true | false, _) => None,
            }
        })
        .collect();
    for case in cases {
        gaps.extend(case.requirements.is_empty().then(|| Gap::Aimless(case.id.to_owned())));
        let invented = case.requirements.iter().filter(|id| register.requirement(id).is_none());
        gaps.extend(
            invented.map(|&id| Gap::Invented { case: case.id.to_owned(), requirement: id.to_owned() }),
        );
    }
    gaps.extend(twice(cases.iter().map(|case| case.id)));
    gaps.extend(twice(register.requirements.iter().map(|requirement| requirement.id.as_str())));
    gaps
}

fn twice<'a>(ids: impl Iterator<Item = &'a str>) -> Vec<Gap> {
    let mut seen = BTreeSet::new();
    ids.filter(|id| !seen.insert(id.to_ascii_lowercase())).map(|id| Gap::Twice(id.to_owned())).collect()
}

impl fmt::Display for Gap {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unverified(id) => write!(f, "{id} must hold, and no case verifies it nor does it say why"),
            Self::Unexplained(id) => write!(f, "{id} is not testable, and does not say why"),
            Self::Contradicted(id) => write!(f, "{id} is not testable, and a case verifies it"),
            Self::Invented { case, requirement } => {
                write!(f, "case {case} cites {requirement}, which does not exist")
            }
            Self::Aimless(case) => write!(f, "case {case} cites no requirement"),
            Self::Twice(id) => write!(f, "{id} is there twice"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::plan::samples::{case, register};

    #[test]
    fn a_plan_that_verifies_all_that_must_hold_has_no_gap() {
        let cases = [case("C6", "callback", &["C6", "N18"]), case("N34", "token", &["N34"])];
        assert_eq!(gaps(&cases, &register()), []);
    }

    #[test]
    fn a_requirement_without_case_and_reason_is_a_gap() {
        let cases = [case("C6", "callback", &["C6", "N18"])];
        assert_eq!(gaps(&cases, &register()), [Gap::Unverified("N34".to_owned())]);

        let mut register = register();
        register.requirements[2].reason = Some("cannot be seen from outside".to_owned());
        assert_eq!(gaps(&cases, &register), []);
    }

    #[test]
    fn a_case_that_cites_what_does_not_exist_or_nothing_is_a_gap() {
        let cases = [case("C6", "a", &["C6", "N18", "N34", "N99"]), case("c6", "a", &[])];
        let invented = Gap::Invented { case: "C6".to_owned(), requirement: "N99".to_owned() };
        assert_eq!(
            gaps(&cases, &register()),
            [invented, Gap::Aimless("c6".to_owned()), Gap::Twice("c6".to_owned())]
        );
    }

    #[test]
    fn what_is_not_testable_says_why_and_has_no_case() {
        let mut register = register();
        register.requirements[2].testable = false;
        let cases = [case("C6", "a", &["C6", "N18"])];
        assert_eq!(gaps(&cases, &register), [Gap::Unexplained("N34".to_owned())]);
        let cases = [case("C6", "a", &["C6", "N18", "N34"])];
        assert_eq!(gaps(&cases, &register), [Gap::Contradicted("N34".to_owned())]);
    }
}
