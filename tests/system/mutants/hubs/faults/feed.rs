//! Faults of the change feed.

use serde_json::{Value, json};

use super::{Fault, answers, asks};
use crate::mutants::hubs::message::{Papers, Request};

pub(super) const FAULTS: &[Fault] = &[
    answers("feed-skips-a-change", |request, answer, _| {
        if is_feed(request) {
            answer.edit_items(|items| {
                if items.len() > 4 {
                    items.remove(2);
                }
            });
        }
    }),
    answers("feed-is-out-of-order", |request, answer, _| {
        if is_feed(request) {
            answer.edit_items(|items| items.reverse());
        }
    }),
    answers("feed-repeats-a-change", |request, answer, memory| {
        let last = memory.kept("last").and_then(|text| serde_json::from_str::<Value>(&text).ok());
        if is_feed(request) && request.asked("pageSize").as_deref() == Some("5") {
            answer.edit_items(|items| {
                memory.keep("last", items.last().map(Value::to_string).unwrap_or_default());
                if let (Some(first), Some(last)) = (items.first_mut(), last) {
                    *first = last;
                }
            });
        }
    }),
    answers("feed-passes-over-page-sizes", |request, answer, _| {
        if is_feed(request) && request.asked("pageSize").as_deref() == Some("1") {
            answer.edit_items(|items| items.extend(items.clone()));
        }
    }),
    answers("feed-shows-subjects", |request, answer, _| {
        if is_feed(request) {
            answer.edit_items(|items| {
                items.iter_mut().for_each(|item| item["subject"] = json!("Secret assessment"));
            });
        }
    }),
    asks("feed-begins-anew-at-unknown-cursors", |request, memory| {
        let cursor = request.asked("after").filter(|_| is_feed(request))?;
        if cursor != "latest" && !memory.texts.contains_key(&cursor) {
            restarts(request);
        }
        None
    })
    .then(|request, answer, memory| {
        if is_feed(request) {
            memory.texts.extend(cursor(&answer.text("next")).map(|cursor| (cursor, String::new())));
        }
    }),
    asks("feed-takes-cursors-of-others", |request, memory| {
        let owner = memory.kept(&request.asked("after").filter(|_| is_feed(request))?)?;
        if owner != request.papers.client() {
            restarts(request);
        }
        None
    })
    .then(|request, answer, memory| {
        if let Some(cursor) = cursor(&answer.text("next")).filter(|_| is_feed(request)) {
            memory.keep(cursor, request.papers.client());
        }
    }),
    answers("feed-ends-without-next", |request, answer, _| {
        if is_feed(request) {
            answer.edit(|page| {
                if page["items"].as_array().is_some_and(Vec::is_empty) {
                    page.as_object_mut().unwrap().remove("next");
                }
            });
        }
    }),
    answers("feed-does-not-say-when-to-come-again", |request, answer, _| {
        if is_feed(request) {
            answer.edit(|page| {
                if page["retryAfter"] != 0 {
                    page.as_object_mut().unwrap().remove("retryAfter");
                }
            });
        }
    }),
    asks("feed-opens-to-tokens-of-consents", |request, memory| {
        let told = memory.issued(request.bearer()?)?.clone();
        if is_feed(request) && told.kind == "authorization_code" {
            request.set_bearer(&memory.latest(&told.client, "client_credentials feed")?.access.clone());
        }
        None
    }),
    asks("feed-opens-to-any-scope", |request, memory| {
        let told = memory.issued(request.bearer()?)?.clone();
        if is_feed(request) && told.kind == "client_credentials consents" {
            request.set_bearer(&memory.latest(&told.client, "client_credentials feed")?.access.clone());
        }
        None
    }),
    asks("feed-opens-with-any-certificate", |request, memory| {
        let owner = memory.issued(request.bearer()?)?.papers;
        if is_feed(request) && request.papers == Papers::Attacker {
            request.papers = owner;
        }
        None
    }),
    answers("feed-does-not-tell-of-consents", |request, answer, _| {
        if is_feed(request) {
            answer.edit_items(|items| items.retain(|item| item["kind"] != "consentGranted"));
        }
    }),
    answers("feed-does-not-tell-of-ends", |request, answer, _| {
        if is_feed(request) {
            answer.edit_items(|items| items.retain(|item| item["kind"] != "consentEnded"));
        }
    }),
    answers("feed-tells-on-after-the-end", |request, answer, memory| {
        if is_feed(request) {
            answer.edit_items(|items| {
                let ended = items.iter().filter(|item| item["kind"] == "consentEnded");
                for mut later in ended.cloned().collect::<Vec<_>>() {
                    later["kind"] = json!("messageAvailable");
                    later["changeId"] = format!("chg_{:026}", memory.count("later")).into();
                    items.push(later);
                }
            });
        }
    }),
    asks("feed-does-not-wait", |request, _| {
        if is_feed(request) {
            request.without(&["wait"]);
        }
        None
    }),
];

fn is_feed(request: &Request) -> bool {
    request.is("GET", "/mailbox/v1/changes")
}

/// A cursor that is not known is taken for the end of the feed.
fn restarts(request: &mut Request) {
    let mut query = request.query();
    crate::mutants::hubs::message::put(&mut query, "after", Some("latest"));
    request.set_query(&query);
}

fn cursor(next: &str) -> Option<String> {
    let url = url::Url::parse(next).ok()?;
    url.query_pairs().find(|(name, _)| name == "after").map(|(_, value)| value.into_owned())
}
