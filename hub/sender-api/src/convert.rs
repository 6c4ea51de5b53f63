//! Between the sender API's shapes and what the hub knows.

use hub_core::access::sender::{Fate, Outcome, Published, RECIPIENTS, ReachQuery, Status};
use hub_core::campaign;
use hub_core::clock::Timestamp;
use hub_core::message::draft::{self, Draft, DraftAttachment, DraftBody};
use hub_core::message::{self, Addressee, BusinessDatum};
use hub_core::text::Texts;
use hub_http::Limits;

use crate::wire;

impl From<wire::MessageToPublish> for Draft {
    fn from(message: wire::MessageToPublish) -> Self {
        Self {
            recipient: message.recipient.into(),
            subject: message.subject.into(),
            sender_organization: message.sender_organization,
            message_type: message.message_type,
            body: message.body.map(|body| DraftBody { text: body.text.into(), main: body.main }),
            attachments: message.attachments.into_iter().map(Into::into).collect(),
            business_data: message
                .business_data
                .into_iter()
                .map(|datum| BusinessDatum { key: datum.key, values: datum.values })
                .collect(),
            for_the_attention_of: message
                .for_the_attention_of
                .map(|person| Addressee { name: person.name, ssin: person.ssin }),
            payment: message.payment.map(Into::into),
            registered_mail: message.registered_mail,
            reply_allowed: message.reply_allowed,
            replaces: message.replaces,
            remind_after: message.remind_after,
            follow_recipient: message.follow_recipient,
        }
    }
}

impl From<wire::AttachmentToPublish> for DraftAttachment {
    fn from(attachment: wire::AttachmentToPublish) -> Self {
        Self {
            part: attachment.part,
            file_name: attachment.file_name,
            media_type: attachment.media_type,
            digest_method: attachment.digest.digest_method,
            digest_value: attachment.digest.digest_value,
            main: attachment.main,
        }
    }
}

impl From<wire::Payment> for message::Payment {
    fn from(payment: wire::Payment) -> Self {
        Self {
            amount: payment.amount,
            currency: payment.currency,
            due_date: payment.due_date,
            iban: payment.iban,
            reference: payment.reference,
        }
    }
}

impl From<wire::Recipient> for draft::Recipient {
    fn from(recipient: wire::Recipient) -> Self {
        Self { ssin: recipient.ssin, enterprise_number: recipient.enterprise_number }
    }
}

impl From<wire::Texts> for Texts {
    fn from(texts: wire::Texts) -> Self {
        let given = [("nl", texts.nl), ("fr", texts.fr), ("de", texts.de), ("en", texts.en)];
        given.into_iter().filter_map(|(language, text)| Some((language.to_owned(), text?))).collect()
    }
}

impl From<wire::RecipientsQuery> for ReachQuery {
    fn from(query: wire::RecipientsQuery) -> Self {
        Self {
            sender_organization: query.sender_organization,
            message_type: query.message_type,
            recipients: query.recipients.into_iter().map(Into::into).collect(),
        }
    }
}

/// The answer to a publication; `base` is the API's address.
pub(crate) fn publication(published: Published, base: &str) -> wire::Publication {
    let (delivered, code, expires_at) = match published.outcome {
        Outcome::Delivered { expires_at } => (true, None, Some(expires_at.rfc3339())),
        Outcome::NoDigitalUser => (false, Some(NO_DIGITAL_USER), None),
    };
    let href = href(base, &published.message_id);
    wire::Publication {
        message_id: published.message_id,
        delivered,
        code,
        expires_at,
        recipient_id: published.recipient_id,
        href,
    }
}

/// The answer to a question about a message.
pub(crate) fn status(status: Status, base: &str) -> wire::MessageStatus {
    let written = |at: Option<Timestamp>| at.map(Timestamp::rfc3339);
    let dates = match status.fate {
        Fate::NotDelivered { at } => wire::Dates {
            not_delivered_at: Some(at.rfc3339()),
            code: Some(NO_DIGITAL_USER),
            ..wire::Dates::default()
        },
        Fate::Available {
            at,
            retrieved_at,
            opened_at,
            opened_reported,
            expires_at,
            expired_at,
            withdrawn_at,
        } => wire::Dates {
            available_at: Some(at.rfc3339()),
            retrieved_at: written(retrieved_at),
            opened_at: written(opened_at),
            opened_through: opened_at.map(|_| if opened_reported { "provider" } else { "portal" }),
            expires_at: written(expires_at),
            expired_at: written(expired_at),
            withdrawn_at: written(withdrawn_at),
            ..wire::Dates::default()
        },
    };
    wire::MessageStatus { own_href: href(base, &status.message_id), message_id: status.message_id, dates }
}

/// The answer to a question about recipients.
pub(crate) fn reachability(answers: Vec<bool>) -> wire::Reachability {
    wire::Reachability { items: answers.into_iter().map(|reachable| wire::Reachable { reachable }).collect() }
}

/// The limits in force; `base` is the API's address.
pub(crate) fn limits(limits: &Limits, daily_budget: i64, forms: usize, base: &str) -> wire::Limits {
    wire::Limits {
        own_href: format!("{base}/limits"),
        request_rate: wire::RequestRate { per_second: limits.per_second(), burst: limits.burst() },
        forms_at_once: forms,
        recipients_per_day: daily_budget,
        recipients_per_query: RECIPIENTS,
        campaign: wire::CampaignLimits { recipients: campaign::RECIPIENTS, unfinished: campaign::UNFINISHED },
        message: wire::MessageLimits {
            attachment_count: message::ATTACHMENT_COUNT,
            attachment_size: message::ATTACHMENT_LIMIT,
            body_size: message::BODY_LIMIT,
            metadata_size: message::METADATA_LIMIT,
            subject_length: message::SUBJECT_LENGTH,
            file_name_length: message::FILE_NAME_LENGTH,
        },
    }
}

fn href(base: &str, message_id: &str) -> String {
    format!("{base}/messages/{message_id}")
}

/// Why a message is not delivered.
const NO_DIGITAL_USER: &str = "NO_DIGITAL_USER";
