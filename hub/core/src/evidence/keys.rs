//! The public keys that evidence is checked with: a JWK set in which every key has its certificates and dates.
//!
//! A key that once sealed stays in the set, also after its secret was destroyed: see [`Tx::keep_key`].
//!
//! [`Tx::keep_key`]: crate::db::Tx

use data_encoding::{BASE64, BASE64URL_NOPAD};
use serde::{Deserialize, Serialize};
use x509_parser::certificate::X509Certificate;
use x509_parser::prelude::FromDer as _;

use super::Flaw;
use super::jws::{self, Opened};

/// The set that the hub publishes, and that whoever keeps evidence keeps with it (RFC 7517).
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct KeySet {
    /// The keys, oldest first.
    pub keys: Vec<PublicKey>,
}

/// A public key.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PublicKey {
    /// `EC`.
    pub kty: String,
    /// `P-256`.
    pub crv: String,
    /// The point, first half.
    pub x: String,
    /// The point, second half.
    pub y: String,
    /// `ES256`.
    pub alg: String,
    /// `sig`.
    #[serde(rename = "use")]
    pub usage: String,
    /// What signatures call it.
    pub kid: String,
    /// Its certificates, its own first.
    pub x5c: Vec<String>,
    /// SHA-256 of its own certificate.
    #[serde(rename = "x5t#S256")]
    pub thumbprint: String,
    /// Since when it may sign, in seconds since 1970.
    pub nbf: i64,
    /// Until when it may sign.
    pub exp: i64,
}

impl PublicKey {
    /// The key of these certificates (DER).
    pub(super) fn of(kid: &str, chain: &[Vec<u8>]) -> Result<Self, Flaw> {
        let own = chain.first().ok_or(Flaw::Certificate)?;
        let point = jws::public_point(own)?;
        let halves = point.strip_prefix(&[4]).and_then(|rest| rest.split_at_checked(32));
        let (x, y) = halves.ok_or(Flaw::Certificate)?;
        let (_, certificate) = X509Certificate::from_der(own).map_err(|_| Flaw::Certificate)?;
        let validity = certificate.validity();
        Ok(Self {
            kty: "EC".to_owned(),
            crv: "P-256".to_owned(),
            x: BASE64URL_NOPAD.encode(x),
            y: BASE64URL_NOPAD.encode(y),
            alg: "ES256".to_owned(),
            usage: "sig".to_owned(),
            kid: kid.to_owned(),
            x5c: chain.iter().map(|der| BASE64.encode(der)).collect(),
            thumbprint: BASE64URL_NOPAD.encode(&crate::id::Sha256::of(own).0),
            nbf: validity.not_before.timestamp(),
            exp: validity.not_after.timestamp(),
        })
    }
}

impl KeySet {
    /// The key that made a signature, if it is in the set, wholly the same, and signed in its time.
    pub(super) fn check(&self, opened: &Opened) -> Result<(), Flaw> {
        let thumbprint = BASE64URL_NOPAD.encode(&opened.thumbprint.0);
        let known = self.keys.iter().find(|key| key.thumbprint == thumbprint).ok_or(Flaw::UnknownKey)?;
        let meant = PublicKey::of(&opened.kid, std::slice::from_ref(&opened.certificate))?;
        let same = (&known.x, &known.y, &known.kid) == (&meant.x, &meant.y, &meant.kid)
            && known.x5c.first() == meant.x5c.first();
        if !same {
            return Err(Flaw::UnknownKey);
        }
        let in_time = (known.nbf..=known.exp).contains(&opened.at.seconds());
        if in_time { Ok(()) } else { Err(Flaw::Validity) }
    }
}
