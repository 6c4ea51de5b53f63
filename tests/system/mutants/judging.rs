//! What the verdicts on something faulty must be, a provider or a hub: the named cases fail, and no other is touched.

use std::collections::BTreeMap;

use conformance::engine::Case;
use conformance::requirement::{Level, Register};
use serde_json::Value;
use system_tests::environment::figure;

/// The verdict of each case that was played, and how the run ended.
#[derive(Clone, Default)]
pub(super) struct Verdicts {
    cases: BTreeMap<String, String>,
    /// The exit code of the suite; `None` if a signal ended it.
    ending: Option<i32>,
}

impl Verdicts {
    /// Reads a report.
    pub(super) fn of(report: &Value, ending: Option<i32>) -> Self {
        let text = |outcome: &Value, name: &str| outcome[name].as_str().unwrap().to_owned();
        let outcomes = report["outcomes"].as_array().unwrap().iter();
        Self {
            cases: outcomes.map(|outcome| (text(outcome, "case"), text(outcome, "verdict"))).collect(),
            ending,
        }
    }

    /// There is no report; this is what the suite said instead.
    pub(super) fn none(said: &str) -> Self {
        println!("no report: {said}");
        Self::default()
    }

    /// What nobody can build on: cases that are not passed, a run that is not green.
    pub(super) fn unsound(&self) -> Vec<String> {
        let sound = ["pass", "notApplicable", "skipped"];
        let fallen = self.cases.iter().filter(|(_, verdict)| !sound.contains(&verdict.as_str()));
        let ending = (self.ending != Some(0)).then(|| format!("the suite ended with {:?}", self.ending));
        fallen.map(|(case, verdict)| format!("{case}: {verdict}")).chain(ending).collect()
    }

    /// Says whether nobody can build on it, and tells why: what is not faulty is judged a second time then.
    pub(super) fn is_unsound_and_told(&self, of: &str) -> bool {
        let unsound = self.unsound();
        if !unsound.is_empty() {
            figure(&format!("judged twice: {of}, first: {}", unsound.join("; ")));
        }
        !unsound.is_empty()
    }

    fn verdict(&self, case: &str) -> Option<&str> {
        self.cases.get(case).map(String::as_str)
    }
}

/// What the run on something faulty must show.
pub(super) struct Demand {
    /// Cases that must fail, because the fault breaks what must hold.
    binding: Vec<String>,
    /// Cases that must fail or warn, because the fault breaks only what should hold.
    advised: Vec<String>,
    /// Cases that may come out otherwise too; `N6*` is every case that begins so.
    also: Vec<String>,
}

impl Demand {
    /// What is demanded where a fault breaks `requirements`, and `cases` are to show it.
    pub(super) fn of<S>(
        requirements: &[String],
        (cases, also): (&[String], &[String]),
        (plan, register): (&[Case<S>], &Register),
    ) -> Self {
        let binds =
            |id: &str| register.requirement(id).is_none_or(|requirement| requirement.level == Level::Must);
        let shown = |case: &str| plan.iter().find(|other| other.id == case).map(|case| case.requirements);
        let is_binding = |case: &&String| {
            let cited: Vec<&String> = requirements
                .iter()
                .filter(|id| shown(case).is_some_and(|shown| shown.contains(&id.as_str())))
                .collect();
            // a case that cites none of them shows all of them
            match cited.is_empty() {
                true => requirements.iter().any(|id| binds(id)),
                false => cited.into_iter().any(|id| binds(id)),
            }
        };
        let (binding, advised) = cases.iter().partition(is_binding);
        let owned = |cases: Vec<&String>| cases.into_iter().cloned().collect();
        Self { binding: owned(binding), advised: owned(advised), also: also.to_vec() }
    }

    /// What is not as it should be: a case that does not fail, another that does, a suite that says nothing.
    pub(super) fn unmet(&self, clean: &Verdicts, found: &Verdicts) -> Vec<String> {
        let told = |case: &str| found.verdict(case).unwrap_or("not played").to_owned();
        let bound = self.binding.iter().filter(|case| told(case) != "fail");
        let advised = self.advised.iter().filter(|case| !["fail", "warning"].contains(&told(case).as_str()));
        let missed = bound.chain(advised).map(|case| format!("{case} must fail and is {}", told(case)));
        let ending = (!self.binding.is_empty() && found.ending != Some(1))
            .then(|| format!("the suite must end with 1 and ends with {:?}", found.ending));
        let missing = clean.cases.keys().filter(|case| !found.cases.contains_key(*case));
        let missing = missing.map(|case| format!("{case} is not played"));
        missed.chain(ending).chain(missing).chain(self.touched(clean, found)).collect()
    }

    /// Other cases that came out otherwise than without the fault.
    fn touched(&self, clean: &Verdicts, found: &Verdicts) -> Vec<String> {
        let as_ever =
            |case: &str, verdict: &str| verdict == "blocked" || clean.verdict(case) == Some(verdict);
        let touched = found.cases.iter().filter(|(case, verdict)| {
            let named = self.binding.contains(case) || self.advised.contains(case);
            !named && !as_ever(case, verdict) && !self.allows(case)
        });
        touched.map(|(case, verdict)| format!("{case} is {verdict}")).collect()
    }

    fn allows(&self, case: &str) -> bool {
        self.also.iter().any(|name| match name.strip_suffix('*') {
            Some(begin) => case.starts_with(begin),
            None => case == name,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn verdicts(of: [&str; 4], ending: i32) -> Verdicts {
        let cases = ["N1", "N2-x", "N3", "N4"].into_iter().zip(of);
        let cases = cases.map(|(case, verdict)| (case.to_owned(), verdict.to_owned())).collect();
        Verdicts { cases, ending: Some(ending) }
    }

    fn demand(binding: &[&str], advised: &[&str]) -> Demand {
        let owned = |names: &[&str]| names.iter().map(|&name| name.to_owned()).collect();
        Demand { binding: owned(binding), advised: owned(advised), also: owned(&["N2*"]) }
    }

    fn unmet(demand: &Demand, of: [&str; 4], ending: i32) -> usize {
        let clean = verdicts(["pass", "pass", "pass", "notApplicable"], 0);
        demand.unmet(&clean, &verdicts(of, ending)).len()
    }

    #[test]
    fn a_fault_that_nothing_or_too_much_fails_on_is_told() {
        let binding = demand(&["N1"], &[]);
        assert_eq!(unmet(&binding, ["fail", "fail", "blocked", "notApplicable"], 1), 0);
        assert_eq!(unmet(&binding, ["blocked", "pass", "pass", "notApplicable"], 1), 1);
        assert_eq!(unmet(&binding, ["fail", "pass", "fail", "notApplicable"], 1), 1);
        assert_eq!(unmet(&binding, ["fail", "pass", "review", "notApplicable"], 1), 1);
    }

    #[test]
    fn a_warning_shows_what_should_be_and_never_what_must() {
        let found = ["warning", "pass", "pass", "notApplicable"];
        assert_eq!(unmet(&demand(&["N1"], &[]), found, 1), 1);
        assert_eq!(unmet(&demand(&[], &["N1"]), found, 0), 0);
    }

    #[test]
    fn a_suite_that_ends_green_has_not_caught_anything() {
        let found = ["fail", "pass", "pass", "notApplicable"];
        assert_eq!(unmet(&demand(&["N1"], &[]), found, 0), 1);
    }

    #[test]
    fn a_case_that_was_left_out_is_told() {
        let clean = verdicts(["pass"; 4], 0);
        let mut found = verdicts(["fail", "pass", "pass", "pass"], 1);
        found.cases.remove("N4");
        assert_eq!(demand(&["N1"], &[]).unmet(&clean, &found), ["N4 is not played"]);
    }

    #[test]
    fn what_must_hold_is_told_from_what_should_by_the_register() {
        let (plan, register) = (conformance::cases::all(), Register::of_providers().unwrap());
        let should = register.requirements.iter().find(|row| {
            row.level == Level::Should && plan.iter().any(|case| case.requirements == [row.id.as_str()])
        });
        let should = should.unwrap().id.clone();
        let case = plan.iter().find(|case| case.requirements == [should.as_str()]).unwrap().id.to_owned();
        let of = |requirements: &[&str]| {
            let requirements: Vec<String> = requirements.iter().map(|&id| id.to_owned()).collect();
            let cases = ["N18".to_owned(), case.clone()];
            let demand = Demand::of(&requirements, (&cases, &[]), (&plan, &register));
            (demand.binding, demand.advised)
        };
        assert_eq!(of(&["N18", &should]), (vec!["N18".to_owned()], vec![case.clone()]));
        assert_eq!(of(&["N19"]).0.len(), 2);
    }
}
