//! What was given out in a story that the app had to refuse: whoever sends it later did not refuse.
//!
//! It is kept for the whole run, since a deed may come when another case is played already.

use std::collections::BTreeMap;

use super::{endpoint::Endpoint, grants::Grants, wire::Call};

/// Codes and tokens by their value, with the case that they belong to.
#[derive(Default)]
pub(crate) struct Burnt {
    values: BTreeMap<String, &'static str>,
    late: Vec<(&'static str, String)>,
}

impl Burnt {
    /// Takes everything that was given out since the last reset.
    pub(crate) fn takes(&mut self, case: &'static str, grants: &Grants) {
        let of_consents = grants.access.iter().filter(|(_, access)| access.consent.is_some());
        let access = of_consents.map(|(value, _)| value);
        let given = grants.codes.keys().chain(access).chain(grants.refresh.keys());
        self.values.extend(given.map(|value| (value.clone(), case)));
    }

    /// Looks at a request; says what is wrong with it. To revoke what was refused is right.
    pub(crate) fn hears(&mut self, endpoint: Endpoint, call: &Call) -> Option<String> {
        if matches!(endpoint, Endpoint::Revoke | Endpoint::Introspect) {
            return None;
        }
        let carried = [call.field("code"), call.field("refresh_token"), call.bearer()];
        let case = carried.into_iter().flatten().find_map(|value| self.values.get(value).copied())?;
        let what = format!("{endpoint:?} with what belonged to {case}");
        self.late.push((case, what.clone()));
        Some(what)
    }

    /// The late requests of a case.
    pub(crate) fn late(&self, case: &str) -> Vec<String> {
        self.late.iter().filter(|(of, _)| *of == case).map(|(_, what)| what.clone()).collect()
    }
}
