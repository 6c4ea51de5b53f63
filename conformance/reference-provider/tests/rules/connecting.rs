//! Getting a consent: metadata, the pushed request, the answer through the browser, the tokens.

use reference_provider::{Error, serve};
use serde_json::{Value, json};

use crate::{
    app::{App, config, escaped, parameter},
    hub::{Answer, Hub, tokens},
    papers::Authority,
};

#[tokio::test]
async fn an_honest_flow_asks_as_fapi_says_and_connects() {
    let hub = Hub::start().await;
    let app = App::start(&hub).await;
    let (one, two) = (app.flow(&hub, "one").await, app.flow(&hub, "two").await);

    let pushed = hub.asked("POST /par");
    for (name, value) in [("client_id", "bank"), ("response_type", "code"), ("code_challenge_method", "S256")]
    {
        assert_eq!(parameter(&pushed[0].body, name).as_deref(), Some(value));
    }
    assert!(pushed[0].certificate.is_some());
    let challenge = |n: usize| parameter(&pushed[n].body, "code_challenge").unwrap();
    assert_ne!(challenge(0), challenge(1));
    assert_ne!(one.state, two.state);
    let carried: Vec<_> =
        one.authorize.query_pairs().map(|(name, value)| format!("{name}={value}")).collect();
    assert_eq!(carried, ["client_id=bank", "request_uri=urn:example:a&b=ü"]);

    assert_eq!(app.comes_back(&one.honest(&hub), &one.cookies).await, 303);
    let redeemed = hub.asked("POST /token");
    assert_eq!(parameter(&redeemed[0].body, "client_id").as_deref(), Some("bank"));
    assert!(parameter(&redeemed[0].body, "code_verifier").is_some());
    assert!(hub.asked("POST /trap").is_empty(), "an alias was passed over");
    let told = app.get(&format!("/flows/{}", one.id)).await;
    assert_eq!(told["answers"], json!([{ "outcome": "connected" }]));
    let connection = app.get(&format!("/connections/{}", told["connectionId"].as_str().unwrap())).await;
    assert_eq!((&connection["customer"], &connection["state"]), (&json!("one"), &json!("connected")));
}

#[tokio::test]
async fn metadata_that_are_not_to_be_trusted_stop_the_flow_before_anything_is_pushed() {
    let hub = Hub::start().await;
    let app = App::start(&hub).await;
    let place = "GET /.well-known/oauth-authorization-server/issuers/one";
    for (member, value, why) in [
        ("issuer", json!(format!("{}/", hub.issuer())), "metadataIssuer"),
        ("token_endpoint", json!("http://hub.localhost/token"), "metadataInsecure"),
        ("authorization_response_iss_parameter_supported", json!(false), "metadataIncomplete"),
        ("authorization_endpoint", Value::Null, "metadataIncomplete"),
    ] {
        let mut metadata = hub.metadata();
        metadata[member] = value;
        hub.next(place, Answer::json(200, &metadata));
        let begun = app.begin("one").await;
        assert_eq!(
            (&begun["state"], &begun["refusal"]),
            (&json!("refused"), &json!(why)),
            "{member}: {begun}"
        );
        assert!(hub.asked("POST /par").is_empty());
    }
    // what does not keep is read again, what keeps is not
    hub.next(place, Answer::json(200, &hub.metadata()).with("cache-control", "max-age=0"));
    for read in [5, 6, 6] {
        app.flow(&hub, "one").await;
        assert_eq!(hub.asked(place).len(), read);
    }
}

#[tokio::test]
async fn a_hub_that_does_not_prove_who_it_is_gets_no_request() {
    let (hub, stranger) = (Hub::start().await, Authority::new());
    let app = App::start(&hub).await;
    let folder = tempfile::tempdir().unwrap();
    let mut elsewhere = config(&hub, folder.path());
    std::fs::write(&elsewhere.ca, &stranger.pem).unwrap();
    elsewhere.options.test_hook = None;
    assert!(matches!(serve(elsewhere, drop).await, Err(Error::Connection(_))));

    let mut named = config(&hub, folder.path());
    named.issuer = named.issuer.replace("hub.localhost", "other.localhost");
    named.options.test_hook = None;
    assert!(matches!(serve(named, drop).await, Err(Error::Connection(_))));
    assert_eq!(hub.count(), 0);
    app.connects(&hub, "one").await;
}

#[tokio::test]
async fn an_answer_to_the_pushed_request_that_is_none_sends_no_browser_anywhere() {
    let hub = Hub::start().await;
    let app = App::start(&hub).await;
    for (answer, why) in [
        (Answer::json(400, &json!({ "error": "invalid_request" })), "pushRefused"),
        (Answer::json(401, &json!({ "error": "invalid_client" })), "clientRefused"),
        (Answer::of(500, "text/html", "<html>"), "hubFailed"),
        (Answer::json(201, &json!({ "request_uri": "urn:x" })), "pushAnswer"),
        (Answer::json(201, &json!({ "request_uri": "urn:x", "expires_in": "90" })), "pushAnswer"),
        (Answer::json(201, &json!({ "expires_in": 90 })), "pushAnswer"),
        (Answer::of(201, "text/html", "{}"), "notJson"),
    ] {
        hub.next("POST /par", answer);
        let begun = app.begin("one").await;
        assert_eq!((&begun["state"], &begun["refusal"]), (&json!("refused"), &json!(why)), "{begun}");
        assert!(begun.get("authorizeUrl").is_none());
    }
    app.connects(&hub, "one").await;
}

#[tokio::test]
async fn an_answer_that_is_not_the_hubs_to_this_browser_brings_no_token_request() {
    let hub = Hub::start().await;
    let app = App::start(&hub).await;
    let iss = escaped(&hub.issuer());
    for (answer, why) in [
        ("code=c&state=STATE".to_owned(), "issuer"),
        (format!("code=c&state=STATE&iss={}", escaped("https://evil.example")), "issuer"),
        (format!("code=c&state=STATE&iss={iss}%2F"), "issuer"),
        ("error=access_denied&state=STATE".to_owned(), "issuer"),
        (format!("code=c&iss={iss}"), "state"),
        (format!("code=c&state=other&iss={iss}"), "state"),
        (format!("code=c&code=d&state=STATE&iss={iss}"), "duplicateParameter"),
        (format!("code=c&error=server_error&state=STATE&iss={iss}"), "contradiction"),
        (format!("response=x&state=STATE&iss={iss}"), "codeMissing"),
        (format!("error=access_denied&state=STATE&iss={iss}"), "accessDenied"),
        (format!("error=server_error&state=STATE&iss={iss}"), "hubRefused"),
        (String::new(), "state"),
    ] {
        let flow = app.flow(&hub, "one").await;
        let status = app.comes_back(&answer.replace("STATE", &flow.state), &flow.cookies).await;
        assert_eq!(status, if why == "accessDenied" { 200 } else { 400 }, "{answer}");
        let told = app.get(&format!("/flows/{}", flow.id)).await;
        assert_eq!((&told["state"], &told["refusal"]), (&json!("refused"), &json!(why)), "{answer}");
    }
    assert!(hub.asked("POST /token").is_empty());
}

#[tokio::test]
async fn an_answer_counts_once_and_in_the_browser_that_asked() {
    let hub = Hub::start().await;
    let app = App::start(&hub).await;
    let (flow, other) = (app.flow(&hub, "one").await, app.flow(&hub, "two").await);

    assert_eq!(app.comes_back(&flow.honest(&hub), "").await, 400);
    let told = app.get(&format!("/flows/{}", flow.id)).await;
    assert_eq!((&told["state"], &told["refusal"]), (&json!("redirected"), &json!("noSession")));
    assert_eq!(app.comes_back(&flow.honest(&hub), &other.cookies).await, 400);
    assert_eq!(app.get(&format!("/flows/{}", other.id)).await["refusal"], "state");
    assert!(hub.asked("POST /token").is_empty());

    assert_eq!(app.comes_back(&flow.honest(&hub), &flow.cookies).await, 303);
    assert_eq!(app.comes_back(&flow.honest(&hub), &flow.cookies).await, 400);
    let told = app.get(&format!("/flows/{}", flow.id)).await;
    assert_eq!((&told["state"], &told["refusal"]), (&json!("connected"), &json!("noSession")));
    assert_eq!(told["answers"].as_array().unwrap().len(), 3);
    assert_eq!(hub.asked("POST /token").len(), 1);
}

#[tokio::test]
async fn a_foreign_page_begins_no_consent() {
    let hub = Hub::start().await;
    let app = App::start(&hub).await;
    assert_eq!(app.sends("/connect", "cross-site", "").await, 403);
    assert!(app.page("/connect", "").await.is_empty(), "a link begins nothing either");
    assert!(hub.asked("POST /par").is_empty());
    assert_eq!(app.sends("/connect", "same-origin", "").await, 303);
    assert_eq!(hub.asked("POST /par").len(), 1);
}

#[tokio::test]
async fn a_token_answer_that_is_not_one_makes_no_connection_and_the_code_is_sent_once() {
    let hub = Hub::start().await;
    let app = App::start(&hub).await;
    let with = |member: &str, value: Value| {
        let mut tokens = tokens();
        tokens[member] = value;
        Answer::json(200, &tokens)
    };
    let mut wider = tokens();
    wider["authorization_details"][0]["actions"] = json!(["list", "archive"]);
    let big = format!("\"{}\"", "x".repeat(5 << 20));
    for (answer, why) in [
        (with("token_type", json!("DPoP")), "tokenType"),
        (with("access_token", json!("")), "tokenMissing"),
        (with("access_token", Value::Null), "tokenMissing"),
        (with("authorization_details", json!([])), "tokenAnswer"),
        (Answer::json(200, &wider), "tooMuchGranted"),
        (Answer::of(200, "text/html", "<html>"), "tokenAnswer"),
        (Answer::of(200, "application/json", "<html>"), "tokenAnswer"),
        (Answer::of(200, "application/json", big), "tooLarge"),
        (Answer::of(500, "text/html", "<html>"), "hubFailed"),
        (Answer::json(400, &json!({ "error": "invalid_grant" })), "grantEnded"),
    ] {
        hub.forget();
        let flow = app.flow(&hub, "one").await;
        hub.next("POST /token", answer);
        app.comes_back(&flow.honest(&hub), &flow.cookies).await;
        let told = app.get(&format!("/flows/{}", flow.id)).await;
        assert_eq!((&told["state"], &told["refusal"]), (&json!("refused"), &json!(why)), "{told}");
        assert_eq!(hub.asked("POST /token").len(), 1);
        assert_eq!(hub.asked("POST /revoke").len(), usize::from(why == "tooMuchGranted"));
    }
    let mut odd = tokens();
    odd["token_type"] = json!("bEaReR");
    odd["new"] = json!(1);
    hub.next("POST /token", Answer::json(200, &odd));
    app.connects(&hub, "one").await;
}

#[tokio::test]
async fn the_hook_opens_on_loopback_for_whoever_knows_the_secret() {
    let hub = Hub::start().await;
    let app = App::start(&hub).await;
    assert_eq!(app.stranger("/").await, 401);
    assert_eq!(app.get("/").await["hook"], "1.0");

    let folder = tempfile::tempdir().unwrap();
    let mut outside = config(&hub, folder.path());
    outside.options.test_hook = Some("0.0.0.0:0".parse().unwrap());
    assert!(matches!(serve(outside, drop).await, Err(Error::TestHook(_))));
    let short = config(&hub, folder.path());
    std::fs::write(short.options.test_hook_secret_file.as_ref().unwrap(), "short").unwrap();
    assert!(matches!(serve(short, drop).await, Err(Error::TestHook(_))));
}
