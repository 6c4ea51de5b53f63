//! The trust in force: shared by every connection, replaced as a whole when its files change.

use std::path::PathBuf;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use arc_swap::ArcSwap;
use hub_core::clock::Timestamp;
use hub_core::peer::Role;
use rustls::pki_types::CertificateDer;

use super::judged::{Judged, Remembered};
use super::trust::{Trust, TrustError};

/// The trust in force and where it comes from; cheap to clone, all clones are one.
#[derive(Clone, Debug)]
pub struct TrustHandle(Arc<InForce>);

#[derive(Debug)]
struct InForce {
    environment: String,
    sources: Vec<(Role, PathBuf)>,
    current: ArcSwap<Epoch>,
    reloading: Mutex<()>,
}

/// One generation of trust; verdicts are remembered per generation.
#[derive(Debug)]
pub(super) struct Epoch {
    pub(super) number: u64,
    trust: Trust,
    judged: Judged,
}

impl TrustHandle {
    /// Loads the trust file of each role.
    ///
    /// # Errors
    /// As [`Trust::load`].
    pub fn open(environment: &str, sources: Vec<(Role, PathBuf)>) -> Result<Self, TrustError> {
        let trust = Trust::load(environment, &sources)?;
        Ok(Self(Arc::new(InForce {
            environment: environment.to_owned(),
            sources,
            current: ArcSwap::from_pointee(Epoch::next(trust)),
            reloading: Mutex::new(()),
        })))
    }

    /// Reads every file again; from then on all connections are judged by them, open ones included.
    ///
    /// # Errors
    /// As [`Trust::load`]; the trust in force then stays.
    pub fn reload(&self) -> Result<(), TrustError> {
        let _one_at_a_time = self.0.reloading.lock().unwrap_or_else(PoisonError::into_inner);
        let trust = Trust::load(&self.0.environment, &self.0.sources)?;
        self.0.current.store(Arc::new(Epoch::next(trust)));
        Ok(())
    }

    /// Looks at the trust in force.
    pub fn inspect<T>(&self, look: impl FnOnce(&Trust) -> T) -> T {
        look(&self.0.current.load().trust)
    }

    pub(super) fn current(&self) -> arc_swap::Guard<Arc<Epoch>> {
        self.0.current.load()
    }
}

impl Epoch {
    // Numbered over the whole process, so that a verdict is never remembered across two handles.
    fn next(trust: Trust) -> Self {
        static NUMBER: AtomicU64 = AtomicU64::new(1);
        Self { number: NUMBER.fetch_add(1, Ordering::Relaxed), trust, judged: Judged::new() }
    }

    /// What a chain is worth at `now`.
    pub(super) fn judge(&self, chain: &[CertificateDer<'_>], now: Timestamp) -> Arc<Remembered> {
        self.judged.judge((self.number, &self.trust), chain, now)
    }

    #[cfg(test)]
    pub(super) fn keeps(&self, chain: &[CertificateDer<'_>]) -> bool {
        self.judged.keeps(chain)
    }
}
