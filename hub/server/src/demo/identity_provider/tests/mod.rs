//! The whole login as a client and a browser without script see it.

mod desk;

use std::time::Duration;

use axum::http::StatusCode;

use self::desk::{CALLBACK, Desk, ISSUER, VERIFIER, hidden};
use super::{LOW, SUBSTANTIAL, discovery};
use crate::demo::people::People;

#[tokio::test]
async fn a_login_becomes_a_signed_id_token() {
    let desk = Desk::new();
    let answer = desk.log_in("anna", "substantial").await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER);
    assert_eq!(answer.parameter("state").as_deref(), Some("the state"));
    assert_eq!(answer.parameter("iss").as_deref(), Some(ISSUER));

    let tokens = desk.redeem(&answer.parameter("code").unwrap(), &[]).await.json();
    let claims = desk.claims(tokens["id_token"].as_str().unwrap()).await;

    assert_eq!(tokens["token_type"], "Bearer");
    assert_eq!(claims["nonce"], "the nonce");
    assert_eq!(claims["acr"], SUBSTANTIAL);
    assert_eq!(claims["ssin"], "00011200134");
    assert_eq!(claims["name"], "Test Citizen Anna");
    assert_eq!(claims["auth_time"], desk.clock.now().seconds());
}

#[tokio::test]
async fn a_weak_login_says_so_in_the_token() {
    let desk = Desk::new();
    let code = desk.log_in("bram", "low").await.parameter("code").unwrap();
    let tokens = desk.redeem(&code, &[]).await.json();
    assert_eq!(desk.claims(tokens["id_token"].as_str().unwrap()).await["acr"], LOW);
}

#[tokio::test]
async fn a_code_works_once_and_for_a_minute() {
    let desk = Desk::new();
    let code = desk.log_in("anna", "substantial").await.parameter("code").unwrap();
    assert_eq!(desk.redeem(&code, &[]).await.status, StatusCode::OK);
    assert_eq!(desk.redeem(&code, &[]).await.json()["error"], "invalid_grant");

    let late = desk.log_in("anna", "substantial").await.parameter("code").unwrap();
    desk.clock.advance(Duration::from_secs(61));
    assert_eq!(desk.redeem(&late, &[]).await.json()["error"], "invalid_grant");
}

#[tokio::test]
async fn a_code_is_refused_with_another_verifier_or_redirect_uri() {
    let desk = Desk::new();
    let other = "another-verifier-of-at-least-forty-three-characters";
    for change in [("code_verifier", other), ("redirect_uri", "https://facteur.localhost:8443/")] {
        let code = desk.log_in("anna", "substantial").await.parameter("code").unwrap();
        assert_eq!(desk.redeem(&code, &[change]).await.json()["error"], "invalid_grant", "{}", change.0);
    }
}

#[tokio::test]
async fn the_client_must_prove_itself() {
    let desk = Desk::new();
    let code = desk.log_in("anna", "substantial").await.parameter("code").unwrap();
    let form = [
        ("grant_type", "authorization_code"),
        ("code", code.as_str()),
        ("redirect_uri", CALLBACK),
        ("code_verifier", VERIFIER),
    ];
    assert_eq!(desk.post("/token", &form, None).await.status, StatusCode::UNAUTHORIZED);
    assert_eq!(desk.post("/token", &form, Some("hub:wrong")).await.status, StatusCode::UNAUTHORIZED);

    let posted = [&form[..], &[("client_id", "hub"), ("client_secret", "s3cret+/=")]].concat();
    assert_eq!(desk.post("/token", &posted, None).await.status, StatusCode::OK);
}

#[tokio::test]
async fn the_login_page_speaks_the_asked_language_and_shows_no_ssin() {
    let desk = Desk::new();
    assert!(desk.ask(&[("ui_locales", "de")]).await.body.contains("<html lang=\"de\">"));
    let page = desk.ask(&[("login_hint", "claire")]).await;
    assert!(page.body.contains("<html lang=\"fr\">"), "the browser's language");
    assert!(page.body.contains("value=\"claire\" checked"));
    for citizen in People::of_demo().unwrap().citizen {
        assert!(page.body.contains(&citizen.name) && !page.body.contains(&citizen.ssin));
    }
    assert!(page.policy.contains("form-action 'self' https://facteur.localhost:8443;"));
    assert!(page.policy.starts_with("default-src 'none'"));
}

#[tokio::test]
async fn forgetting_to_choose_shows_the_page_again_and_cancelling_goes_back() {
    let desk = Desk::new();
    let page = desk.ask(&[]).await;
    let login = hidden(&page.body, "login");

    let again =
        desk.post("/login", &[("login", &login), ("language", "en"), ("answer", "login")], None).await;
    assert_eq!(again.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(again.body.contains("First choose who you are."));

    let cancelled = desk.post("/login", &[("login", &login), ("answer", "cancel")], None).await;
    assert_eq!(cancelled.parameter("error").as_deref(), Some("access_denied"));
}

#[tokio::test]
async fn a_login_page_is_good_for_ten_minutes() {
    let desk = Desk::new();
    let login = hidden(&desk.ask(&[]).await.body, "login");
    desk.clock.advance(Duration::from_secs(601));
    let form = [("login", login.as_str()), ("citizen", "anna"), ("answer", "login")];
    assert_eq!(desk.post("/login", &form, None).await.status, StatusCode::BAD_REQUEST);
}

#[tokio::test]
async fn a_bad_request_is_told_to_the_client_only_if_the_way_back_is_known() {
    let desk = Desk::new();
    for change in [("client_id", "somebody"), ("redirect_uri", "https://attacker.example/")] {
        let page = desk.ask(&[change]).await;
        assert_eq!((page.status, page.location.is_none()), (StatusCode::BAD_REQUEST, true), "{}", change.0);
    }
    for (name, value, error) in [
        ("response_type", "token", "unsupported_response_type"),
        ("scope", "email", "invalid_scope"),
        ("nonce", "", "invalid_request"),
        ("code_challenge", "", "invalid_request"),
        ("prompt", "none", "login_required"),
        ("request", "ey", "request_not_supported"),
    ] {
        let answer = desk.ask(&[(name, value)]).await;
        assert_eq!(answer.parameter("error").as_deref(), Some(error), "{name}");
        assert_eq!(answer.parameter("state").as_deref(), Some("the state"));
    }
}

#[tokio::test]
async fn logging_out_goes_back_only_to_where_the_client_registered() {
    let desk = Desk::new();
    let code = desk.log_in("anna", "substantial").await.parameter("code").unwrap();
    let tokens = desk.redeem(&code, &[]).await.json();
    let hint = tokens["id_token"].as_str().unwrap();
    let target = "https://facteur.localhost:8443/";

    let back = desk
        .get(&format!("/end_session?id_token_hint={hint}&post_logout_redirect_uri={target}&state=x"))
        .await;
    assert_eq!(back.location.unwrap().as_str(), "https://facteur.localhost:8443/?state=x");
    let elsewhere =
        desk.get("/end_session?client_id=hub&post_logout_redirect_uri=https://attacker.example/").await;
    assert_eq!((elsewhere.status, elsewhere.location), (StatusCode::OK, None));
}

#[tokio::test]
async fn the_metadata_names_endpoints_under_the_issuer() {
    let metadata = Desk::new().get(discovery::PATH).await.json();
    assert_eq!(metadata["issuer"], ISSUER);
    for endpoint in ["authorization_endpoint", "token_endpoint", "jwks_uri", "end_session_endpoint"] {
        assert!(metadata[endpoint].as_str().unwrap().starts_with(ISSUER), "{endpoint}");
    }
}
