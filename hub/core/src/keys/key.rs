//! One key of the keyring.

use aws_lc_rs::constant_time::verify_slices_are_equal;
use aws_lc_rs::hmac;
use serde::{Deserialize, Serialize};
use zeroize::Zeroizing;

use super::{Aead, KeyError, Purpose};
use crate::clock::Timestamp;
use crate::random::Random;

/// What may be told about a key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeyEntry {
    /// The number that sealed values carry; unique in the keyring.
    pub no: u16,
    /// Environment, purpose and ordinal: `demo-content-1`.
    pub id: String,
    /// What it is for.
    pub purpose: Purpose,
    /// Whether it seals.
    pub state: State,
    /// When it was made.
    pub created: Timestamp,
}

/// Whether a key seals.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum State {
    /// Seals and opens.
    Active,
    /// Opens what it sealed before.
    Retired,
}

/// A key with its secret, ready to use.
pub(super) struct Key {
    pub(super) entry: KeyEntry,
    /// Its place among all keys ever made for its purpose, from 1.
    pub(super) ordinal: u32,
    pub(super) secret: Zeroizing<[u8; 32]>,
    pub(super) aead: Aead,
    pub(super) hmac: hmac::Key,
}

impl Key {
    /// Makes ready a key that was read; the ordinal is the end of its id.
    pub(super) fn new(entry: KeyEntry, secret: Zeroizing<[u8; 32]>) -> Result<Self, KeyError> {
        let ordinal = entry.id.rsplit('-').next().and_then(|last| last.parse().ok());
        let Some(ordinal) = ordinal else {
            return Err(KeyError::Id { no: entry.no, id: entry.id });
        };
        Ok(Self::ready(entry, ordinal, secret))
    }

    /// Makes a new key; `place` is its number and its ordinal.
    pub(super) fn fresh(
        environment: &str,
        purpose: Purpose,
        (no, ordinal): (u16, u32),
        now: Timestamp,
        random: &Random,
    ) -> Self {
        let id = format!("{environment}-{purpose}-{ordinal}");
        // Whole seconds, as the file keeps them.
        let created = Timestamp::from_seconds(now.seconds());
        let entry = KeyEntry { no, id, purpose, state: State::Active, created };
        Self::ready(entry, ordinal, Zeroizing::new(random.bytes()))
    }

    fn ready(entry: KeyEntry, ordinal: u32, secret: Zeroizing<[u8; 32]>) -> Self {
        let aead = Aead::new(&secret);
        let hmac = hmac::Key::new(hmac::HMAC_SHA256, secret.as_slice());
        Self { entry, ordinal, secret, aead, hmac }
    }

    /// The same key, retired if it has this purpose.
    pub(super) fn retired_if(&self, purpose: Purpose) -> Self {
        let mut entry = self.entry.clone();
        if entry.purpose == purpose {
            entry.state = State::Retired;
        }
        Self::ready(entry, self.ordinal, self.secret.clone())
    }

    /// The two bits by which outside ids name their key.
    pub(super) fn generation(&self) -> u8 {
        self.ordinal.wrapping_sub(1).to_le_bytes()[0] & 3
    }

    pub(super) fn same_secret(&self, other: &Self) -> bool {
        verify_slices_are_equal(self.secret.as_slice(), other.secret.as_slice()).is_ok()
    }

    /// The id says what it is: environment, purpose, ordinal, spelled in one way.
    pub(super) fn check(&self, environment: &str) -> Result<(), KeyError> {
        let KeyEntry { no, id, purpose, .. } = &self.entry;
        if *no == 0 {
            return Err(KeyError::Zero);
        }
        if self.ordinal == 0 || *id != format!("{environment}-{purpose}-{}", self.ordinal) {
            return Err(KeyError::Id { no: *no, id: id.clone() });
        }
        Ok(())
    }
}
