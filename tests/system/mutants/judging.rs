//! What the verdicts on a faulty provider must be.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::list::Mutant;

/// The verdict of each case that was played, with its section.
#[derive(Default)]
pub(super) struct Verdicts(BTreeMap<String, (String, String)>);

impl Verdicts {
    /// Reads a report.
    pub(super) fn of(report: &Value) -> Self {
        let text = |outcome: &Value, name: &str| outcome[name].as_str().unwrap().to_owned();
        let outcomes = report["outcomes"].as_array().unwrap().iter();
        Self(
            outcomes
                .map(|outcome| (text(outcome, "case"), (text(outcome, "section"), text(outcome, "verdict"))))
                .collect(),
        )
    }

    /// The cases whose verdict nobody can build on.
    pub(super) fn unsound(&self) -> impl Iterator<Item = String> {
        let sound = ["pass", "notApplicable", "skipped"];
        let fallen = self.0.iter().filter(move |(_, (_, verdict))| !sound.contains(&verdict.as_str()));
        fallen.map(|(case, (_, verdict))| format!("{case}: {verdict}"))
    }

    fn verdict(&self, case: &str) -> Option<&str> {
        self.0.get(case).map(|(_, verdict)| verdict.as_str())
    }
}

/// The sections of the cases that a fault names.
pub(super) fn sections(mutant: &Mutant, clean: &Verdicts) -> Vec<String> {
    let named = mutant.cases.iter().filter_map(|case| clean.0.get(case));
    named.map(|(section, _)| section.clone()).collect::<BTreeSet<_>>().into_iter().collect()
}

/// What is not as it should be: a named case that does not fail, another that does.
pub(super) fn wrong(mutant: &Mutant, clean: &Verdicts, found: &Verdicts) -> Vec<String> {
    let mut wrong = Vec::new();
    for case in &mutant.cases {
        // what should be and is not is a warning
        if !matches!(found.verdict(case), Some("fail" | "warning")) {
            wrong.push(format!("{case} must fail and is {}", found.verdict(case).unwrap_or("not played")));
        }
    }
    for (case, (_, verdict)) in &found.0 {
        let as_ever = verdict == "blocked" || clean.verdict(case) == Some(verdict);
        if !as_ever && !mutant.cases.contains(case) && !mutant.allows(case) {
            wrong.push(format!("{case} is {verdict}"));
        }
    }
    wrong
}

#[test]
fn a_fault_that_nothing_or_too_much_fails_on_is_told() {
    let list: super::List = toml::from_str(
        r#"without = []
        [[mutant]]
        id = "m"
        requirements = ["N1"]
        cases = ["N1"]
        also = ["N2*"]
        file = "f"
        find = "a"
        replace = "b"
        why = "it is.""#,
    )
    .unwrap();
    let mutant = &list.mutant[0];
    let verdicts = |of: [&str; 4]| {
        let cases = ["N1", "N2-x", "N3", "N4"].into_iter().zip(of);
        Verdicts(cases.map(|(case, verdict)| (case.into(), ("s".into(), verdict.into()))).collect())
    };
    let clean = verdicts(["pass", "pass", "pass", "notApplicable"]);
    let wrong = |of: [&str; 4]| wrong(mutant, &clean, &verdicts(of)).len();
    assert_eq!(wrong(["fail", "fail", "blocked", "notApplicable"]), 0);
    assert_eq!(wrong(["blocked", "pass", "pass", "notApplicable"]), 1);
    assert_eq!(wrong(["fail", "pass", "fail", "notApplicable"]), 1);
    assert_eq!(wrong(["fail", "pass", "review", "notApplicable"]), 1);
}
