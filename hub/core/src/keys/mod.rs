//! Keys: one 32-byte secret per purpose, kept in a file outside the database.
//!
//! Whatever is sealed with a key names it, so that keys can be rotated: the new one seals, the former ones
//! still open. The keyring belongs to one environment, and so do its key ids (`demo-content-1`). Secrets are
//! never printed and are wiped from memory when they are dropped.

use std::sync::Arc;

use self::key::Key;
use crate::clock::Timestamp;
use crate::random::Random;

mod crypto;
mod error;
mod events;
mod file;
mod handle;
mod key;
mod purpose;
mod seal;
mod signer;
#[cfg(test)]
mod tests;

pub(crate) use crypto::{Aead, Block, TAG, derive, hmac_sha256};
pub use error::KeyError;
pub use handle::Keys;
pub use key::{KeyEntry, State};
pub use purpose::Purpose;
pub(crate) use seal::OutsideKey;
pub use seal::column_aad;
pub(crate) use signer::Signer;

/// All keys of one hub.
///
/// Holds for every purpose exactly one active key, at any time.
pub struct Keyring {
    environment: String,
    keys: Vec<Arc<Key>>,
    active: Active,
}

impl Keyring {
    /// Makes a keyring with one fresh key per purpose, numbered from 1.
    pub fn create(environment: &str, now: Timestamp, random: &Random) -> Result<Self, KeyError> {
        let fresh = |(no, purpose): (u16, &Purpose)| Key::fresh(environment, *purpose, (no, 1), now, random);
        let keys = (1..).zip(Purpose::ALL).map(fresh).collect::<Result<_, _>>()?;
        Self::of(environment, keys)
    }

    /// The environment whose data these keys protect: demo, integration, acceptance or production.
    pub fn environment(&self) -> &str {
        &self.environment
    }

    /// Every key by number, without its secret.
    pub fn entries(&self) -> impl Iterator<Item = &KeyEntry> {
        self.keys.iter().map(|key| &key.entry)
    }

    /// Puts a fresh key in the place of the active one, which is retired: it still opens and no longer seals.
    ///
    /// Gives the new key's entry. Outside ids have four generations: a fifth is refused for as long as the
    /// first one stands in the file.
    pub fn rotate(
        &mut self,
        purpose: Purpose,
        now: Timestamp,
        random: &Random,
    ) -> Result<KeyEntry, KeyError> {
        let fresh = Key::fresh(&self.environment, purpose, self.next(purpose)?, now, random)?;
        self.succeed(fresh)
    }

    /// Puts a key with certificates from elsewhere in the place of the active one of `Purpose::Evidence`.
    ///
    /// `key` is a P-256 key in PKCS #8, `chain` its certificates, the signer's first; both PEM.
    pub fn import(&mut self, key: &str, chain: &str, now: Timestamp) -> Result<KeyEntry, KeyError> {
        let place = self.next(Purpose::Evidence)?;
        let imported = Key::imported(&self.environment, place, (key, chain), now)?;
        self.succeed(imported)
    }

    /// Number and ordinal of the next key of a purpose.
    fn next(&self, purpose: Purpose) -> Result<(u16, u32), KeyError> {
        let highest = self.entries().map(|entry| entry.no).max().unwrap_or(0);
        let ordinal = self.keys_for(purpose).map(|key| key.ordinal).max().unwrap_or(0) + 1;
        Ok((highest.checked_add(1).ok_or(KeyError::Full)?, ordinal))
    }

    /// Retires the active key of the newcomer's purpose.
    fn succeed(&mut self, newcomer: Key) -> Result<KeyEntry, KeyError> {
        let entry = newcomer.entry.clone();
        let mut keys: Vec<Key> = self.keys.iter().map(|key| key.retired_if(entry.purpose)).collect();
        keys.push(newcomer);

        *self = Self::of(&self.environment, keys)?;
        Ok(entry)
    }

    /// The key that signs evidence now.
    pub(crate) fn signer(&self) -> Result<(&KeyEntry, &Signer), KeyError> {
        let key = self.active(Purpose::Evidence);
        key.signer().map(|signer| (&key.entry, signer))
    }

    /// Every key that signs evidence or did, by number.
    pub(crate) fn signers(&self) -> impl Iterator<Item = (&KeyEntry, &Signer)> {
        self.keys_for(Purpose::Evidence)
            .filter_map(|key| key.signer().ok().map(|signer| (&key.entry, signer)))
    }

    /// Puts keys together and checks everything that a keyring promises.
    fn of(environment: &str, mut keys: Vec<Key>) -> Result<Self, KeyError> {
        if !ENVIRONMENTS.contains(&environment) {
            return Err(KeyError::Environment(environment.to_owned()));
        }
        keys.sort_by_key(|key| key.entry.no);
        for key in &keys {
            key.check(environment)?;
        }
        for (one, next) in keys.iter().zip(keys.iter().skip(1)) {
            if one.entry.no == next.entry.no {
                return Err(KeyError::SameNumber(one.entry.no));
            }
        }
        check_ordinals(&keys)?;

        let keys: Vec<Arc<Key>> = keys.into_iter().map(Arc::new).collect();
        let active = Active::of(&keys)?;
        Ok(Self { environment: environment.to_owned(), keys, active })
    }

    /// The keys of a purpose, by number.
    fn keys_for(&self, purpose: Purpose) -> impl DoubleEndedIterator<Item = &Arc<Key>> {
        self.keys.iter().filter(move |key| key.entry.purpose == purpose)
    }

    /// The key with this number, if it has this purpose.
    fn key(&self, purpose: Purpose, no: u16) -> Result<&Key, KeyError> {
        let key = self.keys_for(purpose).find(|key| key.entry.no == no);
        key.map(Arc::as_ref).ok_or(KeyError::Unknown(no))
    }

    /// The one key that seals for this purpose.
    fn active(&self, purpose: Purpose) -> &Key {
        let active = &self.active;
        match purpose {
            Purpose::Content => &active.content,
            Purpose::SsinSeal => &active.ssin_seal,
            Purpose::SsinIndex => &active.ssin_index,
            Purpose::OutsideIds => &active.outside_ids,
            Purpose::Cursors => &active.cursors,
            Purpose::SealedColumns => &active.sealed_columns,
            Purpose::JournalHeads => &active.journal_heads,
            Purpose::Evidence => &active.evidence,
            Purpose::EvidenceSalt => &active.evidence_salt,
            Purpose::Events => &active.events,
        }
    }

    /// This keyring, but sealing with the keys with which `former` does, of which it must have all.
    fn sealing_as(self, former: &Self) -> Self {
        Self { active: former.active.clone(), ..self }
    }

    /// Says whether `next` may take this keyring's place while the hub runs.
    ///
    /// Another environment may not, nor a file in which a key that seals today is missing or changed: that
    /// is the wrong file, and everything sealed so far would be lost with it.
    fn allows(&self, next: &Self) -> Result<(), KeyError> {
        if next.environment != self.environment {
            return Err(KeyError::Environment(next.environment.clone()));
        }
        for key in self.keys.iter().filter(|key| key.entry.state == State::Active) {
            let kept = next.key(key.entry.purpose, key.entry.no);
            if !kept.is_ok_and(|kept| kept.same_secret(key)) {
                return Err(KeyError::Missing(key.entry.id.clone()));
            }
        }
        Ok(())
    }
}

impl std::fmt::Debug for Keyring {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Keyring").field("environment", &self.environment).finish_non_exhaustive()
    }
}

/// The key of each purpose that seals.
#[derive(Clone)]
struct Active {
    content: Arc<Key>,
    ssin_seal: Arc<Key>,
    ssin_index: Arc<Key>,
    outside_ids: Arc<Key>,
    cursors: Arc<Key>,
    sealed_columns: Arc<Key>,
    journal_heads: Arc<Key>,
    evidence: Arc<Key>,
    evidence_salt: Arc<Key>,
    events: Arc<Key>,
}

impl Active {
    fn of(keys: &[Arc<Key>]) -> Result<Self, KeyError> {
        let only = |purpose: Purpose| {
            let mut active =
                keys.iter().filter(|key| key.entry.purpose == purpose && key.entry.state == State::Active);
            match (active.next(), active.next()) {
                (Some(key), None) => Ok(Arc::clone(key)),
                (None, _) if !keys.iter().any(|key| key.entry.purpose == purpose) => {
                    Err(KeyError::NoKey(purpose))
                }
                _ => Err(KeyError::NotOneActive(purpose)),
            }
        };
        Ok(Self {
            content: only(Purpose::Content)?,
            ssin_seal: only(Purpose::SsinSeal)?,
            ssin_index: only(Purpose::SsinIndex)?,
            outside_ids: only(Purpose::OutsideIds)?,
            cursors: only(Purpose::Cursors)?,
            sealed_columns: only(Purpose::SealedColumns)?,
            journal_heads: only(Purpose::JournalHeads)?,
            evidence: only(Purpose::Evidence)?,
            evidence_salt: only(Purpose::EvidenceSalt)?,
            events: only(Purpose::Events)?,
        })
    }
}

/// Two keys of a purpose never share an ordinal, nor two keys for outside ids a generation.
fn check_ordinals(keys: &[Key]) -> Result<(), KeyError> {
    for (at, key) in keys.iter().enumerate() {
        let outside = key.entry.purpose == Purpose::OutsideIds;
        let clashes = |other: &&Key| {
            other.entry.purpose == key.entry.purpose
                && (other.ordinal == key.ordinal || outside && other.generation() == key.generation())
        };
        if keys.iter().skip(at + 1).any(|other| clashes(&other)) {
            return Err(KeyError::Generation(key.entry.id.clone()));
        }
    }
    Ok(())
}

/// The environments there are (TRUST 4).
const ENVIRONMENTS: [&str; 4] = ["demo", "integration", "acceptance", "production"];
