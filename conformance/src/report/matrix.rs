//! The matrix: every requirement with the cases that verify it, and what came of them.

use serde::{Deserialize, Serialize};

use crate::engine::{Case, Outcome, Verdict};
use crate::requirement::{Level, Register, Requirement};

/// One requirement with what came of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Row {
    /// The requirement.
    pub requirement: String,
    /// How binding it is.
    pub level: Level,
    /// Where it stands in a standard.
    pub clause: String,
    /// The sentence.
    pub text: String,
    /// What came of it.
    pub coverage: Coverage,
    /// The worst verdict of its cases; `None` unless one was chosen.
    pub verdict: Option<Verdict>,
    /// Why no case verifies it.
    pub reason: Option<String>,
    /// The cases of the plan that verify it.
    pub cases: Vec<String>,
}

/// Whether a requirement was looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Coverage {
    /// A case of this run came to a judgement on it.
    Verified,
    /// Its cases were chosen, and none came to a judgement.
    NotJudged,
    /// A case of the plan does, and was not chosen.
    NotChosen,
    /// No case does.
    NotVerified,
    /// No case can.
    NotTestable,
}

/// Makes the matrix of a run.
pub(crate) fn matrix<S>(register: &Register, plan: &[Case<S>], outcomes: &[Outcome]) -> Vec<Row> {
    register.requirements.iter().map(|requirement| row(requirement, plan, outcomes)).collect()
}

fn row<S>(requirement: &Requirement, plan: &[Case<S>], outcomes: &[Outcome]) -> Row {
    let cites = |case: &&Case<S>| case.requirements.contains(&requirement.id.as_str());
    let cases: Vec<String> = plan.iter().filter(cites).map(|case| case.id.to_owned()).collect();
    let verdicts = || {
        let of_these = outcomes.iter().filter(|outcome| cases.contains(&outcome.case));
        of_these.map(|outcome| outcome.verdict)
    };
    let verdict = verdicts().max_by_key(|verdict| weight(*verdict));
    let coverage = match (requirement.testable, cases.is_empty(), verdict) {
        (false, ..) => Coverage::NotTestable,
        (true, true, _) => Coverage::NotVerified,
        (true, false, None) => Coverage::NotChosen,
        (true, false, Some(_)) if verdicts().any(judges) => Coverage::Verified,
        (true, false, Some(_)) => Coverage::NotJudged,
    };
    Row {
        requirement: requirement.id.clone(),
        level: requirement.level,
        clause: requirement.clause.clone(),
        text: requirement.text.clone(),
        coverage,
        verdict,
        reason: requirement.reason.clone(),
        cases,
    }
}

/// Says whether a case with this verdict looked at the app and came to a judgement.
fn judges(verdict: Verdict) -> bool {
    matches!(verdict, Verdict::Pass | Verdict::Fail | Verdict::Warning)
}

/// Which verdict speaks for a requirement with several cases: the one with the greatest weight.
fn weight(verdict: Verdict) -> u8 {
    match verdict {
        Verdict::NotApplicable => 0,
        Verdict::Skipped => 1,
        Verdict::Pass => 2,
        Verdict::Warning => 3,
        Verdict::Review => 4,
        Verdict::Interrupted => 5,
        Verdict::Blocked => 6,
        Verdict::Error => 7,
        Verdict::Fail => 8,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::plan::samples::{case, register};
    use crate::report::samples::outcome;

    #[test]
    fn the_worst_verdict_of_its_cases_speaks_for_a_requirement() {
        let plan = [case("C6", "a", &["C6"]), case("N18", "a", &["N18", "C6"])];
        let outcomes = [outcome("C6", Verdict::Pass), outcome("N18", Verdict::Fail)];
        let rows = matrix(&register(), &plan, &outcomes);
        assert_eq!((rows[0].verdict, rows[0].coverage), (Some(Verdict::Fail), Coverage::Verified));
        assert_eq!(rows[0].cases, ["C6", "N18"]);
        assert_eq!((rows[2].verdict, rows[2].coverage), (None, Coverage::NotVerified));
    }

    #[test]
    fn only_a_case_that_came_to_a_judgement_verifies() {
        let plan = [case("C6", "a", &["C6"]), case("N18", "a", &["C6"])];
        let coverage =
            |one, other| matrix(&register(), &plan, &[outcome("C6", one), outcome("N18", other)])[0].coverage;
        for verdict in [Verdict::Skipped, Verdict::NotApplicable, Verdict::Blocked, Verdict::Interrupted] {
            assert_eq!(coverage(verdict, Verdict::Review), Coverage::NotJudged, "{verdict}");
            assert_eq!(coverage(verdict, Verdict::Pass), Coverage::Verified, "{verdict}");
        }
    }

    #[test]
    fn what_was_not_chosen_is_told_from_what_no_case_verifies() {
        let plan = [case("C6", "a", &["C6"]), case("N18", "a", &["N18"])];
        let rows = matrix(&register(), &plan, &[outcome("C6", Verdict::Pass)]);
        assert_eq!(rows[1].coverage, Coverage::NotChosen);
        assert_eq!(rows[2].coverage, Coverage::NotVerified);
    }
}
