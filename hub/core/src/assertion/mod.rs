//! Assertions: what a client signs to say who it is (RFC 7523), and the rules by which one is believed.
//!
//! A client has public keys that an operator registered by value (TRUST T26); nothing that an assertion names itself, a key, a
//! certificate or an address of one, is ever looked at. Each assertion opens once: its `jti` is kept until it has expired, in
//! the database that all nodes share. The judgement is pure; who uses it is [`crate::access::client`].

mod flaw;
mod jws;
mod key;
mod sql;
#[cfg(test)]
mod tests;

use serde_json::Value;

use crate::clock::Timestamp;
use crate::id::{ClientKeyId, Sha256};

pub(crate) use flaw::Flaw;
pub use key::Jwk;
pub(crate) use key::{ALGORITHMS, PublicKey, algorithms_of, is_kid};
pub(crate) use sql::ClientKey;

use jws::{Jws, Members};

/// Who must have signed, for whom, and when that is judged.
pub(crate) struct Expected<'a> {
    pub(crate) client_id: &'a str,
    /// The token endpoint's address.
    pub(crate) audience: &'a str,
    pub(crate) now: Timestamp,
}

/// An assertion that is believed, if it was not used before.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Proven {
    /// The key that signed it.
    pub(crate) key: ClientKeyId,
    pub(crate) kid: String,
    /// SHA-256 of its `jti`.
    pub(crate) jti: Sha256,
    /// Until when the `jti` must be remembered.
    pub(crate) until: Timestamp,
}

/// Judges an assertion by the keys of its client that are valid now (RFC 7523 3, RFC 8725).
pub(crate) fn judge(text: &str, expected: &Expected<'_>, keys: &[ClientKey]) -> Result<Proven, Flaw> {
    let jws = Jws::parse(text)?;
    let key = jws.signed_by(keys)?;
    let claims = jws.claims()?;

    let is_client = |name| claims.text(name) == Some(expected.client_id);
    if !is_client("iss") || !is_client("sub") {
        return Err(Flaw::Party);
    }
    if !is_for(claims.get("aud"), expected.audience) {
        return Err(Flaw::Audience);
    }
    let until = times(&claims, expected.now.seconds())?;
    let jti = claims.text("jti").filter(|jti| (1..=LONGEST_JTI).contains(&jti.len())).ok_or(Flaw::Jti)?;

    Ok(Proven {
        key: key.id,
        kid: key.kid.clone(),
        jti: Sha256::of(jti.as_bytes()),
        // nodes' clocks may differ a little
        until: Timestamp::from_seconds(until.saturating_add(SKEW)),
    })
}

/// Whether `aud` is this address: a text, or a list of this one.
fn is_for(audience: Option<&Value>, address: &str) -> bool {
    match audience {
        Some(Value::String(one)) => one == address,
        Some(Value::Array(all)) => matches!(all.as_slice(), [Value::String(one)] if one == address),
        _ => false,
    }
}

/// Checks `exp`, `iat` and `nbf`, whole seconds all of them, and gives `exp`.
///
/// The client's clock may be ahead by a minute, if it says with `iat` when it signed.
fn times(claims: &Members, now: i64) -> Result<i64, Flaw> {
    let expires = claims.seconds("exp")?.ok_or(Flaw::Expiry)?;
    let signed = claims.seconds("iat")?;
    let from = claims.seconds("nbf")?;
    if expires <= now {
        return Err(Flaw::Expired);
    }
    let latest = now.saturating_add(SKEW);
    if signed.is_some_and(|at| at > latest) || from.is_some_and(|at| at > latest) {
        return Err(Flaw::NotYet);
    }
    if expires.saturating_sub(signed.unwrap_or(now)) > LONGEST_LIFE {
        return Err(Flaw::Expiry);
    }
    Ok(expires)
}

/// Seconds from signing to expiry.
const LONGEST_LIFE: i64 = 600;
/// Seconds by which a client's clock may be ahead.
const SKEW: i64 = 60;
/// Bytes of a `jti`.
const LONGEST_JTI: usize = 256;
