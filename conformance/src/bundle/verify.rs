//! Verifying a bundle, offline: signature, completeness, agreement, and what the reader asks for beyond.

use jiff::{SignedDuration, Timestamp};

use super::{FORMAT, MANIFEST, Manifest, Refusal, SIGNATURE, Verifier, jws, open};
use crate::digest::sha256_hex;
use crate::report::{Ending, Form, Judgement, Report};

/// What a reader asks of a bundle beyond that it is whole and signed by the right key.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Policy {
    /// The run ended at most this many days ago.
    pub max_age_days: Option<u32>,
    /// The run was played by this version of the suite.
    pub suite_version: Option<String>,
    /// The run was judged by this register of requirements.
    pub requirements_version: Option<String>,
    /// The run judged this client.
    pub client_id: Option<String>,
    /// The run may have ended otherwise than green, or have played a part of the plan.
    pub any_result: AnyResult,
}

/// Whether a bundle of a red or partial run is accepted.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum AnyResult {
    /// Only a green run of the whole plan.
    #[default]
    No,
    /// Any run.
    Yes,
}

/// What a bundle proved to be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Verified {
    /// Its manifest.
    pub manifest: Manifest,
    /// Its report.
    pub report: Report,
}

/// Verifies a bundle against a key that the reader trusts, at `now`.
pub fn verify(
    bytes: &[u8],
    verifier: &Verifier,
    policy: &Policy,
    now: Timestamp,
) -> Result<Verified, Refusal> {
    let files = open::files(bytes)?;
    let file = |name: &str| files.get(name).ok_or_else(|| Refusal::Missing(name.to_owned()));
    let (signed, signature) = (file(MANIFEST)?, file(SIGNATURE)?);
    jws::verify(&String::from_utf8_lossy(signature), signed, verifier)?;

    let manifest: Manifest =
        serde_json::from_slice(signed).map_err(|error| Refusal::Unreadable(MANIFEST, error.to_string()))?;
    for (name, digest) in &manifest.files {
        if sha256_hex(file(name)?) != *digest {
            return Err(Refusal::Edited(name.clone()));
        }
    }
    let known = |name: &String| name == MANIFEST || name == SIGNATURE || manifest.files.contains_key(name);
    if let Some(added) = files.keys().find(|name| !known(name)) {
        return Err(Refusal::Added(added.clone()));
    }

    let json = file(Form::Json.file())?;
    let report: Report = serde_json::from_slice(json)
        .map_err(|error| Refusal::Unreadable("report.json", error.to_string()))?;
    agree(&manifest, &report)?;
    meets(&report, policy, now)?;
    Ok(Verified { manifest, report })
}

/// Whoever holds the key could still sign a manifest that says other things than its report.
fn agree(manifest: &Manifest, report: &Report) -> Result<(), Refusal> {
    let judged = Judgement::of(&report.outcomes, &report.expected_failures, report.strict);
    let facts = [
        ("the format", manifest.format == FORMAT && report.format == crate::report::FORMAT),
        ("the suite's version", manifest.suite_version == report.suite_version),
        ("the plan", manifest.plan == report.plan),
        ("the requirements' version", manifest.requirements_version == report.requirements_version),
        ("the client", manifest.client_id == report.target.client_id),
        ("the target", manifest.target == report.target.fingerprint),
        ("the end of the run", manifest.ended == report.ended),
        ("the result", manifest.result == report.judgement.result),
        ("the result that follows from the cases", judged == report.judgement),
        ("the cases", !report.selection.is_empty() || report.is_of_whole_plan()),
        ("the files", Form::ALL.iter().all(|form| manifest.files.contains_key(form.file()))),
    ];
    match facts.into_iter().find(|(_, agrees)| !agrees) {
        Some((fact, _)) => Err(Refusal::Disagreement(fact)),
        None => Ok(()),
    }
}

fn meets(report: &Report, policy: &Policy, now: Timestamp) -> Result<(), Refusal> {
    let refuse = |told: String| Err(Refusal::Policy(told));
    if report.ended.duration_since(now) > SignedDuration::from_mins(5) {
        return refuse(format!("the run ended in the future: {}", report.ended));
    }
    if let Some(days) = policy.max_age_days
        && now.duration_since(report.ended) > SignedDuration::from_hours(24 * i64::from(days))
    {
        return refuse(format!("the run ended on {}, more than {days} days ago", report.ended));
    }
    let wanted = [
        ("suite", &policy.suite_version, &report.suite_version),
        ("requirements", &policy.requirements_version, &report.requirements_version),
        ("client", &policy.client_id, &report.target.client_id),
    ];
    for (what, wanted, is) in wanted {
        if let Some(wanted) = wanted
            && wanted != is
        {
            return refuse(format!("{what} is {is} and not {wanted}"));
        }
    }
    let whole = report.plan == "provider" && report.complete && report.selection.is_empty();
    let green = report.judgement.result == Ending::Passed && whole;
    if policy.any_result == AnyResult::No && !green {
        return refuse("the run is no green run of the whole plan".to_owned());
    }
    Ok(())
}
