//! Making a report of a run.

use std::collections::BTreeMap;

use jiff::Timestamp;
use jiff::tz::TimeZone;

use super::{Expected, FORMAT, Judgement, ProfileFacts, Report, Target, matrix::matrix};
use crate::engine::{Case, Outcome, Run, Verdict, Wire};
use crate::requirement::Register;

/// What is known of a run beside its outcomes.
#[derive(Debug, Clone)]
pub struct Facts {
    /// The plan: `provider`.
    pub plan: &'static str,
    /// What the run was told.
    pub profile: ProfileFacts,
    /// What was judged.
    pub target: Target,
    /// When the run began.
    pub began: Timestamp,
    /// When it ended.
    pub ended: Timestamp,
    /// The words that chose the cases.
    pub selection: Vec<String>,
    /// Whether warnings fail.
    pub strict: bool,
    /// What is expected to fail.
    pub expected: Expected,
}

/// Makes the report of a run, and takes out once more all that its wire knows as secret.
pub fn make<S>(facts: Facts, (register, plan): (&Register, &[Case<S>]), run: Run, wire: &Wire) -> Report {
    let today = facts.ended.to_zoned(TimeZone::UTC).date();
    let expected_failures = facts.expected.states(&run.outcomes, today);
    let mut counts: BTreeMap<Verdict, u32> = Verdict::ALL.into_iter().map(|verdict| (verdict, 0)).collect();
    for outcome in &run.outcomes {
        *counts.entry(outcome.verdict).or_default() += 1;
    }
    let mut report = Report {
        format: FORMAT.to_owned(),
        suite_version: env!("CARGO_PKG_VERSION").to_owned(),
        plan: facts.plan.to_owned(),
        requirements_version: register.version.clone(),
        profile: facts.profile,
        target: facts.target,
        began: facts.began,
        ended: facts.ended,
        selection: facts.selection,
        strict: facts.strict,
        complete: run.complete,
        judgement: Judgement::of(&run.outcomes, &expected_failures, facts.strict),
        counts,
        assertions: run.outcomes.iter().fold(0, |sum: u32, outcome| sum.saturating_add(outcome.assertions)),
        expected_failures,
        matrix: matrix(register, plan, &run.outcomes),
        outcomes: run.outcomes,
    };
    for outcome in &mut report.outcomes {
        sweep(outcome, wire);
    }
    if let Some(software) = &mut report.target.software {
        software.name = wire.clean(&software.name);
        software.version = wire.clean(&software.version);
    }
    report
}

/// Takes out what has become known as secret since. Only free texts: an app that calls its cookie like a verdict or a
/// condition must not take those words out of the report.
fn sweep(outcome: &mut Outcome, wire: &Wire) {
    if outcome.verdict != Verdict::NotApplicable {
        outcome.reason = outcome.reason.as_deref().map(|reason| wire.clean(reason));
    }
    for finding in &mut outcome.findings {
        finding.expected = finding.expected.as_deref().map(|expected| wire.clean(expected));
        finding.actual = wire.clean(&finding.actual);
    }
    for exchange in &mut outcome.exchanges {
        wire.sweep(exchange);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::plan::samples::{case, register};
    use crate::report::samples::{facts, outcome};

    #[test]
    fn an_app_takes_no_words_out_of_the_report_by_calling_them_secret() {
        let plan = [case("C6", "callback", &["C6"])];
        let made = |words: &[&str]| {
            let wire = crate::report::samples::wire();
            words.iter().for_each(|word| wire.hide("cookie", word));
            let run = Run { outcomes: vec![outcome("C6", Verdict::Fail)], complete: true, micros: 1 };
            make(facts(Vec::new()), (&register(), &plan), run, &wire)
        };
        let plain = made(&[]);
        let words =
            ["assertions", "outcomes", "noTokenRequest", "Does one thing.", "callback", "notApplicable"];
        assert_eq!(made(&words), plain);
        // What the app said is free text.
        assert_ne!(made(&["token request"]).outcomes[0].findings, plain.outcomes[0].findings);
    }
}
