//! TLS of the doors: an honest certificate, and certificates and versions as a case wants them.

use std::sync::Arc;

use rustls::{
    DigitallySignedStruct, DistinguishedName, Error as TlsError, ServerConfig, SignatureScheme,
    SupportedProtocolVersion,
    client::danger::HandshakeSignatureValid,
    crypto::{CryptoProvider, aws_lc_rs, verify_tls12_signature, verify_tls13_signature},
    pki_types::{CertificateDer, UnixTime},
    server::{
        NoServerSessionStorage,
        danger::{ClientCertVerified, ClientCertVerifier},
    },
    version::{TLS12, TLS13},
};

use super::door::{Face, Greeting};
use crate::authority::{CertificateError, Credential};

/// What a door offers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Offer {
    /// TLS 1.2 and 1.3, HTTP/1.1 and HTTP/2.
    All,
    /// TLS 1.3 only.
    Tls13,
    /// TLS 1.2 only.
    Tls12,
    /// HTTP/1.1 only.
    Http1,
    /// HTTP/2 only.
    Http2,
}

/// Why a door cannot be opened as wished.
#[derive(Debug, thiserror::Error)]
pub enum GreetingError {
    /// The certificate or its key cannot be used.
    #[error(transparent)]
    Certificate(#[from] CertificateError),
    /// TLS refuses the combination.
    #[error("configuring TLS")]
    Tls(#[from] TlsError),
}

/// TLS with this certificate. No session is kept: every connection shows what the door is now.
pub(crate) fn greeting(face: Face, server: &Credential, offer: Offer) -> Result<Greeting, GreetingError> {
    let provider = Arc::new(aws_lc_rs::default_provider());
    let versions: &[&SupportedProtocolVersion] = match offer {
        Offer::Tls13 => &[&TLS13],
        Offer::Tls12 => &[&TLS12],
        Offer::All | Offer::Http1 | Offer::Http2 => &[&TLS13, &TLS12],
    };
    let builder =
        ServerConfig::builder_with_provider(Arc::clone(&provider)).with_protocol_versions(versions)?;
    let builder = match face {
        Face::Public => builder.with_no_client_auth(),
        Face::Machine => builder.with_client_cert_verifier(Arc::new(Anybody(provider))),
    };
    let mut config = builder.with_single_cert(server.chain()?, server.private_key()?)?;
    config.session_storage = Arc::new(NoServerSessionStorage {});
    config.send_tls13_tickets = 0;
    config.alpn_protocols = match offer {
        Offer::Http1 => vec![b"http/1.1".to_vec()],
        Offer::Http2 => vec![b"h2".to_vec()],
        Offer::All | Offer::Tls12 | Offer::Tls13 => vec![b"h2".to_vec(), b"http/1.1".to_vec()],
    };
    Ok(Greeting::Tls(Arc::new(config)))
}

/// Asks for a certificate and takes any whose key the caller holds: which one it was is for the judge to say.
#[derive(Debug)]
struct Anybody(Arc<CryptoProvider>);

impl ClientCertVerifier for Anybody {
    fn client_auth_mandatory(&self) -> bool {
        false
    }

    fn root_hint_subjects(&self) -> &[DistinguishedName] {
        &[]
    }

    fn verify_client_cert(
        &self,
        _: &CertificateDer<'_>,
        _: &[CertificateDer<'_>],
        _: UnixTime,
    ) -> Result<ClientCertVerified, TlsError> {
        Ok(ClientCertVerified::assertion())
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, TlsError> {
        verify_tls12_signature(message, certificate, signed, &self.0.signature_verification_algorithms)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, TlsError> {
        verify_tls13_signature(message, certificate, signed, &self.0.signature_verification_algorithms)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.0.signature_verification_algorithms.supported_schemes()
    }
}
