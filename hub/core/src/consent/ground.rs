//! What a consent stands on at one moment, as one statement found it.

use crate::clock::Timestamp;
use crate::provider::{Marked, Reach};

/// The facts that decide whether a provider may read under a consent; `None` and false where there is no such consent.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Ground<'a> {
    /// The consent's state.
    pub(crate) state: Option<&'a str>,
    /// Until when it is given.
    pub(crate) until: Option<Timestamp>,
    /// `citizen` or `enterprise`.
    pub(crate) kind: Option<&'a str>,
    /// The mailbox's state.
    pub(crate) mailbox_state: Option<&'a str>,
    /// Whether the mailbox is marked as test.
    pub(crate) test: Option<bool>,
    /// Since when senders may write to a citizen.
    pub(crate) activated_at: Option<Timestamp>,
    /// Whether its giver may still give it: the holder, or somebody whose mandate decides.
    pub(crate) represented: Option<bool>,
}

impl Ground<'_> {
    /// Whether a provider that reaches those mailboxes may read under it.
    pub(crate) fn holds(&self, reach: Reach, now: Timestamp) -> bool {
        let active = self.kind == Some("enterprise") || self.activated_at.is_some();
        self.state == Some("authorised")
            && self.until.is_some_and(|until| now < until)
            && self.mailbox_state == Some("open")
            && reach.covers(Marked::of(self.test == Some(true)))
            && self.represented == Some(true)
            && active
    }

    /// Whether it has not ended: it stands, or stands still.
    pub(crate) fn lives(&self, now: Timestamp) -> bool {
        matches!(self.state, Some("authorised" | "suspended")) && self.until.is_some_and(|until| now < until)
    }
}
