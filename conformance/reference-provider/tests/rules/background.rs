//! What happens while no customer looks: events, the change feed, a new certificate.

use std::time::{SystemTime, UNIX_EPOCH};

use aws_lc_rs::{
    rand::SystemRandom,
    signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair},
};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use serde_json::{Value, json};

use crate::{
    app::App,
    hub::{Answer, Hub, MAILBOX},
    papers::Authority,
};

const KINDS: &str = "urn:facteur:event:";

/// The key by which the hub signs.
struct Signer(EcdsaKeyPair);

impl Signer {
    fn new() -> Self {
        let pkcs8 =
            EcdsaKeyPair::generate_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, &SystemRandom::new()).unwrap();
        Self(EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, pkcs8.as_ref()).unwrap())
    }

    /// A set of keys with this one under that name, and one of another kind.
    fn set(&self, kid: &str) -> Answer {
        let point = self.0.public_key().as_ref();
        let (x, y) = (URL_SAFE_NO_PAD.encode(&point[1..33]), URL_SAFE_NO_PAD.encode(&point[33..]));
        let key = json!({ "kid": kid, "kty": "EC", "crv": "P-256", "x": x, "y": y });
        Answer::json(
            200,
            &json!({ "keys": [{ "kty": "OKP", "kid": "other", "crv": "Ed25519", "x": "AA" }, key] }),
        )
    }

    fn sign(&self, kid: &str, claims: &Value) -> String {
        let header = json!({ "alg": "ES256", "typ": "secevent+jwt", "kid": kid });
        let part = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
        let signed = format!("{}.{}", part(&header), part(claims));
        let signature = self.0.sign(&SystemRandom::new(), signed.as_bytes()).unwrap();
        format!("{signed}.{}", URL_SAFE_NO_PAD.encode(signature.as_ref()))
    }
}

#[expect(clippy::disallowed_methods, reason = "the clock of the hub of these tests")]
fn now() -> u64 {
    SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_secs()
}

fn claims(hub: &Hub, jti: &str, kind: &str) -> Value {
    json!({
        "iss": hub.issuer(), "aud": "bank", "iat": now(), "jti": jti,
        "sub_id": { "format": "opaque", "id": "mbx_1" },
        "events": { kind: { "mailboxId": "mbx_1", "consentId": "cns_1" } },
    })
}

#[tokio::test]
async fn an_event_is_taken_once_if_it_is_the_hubs_and_refused_with_a_code_if_not() {
    let (hub, signer) = (Hub::start().await, Signer::new());
    let app = App::start(&hub).await;
    hub.always("GET /keys", signer.set("k"));
    app.connects(&hub, "one").await;
    let caller = hub.authority.client("hub");
    let available = format!("{KINDS}messageAvailable");
    let changed = |member: &str, value: Value| {
        let mut claims = claims(&hub, "j9", &available);
        claims[member] = value;
        signer.sign("k", &claims)
    };
    let (right, unheard) =
        (signer.sign("k", &claims(&hub, "j1", &available)), signer.sign("k", &claims(&hub, "j2", "urn:new")));
    let parts: Vec<&str> = right.split('.').collect();
    let tampered = format!(
        "{}.{}.{}",
        parts[0],
        URL_SAFE_NO_PAD.encode(claims(&hub, "j9", "urn:x").to_string()),
        parts[2]
    );

    for (token, status, err) in [
        (right.clone(), 202, Value::Null),
        (right.clone(), 202, Value::Null),
        (unheard, 202, Value::Null),
        (changed("aud", json!(["bank"])), 202, Value::Null),
        (changed("iss", json!(hub.origin())), 400, json!("invalid_issuer")),
        (changed("aud", json!("post")), 400, json!("invalid_audience")),
        (changed("iat", json!(now() + 120)), 400, json!("invalid_request")),
        (changed("iat", json!(now() - 1200)), 400, json!("invalid_request")),
        (changed("sub_id", json!({ "id": "mbx_2" })), 400, json!("access_denied")),
        (tampered, 400, json!("invalid_key")),
        (signer.sign("unknown", &claims(&hub, "j9", &available)), 400, json!("invalid_key")),
        (Signer::new().sign("k", &claims(&hub, "j9", &available)), 400, json!("invalid_key")),
        ("garbage".to_owned(), 400, json!("invalid_request")),
    ] {
        let (found, body) = app.hears(&hub, Some(&caller), &token).await.unwrap();
        assert_eq!((found, &body["err"]), (status, &err), "{token}");
    }
    let told = app.get("/events").await;
    let effects: Vec<_> = told["events"].as_array().unwrap().iter().map(|event| &event["effect"]).collect();
    assert_eq!(effects[..4], ["taken", "known", "ignored", "taken"]);
    assert!(effects[4..].iter().all(|effect| **effect == "refused"), "{told}");
    let whys: Vec<_> =
        told["events"].as_array().unwrap()[4..].iter().map(|event| &event["refusal"]).collect();
    let wanted =
        ["eventIssuer", "audience", "time", "time", "subject", "signature", "key", "signature", "shape"];
    assert_eq!(whys, wanted);
    assert_eq!(hub.asked("GET /keys").len(), 2, "once, and once for a name that nobody knows");
}

#[tokio::test]
async fn only_the_hub_is_heard() {
    let (hub, signer, stranger) = (Hub::start().await, Signer::new(), Authority::new());
    let app = App::start(&hub).await;
    hub.always("GET /keys", signer.set("k"));
    app.connects(&hub, "one").await;
    let token = signer.sign("k", &claims(&hub, "j1", "urn:new"));
    assert_eq!(app.hears(&hub, None, &token).await, None);
    assert_eq!(app.hears(&hub, Some(&stranger.client("hub")), &token).await, None);
    assert_eq!(app.get("/events").await["events"], json!([]));
}

#[tokio::test]
async fn the_end_of_a_consent_counts_at_once_and_nothing_brings_it_back() {
    let (hub, signer) = (Hub::start().await, Signer::new());
    let app = App::start(&hub).await;
    hub.always("GET /keys", signer.set("k"));
    let (caller, connection) = (hub.authority.client("hub"), app.connects(&hub, "one").await);

    // of an earlier consent of the same mailbox
    let mut earlier = claims(&hub, "j0", &format!("{KINDS}consentEnded"));
    earlier["events"][format!("{KINDS}consentEnded")]["consentId"] = json!("cns_0");
    app.hears(&hub, Some(&caller), &signer.sign("k", &earlier)).await.unwrap();
    assert_eq!(app.get(&format!("/connections/{connection}")).await["state"], "connected");

    for (jti, kind) in [("j1", "consentEnded"), ("j2", "consentGranted"), ("j3", "messageAvailable")] {
        let token = signer.sign("k", &claims(&hub, jti, &format!("{KINDS}{kind}")));
        assert_eq!(app.hears(&hub, Some(&caller), &token).await.unwrap().0, 202);
        assert_eq!(app.get(&format!("/connections/{connection}")).await["state"], "ended");
    }
    let before = hub.count();
    assert_eq!(app.reads(&connection, &json!({ "what": "messages" })).await["outcome"], "ended");
    assert_eq!(hub.count(), before);
}

#[tokio::test]
async fn the_feed_is_read_to_its_end_and_a_letter_is_fetched_once() {
    let hub = Hub::start().await;
    let app = App::start(&hub).await;
    assert_eq!(app.post("/synchronise", &json!({})).await["outcome"], "ok");
    let page = |items: Value, retry_after: u64| {
        let next = format!("{}/mailbox/v1/changes?after=next", hub.origin());
        Answer::json(200, &json!({ "items": items, "next": next, "retryAfter": retry_after }))
    };
    let change = |kind: &str, message: &str| json!({ "changeId": "chg_1", "kind": kind, "mailboxId": "mbx_1", "messageId": message });
    hub.next("GET /mailbox/v1/changes", page(json!([change("messageAvailable", "msg_3")]), 0));
    let again =
        [change("messageAvailable", "msg_3"), change("messageAvailable", "msg_1"), change("unheardOf", "m")];
    hub.next("GET /mailbox/v1/changes", page(json!(again), 5));
    let told = app.post("/synchronise", &json!({})).await;
    assert_eq!((&told["outcome"], &told["changes"]), (&json!("ok"), &json!(4)));
    assert_eq!(hub.asked(&format!("GET {MAILBOX}/messages/msg_3")).len(), 1);
    assert!(hub.asked(&format!("GET {MAILBOX}/messages/msg_1")).is_empty(), "it was listed before");
    assert_eq!(hub.asked("POST /token").len(), 1, "one token serves all");

    let elsewhere = json!({ "items": [], "next": "https://evil.example/changes", "retryAfter": 0 });
    hub.next("GET /mailbox/v1/changes", Answer::json(200, &elsewhere));
    assert_eq!(app.post("/synchronise", &json!({})).await["refusal"], "paging");
}

#[tokio::test]
async fn a_new_certificate_is_shown_from_the_next_call_on_and_a_reset_takes_the_former_one() {
    let hub = Hub::start().await;
    let app = App::start(&hub).await;
    let connection = app.connects(&hub, "one").await;
    let paper = hub.authority.client("bank");
    app.post("/certificate", &json!({ "certificate": paper.certificate, "key": paper.key })).await;
    assert_eq!(app.reads(&connection, &json!({ "what": "messages" })).await["outcome"], "ok");
    let shown = |what: &str| hub.asked(what).pop().unwrap().certificate.unwrap();
    let (before, after) = (shown("POST /token"), shown(&format!("GET {MAILBOX}/messages")));
    assert_ne!(before, after);
    assert!(std::fs::read_to_string(app.folder().join("own.pem")).unwrap() != paper.certificate);

    app.post("/reset", &json!({})).await;
    app.connects(&hub, "one").await;
    assert_eq!(shown("POST /token"), before);
}
