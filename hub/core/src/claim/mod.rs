//! Idempotency keys under which a request runs.
//!
//! Held in memory: whoever dies holds nothing, and the same request can be tried again at once. Between nodes the rows decide: a
//! key has one answer, and of two requests that ran side by side the later one finds it taken when it commits.

mod sql;

use std::collections::HashSet;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use crate::clock::Timestamp;

pub(crate) use sql::NewAnswer;

/// The keys that requests of this node hold.
#[derive(Clone, Default)]
pub(crate) struct Claims(Arc<Mutex<HashSet<Key>>>);

/// Whose key, and the key.
type Key = (String, String);

/// A key that one request holds; dropped, it is free.
pub(crate) struct Claim {
    claims: Claims,
    key: Key,
}

impl Claims {
    /// Claims the key of this owner; `None` while another request holds it.
    pub(crate) fn take(&self, owner: &str, key: &str) -> Option<Claim> {
        let key = (owner.to_owned(), key.to_owned());
        let fresh = self.held().insert(key.clone());
        fresh.then(|| Claim { claims: self.clone(), key })
    }

    fn held(&self) -> MutexGuard<'_, HashSet<Key>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Claim {
    pub(crate) fn owner(&self) -> &str {
        &self.key.0
    }

    pub(crate) fn key(&self) -> &str {
        &self.key.1
    }
}

impl Drop for Claim {
    fn drop(&mut self) {
        self.claims.held().remove(&self.key);
    }
}

/// Keys answered before that instant are forgotten.
pub(crate) fn forgotten_before(now: Timestamp) -> Timestamp {
    now.minus(KEPT)
}

/// How long an answer is kept.
const KEPT: Duration = Duration::from_secs(7 * 24 * 3_600);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_request_at_a_time_holds_a_key() {
        let claims = Claims::default();
        let held = claims.take("tax", "key").unwrap();
        assert!(claims.take("tax", "key").is_none());
        assert!(claims.take("family", "key").is_some(), "another's key is another key");
        drop(held);
        assert!(claims.take("tax", "key").is_some());
    }
}
