//! What travels: the schemas of `specs/federation/v1/openapi.yaml`, member by member.
//!
//! Input denies members it does not know. None of the input prints itself: it holds numbers of persons.

use std::collections::BTreeMap;

use serde::{Deserialize, Deserializer, Serialize};

/// An entry of the list.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct MessageProvider {
    pub(super) message_provider_id: String,
    pub(super) message_provider_name: TranslatedString,
    pub(super) message_provider_description: TranslatedString,
    pub(super) message_provider_url: String,
    pub(super) message_provider_activation_date: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) message_provider_deactivation_date: Option<String>,
    pub(super) message_provider_technical_contact: String,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(super) message_provider_planned_maintenance: Vec<Maintenance>,
    pub(super) api_supported_version: String,
    #[serde(rename = "_links")]
    pub(super) links: Links,
}

/// A text in the four languages, all of them given.
#[derive(Serialize)]
pub(super) struct TranslatedString {
    pub(super) nl: String,
    pub(super) fr: String,
    pub(super) de: String,
    pub(super) en: String,
}

/// A planned interruption.
#[derive(Deserialize, Serialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(super) struct Maintenance {
    pub(super) start_date: String,
    pub(super) end_date: String,
}

/// HAL links.
#[derive(Serialize)]
pub(super) struct Links {
    #[serde(rename = "self")]
    pub(super) this: Link,
}

/// A HAL link.
#[derive(Serialize)]
pub(super) struct Link {
    pub(super) href: String,
}

/// A merge patch of an entry: what is not said stays, null removes.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(super) struct MessageProviderPatch {
    pub(super) message_provider_id: Option<String>,
    pub(super) message_provider_name: Option<BTreeMap<String, String>>,
    pub(super) message_provider_description: Option<BTreeMap<String, String>>,
    pub(super) message_provider_url: Option<String>,
    pub(super) message_provider_activation_date: Option<String>,
    #[serde(default, deserialize_with = "said")]
    pub(super) message_provider_deactivation_date: Option<Option<String>>,
    pub(super) message_provider_technical_contact: Option<String>,
    #[serde(default, deserialize_with = "said")]
    pub(super) message_provider_planned_maintenance: Option<Option<Vec<Maintenance>>>,
    pub(super) api_supported_version: Option<String>,
    /// What was read and is sent back is taken, and says nothing.
    #[serde(rename = "_links")]
    pub(super) _links: Option<serde::de::IgnoredAny>,
}

/// A question about recipients.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(super) struct EboxIdSameTypeList {
    pub(super) ebox_type: String,
    pub(super) ebox_id_type: String,
    pub(super) ebox_id_value_list: Vec<String>,
}

/// Whose mailbox.
#[derive(Deserialize, Serialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(super) struct EboxId {
    pub(super) ebox_type: String,
    pub(super) ebox_id_value: String,
}

/// What the holder of a mailbox prefers.
#[derive(Deserialize, Serialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(super) struct EboxPreferences {
    pub(super) ebox_id: EboxId,
    pub(super) exclusively_ebox: bool,
}

/// Null is something that is said.
fn said<'de, D: Deserializer<'de>, T: Deserialize<'de>>(
    deserializer: D,
) -> Result<Option<Option<T>>, D::Error> {
    Option::deserialize(deserializer).map(Some)
}
