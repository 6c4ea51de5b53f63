//! The authorities under which time-stamps count, and what a service's certificate must be.

use std::time::Duration;

use rustls_pki_types::pem::PemObject as _;
use rustls_pki_types::{CertificateDer, TrustAnchor, UnixTime};
use webpki::{EndEntityCert, KeyUsage, anchor_from_trusted_cert};
use x509_parser::certificate::X509Certificate;
use x509_parser::oid_registry::OID_X509_EXT_EXTENDED_KEY_USAGE;

use super::StampFlaw;
use crate::clock::Timestamp;

/// Authorities that vouch for services of time-stamps.
#[derive(Clone, Debug)]
pub struct StampAuthorities(Vec<TrustAnchor<'static>>);

/// A file in which no authority is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not the certificates of authorities in PEM")]
pub struct NoAuthority;

impl StampAuthorities {
    /// Reads the certificates of a PEM file; each counts.
    ///
    /// # Errors
    /// [`NoAuthority`] if there is none, or one that cannot be read.
    pub fn parse(pem: &[u8]) -> Result<Self, NoAuthority> {
        let mut anchors = Vec::new();
        for certificate in CertificateDer::pem_slice_iter(pem) {
            let certificate = certificate.map_err(|_| NoAuthority)?;
            anchors.push(anchor_from_trusted_cert(&certificate).map_err(|_| NoAuthority)?.to_owned());
        }
        if anchors.is_empty() { Err(NoAuthority) } else { Ok(Self(anchors)) }
    }

    /// Whether one of them vouches for a service, over others' certificates, at that time.
    pub(super) fn vouch(&self, service: &[u8], others: &[Vec<u8>], at: Timestamp) -> Result<(), StampFlaw> {
        let service = CertificateDer::from(service);
        let others: Vec<CertificateDer<'_>> =
            others.iter().map(|der| CertificateDer::from(der.as_slice())).collect();
        let seconds = u64::try_from(at.seconds()).map_err(|_| StampFlaw::Validity)?;
        let at = UnixTime::since_unix_epoch(Duration::from_secs(seconds));
        let leaf = EndEntityCert::try_from(&service).map_err(|_| StampFlaw::Authority)?;
        // of an authority in between nothing more is asked; of the service, see `is_for_time_stamps`
        let usage = KeyUsage::required_if_present(TIME_STAMPING);
        let path =
            leaf.verify_for_usage(webpki::ALL_VERIFICATION_ALGS, &self.0, &others, at, usage, None, None);
        path.map(drop).map_err(|error| flaw(&error))
    }
}

/// Whether a certificate is for time-stamps and nothing else, and says that this is critical (RFC 3161 2.3).
pub(super) fn is_for_time_stamps(certificate: &X509Certificate<'_>) -> bool {
    let mut usages =
        certificate.extensions().iter().filter(|extension| extension.oid == OID_X509_EXT_EXTENDED_KEY_USAGE);
    let only = usages.next().is_some_and(|usage| usage.critical && usage.value == TIME_STAMPING_ALONE);
    only && usages.next().is_none()
}

/// The subject of a certificate, short and without what a terminal would obey.
pub(super) fn name(certificate: &X509Certificate<'_>) -> String {
    let name = certificate.subject().to_string();
    name.chars().filter(|letter| !letter.is_control()).take(LONGEST_NAME).collect()
}

fn flaw(error: &webpki::Error) -> StampFlaw {
    use webpki::Error as E;
    match error {
        E::CertExpired { .. } | E::CertNotValidYet { .. } | E::InvalidCertValidity => StampFlaw::Validity,
        _ => StampFlaw::Authority,
    }
}

// id-kp-timeStamping, 1.3.6.1.5.5.7.3.8: its value, and a sequence of it alone
const TIME_STAMPING: &[u8] = &[0x2b, 6, 1, 5, 5, 7, 3, 8];
const TIME_STAMPING_ALONE: &[u8] = &[0x30, 10, 6, 8, 0x2b, 6, 1, 5, 5, 7, 3, 8];
const LONGEST_NAME: usize = 200;
