//! Bundles of the hub plan: verified by the plan and the register of hubs, like those of apps.

use super::*;
use crate::engine::{Outcome, Run};
use crate::plan::{HUB, undeclared};
use crate::report::samples::{facts, outcome, wire};
use crate::report::{Facts, make as report_on};

fn plan() -> Known {
    Known::named(HUB).unwrap().unwrap()
}

/// A green report on a hub that was declared to do this.
fn green_hub(declared: &[Capability]) -> Report {
    let plan = plan();
    let passed = |case: &crate::engine::Case<()>| Outcome {
        assertions: 1,
        reason: None,
        findings: outcome(case.id, Verdict::Pass).findings,
        ..Outcome::unplayed(case, Verdict::Pass, String::new())
    };
    let of = |case| undeclared(case, |need| declared.contains(&need)).unwrap_or_else(|| passed(case));
    let outcomes = plan.cases.iter().map(of).collect();
    let facts = Facts { plan: HUB, ..facts(declared.to_vec()) };
    report_on(facts, (&plan.register, &plan.cases), Run { outcomes, complete: true, micros: 1 }, &wire())
}

/// What verifying a bundle of this report by the plan of hubs comes to.
fn verified(report: &Report, policy: &Policy) -> Result<Verified, Refusal> {
    let (bundle, verifier, now) = bundle(report);
    verify(&bundle, &verifier, (&plan(), policy), now)
}

const API: &[Capability] = &[Capability::MailboxApi];

#[test]
fn a_bundle_of_a_hubs_run_is_accepted_by_the_plan_of_hubs_and_no_other() {
    let report = green_hub(API);
    assert_eq!(report.judgement.result, Ending::Passed);
    assert!(verified(&report, &Policy::default()).is_ok());

    let (bundle, verifier, now) = bundle(&report);
    for other in ["provider", "providerByHand"] {
        let other = Known::named(other).unwrap().unwrap();
        let refused = verify(&bundle, &verifier, (&other, &Policy::default()), now);
        assert!(matches!(refused, Err(Refusal::Policy(_))));
    }
    assert!(matches!(refusal(&bundle, &verifier, now), Refusal::Policy(_)), "an app's plan");
}

#[test]
fn an_edited_report_on_a_hub_is_refused_even_if_signed() {
    let edits: [(&str, Edit); 4] = [
        ("the cases", |report| report.outcomes[3].title = "Easy".to_owned()),
        ("the cases", |report| drop(report.outcomes.pop())),
        ("what does not apply", |report| report.profile.declared.clear()),
        ("the verdicts that follow from what was found", |report| {
            report.outcomes[0].findings[0].mark = Mark::Broken;
        }),
    ];
    let any = Policy { any_result: AnyResult::Yes, ..Policy::default() };
    for (fact, edit) in edits {
        let mut report = green_hub(API);
        edit(&mut report);
        assert_eq!(verified(&report, &any).err(), Some(Refusal::Disagreement(fact)));
    }
}

#[test]
fn a_stale_report_on_a_hub_and_one_of_a_hub_that_does_less_are_refused() {
    let mut old = green_hub(API);
    old.began = old.ended - (24 * 91).hours();
    assert!(matches!(verified(&old, &Policy::default()), Err(Refusal::Policy(_))));

    let needs = Policy { needs: vec![Capability::Publish], ..Policy::default() };
    assert!(matches!(verified(&green_hub(API), &needs), Err(Refusal::Policy(_))));
    assert!(verified(&green_hub(&[Capability::MailboxApi, Capability::Publish]), &needs).is_ok());
}
