//! Changes: what providers are told of, in the order of the facts.
//!
//! A fact's transaction appends its change to a queue and touches no provider's row (DATA rule 2); a sequencer
//! moves the queue into each provider's feed. A change that names its provider goes only there.

mod sql;

use crate::clock::Timestamp;
use crate::id::{ConsentId, MailboxId, ProviderId};

/// A change of a consent, about to be queued.
pub(crate) struct NewChange {
    pub(crate) mailbox: MailboxId,
    /// `consentGranted`, `consentChanged` or `consentEnded`.
    pub(crate) kind: &'static str,
    pub(crate) provider: ProviderId,
    pub(crate) consent: ConsentId,
    pub(crate) at: Timestamp,
}
