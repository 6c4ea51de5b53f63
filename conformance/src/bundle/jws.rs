//! A detached JWS in compact form (RFC 7515 7.1 and appendix F): the payload is the manifest beside it.

use std::io;

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use serde::{Deserialize, Serialize};

use super::{Refusal, Signer, Verifier};

#[derive(Serialize, Deserialize)]
struct Header {
    alg: String,
    typ: String,
    #[serde(rename = "x5t#S256", skip_serializing_if = "Option::is_none")]
    thumbprint: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    x5c: Option<Vec<String>>,
    /// Extensions that a reader must understand (RFC 7515 4.1.11): none is.
    #[serde(skip_serializing_if = "Option::is_none")]
    crit: Option<serde_json::Value>,
}

/// Signs `payload`, and leaves it out of what it gives.
pub(super) fn sign(payload: &[u8], signer: &Signer) -> io::Result<String> {
    let header = Header {
        alg: "ES256".to_owned(),
        typ: TYPE.to_owned(),
        thumbprint: signer.thumbprint(),
        x5c: signer.x5c(),
        crit: None,
    };
    let header = URL_SAFE_NO_PAD.encode(serde_json::to_vec(&header)?);
    let signature = signer.sign(&input(&header, payload)).map_err(io::Error::other)?;
    Ok(format!("{header}..{}", URL_SAFE_NO_PAD.encode(signature)))
}

/// Checks that the key of `verifier` signed `payload`. The header's own keys play no part.
pub(super) fn verify(jws: &str, payload: &[u8], verifier: &Verifier) -> Result<(), Refusal> {
    let parts: Vec<&str> = jws.split('.').collect();
    let [header, "", signature] = parts.as_slice() else {
        return Err(Refusal::Signature("is no detached JWS"));
    };
    let decode = |text: &str| URL_SAFE_NO_PAD.decode(text).ok();
    let told: Header = decode(header)
        .and_then(|bytes| serde_json::from_slice(&bytes).ok())
        .ok_or(Refusal::Signature("has no header that can be read"))?;
    if told.alg != "ES256" || told.typ != TYPE || told.crit.is_some() {
        return Err(Refusal::Signature("is not ES256 over a manifest"));
    }
    let signature = decode(signature).ok_or(Refusal::Signature("is no base64url"))?;
    if verifier.accepts(&input(header, payload), &signature) {
        Ok(())
    } else {
        Err(Refusal::Signature("was not made by this key over this manifest"))
    }
}

fn input(header: &str, payload: &[u8]) -> Vec<u8> {
    format!("{header}.{}", URL_SAFE_NO_PAD.encode(payload)).into_bytes()
}

/// What is signed, so that a signature over something else cannot stand here (RFC 8725 3.11).
const TYPE: &str = "facteur-conformance-bundle+jws";
