//! Partitions of an enterprise's mailbox.

use serde::{Deserialize, Serialize};

use super::{LETTERS, MailboxId, NamedPartitionId};

/// A partition: `prt_` and 26 characters in the one spelling that the hub writes, or `general`.
#[derive(Deserialize)]
#[serde(try_from = "String")]
pub(in crate::mailbox_api) struct PartitionId(pub(in crate::mailbox_api) String);

impl PartitionId {
    /// Whether a text is one.
    pub(in crate::mailbox_api) fn is_one(text: &str) -> bool {
        let letters = |rest: &str| rest.len() == 26 && rest.bytes().all(|byte| LETTERS.contains(&byte));
        text == GENERAL || text.strip_prefix("prt_").is_some_and(letters)
    }
}

impl TryFrom<String> for PartitionId {
    type Error = &'static str;

    fn try_from(text: String) -> Result<Self, &'static str> {
        if Self::is_one(&text) {
            Ok(Self(text))
        } else {
            Err("prt_ and 26 characters, or general, are expected")
        }
    }
}

#[derive(Serialize)]
pub(in crate::mailbox_api) struct Partitions {
    #[serde(rename = "self")]
    pub(in crate::mailbox_api) this: String,
    pub(in crate::mailbox_api) items: Vec<Partition>,
    pub(in crate::mailbox_api) total: usize,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(in crate::mailbox_api) struct Partition {
    pub(in crate::mailbox_api) partition_id: String,
    pub(in crate::mailbox_api) href: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(in crate::mailbox_api) name: Option<String>,
}

/// What a partition is to be called.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(in crate::mailbox_api) struct PartitionName {
    pub(in crate::mailbox_api) name: String,
}

/// The path of a partition with a name.
#[derive(Deserialize)]
pub(in crate::mailbox_api) struct PartitionPath {
    #[serde(rename = "mailboxId")]
    pub(in crate::mailbox_api) mailbox: MailboxId,
    #[serde(rename = "partitionId")]
    pub(in crate::mailbox_api) partition: NamedPartitionId,
}

/// How the partition is called that has no name.
const GENERAL: &str = "general";
