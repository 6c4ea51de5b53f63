//! Verdicts that are remembered: on a connection, and of a trusted chain also from one connection to the next.
//!
//! A client that connects anew with the certificate that it showed before costs a hash, not the verification of two
//! signatures. What is remembered belongs to one generation of trust and goes with it; what was refused is not kept, so that nobody
//! fills this with chains of no worth.

use std::sync::Arc;

use aws_lc_rs::digest::{Context, SHA256};
use hub_core::clock::Timestamp;
use moka::sync::Cache;
use rustls::pki_types::CertificateDer;

use super::trust::Trust;
use super::verdict::{Judgement, Verdict, judge};

/// A verdict of a generation of trust, and when it was found.
#[derive(Debug)]
pub(super) struct Remembered {
    epoch: u64,
    at: Timestamp,
    judgement: Judgement,
}

impl Remembered {
    /// The verdict, if it holds at `now` by that generation of trust.
    pub(super) fn held(&self, epoch: u64, now: Timestamp) -> Option<Verdict> {
        let holds = self.epoch == epoch && (self.at..self.judgement.until).contains(&now);
        holds.then(|| self.judgement.verdict.clone())
    }

    /// The verdict, of the instant at which it was found.
    pub(super) fn verdict(&self) -> Verdict {
        self.judgement.verdict.clone()
    }
}

/// The chains that a generation of trust was shown and trusts.
#[derive(Debug)]
pub(super) struct Judged(Cache<[u8; 32], Arc<Remembered>>);

impl Judged {
    pub(super) fn new() -> Self {
        Self(Cache::new(CHAINS))
    }

    /// What a chain is worth at `now`, by this generation of trust and its number.
    pub(super) fn judge(
        &self,
        (epoch, trust): (u64, &Trust),
        chain: &[CertificateDer<'_>],
        now: Timestamp,
    ) -> Arc<Remembered> {
        let name = name(chain);
        if let Some(known) = self.0.get(&name).filter(|known| known.held(epoch, now).is_some()) {
            return known;
        }
        let judgement = judge(trust, chain, now);
        let remembered = Arc::new(Remembered { epoch, at: now, judgement });
        if matches!(remembered.judgement.verdict, Verdict::Trusted(_)) {
            self.0.insert(name, Arc::clone(&remembered));
        }
        remembered
    }

    /// Whether a chain is kept.
    #[cfg(test)]
    pub(super) fn keeps(&self, chain: &[CertificateDer<'_>]) -> bool {
        self.0.contains_key(&name(chain))
    }
}

/// The hash of a chain, each certificate with its length.
fn name(chain: &[CertificateDer<'_>]) -> [u8; 32] {
    let mut context = Context::new(&SHA256);
    for certificate in chain {
        context.update(&certificate.len().to_be_bytes());
        context.update(certificate);
    }
    let mut name = [0; 32];
    name.copy_from_slice(context.finish().as_ref());
    name
}

/// Chains at most: about a kilobyte each.
const CHAINS: u64 = 10_000;
