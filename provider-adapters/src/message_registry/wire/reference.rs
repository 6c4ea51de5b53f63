//! Reference data.

use serde::Serialize;

use super::TranslatedString;

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(in crate::message_registry) struct MessageType {
    pub(in crate::message_registry) message_type_id: String,
    pub(in crate::message_registry) message_type_name: TranslatedString,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(in crate::message_registry) validity_period: Option<ValidityPeriod>,
    pub(in crate::message_registry) sender_organization_ids: Vec<String>,
    pub(in crate::message_registry) sender_application_ids: Vec<String>,
}

#[derive(Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub(in crate::message_registry) struct ValidityPeriod {
    pub(in crate::message_registry) validity_period_number: i32,
    pub(in crate::message_registry) validity_period_unit: &'static str,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(in crate::message_registry) struct SenderApplication {
    pub(in crate::message_registry) application_id: String,
    pub(in crate::message_registry) application_name: TranslatedString,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(in crate::message_registry) application_logos: Vec<Image>,
    pub(in crate::message_registry) sender_organization_ids: Vec<String>,
    pub(in crate::message_registry) message_type_ids: Vec<String>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(in crate::message_registry) struct SenderOrganization {
    pub(in crate::message_registry) organization_id: String,
    pub(in crate::message_registry) organization_short_name: TranslatedString,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(in crate::message_registry) organization_logos: Vec<Image>,
    pub(in crate::message_registry) sender_application_ids: Vec<String>,
    pub(in crate::message_registry) message_type_ids: Vec<String>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(in crate::message_registry) struct Image {
    pub(in crate::message_registry) image_id: String,
    pub(in crate::message_registry) size: f64,
    pub(in crate::message_registry) media_type: String,
    pub(in crate::message_registry) content_href: String,
}
