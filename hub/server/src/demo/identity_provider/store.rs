//! Values kept in memory for a short time under names that cannot be guessed.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use data_encoding::BASE64URL_NOPAD;
use hub_core::clock::Timestamp;
use hub_core::random::Random;

/// Values with one length of life.
pub(super) struct Store<T> {
    life: Duration,
    entries: Mutex<HashMap<String, (Timestamp, T)>>,
}

impl<T> Store<T> {
    /// Makes an empty store whose values live for `life`.
    pub(super) fn new(life: Duration) -> Self {
        Self { life, entries: Mutex::new(HashMap::new()) }
    }

    /// Keeps a value and gives its new name; `None` if the store is full.
    pub(super) fn put(&self, value: T, now: Timestamp, random: &Random) -> Option<String> {
        let name = BASE64URL_NOPAD.encode(&random.bytes::<32>());
        let mut entries = self.entries();
        entries.retain(|_, (until, _)| now < *until);
        if entries.len() >= MOST {
            return None;
        }
        entries.insert(name.clone(), (now.plus(self.life), value));
        Some(name)
    }

    /// Takes a value out: it can be had only once.
    pub(super) fn take(&self, name: &str, now: Timestamp) -> Option<T> {
        let (until, value) = self.entries().remove(name)?;
        (now < until).then_some(value)
    }

    fn entries(&self) -> MutexGuard<'_, HashMap<String, (Timestamp, T)>> {
        self.entries.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl<T: Clone> Store<T> {
    /// A copy of a value, which stays.
    pub(super) fn get(&self, name: &str, now: Timestamp) -> Option<T> {
        let entries = self.entries();
        let (until, value) = entries.get(name)?;
        (now < *until).then(|| value.clone())
    }
}

/// More than a demo ever has at once.
const MOST: usize = 10_000;
