//! Faults of the mailbox API as a protected resource.

use super::{Fault, answers, asks};
use crate::mutants::hubs::message::{Papers, Request};

pub(super) const FAULTS: &[Fault] = &[
    asks("reads-the-scheme-letter-by-letter", |request, _| {
        if request.reads("/mailboxes") && request.bearer().is_none() {
            request.headers.remove("authorization");
        }
        None
    }),
    asks("takes-tokens-of-the-query", |request, _| {
        let token = request.asked("access_token").filter(|_| request.reads("/mailboxes"))?;
        request.without(&["access_token"]);
        request.set_bearer(&token);
        None
    }),
    asks("takes-refresh-tokens-for-access-tokens", |request, memory| {
        let found = memory.issued(request.bearer()?)?.clone();
        if request.reads("/mailboxes") && request.bearer() == Some(&found.refresh) {
            request.set_bearer(&found.access);
        }
        None
    }),
    asks("compares-the-beginning-of-tokens", |request, memory| {
        let told = request.bearer()?.to_owned();
        let right = memory.grant_of("bank-app")?.access.clone();
        if request.reads("/mailboxes") && told.starts_with(&right[..right.len() - 1]) {
            request.set_bearer(&right);
        }
        None
    }),
    asks("takes-tokens-of-the-registry", |request, memory| {
        let told = memory.issued(request.bearer()?)?.clone();
        if request.reads("/mailboxes") && told.kind.contains("/messageRegistry/") {
            request.set_bearer(&memory.grant_of(&told.client)?.access.clone());
        }
        None
    }),
    answers("refuses-what-was-not-granted-as-401", |request, answer, _| {
        if request.path().starts_with("/mailbox/v1/mailboxes/") && answer.status == 403 {
            answer.status = 401;
            answer.edit(|problem| problem["status"] = 401.into());
        }
    }),
    asks("looks-at-no-action", |request, memory| {
        let told = memory.issued(request.bearer()?)?.clone();
        if request.path().starts_with("/mailbox/v1/mailboxes/") && told.kind == "refresh_token" {
            request.set_bearer(&memory.grant_of(&told.client)?.access.clone());
        }
        None
    }),
    asks("serves-tokens-of-other-certificates", |request, memory| {
        let owner = memory.issued(request.bearer()?)?.papers;
        let stolen = [Papers::Attacker, Papers::Second].contains(&request.papers);
        if is_list_of_mailboxes(request) && stolen {
            request.papers = owner;
        }
        None
    }),
    asks("serves-tokens-without-certificate", |request, memory| {
        let owner = memory.issued(request.bearer()?)?.papers;
        if is_list_of_mailboxes(request) && request.papers == Papers::Nobody {
            request.papers = owner;
        }
        None
    }),
    asks("serves-tokens-with-a-strangers-certificate", |request, memory| {
        let owner = memory.issued(request.bearer()?)?.papers;
        if is_list_of_mailboxes(request) && request.papers == Papers::Stranger {
            request.papers = owner;
        }
        None
    }),
    answers("gives-no-interaction-back", |_, answer, _| answer.remove("x-fapi-interaction-id")),
    answers("dates-no-answer", |request, answer, _| {
        if request.path().starts_with("/mailbox/v1") {
            answer.remove("date");
        }
    }),
    asks("own-tokens-open-mailboxes", |request, memory| {
        let told = memory.issued(request.bearer()?)?.clone();
        if request.reads("/mailboxes/") && told.kind.starts_with("client_credentials") {
            request.set_bearer(&memory.grant_of(&told.client)?.access.clone());
        }
        None
    }),
];

fn is_list_of_mailboxes(request: &Request) -> bool {
    request.is("GET", "/mailbox/v1/mailboxes")
}
