//! Faults of the conventions of the mailbox API: problems, strictness, tracing, lists, limits.

use serde_json::{Value, json};

use super::{Fault, answers, asks};
use crate::mutants::hubs::memory::Memory;
use crate::mutants::hubs::message::{Answer, Papers, Request};

pub(super) const FAULTS: &[Fault] = &[
    answers("problems-are-plain-json", |request, answer, _| {
        if is_missing(request, answer) {
            answer.set("content-type", "application/json");
        }
    }),
    answers("problems-have-no-type", |request, answer, _| {
        if is_missing(request, answer) {
            answer.edit(|problem| problem["type"] = json!("about:blank"));
        }
    }),
    answers("problems-show-the-token", |request, answer, _| {
        let token = request.bearer().unwrap_or_default().to_owned();
        if is_missing(request, answer) {
            answer.edit(|problem| problem["detail"] = format!("no message for {token}").into());
        }
    }),
    answers("problems-show-the-statement", |request, answer, _| {
        if is_missing(request, answer) {
            answer.edit(|problem| problem["detail"] = json!("SELECT id FROM message gave nothing"));
        }
    }),
    asks("passes-over-unknown-parameters", |request, _| {
        if request.asked("colour").is_some() {
            request.without(&["colour"]);
        }
        None
    }),
    asks("cuts-page-sizes", |request, _| {
        let too_large = request.asked("pageSize").is_some_and(|size| size == "101");
        if request.path().starts_with("/mailbox/v1") && too_large {
            request.without(&["pageSize"]);
        }
        None
    }),
    answers("names-no-parameter", |request, answer, _| {
        if request.path().starts_with("/mailbox/v1") && answer.status == 400 {
            answer.edit(|problem| drop(problem.as_object_mut().unwrap().remove("issues")));
        }
    }),
    asks("refuses-unknown-headers", |request, _| {
        let unknown = !request.header("x-nobody-knows").is_empty();
        unknown.then(|| Answer::json(400, &json!({"type": "urn:problem-type:belgif:badRequest"})))
    }),
    answers("refusals-have-no-trace", |_, answer, _| {
        if !answer.is_ok() {
            answer.remove("belgov-trace-id");
        }
    }),
    answers("takes-the-clients-trace-for-its-own", |request, answer, _| {
        let told = request.header("belgov-trace-id");
        if !told.is_empty() {
            answer.set("belgov-trace-id", told);
        }
    }),
    answers("empty-lists-are-null", |request, answer, _| {
        if request.reads("/mailboxes") {
            answer.edit(|list| {
                if list["items"].as_array().is_some_and(Vec::is_empty) {
                    list["items"] = Value::Null;
                }
            });
        }
    }),
    answers("lists-do-not-name-themselves", |request, answer, _| {
        if request.is("GET", "/mailbox/v1/mailboxes") {
            answer.edit(|list| drop(list.as_object_mut().unwrap().remove("self")));
        }
    }),
    answers("writes-null", |request, answer, _| {
        if request.is("GET", "/mailbox/v1/mailboxes") {
            answer.edit_items(|items| items.iter_mut().for_each(|item| item["note"] = Value::Null));
        }
    }),
    answers("pages-repeat-a-message", |request, answer, memory| {
        if is_list(request) && request.asked("pageSize").as_deref() == Some("1") {
            repeats(request, answer, memory);
        }
    }),
    answers("pages-skip-a-message", |request, answer, memory| {
        let paged = is_list(request) && request.asked("pageSize").as_deref() == Some("1");
        // the second page of a walk shows nothing
        if paged && request.asked("after").is_none() {
            memory.counts.clear();
        }
        if paged && answer.is_ok() && memory.count("page") == 2 {
            answer.edit_items(Vec::clear);
        }
    }),
    asks("begins-anew-at-unknown-cursors", |request, memory| {
        let cursor = request.asked("after").filter(|_| is_list(request))?;
        if !memory.texts.contains_key(&cursor) {
            request.without(&["after"]);
        }
        None
    })
    .then(|request, answer, memory| {
        if is_list(request) {
            let next = answer.text("next");
            let cursor = url::Url::parse(&next).ok().and_then(|url| {
                url.query_pairs().find(|(name, _)| name == "after").map(|(_, value)| value.into_owned())
            });
            memory.texts.extend(cursor.map(|cursor| (cursor, String::new())));
        }
    }),
    answers("oldest-first-is-newest-first", |request, answer, _| {
        if is_list(request) && request.asked("sort").is_some() {
            answer.edit_items(|items| items.reverse());
        }
    }),
    answers("links-are-relative", |request, answer, _| {
        if request.is("GET", "/mailbox/v1/mailboxes") {
            answer.edit(|list| list["self"] = json!("/mailboxes"));
        }
    }),
    answers("dates-have-no-offset", |request, answer, _| {
        if request.reads("/mailboxes/mbx_") && !is_list(request) {
            answer.edit(|message| {
                if let Some(date) = message["receivedAt"].as_str().map(|date| date[..19].to_owned()) {
                    message["receivedAt"] = date.into();
                }
            });
        }
    }),
    answers("ids-have-capitals", |request, answer, _| {
        if request.is("GET", "/mailbox/v1/mailboxes") {
            answer.edit_items(|items| {
                for item in items {
                    item["mailboxId"] = item["mailboxId"].as_str().unwrap().to_uppercase().into();
                }
            });
        }
    }),
    answers("other-methods-of-lists-are-not-found", |request, answer, _| {
        if is_list(request) && answer.status == 405 {
            answer.status = 404;
        }
    }),
    answers("does-not-say-what-is-allowed", |_, answer, _| answer.remove("allow")),
    asks("takes-any-media-type", |request, _| {
        if request.method == "PATCH" && request.header("content-type") == "text/plain" {
            request.set("content-type", "application/merge-patch+json");
            request.set_body(r#"{"read":true}"#.into());
        }
        None
    }),
    answers("odd-ids-break-it", |request, answer, _| {
        if request.path().contains("uuuuuuuu") {
            *answer = Answer::json(500, &json!({"status": 500}));
        }
    }),
    answers("messages-may-be-kept", |request, answer, _| {
        if request.reads("/mailboxes/mbx_") && answer.is_ok() {
            answer.set("cache-control", "private, max-age=60");
        }
    }),
    answers("reference-data-may-not-be-kept", |request, answer, _| {
        if request.reads("/refData") {
            answer.set("cache-control", "no-store");
        }
    }),
    asks("tells-no-limits", |request, _| {
        request.reads("/limits").then(|| Answer::json(404, &json!({"status": 404})))
    }),
    asks("does-not-say-when-to-come-again", |request, memory| too_often(request, memory, None)),
    asks("says-when-to-come-again-as-a-date", |request, memory| {
        too_often(request, memory, Some("Sun, 01 Nov 2026 00:00:00 GMT"))
    }),
    asks("refuses-for-longer-than-it-says", |request, memory| {
        if memory.counts.contains_key("refused") && request.reads("/limits") {
            return Some(refusal(Some("1")));
        }
        let told = too_often(request, memory, Some("1"));
        if told.is_some() {
            memory.count("refused");
        }
        told
    }),
];

/// Whether the first provider was told that a message is not there.
fn is_missing(request: &Request, answer: &Answer) -> bool {
    let asked = request.path().contains("/messages/msg_000") && request.papers == Papers::First;
    asked && answer.status == 404
}

/// Whether it asks for a list of messages.
fn is_list(request: &Request) -> bool {
    request.path().starts_with("/mailbox/v1/mailboxes/") && request.path().ends_with("/messages")
}

/// Each page but the first shows the message of the first again.
fn repeats(request: &Request, answer: &mut Answer, memory: &mut Memory) {
    if request.asked("after").is_none() {
        memory.keep("first", answer.document()["items"].to_string());
        return;
    }
    let first = memory.kept("first").and_then(|text| serde_json::from_str::<Value>(&text).ok());
    if let Some(first) = first.filter(|_| answer.is_ok()) {
        answer.edit(|list| list["items"] = first);
    }
}

/// Refuses the hundredth question for the limits.
fn too_often(request: &Request, memory: &mut Memory, again: Option<&str>) -> Option<Answer> {
    (request.reads("/limits") && memory.count("limits") == 100).then(|| refusal(again))
}

fn refusal(again: Option<&str>) -> Answer {
    let problem = json!({"type": "urn:problem-type:belgif:tooManyRequests", "status": 429,
        "title": "Too many requests", "detail": "later"});
    let mut answer = Answer::of(429, "application/problem+json", problem.to_string());
    if let Some(again) = again {
        answer.set("retry-after", again);
    }
    answer
}
