//! One key of the keyring.

use std::sync::Arc;

use aws_lc_rs::constant_time::verify_slices_are_equal;
use aws_lc_rs::hmac;
use serde::{Deserialize, Serialize};
use zeroize::Zeroizing;

use super::signer::{self, Signer};
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
    /// Of a purpose that signs.
    signer: Option<Arc<Signer>>,
}

impl KeyEntry {
    /// What a new key is told by; `place` is its number and its ordinal.
    fn new(environment: &str, purpose: Purpose, (no, ordinal): (u16, u32), now: Timestamp) -> Self {
        let id = format!("{environment}-{purpose}-{ordinal}");
        // Whole seconds, as the file keeps them.
        let created = Timestamp::from_seconds(now.seconds());
        Self { no, id, purpose, state: State::Active, created }
    }
}

impl Key {
    /// Makes ready a key that was read, with its certificates; the ordinal is the end of its id.
    pub(super) fn new(
        entry: KeyEntry,
        secret: Zeroizing<[u8; 32]>,
        chain: Vec<Vec<u8>>,
    ) -> Result<Self, KeyError> {
        let ordinal = entry.id.rsplit('-').next().and_then(|last| last.parse().ok());
        let Some(ordinal) = ordinal else {
            return Err(KeyError::Id { no: entry.no, id: entry.id });
        };
        Self::ready(entry, ordinal, secret, chain)
    }

    /// Makes a new key; `place` is its number and its ordinal.
    pub(super) fn fresh(
        environment: &str,
        purpose: Purpose,
        (no, ordinal): (u16, u32),
        now: Timestamp,
        random: &Random,
    ) -> Result<Self, KeyError> {
        let entry = KeyEntry::new(environment, purpose, (no, ordinal), now);
        if !purpose.signs() {
            return Self::ready(entry, ordinal, Zeroizing::new(random.bytes()), Vec::new());
        }
        let secret = signer::secret(random);
        let certificate = signer::self_issued(environment, &entry, &secret)?;
        Self::ready(entry, ordinal, secret, vec![certificate])
    }

    /// Makes a key that signs evidence out of PEM texts: the key and its certificates.
    pub(super) fn imported(
        environment: &str,
        (no, ordinal): (u16, u32),
        (key, chain): (&str, &str),
        now: Timestamp,
    ) -> Result<Self, KeyError> {
        let (secret, chain) = signer::from_pem(key, chain)?;
        Self::ready(KeyEntry::new(environment, Purpose::Evidence, (no, ordinal), now), ordinal, secret, chain)
    }

    fn ready(
        entry: KeyEntry,
        ordinal: u32,
        secret: Zeroizing<[u8; 32]>,
        chain: Vec<Vec<u8>>,
    ) -> Result<Self, KeyError> {
        let aead = Aead::new(&secret);
        let hmac = hmac::Key::new(hmac::HMAC_SHA256, secret.as_slice());
        let unfit = || KeyError::Certificate(entry.id.clone());
        let signer = match (entry.purpose.signs(), chain.is_empty()) {
            (true, _) => Some(Arc::new(Signer::new(&secret, chain).ok_or_else(unfit)?)),
            (false, true) => None,
            (false, false) => return Err(unfit()),
        };
        Ok(Self { entry, ordinal, secret, aead, hmac, signer })
    }

    /// The pair and the certificates of a key that signs.
    pub(super) fn signer(&self) -> Result<&Signer, KeyError> {
        self.signer.as_deref().ok_or_else(|| KeyError::Certificate(self.entry.id.clone()))
    }

    /// The same key, retired if it has this purpose.
    pub(super) fn retired_if(&self, purpose: Purpose) -> Self {
        let mut entry = self.entry.clone();
        if entry.purpose == purpose {
            entry.state = State::Retired;
        }
        let aead = Aead::new(&self.secret);
        let (secret, hmac, signer) = (self.secret.clone(), self.hmac.clone(), self.signer.clone());
        Self { entry, ordinal: self.ordinal, secret, aead, hmac, signer }
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
