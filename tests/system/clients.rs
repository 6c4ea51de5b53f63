//! The real components themselves: they start, speak with each other, and end with their test.

use serde_json::{Value, json};
use system_tests::authority::Authority;
use system_tests::program::Program;

/// The identity provider with one relying party that nothing listens behind.
async fn identity_provider(authority: &Authority) -> (Program, String) {
    let provider = Program::start("identity-provider.mjs");
    let server = authority.server(&["identity.localhost"]);
    let accounts = json!([
        {"sub": "anna", "ssin": "00000000097", "givenName": "Anna", "familyName": "Demo"},
        {"sub": "bert", "ssin": "00000000196", "givenName": "Bert", "familyName": "Demo"}]);
    let started = provider
        .call("start", json!({"certificate": server.certificate, "key": server.key, "accounts": accounts}))
        .await;
    let issuer = started["issuer"].as_str().unwrap().to_owned();
    let client = json!({
        "client_id": "hub", "client_secret": "a-secret-of-the-test",
        "redirect_uris": [format!("{issuer}/.well-known/openid-configuration")],
        "post_logout_redirect_uris": [format!("{issuer}/.well-known/openid-configuration?out")]});
    provider.call("register", json!({"client": client})).await;
    (provider, issuer)
}

#[tokio::test]
async fn a_citizen_logs_in_with_a_real_browser() {
    let authority = Authority::new("Test servers");
    let (provider, issuer) = identity_provider(&authority).await;
    let (browser, client) = (Program::start("browser.mjs"), Program::start("provider.mjs"));
    browser.call("start", json!({})).await;
    browser.call("tab", json!({"name": "anna", "script": false})).await;
    client.call("trust", json!({"ca": authority.certificate})).await;
    let back = format!("{issuer}/.well-known/openid-configuration");

    let asked = format!(
        "{issuer}/auth?client_id=hub&response_type=code&scope=openid&redirect_uri={back}&state=s&nonce=n\
         &prompt=login&acr_values=urn:facteur:demo:substantial\
         &code_challenge=E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM&code_challenge_method=S256"
    );
    browser.call("open", json!({"url": asked})).await;
    browser.call("check", json!({"label": "Bert Demo"})).await;
    browser.call("click", json!({"role": "button", "name": "Log in"})).await;
    let url = browser.call("url", json!({})).await;
    let code = url.as_str().unwrap().split("code=").nth(1).unwrap().split('&').next().unwrap();

    let form = json!({"grant_type": "authorization_code", "code": code, "redirect_uri": back,
        "code_verifier": "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"});
    let basic = "Basic aHViOmEtc2VjcmV0LW9mLXRoZS10ZXN0";
    let request = json!({"url": format!("{issuer}/token"), "form": form, "headers": {"authorization": basic}, "as": "none"});
    let answer = client.call("fetch", request).await;
    assert_eq!(answer["status"], 200, "{answer:#}");
    let tokens: Value = serde_json::from_str(answer["body"].as_str().unwrap()).unwrap();
    let claims = claims(tokens["id_token"].as_str().unwrap());
    assert_eq!(claims["ssin"], "00000000196");
    assert_eq!(claims["acr"], "urn:facteur:demo:substantial");
    assert!(claims["auth_time"].is_i64());
    drop(provider);
}

/// The claims of an ID token; its signature is the relying party's business.
fn claims(token: &str) -> Value {
    let payload = token.split('.').nth(1).unwrap();
    let bytes = base64url(payload);
    serde_json::from_slice(&bytes).unwrap()
}

fn base64url(text: &str) -> Vec<u8> {
    const ALPHABET: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    let mut out = Vec::new();
    let (mut bits, mut kept) = (0_u32, 0);
    for c in text.bytes() {
        bits = bits << 6 | u32::try_from(ALPHABET.iter().position(|&a| a == c).unwrap()).unwrap();
        kept += 6;
        if kept >= 8 {
            kept -= 8;
            out.push(u8::try_from(bits >> kept & 0xff).unwrap());
        }
    }
    out
}

#[tokio::test]
async fn a_page_that_complains_fails_the_command() {
    let browser = Program::start("browser.mjs");
    browser.call("start", json!({})).await;
    browser.call("tab", json!({"name": "one", "width": 320})).await;

    let failure =
        browser.fails("open", json!({"url": "data:text/html,<script>throw Error('broken')</script>"})).await;
    assert!(failure.message().contains("broken"), "{failure:?}");

    let good =
        "data:text/html,<html lang=en><title>Good</title><main><h1>Hello</h1><button>Go</button></main>";
    let page = browser.call("open", json!({"url": good})).await;
    assert_eq!(page["title"], "Good");
    browser.call("press", json!({"key": "Tab"})).await;
    assert_eq!(browser.call("focused", json!({})).await["tag"], "button");
    let axe = browser.call("axe", json!({})).await;
    assert_eq!(axe["violations"], json!([]), "{axe:#}");
    let layout = browser.call("layout", json!({})).await;
    assert_eq!(layout["width"], 320);
}

#[tokio::test]
async fn a_client_refuses_a_server_it_does_not_trust() {
    let (authority, other) = (Authority::new("Test servers"), Authority::new("Other servers"));
    let (_provider, issuer) = identity_provider(&authority).await;
    let client = Program::start("provider.mjs");
    client.call("trust", json!({"ca": other.certificate})).await;

    let failure = client.fails("fetch", json!({"url": issuer.as_str(), "as": "none"})).await;

    assert!(failure.0.to_string().contains("certificate"), "{failure:?}");
}
