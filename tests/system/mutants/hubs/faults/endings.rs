//! Faults of endings: what goes on after it was ended, and who may end it.

use serde_json::json;

use super::{Fault, answers, asks, both};
use crate::mutants::hubs::memory::Memory;
use crate::mutants::hubs::message::{Answer, Papers, Request};

pub(super) const FAULTS: &[Fault] = &[
    both("serves-from-memory-after-a-consent", from_memory, |request, answer, memory| {
        remembers(request, answer, memory, ends_consent(request, answer));
    }),
    both("serves-from-memory-after-a-grant", from_memory, |request, answer, memory| {
        let ends = request.method == "DELETE" && request.path().starts_with("/grants/") && answer.is_ok();
        remembers(request, answer, memory, ends);
    }),
    both("serves-from-memory-after-a-revocation", from_memory, |request, answer, memory| {
        let token = request.field("token").unwrap_or_default();
        let of_refresh = memory.issued(&token).is_some_and(|issued| issued.refresh == token);
        remembers(request, answer, memory, request.is("POST", "/revoke") && of_refresh);
    }),
    both(
        "renews-after-a-consent",
        |request, memory| {
            let token = request.field("refresh_token").filter(|_| request.is_grant("refresh_token"))?;
            memory.kept("ended").and_then(|_| memory.answers.get(&token).cloned())
        },
        |request, answer, memory| {
            if request.is_grant("authorization_code") && answer.is_ok() {
                memory.texts.remove("ended");
                memory.answers.insert(answer.text("refresh_token"), answer.clone());
            }
            if ends_consent(request, answer) {
                memory.keep("ended", "");
            }
        },
    ),
    answers("shows-consents-that-ended", |request, answer, memory| {
        if ends_consent(request, answer) {
            memory.keep(request.path(), "ended");
        }
        if request.reads("/consents/") && memory.texts.contains_key(request.path()) {
            *answer = Answer::json(200, &json!({"status": "ended"}));
        }
    }),
    answers("ending-twice-breaks-it", |request, answer, memory| {
        let ends = request.method == "DELETE" && request.path().starts_with("/mailbox/v1/consents/");
        if ends && memory.count(request.path()) > 0 {
            answer.status = 500;
        }
    }),
    answers("lists-everybodys-consents", |request, answer, memory| {
        if request.is("GET", "/mailbox/v1/consents") && request.papers == Papers::First {
            memory.keep("items", answer.document()["items"].to_string());
        } else if request.is("GET", "/mailbox/v1/consents") {
            let others = memory.kept("items").and_then(|text| serde_json::from_str(&text).ok());
            let others: Vec<serde_json::Value> = others.unwrap_or_default();
            answer.edit_items(|items| items.extend(others));
        }
    }),
    answers("shows-anybodys-consents", |request, answer, _| {
        if request.reads("/consents/") && answer.status == 404 && request.papers == Papers::Second {
            *answer = Answer::json(200, &json!({"status": "granted"}));
        }
    }),
    asks("opens-consents-to-their-own-tokens", |request, memory| {
        let told = memory.issued(request.bearer()?)?.clone();
        if request.is("GET", "/mailbox/v1/consents") && told.kind == "authorization_code" {
            request.set_bearer(&memory.latest(&told.client, "client_credentials consents")?.access.clone());
        }
        None
    }),
    asks("ends-consents-for-anybody", |request, memory| {
        let ends = request.method == "DELETE" && request.path().starts_with("/mailbox/v1/consents/");
        if ends && request.papers == Papers::Attacker {
            let owner = memory.latest("bank-app", "client_credentials consents")?.clone();
            request.papers = owner.papers;
            request.set_bearer(&owner.access);
        }
        None
    }),
    both("consents-stand-beside-each-other", earlier_too, |request, answer, memory| {
        if request.is_grant("authorization_code") && answer.is_ok() && request.papers == Papers::First {
            memory.keep("latest", answer.text("access_token"));
            memory.keep(answer.text("access_token"), "");
        }
    }),
    asks("shows-anybodys-grants", |request, memory| {
        if request.method == "GET"
            && request.path().starts_with("/grants/")
            && request.papers == Papers::Attacker
        {
            let owner = memory.latest("bank-app", "client_credentials grant_management_query")?.clone();
            request.papers = owner.papers;
            request.set_bearer(&owner.access);
        }
        None
    }),
    asks("ends-anybodys-grants", |request, _| {
        let ends = request.method == "DELETE" && request.path().starts_with("/grants/");
        (ends && request.papers == Papers::Attacker).then(|| Answer::of(204, "application/json", ""))
    }),
    asks("shows-grants-without-a-token", |request, memory| {
        if request.path().starts_with("/grants/") && request.bearer().is_none() {
            let query = memory.latest("bank-app", "client_credentials grant_management_query")?;
            request.set_bearer(&query.access.clone());
        }
        None
    }),
    asks("ends-grants-for-whoever-may-ask", |request, memory| {
        let told = memory.issued(request.bearer()?)?.kind.clone();
        let ends = request.method == "DELETE" && request.path().starts_with("/grants/");
        let asks = told == "client_credentials grant_management_query";
        (ends && asks).then(|| Answer::of(204, "application/json", ""))
    }),
    answers("unknown-grants-are-forbidden", |request, answer, _| {
        if request.path().starts_with("/grants/") && answer.status == 404 {
            answer.status = 403;
        }
    }),
];

fn ends_consent(request: &Request, answer: &Answer) -> bool {
    request.method == "DELETE" && request.path().starts_with("/mailbox/v1/consents/") && answer.is_ok()
}

/// A read by its token and address.
fn read(request: &Request) -> Option<String> {
    let token = request.bearer().filter(|_| request.reads("/mailboxes/"))?;
    Some(format!("{token} {}", request.target))
}

/// Answers as it did before, if what it was for has ended.
fn from_memory(request: &mut Request, memory: &mut Memory) -> Option<Answer> {
    memory.answers.get(&format!("over {}", read(request)?)).cloned()
}

/// Keeps what the first provider read; `ends` says that all of it is over.
fn remembers(request: &Request, answer: &Answer, memory: &mut Memory, ends: bool) {
    if let Some(read) = read(request).filter(|_| answer.is_ok() && request.papers == Papers::First) {
        memory.answers.insert(format!("open {read}"), answer.clone());
    }
    if ends {
        let kept = std::mem::take(&mut memory.answers);
        memory.answers =
            kept.into_iter().map(|(name, answer)| (name.replacen("open ", "over ", 1), answer)).collect();
    }
}

/// An earlier token opens what the latest one opens.
fn earlier_too(request: &mut Request, memory: &mut Memory) -> Option<Answer> {
    let earlier = request.bearer().is_some_and(|token| memory.texts.contains_key(token));
    if earlier && request.is("GET", "/mailbox/v1/mailboxes") {
        request.set_bearer(&memory.kept("latest")?);
    }
    None
}
