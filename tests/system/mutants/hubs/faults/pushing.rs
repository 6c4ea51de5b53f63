//! Faults of pushed authorization requests: what is taken that should be refused, and how refusals are told.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::{Fault, answers, asks, both};
use crate::mutants::hubs::memory::Memory;
use crate::mutants::hubs::message::{Answer, Door, Pairs, Papers, Request};

pub(super) const FAULTS: &[Fault] = &[
    answers("request-lives-ten-minutes", |request, answer, _| {
        if request.is("POST", "/par") && answer.is_ok() {
            answer.edit(|said| said["expires_in"] = json!(600));
        }
    }),
    answers("pushed-answers-may-be-kept", |request, answer, _| {
        if request.is("POST", "/par") {
            answer.set("cache-control", "max-age=60");
        }
    }),
    both("numbers-its-requests", numbered_on_the_way_in, numbered_on_the_way_out),
    asks("pushes-for-another-client", |request, _| {
        if request.is("POST", "/par") && request.papers == Papers::Second {
            request.papers = named(request).unwrap_or(Papers::Second);
        }
        None
    }),
    asks("knows-clients-by-certificate-alone", |request, _| {
        pushed(request, |request| {
            if request.field("client_id").is_none() {
                request.set_field("client_id", Some(request.papers.client()));
            }
        })
    }),
    asks("passes-over-a-nested-request", |request, _| {
        pushed(request, |request| request.set_field("request_uri", None))
    }),
    asks("takes-any-redirect-uri", |request, memory| {
        learns_home(request, memory);
        let home = memory.kept("home");
        pushed(request, |request| {
            if request.field("redirect_uri").is_some() && home.is_some() {
                request.set_field("redirect_uri", home.as_deref());
            }
        })
    }),
    asks("compares-redirect-uris-by-their-beginning", |request, memory| {
        learns_home(request, memory);
        let home = memory.kept("home")?;
        pushed(request, |request| {
            if request.field("redirect_uri").is_some_and(|uri| uri.starts_with(&home)) {
                request.set_field("redirect_uri", Some(&home));
            }
        })
    }),
    asks("has-a-default-redirect-uri", |request, memory| {
        learns_home(request, memory);
        let home = memory.kept("home");
        pushed(request, |request| {
            if request.field("redirect_uri").is_none() {
                request.set_field("redirect_uri", home.as_deref());
            }
        })
    }),
    asks("asks-for-no-challenge", |request, _| {
        pushed(request, |request| {
            if request.field("code_challenge").is_none_or(|challenge| challenge.is_empty()) {
                request.set_field("code_challenge", Some(&"A".repeat(43)));
                request.set_field("code_challenge_method", Some("S256"));
            }
        })
    }),
    asks("takes-plain-challenges", |request, _| {
        pushed(request, |request| {
            if request.field("code_challenge").is_some() {
                request.set_field("code_challenge_method", Some("S256"));
            }
        })
    }),
    asks("takes-other-response-types", |request, _| {
        pushed(request, |request| request.set_field("response_type", Some("code")))
    }),
    asks("passes-over-unknown-members-of-details", |request, _| {
        pushed(request, |request| {
            details(request, |details| drop(details.as_object_mut().unwrap().remove("colour")));
        })
    }),
    asks("takes-unknown-details", |request, _| {
        pushed(request, |request| details(request, |details| details["type"] = json!("mailbox")))
    }),
    asks("takes-the-first-of-two", |request, _| {
        if request.is("POST", "/par") {
            first_of_each(request);
        }
        None
    }),
    asks("takes-the-first-of-two-at-the-token-endpoint", |request, _| {
        if request.is("POST", "/token") {
            first_of_each(request);
            if request.is_grant("client_credentials") && request.field("scope").is_none() {
                request.set_field("scope", Some("feed"));
            }
        }
        None
    }),
    answers("describes-errors-with-accents", |request, answer, _| {
        if request.is("POST", "/par") && answer.status == 400 {
            answer.edit(|said| said["error_description"] = json!("la demande n’est pas complète"));
        }
    }),
    answers("errors-have-another-status", |request, answer, _| {
        if request.is("POST", "/par") && answer.status == 400 {
            answer.status = 422;
        }
    }),
    answers("other-methods-are-not-found", |request, answer, _| {
        if request.path() == "/par" && answer.status == 405 {
            answer.status = 404;
        }
    }),
    asks("takes-forms-of-any-size", |request, _| {
        pushed(request, |request| {
            if request.body.len() > 1_000_000 {
                request.set_field("state", Some("short"));
            }
        })
    }),
    asks("takes-passwords", |request, _| {
        if request.is_grant("password") {
            request.set_field("grant_type", Some("client_credentials"));
            request.set_field("username", None);
            request.set_field("password", None);
            request.set_field("scope", Some("feed"));
        }
        None
    }),
    asks("passes-over-unknown-grant-actions", |request, _| {
        let known = ["create", "merge", "replace"];
        pushed(request, |request| {
            let action = request.field("grant_management_action").unwrap_or_default();
            if !known.contains(&action.as_str()) {
                request.set_field("grant_management_action", None);
            }
        })
    }),
];

/// Changes what is pushed, unless something in it comes twice.
fn pushed(request: &mut Request, change: impl FnOnce(&mut Request)) -> Option<Answer> {
    let form = request.form();
    let names: BTreeSet<&String> = form.iter().map(|(name, _)| name).collect();
    if request.is("POST", "/par") && names.len() == form.len() {
        change(request);
    }
    None
}

/// The certificate of the client that a form names.
fn named(request: &Request) -> Option<Papers> {
    Papers::of_client(&request.field("client_id")?)
}

/// The plan begins with right requests: their redirect URI is the registered one.
fn learns_home(request: &Request, memory: &mut Memory) {
    if let Some(uri) = request.field("redirect_uri").filter(|_| request.is("POST", "/par")) {
        memory.texts.entry("home".to_owned()).or_insert(uri);
    }
}

fn details(request: &mut Request, change: impl FnOnce(&mut Value)) {
    let text = request.field("authorization_details").unwrap_or_default();
    let Ok(mut list) = serde_json::from_str::<Value>(&text) else { return };
    if list.get(0).is_some_and(Value::is_object) {
        change(&mut list[0]);
        request.set_field("authorization_details", Some(&list.to_string()));
    }
}

fn first_of_each(request: &mut Request) {
    let mut seen = BTreeSet::new();
    let form: Pairs = request.form().into_iter().filter(|(name, _)| seen.insert(name.clone())).collect();
    request.set_form(&form);
}

const URN: &str = "urn:ietf:params:oauth:request_uri:";

fn numbered_on_the_way_out(request: &Request, answer: &mut Answer, memory: &mut Memory) {
    if request.is("POST", "/par") && answer.status == 201 {
        let number = format!("{URN}{:043}", memory.count("requests"));
        memory.keep(&number, answer.text("request_uri"));
        answer.edit(|said| said["request_uri"] = number.into());
    }
}

fn numbered_on_the_way_in(request: &mut Request, memory: &mut Memory) -> Option<Answer> {
    if request.door == Door::Browsers {
        let mut query = request.query();
        for (_, value) in query.iter_mut().filter(|(name, _)| name == "request_uri") {
            *value = memory.kept(value).unwrap_or_else(|| value.clone());
        }
        if !query.is_empty() {
            request.set_query(&query);
        }
    }
    None
}
