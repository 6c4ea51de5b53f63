//! The verdict on a presented chain: one function over DER, trust and an instant.

use std::sync::Arc;
use std::time::Duration;

use aws_lc_rs::digest::{SHA256, digest};
use hub_core::clock::Timestamp;
use hub_core::peer::{PeerIdentity, Refusal};
use rustls::pki_types::CertificateDer;

use super::anchor::Anchor;
use super::certificate::Certificate;
use super::file::Profile;
use super::name::rfc4514;
use super::trust::Trust;

const MAX_CERTIFICATES: usize = 4;
const MAX_BYTES: usize = 16 * 1024;
const MAX_RSA_BITS: usize = 4096;
const MAX_ALTERNATIVE_NAMES: usize = 16;

/// What a connection's certificate is worth.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// None was presented.
    Absent,
    /// It opens nothing, and why.
    Refused(Refusal),
    /// An authority of ours vouches for this identity; whose it is, a registration says.
    Trusted(Arc<PeerIdentity>),
}

impl Verdict {
    /// The identity, or the reason why there is none; an absent certificate is a reason too.
    ///
    /// # Errors
    /// [`Refusal::Absent`], or the reason of the refusal.
    pub fn identity(&self) -> Result<&PeerIdentity, Refusal> {
        match self {
            Self::Absent => Err(Refusal::Absent),
            Self::Refused(reason) => Err(*reason),
            Self::Trusted(identity) => Ok(identity),
        }
    }
}

/// Judges the presented chain, the peer's own certificate first, at `now`.
pub fn verdict(trust: &Trust, chain: &[CertificateDer<'_>], now: Timestamp) -> Verdict {
    judge(trust, chain, now).verdict
}

/// A verdict and the instant from which it has to be asked again.
#[derive(Debug)]
pub(super) struct Judgement {
    pub(super) verdict: Verdict,
    pub(super) until: Timestamp,
}

pub(super) fn judge(trust: &Trust, chain: &[CertificateDer<'_>], now: Timestamp) -> Judgement {
    if chain.is_empty() {
        return Judgement { verdict: Verdict::Absent, until: Timestamp(i64::MAX) };
    }
    match trusted(trust, chain, now) {
        Ok((identity, until)) => Judgement { verdict: Verdict::Trusted(Arc::new(identity)), until },
        Err(reason) => {
            Judgement { verdict: Verdict::Refused(reason), until: now.plus(Duration::from_secs(1)) }
        }
    }
}

fn trusted(
    trust: &Trust,
    chain: &[CertificateDer<'_>],
    now: Timestamp,
) -> Result<(PeerIdentity, Timestamp), Refusal> {
    let read = within_limits(chain)?;
    let (Some(leaf), Some(leaf_der)) = (read.first(), chain.first()) else {
        return Err(Refusal::Absent);
    };
    let named = read.iter().filter_map(Certificate::demo_environment);
    if named.into_iter().any(|named| named != trust.environment) {
        return Err(Refusal::WrongEnvironment);
    }

    let anchor = vouching(trust, chain, &read, now)?;
    if !leaf.is_for_clients() {
        return Err(Refusal::WrongUsage);
    }
    if anchor.profile == Some(Profile::BelgianApplication)
        && leaf.belgian_environment() != Some(belgian(&trust.environment))
    {
        return Err(Refusal::WrongEnvironment);
    }

    let ends = read.iter().map(|certificate| certificate.validity().1.plus(Duration::from_secs(1)));
    let until = ends.filter(|end| *end > now).fold(anchor.good_until(now), Timestamp::min);
    Ok((identity(anchor, leaf, leaf_der), until))
}

// What is larger is not even looked at: TRUST T1.
fn within_limits<'a>(chain: &'a [CertificateDer<'_>]) -> Result<Vec<Certificate<'a>>, Refusal> {
    let bytes: usize = chain.iter().map(|der| der.len()).sum();
    if chain.len() > MAX_CERTIFICATES || bytes > MAX_BYTES {
        return Err(Refusal::TooLarge);
    }
    let read: Option<Vec<_>> = chain.iter().map(Certificate::read).collect();
    let read = read.ok_or(Refusal::UnknownIssuer)?;
    let too_large = |certificate: &Certificate<'_>| {
        certificate.rsa_bits() > MAX_RSA_BITS || certificate.alternative_name_count() > MAX_ALTERNATIVE_NAMES
    };
    if read.iter().any(too_large) {
        return Err(Refusal::TooLarge);
    }
    Ok(read)
}

// The first anchor that verifies the chain, else the most telling of the reasons.
fn vouching<'t>(
    trust: &'t Trust,
    chain: &[CertificateDer<'_>],
    read: &[Certificate<'_>],
    now: Timestamp,
) -> Result<&'t Anchor, Refusal> {
    let mut reason = Refusal::UnknownIssuer;
    for anchor in trust.anchors.iter().filter(|anchor| anchor.may_have_issued(read)) {
        match anchor.verify(chain, now) {
            Ok(()) => return Ok(anchor),
            Err(Refusal::UnknownIssuer) => {}
            Err(other) => reason = other,
        }
    }
    Err(reason)
}

fn identity(anchor: &Anchor, leaf: &Certificate<'_>, der: &CertificateDer<'_>) -> PeerIdentity {
    let (san_uris, san_dns) = leaf.alternative_names();
    let (not_before, not_after) = leaf.validity();
    let belgian = anchor.profile == Some(Profile::BelgianApplication);
    let mut thumbprint = [0; 32];
    thumbprint.copy_from_slice(digest(&SHA256, der).as_ref());
    PeerIdentity {
        role: anchor.role,
        anchor: anchor.name.clone(),
        san_uris,
        san_dns,
        subject: rfc4514(leaf.parsed().subject()),
        organization: leaf.organization().or_else(|| leaf.belgian_organization().filter(|_| belgian)),
        thumbprint,
        not_before,
        not_after,
    }
}

// The environment as the Belgian profile abbreviates it; a demo counts as integration.
fn belgian(environment: &str) -> &'static str {
    match environment {
        "production" => "PRD",
        "acceptance" => "ACC",
        _ => "INT",
    }
}

#[cfg(test)]
mod tests;
