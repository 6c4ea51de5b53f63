//! The parameters of a request, each at most once (RFC 6749 3.1).

use std::collections::BTreeMap;

/// Parameters by name; those sent without a value count as absent.
pub(super) struct Parameters(BTreeMap<String, String>);

impl Parameters {
    /// Sorts the pairs of a query or form; `Err` names a parameter that came twice.
    pub(super) fn of(pairs: Vec<(String, String)>) -> Result<Self, String> {
        let mut map = BTreeMap::new();
        for (name, value) in pairs.into_iter().filter(|(_, value)| !value.is_empty()) {
            if map.insert(name.clone(), value).is_some() {
                return Err(name);
            }
        }
        Ok(Self(map))
    }

    /// The value of a parameter.
    pub(super) fn of_name(&self, name: &str) -> Option<&str> {
        self.0.get(name).map(String::as_str)
    }

    /// An owned value, for keeping.
    pub(super) fn owned(&self, name: &str) -> Option<String> {
        self.0.get(name).cloned()
    }
}
