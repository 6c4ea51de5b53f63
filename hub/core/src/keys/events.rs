//! The keys of event tokens: which one signs, and which ones are published.
//!
//! A new key is published ten minutes before it signs: for longer than the set may be cached, and nodes take to read it; a
//! former one stays published for as long as what it signed may be looked at.

use std::time::Duration;

use super::key::Key;
use super::{KeyEntry, KeyError, Keyring, Purpose, Signer};
use crate::clock::Timestamp;

impl Keyring {
    /// The key that signs event tokens at `now`.
    pub(crate) fn event_signer(&self, now: Timestamp) -> Result<(&KeyEntry, &Signer), KeyError> {
        let known = |key: &&Key| key.entry.created.plus(PUBLISHED_BEFORE) <= now;
        let newest = self.event_keys().rev().find(known);
        let key = newest.or_else(|| self.event_keys().next()).ok_or(KeyError::NoKey(Purpose::Events))?;
        key.signer().map(|signer| (&key.entry, signer))
    }

    /// The keys of event tokens that are published at `now`, oldest first.
    pub(crate) fn event_signers(&self, now: Timestamp) -> impl Iterator<Item = (&KeyEntry, &Signer)> {
        let successors = self.event_keys().skip(1).map(|key| Some(key.entry.created)).chain([None]);
        let over =
            move |successor: Option<Timestamp>| successor.is_some_and(|at| at.plus(PUBLISHED_AFTER) <= now);
        let published = self.event_keys().zip(successors).filter(move |(_, successor)| !over(*successor));
        published.filter_map(|(key, _)| key.signer().ok().map(|signer| (&key.entry, signer)))
    }

    fn event_keys(&self) -> impl DoubleEndedIterator<Item = &Key> {
        self.keys_for(Purpose::Events).map(AsRef::as_ref)
    }
}

/// So long a key is published before it signs.
const PUBLISHED_BEFORE: Duration = Duration::from_secs(600);
/// So long it stays published after another took its place: feeds and dead letters are kept for 30 days.
const PUBLISHED_AFTER: Duration = Duration::from_secs(35 * 24 * 3600);

#[cfg(test)]
mod tests {
    use super::*;
    use crate::random::Random;

    const DAY: Duration = Duration::from_secs(24 * 3600);

    #[test]
    fn a_new_key_is_published_before_it_signs_and_an_old_one_after() {
        let begun = Timestamp::from_seconds(1_800_000_000);
        let mut keyring = Keyring::create("demo", begun, &Random::system()).unwrap();
        let signs = |keyring: &Keyring, now| keyring.event_signer(now).unwrap().0.id.clone();
        let published = |keyring: &Keyring, now| -> Vec<String> {
            keyring.event_signers(now).map(|(entry, _)| entry.id.clone()).collect()
        };
        assert_eq!(signs(&keyring, begun), "demo-events-1");

        let turned = begun.plus(DAY);
        keyring.rotate(Purpose::Events, turned, &Random::system()).unwrap();
        assert_eq!(signs(&keyring, turned.plus(Duration::from_secs(599))), "demo-events-1");
        assert_eq!(published(&keyring, turned), ["demo-events-1", "demo-events-2"]);
        assert_eq!(signs(&keyring, turned.plus(Duration::from_secs(600))), "demo-events-2");
        assert_eq!(published(&keyring, turned.plus(DAY * 34)).len(), 2);
        assert_eq!(published(&keyring, turned.plus(DAY * 35)), ["demo-events-2"]);
    }
}
