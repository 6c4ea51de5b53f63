//! The claims that the standard does not name: the national number is one of them.

use std::collections::BTreeMap;

use data_encoding::BASE64URL_NOPAD;
use openidconnect::AdditionalClaims;
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// Claims by name; never printed.
#[derive(Clone, Default, Serialize, Deserialize)]
pub(crate) struct Claims {
    #[serde(flatten)]
    others: BTreeMap<String, Value>,
}

impl Claims {
    /// Whether there is a claim of that name.
    pub(crate) fn contain(&self, name: &str) -> bool {
        self.others.get(name).is_some_and(|value| !value.is_null())
    }

    /// The claim of that name, if it is a text.
    pub(crate) fn text(&self, name: &str) -> Option<&str> {
        self.others.get(name).and_then(Value::as_str).filter(|text| !text.is_empty())
    }
}

impl std::fmt::Debug for Claims {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("Claims")
    }
}

impl AdditionalClaims for Claims {}

/// Whether a token of ours, verified before, contains a claim; one that cannot be read counts as containing it.
pub(super) fn tells(token: &str, claim: &str) -> bool {
    let payload = token.split('.').nth(1).and_then(|part| BASE64URL_NOPAD.decode(part.as_bytes()).ok());
    let claims = payload.and_then(|payload| serde_json::from_slice::<Claims>(&payload).ok());
    claims.is_none_or(|claims| claims.others.contains_key(claim))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_tells_what_it_contains() {
        let token = |payload: &str| format!("e30.{}.x", BASE64URL_NOPAD.encode(payload.as_bytes()));

        assert!(tells(&token(r#"{"sub":"a","ssin":"b"}"#), "ssin"));
        assert!(!tells(&token(r#"{"sub":"a"}"#), "ssin"));
        assert!(tells("not a token", "ssin"));
    }
}
