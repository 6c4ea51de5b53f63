//! What a sender asks to publish, as it stands in the request, before anything about it is known to be right.

use serde::Serialize;

use super::{Addressee, BusinessDatum, Payment};
use crate::text::Texts;

/// The metadata of a message to publish.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Draft {
    /// Whom it is for.
    pub recipient: Recipient,
    /// The subject by language.
    pub subject: Texts,
    /// The sender organization's number.
    pub sender_organization: String,
    /// The message type's id.
    pub message_type: String,
    /// The text.
    pub body: Option<DraftBody>,
    /// The files, in the sender's order.
    pub attachments: Vec<DraftAttachment>,
    /// What the sender says for programs.
    pub business_data: Vec<BusinessDatum>,
    /// Whom inside an enterprise it is meant for.
    pub for_the_attention_of: Option<Addressee>,
    /// What is to be paid.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub payment: Option<Payment>,
    /// Published as registered mail.
    pub registered_mail: bool,
    /// Replies are accepted.
    pub reply_allowed: bool,
    /// The message that this one corrects, as the sender organization knows it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub replaces: Option<String>,
    /// After how many days the sender is told that nobody opened it: `P14D`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub remind_after: Option<String>,
    /// Whether the sender is told when the recipient comes to be reached, or is not any more.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub follow_recipient: bool,
}

/// A recipient as written: exactly one of the two is expected.
#[derive(Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Recipient {
    /// A citizen's number.
    pub ssin: Option<String>,
    /// An enterprise's number.
    pub enterprise_number: Option<String>,
}

/// The text of a message.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct DraftBody {
    /// CommonMark by language.
    pub text: Texts,
    /// Whether it is the main content.
    pub main: bool,
}

/// A file of a message, and the part of the form that carries it.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct DraftAttachment {
    /// The name of the part.
    pub part: String,
    /// The file's name.
    pub file_name: String,
    /// Its media type, without parameters.
    pub media_type: String,
    /// `sha-256`.
    pub digest_method: String,
    /// The digest in base64url without padding.
    pub digest_value: String,
    /// Whether it is the main content.
    pub main: bool,
}

impl Draft {
    /// The metadata in its one spelling: every member, in a fixed order, defaults written out.
    ///
    /// Two requests that mean the same have the same bytes, however their JSON was written.
    pub(crate) fn canonical(&self) -> Result<Vec<u8>, serde_json::Error> {
        serde_json::to_vec(self)
    }
}

impl std::fmt::Debug for Recipient {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("Recipient")
    }
}
