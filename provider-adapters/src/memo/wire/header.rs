//! The header of a message.

use serde::Serialize;

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(in crate::memo) struct MessageHeader {
    /// Said where the header stands in something that is no MeMo.
    #[serde(rename = "@xmlns", skip_serializing_if = "Option::is_none")]
    pub(in crate::memo) namespace: Option<&'static str>,
    pub(in crate::memo) message_type: &'static str,
    #[serde(rename = "messageUUID")]
    pub(in crate::memo) message_uuid: String,
    #[serde(rename = "messageID")]
    pub(in crate::memo) message_id: String,
    pub(in crate::memo) message_code: String,
    pub(in crate::memo) label: String,
    pub(in crate::memo) reply: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(in crate::memo) reply_by_date_time: Option<String>,
    #[serde(rename = "Sender")]
    pub(in crate::memo) sender: Sender,
    #[serde(rename = "Recipient")]
    pub(in crate::memo) recipient: Recipient,
    #[serde(rename = "ContentData")]
    pub(in crate::memo) content_data: ContentData,
    #[serde(rename = "ReplyData", skip_serializing_if = "Option::is_none")]
    pub(in crate::memo) reply_data: Option<ReplyData>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(in crate::memo) struct Sender {
    #[serde(rename = "senderID")]
    pub(in crate::memo) sender_id: String,
    pub(in crate::memo) id_type: &'static str,
    pub(in crate::memo) id_type_label: &'static str,
    pub(in crate::memo) label: String,
    #[serde(rename = "AttentionData")]
    pub(in crate::memo) attention_data: AttentionData,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(in crate::memo) struct Recipient {
    #[serde(rename = "recipientID")]
    pub(in crate::memo) recipient_id: String,
    pub(in crate::memo) id_type: &'static str,
    #[serde(rename = "AttentionData", skip_serializing_if = "Option::is_none")]
    pub(in crate::memo) attention_data: Option<AttentionData>,
}

/// What a party says of itself: here a person, or the system that the message comes from.
#[derive(Default, Serialize)]
#[serde(rename_all = "PascalCase")]
pub(in crate::memo) struct AttentionData {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(in crate::memo) attention_person: Option<AttentionPerson>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(in crate::memo) generating_system: Option<GeneratingSystem>,
}

#[derive(Serialize)]
pub(in crate::memo) struct AttentionPerson {
    #[serde(rename = "personID", skip_serializing_if = "Option::is_none")]
    pub(in crate::memo) person_id: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(in crate::memo) label: Option<String>,
}

#[derive(Serialize)]
pub(in crate::memo) struct GeneratingSystem {
    #[serde(rename = "generatingSystemID")]
    pub(in crate::memo) generating_system_id: String,
}

#[derive(Serialize)]
pub(in crate::memo) struct ContentData {
    #[serde(rename = "AdditionalContentData")]
    pub(in crate::memo) entries: Vec<AdditionalContentData>,
}

#[derive(Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub(in crate::memo) struct AdditionalContentData {
    pub(in crate::memo) content_data_type: &'static str,
    pub(in crate::memo) content_data_name: String,
    pub(in crate::memo) content_data_value: String,
}

/// What a reply repeats, so that it is known what it answers.
#[derive(Serialize)]
pub(in crate::memo) struct ReplyData {
    #[serde(rename = "messageID")]
    pub(in crate::memo) message_id: String,
    #[serde(rename = "messageUUID")]
    pub(in crate::memo) message_uuid: String,
}
