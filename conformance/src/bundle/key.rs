//! Keys: the one that signs a bundle, and the one that a reader brings to check it.

use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::signature::{
    ECDSA_P256_SHA256_FIXED, ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair, UnparsedPublicKey,
};
use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer, SubjectPublicKeyInfoDer};
use x509_parser::prelude::{FromDer, SubjectPublicKeyInfo, X509Certificate};

use crate::digest::sha256_base64url;

/// A private key on P-256, with the certificate that belongs to it if there is one.
pub struct Signer {
    key: EcdsaKeyPair,
    certificate: Option<CertificateDer<'static>>,
}

impl Signer {
    /// Reads a PKCS #8 key, and the certificate of the same key, from PEM.
    pub fn read(key: &str, certificate: Option<&str>) -> Result<Self, KeyFault> {
        let PrivateKeyDer::Pkcs8(der) =
            PrivateKeyDer::from_pem_slice(key.as_bytes()).map_err(|_| KeyFault::NoKey)?
        else {
            return Err(KeyFault::NotP256);
        };
        let key = EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, der.secret_pkcs8_der())
            .map_err(|_| KeyFault::NotP256)?;
        let certificate = certificate.map(leaf).transpose()?;
        let signer = Self { key, certificate };
        signer.fits()?;
        Ok(signer)
    }

    /// SHA-256 of the certificate, base64url.
    pub(super) fn thumbprint(&self) -> Option<String> {
        self.certificate.as_ref().map(|certificate| sha256_base64url(certificate))
    }

    /// The certificate as a header of a JWS carries it (RFC 7515 4.1.6).
    pub(super) fn x5c(&self) -> Option<Vec<String>> {
        self.certificate.as_ref().map(|certificate| vec![STANDARD.encode(certificate)])
    }

    /// Signs with ES256.
    pub(crate) fn sign(&self, message: &[u8]) -> Result<Vec<u8>, KeyFault> {
        let signature = self.key.sign(&SystemRandom::new(), message).map_err(|_| KeyFault::Signing)?;
        Ok(signature.as_ref().to_vec())
    }

    /// The public key as a JWK (RFC 7517), without a name.
    pub fn jwk(&self) -> serde_json::Value {
        let point = self.key.public_key().as_ref();
        let (x, y) = point.get(1..).unwrap_or_default().split_at_checked(32).unwrap_or_default();
        let text = |bytes: &[u8]| URL_SAFE_NO_PAD.encode(bytes);
        serde_json::json!({"crv": "P-256", "kty": "EC", "x": text(x), "y": text(y)})
    }

    /// What checks signatures of this key.
    pub fn verifier(&self) -> Verifier {
        Verifier { point: self.key.public_key().as_ref().to_vec(), certificate: None }
    }

    fn fits(&self) -> Result<(), KeyFault> {
        let Some(certificate) = &self.certificate else { return Ok(()) };
        let verifier = Verifier { point: point_of_certificate(certificate)?, certificate: None };
        let signature = self.sign(PROBE)?;
        if verifier.accepts(PROBE, &signature) { Ok(()) } else { Err(KeyFault::OtherKey) }
    }
}

/// A public key on P-256 that a reader trusts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Verifier {
    point: Vec<u8>,
    /// SHA-256 of the certificate that the key was read from, base64url.
    certificate: Option<String>,
}

impl Verifier {
    /// Reads a public key or a certificate from PEM.
    pub fn read(pem: &str) -> Result<Self, KeyFault> {
        if let Ok(key) = SubjectPublicKeyInfoDer::from_pem_slice(pem.as_bytes()) {
            let (_, info) = SubjectPublicKeyInfo::from_der(&key).map_err(|_| KeyFault::NoKey)?;
            return Ok(Self { point: point(&info)?, certificate: None });
        }
        let certificate = leaf(pem)?;
        let thumbprint = sha256_base64url(&certificate);
        Ok(Self { point: point_of_certificate(&certificate)?, certificate: Some(thumbprint) })
    }

    /// The key of a certificate (DER).
    pub fn of_certificate(der: &[u8]) -> Result<Self, KeyFault> {
        Ok(Self { point: point_of_certificate(der)?, certificate: Some(sha256_base64url(der)) })
    }

    /// SHA-256 of the certificate, base64url; `None` for a bare key.
    pub(super) fn certificate(&self) -> Option<&str> {
        self.certificate.as_deref()
    }

    /// Says whether the key made this signature.
    pub(super) fn accepts(&self, message: &[u8], signature: &[u8]) -> bool {
        UnparsedPublicKey::new(&ECDSA_P256_SHA256_FIXED, &self.point).verify(message, signature).is_ok()
    }
}

fn leaf(pem: &str) -> Result<CertificateDer<'static>, KeyFault> {
    CertificateDer::from_pem_slice(pem.as_bytes()).map_err(|_| KeyFault::NoCertificate)
}

fn point_of_certificate(der: &[u8]) -> Result<Vec<u8>, KeyFault> {
    let (_, certificate) = X509Certificate::from_der(der).map_err(|_| KeyFault::NoCertificate)?;
    point(certificate.public_key())
}

/// The point of an EC key, if its curve is P-256.
fn point(info: &SubjectPublicKeyInfo<'_>) -> Result<Vec<u8>, KeyFault> {
    let parameters = info.algorithm.parameters.as_ref().and_then(|any| any.as_oid().ok());
    let is_p256 = info.algorithm.algorithm.to_id_string() == EC
        && parameters.is_some_and(|oid| oid.to_id_string() == P256);
    if is_p256 { Ok(info.subject_public_key.data.to_vec()) } else { Err(KeyFault::NotP256) }
}

/// `id-ecPublicKey` (RFC 5480 2.1.1).
const EC: &str = "1.2.840.10045.2.1";
/// `secp256r1` (RFC 5480 2.1.1.1).
const P256: &str = "1.2.840.10045.3.1.7";
const PROBE: &[u8] = b"does this key belong to this certificate?";

/// Why a key cannot be used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum KeyFault {
    /// There is none in the text.
    #[error("no key in PEM")]
    NoKey,
    /// There is no certificate in the text.
    #[error("no public key and no certificate in PEM")]
    NoCertificate,
    /// Bundles are signed with ES256 only.
    #[error("the key is no PKCS #8 key on the curve P-256")]
    NotP256,
    /// The certificate is of another key.
    #[error("the certificate belongs to another key")]
    OtherKey,
    /// The machine has no randomness.
    #[error("signing did not work")]
    Signing,
}
