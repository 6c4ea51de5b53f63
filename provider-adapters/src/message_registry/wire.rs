//! What travels: the schemas of `specs/message-registry/v2/openapi.yaml`, member by member.
//!
//! Input denies members it does not know, and `null`. None of the input prints itself: it holds personal data.

mod notifications;
mod publish;
mod query;
mod reference;

use serde::{Deserialize, Deserializer, Serialize};

pub(super) use notifications::{CloudEvent, PartitionData, RightData, RoutingRule, RulesData};
pub(super) use publish::{
    AttachmentToPublish, BusinessDataToPublish, DigestToPublish, LinkResponse, MessageStatus, MessageToLink,
    MessageToPublish, PairOfIds, PaymentToPublish, PublicationStatus,
};
pub(super) use query::{PageQuery, ReferenceQuery};
pub(super) use reference::{Image, MessageType, SenderApplication, SenderOrganization, ValidityPeriod};

/// Items of a list, and how many there are on all pages.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct List<T> {
    pub(super) items: Vec<T>,
    pub(super) total_items: i64,
}

/// A text in the three languages, all of them given.
#[derive(Clone, Serialize)]
pub(super) struct TranslatedString {
    pub(super) nl: String,
    pub(super) fr: String,
    pub(super) de: String,
}

/// A text in some of the three languages.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct SomeTranslations {
    #[serde(default, deserialize_with = "present")]
    pub(super) nl: Option<String>,
    #[serde(default, deserialize_with = "present")]
    pub(super) fr: Option<String>,
    #[serde(default, deserialize_with = "present")]
    pub(super) de: Option<String>,
}

/// Whose mailbox.
#[derive(Clone, Deserialize, Serialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(super) struct EboxId {
    pub(super) ebox_type: EboxType,
    pub(super) ebox_id_value: String,
}

#[derive(Clone, Copy, Deserialize, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) enum EboxType {
    Enterprise,
    Citizen,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Ebox {
    pub(super) number_of_messages: i64,
    pub(super) number_of_unread_messages: i64,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) last_receipt_date: Option<String>,
    pub(super) ebox_size: f64,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Message {
    pub(super) message_id: String,
    pub(super) subject: TranslatedString,
    pub(super) receipt_date: String,
    pub(super) expiration_date: String,
    pub(super) read_status: bool,
    pub(super) visible: bool,
    pub(super) registered_mail: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) for_the_attention_of: Option<ForTheAttentionOf>,
    pub(super) message_type_id: String,
    pub(super) sender_organization_id: String,
    pub(super) sender_application_id: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) attachments: Option<List<Attachment>>,
    pub(super) body_main_content: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) payment_data: Option<PaymentData>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) business_data_list: Option<List<BusinessData>>,
    pub(super) reply_authorized: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) partition_id: Option<String>,
}

#[derive(Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ForTheAttentionOf {
    #[serde(default, deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    pub(super) id: Option<String>,
    #[serde(rename = "type", default, deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    pub(super) kind: Option<String>,
    #[serde(default, deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    pub(super) name: Option<String>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Attachment {
    pub(super) attachment_id: String,
    pub(super) attachment_title: TranslatedString,
    pub(super) file_name: String,
    pub(super) main_content: bool,
    pub(super) media_type: String,
    pub(super) size: f64,
    pub(super) digest: Digest,
    pub(super) content_href: String,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Digest {
    pub(super) digest_method: &'static str,
    pub(super) digest_value: String,
}

#[derive(Serialize)]
pub(super) struct BusinessData {
    pub(super) key: String,
    pub(super) name: TranslatedString,
    pub(super) values: Vec<TranslatedString>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct PaymentData {
    pub(super) payment_data_id: String,
    pub(super) amount: f64,
    pub(super) vat_amount: f64,
    pub(super) currency: String,
    pub(super) due_date: String,
    pub(super) iban: String,
    pub(super) reference: PaymentReference,
}

/// The structured reference of a payment; the document leaves its members open.
#[derive(Deserialize, Serialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(super) struct PaymentReference {
    pub(super) structured_communication: String,
}

/// Messages and what is set on them.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(super) struct MessagesToUpdate {
    pub(super) items: Vec<MessageToUpdate>,
    #[serde(rename = "totalItems", default, deserialize_with = "present")]
    pub(super) _total_items: Option<i64>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(super) struct MessageToUpdate {
    pub(super) message_id: String,
    pub(super) visible: bool,
    #[serde(default, deserialize_with = "present")]
    pub(super) partition_id: Option<String>,
}

/// A member that may be left out and is never `null`.
pub(super) fn present<'de, D: Deserializer<'de>, T: Deserialize<'de>>(
    deserializer: D,
) -> Result<Option<T>, D::Error> {
    T::deserialize(deserializer).map(Some)
}
