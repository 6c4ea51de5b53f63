//! A certificate authority of the suite's own: the played hubs', the app's, and certificates that are wrong on purpose.
//!
//! It exists for one folder that `init` made and is trusted by nobody else.

use std::{fmt, time::Duration};

use aws_lc_rs::digest;
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use rcgen::{
    BasicConstraints, CertificateParams, DnType, ExtendedKeyUsagePurpose, IsCa, Issuer, KeyPair,
    KeyUsagePurpose, SanType, date_time_ymd,
};
use rustls::pki_types::{CertificateDer, PrivateKeyDer, pem::PemObject};

/// A certificate chain and its key, as PEM text. The key does not print.
#[derive(Clone, PartialEq, Eq)]
pub struct Credential {
    /// The certificate, leaf first.
    pub certificate: String,
    /// The private key, PKCS #8.
    pub key: String,
}

/// An authority that signs what a run needs.
pub struct Authority {
    certificate: String,
    key: String,
    issuer: Issuer<'static, KeyPair>,
}

/// Why a certificate could not be made or read.
#[derive(Debug, thiserror::Error)]
pub enum CertificateError {
    /// It could not be made or signed, or the authority's own files are not what they should be.
    #[error("making a certificate")]
    Making(#[from] rcgen::Error),
    /// The text is no PEM of a certificate and its key.
    #[error("reading a certificate or key")]
    Reading(#[source] rustls::pki_types::pem::Error),
    /// There is no certificate in the text.
    #[error("no certificate in it")]
    Empty,
}

/// From when until when a certificate is good, in seconds since 1970.
#[derive(Clone, Copy)]
struct Life {
    from: u64,
    until: u64,
}

impl Authority {
    /// Makes an authority with a key of its own, good from yesterday for two years.
    pub fn new(name: &str, now: u64) -> Result<Self, CertificateError> {
        let mut params = CertificateParams::default();
        params.distinguished_name.push(DnType::CommonName, name);
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        params.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
        Life { from: now.saturating_sub(DAY), until: now + 730 * DAY }.bound(&mut params);
        let key = KeyPair::generate()?;
        let (certificate, text) = (params.self_signed(&key)?.pem(), key.serialize_pem());
        Ok(Self { certificate, key: text, issuer: Issuer::new(params, key) })
    }

    /// Takes up an authority that was kept, the first of several.
    pub fn load(kept: Credential) -> Result<Self, CertificateError> {
        let key = KeyPair::from_pem(&kept.key)?;
        let issuer = Issuer::from_ca_cert_pem(&kept.certificate, key)?;
        Ok(Self { certificate: kept.certificate, key: kept.key, issuer })
    }

    /// Takes up the second authority that was kept behind the first; `None` if there is but one.
    pub fn second(kept: &Credential) -> Result<Option<Self>, CertificateError> {
        match (second_block(&kept.certificate), second_block(&kept.key)) {
            (Some(certificate), Some(key)) => Self::load(Credential { certificate, key }).map(Some),
            _ => Ok(None),
        }
    }

    /// The anchor, as PEM text.
    pub fn certificate(&self) -> &str {
        &self.certificate
    }

    /// What [`Authority::load`] takes up again.
    pub fn kept(&self) -> Credential {
        Credential { certificate: self.certificate.clone(), key: self.key.clone() }
    }

    /// The same with another authority behind it, for [`Authority::second`]: a hub may change from one to the other.
    pub fn kept_before(&self, other: &Self) -> Credential {
        let both = |first: &str, second: &str| format!("{}\n{second}", first.trim_end());
        Credential {
            certificate: both(&self.certificate, &other.certificate),
            key: both(&self.key, &other.key),
        }
    }

    /// A certificate for a server that answers to `names` (host names or addresses), good for a year.
    pub fn server(&self, names: &[&str], now: u64) -> Result<Credential, CertificateError> {
        self.serving(names, Life { from: now.saturating_sub(DAY), until: now + 365 * DAY })
    }

    /// The same, over since yesterday.
    pub fn expired_server(&self, names: &[&str], now: u64) -> Result<Credential, CertificateError> {
        self.serving(names, Life { from: now.saturating_sub(30 * DAY), until: now.saturating_sub(DAY) })
    }

    /// A certificate for a client with this URI as its subject alternative name.
    pub fn client(&self, uri: &str, now: u64) -> Result<Credential, CertificateError> {
        let mut params = CertificateParams::default();
        params.distinguished_name.push(DnType::CommonName, uri);
        params.subject_alt_names = vec![SanType::URI(uri.try_into()?)];
        params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ClientAuth];
        Life { from: now.saturating_sub(DAY), until: now + 365 * DAY }.bound(&mut params);
        self.sign(params)
    }

    fn serving(&self, names: &[&str], life: Life) -> Result<Credential, CertificateError> {
        let mut params =
            CertificateParams::new(names.iter().map(|name| (*name).to_owned()).collect::<Vec<_>>())?;
        params.distinguished_name.push(DnType::CommonName, names.first().copied().unwrap_or("server"));
        params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
        life.bound(&mut params);
        self.sign(params)
    }

    fn sign(&self, mut params: CertificateParams) -> Result<Credential, CertificateError> {
        params.key_usages = vec![KeyUsagePurpose::DigitalSignature];
        let key = KeyPair::generate()?;
        let certificate = params.signed_by(&key, &self.issuer)?.pem();
        Ok(Credential { certificate, key: key.serialize_pem() })
    }
}

impl Life {
    fn bound(self, params: &mut CertificateParams) {
        params.not_before = date_time_ymd(1970, 1, 1) + Duration::from_secs(self.from);
        params.not_after = date_time_ymd(1970, 1, 1) + Duration::from_secs(self.until);
    }
}

impl Credential {
    /// The certificates, leaf first.
    pub fn chain(&self) -> Result<Vec<CertificateDer<'static>>, CertificateError> {
        CertificateDer::pem_slice_iter(self.certificate.as_bytes())
            .collect::<Result<Vec<_>, _>>()
            .map_err(CertificateError::Reading)
    }

    /// The private key.
    pub fn private_key(&self) -> Result<PrivateKeyDer<'static>, CertificateError> {
        PrivateKeyDer::from_pem_slice(self.key.as_bytes()).map_err(CertificateError::Reading)
    }

    /// The thumbprint by which tokens are bound to it (RFC 8705 3.1).
    pub fn thumbprint(&self) -> Result<String, CertificateError> {
        self.chain()?.first().map(|leaf| thumbprint(leaf)).ok_or(CertificateError::Empty)
    }
}

impl fmt::Debug for Credential {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Credential")
    }
}

/// SHA-256 of a certificate, base64url without padding.
pub fn thumbprint(certificate: &[u8]) -> String {
    URL_SAFE_NO_PAD.encode(digest::digest(&digest::SHA256, certificate))
}

/// What stands behind the first block of a PEM text, if there is a second one.
fn second_block(pem: &str) -> Option<String> {
    pem.match_indices(BEGIN).nth(1).and_then(|(at, _)| pem.get(at..)).map(str::to_owned)
}

const BEGIN: &str = "-----BEGIN ";
const DAY: u64 = 86_400;

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: u64 = 1_795_000_000;

    #[test]
    fn an_authority_that_was_kept_signs_as_before() {
        let made = Authority::new("Suite", NOW).unwrap();
        let again = Authority::load(made.kept()).unwrap();
        let client = again.client("urn:example:app", NOW).unwrap();
        assert_eq!(again.certificate(), made.certificate());
        assert_eq!(client.thumbprint().unwrap().len(), 43);
    }

    #[test]
    fn two_authorities_are_kept_one_behind_the_other() {
        let [one, other] = ["One", "Other"].map(|name| Authority::new(name, NOW).unwrap());
        let kept = one.kept_before(&other);
        assert_eq!(Authority::second(&kept).unwrap().unwrap().certificate(), other.certificate());
        assert!(Authority::second(&one.kept()).unwrap().is_none());
        let (first, all) = (one.kept().chain().unwrap(), kept.chain().unwrap());
        assert_eq!((all.len(), all.first()), (2, first.first()));
        assert!(Authority::load(kept).unwrap().client("urn:example:app", NOW).is_ok());
    }

    #[test]
    fn a_key_does_not_print() {
        let made = Authority::new("Suite", NOW).unwrap();
        assert_eq!(format!("{:?}", made.kept()), "Credential");
    }
}
