//! Verifying a bundle, offline: signature, completeness, agreement, and what the reader asks for beyond.
//!
//! The signature says who answers for the report. Whether the report is one, this program finds out by itself.

use jiff::{SignedDuration, Timestamp};

use super::agree::agree;
use super::{MANIFEST, Manifest, Refusal, SIGNATURE, Verifier, jws, open};
use crate::digest::sha256_hex;
use crate::plan::Known;
use crate::profile::Capability;
use crate::report::{Ending, Form, Report};

/// What a reader asks of a bundle beyond that it is whole, signed by the right key, and says what follows from its cases.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Policy {
    /// The run began at most this many days ago.
    pub max_age_days: Option<u32>,
    /// The run judged this client. A key without a certificate needs it.
    pub client_id: Option<String>,
    /// The app was declared to do all of these.
    pub needs: Vec<Capability>,
    /// The run may have ended otherwise than green, with failures that were expected, in two parts or as a part.
    pub any_result: AnyResult,
}

impl Default for Policy {
    fn default() -> Self {
        Self { max_age_days: Some(90), client_id: None, needs: Vec::new(), any_result: AnyResult::No }
    }
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

/// Verifies a bundle of `plan` against a key that the reader trusts, at `now`.
pub fn verify(
    bytes: &[u8],
    verifier: &Verifier,
    (plan, policy): (&Known, &Policy),
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
    is_known(&report, plan)?;
    agree(&manifest, &report, plan)?;
    for form in Form::ALL {
        let made = form.of(&report).map_err(|error| Refusal::Unreadable(form.file(), error.to_string()))?;
        if made.as_bytes() != file(form.file())? {
            return Err(Refusal::Disagreement(form.file()));
        }
    }
    meets(&report, verifier, policy, now)?;
    Ok(Verified { manifest, report })
}

/// What is asked of every bundle: it is of the plan, the suite and the register that this program can judge again.
fn is_known(report: &Report, plan: &Known) -> Result<(), Refusal> {
    let facts = [
        ("plan", &report.plan, plan.name.as_str()),
        ("suite", &report.suite_version, env!("CARGO_PKG_VERSION")),
        ("requirements", &report.requirements_version, plan.register.version.as_str()),
    ];
    match facts.into_iter().find(|(_, is, wanted)| is != wanted) {
        Some((what, is, wanted)) => Err(Refusal::Policy(format!("{what} is {is} and not {wanted}"))),
        None => Ok(()),
    }
}

fn meets(report: &Report, verifier: &Verifier, policy: &Policy, now: Timestamp) -> Result<(), Refusal> {
    let refuse = |told: &str| Err(Refusal::Policy(told.to_owned()));
    is_recent(report, policy, now)?;
    is_of_whom(report, verifier, policy)?;
    if let Some(need) = policy.needs.iter().find(|need| !report.profile.declared.contains(need)) {
        return refuse(&format!("the app was not declared to do `{need}`"));
    }
    if policy.any_result == AnyResult::Yes {
        return Ok(());
    }
    if report.judgement.result != Ending::Passed || !report.complete || !report.selection.is_empty() {
        return refuse("the run is no green run of the whole plan");
    }
    if !report.expected_failures.is_empty() {
        return refuse("the run was told of failures to expect");
    }
    if report.outcomes.iter().any(|outcome| outcome.kept.is_some()) {
        return refuse("the run went on with an earlier one");
    }
    Ok(())
}

/// A run counts from its beginning.
fn is_recent(report: &Report, policy: &Policy, now: Timestamp) -> Result<(), Refusal> {
    let refuse = |told: String| Err(Refusal::Policy(told));
    if report.ended.duration_since(now) > SignedDuration::from_mins(5) {
        return refuse(format!("the run ended in the future: {}", report.ended));
    }
    if report.began > report.ended {
        return refuse("the run ended before it began".to_owned());
    }
    if let Some(days) = policy.max_age_days
        && now.duration_since(report.began) > SignedDuration::from_hours(24 * i64::from(days))
    {
        return refuse(format!("the run began on {}, more than {days} days ago", report.began));
    }
    Ok(())
}

/// A certificate says whose bundle it can sign; a bare key does not, and the reader has to.
fn is_of_whom(report: &Report, verifier: &Verifier, policy: &Policy) -> Result<(), Refusal> {
    let refuse = |told: String| Err(Refusal::Policy(told));
    match (verifier.certificate(), &policy.client_id) {
        (Some(certificate), _) if certificate != report.target.certificate => {
            refuse("the certificate is not that of the app that was judged".to_owned())
        }
        (_, Some(wanted)) if *wanted != report.target.client_id => {
            refuse(format!("client is {} and not {wanted}", report.target.client_id))
        }
        (None, None) => refuse("a bare key does not say whose it is: name the client too".to_owned()),
        _ => Ok(()),
    }
}
