//! Making a report of a run.

use std::collections::BTreeMap;

use jiff::Timestamp;
use jiff::tz::TimeZone;

use super::{Expected, FORMAT, Judgement, ProfileFacts, Report, Target, matrix::matrix};
use crate::engine::{Case, Run, Verdict, Wire};
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
pub fn make<S>(
    facts: Facts,
    (register, plan): (&Register, &[Case<S>]),
    run: Run,
    wire: &Wire,
) -> Result<Report, serde_json::Error> {
    let today = facts.ended.to_zoned(TimeZone::UTC).date();
    let expected_failures = facts.expected.states(&run.outcomes, today);
    let mut counts: BTreeMap<Verdict, u32> = Verdict::ALL.into_iter().map(|verdict| (verdict, 0)).collect();
    for outcome in &run.outcomes {
        *counts.entry(outcome.verdict).or_default() += 1;
    }
    let report = Report {
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
        assertions: run.outcomes.iter().map(|outcome| outcome.assertions).sum(),
        expected_failures,
        matrix: matrix(register, plan, &run.outcomes),
        outcomes: run.outcomes,
    };
    let mut document = serde_json::to_value(&report)?;
    wire.clean_json(&mut document);
    serde_json::from_value(document)
}
