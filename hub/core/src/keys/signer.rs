//! Keys that sign: the secret is the private half of an ECDSA P-256 pair, and certificates say whose it is.
//!
//! A key that the hub makes certifies itself for five years; one that is imported brings the certificates of its issuer.

use std::time::Duration;

use aws_lc_rs::encoding::AsBigEndian as _;
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair as _};
use aws_lc_rs::{agreement, encoding};
use rcgen::{
    CertificateParams, CustomExtension, DistinguishedName, DnType, KeyPair, KeyUsagePurpose, SerialNumber,
};
use x509_parser::certificate::X509Certificate;
use x509_parser::pem::Pem;
use x509_parser::prelude::FromDer as _;
use zeroize::Zeroizing;

use super::{KeyEntry, KeyError};
use crate::clock::Timestamp;
use crate::id::Sha256;
use crate::peer::{DEMO_EXTENSION_OID, demo_extension_value};
use crate::random::Random;

/// A key pair with its certificates.
pub(crate) struct Signer {
    pair: EcdsaKeyPair,
    /// DER, the signer's own first.
    chain: Vec<Vec<u8>>,
    until: Timestamp,
}

impl Signer {
    /// The pair of this secret, if the first certificate is about it.
    pub(super) fn new(secret: &[u8; 32], chain: Vec<Vec<u8>>) -> Option<Self> {
        let pair = pair(secret)?;
        let (_, certificate) = X509Certificate::from_der(chain.first()?).ok()?;
        let certified = certificate.public_key().subject_public_key.data.as_ref();
        if certified != pair.public_key().as_ref() {
            return None;
        }
        let until = Timestamp::from_seconds(certificate.validity().not_after.timestamp());
        Some(Self { pair, chain, until })
    }

    /// The signature of `message`: ES256, 64 bytes (RFC 7518 3.4).
    pub(crate) fn sign(&self, message: &[u8]) -> Result<Vec<u8>, KeyError> {
        let signature = self.pair.sign(&SystemRandom::new(), message);
        signature.map(|signature| signature.as_ref().to_vec()).map_err(|_| KeyError::Damaged)
    }

    /// The public point, uncompressed.
    pub(crate) fn point(&self) -> &[u8] {
        self.pair.public_key().as_ref()
    }

    /// The certificates in DER, the signer's own first.
    pub(crate) fn chain(&self) -> &[Vec<u8>] {
        &self.chain
    }

    /// SHA-256 of its own certificate.
    pub(crate) fn thumbprint(&self) -> Sha256 {
        Sha256::of(self.chain.first().map_or(&[], Vec::as_slice))
    }

    /// When its certificate ends.
    pub(crate) fn until(&self) -> Timestamp {
        self.until
    }
}

/// The private half of a pair, wiped from memory when it is dropped.
type Secret = Zeroizing<[u8; 32]>;

/// A secret that is a private key; nearly every 32 bytes are.
pub(super) fn secret(random: &Random) -> Secret {
    loop {
        let secret = Zeroizing::new(random.bytes());
        if pair(&secret).is_some() {
            return secret;
        }
    }
}

/// The certificate by which a key of this hub speaks for itself.
pub(super) fn self_issued(
    environment: &str,
    entry: &KeyEntry,
    secret: &[u8; 32],
) -> Result<Vec<u8>, KeyError> {
    let refused = || KeyError::Certificate(entry.id.clone());
    let pair = pair(secret).ok_or_else(refused)?;
    let pkcs8 = pair.to_pkcs8v1().map_err(|_| refused())?;
    let key = KeyPair::try_from(pkcs8.as_ref()).map_err(|_| refused())?;

    let mut params = CertificateParams::default();
    let mut subject = DistinguishedName::new();
    subject.push(DnType::OrganizationName, format!("Facteur {environment}"));
    subject.push(DnType::CommonName, format!("Facteur {}, key {}", entry.purpose, entry.id));
    params.distinguished_name = subject;
    params.not_before = date(entry.created.minus(BEFORE));
    params.not_after = date(entry.created.plus(LIFE));
    params.serial_number = Some(SerialNumber::from_slice(&serial(&pair)));
    params.key_usages = vec![KeyUsagePurpose::DigitalSignature, KeyUsagePurpose::ContentCommitment];
    let value = demo_extension_value(environment);
    params.custom_extensions = vec![CustomExtension::from_oid_content(&DEMO_EXTENSION_OID, value)];
    let certificate = params.self_signed(&key).map_err(|_| refused())?;
    Ok(certificate.der().to_vec())
}

/// Secret and certificates out of PEM texts.
pub(super) fn from_pem(key: &str, chain: &str) -> Result<(Secret, Vec<Vec<u8>>), KeyError> {
    let pkcs8 = blocks(key).find(|block| block.label == "PRIVATE KEY");
    let pkcs8 = pkcs8.ok_or(KeyError::Import("the key is not PKCS #8 in PEM"))?;
    let not_p256 = || KeyError::Import("the key is not an ECDSA key over P-256");
    let pair = EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, &pkcs8.contents);
    let pair = pair.map_err(|_| not_p256())?;
    let private: encoding::EcPrivateKeyBin<'_> = pair.private_key().as_be_bytes().map_err(|_| not_p256())?;
    let secret: [u8; 32] = private.as_ref().try_into().map_err(|_| not_p256())?;

    let chain: Vec<Vec<u8>> =
        blocks(chain).filter(|block| block.label == "CERTIFICATE").map(|block| block.contents).collect();
    if chain.is_empty() {
        return Err(KeyError::Import("there is no certificate in PEM"));
    }
    Ok((Zeroizing::new(secret), chain))
}

fn blocks(text: &str) -> impl Iterator<Item = Pem> {
    Pem::iter_from_buffer(text.as_bytes()).map_while(Result::ok)
}

fn pair(secret: &[u8; 32]) -> Option<EcdsaKeyPair> {
    let private = agreement::PrivateKey::from_private_key(&agreement::ECDH_P256, secret).ok()?;
    let public = private.compute_public_key().ok()?;
    let algorithm = &ECDSA_P256_SHA256_FIXED_SIGNING;
    EcdsaKeyPair::from_private_key_and_public_key(algorithm, secret, public.as_ref()).ok()
}

/// A positive serial number of 16 bytes without a leading zero, made from the public key (RFC 5280 4.1.2.2).
fn serial(pair: &EcdsaKeyPair) -> [u8; 16] {
    let Sha256(digest) = Sha256::of(pair.public_key().as_ref());
    let mut serial = digest.first_chunk().copied().unwrap_or([1; 16]);
    if let Some(first) = serial.first_mut() {
        *first = *first & 0x7f | 0x40;
    }
    serial
}

/// An instant as certificates have it.
fn date(at: Timestamp) -> time::OffsetDateTime {
    rcgen::date_time_ymd(1970, 1, 1) + Duration::from_secs(u64::try_from(at.seconds()).unwrap_or_default())
}

/// Certificates begin a little earlier, for clocks that differ.
const BEFORE: Duration = Duration::from_secs(5 * 60);
/// How long a certificate that the hub makes lasts.
const LIFE: Duration = Duration::from_secs(5 * 365 * 86_400);
