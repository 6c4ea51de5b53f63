//! A statement: read strictly, and nothing in it believed before its signature.

use data_encoding::BASE64URL_NOPAD;
use serde::Deserialize;

use super::{Flaw, Level, Terms};
use crate::clock::Timestamp;

/// Who hands a statement in, where and when.
pub struct Expected<'a> {
    /// This hub's issuer.
    pub issuer: &'a str,
    /// The application of this connection.
    pub client_id: &'a str,
    /// SHA-256 of the certificate of this connection.
    pub thumbprint: &'a [u8; 32],
    /// Now.
    pub now: Timestamp,
}

/// A statement that is believed, if its nonce is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Statement {
    /// What is claimed.
    pub level: Level,
    /// The nonce of a certified run.
    pub nonce: Option<String>,
    /// The `kid` of the certification key that signed it.
    pub key_id: String,
    /// The version of the suite.
    pub suite_version: String,
    /// The version of the requirements.
    pub requirements_version: String,
    /// The plan.
    pub plan: String,
    /// What the app was declared to do.
    pub capabilities: Vec<String>,
    /// When the run began.
    pub began: Timestamp,
}

/// The header; keys and certificates in it are not looked at (RFC 8725 3.10).
#[derive(Deserialize)]
struct Header {
    alg: String,
    #[serde(default)]
    typ: String,
    #[serde(default)]
    kid: String,
    crit: Option<serde_json::Value>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Claims {
    #[expect(dead_code, reason = "the key says who stated it; its own name is for people")]
    iss: String,
    aud: String,
    sub: String,
    iat: i64,
    cnf: Confirmation,
    level: Level,
    nonce: Option<String>,
    suite_version: String,
    requirements_version: String,
    plan: String,
    capabilities: Vec<String>,
    #[expect(dead_code, reason = "for whoever holds the bundle and the statement together")]
    bundle: String,
    result: String,
    complete: bool,
    selection: Vec<String>,
    expected_failures: u64,
    resumed: u64,
    #[expect(dead_code, reason = "for people")]
    counts: serde_json::Map<String, serde_json::Value>,
    began: String,
    ended: String,
}

/// The certificate (RFC 7800 3.1, RFC 8705 3.1).
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Confirmation {
    #[serde(rename = "x5t#S256")]
    thumbprint: String,
}

/// Judges a statement by the terms of this hub. Its nonce is for the database to judge.
///
/// # Errors
/// The first flaw that is found.
pub fn judge(text: &str, expected: &Expected<'_>, terms: &Terms) -> Result<Statement, Flaw> {
    let (claims, key_id) = authentic(text, terms)?;
    if claims.aud != expected.issuer {
        return Err(Flaw::OtherHub);
    }
    if claims.sub != expected.client_id {
        return Err(Flaw::OtherClient);
    }
    if claims.cnf.thumbprint != BASE64URL_NOPAD.encode(expected.thumbprint) {
        return Err(Flaw::OtherCertificate);
    }
    let began = times(&claims, expected.now, terms)?;
    meets(&claims, terms)?;
    let capabilities = claims.capabilities;
    if !capabilities.iter().all(|word| is_word(word)) || capabilities.len() > 64 {
        return Err(Flaw::Malformed);
    }
    Ok(Statement {
        level: claims.level,
        nonce: claims.nonce,
        key_id,
        suite_version: claims.suite_version,
        requirements_version: claims.requirements_version,
        plan: claims.plan,
        capabilities,
        began,
    })
}

/// The claims, once their signature is good, with the `kid` of the key.
fn authentic(text: &str, terms: &Terms) -> Result<(Claims, String), Flaw> {
    if text.len() > LONGEST {
        return Err(Flaw::Malformed);
    }
    let (signed, signature) = text.rsplit_once('.').ok_or(Flaw::Malformed)?;
    let (header, payload) = signed.split_once('.').ok_or(Flaw::Malformed)?;
    let decode = |part: &str| BASE64URL_NOPAD.decode(part.as_bytes()).map_err(|_| Flaw::Malformed);
    let told: Header = serde_json::from_slice(&decode(header)?).map_err(|_| Flaw::Malformed)?;
    if told.alg != "ES256" {
        return Err(Flaw::Algorithm);
    }
    if told.typ != TYPE || told.crit.is_some() {
        return Err(Flaw::Type);
    }
    match terms.signed(&told.kid, signed.as_bytes(), &decode(signature)?) {
        None => Err(Flaw::UnknownKey),
        Some(false) => Err(Flaw::Signature),
        Some(true) => {
            let claims = serde_json::from_slice(&decode(payload)?).map_err(|_| Flaw::Malformed)?;
            Ok((claims, told.kid))
        }
    }
}

/// Checks when the run was, and gives its beginning.
fn times(claims: &Claims, now: Timestamp, terms: &Terms) -> Result<Timestamp, Flaw> {
    let at = |text: &str| Timestamp::parse(text).ok_or(Flaw::Malformed);
    let (began, ended) = (at(&claims.began)?, at(&claims.ended)?);
    let latest = now.plus(SKEW);
    if ended > latest || claims.iat > latest.seconds() || began > ended {
        return Err(Flaw::Future);
    }
    if began < now.minus(terms.max_age) {
        return Err(Flaw::Stale);
    }
    Ok(began)
}

/// Checks the run against the policy.
fn meets(claims: &Claims, terms: &Terms) -> Result<(), Flaw> {
    let wanted = claims.level == Level::Certified;
    let facts = [
        (claims.plan == terms.plan, Flaw::OtherPlan),
        (terms.suite_versions.contains(&claims.suite_version), Flaw::SuiteVersion),
        (terms.requirements_versions.contains(&claims.requirements_version), Flaw::RequirementsVersion),
        (claims.expected_failures == 0, Flaw::ExpectedFailures),
        (claims.result == "passed", Flaw::NotGreen),
        (claims.complete && claims.selection.is_empty(), Flaw::PartOfPlan),
        (claims.resumed == 0, Flaw::Resumed),
        (terms.covers(&claims.capabilities), Flaw::Capabilities),
        (claims.nonce.is_some() == wanted, Flaw::NonceMissing),
    ];
    match facts.into_iter().find(|(holds, _)| !holds) {
        Some((_, flaw)) => Err(flaw),
        None => Ok(()),
    }
}

/// Whether a text can be a capability's word.
fn is_word(text: &str) -> bool {
    (1..=40).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_alphanumeric())
}

/// What is signed, so that a signature over something else cannot stand here (RFC 8725 3.11).
const TYPE: &str = "facteur-conformance-statement+jwt";
/// Characters of a statement.
const LONGEST: usize = 16_384;
/// By how much clocks may differ.
const SKEW: std::time::Duration = std::time::Duration::from_secs(60);
