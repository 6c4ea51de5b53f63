//! What the app knows of its mailboxes and consents, whoever told it; a bank keeps it in its database.

use std::{
    collections::BTreeSet,
    sync::{Mutex, MutexGuard, PoisonError},
};

/// The mailboxes that consents opened, and the consents that ended.
///
/// Nothing is ever taken out: an event about a consent that ended is still for us, and what ended does not come back.
#[derive(Default)]
pub(crate) struct Book(Mutex<Pages>);

#[derive(Default)]
struct Pages {
    mailboxes: BTreeSet<String>,
    ended: BTreeSet<String>,
}

impl Book {
    /// Notes a mailbox that a consent opened.
    pub(crate) fn opened(&self, mailbox_id: &str) {
        self.pages().mailboxes.insert(mailbox_id.to_owned());
    }

    /// Says whether a consent ever opened this mailbox to us.
    pub(crate) fn knows(&self, mailbox_id: &str) -> bool {
        self.pages().mailboxes.contains(mailbox_id)
    }

    /// Notes the end of a consent.
    pub(crate) fn ended(&self, consent_id: &str) {
        self.pages().ended.insert(consent_id.to_owned());
    }

    /// Says whether a consent has ended.
    pub(crate) fn has_ended(&self, consent_id: &str) -> bool {
        self.pages().ended.contains(consent_id)
    }

    /// Forgets everything.
    pub(crate) fn clear(&self) {
        *self.pages() = Pages::default();
    }

    fn pages(&self) -> MutexGuard<'_, Pages> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
