//! What senders send and are answered.

use serde::{Deserialize, Serialize};

use super::{EboxId, ForTheAttentionOf, PaymentReference, SomeTranslations, present};

/// The description of a message to publish.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(in crate::message_registry) struct MessageToPublish {
    pub(in crate::message_registry) recipient: EboxId,
    #[serde(default, deserialize_with = "present")]
    pub(in crate::message_registry) for_the_attention_of: Option<ForTheAttentionOf>,
    #[serde(default, deserialize_with = "present")]
    pub(in crate::message_registry) original_message_id: Option<String>,
    pub(in crate::message_registry) subject: SomeTranslations,
    #[serde(default, deserialize_with = "present")]
    pub(in crate::message_registry) message_type_id: Option<String>,
    /// The type decides when a message expires.
    #[serde(rename = "expirationDate", default, deserialize_with = "present")]
    pub(in crate::message_registry) _expiration_date: Option<String>,
    #[serde(default, deserialize_with = "present")]
    pub(in crate::message_registry) sender_organization_id: Option<String>,
    #[serde(default, deserialize_with = "present")]
    pub(in crate::message_registry) sender_application_id: Option<String>,
    #[serde(default)]
    pub(in crate::message_registry) registered_mail: bool,
    #[serde(default)]
    pub(in crate::message_registry) attachments: Vec<AttachmentToPublish>,
    pub(in crate::message_registry) body_main_content: bool,
    #[serde(default, deserialize_with = "present")]
    pub(in crate::message_registry) body_content: Option<SomeTranslations>,
    #[serde(default)]
    pub(in crate::message_registry) business_data_list: Vec<BusinessDataToPublish>,
    #[serde(default, deserialize_with = "present")]
    pub(in crate::message_registry) payment_data: Option<PaymentToPublish>,
    pub(in crate::message_registry) reply_authorized: bool,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(in crate::message_registry) struct AttachmentToPublish {
    pub(in crate::message_registry) http_part_name: String,
    pub(in crate::message_registry) main_content: bool,
    /// The title is the file's name.
    #[serde(rename = "attachmentTitle", default, deserialize_with = "present")]
    pub(in crate::message_registry) _attachment_title: Option<SomeTranslations>,
    #[serde(default, deserialize_with = "present")]
    pub(in crate::message_registry) digest: Option<DigestToPublish>,
    /// Not kept.
    #[serde(rename = "attachmentSigned", default)]
    pub(in crate::message_registry) _attachment_signed: bool,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(in crate::message_registry) struct DigestToPublish {
    pub(in crate::message_registry) digest_method: String,
    pub(in crate::message_registry) digest_value: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(in crate::message_registry) struct BusinessDataToPublish {
    pub(in crate::message_registry) key: String,
    /// The key names a datum.
    #[serde(rename = "name", default, deserialize_with = "present")]
    pub(in crate::message_registry) _name: Option<SomeTranslations>,
    #[serde(rename = "description", default, deserialize_with = "present")]
    pub(in crate::message_registry) _description: Option<SomeTranslations>,
    pub(in crate::message_registry) values: Vec<SomeTranslations>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(in crate::message_registry) struct PaymentToPublish {
    #[serde(rename = "paymentDataId", default, deserialize_with = "present")]
    pub(in crate::message_registry) _payment_data_id: Option<String>,
    pub(in crate::message_registry) amount: f64,
    pub(in crate::message_registry) vat_amount: f64,
    pub(in crate::message_registry) currency: String,
    pub(in crate::message_registry) due_date: String,
    pub(in crate::message_registry) iban: String,
    /// The account says it.
    #[serde(rename = "bic", default, deserialize_with = "present")]
    pub(in crate::message_registry) _bic: Option<String>,
    pub(in crate::message_registry) reference: PaymentReference,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(in crate::message_registry) struct PublicationStatus {
    pub(in crate::message_registry) message_id: String,
    pub(in crate::message_registry) expiration_date: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(in crate::message_registry) code: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(in crate::message_registry) message: Option<&'static str>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(in crate::message_registry) struct MessageToLink {
    pub(in crate::message_registry) message_id: String,
    pub(in crate::message_registry) recipients: Vec<EboxId>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(in crate::message_registry) struct LinkResponse {
    pub(in crate::message_registry) message_id: String,
    pub(in crate::message_registry) expiration_date: String,
    pub(in crate::message_registry) nb_success_links: usize,
    pub(in crate::message_registry) error_cases: Vec<EboxId>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(in crate::message_registry) struct PairOfIds {
    pub(in crate::message_registry) message_id: String,
    pub(in crate::message_registry) ebox_id: EboxId,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(in crate::message_registry) struct MessageStatus {
    pub(in crate::message_registry) message_id: String,
    pub(in crate::message_registry) ebox_id: EboxId,
    pub(in crate::message_registry) read_status: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(in crate::message_registry) expiration_date: Option<String>,
}
