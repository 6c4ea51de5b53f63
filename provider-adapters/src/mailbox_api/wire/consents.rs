//! The consents of a provider application.

use serde::{Deserialize, Serialize};
use url::form_urlencoded;

use super::ConsentId;

/// The query of a list that is not filtered, as text.
#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub(in crate::mailbox_api) struct ListQuery {
    pub(in crate::mailbox_api) page_size: Option<String>,
    pub(in crate::mailbox_api) after: Option<String>,
}

impl ListQuery {
    /// A page of that list: with the page size if the client named one, and where it begins.
    pub(in crate::mailbox_api) fn page_of(&self, list: &str, after: Option<&str>) -> String {
        let mut pairs = form_urlencoded::Serializer::new(String::new());
        pairs.extend_pairs(self.page_size.as_deref().map(|size| ("pageSize", size)));
        pairs.extend_pairs(after.map(|after| ("after", after)));
        let query = pairs.finish();
        let mark = if query.is_empty() { "" } else { "?" };
        format!("{list}{mark}{query}")
    }
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
