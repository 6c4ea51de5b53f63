//! The shapes of `specs/sender/v1/openapi.yaml`, member by member.
//!
//! Input denies members it does not know, and `null`. None of the input prints itself: it holds personal data.

use serde::{Deserialize, Deserializer, Serialize};

/// The metadata of a publication.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct MessageToPublish {
    pub(crate) recipient: Recipient,
    pub(crate) subject: Texts,
    pub(crate) sender_organization: String,
    pub(crate) message_type: String,
    #[serde(default, deserialize_with = "present")]
    pub(crate) body: Option<BodyToPublish>,
    #[serde(default, deserialize_with = "at_least_one")]
    pub(crate) attachments: Vec<AttachmentToPublish>,
    #[serde(default)]
    pub(crate) business_data: Vec<BusinessDatum>,
    #[serde(default, deserialize_with = "present")]
    pub(crate) for_the_attention_of: Option<Addressee>,
    #[serde(default, deserialize_with = "present")]
    pub(crate) payment: Option<Payment>,
    #[serde(default)]
    pub(crate) registered_mail: bool,
    #[serde(default)]
    pub(crate) reply_allowed: bool,
    #[serde(default, deserialize_with = "present")]
    pub(crate) replaces: Option<String>,
    #[serde(default, deserialize_with = "present")]
    pub(crate) remind_after: Option<String>,
    #[serde(default)]
    pub(crate) follow_recipient: bool,
}

/// A citizen or an enterprise.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct Recipient {
    #[serde(default, deserialize_with = "present")]
    pub(crate) ssin: Option<String>,
    #[serde(default, deserialize_with = "present")]
    pub(crate) enterprise_number: Option<String>,
}

/// A text by language.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Texts {
    #[serde(default, deserialize_with = "present")]
    pub(crate) nl: Option<String>,
    #[serde(default, deserialize_with = "present")]
    pub(crate) fr: Option<String>,
    #[serde(default, deserialize_with = "present")]
    pub(crate) de: Option<String>,
    #[serde(default, deserialize_with = "present")]
    pub(crate) en: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct BodyToPublish {
    pub(crate) text: Texts,
    pub(crate) main: bool,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct AttachmentToPublish {
    pub(crate) part: String,
    pub(crate) file_name: String,
    pub(crate) media_type: String,
    pub(crate) digest: Digest,
    pub(crate) main: bool,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct Digest {
    pub(crate) digest_method: String,
    pub(crate) digest_value: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct BusinessDatum {
    pub(crate) key: String,
    pub(crate) values: Vec<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct Payment {
    pub(crate) amount: String,
    pub(crate) currency: String,
    pub(crate) due_date: String,
    pub(crate) iban: String,
    pub(crate) reference: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Addressee {
    #[serde(default, deserialize_with = "present")]
    pub(crate) name: Option<String>,
    #[serde(default, deserialize_with = "present")]
    pub(crate) ssin: Option<String>,
}

/// A question about recipients.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct RecipientsQuery {
    pub(crate) sender_organization: String,
    pub(crate) message_type: String,
    pub(crate) recipients: Vec<Recipient>,
}

/// The answer to a publication.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Publication {
    pub(crate) message_id: String,
    pub(crate) delivered: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) code: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) expires_at: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) recipient_id: Option<String>,
    pub(crate) href: String,
}

/// What became of a message.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct MessageStatus {
    pub(crate) message_id: String,
    #[serde(rename = "self")]
    pub(crate) own_href: String,
    #[serde(flatten)]
    pub(crate) dates: Dates,
}

/// The dates of a message.
#[derive(Debug, Default, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Dates {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) available_at: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) not_delivered_at: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) code: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) retrieved_at: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) opened_at: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) opened_through: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) expires_at: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) expired_at: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) withdrawn_at: Option<String>,
}

/// One answer for each recipient.
#[derive(Debug, Serialize)]
pub(crate) struct Reachability {
    pub(crate) items: Vec<Reachable>,
}

#[derive(Debug, Serialize)]
pub(crate) struct Reachable {
    pub(crate) reachable: bool,
}

/// The limits in force.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Limits {
    #[serde(rename = "self")]
    pub(crate) own_href: String,
    pub(crate) request_rate: RequestRate,
    pub(crate) forms_at_once: usize,
    pub(crate) recipients_per_day: i64,
    pub(crate) recipients_per_query: usize,
    pub(crate) campaign: CampaignLimits,
    pub(crate) message: MessageLimits,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct RequestRate {
    pub(crate) per_second: u32,
    pub(crate) burst: u32,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct CampaignLimits {
    pub(crate) recipients: usize,
    pub(crate) unfinished: i64,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct MessageLimits {
    pub(crate) attachment_count: usize,
    pub(crate) attachment_size: u64,
    pub(crate) body_size: usize,
    pub(crate) metadata_size: usize,
    pub(crate) subject_length: usize,
    pub(crate) file_name_length: usize,
}

/// A member that may be left out and is never `null`.
pub(crate) fn present<'de, D: Deserializer<'de>, T: Deserialize<'de>>(
    deserializer: D,
) -> Result<Option<T>, D::Error> {
    T::deserialize(deserializer).map(Some)
}

/// A list that may be left out and is never empty.
pub(crate) fn at_least_one<'de, D: Deserializer<'de>, T: Deserialize<'de>>(
    deserializer: D,
) -> Result<Vec<T>, D::Error> {
    let items = Vec::deserialize(deserializer)?;
    if items.is_empty() { Err(serde::de::Error::invalid_length(0, &"at least one")) } else { Ok(items) }
}
