//! `run` where the profile is a hub's: plays the hub plan as the hub's clients, and writes the same reports.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use conformance::authority::Credential;
use conformance::digest::sha256_hex;
use conformance::engine::{Case, Redactor, Runner, Wire, now};
use conformance::hub_plan::{EXAMPLE, HubProfile, Trial, not_applicable, plan, register};
use conformance::live::Live;
use conformance::plan::{HUB, gaps, select};
use conformance::report::{Ending, Facts, ProfileFacts, Report, Target, make, write};
use conformance::requirement::Register;
use conformance::session::{Journal, Start, Terminal};

use super::interruption::cancelled_from_outside;
use super::run::{Run, sink, tell};
use super::{PROFILE, Stop, broken, configuration, text, told};

/// The path of the profile, if it is one of a hub.
pub(super) fn profile(path: &Path) -> Result<Option<PathBuf>, Stop> {
    let path = if path.is_dir() { path.join(PROFILE) } else { path.to_owned() };
    Ok(HubProfile::is_meant_by(&text(&path)?).then_some(path))
}

/// Writes a commented profile into a folder.
pub(super) fn begin(folder: &Path) -> Result<Ending, Stop> {
    let path = folder.join(PROFILE);
    if path.exists() {
        return Err(configuration(format!("{} is there already", path.display())));
    }
    std::fs::write(&path, EXAMPLE).map_err(configuration)?;
    say!("Fill in {}, then: facteur-conformance run {}", path.display(), folder.display());
    Ok(Ending::Passed)
}

/// Plays the hub plan.
pub(super) async fn play(run: &Run, path: &Path) -> Result<Ending, Stop> {
    let profile = HubProfile::read(path).map_err(told)?;
    let register = register().map_err(told)?;
    let plan = plan();
    if let Some(gap) = gaps(&plan, &register).first() {
        return Err(broken(gap));
    }
    let chosen = select(&plan, &register, &run.words).map_err(configuration)?;
    let expected = run.expected(&plan)?;
    let folder = run.report.clone();
    let folder =
        folder.unwrap_or_else(|| path.parent().unwrap_or_else(|| Path::new("")).join(run.usual_report()));
    std::fs::create_dir_all(&folder).map_err(configuration)?;
    let wire = Wire::new(Redactor::new().map_err(broken)?);
    let began = now();
    let facts = Facts {
        plan: HUB,
        profile: ProfileFacts {
            sha256: profile.digest.clone(),
            declared: profile.capabilities.declared.iter().copied().collect(),
        },
        target: target(&profile)?,
        began,
        ended: began,
        selection: run.words.clone(),
        strict: run.strict,
        expected,
    };

    let report = played(run, (&plan, &chosen), &register, (profile, facts), (&wire, &folder)).await?;
    let paths = write(&report, &folder).map_err(configuration)?;
    tell(&report, &paths);
    Ok(report.judgement.result)
}

async fn played(
    run: &Run,
    (plan, chosen): (&[Case<Trial>], &[Case<Trial>]),
    register: &Register,
    (profile, facts): (HubProfile, Facts),
    (wire, folder): (&Wire, &Path),
) -> Result<Report, Stop> {
    let path = folder.join("journal.jsonl");
    let start = Start {
        suite_version: env!("CARGO_PKG_VERSION").to_owned(),
        requirements_version: register.version.clone(),
        profile: profile.digest.clone(),
        target: facts.target.fingerprint.clone(),
        began: facts.began,
    };
    let kept = match run.resume {
        true => Journal::finished(&path, &start).map_err(configuration)?,
        false => None,
    };
    let began = kept.as_ref().map_or(start.began, |kept| kept.began);
    let start = Start { began, ..start };
    let journal = Journal::begin(&path, &start).map_err(configuration)?;
    let terminal = Arc::new(Terminal::new(chosen.len()));
    let live = Live::new(&profile.hub.name, chosen, register.clone());
    let page = match run.web {
        Some(port) => Some(live.open(port).await.map_err(configuration)?),
        None => None,
    };
    if let Some(page) = &page {
        eprintln!("The run can be watched at {}", page.url());
    }
    let runner = Runner {
        wire: wire.clone(),
        sink: sink(Arc::clone(&terminal), journal, live.clone()),
        cancel: cancelled_from_outside(),
        limit: Duration::from_secs(profile.limits.case_seconds),
    };
    let mut trial = Trial::new(profile.clone(), folder, wire).map_err(told)?;
    let decided = |case: &Case<Trial>| {
        not_applicable(case, &profile).or_else(|| kept.as_ref().and_then(|kept| kept.outcome(case)))
    };
    let outcome = runner.play(&mut trial, chosen, decided).await;
    terminal.end();
    let facts = Facts { began, ended: now(), ..facts };
    let report = make(facts, (register, plan), outcome, wire);
    Journal::end(&path, &start, &report.outcomes, |text| wire.clean(text)).map_err(configuration)?;
    live.end(&report);
    if let Some(page) = page {
        eprintln!("The page stays until you press Ctrl-C.");
        page.until(&runner.cancel).await;
    }
    Ok(report)
}

/// What is judged: the hub, as its first provider reaches it.
fn target(profile: &HubProfile) -> Result<Target, Stop> {
    let (hub, first) = (&profile.hub, &profile.first);
    let certificate = Credential { certificate: text(&first.certificate)?, key: String::new() };
    let facts = [&hub.name, &hub.issuer, &hub.mailbox_api, &first.client_id];
    let facts = serde_json::json!([facts, hub.message_registry]);
    Ok(Target {
        name: format!("{} at {}", hub.name, hub.issuer),
        // never a provider: nobody may show this run as the run of an app
        client_id: hub.issuer.clone(),
        redirect_uri: first.redirect_uri.clone(),
        certificate: certificate.thumbprint().map_err(told)?,
        software: None,
        fingerprint: sha256_hex(facts.to_string().as_bytes()),
    })
}
