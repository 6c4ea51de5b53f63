//! Cursors: where a list goes on, sealed so that only we can read or make one.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use super::OutsideParty;
use crate::keys::{Keys, Purpose};
use crate::random::Random;

/// Seals and opens cursors.
pub struct Cursors {
    keys: Keys,
    random: Random,
}

impl Cursors {
    /// Cursors under the keyring's key for them.
    pub fn new(keys: Keys, random: Random) -> Self {
        Self { keys, random }
    }

    /// The cursor of a party in one kind of list, in base64url.
    pub fn seal(&self, kind: &str, party: &OutsideParty, plain: &[u8]) -> String {
        let sealed = self.keys.current().seal(Purpose::Cursors, &place(kind, party), plain, &self.random);
        URL_SAFE_NO_PAD.encode(sealed)
    }

    /// What was sealed; `None` if the text is not a cursor of this party in this kind of list.
    pub fn open(&self, kind: &str, party: &OutsideParty, text: &str) -> Option<Vec<u8>> {
        let sealed = URL_SAFE_NO_PAD.decode(text).ok()?;
        self.keys.current().open(Purpose::Cursors, &place(kind, party), &sealed).ok()
    }
}

/// Where a cursor belongs: party, whose kind fixes its length, then the kind of list.
fn place(kind: &str, party: &OutsideParty) -> Vec<u8> {
    let mut place = party.bytes();
    place.extend_from_slice(kind.as_bytes());
    place
}
