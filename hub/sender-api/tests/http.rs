//! The sender API over HTTP: forms as senders write them, and as attackers do.

#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "these are tests")]

#[path = "../../core/tests/common/mod.rs"]
mod common;

use std::convert::Infallible;
use std::future::pending;
use std::num::NonZeroU32;
use std::sync::Arc;

use axum::body::{Body, to_bytes};
use axum::{Extension, Router};
use bytes::Bytes;
use common::{World, for_each_database, identity};
use data_encoding::BASE64URL_NOPAD;
use futures_util::future::select_all;
use futures_util::stream;
use http::{Request, Response, StatusCode};
use hub_core::id::Sha256;
use hub_core::peer::Role;
use hub_http::{Limits, Trusted};
use serde_json::{Value, json};
use tokio::sync::mpsc;
use tower::ServiceExt as _;

const PDF: &[u8] = b"%PDF-1.7\nexample";

/// The API as a client sees it, past the gate of the mtls listener.
#[derive(Clone)]
struct Client {
    router: Router,
    token: String,
}

impl Client {
    async fn new(world: &World, role: Role, client_id: &str) -> Self {
        let identity = identity(role, client_id);
        let client = world.hub.client(&identity, client_id).await.unwrap();
        let token = client.client_credentials(None, None).await.unwrap().access.expose().to_owned();
        let limits = Limits::new(NonZeroU32::new(1_000).unwrap(), NonZeroU32::new(1_000).unwrap());
        let router = hub_sender_api::routes_with(hub_sender_api::Settings { daily_budget: 3 })
            .layer(Extension(Trusted(identity.into())))
            .layer(Extension(Arc::new(limits)))
            .with_state(world.hub.clone());
        Self { router, token }
    }

    async fn send(&self, request: http::request::Builder, body: Body) -> Response<Body> {
        let request = request.header("authorization", format!("Bearer {}", self.token)).body(body).unwrap();
        self.router.clone().oneshot(request).await.unwrap()
    }

    async fn publish(&self, key: &str, body: impl Into<Body>) -> Response<Body> {
        let request = Request::post("/sender/v1/messages")
            .header("idempotency-key", format!("\"{key}\""))
            .header("content-type", "multipart/form-data; boundary=XX");
        self.send(request, body.into()).await
    }

    async fn get(&self, path: &str) -> Response<Body> {
        self.send(Request::get(path), Body::empty()).await
    }

    async fn ask(&self, query: &Value) -> Response<Body> {
        let request = Request::post("/sender/v1/recipients/query").header("content-type", "application/json");
        self.send(request, query.to_string().into()).await
    }
}

async fn json_of(response: Response<Body>) -> (StatusCode, Value) {
    let status = response.status();
    let bytes = to_bytes(response.into_body(), 1_000_000).await.unwrap();
    (status, serde_json::from_slice(&bytes).unwrap())
}

async fn expect_issue(response: Response<Body>, kind: &str, name: &str) {
    let (status, problem) = json_of(response).await;
    assert_eq!(status, StatusCode::BAD_REQUEST, "{problem}");
    assert_eq!(problem["type"], "urn:problem-type:belgif:badRequest");
    let found = problem["issues"].as_array().unwrap().iter().any(|issue| {
        issue["type"].as_str().unwrap().ends_with(&format!("input-validation:{kind}"))
            && issue["name"] == name
    });
    assert!(found, "{kind} at {name}: {problem}");
}

fn letter(ssin: &str) -> Value {
    json!({
        "recipient": { "ssin": ssin },
        "subject": { "nl": "Aanslagbiljet 2026" },
        "senderOrganization": "0001001078",
        "messageType": "tax-assessment",
        "body": { "text": { "nl": "Beste" }, "main": false },
        "attachments": [{
            "part": "letter", "fileName": "letter.pdf", "mediaType": "application/pdf", "main": true,
            "digest": { "digestMethod": "sha-256", "digestValue": BASE64URL_NOPAD.encode(&Sha256::of(PDF).0) },
        }],
    })
}

fn part(name: &str, content: &[u8]) -> Vec<u8> {
    let head = format!("--XX\r\nContent-Disposition: form-data; name=\"{name}\"; filename=\"f\"\r\n\r\n");
    [head.as_bytes(), content, b"\r\n"].concat()
}

fn form(parts: &[(&str, &[u8])]) -> Vec<u8> {
    let mut form: Vec<u8> = parts.iter().flat_map(|(name, content)| part(name, content)).collect();
    form.extend_from_slice(b"--XX--\r\n");
    form
}

#[tokio::test]
async fn a_form_is_published_in_any_order_and_repeated_with_its_key() {
    for_each_database(async |world| {
        let ssin = world.citizen(1, true).await;
        let tax = Client::new(world, Role::Sender, "demo-tax").await;
        let message = letter(ssin.as_str()).to_string();

        let response = tax.publish("k1", form(&[("letter", PDF), ("message", message.as_bytes())])).await;

        let location = response.headers()["location"].to_str().unwrap().to_owned();
        let (status, first) = json_of(response).await;
        assert_eq!(status, StatusCode::CREATED, "{first}");
        assert_eq!(
            (first["delivered"].clone(), first["href"].as_str()),
            (json!(true), Some(location.as_str()))
        );
        assert!(
            location.starts_with("https://api.test/sender/v1/messages/msg_")
                && first["expiresAt"].is_string()
        );

        // The same metadata in another spelling, the parts in another order.
        let spaced = serde_json::to_string_pretty(&letter(ssin.as_str())).unwrap();
        let again = tax.publish("k1", form(&[("message", spaced.as_bytes()), ("letter", PDF)])).await;
        assert_eq!(again.headers()["idempotency-replayed"], "true");
        assert_eq!(json_of(again).await, (StatusCode::CREATED, first.clone()));

        let mut other = letter(ssin.as_str());
        other["replyAllowed"] = json!(true);
        let conflict =
            tax.publish("k1", form(&[("letter", PDF), ("message", other.to_string().as_bytes())])).await;
        let (status, problem) = json_of(conflict).await;
        assert_eq!(
            (status, problem["type"].as_str()),
            (StatusCode::CONFLICT, Some("urn:problem-type:facteur:idempotencyConflict"))
        );

        let (status, fate) = json_of(tax.get(location.strip_prefix("https://api.test").unwrap()).await).await;
        assert_eq!((status, fate["messageId"].clone()), (StatusCode::OK, first["messageId"].clone()));
        assert!(fate["availableAt"].is_string() && fate["self"] == location.as_str());
    })
    .await;
}

#[tokio::test]
async fn metadata_is_strict() {
    for_each_database(async |world| {
        let ssin = world.citizen(1, true).await;
        let tax = Client::new(world, Role::Sender, "demo-tax").await;
        let refused = async |change: fn(&mut Value), kind: &str, name: &str| {
            let mut message = letter(ssin.as_str());
            change(&mut message);
            let response =
                tax.publish("k", form(&[("message", message.to_string().as_bytes()), ("letter", PDF)])).await;
            expect_issue(response, kind, name).await;
        };
        refused(|message| message["colour"] = json!("red"), "unknownInput", "colour").await;
        refused(|message| message["subject"]["es"] = json!("Carta"), "unknownInput", "subject.es").await;
        refused(|message| message["attachments"] = json!([]), "schemaViolation", "attachments").await;
        refused(|message| message["body"] = Value::Null, "schemaViolation", "body").await;
        refused(
            |message| drop(message.as_object_mut().unwrap().remove("subject")),
            "requiredInput",
            "subject",
        )
        .await;
        refused(
            |message| message["recipient"]["ssin"] = json!("84022711080"),
            "invalidStructure",
            "recipient.ssin",
        )
        .await;
        refused(|message| message["body"]["main"] = json!(true), "mainContent", "attachments").await;
        let twice = letter(ssin.as_str()).to_string().replacen('{', "{\"messageType\":\"x\",", 1);
        expect_issue(
            tax.publish("k", form(&[("message", twice.as_bytes())])).await,
            "schemaViolation",
            "messageType",
        )
        .await;
        assert_eq!(world.count("SELECT COUNT(*) FROM idempotency").await, 0);
        assert_eq!(world.count("SELECT COUNT(*) FROM sent").await, 0);
    })
    .await;
}

#[tokio::test]
async fn malformed_forms_are_refused_and_leave_nothing() {
    for_each_database(async |world| {
        let ssin = world.citizen(1, true).await;
        let tax = Client::new(world, Role::Sender, "demo-tax").await;
        let message = letter(ssin.as_str()).to_string();
        let good = form(&[("letter", PDF), ("message", message.as_bytes())]);

        expect_issue(tax.publish("k", form(&[("letter", PDF)])).await, "missingPart", "message").await;
        expect_issue(
            tax.publish("k", form(&[("message", message.as_bytes())])).await,
            "missingPart",
            "attachments[0].part",
        )
        .await;
        let twice = form(&[("message", message.as_bytes()), ("message", message.as_bytes())]);
        expect_issue(tax.publish("k", twice).await, "duplicatePart", "message").await;
        for cut in [0, 1, 30, 80, good.len() / 2, good.len() - 5] {
            let response = tax.publish("k", good[..cut].to_vec()).await;
            assert_eq!(response.status(), StatusCode::BAD_REQUEST, "cut at {cut}");
        }
        // Headers that never end must not be collected for ever.
        let endless = futures_util::stream::repeat_with(|| Ok::<_, std::io::Error>(vec![b'a'; 64 * 1024]));
        assert_eq!(tax.publish("k", Body::from_stream(endless)).await.status(), StatusCode::BAD_REQUEST);

        assert_eq!(world.count("SELECT COUNT(*) FROM idempotency").await, 0);
        assert_eq!(world.count("SELECT COUNT(*) FROM sent").await, 0);
        world.expect_objects(0).await;
        assert_eq!(tax.publish("k", good).await.status(), StatusCode::CREATED);
    })
    .await;
}

#[tokio::test]
async fn what_is_too_large_is_refused_with_its_limit() {
    for_each_database(async |world| {
        let tax = Client::new(world, Role::Sender, "demo-tax").await;
        let large = vec![b' '; 20 * 1024 * 1024 + 1];
        for (name, content, limit) in
            [("letter", &large[..], 20_971_520), ("message", &large[..262_145], 262_144)]
        {
            let (status, problem) = json_of(tax.publish("k", form(&[(name, content)])).await).await;
            assert_eq!(
                (status, problem["limit"].clone()),
                (StatusCode::PAYLOAD_TOO_LARGE, json!(limit)),
                "{problem}"
            );
        }
        world.expect_objects(0).await;
    })
    .await;
}

#[tokio::test]
async fn headers_and_parameters_are_strict() {
    for_each_database(async |world| {
        let tax = Client::new(world, Role::Sender, "demo-tax").await;
        let request =
            Request::post("/sender/v1/messages").header("content-type", "multipart/form-data; boundary=XX");
        let (status, problem) = json_of(tax.send(request, Body::empty()).await).await;
        assert_eq!((status, problem["issues"][0]["in"].as_str()), (StatusCode::BAD_REQUEST, Some("header")));
        assert_eq!(problem["issues"][0]["name"], "Idempotency-Key");

        let request = Request::post("/sender/v1/messages")
            .header("idempotency-key", "\"k\"")
            .header("content-type", "application/json");
        assert_eq!(tax.send(request, Body::from("{}")).await.status(), StatusCode::UNSUPPORTED_MEDIA_TYPE);
        assert_eq!(
            tax.get("/sender/v1/messages/msg_00000000000000000000000000").await.status(),
            StatusCode::NOT_FOUND
        );
        assert_eq!(tax.get("/sender/v1/messages/x?a=b").await.status(), StatusCode::BAD_REQUEST);
    })
    .await;
}

#[tokio::test]
async fn recipients_are_answered_in_order_within_the_budget() {
    for_each_database(async |world| {
        let ssin = world.citizen(1, true).await;
        let tax = Client::new(world, Role::Sender, "demo-tax").await;
        let query = json!({
            "senderOrganization": "0001001078", "messageType": "tax-assessment",
            "recipients": [{ "ssin": common::ssin(2).as_str() }, { "ssin": ssin.as_str() }],
        });

        let answer = json_of(tax.ask(&query).await).await;
        assert_eq!(
            answer,
            (StatusCode::OK, json!({ "items": [{ "reachable": false }, { "reachable": true }] }))
        );
        let limited = tax.ask(&query).await;
        assert!(limited.headers().contains_key("retry-after"));
        assert_eq!(limited.status(), StatusCode::TOO_MANY_REQUESTS);
    })
    .await;
}

#[tokio::test]
async fn a_providers_certificate_opens_nothing_here() {
    for_each_database(async |world| {
        let bank = Client::new(world, Role::Provider, "demo-bank-app").await;
        let answers = [
            bank.publish("k", Body::empty()).await,
            bank.get("/sender/v1/messages/x").await,
            bank.ask(&json!({})).await,
            bank.get("/sender/v1/doc/openapi.yaml").await,
        ];
        for answer in answers {
            let (status, problem) = json_of(answer).await;
            assert_eq!(
                (status, problem["reason"].as_str()),
                (StatusCode::UNAUTHORIZED, Some("wrongRole")),
                "{problem}"
            );
        }
        let tax = Client::new(world, Role::Sender, "demo-tax").await;
        assert_eq!(tax.get("/sender/v1/doc/openapi.yaml").await.status(), StatusCode::OK);
    })
    .await;
}

#[tokio::test]
async fn a_sender_whose_uploads_stand_still_begins_no_more_of_them() {
    for_each_database(async |world| {
        let tax = Client::new(world, Role::Sender, "demo-tax").await;
        let (begun, mut beginning) = mpsc::unbounded_channel();
        let mut stalled: Vec<_> = (0..32)
            .map(|n| {
                let begun = begun.clone();
                let still = stream::once(async move {
                    begun.send(()).unwrap();
                    pending::<Result<Bytes, Infallible>>().await
                });
                let (tax, key) = (tax.clone(), format!("stalled-{n}"));
                Box::pin(async move { tax.publish(&key, Body::from_stream(still)).await.status() })
            })
            .collect();
        let all_begun = async {
            for _ in 0..32 {
                beginning.recv().await;
            }
        };
        tokio::select! {
            () = all_begun => {}
            (status, _, _) = select_all(&mut stalled) => panic!("a stalled upload was answered: {status}"),
        }

        let refused = tax.publish("one-more", form(&[])).await;
        assert_eq!(refused.headers()["retry-after"], "5");
        assert_eq!(refused.status(), StatusCode::TOO_MANY_REQUESTS);

        stalled.pop();
        assert_eq!(tax.publish("one-more", form(&[])).await.status(), StatusCode::BAD_REQUEST);
    })
    .await;
}
