//! Routing rules, and who sees which partition.

use serde::{Deserialize, Serialize};

use super::{MailboxId, PartitionId, PersonId, present};

/// The rules as they are shown.
#[derive(Serialize)]
pub(in crate::mailbox_api) struct RoutingRules {
    #[serde(rename = "self")]
    pub(in crate::mailbox_api) this: String,
    pub(in crate::mailbox_api) items: Vec<RoutingRule>,
    pub(in crate::mailbox_api) total: usize,
}

/// The rules as they are put.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(in crate::mailbox_api) struct RulesToPut {
    pub(in crate::mailbox_api) items: Vec<RoutingRule>,
}

/// Which messages go into which partition; a criterion that is not said fits every message.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub(in crate::mailbox_api) struct RoutingRule {
    #[serde(default, deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    pub(in crate::mailbox_api) message_type_id: Option<String>,
    #[serde(default, deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    pub(in crate::mailbox_api) sender_application_id: Option<String>,
    #[serde(default, deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    pub(in crate::mailbox_api) sender_organization_id: Option<String>,
    pub(in crate::mailbox_api) partition_id: String,
}

/// The people who act for an enterprise, and what they see.
#[derive(Serialize)]
pub(in crate::mailbox_api) struct PartitionRights {
    #[serde(rename = "self")]
    pub(in crate::mailbox_api) this: String,
    pub(in crate::mailbox_api) items: Vec<PartitionRight>,
    pub(in crate::mailbox_api) total: usize,
}

/// One of them: with all partitions, or with those that they see.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(in crate::mailbox_api) struct PartitionRight {
    pub(in crate::mailbox_api) person_id: String,
    pub(in crate::mailbox_api) href: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(in crate::mailbox_api) name: Option<String>,
    pub(in crate::mailbox_api) roles: Vec<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(in crate::mailbox_api) all_partitions: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(in crate::mailbox_api) partition_ids: Option<Vec<String>>,
    pub(in crate::mailbox_api) can_be_limited: bool,
}

/// What somebody sees from now on: one of the two.
#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub(in crate::mailbox_api) struct RightToPut {
    #[serde(default, deserialize_with = "present")]
    pub(in crate::mailbox_api) all_partitions: Option<bool>,
    #[serde(default, deserialize_with = "present")]
    pub(in crate::mailbox_api) partition_ids: Option<Vec<PartitionId>>,
}

/// The path of what somebody sees.
#[derive(Deserialize)]
pub(in crate::mailbox_api) struct RightPath {
    #[serde(rename = "mailboxId")]
    pub(in crate::mailbox_api) mailbox: MailboxId,
    #[serde(rename = "personId")]
    pub(in crate::mailbox_api) person: PersonId,
}
