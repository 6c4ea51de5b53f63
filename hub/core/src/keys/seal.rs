//! Sealing, opening and keyed hashes.
//!
//! A sealed value is the key's number (2 bytes, big-endian), a random nonce (12 bytes), and AES-256-GCM.

use std::sync::Arc;

use super::crypto::{NONCE, TAG};
use super::key::Key;
use super::{KeyError, Keyring, Purpose, hmac_sha256};
use crate::random::Random;

impl Keyring {
    /// Seals `plain` with the active key of the purpose.
    ///
    /// `aad` says where the value belongs; it opens nowhere else. See [`column_aad`].
    pub fn seal(&self, purpose: Purpose, aad: &[u8], plain: &[u8], random: &Random) -> Vec<u8> {
        let key = self.active(purpose);
        let nonce = random.bytes::<NONCE>();

        let mut sealed = Vec::with_capacity(NUMBER + NONCE + plain.len() + TAG);
        sealed.extend_from_slice(&key.entry.no.to_be_bytes());
        sealed.extend_from_slice(&nonce);
        key.aead.seal(nonce, aad, plain, &mut sealed);
        sealed
    }

    /// Opens what [`Keyring::seal`] gave for the same purpose and `aad`, with the key that it names.
    pub fn open(&self, purpose: Purpose, aad: &[u8], sealed: &[u8]) -> Result<Vec<u8>, KeyError> {
        let (no, sealed) = sealed.split_first_chunk::<NUMBER>().ok_or(KeyError::Damaged)?;
        let (nonce, body) = sealed.split_first_chunk::<NONCE>().ok_or(KeyError::Damaged)?;
        let key = self.key(purpose, u16::from_be_bytes(*no))?;

        let mut plain = body.to_vec();
        let length = key.aead.open(*nonce, aad, &mut plain).ok_or(KeyError::Damaged)?;
        plain.truncate(length);
        Ok(plain)
    }

    /// The keyed hash under which `value` is stored now, with the number of its key.
    pub fn index(&self, purpose: Purpose, value: &[u8]) -> (u16, [u8; 32]) {
        let key = self.active(purpose);
        (key.entry.no, hmac_sha256(&key.hmac, value))
    }

    /// Every keyed hash under which `value` may have been stored, newest key first.
    pub fn indexes(&self, purpose: Purpose, value: &[u8]) -> Vec<(u16, [u8; 32])> {
        let hash = |key: &Arc<Key>| (key.entry.no, hmac_sha256(&key.hmac, value));
        self.keys_for(purpose).rev().map(hash).collect()
    }

    /// Marks `value` (HMAC-SHA-256): the number of the active key, then the 32 bytes, to be kept together.
    pub fn mac(&self, purpose: Purpose, value: &[u8]) -> (u16, [u8; 32]) {
        self.index(purpose, value)
    }

    /// Says, in constant time, whether key `no` made this mark for `value`.
    pub fn verifies(&self, purpose: Purpose, no: u16, value: &[u8], mark: &[u8]) -> bool {
        let Ok(key) = self.key(purpose, no) else {
            return false;
        };
        aws_lc_rs::hmac::verify(&key.hmac, value, mark).is_ok()
    }
}

/// Where a sealed column belongs: table, column and primary key, so that no two places read alike (TRUST 21).
pub fn column_aad(table: &str, column: &str, primary_key: &[u8]) -> Vec<u8> {
    let mut aad = Vec::with_capacity(8 + table.len() + column.len() + primary_key.len());
    for name in [table, column] {
        aad.extend_from_slice(&u32::try_from(name.len()).unwrap_or(u32::MAX).to_be_bytes());
        aad.extend_from_slice(name.as_bytes());
    }
    aad.extend_from_slice(primary_key);
    aad
}

/// A key from which the keys of outside ids are derived.
#[derive(Clone, Copy)]
pub(crate) struct OutsideKey<'a> {
    pub(crate) no: u16,
    /// 0 to 3; outside ids carry it.
    pub(crate) generation: u8,
    pub(crate) secret: &'a [u8; 32],
}

impl Keyring {
    /// The key for new outside ids.
    pub(crate) fn outside_active(&self) -> OutsideKey<'_> {
        OutsideKey::of(self.active(Purpose::OutsideIds))
    }

    /// The key of outside ids that carry this generation.
    pub(crate) fn outside_generation(&self, generation: u8) -> Option<OutsideKey<'_>> {
        let mut keys = self.keys_for(Purpose::OutsideIds);
        keys.find(|key| key.generation() == generation).map(|key| OutsideKey::of(key))
    }
}

impl<'a> OutsideKey<'a> {
    fn of(key: &'a Key) -> Self {
        Self { no: key.entry.no, generation: key.generation(), secret: &key.secret }
    }
}

/// Bytes of a key's number in front of what it sealed.
const NUMBER: usize = 2;
