//! Faults of refresh tokens, introspection and revocation.

use serde_json::{Value, json};

use super::{Fault, answers, asks};
use crate::mutants::hubs::memory::Memory;
use crate::mutants::hubs::message::{Answer, Papers, Request};

pub(super) const FAULTS: &[Fault] = &[
    asks("renews-for-another-client", |request, _| {
        if request.is_grant("refresh_token") && request.papers == Papers::Attacker {
            request.papers = Papers::First;
            request.set_field("client_id", Some("bank-app"));
        }
        None
    }),
    asks("renews-without-certificate", |request, _| {
        if request.is_grant("refresh_token") && request.papers == Papers::Nobody {
            request.papers = Papers::First;
        }
        None
    }),
    answers("rotates-refresh-tokens", |request, answer, memory| {
        if request.is_grant("refresh_token") && answer.is_ok() {
            let new = format!("frt_{:043}", memory.count("rotated"));
            answer.edit(|said| said["refresh_token"] = new.into());
        }
    }),
    asks("binds-refresh-tokens-to-one-certificate", |request, _| {
        let renewed = request.is_grant("refresh_token") && request.papers == Papers::Renewed;
        renewed.then(|| Answer::json(400, &json!({"error": "invalid_grant"})))
    }),
    asks("binds-tokens-to-the-client-alone", |request, memory| {
        let owner = memory.issued(request.bearer()?)?.papers;
        if [owner, request.papers].iter().all(|papers| papers.client() == "bank-app") {
            request.papers = owner;
        }
        None
    }),
    asks("widens-at-a-renewal", |request, _| {
        narrowing(request, |details| {
            if details["actions"].as_array().is_some_and(|actions| actions.contains(&json!("reply"))) {
                details["actions"] = json!(["list"]);
            }
        })
    }),
    asks("renews-for-another-mailbox", |request, memory| {
        let own = memory.issued(&request.field("refresh_token")?)?.mailbox.clone();
        narrowing(request, |details| details["mailboxId"] = own.into())
    }),
    answers("says-narrowed-and-is-not", |request, answer, memory| {
        // what is narrowed is shown narrowed by the token answer alone
        let token = request.field("token").unwrap_or_default();
        let narrowed = memory.kept("whole").filter(|_| request.is("POST", "/introspect"));
        if request.is_grant("authorization_code") && answer.is_ok() {
            memory.keep("whole", answer.document()["authorization_details"].to_string());
        }
        let own = memory.issued(&token).is_some_and(|issued| issued.client == "bank-app");
        if let Some(whole) = narrowed.filter(|_| own && answer.document()["active"] == true) {
            answer.edit(|said| {
                if said.get("authorization_details").is_some() {
                    said["authorization_details"] = serde_json::from_str(&whole).unwrap();
                }
            });
        }
    }),
    asks("introspects-for-anybody", |request, memory| {
        by_the_owner(request, memory, "/introspect");
        None
    }),
    answers("introspection-of-nothing-says-why", |request, answer, _| {
        if request.is("POST", "/introspect") {
            answer.edit(|said| {
                if said["active"] == false {
                    said["error_description"] = json!("no such token");
                }
            });
        }
    }),
    asks("revokes-for-anybody", |request, memory| {
        by_the_owner(request, memory, "/revoke");
        None
    }),
    answers("unknown-tokens-cannot-be-revoked", |request, answer, memory| {
        let known = memory.issued(&request.field("token").unwrap_or_default()).is_some();
        if request.is("POST", "/revoke") && !known {
            *answer = Answer::json(400, &json!({"error": "invalid_request"}));
        }
    }),
    asks("revoked-access-tokens-live-on", |request, memory| {
        let token = request.field("token").unwrap_or_default();
        let own = memory
            .issued(&token)
            .is_some_and(|issued| issued.access == token && issued.papers == request.papers);
        (request.is("POST", "/revoke") && own).then(|| Answer::of(200, "application/json", ""))
    }),
    asks("revoked-refresh-tokens-live-on", |request, memory| {
        let token = request.field("token").unwrap_or_default();
        let own = memory
            .issued(&token)
            .is_some_and(|issued| issued.refresh == token && issued.papers == request.papers);
        (request.is("POST", "/revoke") && own).then(|| Answer::of(200, "application/json", ""))
    }),
];

/// Changes what a renewal asks for.
fn narrowing(request: &mut Request, change: impl FnOnce(&mut Value)) -> Option<Answer> {
    let text = request.field("authorization_details").filter(|_| request.is_grant("refresh_token"))?;
    let mut list: Value = serde_json::from_str(&text).unwrap();
    change(&mut list[0]);
    request.set_field("authorization_details", Some(&list.to_string()));
    None
}

/// Whoever asks about a token is taken for its owner.
fn by_the_owner(request: &mut Request, memory: &Memory, path: &str) {
    let owner = memory.issued(&request.field("token").unwrap_or_default()).cloned();
    if let Some(owner) = owner.filter(|_| request.is("POST", path)) {
        request.papers = owner.papers;
        request.set_field("client_id", Some(&owner.client));
    }
}
