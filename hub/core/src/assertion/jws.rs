//! A JWS in compact form, read strictly: nothing in it is believed before its signature.

use std::collections::BTreeMap;
use std::fmt;

use data_encoding::BASE64URL_NOPAD;
use serde::de::{Error as _, MapAccess, Visitor};
use serde::{Deserialize, Deserializer};
use serde_json::Value;

use super::{ALGORITHMS, ClientKey, Flaw};

/// The parts of a JWS.
pub(super) struct Jws<'a> {
    /// Header and payload as they were signed.
    signed: &'a str,
    payload: &'a str,
    signature: &'a str,
    header: Members,
}

/// The members of a JSON object, none of them twice.
pub(super) struct Members(BTreeMap<String, Value>);

impl<'a> Jws<'a> {
    /// Takes the parts apart and reads the header.
    pub(super) fn parse(text: &'a str) -> Result<Self, Flaw> {
        if text.len() > LONGEST {
            return Err(Flaw::TooLarge);
        }
        let (signed, signature) = text.rsplit_once('.').ok_or(Flaw::Shape)?;
        let (header, payload) = signed.split_once('.').ok_or(Flaw::Shape)?;
        if payload.contains('.') || signature.is_empty() {
            return Err(Flaw::Shape);
        }
        Ok(Self { signed, payload, signature, header: Members::decode(header)? })
    }

    /// The key that signed, among those of the client.
    ///
    /// Without `kid` each key of the algorithm is tried. `jku`, `jwk`, `x5u` and `x5c` are not looked at.
    pub(super) fn signed_by<'k>(&self, keys: &'k [ClientKey]) -> Result<&'k ClientKey, Flaw> {
        if self.header.get("crit").is_some() {
            return Err(Flaw::Critical);
        }
        let algorithm = self.header.text("alg").filter(|name| ALGORITHMS.contains(name));
        let algorithm = algorithm.ok_or(Flaw::Algorithm)?;
        if self.header.get("typ").is_some() && !self.header.text("typ").is_some_and(is_type) {
            return Err(Flaw::Type);
        }
        let kid = match self.header.get("kid") {
            None => None,
            Some(Value::String(kid)) => Some(kid.as_str()),
            Some(_) => return Err(Flaw::Key),
        };
        let fits = |key: &&ClientKey| key.allows(algorithm) && kid.is_none_or(|kid| key.kid == kid);
        let mut fitting = keys.iter().filter(fits).peekable();
        if fitting.peek().is_none() {
            return Err(Flaw::Key);
        }
        let verifies = |key: &&ClientKey| key.verifies(algorithm, self.signature, self.signed.as_bytes());
        fitting.find(verifies).ok_or(Flaw::Signature)
    }

    /// The claims; to be read once the signature is good.
    pub(super) fn claims(&self) -> Result<Members, Flaw> {
        Members::decode(self.payload)
    }
}

impl Members {
    fn decode(part: &str) -> Result<Self, Flaw> {
        let bytes = BASE64URL_NOPAD.decode(part.as_bytes()).map_err(|_| Flaw::Shape)?;
        serde_json::from_slice(&bytes).map_err(|_| Flaw::Shape)
    }

    pub(super) fn get(&self, name: &str) -> Option<&Value> {
        self.0.get(name)
    }

    /// A member that is a text.
    pub(super) fn text(&self, name: &str) -> Option<&str> {
        self.get(name).and_then(Value::as_str)
    }

    /// A member that is a whole number of seconds since 1970; `None` if it is not there.
    pub(super) fn seconds(&self, name: &str) -> Result<Option<i64>, Flaw> {
        match self.get(name) {
            None => Ok(None),
            Some(value) => value.as_i64().map(Some).ok_or(Flaw::Number),
        }
    }
}

impl<'de> Deserialize<'de> for Members {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(Once)
    }
}

/// Reads an object whose members come once.
struct Once;

impl<'de> Visitor<'de> for Once {
    type Value = Members;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Members, A::Error> {
        let mut members = BTreeMap::new();
        while let Some((name, value)) = map.next_entry::<String, Value>()? {
            if members.insert(name, value).is_some() {
                return Err(A::Error::custom("a member comes twice"));
            }
        }
        Ok(Members(members))
    }
}

/// The types of assertions: the usual one, and the one that names what it is for (draft-ietf-oauth-rfc7523bis).
fn is_type(name: &str) -> bool {
    ["JWT", "client-authentication+jwt"].iter().any(|known| known.eq_ignore_ascii_case(name))
}

/// Characters of an assertion; one with a chain of certificates in its header fits.
const LONGEST: usize = 8192;
