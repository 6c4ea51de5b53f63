//! Faults between two providers of one citizen: names that are the same, that lead elsewhere, or that tell.

use serde_json::json;

use super::{Fault, answers, asks, both};
use crate::mutants::hubs::memory::Memory;
use crate::mutants::hubs::message::{Answer, Papers, Request};

pub(super) const FAULTS: &[Fault] = &[
    both("shows-one-mailbox-by-one-name", one_name_on_the_way_in, one_name_on_the_way_out),
    both("names-change-with-the-token", new_names_on_the_way_in, new_names_on_the_way_out),
    asks("leads-names-of-one-provider-to-another", |request, memory| {
        let found = memory.foreign_mailbox("post-app", request.path()).cloned();
        if let Some(found) = found.filter(|_| request.papers == Papers::Second) {
            let owner = memory.grant_of(&found.client)?.clone();
            request.papers = Papers::First;
            request.set_bearer(&owner.access);
        }
        None
    }),
    answers("forbids-what-is-anothers", |request, answer, memory| {
        if is_anothers(request, answer, memory) {
            answer.status = 403;
            answer.edit(|problem| problem["status"] = json!(403));
        }
    }),
    answers("says-that-it-is-anothers", |request, answer, memory| {
        if is_anothers(request, answer, memory) {
            answer.edit(|problem| problem["detail"] = json!("this mailbox is another provider's"));
        }
    }),
    asks("takes-cursors-of-others", |request, memory| {
        let owner = memory.kept(&request.asked("after")?)?;
        if owner != request.papers.client() {
            request.without(&["after"]);
        }
        None
    })
    .then(|request, answer, memory| {
        let next = answer.text("next");
        let url = url::Url::parse(&next).ok();
        let cursor = url.and_then(|url| {
            url.query_pairs().find(|(name, _)| name == "after").map(|(_, value)| value.into_owned())
        });
        if let Some(cursor) = cursor.filter(|_| request.reads("/mailboxes/")) {
            memory.keep(cursor, request.papers.client());
        }
    }),
];

/// Whether something was not found that another provider has.
fn is_anothers(request: &Request, answer: &Answer, memory: &Memory) -> bool {
    let foreign = memory.foreign_mailbox("post-app", request.path());
    request.papers == Papers::Second && answer.status == 404 && foreign.is_some()
}

/// The names of the mailbox for the first and the second provider.
fn mailboxes(memory: &Memory) -> Option<(String, String)> {
    Some((memory.grant_of("bank-app")?.mailbox.clone(), memory.grant_of("post-app")?.mailbox.clone()))
}

fn one_name_on_the_way_in(request: &mut Request, memory: &mut Memory) -> Option<Answer> {
    let (first, second) = mailboxes(memory)?;
    if request.papers == Papers::Second {
        request.target = request.target.replace(&first, &second);
    }
    None
}

fn one_name_on_the_way_out(request: &Request, answer: &mut Answer, memory: &mut Memory) {
    let Some((first, second)) = mailboxes(memory).filter(|_| request.papers == Papers::Second) else {
        return;
    };
    if let Ok(text) = std::str::from_utf8(&answer.body) {
        answer.set_body(text.replace(&second, &first).into());
    }
}

/// A message as it is named with the `n`th token: its last letter moves on.
fn moved(name: &str, n: usize) -> String {
    const LETTERS: &str = "0123456789abcdefghjkmnpqrstvwxyz";
    let (begin, last) = name.split_at(name.len() - 1);
    let place = LETTERS.find(last).unwrap_or_default();
    let letter = LETTERS.chars().cycle().nth(place + n).unwrap();
    format!("{begin}{letter}")
}

/// The names of messages in a text.
fn names(text: &str) -> Vec<String> {
    let found = text.match_indices("msg_").filter_map(|(at, _)| text.get(at..at + 30));
    found.map(str::to_owned).collect()
}

fn new_names_on_the_way_in(request: &mut Request, memory: &mut Memory) -> Option<Answer> {
    for name in names(&request.target) {
        if let Some(real) = memory.kept(&name) {
            request.target = request.target.replace(&name, &real);
        }
    }
    None
}

fn new_names_on_the_way_out(request: &Request, answer: &mut Answer, memory: &mut Memory) {
    let Some(token) = request.bearer().filter(|_| request.reads("/mailboxes/")).map(str::to_owned) else {
        return;
    };
    let seen = memory.counts.len();
    let n = *memory.counts.entry(token).or_insert(seen);
    let Some(mut text) = std::str::from_utf8(&answer.body).ok().map(str::to_owned) else { return };
    for name in names(&text) {
        let alias = moved(&name, n);
        text = text.replace(&name, &alias);
        memory.keep(alias, name);
    }
    if n > 0 {
        answer.set_body(text.into());
    }
}
