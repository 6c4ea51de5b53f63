//! What a front has seen: what any hub knows of its clients, and what a fault keeps for itself.

use std::collections::BTreeMap;

use super::message::{Answer, Papers, Request, value};

/// Since the fault began.
#[derive(Default)]
pub(super) struct Memory {
    /// What faults keep, by names of their own.
    pub(super) texts: BTreeMap<String, String>,
    /// Answers that faults keep.
    pub(super) answers: BTreeMap<String, Answer>,
    /// How often something happened, for faults that count.
    pub(super) counts: BTreeMap<String, usize>,
    /// Requests that the front sends by itself, each with the name under which its answer is kept.
    pub(super) errands: Vec<(String, Request)>,
    /// Everything issued by the token endpoint, the latest last.
    issued: Vec<Issued>,
    /// Of each pushed request by its address, the client.
    pushed: BTreeMap<String, String>,
}

/// What the token endpoint gave.
#[derive(Clone)]
pub(super) struct Issued {
    pub(super) client: String,
    pub(super) papers: Papers,
    /// The grant type, with the scope of an own token or the resource of a renewal.
    pub(super) kind: String,
    pub(super) access: String,
    pub(super) refresh: String,
    /// The mailbox that it opens; empty if it is an own token.
    pub(super) mailbox: String,
}

impl Memory {
    /// Takes note of what passed.
    pub(super) fn notice(&mut self, request: &Request, answer: &Answer) {
        if request.is("POST", "/par") && answer.status == 201 {
            let client = request.field("client_id").unwrap_or_default();
            self.pushed.insert(answer.text("request_uri"), client);
        }
        if request.is("POST", "/token") && answer.status == 200 {
            let form = request.form();
            let field = |name: &str| value(&form, name).unwrap_or_default();
            let kind = format!("{} {}{}", field("grant_type"), field("scope"), field("resource"));
            let mailbox = answer.document()["authorization_details"][0]["mailboxId"].clone();
            self.issued.push(Issued {
                client: field("client_id"),
                papers: request.papers,
                kind: kind.trim().to_owned(),
                access: answer.text("access_token"),
                refresh: answer.text("refresh_token"),
                mailbox: mailbox.as_str().unwrap_or_default().to_owned(),
            });
        }
    }

    /// To whom a token or refresh token was issued.
    pub(super) fn issued(&self, token: &str) -> Option<&Issued> {
        let is_it = |issued: &&Issued| issued.access == token || issued.refresh == token;
        self.issued.iter().rev().find(is_it).filter(|_| !token.is_empty())
    }

    /// The latest token of this kind that a client got.
    pub(super) fn latest(&self, client: &str, kind: &str) -> Option<&Issued> {
        self.issued.iter().rev().find(|issued| issued.client == client && issued.kind == kind)
    }

    /// The latest token that opens a mailbox of this client with everything that was granted.
    pub(super) fn grant_of(&self, client: &str) -> Option<&Issued> {
        self.latest(client, "authorization_code")
    }

    /// The client that pushed a request.
    pub(super) fn pushed_by(&self, request_uri: &str) -> Option<&str> {
        self.pushed.get(request_uri).map(String::as_str)
    }

    /// The name of the mailbox of another client that stands in a text.
    pub(super) fn foreign_mailbox(&self, client: &str, text: &str) -> Option<&Issued> {
        let of_others = self.issued.iter().rev().filter(|issued| issued.client != client);
        of_others.filter(|issued| !issued.mailbox.is_empty()).find(|issued| text.contains(&issued.mailbox))
    }

    pub(super) fn keep(&mut self, name: impl Into<String>, text: impl Into<String>) {
        self.texts.insert(name.into(), text.into());
    }

    pub(super) fn kept(&self, name: &str) -> Option<String> {
        self.texts.get(name).cloned()
    }

    /// Counts one more and gives how many it were before.
    pub(super) fn count(&mut self, name: &str) -> usize {
        let count = self.counts.entry(name.to_owned()).or_default();
        *count += 1;
        *count - 1
    }
}
