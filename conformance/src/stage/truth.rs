//! The truth of the played hub: who it is, its mailboxes, its consents, and what happened.

use jiff::Timestamp;
use serde_json::{Value, json};

use super::{
    Setting,
    events::Signer,
    grants::{Consent, Grants, Life},
    letters::{Mailbox, time},
    random,
};
use crate::engine::now;

/// What a case may ask of the honest hub besides its answers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Knobs {
    /// Refresh tokens are replaced at each renewal, and the former one is refused.
    pub rotates: bool,
    /// What stands at the end of each `request_uri`.
    pub request_uri_tail: String,
    /// How long a pushed request is remembered, in seconds.
    pub push_seconds: u64,
    /// What is granted instead of what was asked.
    pub grants: Option<Vec<String>>,
    /// The first path segment of the machine endpoints: `moved`, or none.
    pub moved: bool,
    /// The machine endpoints are named with this origin instead of their own.
    pub machines: Option<String>,
    /// Messages on a page, at most.
    pub page: usize,
    /// Thumbprints of certificates that are refused.
    pub refused_certificates: Vec<String>,
}

/// Everything that the hub knows.
pub(crate) struct Truth {
    pub(crate) setting: Setting,
    pub(crate) signer: Signer,
    pub(crate) mailboxes: Vec<Mailbox>,
    pub(crate) grants: Grants,
    pub(crate) changes: Vec<Value>,
    pub(crate) knobs: Knobs,
    /// What the suite's browser shows at the authorization endpoint, and nobody else knows.
    pub(crate) browser: String,
}

impl Default for Knobs {
    fn default() -> Self {
        Self {
            rotates: false,
            request_uri_tail: String::new(),
            push_seconds: 90,
            grants: None,
            moved: false,
            machines: None,
            page: 100,
            refused_certificates: Vec::new(),
        }
    }
}

impl Truth {
    pub(crate) fn new(setting: Setting, signer: Signer) -> Self {
        let mailboxes = mailboxes(now());
        let (grants, knobs) = (Grants::default(), Knobs::default());
        Self { setting, signer, mailboxes, grants, changes: Vec::new(), knobs, browser: random::secret() }
    }

    /// As before the first customer; ids of mailboxes stay.
    pub(crate) fn reset(&mut self) {
        let fresh = mailboxes(now());
        for (mailbox, fresh) in self.mailboxes.iter_mut().zip(fresh) {
            mailbox.letters = fresh.letters;
        }
        self.grants = Grants::default();
        self.changes.clear();
        self.knobs = Knobs::default();
    }

    /// The place of a customer's mailbox.
    pub(crate) fn mailbox_of(&self, customer: &str, kind: &str) -> Option<usize> {
        self.mailboxes.iter().position(|mailbox| mailbox.customer == customer && mailbox.kind == kind)
    }

    /// The mailbox of an id, with its place.
    pub(crate) fn mailbox(&self, id: &str) -> Option<(usize, &Mailbox)> {
        self.mailboxes.iter().enumerate().find(|(_, mailbox)| mailbox.id == id)
    }

    /// A customer consents; gives the place of the consent.
    pub(crate) fn consents(&mut self, mailbox: usize, actions: Vec<String>) -> Option<usize> {
        let chosen = self.mailboxes.get(mailbox)?;
        let consent = Consent {
            id: random::id("cns"),
            mailbox,
            mailbox_id: chosen.id.clone(),
            kind: chosen.kind,
            actions: self.knobs.grants.clone().unwrap_or(actions),
            granted_at: now(),
            life: Life::Standing,
            grant: random::id("grt"),
        };
        let (place, superseded) = self.grants.give(consent);
        for ended in superseded {
            self.tell("consentEnded", ended, None);
        }
        self.tell("consentGranted", place, None);
        Some(place)
    }

    /// A consent ends.
    pub(crate) fn ends(&mut self, place: usize) {
        let stood = self.grants.consents.get(place).is_some_and(|consent| consent.life != Life::Ended);
        self.grants.end(place);
        if stood {
            self.tell("consentEnded", place, None);
        }
    }

    /// A letter comes into a mailbox; gives its id.
    pub(crate) fn publishes(&mut self, mailbox: usize, subject: &str) -> Option<String> {
        let id = self.mailboxes.get_mut(mailbox)?.receives(subject, now());
        let standing: Vec<usize> = (0..self.grants.consents.len())
            .filter(|place| {
                self.grants
                    .consents
                    .get(*place)
                    .is_some_and(|consent| consent.mailbox == mailbox && consent.life == Life::Standing)
            })
            .collect();
        for place in standing {
            self.tell("messageAvailable", place, Some(&id));
        }
        Some(id)
    }

    /// Appends to the change feed.
    pub(crate) fn tell(&mut self, kind: &str, place: usize, message: Option<&str>) {
        let Some(consent) = self.grants.consents.get(place) else { return };
        let mut change = json!({
            "changeId": random::id("chg"),
            "kind": kind,
            "at": time(now()),
            "mailboxId": consent.mailbox_id,
            "consentId": consent.id,
        });
        if let Some(message) = message {
            super::letters::put(&mut change, "messageId", json!(message));
        }
        self.changes.push(change);
    }

    /// The origin at which the machine endpoints are named now.
    pub(crate) fn machines(&self) -> String {
        let origin = self.knobs.machines.as_deref().unwrap_or(&self.setting.machines);
        if self.knobs.moved { format!("{origin}/moved") } else { origin.to_owned() }
    }
}

fn mailboxes(now: Timestamp) -> Vec<Mailbox> {
    [("one", "citizen"), ("two", "citizen"), ("one", "enterprise"), ("two", "enterprise")]
        .map(|(customer, kind)| Mailbox::new(customer, kind, now))
        .into()
}
