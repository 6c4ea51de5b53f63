//! The claims that the standard does not name: the national number is one of them.

use std::collections::BTreeMap;

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
