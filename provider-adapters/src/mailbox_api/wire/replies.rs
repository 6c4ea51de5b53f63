//! Replies, in both directions.

use serde::{Deserialize, Serialize};

use super::{Digest, MailboxId, MessageId, ReplyId};

/// The metadata of a reply; it does not print itself: it is personal.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(in crate::mailbox_api) struct ReplyToSend {
    pub(in crate::mailbox_api) text: String,
    #[serde(default)]
    pub(in crate::mailbox_api) attachments: Vec<AttachmentToSend>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(in crate::mailbox_api) struct AttachmentToSend {
    pub(in crate::mailbox_api) part: String,
    pub(in crate::mailbox_api) file_name: String,
    pub(in crate::mailbox_api) media_type: String,
    pub(in crate::mailbox_api) digest: DigestToSend,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(in crate::mailbox_api) struct DigestToSend {
    pub(in crate::mailbox_api) digest_method: String,
    pub(in crate::mailbox_api) digest_value: String,
}

/// The path of a reply.
#[derive(Deserialize)]
pub(in crate::mailbox_api) struct ReplyPath {
    #[serde(rename = "mailboxId")]
    pub(in crate::mailbox_api) mailbox: MailboxId,
    #[serde(rename = "messageId")]
    pub(in crate::mailbox_api) message: MessageId,
    #[serde(rename = "replyId")]
    pub(in crate::mailbox_api) reply: ReplyId,
}

#[derive(Serialize)]
pub(in crate::mailbox_api) struct Replies {
    #[serde(rename = "self")]
    pub(in crate::mailbox_api) this: String,
    pub(in crate::mailbox_api) items: Vec<ReplySummary>,
    pub(in crate::mailbox_api) total: usize,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(in crate::mailbox_api) struct ReplySummary {
    pub(in crate::mailbox_api) reply_id: String,
    pub(in crate::mailbox_api) sent_at: String,
    pub(in crate::mailbox_api) href: String,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(in crate::mailbox_api) struct Reply {
    pub(in crate::mailbox_api) reply_id: String,
    #[serde(rename = "self")]
    pub(in crate::mailbox_api) this: String,
    pub(in crate::mailbox_api) sent_at: String,
    pub(in crate::mailbox_api) text: String,
    pub(in crate::mailbox_api) attachments: Vec<ReplyAttachment>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(in crate::mailbox_api) struct ReplyAttachment {
    pub(in crate::mailbox_api) attachment_id: String,
    pub(in crate::mailbox_api) file_name: String,
    pub(in crate::mailbox_api) media_type: String,
    pub(in crate::mailbox_api) size: u64,
    pub(in crate::mailbox_api) digest: Digest,
}
