//! Randomness, handed to whoever makes a secret, an id or a key.

use aws_lc_rs::rand::{SecureRandom, SystemRandom};
use uuid::Uuid;

use crate::clock::Timestamp;

/// A source of unpredictable bytes.
#[derive(Clone, Debug, Default)]
pub struct Random(SystemRandom);

impl Random {
    /// The operating system's generator.
    pub fn system() -> Self {
        Self(SystemRandom::new())
    }

    /// `N` unpredictable bytes.
    ///
    /// The generator of AWS-LC aborts the process itself when the kernel gives it no entropy, so that a
    /// predictable secret is never handed out.
    pub fn bytes<const N: usize>(&self) -> [u8; N] {
        let mut bytes = [0; N];
        while self.0.fill(&mut bytes).is_err() {}
        bytes
    }

    /// A new UUIDv7 whose time part is `now` (RFC 9562 5.7).
    pub fn id(&self, now: Timestamp) -> Uuid {
        let milliseconds = u64::try_from(now.0.div_euclid(1_000)).unwrap_or(0);
        uuid::Builder::from_unix_timestamp_millis(milliseconds, &self.bytes::<10>()).into_uuid()
    }

    /// A new random UUIDv4, for trace ids and what must not say when it was made.
    pub fn trace_id(&self) -> Uuid {
        uuid::Builder::from_random_bytes(self.bytes()).into_uuid()
    }
}
