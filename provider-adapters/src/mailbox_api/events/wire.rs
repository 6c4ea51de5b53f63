//! What travels of polling (RFC 8936 2.2 and 2.3).

use std::collections::BTreeMap;

use serde::{Deserialize, Deserializer, Serialize};

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase", default)]
pub(in crate::mailbox_api) struct Poll {
    #[serde(deserialize_with = "present")]
    pub(in crate::mailbox_api) max_events: Option<usize>,
    pub(in crate::mailbox_api) return_immediately: bool,
    pub(in crate::mailbox_api) ack: Vec<String>,
    pub(in crate::mailbox_api) set_errs: BTreeMap<String, SetError>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(in crate::mailbox_api) struct SetError {
    pub(in crate::mailbox_api) err: String,
    /// Read and dropped: whatever a receiver writes there, it is not for keeping.
    #[serde(default, deserialize_with = "present")]
    pub(in crate::mailbox_api) description: Option<String>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(in crate::mailbox_api) struct Polled {
    pub(in crate::mailbox_api) sets: BTreeMap<String, String>,
    pub(in crate::mailbox_api) more_available: bool,
}

/// A member that may be left out and is never `null`.
fn present<'de, D: Deserializer<'de>, T: Deserialize<'de>>(deserializer: D) -> Result<Option<T>, D::Error> {
    T::deserialize(deserializer).map(Some)
}
