//! Faults of the Message Registry.

use data_encoding::{BASE64, BASE64URL_NOPAD};
use serde_json::{Value, json};

use super::{Fault, answers, asks};
use crate::mutants::hubs::message::{Answer, Papers, Request, put};

pub(super) const FAULTS: &[Fault] = &[
    answers("registry-counts-nothing", |request, answer, _| {
        if request.asks_registry("/") {
            answer.edit(|list| drop(list.as_object_mut().unwrap().remove("totalItems")));
        }
    }),
    answers("empty-registry-lists-are-null", |request, answer, _| {
        if is_search(request) {
            answer.edit(|list| {
                if list["items"].as_array().is_some_and(Vec::is_empty) {
                    list["items"] = Value::Null;
                }
            });
        }
    }),
    answers("registry-shows-the-oldest-first", |request, answer, _| {
        if is_search(request) {
            answer.edit_items(|items| items.reverse());
        }
    }),
    answers("registry-pages-overlap", |request, answer, memory| {
        if is_search(request) && request.asked("pageSize").as_deref() == Some("2") {
            let last = memory.kept("last").and_then(|text| serde_json::from_str::<Value>(&text).ok());
            answer.edit_items(|items| {
                memory.keep("last", items.last().map(Value::to_string).unwrap_or_default());
                if let (Some(first), Some(last)) = (items.first_mut(), last) {
                    *first = last;
                }
            });
        }
    }),
    answers("nothing-found-is-404", |request, answer, _| {
        let nothing = answer.document()["items"].as_array().is_some_and(Vec::is_empty);
        if is_search(request) && nothing {
            *answer = Answer::json(404, &json!({"status": 404}));
        }
    }),
    asks("unknown-types-are-malformed", |request, _| {
        let unknown = request.asked("messageTypeId").is_some_and(|id| id == "no-such-type");
        (is_search(request) && unknown).then(|| Answer::json(400, &json!({"status": 400})))
    }),
    asks("one-criterion-is-enough", |request, _| {
        if is_search(request) && request.asked("senderApplicationId").is_some() {
            request.without(&["senderApplicationId"]);
        }
        None
    }),
    asks("searches-in-some-language", |request, _| {
        let mut query = request.query();
        if is_search(request) && request.asked("q").is_some() && request.asked("qlang").is_none() {
            put(&mut query, "qlang", Some("fr"));
            request.set_query(&query);
        }
        None
    }),
    asks("passes-over-malformed-dates", |request, _| {
        if request.asked("receivedAfter").is_some_and(|date| date == "yesterday") {
            request.without(&["receivedAfter"]);
        }
        None
    }),
    asks("searches-in-bodies", |request, _| {
        if request.asked("q").is_some_and(|words| words == "wyvernbody") {
            request.without(&["q", "qlang"]);
        }
        None
    }),
    asks("search-minds-accents", |request, _| finds_nothing(request, |words| words.starts_with("epinards"))),
    asks("search-minds-case", |request, _| {
        finds_nothing(request, |words| words.chars().any(char::is_uppercase))
    }),
    asks("finds-words-that-stand-apart", |request, _| {
        let words = request.asked("q").filter(|words| words.starts_with("épinards 1 "))?;
        let mut query = request.query();
        put(&mut query, "q", Some(&words.replace("épinards 1 ", "épinards ")));
        request.set_query(&query);
        None
    }),
    answers("leaves-german-out", |request, answer, _| {
        if request.asks_registry("/") {
            answer.edit(without_german);
        }
    }),
    answers("registry-reference-data-may-not-be-kept", |request, answer, _| {
        if request.asks_registry("/referenceData") {
            answer.set("cache-control", "no-store");
        }
    }),
    answers("registry-messages-may-be-kept", |request, answer, _| {
        if is_search(request) {
            answer.set("cache-control", "public, max-age=86400");
        }
    }),
    asks("does-not-know-its-senders", |request, _| {
        let asked = request.asks_registry("/referenceData/senderOrganizations/");
        asked.then(|| Answer::json(404, &json!({"status": 404})))
    }),
    answers("registry-forbids-what-is-anothers", |request, answer, _| {
        if request.asks_registry("/ebox/messages/") && answer.status == 404 {
            answer.status = 403;
        }
    }),
    asks("registry-takes-any-certificate", |request, memory| {
        let owner = memory.issued(request.bearer()?)?.papers;
        if request.asks_registry("/") && request.papers == Papers::Second {
            request.papers = owner;
        }
        None
    }),
    asks("registry-takes-own-tokens", |request, memory| {
        let told = memory.issued(request.bearer()?)?.clone();
        if request.asks_registry("/") && told.kind.starts_with("client_credentials") {
            request.set_bearer(&memory.kept(&format!("registry {}", told.client))?);
        }
        None
    })
    .then(|request, answer, memory| {
        let resource = request.field("resource").unwrap_or_default();
        if request.is_grant("refresh_token") && resource.contains("/messageRegistry/") && answer.is_ok() {
            memory.keep(format!("registry {}", request.papers.client()), answer.text("access_token"));
        }
    }),
    asks("registry-takes-tokens-of-the-mailbox", |request, memory| {
        let told = memory.issued(request.bearer()?)?.clone();
        if request.asks_registry("/") && told.kind == "authorization_code" {
            request.set_bearer(&memory.kept(&format!("registry {}", told.client))?);
        }
        None
    })
    .then(|request, answer, memory| {
        let resource = request.field("resource").unwrap_or_default();
        if request.is_grant("refresh_token") && resource.contains("/messageRegistry/") && answer.is_ok() {
            memory.keep(format!("registry {}", request.papers.client()), answer.text("access_token"));
        }
    }),
    answers("numbers-lose-their-zero", |request, answer, _| {
        if request.asks_registry("/ebox/messages") {
            answer.edit_items(|items| {
                for item in items {
                    let number = item["senderOrganizationId"].as_str().unwrap_or_default();
                    item["senderOrganizationId"] = number.trim_start_matches('0').to_owned().into();
                }
            });
        }
    }),
    answers("showing-a-message-makes-it-read", |request, answer, memory| {
        let shown = request.asks_registry("/ebox/messages/") && answer.document()["messageId"].is_string();
        if shown && memory.texts.insert(request.target.clone(), String::new()).is_some() {
            answer.edit(|message| message["readStatus"] = json!(true));
        }
    }),
    answers("fetching-leaves-it-unread", |request, answer, _| {
        if request.asks_registry("/ebox/messages/") {
            answer.edit(|message| {
                if message["readStatus"].is_boolean() {
                    message["readStatus"] = json!(false);
                }
            });
        }
    }),
    answers("registry-digests-are-plain-base64", |request, answer, _| {
        if request.asks_registry("/ebox/messages/") && answer.is_ok() {
            answer.edit(|message| {
                if message["attachments"].is_null() {
                    return;
                }
                for file in message["attachments"]["items"].as_array_mut().into_iter().flatten() {
                    let told = file["digest"]["digestValue"].as_str().unwrap_or_default();
                    let bytes = BASE64URL_NOPAD.decode(told.as_bytes()).unwrap_or_default();
                    file["digest"]["digestValue"] = BASE64.encode(&bytes).into();
                }
            });
        }
    }),
    answers("registry-dates-have-no-offset", |request, answer, _| {
        if is_search(request) {
            answer.edit_items(|items| {
                for item in items {
                    if let Some(date) = item["receiptDate"].as_str().and_then(|date| date.get(..19)) {
                        item["receiptDate"] = date.to_owned().into();
                    }
                }
            });
        }
    }),
];

fn is_search(request: &Request) -> bool {
    request.is("GET", "/messageRegistry/v2/ebox/messages")
}

fn finds_nothing(request: &Request, of: impl FnOnce(&str) -> bool) -> Option<Answer> {
    let words = request.asked("q").filter(|_| is_search(request))?;
    of(&words).then(|| Answer::json(200, &json!({"items": [], "totalItems": 0})))
}

/// Takes the German of every text away.
fn without_german(document: &mut Value) {
    match document {
        Value::Object(members) => {
            members.remove("de");
            members.values_mut().for_each(without_german);
        }
        Value::Array(items) => items.iter_mut().for_each(without_german),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}
