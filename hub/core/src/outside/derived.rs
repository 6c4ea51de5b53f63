//! The key of one party and kind, derived from the keyring's key and kept for the next id.

use std::collections::HashMap;
use std::sync::{Arc, PoisonError, RwLock};

use aws_lc_rs::constant_time::verify_slices_are_equal;
use aws_lc_rs::hmac;
use uuid::Uuid;
use zeroize::Zeroizing;

use super::{OutsideKind, OutsideParty};
use crate::keys::{Block, OutsideKey, derive, hmac_sha256};

/// What ids of one party, kind and generation are made with.
pub(super) struct Derived {
    pub(super) generation: u8,
    pub(super) block: Block,
    proof: hmac::Key,
}

impl Derived {
    fn of(key: &OutsideKey<'_>, kind: OutsideKind, party: &OutsideParty) -> Self {
        let info: [&[u8]; 2] = [kind.prefix().as_bytes(), &party.bytes()];
        let material: Zeroizing<[u8; 64]> = derive(key.secret, &info);
        let (block, proof) = halves(&material);
        Self {
            generation: key.generation,
            block: Block::new(block),
            proof: hmac::Key::new(hmac::HMAC_SHA256, proof),
        }
    }

    /// The block of 8 bytes and the proof of the mailbox that they belong to.
    pub(super) fn with_proof(&self, mailbox: Uuid, place: [u8; 8]) -> [u8; 16] {
        join(place, self.proof_of(mailbox))
    }

    /// The 8 bytes of a block, if it belongs to this mailbox.
    pub(super) fn proven(&self, mailbox: Uuid, block: [u8; 16]) -> Option<[u8; 8]> {
        let (place, proof) = block.split_first_chunk::<8>()?;
        verify_slices_are_equal(&self.proof_of(mailbox), proof).ok().map(|()| *place)
    }

    /// The block that stands for a number, which it does not hold.
    pub(super) fn block_of(&self, number: &str) -> [u8; 16] {
        hmac_sha256(&self.proof, number.as_bytes()).first_chunk().copied().unwrap_or_default()
    }

    fn proof_of(&self, mailbox: Uuid) -> [u8; 8] {
        let [a, b, c, d, e, f, g, h, ..] = hmac_sha256(&self.proof, mailbox.as_bytes());
        [a, b, c, d, e, f, g, h]
    }
}

/// Derived keys in use, at most [`KEPT`] of them.
#[derive(Default)]
pub(super) struct DerivedKeys(RwLock<HashMap<(u16, OutsideKind, OutsideParty), Arc<Derived>>>);

impl DerivedKeys {
    /// The key of a party and kind under one of the keyring's keys.
    pub(super) fn of(&self, key: OutsideKey<'_>, kind: OutsideKind, party: &OutsideParty) -> Arc<Derived> {
        let name = (key.no, kind, *party);
        if let Some(known) = self.0.read().unwrap_or_else(PoisonError::into_inner).get(&name) {
            return Arc::clone(known);
        }
        let derived = Arc::new(Derived::of(&key, kind, party));

        let mut kept = self.0.write().unwrap_or_else(PoisonError::into_inner);
        // Deriving again takes microseconds, so forgetting all of them is simpler than choosing some.
        if kept.len() >= KEPT {
            kept.clear();
        }
        kept.insert(name, Arc::clone(&derived));
        derived
    }
}

fn join(first: [u8; 8], second: [u8; 8]) -> [u8; 16] {
    ((u128::from(u64::from_be_bytes(first)) << 64) | u128::from(u64::from_be_bytes(second))).to_be_bytes()
}

fn halves(material: &[u8; 64]) -> (&[u8; 32], &[u8]) {
    let (first, second) = material.split_at(32);
    (first.first_chunk().unwrap_or(&[0; 32]), second)
}

/// How many derived keys stay in memory.
const KEPT: usize = 8_192;
