//! Faults on the browser's way: what opens a request, and what stands in the address of the return.

use serde_json::json;

use super::{Fault, answers, asks, both};
use crate::mutants::hubs::memory::Memory;
use crate::mutants::hubs::message::{Answer, Request, put};

pub(super) const FAULTS: &[Fault] = &[
    asks("opens-what-was-not-pushed", |request, _| {
        let plain = request.is("GET", "/authorize") && request.asked("request_uri").is_none();
        (plain && request.asked("response_type").is_some())
            .then(|| Answer::of(200, "text/html", "<!doctype html><title>Log in</title>"))
    }),
    answers("redirects-errors-anywhere", |request, answer, _| {
        if let Some(away) = request.asked("redirect_uri").filter(|_| opens(request) && answer.status >= 400) {
            answer.status = 303;
            answer.set("location", &format!("{away}?error=invalid_request"));
        }
    }),
    asks("opens-for-another-client", |request, memory| {
        let owner = memory.pushed_by(&request.asked("request_uri")?)?.to_owned();
        if opens(request) {
            let mut query = request.query();
            put(&mut query, "client_id", Some(&owner));
            request.set_query(&query);
        }
        None
    }),
    answers("tells-a-short-life-and-keeps-a-long-one", |request, answer, _| {
        if request.is("POST", "/par") && answer.is_ok() {
            answer.edit(|said| said["expires_in"] = json!(1));
        }
    }),
    answers("comes-back-without-iss", |_, answer, _| on_success(answer, "iss", None)),
    answers("comes-back-with-another-iss", |_, answer, _| {
        on_success(answer, "iss", Some("https://elsewhere.example"));
    }),
    answers("comes-back-without-state", |_, answer, _| on_success(answer, "state", None)),
    answers("comes-back-with-a-token", |_, answer, _| {
        on_success(answer, "access_token", Some("fat_in_the_address"));
    }),
    answers("comes-back-with-the-name-of-the-grant", |_, answer, _| {
        on_success(answer, "grant_id", Some("grt_00000000000000000000000000"));
    }),
    both("takes-the-state-of-the-query", remembers_query, |_, answer, memory| {
        if let Some(state) = of_the_query(answer, memory, "state") {
            on_success(answer, "state", Some(&state));
        }
    }),
    both("takes-the-redirect-uri-of-the-query", remembers_query, |_, answer, memory| {
        if let Some(away) = of_the_query(answer, memory, "redirect_uri") {
            let query = answer.way_back().and_then(|url| url.query().map(str::to_owned));
            answer.set("location", &format!("{away}?{}", query.unwrap_or_default()));
        }
    }),
    both(
        "sends-back-again-after-the-decision",
        |request, memory| {
            let uri = request.asked("request_uri")?;
            let back = memory.kept(&uri).filter(|_| opens(request));
            memory.keep("opened", uri);
            back.map(|place| {
                let mut answer = Answer::of(303, "text/html", "");
                answer.set("location", &place);
                answer
            })
        },
        |_, answer, memory| {
            if answer.way_back().is_some() {
                let opened = memory.kept("opened").unwrap_or_default();
                memory.keep(opened, answer.header("location"));
            }
        },
    ),
    answers("refuses-with-another-error", |_, answer, _| {
        answer.edit_way_back(|pairs| {
            if pairs.iter().any(|(name, _)| name == "error") {
                put(pairs, "error", Some("server_error"));
            }
        });
    }),
    answers("refuses-without-iss", |_, answer, _| {
        answer.edit_way_back(|pairs| {
            if pairs.iter().any(|(name, _)| name == "error") {
                put(pairs, "iss", None);
            }
        });
    }),
];

fn opens(request: &Request) -> bool {
    request.is("GET", "/authorize")
}

/// Changes a parameter of a way back that carries a code.
fn on_success(answer: &mut Answer, name: &str, value: Option<&str>) {
    answer.edit_way_back(|pairs| {
        if pairs.iter().any(|(name, _)| name == "code") {
            put(pairs, name, value);
        }
    });
}

/// Keeps what stands in the query beside the request; the page may be opened again without it.
fn remembers_query(request: &mut Request, memory: &mut Memory) -> Option<Answer> {
    let uri = request.asked("request_uri").filter(|_| opens(request))?;
    for name in ["state", "redirect_uri"] {
        if let Some(value) = request.asked(name) {
            memory.keep(format!("{name} beside {uri}"), value);
        }
    }
    memory.keep("opened", uri);
    None
}

/// What stood in the query of the request that is answered now.
fn of_the_query(answer: &Answer, memory: &Memory, name: &str) -> Option<String> {
    answer.way_back()?;
    memory.kept(&format!("{name} beside {}", memory.kept("opened")?))
}
