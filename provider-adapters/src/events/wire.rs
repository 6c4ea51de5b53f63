//! What travels: the schemas of `specs/events/v1/openapi.yaml`, member by member.
//!
//! Input denies members it does not know. None of the input prints itself: it holds subjects.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// The query of a page, as text.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(super) struct PageQuery {
    pub(super) last_sequence_nbr: String,
    pub(super) page_size: String,
    pub(super) start_time: Option<String>,
    pub(super) client_id: Option<String>,
    pub(super) filter: Option<String>,
}

/// The query of a posting, as text.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(super) struct PostQuery {
    pub(super) client_id: Option<String>,
}

/// A page of events.
#[derive(Serialize)]
pub(super) struct Page {
    #[serde(rename = "EboxEnterpriseDocumentEvents")]
    pub(super) events: Vec<Item>,
    #[serde(rename = "pageInfo")]
    pub(super) page_info: PageInfo,
}

/// Where a page ends.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct PageInfo {
    pub(super) last_sequence_nbr: i64,
    pub(super) has_next: bool,
}

/// An event with its place.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Item {
    pub(super) event_sequence_nbr: i64,
    pub(super) event_time: String,
    pub(super) event_provider_id: String,
    pub(super) event_data: Event,
}

/// What happened, as it is told.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Event {
    pub(super) event_type: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) enterprise_id: Option<String>,
    pub(super) mailbox_id: String,
    pub(super) message_id: String,
    pub(super) receipt_date: String,
    pub(super) expiration_date: String,
    pub(super) registered_mail: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) message_type_id: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) sender_organization_id: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) sender_application_id: Option<String>,
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub(super) subject: BTreeMap<String, String>,
}

/// What happened, as a document provider posts it.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(super) struct PostedEvent {
    pub(super) event_type: EventType,
    pub(super) event_correlation_id: Option<String>,
    pub(super) enterprise_id: String,
    pub(super) message_id: String,
    pub(super) receipt_date: String,
    pub(super) expiration_date: String,
    pub(super) registered_mail: bool,
    pub(super) message_type_id: Option<String>,
    pub(super) sender_organization_id: Option<String>,
    pub(super) sender_application_id: Option<String>,
    pub(super) subject: Option<Subject>,
}

/// A subject in some of the four languages.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Subject {
    pub(super) nl: Option<String>,
    pub(super) fr: Option<String>,
    pub(super) de: Option<String>,
    pub(super) en: Option<String>,
}

/// What can happen.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) enum EventType {
    NewDocument,
    NewDocumentReminder,
    ReadDocument,
    DocumentExpirationAlert,
}
