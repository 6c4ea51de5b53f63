//! Security event tokens (RFC 8417): when one is believed.
//!
//! For its signature: by a key of the hub's set, by the one algorithm that this app chose, of the type that no other token has; and for
//! what it says: from the hub as issuer, for this app alone, lately.

use aws_lc_rs::signature::{ECDSA_P256_SHA256_FIXED, UnparsedPublicKey};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use serde::{Deserialize, de::DeserializeOwned};
use serde_json::{Map, Value};

/// How far the hub's clock may be ahead of ours, in seconds.
const AHEAD: u64 = 60;
/// How long after its signing an event is taken, in seconds. What the hub repeats it signs anew.
const OLDEST: u64 = 600;

/// Why an event is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refused {
    /// It is no event token.
    Shape,
    /// It is signed in another way than this app chose, or not at all.
    Algorithm,
    /// No key of the hub has that name.
    Key,
    /// The key did not sign this.
    Signature,
    /// Another issuer speaks.
    Issuer,
    /// It is for somebody else, or not for us alone.
    Audience,
    /// It is of another time.
    Time,
    /// It is about a mailbox that is not ours.
    Subject,
    /// Not its fault: the hub's keys cannot be read now.
    Later,
}

/// A token whose signature is still to be verified.
pub(crate) struct Unverified<'a> {
    /// The name of the key that is said to have signed it.
    pub(crate) kid: String,
    signed: &'a str,
    claims: &'a str,
    signature: Vec<u8>,
}

/// What a token says, once it is believed to be the hub's.
#[derive(Deserialize)]
pub(crate) struct Claims {
    iss: String,
    aud: Audience,
    iat: u64,
    exp: Option<u64>,
    /// The name of the event, the same in every repetition.
    pub(crate) jti: String,
    sub_id: Option<Subject>,
    pub(crate) events: Map<String, Value>,
}

#[derive(Deserialize)]
struct Header {
    alg: String,
    typ: String,
    kid: String,
    crit: Option<Value>,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum Audience {
    One(String),
    Several(Vec<String>),
}

#[derive(Deserialize)]
struct Subject {
    id: String,
}

impl Refused {
    /// The error code for the hub (RFC 8935 2.4). A mailbox that is not ours may become ours: that refusal is not about the event.
    pub(crate) const fn code(self) -> &'static str {
        match self {
            Self::Shape | Self::Algorithm | Self::Time | Self::Later => "invalid_request",
            Self::Key | Self::Signature => "invalid_key",
            Self::Issuer => "invalid_issuer",
            Self::Audience => "invalid_audience",
            Self::Subject => "access_denied",
        }
    }
}

impl<'a> Unverified<'a> {
    /// Takes a token apart.
    pub(crate) fn read(token: &'a str) -> Result<Self, Refused> {
        let (signed, signature) = token.rsplit_once('.').ok_or(Refused::Shape)?;
        let (header, claims) = signed.split_once('.').ok_or(Refused::Shape)?;
        let header: Header = decoded(header)?;
        // The algorithm is ours to choose, not the token's (RFC 8725 3.1).
        if header.alg != "ES256" {
            return Err(Refused::Algorithm);
        }
        // The type keeps other tokens out (RFC 8725 3.11); what must be understood is not (RFC 7515 4.1.11).
        if header.typ != "secevent+jwt" || header.crit.is_some() {
            return Err(Refused::Shape);
        }
        Ok(Self { kid: header.kid, signed, claims, signature: bytes(signature)? })
    }

    /// What it claims, if the key with this point signed it.
    pub(crate) fn verified(&self, point: &[u8]) -> Result<Claims, Refused> {
        UnparsedPublicKey::new(&ECDSA_P256_SHA256_FIXED, point)
            .verify(self.signed.as_bytes(), &self.signature)
            .map_err(|_| Refused::Signature)?;
        decoded(self.claims)
    }
}

impl Claims {
    /// Says whether it is from this issuer, for this app alone, and of these minutes.
    pub(crate) fn check(&self, issuer: &str, client_id: &str, now: u64) -> Result<(), Refused> {
        if self.iss != issuer {
            return Err(Refused::Issuer);
        }
        // For others besides would be somebody else's token too.
        let ours = match &self.aud {
            Audience::One(aud) => aud == client_id,
            Audience::Several(all) => matches!(all.as_slice(), [aud] if aud == client_id),
        };
        if !ours {
            return Err(Refused::Audience);
        }
        let expired = self.exp.is_some_and(|exp| exp.saturating_add(AHEAD) < now);
        if self.iat > now + AHEAD || self.iat.saturating_add(OLDEST) < now || expired {
            return Err(Refused::Time);
        }
        Ok(())
    }

    /// What it is about: a mailbox, or this app's stream.
    pub(crate) fn subject(&self) -> Option<&str> {
        self.sub_id.as_ref().map(|subject| subject.id.as_str())
    }
}

/// The name that a token gives itself, believed or not, as far as it may be shown.
pub(crate) fn name_of(token: &str) -> Option<String> {
    let claims: Value = decoded(token.split('.').nth(1)?).ok()?;
    let jti = claims.get("jti")?.as_str()?;
    (jti.len() <= 128 && jti.chars().all(|c| c.is_ascii_graphic())).then(|| jti.to_owned())
}

fn decoded<T: DeserializeOwned>(part: &str) -> Result<T, Refused> {
    serde_json::from_slice(&bytes(part)?).map_err(|_| Refused::Shape)
}

fn bytes(part: &str) -> Result<Vec<u8>, Refused> {
    URL_SAFE_NO_PAD.decode(part).map_err(|_| Refused::Shape)
}

#[cfg(test)]
mod tests {
    use aws_lc_rs::{
        rand::SystemRandom,
        signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair},
    };
    use serde_json::json;

    use super::*;

    const NOW: u64 = 1_800_000_000;

    fn claims() -> Value {
        json!({"iss": "https://hub", "aud": "bank", "iat": NOW, "jti": "j", "sub_id": {"id": "mbx_1"}, "events": {}})
    }

    fn verdict(member: &str, value: Value) -> Result<(), Refused> {
        let mut claims = claims();
        claims[member] = value;
        serde_json::from_value::<Claims>(claims).unwrap().check("https://hub", "bank", NOW)
    }

    fn header(text: &str) -> Option<Refused> {
        Unverified::read(&format!("{}.e30.AAAA", URL_SAFE_NO_PAD.encode(text))).err()
    }

    #[test]
    fn an_event_is_from_the_hub_for_this_app_alone_and_of_these_minutes() {
        assert_eq!(verdict("aud", json!("bank")), Ok(()));
        assert_eq!(verdict("aud", json!(["bank"])), Ok(()));
        assert_eq!(verdict("aud", json!(["bank", "post"])), Err(Refused::Audience));
        assert_eq!(verdict("aud", json!("post")), Err(Refused::Audience));
        assert_eq!(verdict("iss", json!("https://hub/")), Err(Refused::Issuer));
        assert_eq!(verdict("iat", json!(NOW + 60)), Ok(()));
        assert_eq!(verdict("iat", json!(NOW + 61)), Err(Refused::Time));
        assert_eq!(verdict("iat", json!(NOW - 600)), Ok(()));
        assert_eq!(verdict("iat", json!(NOW - 601)), Err(Refused::Time));
        assert_eq!(verdict("exp", json!(NOW + 1)), Ok(()));
        assert_eq!(verdict("exp", json!(NOW - 61)), Err(Refused::Time));
    }

    #[test]
    fn the_app_chooses_the_algorithm_and_the_type() {
        assert_eq!(header(r#"{"alg":"ES256","typ":"secevent+jwt","kid":"k"}"#), None);
        assert_eq!(header(r#"{"alg":"none","typ":"secevent+jwt","kid":"k"}"#), Some(Refused::Algorithm));
        assert_eq!(header(r#"{"alg":"HS256","typ":"secevent+jwt","kid":"k"}"#), Some(Refused::Algorithm));
        assert_eq!(header(r#"{"alg":"ES256","typ":"JWT","kid":"k"}"#), Some(Refused::Shape));
        assert_eq!(
            header(r#"{"alg":"ES256","typ":"secevent+jwt","kid":"k","crit":["b64"]}"#),
            Some(Refused::Shape)
        );
        assert_eq!(Unverified::read("garbage").err(), Some(Refused::Shape));
    }

    #[test]
    fn what_was_changed_after_signing_is_refused() {
        let pkcs8 =
            EcdsaKeyPair::generate_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, &SystemRandom::new()).unwrap();
        let key = EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, pkcs8.as_ref()).unwrap();
        let header = URL_SAFE_NO_PAD.encode(r#"{"alg":"ES256","typ":"secevent+jwt","kid":"k"}"#);
        let part = |claims: &Value| format!("{header}.{}", URL_SAFE_NO_PAD.encode(claims.to_string()));
        let signature = key.sign(&SystemRandom::new(), part(&claims()).as_bytes()).unwrap();
        let signature = URL_SAFE_NO_PAD.encode(signature.as_ref());
        let verify = |claims: &Value| {
            let token = format!("{}.{signature}", part(claims));
            let point = key.public_key().as_ref().to_vec();
            Unverified::read(&token).unwrap().verified(&point).map(|claims| claims.jti)
        };

        assert_eq!(verify(&claims()), Ok("j".to_owned()));
        let mut changed = claims();
        changed["aud"] = json!("post");
        assert_eq!(verify(&changed), Err(Refused::Signature));
    }
}
