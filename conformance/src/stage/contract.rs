//! The honest answers of the played hub are what the contract's own documents say.

use serde_json::{Value, json};

use super::{
    Setting,
    door::Wire,
    endpoint::machine,
    events::Signer,
    truth::Truth,
    wire::{Answer, Call, Content, parameters},
};

const APP: &str = "thumbprint-of-the-app";

fn truth() -> Truth {
    let setting = Setting {
        issuer: "https://hub.example".into(),
        machines: "https://api.hub.example".into(),
        client_id: "bank".into(),
        redirect_uri: "https://bank.example/callback".into(),
        certificates: vec![APP.into()],
    };
    Truth::new(setting, Signer::new().unwrap())
}

fn call(method: &str, path: &str, token: &str, body: &str) -> Call {
    let (path, query) = path.split_once('?').unwrap_or((path, ""));
    let form = if body.contains('=') { parameters(body.as_bytes()) } else { Vec::new() };
    Call {
        method: method.into(),
        path: path.into(),
        raw_query: query.into(),
        query: parameters(query.as_bytes()),
        headers: vec![("authorization".into(), format!("Bearer {token}"))],
        body: body.as_bytes().to_vec(),
        form,
        wire: Wire { peer: Some(APP.into()), ..Wire::default() },
    }
}

fn asks(truth: &mut Truth, method: &str, path: &str, token: &str) -> Answer {
    let call = call(method, &format!("/mailbox/v1{path}"), token, r#"{"read":true}"#);
    let route = machine(method, &call.path);
    truth.api(&route, &call)
}

/// A consent of customer one for everything, with its access token and one of the app's own.
fn world() -> (Truth, String, String, String) {
    let mut truth = truth();
    let actions = ["list", "readContent", "markRead", "synchronise"].map(str::to_owned).to_vec();
    let place = truth.consents(0, actions).unwrap();
    let token = truth.grants.access_token(Some(place), vec![], Some(APP.into()));
    let scopes = ["feed", "synchronise", "consents"].map(str::to_owned).to_vec();
    let own = truth.grants.access_token(None, scopes, Some(APP.into()));
    let mailbox = truth.mailboxes[0].id.clone();
    (truth, token, own, mailbox)
}

/// Compares an answer with a schema of the mailbox API's document.
fn fits(schema: &str, answer: &Answer, status: u16) -> Value {
    assert_eq!(answer.status, status, "{schema}");
    let Content::Json(body) = &answer.body else { panic!("{schema}: no JSON") };
    let document: Value = serde_yaml_ng::from_str(specs::MAILBOX_OPENAPI).unwrap();
    let whole = json!({
        "$ref": format!("#/components/schemas/{schema}"), "components": document["components"],
    });
    let validator = jsonschema::draft7::options().build(&whole).unwrap();
    let wrong: Vec<String> = validator.iter_errors(body).map(|error| error.to_string()).collect();
    assert!(wrong.is_empty(), "{schema}: {wrong:?}\n{body:#}");
    body.clone()
}

#[test]
fn lists_and_letters_have_the_shapes_of_the_document() {
    let (mut truth, token, own, mailbox) = world();
    fits("Mailboxes", &asks(&mut truth, "GET", "/mailboxes", &token), 200);
    fits("Mailboxes", &asks(&mut truth, "GET", "/mailboxes", &own), 200);
    fits("Mailbox", &asks(&mut truth, "GET", &format!("/mailboxes/{mailbox}"), &token), 200);
    let messages = format!("/mailboxes/{mailbox}/messages");
    let list = fits("Messages", &asks(&mut truth, "GET", &format!("{messages}?pageSize=1"), &token), 200);
    assert!(list["next"].is_string());
    let letter = format!("{messages}/{}", list["items"][0]["messageId"].as_str().unwrap());
    let whole = fits("Message", &asks(&mut truth, "GET", &letter, &token), 200);
    let marked = fits("MessageSummary", &asks(&mut truth, "PATCH", &letter, &token), 200);
    assert_eq!(marked["read"], json!(true));
    let file = whole["attachments"][0]["attachmentId"].as_str().unwrap();
    let content = asks(&mut truth, "GET", &format!("{letter}/attachments/{file}/content"), &token);
    assert_eq!(json!(content.bytes_of_body().len()), whole["attachments"][0]["size"]);
    fits("Limits", &asks(&mut truth, "GET", "/limits", &token), 200);
}

#[test]
fn the_feed_and_consents_have_the_shapes_of_the_document() {
    let (mut truth, _, own, mailbox) = world();
    truth.publishes(0, "News").unwrap();
    let feed = fits("Changes", &asks(&mut truth, "GET", "/changes", &own), 200);
    let kinds: Vec<&str> =
        feed["items"].as_array().unwrap().iter().map(|item| item["kind"].as_str().unwrap()).collect();
    assert_eq!(kinds, ["consentGranted", "messageAvailable"]);
    fits("Changes", &asks(&mut truth, "GET", "/changes?after=latest", &own), 200);
    let consents = fits("Consents", &asks(&mut truth, "GET", "/consents", &own), 200);
    let id = consents["items"][0]["consentId"].as_str().unwrap().to_owned();
    fits("OneConsent", &asks(&mut truth, "GET", &format!("/consents/{id}"), &own), 200);
    assert_eq!(asks(&mut truth, "DELETE", &format!("/consents/{id}"), &own).status, 204);
    let feed = fits("Changes", &asks(&mut truth, "GET", "/changes", &own), 200);
    assert_eq!(feed["items"].as_array().unwrap().len(), 1);
    assert_eq!(feed["items"][0]["mailboxId"], json!(mailbox));
}

#[test]
fn refusals_have_the_shapes_of_the_document() {
    let (mut truth, token, own, mailbox) = world();
    fits("Problem", &asks(&mut truth, "GET", "/mailboxes", "nothing"), 401);
    fits("Problem", &asks(&mut truth, "GET", "/changes", &token), 403);
    fits("Problem", &asks(&mut truth, "GET", "/mailboxes?order=1", &token), 400);
    fits("Problem", &asks(&mut truth, "GET", "/changes?after=c-99", &own), 410);
    let other = truth.mailboxes[1].id.clone();
    fits("Problem", &asks(&mut truth, "GET", &format!("/mailboxes/{other}/messages"), &token), 404);
    truth.knobs.refused_certificates = vec![APP.into()];
    fits("Problem", &asks(&mut truth, "GET", "/mailboxes", &token), 401);
    truth.knobs.refused_certificates.clear();
    truth.ends(0);
    fits("Problem", &asks(&mut truth, "GET", &format!("/mailboxes/{mailbox}/messages"), &token), 401);
}

#[test]
fn what_is_granted_has_the_shape_of_its_schema() {
    let (truth, ..) = world();
    let schema: Value = serde_json::from_str(specs::MAILBOX_GRANTED_SCHEMA).unwrap();
    let granted = truth.grants.consents[0].details(&truth.setting.resource());
    assert!(jsonschema::validator_for(&schema).unwrap().is_valid(&granted), "{granted:#}");
}

#[test]
fn a_consent_is_superseded_by_a_newer_one_of_its_mailbox() {
    let (mut truth, token, ..) = world();
    truth.consents(0, vec!["list".into()]).unwrap();
    assert_eq!(asks(&mut truth, "GET", "/mailboxes", &token).status, 401);
}
