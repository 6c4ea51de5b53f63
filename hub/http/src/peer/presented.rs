//! What one connection presented, with the verdict on it remembered as long as it holds.

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use arc_swap::ArcSwapOption;
use hub_core::clock::Timestamp;
use rustls::pki_types::CertificateDer;

use super::handle::TrustHandle;
use super::judged::Remembered;
use super::verdict::Verdict;

/// The chain a connection presented; in the extensions of each of its requests, cheap to clone.
///
/// A request without it came through a door that asks for no certificate.
#[derive(Clone)]
pub struct PeerCertificates(Arc<Presented>);

struct Presented {
    chain: Vec<CertificateDer<'static>>,
    remembered: ArcSwapOption<Remembered>,
    came: AtomicBool,
}

impl PeerCertificates {
    /// The chain as the handshake gave it, the peer's own certificate first; none is an empty one.
    pub fn new(chain: Option<&[CertificateDer<'static>]>) -> Self {
        let chain = chain.unwrap_or_default().to_vec();
        Self(Arc::new(Presented { chain, remembered: ArcSwapOption::empty(), came: AtomicBool::new(false) }))
    }

    /// Whether this is the first request of its connection that asks so.
    pub(crate) fn comes_first(&self) -> bool {
        !self.0.came.swap(true, Ordering::Relaxed)
    }

    /// The verdict at `now` by the trust in force.
    ///
    /// Remembered on the connection until trust changes, a certificate or a revocation list ends, or, for a
    /// refusal, one second has passed: asking on every request costs a comparison.
    pub fn verdict(&self, trust: &TrustHandle, now: Timestamp) -> Verdict {
        let current = trust.current();
        let remembered = self.0.remembered.load();
        if let Some(verdict) = remembered.as_deref().and_then(|known| known.held(current.number, now)) {
            return verdict;
        }
        let judged = current.judge(&self.0.chain, now);
        let verdict = judged.verdict();
        self.0.remembered.store(Some(judged));
        verdict
    }
}

impl fmt::Debug for PeerCertificates {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "PeerCertificates({})", self.0.chain.len())
    }
}
