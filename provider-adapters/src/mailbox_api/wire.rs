//! What travels: the schemas of `specs/mailbox/v1/openapi.yaml`, member by member.

mod arranging;
mod consents;
mod kept;
mod partitions;
mod query;
mod receipts;
mod reference;
mod replies;
mod sequel;

use std::collections::BTreeMap;

use serde::{Deserialize, Deserializer, Serialize};

pub(super) use arranging::{
    PartitionRight, PartitionRights, RightPath, RightToPut, RoutingRule, RoutingRules, RulesToPut,
};
pub(super) use consents::{Consent, ConsentItem, ConsentPath, Consents, ListQuery, OneConsent};
pub(super) use kept::{Keeper, Kept, KeptElsewhere};
pub(super) use partitions::{Partition, PartitionId, PartitionName, PartitionPath, Partitions};
pub(super) use query::PageQuery;
pub(super) use receipts::{Fact, Receipt, ReceiptPath, Receipts};
pub(super) use reference::{Collection, Item, NamedApplication, NamedOrganization, NamedType};
pub(super) use replies::{
    AttachmentToSend, Replies, Reply, ReplyAttachment, ReplyPath, ReplySummary, ReplyToSend,
};
pub(super) use sequel::{Link, Sequel, Withdrawn};

/// A text by language.
pub(super) type Texts = BTreeMap<String, String>;

/// An identifier in a path: its prefix and 26 characters, in the one spelling that the hub writes.
///
/// The error is the name of the parameter.
macro_rules! id {
    ($(#[$meta:meta])* $name:ident, $parameter:literal, $prefix:literal) => {
        $(#[$meta])*
        #[derive(Deserialize)]
        #[serde(try_from = "String")]
        pub(super) struct $name(pub(super) String);

        impl TryFrom<String> for $name {
            type Error = &'static str;

            fn try_from(text: String) -> Result<Self, &'static str> {
                let rest = text.strip_prefix($prefix).unwrap_or_default();
                let shaped = rest.len() == 26 && rest.bytes().all(|byte| LETTERS.contains(&byte));
                if shaped { Ok(Self(text)) } else { Err($parameter) }
            }
        }
    };
}

id!(/** A mailbox in a path. */ MailboxId, "mailboxId", "mbx_");
id!(/** A message in a path. */ MessageId, "messageId", "msg_");
id!(/** An attachment in a path. */ AttachmentId, "attachmentId", "att_");
id!(/** A reply in a path. */ ReplyId, "replyId", "rpl_");
id!(/** A consent in a path. */ ConsentId, "consentId", "cns_");
id!(/** A person in a path. */ PersonId, "personId", "psn_");
id!(/** A partition with a name in a path. */ NamedPartitionId, "partitionId", "prt_");
id!(/** A piece of evidence in a path. */ EvidenceId, "evidenceId", "evd_");

/// The path of a mailbox's messages.
#[derive(Deserialize)]
pub(super) struct MailboxPath {
    #[serde(rename = "mailboxId")]
    pub(super) mailbox: MailboxId,
}

/// The path of a message.
#[derive(Deserialize)]
pub(super) struct MessagePath {
    #[serde(rename = "mailboxId")]
    pub(super) mailbox: MailboxId,
    #[serde(rename = "messageId")]
    pub(super) message: MessageId,
}

/// The path of a file.
#[derive(Deserialize)]
pub(super) struct AttachmentPath {
    #[serde(rename = "mailboxId")]
    pub(super) mailbox: MailboxId,
    #[serde(rename = "messageId")]
    pub(super) message: MessageId,
    #[serde(rename = "attachmentId")]
    pub(super) attachment: AttachmentId,
}

/// A merge patch of a message: a member that is not there leaves its mark as it is.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct MessagePatch {
    #[serde(default, deserialize_with = "present")]
    pub(super) read: Option<bool>,
    #[serde(default, deserialize_with = "present")]
    pub(super) archived: Option<bool>,
    #[serde(default, deserialize_with = "present")]
    pub(super) partition: Option<PartitionId>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Mailboxes {
    #[serde(rename = "self")]
    pub(super) this: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) total: Option<usize>,
    pub(super) items: Vec<MailboxSummary>,
    pub(super) page_size: usize,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) next: Option<String>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct MailboxSummary {
    pub(super) mailbox_id: String,
    pub(super) mailbox_kind: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) enterprise_number: Option<String>,
    pub(super) consent_id: String,
    pub(super) actions: Vec<&'static str>,
    pub(super) until: String,
    pub(super) total: i64,
    pub(super) unread: i64,
    pub(super) withheld: bool,
    pub(super) href: String,
}

/// A mailbox by itself, counted.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Mailbox {
    #[serde(rename = "self")]
    pub(super) this: String,
    #[serde(flatten)]
    pub(super) summary: MailboxSummary,
    pub(super) archived: i64,
    pub(super) registered_mail: i64,
    pub(super) expiring_soon: i64,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) newest_received_at: Option<String>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Messages {
    #[serde(rename = "self")]
    pub(super) this: String,
    pub(super) items: Vec<MessageSummary>,
    pub(super) page_size: usize,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) total: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) next: Option<String>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct MessageSummary {
    pub(super) message_id: String,
    pub(super) href: String,
    #[serde(flatten)]
    pub(super) headline: Headline,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) partition: Option<String>,
    #[serde(flatten)]
    pub(super) sequel: Sequel,
}

/// The members that a message has in a list and by itself.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Headline {
    pub(super) subject: Texts,
    pub(super) sender_organization: SenderOrganization,
    pub(super) sender_application_id: String,
    pub(super) message_type: MessageType,
    pub(super) received_at: String,
    pub(super) expires_at: String,
    pub(super) read: bool,
    pub(super) archived: bool,
    pub(super) registered_mail: bool,
    pub(super) has_attachments: bool,
    pub(super) has_payment: bool,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct SenderOrganization {
    pub(super) enterprise_number: String,
    pub(super) name: Texts,
}

#[derive(Serialize)]
pub(super) struct MessageType {
    pub(super) id: String,
    pub(super) name: Texts,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Message {
    pub(super) message_id: String,
    #[serde(rename = "self")]
    pub(super) this: String,
    #[serde(flatten)]
    pub(super) headline: Headline,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) partition: Option<String>,
    #[serde(flatten)]
    pub(super) sequel: Sequel,
    pub(super) reply_allowed: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) for_the_attention_of: Option<Addressee>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) body: Option<Body>,
    pub(super) attachments: Vec<Attachment>,
    pub(super) business_data: Vec<BusinessDatum>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) payment: Option<Payment>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Payment {
    pub(super) amount: String,
    pub(super) currency: String,
    pub(super) due_date: String,
    pub(super) iban: String,
    pub(super) reference: String,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Addressee {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) name: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) ssin: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) person_id: Option<String>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Body {
    pub(super) media_type: &'static str,
    pub(super) text: Texts,
    pub(super) main: bool,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Attachment {
    pub(super) attachment_id: String,
    pub(super) file_name: String,
    pub(super) media_type: String,
    pub(super) size: u64,
    pub(super) digest: Digest,
    pub(super) main: bool,
    pub(super) content_href: String,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Digest {
    pub(super) digest_method: &'static str,
    pub(super) digest_value: String,
}

#[derive(Serialize)]
pub(super) struct BusinessDatum {
    pub(super) key: String,
    pub(super) values: Vec<String>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Limits {
    #[serde(rename = "self")]
    pub(super) this: String,
    pub(super) page_size: PageSize,
    pub(super) request_rate: RequestRate,
    pub(super) message: MessageLimits,
}

#[derive(Serialize)]
pub(super) struct PageSize {
    pub(super) default: usize,
    pub(super) maximum: usize,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct RequestRate {
    pub(super) per_second: u32,
    pub(super) burst: u32,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct MessageLimits {
    pub(super) attachment_count: usize,
    pub(super) attachment_size: u64,
    pub(super) body_size: usize,
    pub(super) subject_length: usize,
    pub(super) file_name_length: usize,
}

/// A member that may be left out and is never `null`.
fn present<'de, D: Deserializer<'de>, T: Deserialize<'de>>(deserializer: D) -> Result<Option<T>, D::Error> {
    T::deserialize(deserializer).map(Some)
}

pub(super) const LETTERS: &[u8] = b"0123456789abcdefghjkmnpqrstvwxyz";
