//! What a node has counted and not yet written down.

use std::collections::HashMap;
use std::mem::take;
use std::sync::{Mutex, MutexGuard, PoisonError};

use super::Kind;
use crate::peer::{PeerIdentity, Role};

/// The counters of a node.
#[derive(Debug, Default)]
pub struct Tally(Mutex<Tallied>);

/// What was counted, by client where it was known and by certificate where not.
#[derive(Debug, Default)]
pub(crate) struct Tallied {
    pub(crate) clients: HashMap<(String, Kind), i64>,
    pub(crate) certificates: HashMap<[u8; 32], Seen>,
}

/// What a certificate did.
#[derive(Clone, Debug)]
pub(crate) struct Seen {
    pub(crate) identity: PeerIdentity,
    /// Connections.
    pub(crate) came: i64,
    /// Requests before the time that it was told to wait.
    pub(crate) hurried: i64,
}

impl Tally {
    /// A client did something.
    pub fn happened(&self, client_id: &str, kind: Kind) {
        *self.inside().clients.entry((client_id.to_owned(), kind)).or_default() += 1;
    }

    /// A connection with this certificate begins.
    pub fn came(&self, identity: &PeerIdentity) {
        self.seen(identity, |seen| seen.came += 1);
    }

    /// The holder of this certificate called before the time that it was told to wait.
    pub fn hurried(&self, identity: &PeerIdentity) {
        self.seen(identity, |seen| seen.hurried += 1);
    }

    /// Everything that was counted, which begins again at nothing.
    pub(crate) fn take(&self) -> Tallied {
        take(&mut *self.inside())
    }

    /// Counts again what could not be written down.
    pub(crate) fn give_back(&self, clients: &HashMap<(String, Kind), i64>) {
        let mut inside = self.inside();
        for (key, times) in clients {
            *inside.clients.entry(key.clone()).or_default() += times;
        }
    }

    fn seen(&self, identity: &PeerIdentity, count: impl FnOnce(&mut Seen)) {
        if identity.role != Role::Provider {
            return;
        }
        let mut inside = self.inside();
        let known = inside.certificates.contains_key(&identity.thumbprint);
        if known || inside.certificates.len() < MOST {
            let fresh = || Seen { identity: identity.clone(), came: 0, hurried: 0 };
            count(inside.certificates.entry(identity.thumbprint).or_insert_with(fresh));
        }
    }

    fn inside(&self) -> MutexGuard<'_, Tallied> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Certificates that are remembered between two writings: a bound, not a budget.
const MOST: usize = 10_000;
