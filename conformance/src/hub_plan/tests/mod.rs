//! The plan against a small hub: all is well where it is right, and where it breaks one rule the named case says so.

mod doctor;
mod small_api;
mod small_hub;
mod small_oauth;

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use small_hub::{Client, SmallHub};
use tempfile::TempDir;

use super::*;
use crate::authority::{Authority, Credential};
use crate::engine::Verdict;
use crate::engine::{Cancel, Redactor, Run, Runner, Wire, now};
use crate::plan::select;

/// A hub with that fault, and a profile of it.
struct Table {
    hub: SmallHub,
    folder: TempDir,
    profile: HubProfile,
}

/// Writes what a profile names and opens the hub.
async fn laid(fault: &'static str) -> Table {
    let folder = tempfile::tempdir().unwrap();
    let seconds = u64::try_from(now().as_second()).unwrap();
    let authority = Authority::new("Small hub", seconds).unwrap();
    std::fs::write(folder.path().join("ca.pem"), authority.certificate()).unwrap();
    let clients = ["one", "two", "three"].map(|name| {
        let papers = authority.client(&format!("urn:test:{name}"), seconds).unwrap();
        put(folder.path(), name, &papers);
        Client {
            id: format!("{name}-app"),
            redirect_uri: format!("https://{name}.test/callback"),
            thumbprint: papers.thumbprint().unwrap(),
        }
    });
    let hub = SmallHub::open(&authority, clients.into(), fault, seconds).await;
    let profile = HubProfile::parse(&profile(&hub.origin), folder.path()).unwrap();
    Table { hub, folder, profile }
}

/// Plays the cases that `words` name against a hub with that fault.
async fn played(fault: &'static str, words: &[&str]) -> Run {
    let Table { hub: _hub, folder, profile } = laid(fault).await;
    let wire = Wire::new(Redactor::new().unwrap());
    let mut trial = Trial::new(profile.clone(), folder.path(), &wire).unwrap();
    let runner =
        Runner { wire, sink: Arc::new(|_| {}), cancel: Cancel::new(), limit: Duration::from_secs(60) };
    let words: Vec<String> = words.iter().map(|&word| word.to_owned()).collect();
    let chosen = select(&plan(), &register().unwrap(), &words).unwrap();
    runner.play(&mut trial, &chosen, |case| not_applicable(case, &profile)).await
}

fn put(folder: &Path, name: &str, papers: &Credential) {
    std::fs::write(folder.join(format!("{name}.pem")), &papers.certificate).unwrap();
    std::fs::write(folder.join(format!("{name}.key")), &papers.key).unwrap();
}

fn profile(origin: &str) -> String {
    let identity = |section: &str, name: &str| {
        format!(
            "[{section}]\nclient_id = \"{name}-app\"\ncertificate = \"{name}.pem\"\nkey = \"{name}.key\"\n\
             redirect_uri = \"https://{name}.test/callback\"\n"
        )
    };
    format!(
        "version = 1\nplan = \"hub\"\n[hub]\nname = \"Small\"\nissuer = \"{origin}\"\nmailbox_api = \"{origin}/mailbox/v1\"\n\
         ca = \"ca.pem\"\n{}{}{}[citizen]\ndriver = \"automatic\"\n\
         [capabilities]\ndeclared = [\"mailboxApi\", \"markRead\", \"consents\", \"limits\"]\n",
        identity("first", "one"),
        identity("second", "two"),
        identity("attacker", "three"),
    )
}

fn told(run: &Run) -> Vec<String> {
    let line = |outcome: &Outcome| {
        let broken = outcome.findings.iter().filter(|finding| finding.mark != crate::engine::Mark::Held);
        let broken: Vec<String> = broken
            .map(|finding| format!("{:?} {:?}: {}", finding.condition, finding.expected, finding.actual))
            .collect();
        format!("{}: {} {:?} {broken:?}", outcome.case, outcome.verdict, outcome.reason)
    };
    run.outcomes
        .iter()
        .filter(|outcome| !matches!(outcome.verdict, Verdict::Pass | Verdict::NotApplicable))
        .map(line)
        .collect()
}

#[tokio::test]
async fn a_hub_that_is_right_passes_every_case_that_applies() {
    let run = played("", &[]).await;
    assert!(told(&run).is_empty(), "{:#?}", told(&run));
    let passed = run.outcomes.iter().filter(|outcome| outcome.verdict == Verdict::Pass).count();
    assert!(passed >= 60, "{passed}");
}

/// Each fault with the case that names it.
const FAULTS: &[(&str, &str)] = &[
    ("names another issuer", "A7"),
    ("offers plain challenges", "A8"),
    ("believes names without certificates", "A12"),
    ("believes any certificate", "A19"),
    ("takes requests without a name", "A16-unnamed"),
    ("takes parameters twice", "A46-push"),
    ("counts its requests", "A22"),
    ("keeps requests for an hour", "A21"),
    ("compares redirect URIs by their beginning", "A34-registered"),
    ("needs no redirect URI", "A32"),
    ("needs no challenge", "A31-absent"),
    ("takes plain challenges", "A31-plain"),
    ("takes other response types", "A30"),
    ("takes requests in requests", "A23"),
    ("passes over unknown details", "A52"),
    ("takes passwords", "A11"),
    ("redirects anywhere", "A34"),
    ("opens requests for others", "A26"),
    ("may be read by other origins", "A5"),
    ("does not say who answers", "A35"),
    ("believes the query", "A29"),
    ("redeems codes of others", "A39-client"),
    ("redeems with any address", "A39-redirect"),
    ("redeems with any verifier", "A31-verifier"),
    ("needs no verifier", "A31-missing"),
    ("redeems codes twice", "A36"),
    ("lets tokens be cached", "A45"),
    ("shows another thumbprint", "A14"),
    ("counts its tokens", "A47"),
    ("renews for others", "A43"),
    ("rotates", "A43"),
    ("widens", "A55"),
    ("tells of others' tokens", "A58"),
    ("lets others revoke", "A57-other"),
    ("forgets to revoke", "A57-access"),
    ("knows one spelling of Bearer", "R1"),
    ("reads tokens from the query", "R2"),
    ("does not bind tokens", "R5"),
    ("forgets actions", "R4"),
    ("passes over unknown parameters", "B2"),
    ("forgets the client's trace", "B4"),
    ("writes null", "B5"),
    ("skips a letter", "B6"),
    ("takes any cursor", "B6-cursor"),
    ("lists the oldest first", "B11"),
    ("writes local dates", "B12"),
    ("lets letters be cached", "B15"),
    ("gives a byte less", "B8"),
    ("states another digest", "B9"),
    ("forgets the flag", "B14"),
    ("patches anything", "B14"),
    ("has one name for all", "T8"),
    ("opens any mailbox", "T8-others"),
    ("takes cursors of others", "T8-cursor"),
    ("shows others' consents", "S2"),
    ("keeps earlier consents", "T9"),
    ("caches consents", "S1"),
    ("renews what ended", "S1"),
    ("sends codes where the query says", "A29"),
    ("believes names at the token endpoint", "A12"),
    ("dislikes something else", "A19"),
    ("tells what is another's", "T8-oracle"),
    ("says in a header what is another's", "T8-oracle"),
    ("breaks at names of others", "T8-oracle"),
    ("has no limits", "B17"),
];

/// Faults that leave a case without ground to stand on, or with a doubt: what its verdict is then.
const DOUBTS: &[(&str, &str, Verdict)] = &[
    ("cannot open requests", "A4", Verdict::Blocked),
    ("cannot open requests", "A5", Verdict::Blocked),
    ("hangs up on strangers", "R5", Verdict::Warning),
];

#[tokio::test]
async fn what_proves_nothing_is_blocked_and_what_is_in_doubt_is_told() {
    for (fault, case, verdict) in DOUBTS {
        let run = played(fault, &[case]).await;
        let found = run.outcomes.iter().find(|outcome| outcome.case == *case).unwrap();
        assert_eq!(found.verdict, *verdict, "{fault}: {:?}", told(&run));
    }
}

#[tokio::test]
async fn a_hub_that_breaks_at_everything_passes_nothing() {
    let passed = |run: &Run| -> Vec<String> {
        let good = |outcome: &&Outcome| matches!(outcome.verdict, Verdict::Pass | Verdict::Warning);
        run.outcomes.iter().filter(good).map(|outcome| outcome.case.clone()).collect()
    };
    assert_eq!(passed(&played("breaks at everything", &[]).await), [] as [&str; 0]);
    let metadata = ["A3", "A6", "A7", "A8", "A9", "A10", "A54"];
    assert_eq!(passed(&played("tells what it is and breaks", &[]).await), metadata);
}

#[tokio::test]
async fn no_report_says_what_a_citizens_letters_say() {
    let run = played("", &["B5", "B6", "B8", "B9", "B11", "B14"]).await;
    let told = serde_json::to_string(&run.outcomes).unwrap();
    assert!(run.outcomes.len() > 5 && told.contains("[hidden:letter:"));
    for secret in ["Letter 1", "letter of the small hub"] {
        assert!(!told.contains(secret), "{secret}");
    }
}

#[tokio::test]
async fn each_broken_rule_fails_the_case_that_names_it() {
    let mut missed = Vec::new();
    for (fault, case) in FAULTS {
        let run = played(fault, &[case]).await;
        let verdict =
            run.outcomes.iter().find(|outcome| outcome.case == *case).map(|outcome| outcome.verdict);
        if verdict != Some(Verdict::Fail) {
            missed.push(format!("{fault}: {case} is {verdict:?}, {:?}", told(&run)));
        }
    }
    assert!(missed.is_empty(), "{missed:#?}");
}
