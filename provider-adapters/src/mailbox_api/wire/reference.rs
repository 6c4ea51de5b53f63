//! Reference data.

use serde::Serialize;

use super::Texts;

#[derive(Serialize)]
pub(in crate::mailbox_api) struct Collection<T> {
    #[serde(rename = "self")]
    pub(in crate::mailbox_api) this: String,
    pub(in crate::mailbox_api) items: Vec<T>,
    pub(in crate::mailbox_api) total: usize,
}

/// An item of reference data: in a list it has a link, by itself it is one.
#[derive(Serialize)]
pub(in crate::mailbox_api) struct Item<T> {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(in crate::mailbox_api) href: Option<String>,
    #[serde(rename = "self", skip_serializing_if = "Option::is_none")]
    pub(in crate::mailbox_api) this: Option<String>,
    #[serde(flatten)]
    pub(in crate::mailbox_api) item: T,
    #[serde(skip)]
    pub(in crate::mailbox_api) id: String,
}

impl<T> Item<T> {
    pub(in crate::mailbox_api) fn id(&self) -> &str {
        &self.id
    }

    /// The item as it answers for itself.
    pub(in crate::mailbox_api) fn by_itself(self) -> Self {
        Self { this: self.href, href: None, ..self }
    }
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(in crate::mailbox_api) struct NamedOrganization {
    pub(in crate::mailbox_api) enterprise_number: String,
    pub(in crate::mailbox_api) name: Texts,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(in crate::mailbox_api) struct NamedApplication {
    pub(in crate::mailbox_api) sender_application_id: String,
    pub(in crate::mailbox_api) code: String,
    pub(in crate::mailbox_api) name: Texts,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(in crate::mailbox_api) struct NamedType {
    pub(in crate::mailbox_api) id: String,
    pub(in crate::mailbox_api) name: Texts,
    pub(in crate::mailbox_api) validity: String,
    pub(in crate::mailbox_api) media_types: Vec<String>,
}
