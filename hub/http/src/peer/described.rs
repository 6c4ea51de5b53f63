//! What a certificate says in words, for whoever has to register or to mend one.

use hub_core::clock::Timestamp;
use hub_core::id::Sha256;
use rustls::pki_types::CertificateDer;

use super::certificate::Certificate;
use super::name::rfc4514;

/// One certificate, described. It proves nothing: what it is worth, [`super::verdict`] says.
#[derive(Clone, Debug)]
pub struct Described {
    /// The subject (RFC 4514).
    pub subject: String,
    /// The issuer (RFC 4514).
    pub issuer: String,
    /// URIs among the subject alternative names.
    pub san_uris: Vec<String>,
    /// DNS names among the subject alternative names.
    pub san_dns: Vec<String>,
    /// The first instant at which it is valid.
    pub not_before: Timestamp,
    /// The last instant at which it is valid.
    pub not_after: Timestamp,
    /// SHA-256 over its DER.
    pub thumbprint: Sha256,
    /// Whether it is an end-entity certificate meant for TLS clients.
    pub is_for_clients: bool,
    /// The size of its RSA key in bits; 0 for any other key.
    pub rsa_bits: usize,
    /// The environment that demo material names.
    pub environment: Option<String>,
}

impl Described {
    /// Reads a certificate; `None` if it is not one whole certificate.
    pub fn read(der: &CertificateDer<'_>) -> Option<Self> {
        let certificate = Certificate::read(der)?;
        let (san_uris, san_dns) = certificate.alternative_names();
        let (not_before, not_after) = certificate.validity();
        Some(Self {
            subject: rfc4514(certificate.parsed().subject()),
            issuer: rfc4514(certificate.parsed().issuer()),
            san_uris,
            san_dns,
            not_before,
            not_after,
            thumbprint: Sha256::of(der),
            is_for_clients: certificate.is_for_clients(),
            rsa_bits: certificate.rsa_bits(),
            environment: certificate.demo_environment().map(str::to_owned),
        })
    }
}
