//! Tags of answers: a keyed hash of everything that an answer depends on (TRUST T8, DATA rule 4).
//!
//! The name holds the life of the data, the mailbox's version, the consent and its epoch, the reference data's epoch, who
//! asks and what. What ends by time stands in the tag itself: until when it may be taken for unchanged. The version in a
//! name was read before the answer was built, so that an answer is never older than its tag says.

use std::ops::Deref;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use uuid::Uuid;

use crate::clock::Timestamp;
use crate::hub::Hub;
use crate::id::{ConsentId, MailboxId, Sha256};
use crate::keys::Purpose;

/// An answer and its tag.
#[derive(Clone, Debug)]
pub struct Tagged<T> {
    /// The answer.
    pub value: T,
    /// Its tag, in quotes, as `ETag` has it; `None` if the consent leaves out something of the mailbox: when an answer's tag
    /// changes tells when something happens there.
    pub tag: Option<String>,
}

impl<T> Deref for Tagged<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.value
    }
}

/// What an answer about a mailbox depends on, besides what was asked.
#[derive(Clone, Copy, Debug)]
pub(crate) struct State {
    pub(crate) mailbox: MailboxId,
    pub(crate) version: i64,
    pub(crate) consent: ConsentId,
    pub(crate) consent_epoch: i64,
    pub(crate) reference_epoch: i64,
}

/// The name of an answer: its state, who asks, and what.
pub(crate) struct Name<'a> {
    pub(crate) hub: &'a Hub,
    pub(crate) state: State,
    /// The party, in bytes.
    pub(crate) party: Uuid,
    /// Whether it is an enterprise's own software, which is shown what no provider is.
    pub(crate) own: bool,
    /// Which kind of answer.
    pub(crate) kind: &'static str,
    /// What was asked, in one spelling.
    pub(crate) asked: Vec<u8>,
}

impl Name<'_> {
    /// The tag of the answer; `fresh_until` is the first moment at which time alone changes it.
    pub(crate) fn tag(&self, fresh_until: Option<Timestamp>) -> String {
        let until = fresh_until.unwrap_or(Timestamp(i64::MAX)).0.to_be_bytes();
        let (_, mark) = self.hub.parts().keys.current().mac(Purpose::Cursors, &self.bytes(until));
        let mark = mark.first_chunk::<16>().copied().unwrap_or_default();
        format!("\"{}\"", URL_SAFE_NO_PAD.encode([until.as_slice(), &mark].concat()))
    }

    /// Which of these tags is that of the answer as it is now.
    pub(crate) fn known<'t>(&self, tags: &[&'t str], now: Timestamp) -> Option<&'t str> {
        tags.iter().copied().find(|tag| self.is(tag, now))
    }

    fn is(&self, tag: &str, now: Timestamp) -> bool {
        let inside = tag.strip_prefix('"').and_then(|tag| tag.strip_suffix('"')).unwrap_or_default();
        let Ok(bytes) = URL_SAFE_NO_PAD.decode(inside) else { return false };
        let Some(until) = bytes.first_chunk::<8>() else { return false };
        let until = Timestamp(i64::from_be_bytes(*until));
        now < until && self.tag(Some(until)) == tag
    }

    /// The name under which the answer is kept as that face writes it.
    pub(crate) fn key(&self, face: &'static str) -> Sha256 {
        Sha256::of(&[face.as_bytes(), &[0], &self.bytes([0; 8])].concat())
    }

    fn bytes(&self, until: [u8; 8]) -> Vec<u8> {
        let State { mailbox, version, consent, consent_epoch, reference_epoch } = self.state;
        let numbers = [version, consent_epoch, reference_epoch].map(i64::to_be_bytes).concat();
        let ids = [self.hub.incarnation(), mailbox.0, consent.0, self.party].map(Uuid::into_bytes).concat();
        [
            FORMAT,
            until.as_slice(),
            &ids,
            &numbers,
            &[u8::from(self.own)],
            self.kind.as_bytes(),
            &[0],
            &self.asked,
        ]
        .concat()
    }
}

/// Moves with every change of how answers are written.
const FORMAT: &[u8] = b"answer-tag:4\0";
