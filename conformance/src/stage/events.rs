//! Events as signed tokens (RFC 8417): right ones, and ones in which exactly one thing is wrong.

use aws_lc_rs::{
    hmac,
    rand::SystemRandom,
    signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair},
};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use serde_json::{Value, json};

use super::random;

/// The hub's key for events.
pub(crate) struct Signer {
    pub(crate) kid: String,
    pair: EcdsaKeyPair,
}

/// A token before it is signed.
#[derive(Clone, Debug)]
pub struct Event {
    /// The protected header.
    pub header: Value,
    /// The claims.
    pub claims: Value,
}

/// By what a token is signed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Seal {
    /// The hub's key.
    Right,
    /// The hub's key, and the claims are changed afterwards.
    Tampered,
    /// The hub's key, and a bit of the signature is turned over.
    Broken,
    /// Nothing at all.
    None,
    /// HMAC with the public key as its secret.
    PublicKeyAsSecret,
    /// A key of somebody else.
    Stranger,
}

impl Signer {
    pub(crate) fn new() -> Result<Self, aws_lc_rs::error::Unspecified> {
        let pair = EcdsaKeyPair::generate(&ECDSA_P256_SHA256_FIXED_SIGNING)?;
        Ok(Self { kid: format!("suite-{}", random::id("k").trim_start_matches("k_")), pair })
    }

    /// The public key as a JWK.
    pub(crate) fn jwk(&self) -> Value {
        let (x, y) = self.point();
        json!({
            "kty": "EC", "crv": "P-256", "use": "sig", "alg": "ES256", "kid": self.kid,
            "x": URL_SAFE_NO_PAD.encode(x), "y": URL_SAFE_NO_PAD.encode(y),
        })
    }

    /// Writes a token.
    pub(crate) fn seal(&self, event: &Event, seal: Seal) -> String {
        let signed = format!("{}.{}", encoded(&event.header), encoded(&event.claims));
        let signature = match seal {
            Seal::Right | Seal::Tampered => sign(&self.pair, &signed),
            Seal::Broken => broken(sign(&self.pair, &signed)),
            Seal::None => Vec::new(),
            Seal::PublicKeyAsSecret => {
                let secret = hmac::Key::new(hmac::HMAC_SHA256, self.pair.public_key().as_ref());
                hmac::sign(&secret, signed.as_bytes()).as_ref().to_vec()
            }
            Seal::Stranger => EcdsaKeyPair::generate(&ECDSA_P256_SHA256_FIXED_SIGNING)
                .map(|stranger| sign(&stranger, &signed))
                .unwrap_or_default(),
        };
        let signed = if seal == Seal::Tampered { tampered(event) } else { signed };
        format!("{signed}.{}", URL_SAFE_NO_PAD.encode(signature))
    }

    fn point(&self) -> (&[u8], &[u8]) {
        let point = self.pair.public_key().as_ref();
        (point.get(1..33).unwrap_or_default(), point.get(33..65).unwrap_or_default())
    }
}

impl Event {
    /// A right event of that kind about a mailbox.
    pub(crate) fn about(kind: &str, subject: &str, event: &Value, from: (&str, &str, &str)) -> Self {
        let (issuer, audience, kid) = from;
        let uri = if kind.contains(':') { kind.to_owned() } else { format!("urn:facteur:event:{kind}") };
        Self {
            header: json!({"alg": "ES256", "typ": "secevent+jwt", "kid": kid}),
            claims: json!({
                "iss": issuer,
                "aud": audience,
                "iat": crate::engine::now().as_second(),
                "jti": random::secret(),
                "txn": random::secret(),
                "sub_id": {"format": "opaque", "id": subject},
                "events": {uri: event},
            }),
        }
    }

    /// The same with another claim.
    #[must_use]
    pub fn claiming(mut self, name: &str, value: Value) -> Self {
        super::letters::put(&mut self.claims, name, value);
        self
    }

    /// The same with another member of the header.
    #[must_use]
    pub fn headed(mut self, name: &str, value: Value) -> Self {
        super::letters::put(&mut self.header, name, value);
        self
    }

    /// Its name.
    pub fn jti(&self) -> &str {
        self.claims.get("jti").and_then(Value::as_str).unwrap_or_default()
    }
}

/// Header as signed, claims as nobody signed them.
fn tampered(event: &Event) -> String {
    let changed = event.clone().claiming("txn", json!("changed-after-signing"));
    format!("{}.{}", encoded(&event.header), encoded(&changed.claims))
}

fn sign(pair: &EcdsaKeyPair, signed: &str) -> Vec<u8> {
    pair.sign(&SystemRandom::new(), signed.as_bytes())
        .map(|signature| signature.as_ref().to_vec())
        .unwrap_or_default()
}

fn broken(mut signature: Vec<u8>) -> Vec<u8> {
    if let Some(last) = signature.last_mut() {
        *last ^= 1;
    }
    signature
}

fn encoded(part: &Value) -> String {
    URL_SAFE_NO_PAD.encode(part.to_string())
}
