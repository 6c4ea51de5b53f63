//! Signatures in the shape of JAdES baseline B: a JWS in flattened JSON (RFC 7515 7.2.2, ETSI TS 119 182-1 6.3).
//!
//! The protected header names the algorithm, the key with its certificates, the claimed time and what is signed. With a
//! time-stamp in the unprotected header it has the shape of baseline T. Pure.

use aws_lc_rs::signature::{ECDSA_P256_SHA256_FIXED, UnparsedPublicKey};
use data_encoding::{BASE64, BASE64URL_NOPAD};
use serde::{Deserialize, Serialize};
use x509_parser::certificate::X509Certificate;
use x509_parser::prelude::FromDer as _;

use super::{Flaw, Unprotected};
use crate::clock::Timestamp;
use crate::id::Sha256;
use crate::keys::{KeyEntry, KeyError, Signer};

/// A signature with what it signs.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Jws {
    /// The time-stamp, which was added after the signature; of seals alone.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub header: Option<Unprotected>,
    /// What is signed, in base64url.
    pub payload: String,
    /// The protected header, in base64url.
    pub protected: String,
    /// ES256, in base64url.
    pub signature: String,
}

/// What can be signed: each has its own content type, so that one never passes for another.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Content {
    /// The root of a tree of statements.
    Seal,
    /// The bytes of a PDF around its attached evidence.
    Rendering,
}

impl Content {
    const fn media_type(self) -> &'static str {
        match self {
            Self::Seal => "facteur-evidence-seal+json",
            Self::Rendering => "facteur-evidence-rendering+json",
        }
    }
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Header {
    alg: String,
    cty: String,
    iat: i64,
    kid: String,
    typ: String,
    x5c: Vec<String>,
    #[serde(rename = "x5t#S256")]
    thumbprint: String,
}

/// A signature that fits: what was signed, and by which key when.
#[derive(Clone, Debug)]
pub(super) struct Opened {
    pub(super) payload: Vec<u8>,
    pub(super) kid: String,
    pub(super) at: Timestamp,
    /// The signer's certificate in DER.
    pub(super) certificate: Vec<u8>,
    pub(super) thumbprint: Sha256,
}

impl Jws {
    /// Signs.
    pub(super) fn sign(
        (entry, signer): (&KeyEntry, &Signer),
        content: Content,
        payload: &[u8],
        at: Timestamp,
    ) -> Result<Self, KeyError> {
        let header = Header {
            alg: ALGORITHM.to_owned(),
            cty: content.media_type().to_owned(),
            iat: at.seconds(),
            kid: entry.id.clone(),
            typ: TYPE.to_owned(),
            x5c: signer.chain().iter().map(|der| BASE64.encode(der)).collect(),
            thumbprint: BASE64URL_NOPAD.encode(&signer.thumbprint().0),
        };
        let header = serde_json::to_vec(&header).map_err(|_| KeyError::Damaged)?;
        let (protected, payload) = (BASE64URL_NOPAD.encode(&header), BASE64URL_NOPAD.encode(payload));
        let signature = BASE64URL_NOPAD.encode(&signer.sign(format!("{protected}.{payload}").as_bytes())?);
        Ok(Self { header: None, payload, protected, signature })
    }

    /// The same signature with a token in its unprotected header.
    pub(super) fn with_time_stamp(self, token: &[u8]) -> Self {
        Self { header: Some(Unprotected::with(token)), ..self }
    }

    /// What a time-stamp of it is of: SHA-256 of the signature in its text form (ETSI TS 119 182-1 5.3.4).
    pub(super) fn imprint(&self) -> Sha256 {
        Sha256::of(self.signature.as_bytes())
    }

    /// Checks the signature with the certificate that it names itself; whose that is, the caller must know.
    pub(super) fn open(&self, content: Content) -> Result<Opened, Flaw> {
        let header: Header = serde_json::from_slice(&decoded(&self.protected)?).map_err(|_| Flaw::Header)?;
        let is_stamped_rendering = self.header.is_some() && content == Content::Rendering;
        if is_stamped_rendering
            || header.alg != ALGORITHM
            || header.typ != TYPE
            || header.cty != content.media_type()
        {
            return Err(Flaw::Header);
        }
        let certificate = header.x5c.first().and_then(|text| BASE64.decode(text.as_bytes()).ok());
        let certificate = certificate.ok_or(Flaw::Certificate)?;
        let thumbprint = Sha256::of(&certificate);
        if decoded(&header.thumbprint)? != thumbprint.0 {
            return Err(Flaw::Certificate);
        }

        let signed = format!("{}.{}", self.protected, self.payload);
        let key = UnparsedPublicKey::new(&ECDSA_P256_SHA256_FIXED, public_point(&certificate)?);
        let signature = decoded(&self.signature)?;
        key.verify(signed.as_bytes(), &signature).map_err(|_| Flaw::Signature)?;

        let (payload, at) = (decoded(&self.payload)?, Timestamp::from_seconds(header.iat));
        Ok(Opened { payload, kid: header.kid, at, certificate, thumbprint })
    }
}

impl Opened {
    /// Whether the certificate was valid when the signature was made.
    pub(super) fn in_time(&self) -> Result<(), Flaw> {
        let (_, certificate) = X509Certificate::from_der(&self.certificate).map_err(|_| Flaw::Certificate)?;
        let validity = certificate.validity();
        let (from, until) = (validity.not_before.timestamp(), validity.not_after.timestamp());
        if (from..=until).contains(&self.at.seconds()) { Ok(()) } else { Err(Flaw::Validity) }
    }
}

/// The public key of a certificate: an uncompressed point.
pub(super) fn public_point(certificate: &[u8]) -> Result<Vec<u8>, Flaw> {
    let (_, certificate) = X509Certificate::from_der(certificate).map_err(|_| Flaw::Certificate)?;
    Ok(certificate.public_key().subject_public_key.data.to_vec())
}

/// The bytes of a base64url text in its one spelling.
pub(super) fn decoded(text: &str) -> Result<Vec<u8>, Flaw> {
    BASE64URL_NOPAD.decode(text.as_bytes()).map_err(|_| Flaw::Encoding)
}

/// The hash behind a base64url text.
pub(super) fn hash(text: &str) -> Result<Sha256, Flaw> {
    decoded(text)?.as_slice().try_into().map(Sha256).map_err(|_| Flaw::Encoding)
}

const ALGORITHM: &str = "ES256";
// RFC 7515 4.1.9
const TYPE: &str = "jose+json";

#[cfg(test)]
mod tests {
    use super::*;
    use crate::keys::Keyring;
    use crate::random::Random;

    fn keyring() -> Keyring {
        Keyring::create("demo", Timestamp::from_seconds(1_800_000_000), &Random::system()).unwrap()
    }

    fn at() -> Timestamp {
        Timestamp::from_seconds(1_800_000_100)
    }

    #[test]
    fn the_example_of_the_standard_verifies() {
        // RFC 7515 A.3: an ES256 signature and its public key.
        let signed = "eyJhbGciOiJFUzI1NiJ9.eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFt\
                      cGxlLmNvbS9pc19yb290Ijp0cnVlfQ";
        let signature =
            "DtEhU3ljbEg8L38VWAfUAqOyKAM6-Xx-F4GawxaepmXFCgfTjDxw5djxLa8ISlSApmWQxfKTUJqPP3-Kg6NU1Q";
        let x = decoded("f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU").unwrap();
        let y = decoded("x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0").unwrap();
        let key =
            UnparsedPublicKey::new(&ECDSA_P256_SHA256_FIXED, [&[4], x.as_slice(), y.as_slice()].concat());
        assert!(key.verify(signed.as_bytes(), &decoded(signature).unwrap()).is_ok());
    }

    #[test]
    fn what_was_signed_is_opened_as_what_it_is_and_as_nothing_else() {
        let keyring = keyring();
        let jws = Jws::sign(keyring.signer().unwrap(), Content::Seal, b"payload", at()).unwrap();

        let opened = jws.open(Content::Seal).unwrap();

        assert_eq!(
            (opened.payload.as_slice(), opened.kid.as_str()),
            (b"payload".as_slice(), "demo-evidence-1")
        );
        assert_eq!(opened.at, at());
        opened.in_time().unwrap();
        assert!(matches!(jws.open(Content::Rendering), Err(Flaw::Header)));
    }

    #[test]
    fn the_header_has_what_jades_baseline_b_wants() {
        let keyring = keyring();
        let jws = Jws::sign(keyring.signer().unwrap(), Content::Seal, b"payload", at()).unwrap();
        let header: serde_json::Value = serde_json::from_slice(&decoded(&jws.protected).unwrap()).unwrap();

        assert_eq!((&header["alg"], &header["typ"]), (&"ES256".into(), &"jose+json".into()));
        assert_eq!(header["iat"], 1_800_000_100);
        let der = BASE64.decode(header["x5c"][0].as_str().unwrap().as_bytes()).unwrap();
        assert_eq!(header["x5t#S256"], BASE64URL_NOPAD.encode(&Sha256::of(&der).0));
        let (_, certificate) = X509Certificate::from_der(&der).unwrap();
        assert!(certificate.verify_signature(None).is_ok(), "it speaks for itself");
        assert!(certificate.key_usage().unwrap().unwrap().value.digital_signature());
    }

    #[test]
    fn a_signature_of_another_algorithm_type_or_time_is_refused() {
        let keyring = keyring();
        let (entry, signer) = keyring.signer().unwrap();
        let jws = Jws::sign((entry, signer), Content::Seal, b"payload", at()).unwrap();
        let header = String::from_utf8(decoded(&jws.protected).unwrap()).unwrap();
        let resigned = |header: String| {
            let protected = BASE64URL_NOPAD.encode(header.as_bytes());
            let signature = signer.sign(format!("{protected}.{}", jws.payload).as_bytes()).unwrap();
            Jws { protected, signature: BASE64URL_NOPAD.encode(&signature), ..jws.clone() }
        };
        assert!(resigned(header.clone()).open(Content::Seal).is_ok());

        for (from, to) in [
            ("ES256", "none"),
            ("ES256", "HS256"),
            ("jose+json", "JWT"),
            ("\"iat\"", "\"crit\":[\"b64\"],\"b64\":false,\"iat\""),
            ("\"iat\"", "\"jwk\":{},\"iat\""),
        ] {
            let flaw = resigned(header.replacen(from, to, 1)).open(Content::Seal);
            assert!(matches!(flaw, Err(Flaw::Header)), "{to}");
        }
        for iat in ["1500000000", "2500000000"] {
            let late = resigned(header.replacen("1800000100", iat, 1)).open(Content::Seal).unwrap();
            assert!(matches!(late.in_time(), Err(Flaw::Validity)), "{iat}");
        }
    }

    #[test]
    fn another_keys_certificate_does_not_help() {
        let (one, other) = (keyring(), keyring());
        let (_, stranger) = other.signer().unwrap();
        let jws = Jws::sign(one.signer().unwrap(), Content::Seal, b"payload", at()).unwrap();
        let header = String::from_utf8(decoded(&jws.protected).unwrap()).unwrap();
        let own = one.signer().unwrap().1;
        let swapped =
            header.replace(&BASE64.encode(&own.chain()[0]), &BASE64.encode(&stranger.chain()[0])).replace(
                &BASE64URL_NOPAD.encode(&own.thumbprint().0),
                &BASE64URL_NOPAD.encode(&stranger.thumbprint().0),
            );
        let protected = BASE64URL_NOPAD.encode(swapped.as_bytes());
        let signature = own.sign(format!("{protected}.{}", jws.payload).as_bytes()).unwrap();
        let jws = Jws { protected, signature: BASE64URL_NOPAD.encode(&signature), ..jws };
        assert!(matches!(jws.open(Content::Seal), Err(Flaw::Signature)));
    }
}
