//! One authority that vouches for one role, with its revocation lists and its profile.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use hub_core::clock::Timestamp;
use hub_core::peer::{Refusal, Role};
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, UnixTime};
use rustls::server::WebPkiClientVerifier;
use rustls::server::danger::ClientCertVerifier;
use rustls::{CertificateError, Error, RootCertStore};

use super::certificate::Certificate;
use super::file::{AnchorEntry, Profile, beside};
use super::revocation::RevocationList;
use super::trust::TrustError;

/// A loaded authority.
#[derive(Debug)]
pub(super) struct Anchor {
    /// The name registrations know it by.
    pub(super) name: String,
    /// The role it vouches for.
    pub(super) role: Role,
    /// Further rules for what it issues.
    pub(super) profile: Option<Profile>,
    /// DER of its certificate.
    pub(super) der: CertificateDer<'static>,
    /// Its revocation lists, the newest first.
    pub(super) lists: Vec<RevocationList>,
    subject: Vec<u8>,
    not_after: Timestamp,
    verifier: Arc<dyn ClientCertVerifier>,
}

impl Anchor {
    /// Loads one entry of the trust file at `file`, and says which files it was made of.
    pub(super) fn load(
        entry: &AnchorEntry,
        role: Role,
        file: &Path,
        environment: &str,
    ) -> Result<(Self, Vec<PathBuf>), TrustError> {
        let mut files = Vec::new();
        let der = authority(entry, file, &mut files)?;
        let certificate = Certificate::read(&der).ok_or_else(|| TrustError::unusable(&entry.name))?;
        if certificate.demo_environment().is_some_and(|named| named != environment) {
            return Err(TrustError::DemoAnchor { anchor: entry.name.clone() });
        }

        let mut lists = Vec::new();
        for named in &entry.crl {
            let path = revocation_file(entry, file, named)?;
            lists.extend(RevocationList::read(&path, &entry.name, certificate.parsed())?);
            files.push(path);
        }
        // Where two lists of one issuer are named, the verifier asks the first.
        lists.sort_by_key(|list| std::cmp::Reverse(list.this_update));

        let anchor = Self {
            name: entry.name.clone(),
            role,
            profile: entry.profile,
            subject: certificate.parsed().subject().as_raw().to_vec(),
            not_after: certificate.validity().1,
            verifier: verifier(entry, &der, &lists)?,
            lists,
            der: der.clone(),
        };
        Ok((anchor, files))
    }

    /// Whether it may have issued one of these certificates.
    pub(super) fn may_have_issued(&self, chain: &[Certificate<'_>]) -> bool {
        chain.iter().any(|certificate| certificate.parsed().issuer().as_raw() == self.subject)
    }

    /// Verifies the chain strictly: path, dates, usage and revocation.
    pub(super) fn verify(&self, chain: &[CertificateDer<'_>], now: Timestamp) -> Result<(), Refusal> {
        if now.seconds() > self.not_after.seconds() {
            return Err(Refusal::Expired);
        }
        let (leaf, intermediates) = chain.split_first().ok_or(Refusal::Absent)?;
        let seconds = u64::try_from(now.seconds()).unwrap_or(0);
        let at = UnixTime::since_unix_epoch(std::time::Duration::from_secs(seconds));
        self.verifier.verify_client_cert(leaf, intermediates, at).map_err(|error| refusal(&error)).map(|_| ())
    }

    /// The instant after `now` at which a good verdict under this anchor has to be asked again.
    pub(super) fn good_until(&self, now: Timestamp) -> Timestamp {
        let ends = self.lists.iter().map(|list| list.next_update).filter(|end| *end > now);
        ends.fold(self.not_after.plus(std::time::Duration::from_secs(1)), Timestamp::min)
    }
}

fn authority(
    entry: &AnchorEntry,
    file: &Path,
    files: &mut Vec<PathBuf>,
) -> Result<CertificateDer<'static>, TrustError> {
    let pem = if entry.certificate.contains("-----BEGIN") {
        entry.certificate.clone().into_bytes()
    } else {
        let path = beside(file, &entry.certificate);
        files.push(path.clone());
        std::fs::read(&path).map_err(|source| TrustError::unreadable(&path, source))?
    };
    CertificateDer::from_pem_slice(&pem).map_err(|_| TrustError::unusable(&entry.name))
}

fn revocation_file(entry: &AnchorEntry, file: &Path, named: &str) -> Result<PathBuf, TrustError> {
    if named.contains("://") {
        return Err(TrustError::ListByUrl { anchor: entry.name.clone(), url: named.to_owned() });
    }
    Ok(beside(file, named))
}

fn verifier(
    entry: &AnchorEntry,
    der: &CertificateDer<'static>,
    lists: &[RevocationList],
) -> Result<Arc<dyn ClientCertVerifier>, TrustError> {
    let required = entry.crl_required.unwrap_or(!lists.is_empty());
    if required && lists.is_empty() {
        return Err(TrustError::ListMissing { anchor: entry.name.clone() });
    }

    let mut roots = RootCertStore::empty();
    roots.add(der.clone()).map_err(|_| TrustError::unusable(&entry.name))?;
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let builder = WebPkiClientVerifier::builder_with_provider(Arc::new(roots), provider)
        .with_crls(lists.iter().map(|list| list.der.clone()))
        .enforce_revocation_expiration();
    let builder = if required { builder } else { builder.allow_unknown_revocation_status() };
    builder.build().map_err(|source| TrustError::Verifier { anchor: entry.name.clone(), source })
}

fn refusal(error: &Error) -> Refusal {
    use CertificateError as C;
    match error {
        Error::InvalidCertificate(C::Expired | C::ExpiredContext { .. }) => Refusal::Expired,
        Error::InvalidCertificate(C::NotValidYet | C::NotValidYetContext { .. }) => Refusal::NotYetValid,
        Error::InvalidCertificate(C::InvalidPurpose | C::InvalidPurposeContext { .. }) => Refusal::WrongUsage,
        Error::InvalidCertificate(C::Revoked) => Refusal::Revoked,
        Error::InvalidCertificate(
            C::UnknownRevocationStatus | C::ExpiredRevocationList | C::ExpiredRevocationListContext { .. },
        )
        | Error::InvalidCertRevocationList(_) => Refusal::CrlExpired,
        _ => Refusal::UnknownIssuer,
    }
}
