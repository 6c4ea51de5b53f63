//! What the played hub keeps about consents: pushed requests, codes, tokens, and what each consent permits now.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde_json::{Value, json};

use super::{
    letters::{later, time},
    random,
};
use crate::engine::Stopwatch;

/// Where a consent is in its life.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Life {
    /// The app may read.
    Standing,
    /// It stands still and may go on.
    Suspended,
    /// It is over.
    Ended,
}

/// A consent of one customer for one mailbox.
#[derive(Clone, Debug)]
pub(crate) struct Consent {
    /// Its id.
    pub(crate) id: String,
    /// The place of its mailbox.
    pub(crate) mailbox: usize,
    /// The id of that mailbox.
    pub(crate) mailbox_id: String,
    /// `citizen` or `enterprise`.
    pub(crate) kind: &'static str,
    /// What it allows.
    pub(crate) actions: Vec<String>,
    /// When it was given.
    pub(crate) granted_at: Timestamp,
    /// Where it is in its life.
    pub(crate) life: Life,
    pub(crate) grant: String,
}

/// A request that was pushed.
#[derive(Clone, Debug)]
pub(crate) struct Pushed {
    pub(crate) state: Option<String>,
    pub(crate) challenge: String,
    pub(crate) redirect_uri: String,
    pub(crate) actions: Vec<String>,
    pub(crate) kind: &'static str,
    pub(crate) manages: bool,
    pub(crate) since: Stopwatch,
    pub(crate) seconds: u64,
}

/// A code, until it is redeemed.
#[derive(Clone, Debug)]
pub(crate) struct Code {
    pub(crate) challenge: String,
    pub(crate) redirect_uri: String,
    pub(crate) consent: usize,
    pub(crate) manages: bool,
    pub(crate) since: Stopwatch,
    pub(crate) used: bool,
}

/// An access token.
#[derive(Clone, Debug)]
pub(crate) struct Access {
    /// The place of its consent; `None` for the app's own.
    pub(crate) consent: Option<usize>,
    pub(crate) scopes: Vec<String>,
    /// The certificate that it is bound to.
    pub(crate) thumbprint: Option<String>,
    pub(crate) alive: bool,
}

/// All of it.
#[derive(Default)]
pub(crate) struct Grants {
    pub(crate) pushed: BTreeMap<String, Pushed>,
    pub(crate) codes: BTreeMap<String, Code>,
    pub(crate) access: BTreeMap<String, Access>,
    /// Refresh tokens with the place of their consent.
    pub(crate) refresh: BTreeMap<String, usize>,
    pub(crate) consents: Vec<Consent>,
}

impl Consent {
    /// When it ends by itself.
    pub(crate) fn until(&self) -> Timestamp {
        later(self.granted_at, 365)
    }

    /// Says whether it allows `action`.
    pub(crate) fn allows(&self, action: &str) -> bool {
        self.actions.iter().any(|allowed| allowed == action)
    }

    /// One element of `authorization_details`, as granted.
    pub(crate) fn details(&self, resource: &str) -> Value {
        json!({
            "type": "mailbox",
            "locations": [resource],
            "actions": self.actions,
            "mailboxKind": self.kind,
            "mailboxId": self.mailbox_id,
            "consentId": self.id,
            "until": time(self.until()),
            "withheld": false,
        })
    }

    /// The consent as the API tells it.
    pub(crate) fn shown(&self) -> Value {
        json!({
            "consentId": self.id,
            "mailboxId": self.mailbox_id,
            "mailboxKind": self.kind,
            "state": if self.life == Life::Suspended { "suspended" } else { "authorised" },
            "actions": self.actions,
            "grantedAt": time(self.granted_at),
            "until": time(self.until()),
            "withheld": false,
        })
    }
}

impl Grants {
    /// Gives a consent; an earlier one for the same mailbox is superseded. Gives its place and those that ended.
    pub(crate) fn give(&mut self, consent: Consent) -> (usize, Vec<usize>) {
        let superseded: Vec<usize> = (0..self.consents.len())
            .filter(|place| {
                self.consents
                    .get(*place)
                    .is_some_and(|known| known.mailbox == consent.mailbox && known.life != Life::Ended)
            })
            .collect();
        for place in &superseded {
            self.end(*place);
        }
        self.consents.push(consent);
        (self.consents.len() - 1, superseded)
    }

    /// Ends a consent, and its tokens with it.
    pub(crate) fn end(&mut self, place: usize) {
        if let Some(consent) = self.consents.get_mut(place) {
            consent.life = Life::Ended;
        }
        for access in self.access.values_mut().filter(|access| access.consent == Some(place)) {
            access.alive = false;
        }
    }

    /// An access token for a consent, or for the app itself.
    pub(crate) fn access_token(
        &mut self,
        consent: Option<usize>,
        scopes: Vec<String>,
        thumbprint: Option<String>,
    ) -> String {
        let token = format!("fat_{}", random::secret());
        self.access.insert(token.clone(), Access { consent, scopes, thumbprint, alive: true });
        token
    }

    /// A refresh token for a consent.
    pub(crate) fn refresh_token(&mut self, consent: usize) -> String {
        let token = format!("frt_{}", random::secret());
        self.refresh.insert(token.clone(), consent);
        token
    }

    /// The place of a consent by its id.
    pub(crate) fn place(&self, id: &str) -> Option<usize> {
        self.consents.iter().position(|consent| consent.id == id)
    }

    /// Makes every access token of a consent dead: the app has to renew.
    pub(crate) fn expire_access(&mut self, place: usize) {
        for access in self.access.values_mut().filter(|access| access.consent == Some(place)) {
            access.alive = false;
        }
    }
}
