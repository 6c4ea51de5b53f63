//! What the app's hook says, in words and in what it means for a case.

use url::Url;

use crate::{
    app::{Fault, Outcome},
    engine::{Record, Rule, Stop},
};

/// What the hook's silence or answer means for a case: an app that is gone cannot be judged, one whose hook does not
/// do what was declared, or speaks other words than its contract, has failed.
pub(crate) fn told(record: &mut Record, fault: &Fault) -> Stop {
    let rule = match fault {
        Fault::Silent(_) => return record.blocked(fault),
        Fault::NotDone(_) => contract(record, "declared"),
        Fault::Status { .. } | Fault::Unreadable { .. } => contract(record, "hookContract"),
    };
    record.fail(rule, "an answer as the contract of the test hook says", fault)
}

/// The hub knows the consent that the app names; otherwise the case cannot be played.
pub(crate) fn found(record: &Record, known: bool) -> Result<(), Stop> {
    if known { Ok(()) } else { Err(record.blocked("the app names a consent that the hub never gave")) }
}

/// A condition about the requirement that gives the case its name.
pub(crate) fn contract(record: &Record, condition: &'static str) -> Rule {
    let case = record.case();
    Rule::new(condition, case.split_once('-').map_or(case, |(requirement, _)| requirement))
}

/// An address without what stands behind its path.
pub(crate) fn without_query(url: &Url) -> String {
    let mut url = url.clone();
    url.set_query(None);
    url.set_fragment(None);
    url.to_string()
}

/// An outcome in words.
pub(crate) fn word(outcome: &Outcome) -> String {
    let refusal = outcome.refusal.as_deref().map(|code| format!(", {code}")).unwrap_or_default();
    let detail = outcome.detail.as_deref().map(|text| format!(" ({text})")).unwrap_or_default();
    format!("{}{refusal}{detail}", outcome.outcome)
}
