//! Messages that other document providers keep.

use serde::Serialize;

use super::Texts;

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(in crate::mailbox_api) struct Kept {
    #[serde(rename = "self")]
    pub(in crate::mailbox_api) this: String,
    pub(in crate::mailbox_api) items: Vec<KeptElsewhere>,
    pub(in crate::mailbox_api) page_size: usize,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(in crate::mailbox_api) next: Option<String>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(in crate::mailbox_api) struct KeptElsewhere {
    pub(in crate::mailbox_api) kept_elsewhere_id: String,
    pub(in crate::mailbox_api) kept_at: Keeper,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(in crate::mailbox_api) message_id_there: Option<String>,
    pub(in crate::mailbox_api) subject: Texts,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(in crate::mailbox_api) sender_organization: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(in crate::mailbox_api) sender_application: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(in crate::mailbox_api) message_type: Option<String>,
    pub(in crate::mailbox_api) registered_mail: bool,
    pub(in crate::mailbox_api) received_at: String,
    pub(in crate::mailbox_api) expires_at: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(in crate::mailbox_api) read_at: Option<String>,
}

/// Who keeps it.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(in crate::mailbox_api) struct Keeper {
    pub(in crate::mailbox_api) document_provider_id: String,
    pub(in crate::mailbox_api) name: Texts,
}
