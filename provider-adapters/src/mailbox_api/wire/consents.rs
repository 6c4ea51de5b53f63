//! The consents of a provider application.

use serde::{Deserialize, Serialize};

use super::ConsentId;

/// The query of the list, as text.
#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub(in crate::mailbox_api) struct ConsentQuery {
    pub(in crate::mailbox_api) page_size: Option<String>,
    pub(in crate::mailbox_api) after: Option<String>,
}

/// The path of a consent.
#[derive(Deserialize)]
pub(in crate::mailbox_api) struct ConsentPath {
    #[serde(rename = "consentId")]
    pub(in crate::mailbox_api) consent: ConsentId,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(in crate::mailbox_api) struct Consents {
    #[serde(rename = "self")]
    pub(in crate::mailbox_api) this: String,
    pub(in crate::mailbox_api) items: Vec<ConsentItem>,
    pub(in crate::mailbox_api) page_size: usize,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(in crate::mailbox_api) next: Option<String>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(in crate::mailbox_api) struct ConsentItem {
    pub(in crate::mailbox_api) href: String,
    #[serde(flatten)]
    pub(in crate::mailbox_api) consent: Consent,
}

/// A consent by itself.
#[derive(Serialize)]
pub(in crate::mailbox_api) struct OneConsent {
    #[serde(rename = "self")]
    pub(in crate::mailbox_api) this: String,
    #[serde(flatten)]
    pub(in crate::mailbox_api) consent: Consent,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(in crate::mailbox_api) struct Consent {
    pub(in crate::mailbox_api) consent_id: String,
    pub(in crate::mailbox_api) mailbox_id: String,
    pub(in crate::mailbox_api) mailbox_kind: &'static str,
    pub(in crate::mailbox_api) state: &'static str,
    pub(in crate::mailbox_api) actions: Vec<&'static str>,
    pub(in crate::mailbox_api) granted_at: String,
    pub(in crate::mailbox_api) until: String,
    pub(in crate::mailbox_api) withheld: bool,
}
