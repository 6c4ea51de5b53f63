//! What is different between two reports.

use std::fmt;

use super::Report;
use crate::engine::Verdict;

/// A case that came out differently, is new, or is not there any more.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change {
    /// The case.
    pub case: String,
    /// How it came out before; `None` if it was not played.
    pub before: Option<Verdict>,
    /// How it comes out now; `None` if it is not played.
    pub after: Option<Verdict>,
}

impl Change {
    /// Says whether the app lost something: a case that was green is not, or one that was played is not any more.
    pub fn is_worse(&self) -> bool {
        let red = |verdict: Option<Verdict>| match verdict {
            None | Some(Verdict::Pass | Verdict::Warning | Verdict::Skipped | Verdict::NotApplicable) => {
                false
            }
            Some(_) => true,
        };
        let away = |verdict: Option<Verdict>| matches!(verdict, None | Some(Verdict::NotApplicable));
        let lost = self.before == Some(Verdict::Pass) && self.after != Some(Verdict::Pass);
        lost || (!red(self.before) && red(self.after)) || (!away(self.before) && away(self.after))
    }
}

impl fmt::Display for Change {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let word = |verdict: Option<Verdict>| verdict.map_or("not played", Verdict::word);
        let note = if self.is_worse() { "  (worse)" } else { "" };
        write!(f, "{}: {}, now {}{note}", self.case, word(self.before), word(self.after))
    }
}

/// The cases that came out differently, in the order of the later report, then those that are gone.
pub fn changes(before: &Report, after: &Report) -> Vec<Change> {
    let verdict = |report: &Report, case: &str| report.outcome(case).map(|outcome| outcome.verdict);
    let now = after.outcomes.iter().map(|outcome| &outcome.case);
    let gone =
        before.outcomes.iter().map(|outcome| &outcome.case).filter(|case| after.outcome(case).is_none());
    now.chain(gone)
        .map(|case| Change { case: case.clone(), before: verdict(before, case), after: verdict(after, case) })
        .filter(|change| change.before != change.after)
        .collect()
}

/// What else is different, so that a reader knows what the comparison is worth.
pub fn differences(before: &Report, after: &Report) -> Vec<String> {
    let software = |report: &Report| {
        let named = report.target.software.as_ref();
        named.map_or_else(
            || "unnamed".to_owned(),
            |software| format!("{} {}", software.name, software.version),
        )
    };
    let facts = [
        ("plan", before.plan.clone(), after.plan.clone()),
        ("suite", before.suite_version.clone(), after.suite_version.clone()),
        ("requirements", before.requirements_version.clone(), after.requirements_version.clone()),
        ("profile", before.profile.sha256.clone(), after.profile.sha256.clone()),
        ("client", before.target.client_id.clone(), after.target.client_id.clone()),
        ("software", software(before), software(after)),
        ("strict", before.strict.to_string(), after.strict.to_string()),
    ];
    let changed = facts.into_iter().filter(|(_, before, after)| before != after);
    changed.map(|(what, before, after)| format!("{what}: {before}, now {after}")).collect()
}

#[cfg(test)]
mod tests {
    use Verdict::{Blocked, Fail, NotApplicable, Pass, Review, Skipped, Warning};

    use super::*;
    use crate::report::samples::report_of;

    fn told(before: [Verdict; 4], after: [Verdict; 4]) -> Vec<String> {
        changes(&report_of(before), &report_of(after)).iter().map(ToString::to_string).collect()
    }

    #[test]
    fn the_same_run_twice_is_no_change() {
        assert!(told([Pass, Fail, Pass, Pass], [Pass, Fail, Pass, Pass]).is_empty());
    }

    #[test]
    fn what_came_out_worse_is_told_apart_from_what_was_mended() {
        let told = told([Pass, Fail, Pass, NotApplicable], [Review, Pass, Blocked, Fail]);
        assert_eq!(
            told,
            [
                "C6: pass, now review  (worse)",
                "N18: fail, now pass",
                "N34: pass, now blocked  (worse)",
                "N35: not applicable, now fail  (worse)"
            ]
        );
    }

    #[test]
    fn a_green_case_that_is_not_played_any_more_is_worse() {
        let (before, mut after) = (report_of([Pass; 4]), report_of([Pass; 4]));
        after.outcomes.pop();
        let changes = changes(&before, &after);
        assert!(changes.len() == 1 && changes[0].is_worse());
    }

    #[test]
    fn what_failed_is_not_mended_by_not_being_declared_or_played_any_more() {
        for after in [None, Some(NotApplicable)] {
            let change = |before| Change { case: "N18".to_owned(), before, after };
            assert!([Fail, Review, Warning, Skipped].map(Some).map(change).iter().all(Change::is_worse));
            assert!(!change(None).is_worse() && !change(Some(NotApplicable)).is_worse());
        }
    }

    #[test]
    fn another_profile_is_told() {
        let (before, mut after) = (report_of([Pass; 4]), report_of([Pass; 4]));
        assert!(differences(&before, &after).is_empty());
        after.suite_version = "9.9".to_owned();
        after.strict = true;
        assert_eq!(differences(&before, &after).len(), 2);
    }
}
