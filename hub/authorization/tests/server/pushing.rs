//! Pushing an authorization request.

use std::time::Duration;

use hub_core::peer::Role;
use hub_core::request::Stage;

use crate::world::{DETAILS, World, request};

#[tokio::test]
async fn a_complete_request_is_kept_for_90_seconds() {
    let world = World::new().await;

    let answer = world.bank().post("/par", &request()).await;

    assert_eq!((answer.status.as_u16(), answer.header("cache-control")), (201, "no-store"));
    assert_eq!(answer.body["expires_in"], 90);
    let uri = answer.text("request_uri");
    let secret = uri.strip_prefix("urn:ietf:params:oauth:request_uri:").unwrap();
    assert_eq!(secret.len(), 43, "256 bits");
    let opened = world.hub.request("demo-bank-app", &uri, None).await.unwrap();
    assert_eq!(opened.view().unwrap().stage, Stage::Open);
    assert!(world.hub.request("demo-other-app", &uri, None).await.is_err());
    world.clock.advance(Duration::from_secs(90));
    assert_eq!(opened.view().unwrap().stage, Stage::Lapsed);
}

#[tokio::test]
async fn whatever_is_wrong_is_said_at_once() {
    let world = World::new().await;
    let cases = [
        ("response_type", Some("code id_token"), "unsupported_response_type"),
        ("response_type", Some("token"), "unsupported_response_type"),
        ("response_type", None, "invalid_request"),
        ("response_mode", Some("fragment"), "invalid_request"),
        ("redirect_uri", None, "invalid_request"),
        ("redirect_uri", Some("http://bank.localhost/callback"), "invalid_request"),
        ("redirect_uri", Some("https://bank.localhost/callback/"), "invalid_request"),
        ("redirect_uri", Some("https://bank.localhost/callback?x=1"), "invalid_request"),
        ("redirect_uri", Some("https://bank.localhost/callback#x"), "invalid_request"),
        ("redirect_uri", Some("https://bank.localhost@evil.test/callback"), "invalid_request"),
        ("redirect_uri", Some("https://BANK.localhost/callback"), "invalid_request"),
        ("redirect_uri", Some("https://other.localhost/callback"), "invalid_request"),
        ("code_challenge", None, "invalid_request"),
        ("code_challenge", Some("short"), "invalid_request"),
        ("code_challenge_method", None, "invalid_request"),
        ("code_challenge_method", Some("plain"), "invalid_request"),
        ("request_uri", Some("urn:ietf:params:oauth:request_uri:x"), "invalid_request"),
        ("request", Some("eyJhbGciOiJub25lIn0.e30."), "request_not_supported"),
        ("scope", Some("openid"), "invalid_scope"),
        ("resource", Some("https://api.test/sender/v1"), "invalid_target"),
        ("authorization_details", None, "invalid_request"),
    ];
    for (name, value, code) in cases {
        let mut parameters = request();
        parameters.retain(|(known, _)| *known != name);
        parameters.extend(value.map(|value| (name, value)));
        let answer = world.bank().post("/par", &parameters).await;
        println!("{name} = {value:?}");
        answer.expect_error(400, code);
    }
}

#[tokio::test]
async fn details_of_any_other_shape_are_refused() {
    let world = World::new().await;
    let cases = [
        ("mailbox\",\"loc", "account\",\"loc"),
        (r#""type":"mailbox","#, ""),
        (r#""mailboxKind":"citizen","#, ""),
        (r#""citizen""#, r#""company""#),
        (r#""citizen""#, "7"),
        (r#""P12M""#, r#""P13M""#),
        (r#""P12M""#, r#""P1Y1D""#),
        (r#""P12M""#, r#""P11M31D""#),
        (r#""P12M""#, r#""P1M15D""#),
        (r#""P12M""#, r#""P12m""#),
        (r#""P12M""#, r#""P012M""#),
        (r#""markRead""#, r#""delete""#),
        (r#""markRead""#, r#""list""#),
        ("https://api.test/mailbox/v1", "https://elsewhere.test/mailbox/v1"),
        (r#""type""#, r#""ssin":"x","type""#),
        ("}]", "},{}]"),
        ("}]", "}"),
    ];
    let mut passed = Vec::new();
    for (from, to) in cases {
        let changed = DETAILS.replacen(from, to, 1);
        assert_ne!(changed, DETAILS, "{from}");
        let mut parameters: Vec<(&str, &str)> = request();
        parameters.retain(|(name, _)| *name != "authorization_details");
        parameters.push(("authorization_details", &changed));
        let answer = world.bank().post("/par", &parameters).await;
        if answer.status == 201 {
            passed.push(to);
        } else {
            answer.expect_error(400, "invalid_authorization_details");
        }
    }
    assert_eq!(passed, [""; 0], "pushed although the schema refuses it");
}

#[tokio::test]
async fn only_an_active_provider_pushes() {
    let world = World::new().await;
    world.tax().post("/par", &request()).await.expect_error(400, "unauthorized_client");
    let applied = world.party(Role::Provider, "demo-applied-app");
    applied.post("/par", &request()).await.expect_error(400, "unauthorized_client");
}

#[tokio::test]
async fn unknown_and_empty_parameters_do_no_harm() {
    let world = World::new().await;
    let extra = [("nonce", "n"), ("prompt", "login"), ("colour", "red"), ("scope", ""), ("request", "")];
    let long_state = "s".repeat(2_000);
    let mut parameters: Vec<(&str, &str)> = request();
    parameters.retain(|(name, _)| *name != "state");
    parameters.push(("state", &long_state));
    let answer = world.bank().post("/par", &[&parameters[..], &extra].concat()).await;
    assert_eq!(answer.status, 201, "{}", answer.body);
}
