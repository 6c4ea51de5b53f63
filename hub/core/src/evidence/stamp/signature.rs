//! The signatures that are accepted on time-stamps: RSA of 2048 to 4096 bits (PKCS #1 v1.5 and PSS), ECDSA on P-256 and
//! P-384, each with SHA-256, SHA-384 or SHA-512.

use aws_lc_rs::digest;
use aws_lc_rs::signature::{
    ECDSA_P256_SHA256_ASN1, ECDSA_P256_SHA384_ASN1, ECDSA_P256_SHA512_ASN1, ECDSA_P384_SHA256_ASN1,
    ECDSA_P384_SHA384_ASN1, ECDSA_P384_SHA512_ASN1, RSA_PKCS1_2048_8192_SHA256, RSA_PKCS1_2048_8192_SHA384,
    RSA_PKCS1_2048_8192_SHA512, RSA_PSS_2048_8192_SHA256, RSA_PSS_2048_8192_SHA384, RSA_PSS_2048_8192_SHA512,
    UnparsedPublicKey, VerificationAlgorithm,
};
use cms::cert::x509::spki::AlgorithmIdentifierOwned;
use der::asn1::ObjectIdentifier;
use x509_parser::public_key::PublicKey;
use x509_parser::x509::SubjectPublicKeyInfo;

use super::StampFlaw;
use super::asn1::{PssParameters, names};

/// A hash function.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Hash {
    Sha256,
    Sha384,
    Sha512,
}

impl Hash {
    /// The function of that name, if it is one that is accepted.
    pub(super) fn named(name: ObjectIdentifier) -> Result<Self, StampFlaw> {
        match name {
            names::SHA_256 => Ok(Self::Sha256),
            names::SHA_384 => Ok(Self::Sha384),
            names::SHA_512 => Ok(Self::Sha512),
            _ => Err(StampFlaw::Algorithm),
        }
    }

    /// The hash of bytes.
    pub(super) fn of(self, bytes: &[u8]) -> digest::Digest {
        let algorithm = match self {
            Self::Sha256 => &digest::SHA256,
            Self::Sha384 => &digest::SHA384,
            Self::Sha512 => &digest::SHA512,
        };
        digest::digest(algorithm, bytes)
    }

    const fn length(self) -> u8 {
        match self {
            Self::Sha256 => 32,
            Self::Sha384 => 48,
            Self::Sha512 => 64,
        }
    }
}

/// A way of signing, whatever the hash.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Scheme {
    Pkcs1,
    Pss,
    Ecdsa,
}

/// Checks a signature by the key of a certificate.
pub(super) fn verify(
    (algorithm, hash): (&AlgorithmIdentifierOwned, Hash),
    key: &SubjectPublicKeyInfo<'_>,
    signed: &[u8],
    signature: &[u8],
) -> Result<(), StampFlaw> {
    let scheme = scheme(algorithm, hash).ok_or(StampFlaw::Algorithm)?;
    let method = method(scheme, hash, key).ok_or(StampFlaw::Algorithm)?;
    let key = UnparsedPublicKey::new(method, key.subject_public_key.data.as_ref());
    key.verify(signed, signature).map_err(|_| StampFlaw::Signature)
}

/// The scheme of that name, if it is one with this hash.
fn scheme(algorithm: &AlgorithmIdentifierOwned, hash: Hash) -> Option<Scheme> {
    let (scheme, fixed) = match algorithm.oid {
        // RFC 3370 3.2: the hash is that of the content
        RSA => (Scheme::Pkcs1, hash),
        RSA_SHA_256 => (Scheme::Pkcs1, Hash::Sha256),
        RSA_SHA_384 => (Scheme::Pkcs1, Hash::Sha384),
        RSA_SHA_512 => (Scheme::Pkcs1, Hash::Sha512),
        ECDSA_SHA_256 => (Scheme::Ecdsa, Hash::Sha256),
        ECDSA_SHA_384 => (Scheme::Ecdsa, Hash::Sha384),
        ECDSA_SHA_512 => (Scheme::Ecdsa, Hash::Sha512),
        RSA_PSS => (Scheme::Pss, pss_hash(algorithm)?),
        _ => return None,
    };
    (fixed == hash).then_some(scheme)
}

/// The hash of PSS with one hash throughout and a salt of its length, as RFC 4055 3.1 advises.
fn pss_hash(algorithm: &AlgorithmIdentifierOwned) -> Option<Hash> {
    let parameters: PssParameters = algorithm.parameters.as_ref()?.decode_as().ok()?;
    let hash = Hash::named(parameters.hash?.oid).ok()?;
    let mask = parameters.mask?;
    let inner: AlgorithmIdentifierOwned = mask.parameters.as_ref()?.decode_as().ok()?;
    let same = mask.oid == MGF_1 && Hash::named(inner.oid).ok()? == hash;
    let usual =
        parameters.salt == Some(hash.length()) && parameters.trailer.is_none_or(|trailer| trailer == 1);
    (same && usual).then_some(hash)
}

fn method(
    scheme: Scheme,
    hash: Hash,
    key: &SubjectPublicKeyInfo<'_>,
) -> Option<&'static dyn VerificationAlgorithm> {
    let bits = match (scheme, key.parsed().ok()?) {
        (Scheme::Pkcs1 | Scheme::Pss, PublicKey::RSA(key)) => key.key_size(),
        (Scheme::Ecdsa, PublicKey::EC(point)) => point.key_size(),
        _ => return None,
    };
    Some(match (scheme, bits, hash) {
        (Scheme::Pkcs1, 2048..=4096, Hash::Sha256) => &RSA_PKCS1_2048_8192_SHA256,
        (Scheme::Pkcs1, 2048..=4096, Hash::Sha384) => &RSA_PKCS1_2048_8192_SHA384,
        (Scheme::Pkcs1, 2048..=4096, Hash::Sha512) => &RSA_PKCS1_2048_8192_SHA512,
        (Scheme::Pss, 2048..=4096, Hash::Sha256) => &RSA_PSS_2048_8192_SHA256,
        (Scheme::Pss, 2048..=4096, Hash::Sha384) => &RSA_PSS_2048_8192_SHA384,
        (Scheme::Pss, 2048..=4096, Hash::Sha512) => &RSA_PSS_2048_8192_SHA512,
        (Scheme::Ecdsa, 256, Hash::Sha256) => &ECDSA_P256_SHA256_ASN1,
        (Scheme::Ecdsa, 256, Hash::Sha384) => &ECDSA_P256_SHA384_ASN1,
        (Scheme::Ecdsa, 256, Hash::Sha512) => &ECDSA_P256_SHA512_ASN1,
        (Scheme::Ecdsa, 384, Hash::Sha256) => &ECDSA_P384_SHA256_ASN1,
        (Scheme::Ecdsa, 384, Hash::Sha384) => &ECDSA_P384_SHA384_ASN1,
        (Scheme::Ecdsa, 384, Hash::Sha512) => &ECDSA_P384_SHA512_ASN1,
        _ => return None,
    })
}

const fn oid(text: &str) -> ObjectIdentifier {
    ObjectIdentifier::new_unwrap(text)
}

const RSA: ObjectIdentifier = oid("1.2.840.113549.1.1.1");
const MGF_1: ObjectIdentifier = oid("1.2.840.113549.1.1.8");
const RSA_PSS: ObjectIdentifier = oid("1.2.840.113549.1.1.10");
const RSA_SHA_256: ObjectIdentifier = oid("1.2.840.113549.1.1.11");
const RSA_SHA_384: ObjectIdentifier = oid("1.2.840.113549.1.1.12");
const RSA_SHA_512: ObjectIdentifier = oid("1.2.840.113549.1.1.13");
const ECDSA_SHA_256: ObjectIdentifier = oid("1.2.840.10045.4.3.2");
const ECDSA_SHA_384: ObjectIdentifier = oid("1.2.840.10045.4.3.3");
const ECDSA_SHA_512: ObjectIdentifier = oid("1.2.840.10045.4.3.4");
