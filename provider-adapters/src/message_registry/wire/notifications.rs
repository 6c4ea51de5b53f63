//! CloudEvents 1.0 about partitions, in the structured JSON form. What is not named here may be there and is not looked at.

use serde::Deserialize;
use serde_json::Value;

/// An event.
#[derive(Deserialize)]
pub(in crate::message_registry) struct CloudEvent {
    pub(in crate::message_registry) specversion: String,
    pub(in crate::message_registry) id: String,
    pub(in crate::message_registry) source: String,
    #[serde(rename = "type")]
    pub(in crate::message_registry) kind: String,
    pub(in crate::message_registry) time: String,
    pub(in crate::message_registry) data: Value,
}

/// All rules of an enterprise, the one that is asked first before the others.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(in crate::message_registry) struct RulesData {
    pub(in crate::message_registry) enterprise_number: String,
    pub(in crate::message_registry) ordered_routing_rules: Vec<RoutingRule>,
}

/// A rule.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(in crate::message_registry) struct RoutingRule {
    pub(in crate::message_registry) partition_id: String,
    pub(in crate::message_registry) message_type_id: Option<String>,
    pub(in crate::message_registry) sender_application_id: Option<String>,
    pub(in crate::message_registry) sender_organization_id: Option<String>,
}

/// A partition.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(in crate::message_registry) struct PartitionData {
    pub(in crate::message_registry) enterprise_number: String,
    pub(in crate::message_registry) partition_id: String,
    pub(in crate::message_registry) partition_name: Option<String>,
}

/// Whether a person sees a partition.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(in crate::message_registry) struct RightData {
    pub(in crate::message_registry) enterprise_number: String,
    pub(in crate::message_registry) partition_id: String,
    pub(in crate::message_registry) ssin: String,
}
