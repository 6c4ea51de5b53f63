//! What travels: the elements of `specs/memo/v1`, in the order in which the schemas have them.
//!
//! Names are MeMo's. What is only taken in, replies, is read by `incoming`.

mod header;

use serde::Serialize;

pub(super) use header::{
    AdditionalContentData, AttentionData, AttentionPerson, ContentData, GeneratingSystem, MessageHeader,
    Recipient, ReplyData, Sender,
};

/// The namespace of MeMo.
pub(super) const MEMO: &str = "https://DigitalPost.dk/MeMo-1";
/// The version of MeMo.
pub(super) const VERSION: &str = "1.2";
/// The namespace of what MeMo has no element for: lists and receipts.
pub(super) const ENVELOPE: &str = "urn:facteur:memo:v1";
/// The namespace of problems (RFC 9457, appendix B).
pub(super) const PROBLEM: &str = "urn:ietf:rfc:7807";
/// The media type of everything but problems.
pub(super) const MEDIA_TYPE: &str = "application/xml";

/// Something that the recipient can do about a document.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Action {
    pub(super) label: String,
    pub(super) action_code: &'static str,
    pub(super) end_date_time: String,
    #[serde(rename = "EntryPoint")]
    pub(super) entry_point: EntryPoint,
}

/// Where it is done.
#[derive(Serialize)]
pub(super) struct EntryPoint {
    pub(super) url: String,
}

/// A page of the list.
#[derive(Serialize)]
#[serde(rename = "Messages")]
pub(super) struct Messages {
    #[serde(rename = "@xmlns")]
    pub(super) namespace: &'static str,
    #[serde(rename = "@pageSize")]
    pub(super) page_size: usize,
    #[serde(rename = "@total", skip_serializing_if = "Option::is_none")]
    pub(super) total: Option<i64>,
    #[serde(rename = "@next", skip_serializing_if = "Option::is_none")]
    pub(super) next: Option<String>,
    #[serde(rename = "Item")]
    pub(super) items: Vec<Item>,
}

/// A message in the list.
#[derive(Serialize)]
pub(super) struct Item {
    #[serde(rename = "@href")]
    pub(super) href: String,
    #[serde(rename = "@read")]
    pub(super) read: bool,
    #[serde(rename = "@archived")]
    pub(super) archived: bool,
    #[serde(rename = "MessageHeader")]
    pub(super) header: MessageHeader,
}

/// What is answered to a reply.
#[derive(Serialize)]
#[serde(rename = "Receipt")]
pub(super) struct Receipt {
    #[serde(rename = "@xmlns")]
    pub(super) namespace: &'static str,
    #[serde(rename = "replyID")]
    pub(super) reply_id: String,
    #[serde(rename = "messageUUID")]
    pub(super) message_uuid: String,
    #[serde(rename = "receivedDateTime")]
    pub(super) received_at: String,
}

/// The query of a list, as text: what is wrong with a value is said precisely.
#[derive(serde::Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub(super) struct PageQuery {
    pub(super) page_size: Option<String>,
    pub(super) after: Option<String>,
    pub(super) lang: Option<String>,
}

/// The query of a message.
#[derive(serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct MessageQuery {
    pub(super) lang: Option<String>,
}
