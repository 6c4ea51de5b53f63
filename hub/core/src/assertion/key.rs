//! Public keys of clients: RSA of 2048 to 4096 bits, or P-256; read from PEM or JWK and kept in one form.

use aws_lc_rs::signature::{ECDSA_P256_SHA256_FIXED, ParsedPublicKey, RSA_PKCS1_2048_8192_SHA256};
use data_encoding::BASE64URL_NOPAD;
use der::asn1::UintRef;
use der::{Encode as _, Sequence};
use jsonwebtoken::{Algorithm, DecodingKey};
use serde::Deserialize;
use x509_parser::certificate::X509Certificate;
use x509_parser::oid_registry::{OID_EC_P256, OID_KEY_TYPE_EC_PUBLIC_KEY, OID_PKCS1_RSAENCRYPTION};
use x509_parser::pem::Pem;
use x509_parser::prelude::FromDer as _;
use x509_parser::x509::SubjectPublicKeyInfo;

use super::ClientKey;
use crate::clock::Timestamp;

/// What assertions may be signed with.
pub(crate) const ALGORITHMS: [&str; 3] = ["RS256", "PS256", "ES256"];

/// A public key that may be registered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct PublicKey {
    /// `RSA` or `EC`.
    pub(crate) kind: &'static str,
    /// An RSA key as PKCS #1, a point of P-256 uncompressed.
    pub(crate) bytes: Vec<u8>,
    /// When the certificate ends that it was read from, if it was one.
    pub(crate) until: Option<Timestamp>,
}

/// A public key as JSON names it (RFC 7517); members of private keys are unknown here, and so refused.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Jwk {
    /// `RSA` or `EC`.
    pub kty: String,
    /// The modulus of an RSA key, in base64url.
    pub n: Option<String>,
    /// The exponent of an RSA key, in base64url.
    pub e: Option<String>,
    /// `P-256` of an EC key.
    pub crv: Option<String>,
    /// The first coordinate of an EC key, in base64url.
    pub x: Option<String>,
    /// The second coordinate of an EC key, in base64url.
    pub y: Option<String>,
    /// Its name; the entry's, if there is one.
    pub kid: Option<String>,
    /// The only algorithm it signs with.
    pub alg: Option<String>,
    /// `sig`, if there is one.
    #[serde(rename = "use")]
    pub usage: Option<String>,
}

/// PKCS #1: `RSAPublicKey`.
#[derive(Sequence)]
struct RsaPublicKey<'a> {
    modulus: UintRef<'a>,
    exponent: UintRef<'a>,
}

impl PublicKey {
    /// Reads one public key or one certificate.
    ///
    /// # Errors
    /// What is wrong with it, for the operator.
    pub(crate) fn from_pem(text: &str) -> Result<Self, &'static str> {
        let mut blocks = Pem::iter_from_buffer(text.as_bytes());
        let (Some(Ok(block)), None) = (blocks.next(), blocks.next()) else {
            return Err("one public key or one certificate is expected, as PEM");
        };
        match block.label.as_str() {
            "PUBLIC KEY" => {
                let (rest, info) = SubjectPublicKeyInfo::from_der(&block.contents).map_err(|_| UNREADABLE)?;
                if rest.is_empty() { Self::of(&info) } else { Err(UNREADABLE) }
            }
            "CERTIFICATE" => {
                let (_, certificate) = X509Certificate::from_der(&block.contents).map_err(|_| UNREADABLE)?;
                let until = Timestamp::from_seconds(certificate.validity().not_after.timestamp());
                Ok(Self { until: Some(until), ..Self::of(certificate.public_key())? })
            }
            _ => Err("a public key or a certificate is expected, never a private key"),
        }
    }

    /// Reads a JWK.
    ///
    /// # Errors
    /// What is wrong with it, for the operator.
    pub(crate) fn from_jwk(jwk: &Jwk) -> Result<Self, &'static str> {
        if jwk.usage.as_deref().is_some_and(|usage| usage != "sig") {
            return Err("a key that signs has the use sig");
        }
        let bytes = |text: &Option<String>| {
            BASE64URL_NOPAD.decode(text.as_deref().unwrap_or_default().as_bytes()).map_err(|_| UNREADABLE)
        };
        match (jwk.kty.as_str(), jwk.crv.as_deref()) {
            ("RSA", None) => Self::rsa(&bytes(&jwk.n)?, &bytes(&jwk.e)?),
            ("EC", Some("P-256")) => {
                let (x, y) = (bytes(&jwk.x)?, bytes(&jwk.y)?);
                if x.len() != COORDINATE || y.len() != COORDINATE {
                    return Err(UNREADABLE);
                }
                Self::point(&[&[UNCOMPRESSED][..], &x, &y].concat())
            }
            _ => Err(KINDS),
        }
    }

    /// Whether it signs with ES256.
    pub(crate) fn is_p256(&self) -> bool {
        self.kind == EC
    }

    fn of(info: &SubjectPublicKeyInfo<'_>) -> Result<Self, &'static str> {
        let kind = &info.algorithm.algorithm;
        if *kind == OID_PKCS1_RSAENCRYPTION {
            return match info.parsed() {
                Ok(x509_parser::public_key::PublicKey::RSA(key)) => Self::rsa(key.modulus, key.exponent),
                _ => Err(UNREADABLE),
            };
        }
        let curve = info.algorithm.parameters.as_ref().and_then(|any| any.as_oid().ok());
        if *kind == OID_KEY_TYPE_EC_PUBLIC_KEY && curve.is_some_and(|curve| curve == OID_EC_P256) {
            return Self::point(&info.subject_public_key.data);
        }
        Err(KINDS)
    }

    fn rsa(modulus: &[u8], exponent: &[u8]) -> Result<Self, &'static str> {
        if !(2048..=4096).contains(&bits(modulus)) {
            return Err(KINDS);
        }
        let odd = exponent.last().is_some_and(|last| last % 2 == 1);
        if !odd || !(17..=32).contains(&bits(exponent)) {
            return Err("the exponent of an RSA key is odd, at least 65537, and has at most 32 bits");
        }
        let number = |bytes| UintRef::new(bytes).map_err(|_| UNREADABLE);
        let key = RsaPublicKey { modulus: number(modulus)?, exponent: number(exponent)? };
        let bytes = key.to_der().map_err(|_| UNREADABLE)?;
        ParsedPublicKey::new(&RSA_PKCS1_2048_8192_SHA256, &bytes).map_err(|_| UNREADABLE)?;
        Ok(Self { kind: RSA, bytes, until: None })
    }

    /// A point that lies on the curve.
    fn point(bytes: &[u8]) -> Result<Self, &'static str> {
        let whole = bytes.len() == 1 + 2 * COORDINATE && bytes.first() == Some(&UNCOMPRESSED);
        if !whole || ParsedPublicKey::new(&ECDSA_P256_SHA256_FIXED, bytes).is_err() {
            return Err(UNREADABLE);
        }
        Ok(Self { kind: EC, bytes: bytes.to_vec(), until: None })
    }
}

impl ClientKey {
    /// Whether it is registered for that algorithm.
    pub(super) fn allows(&self, algorithm: &str) -> bool {
        self.algorithms.split(' ').any(|allowed| allowed == algorithm)
    }

    /// Whether it made this signature, in base64url.
    pub(super) fn verifies(&self, algorithm: &str, signature: &str, message: &[u8]) -> bool {
        let (algorithm, key) = match (algorithm, self.kind.as_str()) {
            ("RS256", RSA) => (Algorithm::RS256, DecodingKey::from_rsa_der(&self.public_key)),
            ("PS256", RSA) => (Algorithm::PS256, DecodingKey::from_rsa_der(&self.public_key)),
            ("ES256", EC) => (Algorithm::ES256, DecodingKey::from_ec_der(&self.public_key)),
            _ => return false,
        };
        jsonwebtoken::crypto::verify(signature, message, &key, algorithm).unwrap_or(false)
    }
}

/// The algorithms that a key of this kind is registered for: those asked for, or all of its kind.
///
/// # Errors
/// What is wrong with those asked for.
pub(crate) fn algorithms_of(kind: &str, asked: Option<&[String]>) -> Result<String, &'static str> {
    let possible = if kind == RSA { &["RS256", "PS256"][..] } else { &["ES256"] };
    let asked: Vec<&str> = match asked {
        Some(asked) => asked.iter().map(String::as_str).collect(),
        None => possible.to_vec(),
    };
    if asked.is_empty() || asked.iter().any(|name| !possible.contains(name)) {
        return Err("RSA keys sign with RS256 and PS256, P-256 keys with ES256");
    }
    Ok(asked.join(" "))
}

/// Whether a text may name a key.
pub(crate) fn is_kid(text: &str) -> bool {
    (1..=128).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_graphic())
}

/// How many bits a number has.
fn bits(number: &[u8]) -> usize {
    let zeros = number.iter().take_while(|byte| **byte == 0).count();
    let leading = number.get(zeros).map_or(0, |byte| byte.leading_zeros() as usize);
    (number.len() - zeros) * 8 - leading
}

const RSA: &str = "RSA";
const EC: &str = "EC";
/// The first byte of a point that has both coordinates.
const UNCOMPRESSED: u8 = 4;
/// Bytes of a coordinate of P-256.
const COORDINATE: usize = 32;
const KINDS: &str = "a key is RSA of 2048 to 4096 bits, or EC on P-256";
const UNREADABLE: &str = "the key cannot be read";
