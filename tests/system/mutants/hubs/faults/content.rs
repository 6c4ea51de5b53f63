//! Faults of messages and attachments: tags, ranges, digests, the flag `read`.

use serde_json::{Value, json};

use super::{Fault, answers, asks, both};
use crate::mutants::hubs::message::{Answer, Request};

pub(super) const FAULTS: &[Fault] = &[
    asks("passes-over-tags", |request, _| {
        request.headers.remove("if-none-match");
        None
    }),
    asks("takes-any-tag", |request, _| {
        let told = request.header("if-none-match").to_owned();
        let tagged = !told.is_empty() && request.reads("/mailboxes/");
        tagged.then(|| {
            let mut answer = Answer::of(304, "application/json", "");
            answer.remove("content-length");
            answer.set("etag", &told);
            answer
        })
    }),
    answers("tags-change-with-each-answer", |request, answer, memory| {
        if request.reads("/mailboxes/") && !answer.header("etag").is_empty() {
            answer.set("etag", &format!("\"{}\"", memory.count("tags") + 1000));
        }
    }),
    asks("passes-over-ranges", |request, _| {
        request.headers.remove("range");
        None
    }),
    answers("ranges-lack-their-last-byte", |_, answer, _| {
        if answer.status == 206 {
            let cut = answer.body.len().saturating_sub(1);
            answer.set_body(answer.body.slice(..cut));
        }
    }),
    answers("ranges-are-counted-wrongly", |_, answer, _| {
        let (told, length) = (answer.header("content-range").to_owned(), answer.body.len());
        if answer.status == 206 {
            answer.set("content-range", &told.replace('/', &format!("/{length}")));
        }
    }),
    both(
        "ranges-behind-the-end-are-everything",
        |_, _| None,
        |_, answer, _| {
            if answer.status == 416 {
                answer.status = 200;
            }
        },
    ),
    answers("attachments-have-another-byte", |request, answer, _| {
        if is_content(request) && answer.status == 200 {
            let changed = [&answer.body[..], b" "].concat();
            answer.set_body(changed.into());
        }
    }),
    answers("attachments-are-guessed", |request, answer, _| {
        if is_content(request) && answer.status == 200 {
            answer.set("content-type", "application/octet-stream");
        }
    }),
    answers("digest-in-the-header-is-wrong", |request, answer, _| {
        if is_content(request) && answer.status == 200 {
            answer.set("repr-digest", &format!("sha-256=:{}=:", "A".repeat(43)));
        }
    }),
    answers("attachments-are-shown-in-browsers", |request, answer, _| {
        if is_content(request) && answer.status == 200 {
            answer.set("content-disposition", "inline");
        }
    }),
    answers("digests-are-plain-base64", |request, answer, _| {
        if request.reads("/mailboxes/") && !is_content(request) {
            answer.edit(|message| {
                if message.get("attachments").is_none() {
                    return;
                }
                for file in message["attachments"].as_array_mut().into_iter().flatten() {
                    let told = file["digest"]["digestValue"].as_str().unwrap_or_default();
                    let plain = told.replace('-', "+").replace('_', "/");
                    file["digest"]["digestValue"] = format!("{plain}=").into();
                }
            });
        }
    }),
    asks("passes-over-unknown-members-of-patches", |request, _| {
        if request.method == "PATCH" {
            let mut patch: Value = serde_json::from_slice(&request.body).unwrap_or_default();
            if patch.as_object_mut().is_some_and(|members| members.remove("colour").is_some()) {
                patch["read"] = json!(true);
                request.set_body(patch.to_string().into());
            }
        }
        None
    }),
    answers("lists-do-not-show-what-was-marked", |request, answer, _| {
        if request.reads("/mailboxes/") && request.path().ends_with("/messages") {
            answer.edit_items(|items| items.iter_mut().for_each(|item| item["read"] = json!(false)));
        }
    }),
];

fn is_content(request: &Request) -> bool {
    request.reads("/mailboxes/") && request.path().ends_with("/content")
}
