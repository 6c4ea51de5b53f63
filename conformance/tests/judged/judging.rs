//! The suite against the small app, right and with one flaw at a time.

use std::{
    net::Ipv4Addr,
    path::Path,
    sync::{Arc, Mutex},
    time::Duration,
};

use conformance::{
    authority::Authority,
    cases::{World, all},
    engine::{Cancel, Offence, Outcome, Progress, Redactor, Runner, Scene, Verdict, Wire, now},
    plan::not_applicable,
    profile::{Capability, Profile},
};
use tempfile::TempDir;
use tokio::net::TcpListener;

use super::{
    app::{App, Setting},
    flaw::Flaw,
    lazy::{self, Lazy},
};

/// A flaw, the case that must fail, and the others that may fail too.
const FLAWS: [(Flaw, &str, &[&str]); 40] = [
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
    (Flaw::AsksWhomIssNames, "N19", &[]),
    (Flaw::AsksLater, "N18", &["C12"]),
    (Flaw::SaysStrangeWords, "N18", &[]),
    (Flaw::SwapsCustomers, "C17", &[]),
    (Flaw::SaysUnchanged, "C17", &[]),
    (Flaw::TellsFromMemory, "N46", &["N83"]),
    (Flaw::EndsByItself, "N59", &["C8"]),
    (Flaw::SpeaksOldTls, "N6", &["N6-machines"]),
    (Flaw::LosesRefreshToken, "N42-renewal", &[]),
    (Flaw::EmptyWhenBusy, "N49", &["N49-503", "N49-date"]),
    (Flaw::FallsOverParameters, "C9", &[]),
    (Flaw::ShowsMarkup, "N54", &[]),
    (Flaw::HandsOnRefused, "N53-list", &[]),
    (Flaw::ShowsRefused, "N63", &["N53-list", "N63-letter"]),
    (Flaw::SaysRenewed, "N40", &["C8"]),
    (Flaw::ReadsSecondMailbox, "N38-second", &[]),
    (Flaw::CannotEnd, "N62", &[]),
    (Flaw::SendsElsewhere, "N9", &["C8"]),
    (Flaw::OpensItself, "C5", &[]),
];

/// What is played of events: the small app has no certificate for a receiver of its own, which other cases need.
const EVENTS: [&str; 5] = ["N65", "N66", "N69", "N74", "N76"];

/// A flaw, and a case that must neither pass nor fail.
const BLEMISHES: [(Flaw, &str, Verdict); 6] = [
    (Flaw::NamesAnotherReason, "N18", Verdict::Warning),
    (Flaw::NamesAnotherReason, "N34", Verdict::Review),
    (Flaw::TellsNoPages, "N54", Verdict::Review),
    (Flaw::TellsTooLong, "N9", Verdict::Blocked),
    (Flaw::FailsOnNews, "N55", Verdict::Warning),
    (Flaw::SaysUnchanged, "N55", Verdict::Warning),
];

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_app_that_does_everything_right_passes() {
    let outcomes = played(None, &[]).await;
    let told: Vec<String> = outcomes.iter().filter(|outcome| !is_well(outcome)).map(summary).collect();
    assert!(told.is_empty(), "{}", told.join("\n"));
    let passed = outcomes.iter().filter(|outcome| outcome.verdict == Verdict::Pass).count();
    assert!(passed > 75, "{passed} cases passed");
    assert_eq!(only_cited(&outcomes), [] as [String; 0]);
}

/// Requirements that a passed case cites without a condition of its own for them.
fn only_cited(outcomes: &[Outcome]) -> Vec<String> {
    let mut only_cited = Vec::new();
    for outcome in outcomes.iter().filter(|outcome| outcome.verdict == Verdict::Pass) {
        let looked_at =
            |id: &String| outcome.findings.iter().any(|found| found.requirement.as_ref() == Some(id));
        let left = outcome.requirements.iter().filter(|id| !looked_at(id));
        only_cited.extend(left.map(|id| format!("{} cites {id}", outcome.case)));
    }
    only_cited
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
    let outcomes = judge(&profile, &[]).await;
    let applicable = outcomes.iter().filter(|outcome| outcome.verdict != Verdict::NotApplicable);
    let told: Vec<String> =
        applicable.clone().filter(|outcome| outcome.verdict != Verdict::Blocked).map(summary).collect();
    assert!(told.is_empty(), "{}", told.join("\n"));
    assert!(applicable.count() > 75);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_app_that_does_nothing_passes_nothing() {
    for lazy in [Lazy::Nothing, Lazy::AllIsWell, Lazy::Refused] {
        let folder = tempfile::tempdir().unwrap();
        let (profile, setting, listener) = prepare(&folder).await;
        let _app = lazy::start(listener, lazy, setting.issuer);
        let outcomes = judge(&profile, &[]).await;
        let passed = |outcome: &&Outcome| matches!(outcome.verdict, Verdict::Pass | Verdict::Warning);
        let told: Vec<String> = outcomes.iter().filter(passed).map(summary).collect();
        assert!(told.is_empty(), "{lazy:?}:\n{}", told.join("\n"));
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_event_that_is_refused_or_late_must_not_count() {
    let failed = |outcomes: Vec<Outcome>| -> Vec<String> {
        let wrong = outcomes.into_iter().filter(|outcome| outcome.verdict != Verdict::Pass);
        wrong.map(|outcome| format!("{} {}", outcome.case, outcome.verdict)).collect()
    };
    let right: [&str; 0] = [];
    let outcomes = played_events(None).await;
    assert_eq!(only_cited(&outcomes), [] as [String; 0]);
    assert_eq!(failed(outcomes), right);
    let applies = failed(played_events(Some(Flaw::AppliesRefused)).await);
    assert_eq!(applies, ["N66 fail", "N69 fail", "N76 fail"]);
    assert_eq!(failed(played_events(Some(Flaw::RevivesEnded)).await), ["N74 fail"]);
}

async fn played_events(flaw: Option<Flaw>) -> Vec<Outcome> {
    let folder = tempfile::tempdir().unwrap();
    let (mut profile, setting, listener) = prepare(&folder).await;
    profile.capabilities.declared.insert(Capability::Push);
    let _app = App::start(listener, setting, flaw);
    judge(&profile, &EVENTS).await.into_iter().filter(|outcome| !is_not_chosen(outcome)).collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_no_evidence_is_told_from_what_is() {
    for (flaw, named, verdict) in BLEMISHES {
        let outcomes = played(Some(flaw), &[named]).await;
        let told: Vec<String> = outcomes.iter().map(summary).collect();
        assert_eq!(outcomes[0].verdict, verdict, "{flaw:?}: {}", told.join("\n"));
    }
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
    let both = authority.kept_before(&Authority::new("Another of this test", seconds).unwrap());
    put("ca.pem", &both.certificate);
    put("ca.key", &both.key);
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
        ca: both.certificate,
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
    // a machine may have no IPv6 address
    let skipped = outcome.verdict == Verdict::Skipped && outcome.case == "M4";
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

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_offence_of_an_earlier_part_of_a_run_fails_the_case_that_judges_every_call() {
    let folder = tempfile::tempdir().unwrap();
    let (profile, setting, listener) = prepare(&folder).await;
    let _app = App::start(listener, setting, None);
    let wire = Wire::new(Redactor::new().unwrap());
    let mut world = World::open(&profile, wire.clone()).await.unwrap();
    let told: Arc<Mutex<Vec<Offence>>> = Arc::default();
    let sink = Arc::clone(&told);
    let runner = Runner {
        wire,
        sink: Arc::new(move |progress| {
            if let Progress::Offended { offences } = progress {
                sink.lock().unwrap().extend(offences);
            }
        }),
        cancel: Cancel::new(),
        limit: Duration::from_secs(60),
    };
    let chosen: Vec<_> = all().into_iter().filter(|case| ["C2", "C3"].contains(&case.id)).collect();
    let earlier =
        Offence { requirement: "C2".into(), expected: "an alias".into(), actual: "the plain one".into() };
    world.remember(vec![earlier]);

    let run = runner.play(&mut world, &chosen, |_| None).await;

    let verdicts: Vec<Verdict> = run.outcomes.iter().map(|outcome| outcome.verdict).collect();
    assert_eq!(verdicts, [Verdict::Fail, Verdict::Pass]);
    assert_eq!(*told.lock().unwrap(), [], "it was told in its own part");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_offence_is_told_before_its_case_is_over_for_whoever_goes_on_with_the_run() {
    let folder = tempfile::tempdir().unwrap();
    let (profile, setting, listener) = prepare(&folder).await;
    let _app = App::start(listener, setting, Some(Flaw::OneVerifier));
    let wire = Wire::new(Redactor::new().unwrap());
    let mut world = World::open(&profile, wire.clone()).await.unwrap();
    let told: Arc<Mutex<Vec<String>>> = Arc::default();
    let sink = Arc::clone(&told);
    let runner = Runner {
        wire,
        sink: Arc::new(move |progress| match progress {
            Progress::Offended { offences } => {
                sink.lock().unwrap().extend(offences.iter().map(|offence| offence.requirement.to_string()));
            }
            Progress::Ended { outcome } => sink.lock().unwrap().push(outcome.case.clone()),
            _ => {}
        }),
        cancel: Cancel::new(),
        limit: Duration::from_secs(60),
    };
    let chosen: Vec<_> = all().into_iter().filter(|case| case.id == "N9").collect();

    runner.play(&mut world, &chosen, |_| None).await;

    let told = told.lock().unwrap().clone();
    assert_eq!((told.first().map(String::as_str), told.last().map(String::as_str)), (Some("C4"), Some("N9")));
}
