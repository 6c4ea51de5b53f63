//! The few operations of AWS-LC that keys are used with.
//!
//! Nonces come from the caller. None of these can fail but opening, which fails for anything that was not
//! sealed by the same key with the same nonce and the same associated data.

use aws_lc_rs::aead::{AES_256_GCM, Aad, LessSafeKey, Nonce, UnboundKey};
use aws_lc_rs::cipher::{
    AES_256, DecryptingKey, DecryptionContext, EncryptingKey, EncryptionContext, UnboundCipherKey,
};
use aws_lc_rs::error::Unspecified;
use aws_lc_rs::{hkdf, hmac};
use zeroize::Zeroizing;

/// Bytes of a nonce.
pub(crate) const NONCE: usize = 12;
/// Bytes that sealing adds at the end.
pub(crate) const TAG: usize = 16;

/// AES-256-GCM under one key.
pub(crate) struct Aead(LessSafeKey);

impl Aead {
    pub(crate) fn new(secret: &[u8; 32]) -> Self {
        Self(LessSafeKey::new(sure(UnboundKey::new(&AES_256_GCM, secret))))
    }

    /// Appends `plain`, sealed, to `out`. The nonce must never have been used with this key.
    pub(crate) fn seal(&self, nonce: [u8; NONCE], aad: &[u8], plain: &[u8], out: &mut Vec<u8>) {
        let start = out.len();
        out.reserve(plain.len() + TAG);
        out.extend_from_slice(plain);

        let (_, body) = out.split_at_mut(start);
        let nonce = Nonce::assume_unique_for_key(nonce);
        let tag = sure(self.0.seal_in_place_separate_tag(nonce, Aad::from(aad), body));
        out.extend_from_slice(tag.as_ref());
    }

    /// Opens in place and gives the plain text's length, which is at the front; `None` if it does not verify.
    pub(crate) fn open(&self, nonce: [u8; NONCE], aad: &[u8], sealed: &mut [u8]) -> Option<usize> {
        let nonce = Nonce::assume_unique_for_key(nonce);
        self.0.open_in_place(nonce, Aad::from(aad), sealed).ok().map(|plain| plain.len())
    }
}

/// AES-256 of single blocks: a secret permutation of 16 bytes.
pub(crate) struct Block {
    encrypting: EncryptingKey,
    decrypting: DecryptingKey,
}

impl Block {
    pub(crate) fn new(secret: &[u8; 32]) -> Self {
        let key = || sure(UnboundCipherKey::new(&AES_256, secret));
        Self { encrypting: sure(EncryptingKey::ecb(key())), decrypting: sure(DecryptingKey::ecb(key())) }
    }

    pub(crate) fn encrypt(&self, mut block: [u8; 16]) -> [u8; 16] {
        sure(self.encrypting.less_safe_encrypt(&mut block, EncryptionContext::None));
        block
    }

    pub(crate) fn decrypt(&self, mut block: [u8; 16]) -> [u8; 16] {
        sure(self.decrypting.decrypt(&mut block, DecryptionContext::None));
        block
    }
}

/// `N` bytes derived from a secret for the use that `info` describes (HKDF-SHA-256, RFC 5869).
///
/// The parts of `info` are joined without separators; the caller keeps them unambiguous.
pub(crate) fn derive<const N: usize>(secret: &[u8; 32], info: &[&[u8]]) -> Zeroizing<[u8; N]> {
    let mut derived = Zeroizing::new([0; N]);
    let salted = hkdf::Salt::new(hkdf::HKDF_SHA256, b"facteur").extract(secret);
    let bytes = sure(salted.expand(info, Length(N)));
    sure(bytes.fill(derived.as_mut_slice()));
    derived
}

/// HMAC-SHA-256 of `value`.
pub(crate) fn hmac_sha256(key: &hmac::Key, value: &[u8]) -> [u8; 32] {
    sure(hmac::sign(key, value).as_ref().try_into().map_err(|_| Unspecified))
}

/// How much key material to derive.
struct Length(usize);

impl hkdf::KeyType for Length {
    fn len(&self) -> usize {
        self.0
    }
}

/// The outcome of an operation that fails only for lengths which the types above rule out.
#[expect(clippy::expect_used, reason = "key, block and output lengths are fixed by the types of this module")]
fn sure<T>(outcome: Result<T, Unspecified>) -> T {
    outcome.expect("lengths are fixed")
}
