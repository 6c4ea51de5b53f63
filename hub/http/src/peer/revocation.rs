//! Revocation lists: read from the files a trust file names, never from where a presented certificate points.
//!
//! Whoever runs the hub fetches them to those files; the hub rereads a file that changed. A list past its
//! `nextUpdate` closes the parties of its issuer, and only those.

use std::fmt;
use std::path::{Path, PathBuf};
use std::time::Duration;

use hub_core::clock::Timestamp;
use rustls::pki_types::CertificateRevocationListDer;
use rustls::pki_types::pem::PemObject;
use x509_parser::prelude::{CertificateRevocationList, FromDer, X509Certificate};

use super::trust::TrustError;

/// One revocation list as loaded.
#[derive(Clone, Debug)]
pub struct RevocationList {
    /// The anchor under which it was named.
    pub anchor: String,
    /// The file it was read from.
    pub file: PathBuf,
    /// When its issuer made it.
    pub this_update: Timestamp,
    /// When its issuer promised the next one; from then on it counts no more.
    pub next_update: Timestamp,
    pub(super) der: CertificateRevocationListDer<'static>,
}

/// How urgently a new revocation list is needed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Alarm {
    /// More than half of its life is over.
    HalfLife,
    /// It ends within 48 hours.
    EndsSoon,
    /// It has ended: the issuer's parties are refused.
    Expired,
}

impl fmt::Display for Alarm {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::HalfLife => "past half of its life",
            Self::EndsSoon => "ends within 48 hours",
            Self::Expired => "expired",
        })
    }
}

impl RevocationList {
    /// How urgently a new list is needed at `now`; `None` if this one is fresh.
    pub fn alarm(&self, now: Timestamp) -> Option<Alarm> {
        let half = self.this_update.plus(self.next_update.since(self.this_update) / 2);
        if now >= self.next_update {
            Some(Alarm::Expired)
        } else if now < half {
            None
        } else if now >= self.next_update.minus(Duration::from_hours(48)) {
            Some(Alarm::EndsSoon)
        } else {
            Some(Alarm::HalfLife)
        }
    }

    /// Reads every list in `file`; one that bears the anchor's name must bear its signature too.
    pub(super) fn read(
        file: &Path,
        anchor: &str,
        issuer: &X509Certificate<'_>,
    ) -> Result<Vec<Self>, TrustError> {
        let bytes = std::fs::read(file).map_err(|source| TrustError::unreadable(file, source))?;
        let mut ders: Vec<_> =
            CertificateRevocationListDer::pem_slice_iter(&bytes).filter_map(Result::ok).collect();
        if ders.is_empty() {
            ders.push(CertificateRevocationListDer::from(bytes));
        }
        ders.into_iter()
            .map(|der| Self::parse(der, file, anchor, issuer))
            .collect::<Option<_>>()
            .ok_or_else(|| TrustError::RevocationList { anchor: anchor.to_owned(), file: file.to_owned() })
    }

    fn parse(
        der: CertificateRevocationListDer<'static>,
        file: &Path,
        anchor: &str,
        issuer: &X509Certificate<'_>,
    ) -> Option<Self> {
        let (_, list) = CertificateRevocationList::from_der(&der).ok()?;
        if list.issuer().as_raw() == issuer.subject().as_raw() {
            list.verify_signature(issuer.public_key()).ok()?;
        }
        let this_update = Timestamp::from_seconds(list.last_update().timestamp());
        let next_update = Timestamp::from_seconds(list.next_update()?.timestamp());
        Some(Self { anchor: anchor.to_owned(), file: file.to_owned(), this_update, next_update, der })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_list_is_alarmed_at_half_life_and_before_its_end() {
        let days = |n: i64| Timestamp::from_seconds(n * 86_400);
        let list = RevocationList {
            anchor: "a".into(),
            file: "a.crl".into(),
            this_update: days(0),
            next_update: days(30),
            der: Vec::new().into(),
        };
        assert_eq!(list.alarm(days(14)), None);
        assert_eq!(list.alarm(days(15)), Some(Alarm::HalfLife));
        assert_eq!(list.alarm(days(28)), Some(Alarm::EndsSoon));
        assert_eq!(list.alarm(days(30)), Some(Alarm::Expired));
    }
}
