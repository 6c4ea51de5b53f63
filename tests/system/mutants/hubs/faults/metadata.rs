//! Faults at the doors and in what a hub says of itself.

use serde_json::{Value, json};

use super::{Fault, Habit, answers, asks, greets};
use crate::mutants::hubs::message::{Answer, Door, Papers, Request};

pub(super) const FAULTS: &[Fault] = &[
    greets("speaks-old-tls", Habit::GreetsOldVersions),
    greets("agrees-to-weak-suites", Habit::GreetsWeakSuites),
    greets("speaks-tls-1.3-only", Habit::NewestOnly),
    greets("speaks-tls-1.2-only", Habit::OlderOnly),
    asks("pushes-without-certificate", |request, _| {
        shows(request, "/par", Papers::Nobody, Papers::First);
        None
    }),
    asks("pushes-with-a-strangers-certificate", |request, _| {
        shows(request, "/par", Papers::Stranger, Papers::First);
        None
    }),
    asks("serves-without-certificate-and-token", |request, _| {
        let nobodys = request.papers == Papers::Nobody && request.bearer().is_none();
        let list = json!({"self": "https://api.localhost/mailbox/v1/mailboxes", "items": [], "pageSize": 10});
        (request.reads("/mailboxes") && nobodys).then(|| Answer::json(200, &list))
    }),
    answers("metadata-is-a-page", |request, answer, _| {
        if is_metadata(request) {
            answer.set("content-type", "text/html");
        }
    }),
    answers("issuer-has-a-slash", |request, answer, _| {
        changes(request, answer, |said| {
            said["issuer"] = format!("{}/", said["issuer"].as_str().unwrap()).into();
        });
    }),
    answers("offers-plain-challenges", |request, answer, _| {
        changes(request, answer, |said| said["code_challenge_methods_supported"] = json!(["S256", "plain"]));
    }),
    answers("says-nothing-of-iss", |request, answer, _| {
        changes(request, answer, |said| {
            removes(said, "authorization_response_iss_parameter_supported");
        });
    }),
    answers("offers-client-secrets", |request, answer, _| {
        changes(request, answer, |said| {
            said["token_endpoint_auth_methods_supported"] = json!(["tls_client_auth", "client_secret_basic"]);
        });
    }),
    answers("leaves-grant-types-to-defaults", |request, answer, _| {
        changes(request, answer, |said| removes(said, "grant_types_supported"));
    }),
    answers("lists-nothing", |request, answer, _| {
        changes(request, answer, |said| said["ui_locales_supported"] = json!([]));
    }),
    answers("metadata-of-its-own", |request, answer, _| {
        changes(request, answer, |said| said["colour"] = json!("red"));
    }),
    answers("names-no-aliases", |request, answer, _| {
        changes(request, answer, |said| removes(said, "mtls_endpoint_aliases"));
    }),
    answers("lists-no-details-types", |request, answer, _| {
        changes(request, answer, |said| removes(said, "authorization_details_types_supported"));
    }),
    answers("lists-no-grant-actions", |request, answer, _| {
        changes(request, answer, |said| removes(said, "grant_management_actions_supported"));
    }),
    answers("describes-another-resource", |request, answer, _| {
        if request.path().starts_with("/.well-known/oauth-protected-resource") {
            answer.edit(|said| said["resource"] = format!("{}/", said["resource"].as_str().unwrap()).into());
        }
    }),
    answers("challenges-without-a-description", |_, answer, _| {
        if answer.header("www-authenticate").contains("resource_metadata") {
            answer.set("www-authenticate", "Bearer");
        }
    }),
    answers("does-not-insist-on-tls", |request, answer, _| {
        if request.door == Door::Browsers {
            answer.remove("strict-transport-security");
        }
    }),
    answers("is-read-by-other-origins", |request, answer, _| {
        if request.path() == "/authorize" && !request.header("origin").is_empty() {
            answer.set("access-control-allow-origin", "*");
        }
    }),
    answers("does-not-date-refusals", |_, answer, _| {
        if !answer.is_ok() {
            answer.remove("date");
        }
    }),
];

fn is_metadata(request: &Request) -> bool {
    request.path() == "/.well-known/oauth-authorization-server"
}

fn changes(request: &Request, answer: &mut Answer, change: impl FnOnce(&mut Value)) {
    if is_metadata(request) {
        answer.edit(change);
    }
}

fn removes(said: &mut Value, member: &str) {
    said.as_object_mut().unwrap().remove(member);
}

/// Who comes to a path without a certificate that counts is taken for somebody.
fn shows(request: &mut Request, path: &str, from: Papers, to: Papers) {
    if request.is("POST", path) && request.papers == from {
        request.papers = to;
    }
}
