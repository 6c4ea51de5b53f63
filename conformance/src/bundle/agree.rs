//! Whether a report says what follows from what it holds. Whoever has a key can sign any report, and a manifest
//! that says other things than its report.

use std::collections::BTreeMap;

use jiff::tz::TimeZone;

use super::{FORMAT, Manifest, Refusal};
use crate::engine::{Case, Mark, Outcome, Verdict};
use crate::plan::{Known, select, undeclared};
use crate::report::{Form, Judgement, Report, matrix};

/// Finds the first thing on which manifest, report and plan do not agree.
pub(super) fn agree(manifest: &Manifest, report: &Report, plan: &Known) -> Result<(), Refusal> {
    let facts = [
        ("the format", manifest.format == FORMAT && report.format == crate::report::FORMAT),
        ("the suite's version", manifest.suite_version == report.suite_version),
        ("the plan", manifest.plan == report.plan),
        ("the requirements' version", manifest.requirements_version == report.requirements_version),
        ("the client", manifest.client_id == report.target.client_id),
        ("the target", manifest.target == report.target.fingerprint),
        ("the end of the run", manifest.ended == report.ended),
        ("the result", manifest.result == report.judgement.result),
        ("the files", Form::ALL.iter().all(|form| manifest.files.contains_key(form.file()))),
        ("the result that follows from the cases", judgement_follows(report)),
        ("the cases", has_its_cases(report, plan)),
        ("what does not apply", applies(report, plan)),
        ("the verdicts that follow from what was found", report.outcomes.iter().all(verdict_follows)),
        ("what came of expected failures", expectations_follow(report)),
        ("the numbers", numbers_follow(report)),
        ("the matrix", report.matrix == matrix(&plan.register, &plan.cases, &report.outcomes)),
    ];
    match facts.into_iter().find(|(_, agrees)| !agrees) {
        Some((fact, _)) => Err(Refusal::Disagreement(fact)),
        None => Ok(()),
    }
}

fn judgement_follows(report: &Report) -> bool {
    Judgement::of(&report.outcomes, &report.expected_failures, report.strict) == report.judgement
}

/// The chosen cases of the plan, all of them, in its order, each as the plan tells it.
fn has_its_cases(report: &Report, plan: &Known) -> bool {
    let Ok(chosen) = select(&plan.cases, &plan.register, &report.selection) else { return false };
    chosen.len() == report.outcomes.len()
        && chosen.iter().zip(&report.outcomes).all(|(case, outcome)| is_of(outcome, case))
}

fn is_of(outcome: &Outcome, case: &Case<()>) -> bool {
    let told = Outcome {
        reason: outcome.reason.clone(),
        kept: outcome.kept,
        assertions: outcome.assertions,
        findings: outcome.findings.clone(),
        exchanges: outcome.exchanges.clone(),
        micros: outcome.micros,
        ..Outcome::unplayed(case, outcome.verdict, String::new())
    };
    told == *outcome
}

/// Only what the profile does not declare does not apply, and all of that.
fn applies(report: &Report, plan: &Known) -> bool {
    let declared = &report.profile.declared;
    plan.always().is_none_or(|capability| declared.contains(&capability))
        && report.outcomes.iter().all(|outcome| {
            let case = plan.cases.iter().find(|case| case.id == outcome.case);
            let left_out = case.and_then(|case| undeclared(case, |need| declared.contains(&need)));
            match left_out {
                Some(left_out) => left_out == *outcome,
                None => outcome.verdict != Verdict::NotApplicable,
            }
        })
}

/// What the runner would say of these findings.
fn verdict_follows(outcome: &Outcome) -> bool {
    let has = |mark| outcome.findings.iter().any(|finding| finding.mark == mark);
    let conditions = outcome.findings.iter().filter(|finding| finding.condition.is_some()).count();
    let counted = usize::try_from(outcome.assertions) == Ok(conditions);
    let told = outcome.findings.iter().all(|finding| {
        (finding.mark == Mark::Noted) == (finding.condition.is_none() && finding.requirement.is_none())
    });
    let (explained, broken) = (outcome.reason.is_some(), has(Mark::Broken));
    let follows = match outcome.verdict {
        Verdict::Pass => conditions > 0 && !broken && !has(Mark::Warned) && !explained,
        Verdict::Warning => has(Mark::Warned) && !broken && !explained,
        Verdict::Fail => broken && !explained,
        Verdict::NotApplicable => conditions == 0 && explained,
        Verdict::Review | Verdict::Skipped | Verdict::Blocked | Verdict::Error | Verdict::Interrupted => {
            !broken && explained
        }
    };
    counted && told && follows
}

fn expectations_follow(report: &Report) -> bool {
    let day = report.ended.to_zoned(TimeZone::UTC).date();
    report.expected_failures.iter().all(|state| state.follows(&report.outcomes, day))
}

fn numbers_follow(report: &Report) -> bool {
    let mut counts: BTreeMap<Verdict, u32> = Verdict::ALL.into_iter().map(|verdict| (verdict, 0)).collect();
    let mut assertions: u32 = 0;
    for outcome in &report.outcomes {
        *counts.entry(outcome.verdict).or_default() += 1;
        assertions = assertions.saturating_add(outcome.assertions);
    }
    let complete = report.outcomes.iter().all(|outcome| outcome.verdict != Verdict::Interrupted);
    counts == report.counts && assertions == report.assertions && complete == report.complete
}
