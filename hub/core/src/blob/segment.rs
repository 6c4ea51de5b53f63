//! Content segments: 64 KiB each, sealed alone, so that a range verifies without the rest (TRUST 22).
//!
//! The nonce is the segment's number and whether it is the last; the associated data is the object's id.
//! So a segment that was changed, moved, or taken from another object does not open, and neither does the
//! end of an object that was cut.

use uuid::Uuid;
use zeroize::Zeroizing;

use crate::keys::{Aead, TAG};

/// Bytes of plain text in a segment; the last one may have fewer.
pub(super) const SEGMENT: usize = 64 * 1024;
/// Bytes of a sealed segment.
pub(super) const SEALED: usize = SEGMENT + TAG;

/// Whether more segments follow.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum End {
    More,
    Last,
}

/// Seals and opens the segments of one object.
pub(super) struct Segments {
    object: Uuid,
    aead: Aead,
}

impl Segments {
    /// `key` must never have sealed another object.
    pub(super) fn new(object: Uuid, key: &[u8; 32]) -> Self {
        Self { object, aead: Aead::new(key) }
    }

    /// Appends segment `number`, sealed.
    pub(super) fn seal(&self, number: u64, end: End, plain: &[u8], out: &mut Vec<u8>) {
        self.aead.seal(nonce(number, end), self.object.as_bytes(), plain, out);
    }

    /// Opens segment `number` in place and gives the plain text's length.
    pub(super) fn open(&self, number: u64, end: End, sealed: &mut [u8]) -> Option<usize> {
        self.aead.open(nonce(number, end), self.object.as_bytes(), sealed)
    }
}

/// What the content key's seals are bound to: the object and the SHA-256 of its plain text (TRUST 22).
pub(super) fn wrapped_key_aad(object: Uuid, sha256: &[u8; 32]) -> Vec<u8> {
    [object.as_bytes().as_slice(), sha256].concat()
}

/// The same for content that is sealed where it stands; it can never pass for a wrapped key.
pub(super) fn inline_aad(object: Uuid, sha256: &[u8; 32]) -> Vec<u8> {
    [object.as_bytes().as_slice(), sha256, b"inline"].concat()
}

/// The key of a new object, or one that was unwrapped.
pub(super) type ObjectKey = Zeroizing<[u8; 32]>;

/// How many segments content of this size has.
pub(super) fn count(size: u64) -> u64 {
    size.div_ceil(SEGMENT as u64)
}

/// How many bytes its object has.
pub(super) fn sealed_size(size: u64) -> u64 {
    size + count(size) * TAG as u64
}

fn nonce(number: u64, end: End) -> [u8; 12] {
    let [a, b, c, d, e, f, g, h] = number.to_be_bytes();
    [0, 0, 0, a, b, c, d, e, f, g, h, u8::from(end == End::Last)]
}
