//! The suite is judged: an app that does everything right passes, and one with a single fault fails where it should.

#[path = "judged/app.rs"]
mod app;
#[path = "judged/desk.rs"]
mod desk;
#[path = "judged/flaw.rs"]
mod flaw;
#[path = "judged/reading.rs"]
mod reading;

use std::{net::Ipv4Addr, path::Path, sync::Arc, time::Duration};

use app::{App, Setting};
use conformance::{
    authority::Authority,
    cases::{World, all},
    engine::{Cancel, Outcome, Redactor, Runner, Verdict, Wire, now},
    plan::not_applicable,
    profile::Profile,
};
use flaw::Flaw;
use tempfile::TempDir;
use tokio::net::TcpListener;

/// A flaw, the case that must fail, and the others that may fail too.
const FLAWS: [(Flaw, &str, &[&str]); 21] = [
    (Flaw::KeepsMetadataForEver, "N7", &[]),
    (Flaw::TakesAnyIssuer, "N1", &["N1-slash"]),
    (Flaw::TrustsEveryCertificate, "N5", &["N3", "N3-machines", "N4", "N4-machines", "N5-machines"]),
    (Flaw::OneVerifier, "C4", &["N13"]),
    (Flaw::TellsTooMuch, "C5", &[]),
    (Flaw::StartsForForeigners, "N17", &[]),
    (Flaw::NeedsNoIss, "N18", &["N27"]),
    (Flaw::IgnoresIss, "N19", &["N18", "N20", "N20-case", "N27"]),
    (Flaw::IgnoresState, "N22", &["N21", "N16-customer", "N24"]),
    (Flaw::AnyBrowser, "N16", &[]),
    (Flaw::RedeemsTwice, "N29", &["N23", "C12"]),
    (Flaw::TakesAnyTokenType, "N34", &["N34-missing"]),
    (Flaw::TakesMoreThanAsked, "N38", &["N38-kind", "N38-second"]),
    (Flaw::KeepsOldRefreshToken, "N40", &[]),
    (Flaw::RenewsWithoutEnd, "N46-twice", &["N58", "N59", "N61", "N64"]),
    (Flaw::ReadsAfterTheEnd, "N58", &["N41", "N59", "N61", "N64"]),
    (Flaw::IgnoresRetryAfter, "N49", &["N12", "N12-503", "N49-503", "N49-date"]),
    (Flaw::ShowsLettersTwice, "N50-twice", &[]),
    (Flaw::TrustsWrongDigest, "N52", &["N52-header"]),
    (Flaw::TokenInAddress, "C7", &[]),
    (Flaw::EndsUnconfirmed, "N62", &[]),
];

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_app_that_does_everything_right_passes() {
    let outcomes = played(None, &[]).await;
    let told: Vec<String> = outcomes.iter().filter(|outcome| !is_well(outcome)).map(summary).collect();
    assert!(told.is_empty(), "{}", told.join("\n"));
    let passed = outcomes.iter().filter(|outcome| outcome.verdict == Verdict::Pass).count();
    assert!(passed > 75, "{passed} cases passed");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_app_with_one_flaw_fails_where_it_should() {
    let mut wrong = Vec::new();
    for (flaw, named, others) in FLAWS {
        let played_only: Vec<&str> = [named, "N9", "C8"].into_iter().chain(others.iter().copied()).collect();
        let outcomes = played(Some(flaw), &played_only).await;
        let failed: Vec<&str> = outcomes
            .iter()
            .filter(|outcome| outcome.verdict == Verdict::Fail)
            .map(|outcome| outcome.case.as_str())
            .collect();
        let beside = failed.iter().filter(|case| **case != named && !others.contains(case)).count();
        if !failed.contains(&named) || beside > 0 {
            let told: Vec<String> = outcomes.iter().map(summary).collect();
            wrong.push(format!("{flaw:?} must fail {named}:\n{}", told.join("\n")));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n\n"));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_app_that_is_gone_passes_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let (profile, _setting, listener) = prepare(&folder).await;
    drop(listener);
    let outcomes = judge(&profile, &["N18", "C4", "N58"]).await;
    assert!(outcomes.iter().all(|outcome| outcome.verdict == Verdict::Blocked || is_not_chosen(outcome)));
    assert_eq!(outcomes.iter().filter(|outcome| outcome.verdict == Verdict::Blocked).count(), 3);
}

/// Plays the plan against the app, or these cases of it only.
async fn played(flaw: Option<Flaw>, only: &[&str]) -> Vec<Outcome> {
    let folder = tempfile::tempdir().unwrap();
    let (profile, setting, listener) = prepare(&folder).await;
    let _app = App::start(listener, setting, flaw);
    judge(&profile, only).await.into_iter().filter(|outcome| !is_not_chosen(outcome)).collect()
}

async fn judge(profile: &Profile, only: &[&str]) -> Vec<Outcome> {
    let wire = Wire::new(Redactor::new().unwrap());
    let mut world = World::open(profile, wire.clone()).await.unwrap();
    let runner =
        Runner { wire, sink: Arc::new(|_| ()), cancel: Cancel::new(), limit: Duration::from_secs(60) };
    let decided = |case: &_| {
        let case: &conformance::engine::Case<World> = case;
        let chosen = only.is_empty() || only.contains(&case.id);
        if chosen {
            not_applicable(case, profile)
        } else {
            Some(Outcome::unplayed(case, Verdict::NotApplicable, NOT_CHOSEN.to_owned()))
        }
    };
    runner.play(&mut world, &all(), decided).await.outcomes
}

/// Files of a run, and where the app listens.
async fn prepare(folder: &TempDir) -> (Profile, Setting, TcpListener) {
    let seconds = u64::try_from(now().as_second()).unwrap();
    let authority = Authority::new("A test's own authority", seconds).unwrap();
    let app = authority.client("urn:example:app", seconds).unwrap();
    let put = |name: &str, text: &str| std::fs::write(folder.path().join(name), text).unwrap();
    put("ca.pem", authority.certificate());
    put("ca.key", &authority.kept().key);
    put("app.pem", &app.certificate);
    put("hook.secret", "a secret of this test");

    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
    let at = listener.local_addr().unwrap();
    let [public, machines, hostile] = free_ports().await;
    let profile = Profile::parse(
        &format!(
            r#"
            version = 1
            [app]
            name = "A scripted app"
            client_id = "scripted-app"
            redirect_uri = "http://{at}/callback"
            certificate = "app.pem"
            [hook]
            url = "http://{at}/"
            secret_file = "hook.secret"
            [hub]
            public_port = {public}
            mtls_port = {machines}
            hostile_port = {hostile}
            issuer_path = "/a/path"
            ca = "ca.pem"
            ca_key = "ca.key"
            [capabilities]
            declared = ["read", "refresh", "end", "twoCustomers"]
            "#
        ),
        Path::new(folder.path()),
    )
    .unwrap();
    let setting = Setting {
        issuer: profile.hub.issuer(),
        resource: profile.hub.resource(),
        client_id: "scripted-app".into(),
        ca: authority.certificate().into(),
        identity: format!("{}\n{}", app.certificate, app.key),
    };
    (profile, setting, listener)
}

/// Ports that nobody listens on now.
async fn free_ports() -> [u16; 3] {
    let mut held = Vec::new();
    for _ in 0..3 {
        held.push(TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap());
    }
    [0, 1, 2].map(|place: usize| held[place].local_addr().unwrap().port())
}

fn is_well(outcome: &Outcome) -> bool {
    // the app tells of no page, so that markup cannot be looked for
    let skipped = outcome.verdict == Verdict::Skipped && matches!(outcome.case.as_str(), "N54" | "M4");
    matches!(outcome.verdict, Verdict::Pass | Verdict::NotApplicable) || skipped
}

fn is_not_chosen(outcome: &Outcome) -> bool {
    outcome.reason.as_deref() == Some(NOT_CHOSEN)
}

fn summary(outcome: &Outcome) -> String {
    let last = outcome.findings.last().map(|finding| format!("{finding:?}")).unwrap_or_default();
    format!("{}: {} {:?} {last}", outcome.case, outcome.verdict, outcome.reason)
}

const NOT_CHOSEN: &str = "not chosen";
