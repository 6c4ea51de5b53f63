//! Statements as attackers would hand them in, and what counts of those that were believed.

use std::time::Duration;

use aws_lc_rs::hmac;
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair as _};
use data_encoding::BASE64URL_NOPAD;
use serde_json::{Value, json};
use uuid::Uuid;

use super::*;

const HUB: &str = "https://hub.test";
const SUITE: &str = "0.2.0";
const REQUIREMENTS: &str = "5f0c2a9d1e7b3486";
const DAY: Duration = Duration::from_secs(86_400);

/// A certification key with its public half.
struct Key(EcdsaKeyPair);

impl Key {
    fn new() -> Self {
        Self(EcdsaKeyPair::generate(&ECDSA_P256_SHA256_FIXED_SIGNING).unwrap())
    }

    fn jwk(&self, kid: &str) -> Value {
        let point = self.0.public_key().as_ref();
        let coordinate = |bytes: &[u8]| BASE64URL_NOPAD.encode(bytes);
        json!({"kty": "EC", "crv": "P-256", "x": coordinate(&point[1..33]), "y": coordinate(&point[33..]),
            "kid": kid, "use": "sig", "alg": "ES256"})
    }

    fn sign(&self, header: &Value, claims: &Value) -> String {
        let part = |value: &Value| BASE64URL_NOPAD.encode(value.to_string().as_bytes());
        let signed = format!("{}.{}", part(header), part(claims));
        let signature = self.0.sign(&SystemRandom::new(), signed.as_bytes()).unwrap();
        format!("{signed}.{}", BASE64URL_NOPAD.encode(signature.as_ref()))
    }
}

fn now() -> Timestamp {
    Timestamp::parse("2026-11-21T12:00:00Z").unwrap()
}

fn terms(key: &Key) -> Terms {
    Terms::read(form(&json!({ "keys": [key.jwk("c1")] }))).unwrap()
}

fn form(keys: &Value) -> TermsForm {
    TermsForm {
        keys: keys.to_string(),
        suite_versions: vec![SUITE.into(), "0.1.9".into()],
        requirements_versions: vec![REQUIREMENTS.into()],
        plan: "provider".into(),
        needs: Vec::new(),
        max_age: DAY * 30,
        declared_for: DAY * 90,
        certified_for: DAY * 365,
        nonce_for: DAY,
    }
}

fn header() -> Value {
    json!({"alg": "ES256", "typ": "facteur-conformance-statement+jwt", "kid": "c1"})
}

fn claims() -> Value {
    json!({
        "iss": "https://conformance.test", "aud": HUB, "sub": "bank-app", "iat": now().seconds(),
        "cnf": {"x5t#S256": BASE64URL_NOPAD.encode(&[7; 32])}, "level": "certified", "nonce": "fcn_x",
        "suiteVersion": SUITE, "requirementsVersion": REQUIREMENTS, "plan": "provider",
        "capabilities": ["flows", "read"], "bundle": "00", "result": "passed", "complete": true,
        "selection": [], "expectedFailures": 0, "resumed": 0, "counts": {"pass": 120},
        "began": "2026-11-21T11:00:00Z", "ended": "2026-11-21T11:05:00Z",
    })
}

fn judged(text: &str, terms: &Terms) -> Result<Statement, Flaw> {
    let expected = Expected { issuer: HUB, client_id: "bank-app", thumbprint: &[7; 32], now: now() };
    judge(text, &expected, terms)
}

fn with(member: &str, value: Value) -> Value {
    let mut claims = claims();
    claims[member] = value;
    claims
}

#[test]
fn a_statement_of_a_known_key_about_this_app_is_believed() {
    let key = Key::new();
    let statement = judged(&key.sign(&header(), &claims()), &terms(&key)).unwrap();
    assert_eq!((statement.level, statement.nonce.as_deref()), (Level::Certified, Some("fcn_x")));
    assert_eq!(statement.key_id, "c1");
    assert_eq!(statement.capabilities, ["flows", "read"]);
    assert_eq!(statement.began, Timestamp::parse("2026-11-21T11:00:00Z").unwrap());
}

#[test]
fn what_was_changed_after_signing_is_refused() {
    let key = Key::new();
    let text = key.sign(&header(), &claims());
    let parts: Vec<&str> = text.split('.').collect();
    let other = BASE64URL_NOPAD.encode(with("result", "failed".into()).to_string().as_bytes());
    let edited = format!("{}.{other}.{}", parts[0], parts[2]);
    assert_eq!(judged(&edited, &terms(&key)), Err(Flaw::Signature));
    for broken in [String::new(), "a.b".into(), format!("{text}.x"), format!("{text}="), "x".repeat(20_000)] {
        assert_eq!(judged(&broken, &terms(&key)), Err(Flaw::Malformed), "{broken}");
    }
}

#[test]
fn a_key_that_the_hub_was_not_told_of_is_refused_whatever_comes_with_it() {
    let (known, taken) = (Key::new(), Key::new());
    let mut with_key = header();
    with_key["kid"] = "taken".into();
    with_key["jwk"] = taken.jwk("taken");
    assert_eq!(judged(&taken.sign(&with_key, &claims()), &terms(&known)), Err(Flaw::UnknownKey));
    // under the name of a known one
    assert_eq!(judged(&taken.sign(&header(), &claims()), &terms(&known)), Err(Flaw::Signature));
    let unnamed = json!({"alg": "ES256", "typ": "facteur-conformance-statement+jwt"});
    assert_eq!(judged(&known.sign(&unnamed, &claims()), &terms(&known)), Err(Flaw::UnknownKey));
}

#[test]
fn no_other_algorithm_and_no_other_kind_of_jws_stands_in() {
    let key = Key::new();
    let part = |value: &Value| BASE64URL_NOPAD.encode(value.to_string().as_bytes());
    let unsigned = |alg: &str| {
        let header = json!({"alg": alg, "typ": "facteur-conformance-statement+jwt", "kid": "c1"});
        format!("{}.{}", part(&header), part(&claims()))
    };
    assert_eq!(judged(&format!("{}.", unsigned("none")), &terms(&key)), Err(Flaw::Algorithm));
    // the public key as a secret
    let secret = hmac::Key::new(hmac::HMAC_SHA256, key.0.public_key().as_ref());
    let signature = hmac::sign(&secret, unsigned("HS256").as_bytes());
    let text = format!("{}.{}", unsigned("HS256"), BASE64URL_NOPAD.encode(signature.as_ref()));
    assert_eq!(judged(&text, &terms(&key)), Err(Flaw::Algorithm));
    for (member, value) in [("typ", json!("JWT")), ("crit", json!(["b64"]))] {
        let mut header = header();
        header[member] = value;
        assert_eq!(judged(&key.sign(&header, &claims()), &terms(&key)), Err(Flaw::Type), "{member}");
    }
}

#[test]
fn each_thing_that_is_asked_of_a_run_is_told_by_itself() {
    let key = Key::new();
    let wrong = [
        ("aud", json!("https://other.test"), Flaw::OtherHub),
        ("sub", json!("post-app"), Flaw::OtherClient),
        ("cnf", json!({"x5t#S256": BASE64URL_NOPAD.encode(&[8; 32])}), Flaw::OtherCertificate),
        ("plan", json!("providerByHand"), Flaw::OtherPlan),
        ("suiteVersion", json!("0.1.0"), Flaw::SuiteVersion),
        ("requirementsVersion", json!("0000000000000000"), Flaw::RequirementsVersion),
        ("result", json!("failed"), Flaw::NotGreen),
        ("expectedFailures", json!(1), Flaw::ExpectedFailures),
        ("complete", json!(false), Flaw::PartOfPlan),
        ("selection", json!(["N18"]), Flaw::PartOfPlan),
        ("resumed", json!(3), Flaw::Resumed),
        ("began", json!("2026-10-22T11:59:59Z"), Flaw::Stale),
        ("ended", json!("2026-11-21T12:02:00Z"), Flaw::Future),
        ("ended", json!("2026-11-21T10:59:00Z"), Flaw::Future),
        ("iat", json!(now().seconds() + 120), Flaw::Future),
        ("nonce", Value::Null, Flaw::NonceMissing),
        ("level", json!("declared"), Flaw::NonceMissing),
        ("began", json!("yesterday"), Flaw::Malformed),
        ("capabilities", json!(["two words"]), Flaw::Malformed),
        ("more", json!(true), Flaw::Malformed),
    ];
    for (member, value, flaw) in wrong {
        let text = key.sign(&header(), &with(member, value.clone()));
        assert_eq!(judged(&text, &terms(&key)), Err(flaw), "{member} {value}");
    }
}

#[test]
fn keys_are_named_on_p256_and_not_twice() {
    let (one, other) = (Key::new(), Key::new());
    let read = |keys: Value| Terms::read(form(&keys)).map(drop).map_err(|error| error.to_string());
    assert!(read(json!({"keys": [one.jwk("a"), other.jwk("b")]})).is_ok());
    assert!(read(json!({"keys": [one.jwk("a"), other.jwk("a")]})).unwrap_err().contains("kid of its own"));
    assert!(read(json!({ "keys": [] })).unwrap_err().contains("empty"));
    assert!(read(json!({"keys": [{"kty": "oct", "k": "x", "kid": "a"}]})).is_err());
    let mut unnamed = one.jwk("a");
    unnamed.as_object_mut().unwrap().remove("kid");
    assert!(read(json!({ "keys": [unnamed] })).is_err());
}

fn kept(level: Level, fate: Fate, days_ago: u32) -> Certification {
    Certification {
        id: Uuid::nil(),
        client_id: "bank-app".into(),
        level,
        fate,
        suite_version: SUITE.into(),
        requirements_version: REQUIREMENTS.into(),
        key_id: "c1".into(),
        plan: "provider".into(),
        capabilities: Vec::new(),
        began: now().minus(DAY * days_ago),
        received_at: now(),
        registered: true,
    }
}

fn approved() -> Fate {
    Fate::Approved { by: "an".into(), at: now() }
}

#[test]
fn the_highest_level_that_stands_counts() {
    let terms = terms(&Key::new());
    let level = |all: &[Certification]| standing(all, &terms, now()).name();
    let declared = kept(Level::Declared, Fate::Standing, 1);
    assert_eq!(level(&[]), "none");
    assert_eq!(level(std::slice::from_ref(&declared)), "declared");
    let waiting = kept(Level::Certified, Fate::Awaiting, 1);
    assert_eq!(level(std::slice::from_ref(&waiting)), "none");
    assert_eq!(level(&[declared.clone(), waiting]), "declared");
    assert_eq!(level(&[kept(Level::Certified, approved(), 9), declared.clone()]), "certified");
    let rejected = Fate::Rejected { by: "an".into(), at: now() };
    assert_eq!(level(&[kept(Level::Certified, rejected, 1), declared]), "declared");
}

#[test]
fn what_stood_lapses_by_time_by_policy_and_with_its_certificate() {
    let terms = terms(&Key::new());
    let why = |one: &Certification| match standing(std::slice::from_ref(one), &terms, now()) {
        Standing::Lapsed { why, .. } => Some(why),
        _ => None,
    };
    assert_eq!(why(&kept(Level::Certified, approved(), 364)), None);
    assert_eq!(why(&kept(Level::Certified, approved(), 365)), Some(Lapse::Time));
    assert_eq!(why(&kept(Level::Declared, Fate::Standing, 90)), Some(Lapse::Time));
    let old = Certification { suite_version: "0.1.0".into(), ..kept(Level::Certified, approved(), 1) };
    assert_eq!(why(&old), Some(Lapse::Policy));
    let gone = Certification { registered: false, ..kept(Level::Certified, approved(), 1) };
    assert_eq!(why(&gone), Some(Lapse::Certificate));
    let unbelieved = Certification { key_id: "c0".into(), ..kept(Level::Certified, approved(), 1) };
    assert_eq!(why(&unbelieved), Some(Lapse::Policy));
    // a declared one that stands comes before a certified one that does not
    let both = [gone, kept(Level::Declared, Fate::Standing, 1)];
    assert_eq!(standing(&both, &terms, now()).name(), "declared");
}

#[test]
fn an_app_has_the_capabilities_that_the_policy_needs() {
    let key = Key::new();
    let keys = json!({ "keys": [key.jwk("c1")] });
    let needing = |needs: &[&str]| {
        let needs = needs.iter().copied().map(str::to_owned).collect();
        Terms::read(TermsForm { needs, ..form(&keys) }).unwrap()
    };
    let text = key.sign(&header(), &claims());
    assert!(judged(&text, &needing(&["read"])).is_ok());
    assert_eq!(judged(&text, &needing(&["read", "push"])), Err(Flaw::Capabilities));
    let one = Certification { capabilities: vec!["read".into()], ..kept(Level::Certified, approved(), 1) };
    assert_eq!(one.lapse(&needing(&["read"]), now()), None);
    assert_eq!(one.lapse(&needing(&["read", "push"]), now()), Some(Lapse::Policy));
}

#[test]
fn no_two_flaws_share_a_word() {
    let words: std::collections::BTreeSet<&str> = Flaw::ALL.into_iter().map(Flaw::code).collect();
    assert_eq!(words.len(), Flaw::ALL.len());
}
