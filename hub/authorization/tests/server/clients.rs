//! Who is a client, and what every endpoint asks of a request.

use std::num::NonZeroU32;
use std::sync::Arc;

use axum::body::Body;
use http::{Method, Request};
use hub_authorization::{Origins, machine_routes, refuse};
use hub_core::clock::Clock;
use hub_core::error::Error;
use hub_core::peer::{Refusal, Role};
use hub_http::peer::TrustHandle;
use hub_http::{Limits, Machines};
use tower::ServiceExt as _;

use crate::world::{ISSUER, MAILBOX_API, World, request};

const ENDPOINTS: [&str; 4] = ["/par", "/token", "/introspect", "/revoke"];

#[tokio::test]
async fn a_certificate_that_is_not_the_clients_is_refused() {
    let world = World::new().await;
    for path in ENDPOINTS {
        let mut thief = world.other();
        thief.client_id = "demo-bank-app".to_owned();
        thief.post(path, &request()).await.expect_error(401, "invalid_client");

        let stranger = world.party(Role::Provider, "demo-stranger");
        let answer = stranger.post(path, &request()).await;
        answer.expect_error(401, "invalid_client");
        assert!(answer.text("error_description").starts_with("notRegistered: "));

        let sender_as_provider = world.party(Role::Sender, "demo-bank-app");
        sender_as_provider.post(path, &request()).await.expect_error(401, "invalid_client");
        let operator = world.party(Role::Operator, "demo-bank-app").post(path, &request()).await;
        assert!(operator.text("error_description").starts_with("wrongRole: "));
        // the same name in another role is another party
        let software = world.party(Role::OwnSoftware, "demo-bank-app").post(path, &request()).await;
        software.expect_error(401, "invalid_client");
        assert!(software.text("error_description").starts_with("notRegistered: "));

        world.bank().post_bare(path, &request()).await.expect_error(400, "invalid_request");
        let bare = world.bank().request(path).body(Body::from("client_id=demo-bank-app")).unwrap();
        world.send(bare).await.expect_error(401, "invalid_client");
    }
}

#[tokio::test]
async fn the_gate_refuses_in_the_shape_of_oauth() {
    let world = World::new().await;
    let machines = Machines {
        trust: TrustHandle::open("demo", Vec::new()).unwrap(),
        clock: Clock::System,
        limits: Arc::new(Limits::new(NonZeroU32::MIN, NonZeroU32::MIN.saturating_add(3))),
        watch: Arc::default(),
    };
    let origins = Origins { issuer: ISSUER.into(), mtls: "https://api.test".into(), resources: Vec::new() };
    let routes = hub_http::admit(machine_routes(&origins), &machines, refuse);
    let routes = routes.with_state(world.hub.clone());

    for path in ENDPOINTS {
        let response =
            routes.clone().oneshot(Request::post(path).body(Body::empty()).unwrap()).await.unwrap();
        assert_eq!(response.status(), 401, "{path}");
        assert_eq!(response.headers()["cache-control"], "no-store");
        assert!(response.headers().get("www-authenticate").is_none());
    }
    let limited = routes.oneshot(Request::post("/token").body(Body::empty()).unwrap()).await.unwrap();
    assert_eq!(limited.status(), 429);
    assert!(limited.headers().contains_key("retry-after"));
    assert_eq!(limited.headers()["content-type"], "application/json");
    assert_eq!(refuse(Error::Certificate(Refusal::Revoked)).status(), 401);
}

#[tokio::test]
async fn only_a_posted_form_of_moderate_size_is_read() {
    let world = World::new().await;
    let bank = world.bank();
    for path in ENDPOINTS {
        for method in [Method::GET, Method::HEAD, Method::PUT, Method::DELETE, Method::OPTIONS] {
            let answer =
                bank.send(Request::builder().method(&method).uri(path).body(Body::empty()).unwrap()).await;
            assert_eq!(answer.status, 405, "{method} {path}");
            assert_eq!(answer.header("allow"), "POST");
            assert_eq!(answer.header("cache-control"), "no-store");
        }
        let padded = format!("client_id=demo-bank-app&x={}", "a".repeat(64 * 1024));
        bank.send(bank.request(path).body(Body::from(padded)).unwrap())
            .await
            .expect_error(413, "invalid_request");

        let json =
            Request::post(path).header("content-type", "application/json").body(Body::from("{}")).unwrap();
        bank.send(json).await.expect_error(400, "invalid_request");
        let in_the_url =
            bank.request(&format!("{path}?client_id=demo-bank-app")).body(Body::empty()).unwrap();
        bank.send(in_the_url).await.expect_error(400, "invalid_request");
    }
}

#[tokio::test]
async fn a_second_way_to_authenticate_or_a_parameter_twice_is_refused() {
    let world = World::new().await;
    let bank = world.bank();
    for path in ENDPOINTS {
        for extra in [("client_secret", "x"), ("client_assertion", "x"), ("client_id", "demo-bank-app")] {
            bank.post(path, &[extra]).await.expect_error(400, "invalid_request");
        }
        let basic = bank.request(path).header("authorization", "Basic ZGVtbzp4");
        let basic = basic.body(Body::from("client_id=demo-bank-app")).unwrap();
        bank.send(basic).await.expect_error(400, "invalid_request");
    }
}

#[tokio::test]
async fn a_client_that_asks_too_often_waits_and_others_do_not() {
    let world = World::with_burst(1).await;
    let asks = [("token", "fat_unknown")];
    assert_eq!(world.bank().post("/introspect", &asks).await.status, 200);
    let answer = world.bank().post("/introspect", &asks).await;
    answer.expect_error(429, "temporarily_unavailable");
    assert!(answer.header("retry-after").parse::<u64>().unwrap() >= 1);
    assert_eq!(world.other().post("/introspect", &asks).await.status, 200);
}

#[tokio::test]
async fn a_client_obtains_tokens_of_its_own() {
    let world = World::new().await;
    let ask = |scope| [("grant_type", "client_credentials"), ("scope", scope)];

    let answer = world.tax().post("/token", &ask("status publish")).await;
    assert_eq!((answer.status.as_u16(), answer.header("cache-control")), (200, "no-store"));
    assert_eq!(answer.body["token_type"], "Bearer");
    assert_eq!(answer.body["expires_in"], 600);
    assert_eq!(answer.body["scope"], "publish status");
    for absent in ["refresh_token", "authorization_details", "grant_id"] {
        assert!(answer.body.get(absent).is_none(), "{absent}");
    }
    let shown = world.tax().post("/introspect", &[("token", &answer.text("access_token"))]).await;
    assert_eq!(shown.body["aud"], "https://api.test/sender/v1");
    assert!(shown.body["cnf"]["x5t#S256"].is_string());

    world.tax().post("/token", &ask("consents")).await.expect_error(400, "invalid_scope");
    world.bank().post("/token", &ask("publish")).await.expect_error(400, "invalid_scope");
    let elsewhere = [("grant_type", "client_credentials"), ("resource", MAILBOX_API)];
    world.tax().post("/token", &elsewhere).await.expect_error(400, "invalid_target");
    assert_eq!(world.bank().post("/token", &elsewhere).await.status, 200);
    let applied = world.party(Role::Provider, "demo-applied-app");
    applied.post("/token", &elsewhere).await.expect_error(400, "unauthorized_client");
    let password = [("grant_type", "password"), ("username", "anna"), ("password", "x")];
    world.bank().post("/token", &password).await.expect_error(400, "unsupported_grant_type");
}

#[tokio::test]
async fn the_metadata_is_public_and_keeps_for_minutes() {
    let world = World::new().await;
    let path = "/.well-known/oauth-authorization-server";

    let answer = world.send(Request::get(path).body(Body::empty()).unwrap()).await;
    assert_eq!((answer.status.as_u16(), answer.header("content-type")), (200, "application/json"));
    assert_eq!(answer.header("cache-control"), "public, max-age=300");
    assert_eq!(answer.body["issuer"], ISSUER);

    let head = world.send(Request::head(path).body(Body::empty()).unwrap()).await;
    assert_eq!((head.status.as_u16(), head.body.is_null()), (200, true));
    let post = world.send(Request::post(path).body(Body::empty()).unwrap()).await;
    assert_eq!((post.status.as_u16(), post.header("allow")), (405, "GET,HEAD"));
}
