//! What travels of the change feed.

use serde::{Deserialize, Serialize};

/// The query, as text: what is wrong with a value is said precisely.
#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub(in crate::mailbox_api) struct ChangesQuery {
    pub(in crate::mailbox_api) after: Option<String>,
    pub(in crate::mailbox_api) page_size: Option<String>,
    pub(in crate::mailbox_api) wait: Option<String>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(in crate::mailbox_api) struct Changes {
    #[serde(rename = "self")]
    pub(in crate::mailbox_api) this: String,
    pub(in crate::mailbox_api) items: Vec<Change>,
    pub(in crate::mailbox_api) page_size: usize,
    pub(in crate::mailbox_api) next: String,
    pub(in crate::mailbox_api) retry_after: u64,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(in crate::mailbox_api) struct Change {
    pub(in crate::mailbox_api) change_id: String,
    pub(in crate::mailbox_api) kind: &'static str,
    pub(in crate::mailbox_api) at: String,
    pub(in crate::mailbox_api) mailbox_id: String,
    pub(in crate::mailbox_api) consent_id: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(in crate::mailbox_api) message_id: Option<String>,
}
