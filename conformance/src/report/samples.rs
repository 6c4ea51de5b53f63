//! A small report, for tests of everything that is made from one.

use crate::digest::sha256_hex;
use crate::engine::{Case, Finding, Mark, Message, Outcome, Party, Redactor, Run, Seen, Tls, Verdict, Wire};
use crate::plan::samples::{Empty, case, register};
use crate::plan::{Known, outlines, undeclared};
use crate::profile::Capability;
use crate::report::{Expected, Facts, ProfileFacts, Report, Software, Target, make};

/// Secrets that the sample's exchanges carry, and that no report may hold.
pub(crate) const SECRETS: [&str; 5] = [
    "SplxlOBeZQQYbYS6WxSbIA",
    "fat_0123456789012345678901234567890123456789abc",
    "c29tZS1zZXNzaW9uLXZhbHVl",
    "eyJhbGciOiJFUzI1NiJ9.eyJpc3MiOiJhcHAifQ.c2lnbmF0dXJl",
    "MIGHAgEAMBMGByqGSM49AgEG",
];

/// The outcome of a case that checked one thing, if it came so far.
pub(crate) fn outcome(id: &'static str, verdict: Verdict) -> Outcome {
    let mut outcome = Outcome::unplayed(&case(id, "callback", &["C6"]), verdict, "because".to_owned());
    let mark = match verdict {
        Verdict::Pass => Mark::Held,
        Verdict::Fail => Mark::Broken,
        Verdict::Warning => Mark::Warned,
        _ => return outcome,
    };
    outcome.reason = None;
    outcome.assertions = 1;
    outcome.micros = 1_234_567;
    outcome.findings.push(Finding {
        condition: Some("noTokenRequest".to_owned()),
        requirement: Some("C6".to_owned()),
        mark,
        expected: Some("no token request <before> the issuer was checked".to_owned()),
        actual: "1 token request & more".to_owned(),
    });
    outcome
}

/// A report on four cases, one of which failed after exchanges full of secrets.
pub(crate) fn report() -> Report {
    report_of([Verdict::Fail, Verdict::Pass, Verdict::NotApplicable, Verdict::Blocked])
}

/// A report in which C6, N18, N34 and N35 came out so.
pub(crate) fn report_of(verdicts: [Verdict; 4]) -> Report {
    let wire = wire();
    let plan = plan();
    let reads = verdicts[2] != Verdict::NotApplicable;
    let declared: Vec<Capability> =
        [Capability::Flows, Capability::Hook].into_iter().chain(reads.then_some(Capability::Read)).collect();
    let of = |(case, verdict): (&Case<Empty>, Verdict)| {
        let played = Outcome {
            section: case.section.to_owned(),
            requirements: case.requirements.iter().map(|&id| id.to_owned()).collect(),
            ..outcome(case.id, verdict)
        };
        undeclared(case, |need| declared.contains(&need)).unwrap_or(played)
    };
    let mut outcomes: Vec<Outcome> = plan.iter().zip(verdicts).map(of).collect();
    for seen in exchanges() {
        wire.saw(&seen);
    }
    (outcomes[0].exchanges, _) = wire.take();
    let complete = !verdicts.contains(&Verdict::Interrupted);
    make(facts(declared), (&register(), &plan), Run { outcomes, complete, micros: 5_000_000 }, &wire)
}

/// The plan of the sample. N34 is for apps that read.
fn plan() -> [Case<Empty>; 4] {
    [
        case("C6", "callback", &["C6"]),
        case("N18", "callback", &["N18"]),
        Case { needs: &[Capability::Read], ..case("N34", "every call", &["N34"]) },
        case("N35", "every call", &["N34"]),
    ]
}

/// The plan of the sample as a verifier knows it.
pub(crate) fn known() -> Known {
    Known { name: "provider".to_owned(), register: register(), cases: outlines(&plan()) }
}

/// A wire of a run.
pub(crate) fn wire() -> Wire {
    Wire::new(Redactor::new().unwrap())
}

/// What is known of a run.
pub(crate) fn facts(declared: Vec<Capability>) -> Facts {
    Facts {
        plan: "provider",
        profile: ProfileFacts { sha256: sha256_hex(b"profile"), declared },
        target: Target {
            name: "App".to_owned(),
            client_id: "app".to_owned(),
            redirect_uri: "https://localhost:9450/callback".to_owned(),
            certificate: "bwcK0esc3ACC3DB2Y5_lESsXE8o9ltc05O89jdN-dg2".to_owned(),
            software: Some(Software { name: "App".to_owned(), version: "1.0".to_owned() }),
            fingerprint: sha256_hex(b"target"),
        },
        began: "2026-11-23T00:00:00Z".parse().unwrap(),
        ended: "2026-11-23T00:01:00Z".parse().unwrap(),
        selection: vec![],
        strict: false,
        expected: Expected::default(),
    }
}

fn exchanges() -> [Seen; 2] {
    let [code, token, cookie, jwt, key] = SECRETS;
    let headers = |pairs: &[(&'static str, String)]| {
        pairs.iter().map(|(name, value)| (name.parse().unwrap(), value.parse().unwrap())).collect()
    };
    let callback = Seen {
        request: Message {
            headers: headers(&[("cookie", format!("sid={cookie}"))]),
            body: Default::default(),
        },
        status: Some(303),
        tls: Some(Tls {
            version: "TLSv1.3".to_owned(),
            cipher: "TLS13_AES_128_GCM_SHA256".to_owned(),
            ..Tls::default()
        }),
        ..Seen::request(Party::Browser, Party::App, "GET", &format!("https://app/callback?code={code}"))
    };
    let form = format!("grant_type=authorization_code&code={code}&client_assertion={jwt}");
    let answer = format!(
        "{{\"access_token\":\"{token}\",\"note\":\"-----BEGIN PRIVATE KEY-----\\n{key}\\n-----END PRIVATE KEY-----\"}}"
    );
    let kind = |value: &str| headers(&[("content-type", value.to_owned())]);
    let redeemed = Seen {
        request: Message { headers: kind("application/x-www-form-urlencoded"), body: form.into() },
        status: Some(200),
        answer: Message { headers: kind("application/json"), body: answer.into() },
        ..Seen::request(Party::App, Party::Hub, "POST", "https://localhost:9444/token")
    };
    [callback, redeemed]
}
