//! From the hub's answers to what travels.

mod notifications;
mod publish;
mod query;
mod reference;

use std::collections::BTreeMap;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use hub_core::access::catalogue::Catalogue;
use hub_core::access::provider::{Details, Marked, NumberedPage, Outline, Summary};
use hub_core::access::shown::{Attention, ShownAttachment};
use hub_core::clock::Timestamp;
use hub_core::message::{Flags, Marks, Payment};
use hub_core::text::Texts;

use super::wire;
pub(super) use notifications::routing_event;
pub(super) use publish::{Form, draft, link, linked, pairs, published, replied, reply, statuses};
pub(super) use query::{asked, page_of};
pub(super) use reference::{application, image, message_type, organization};

/// The absolute links of this API, and how applications are called here.
pub(super) struct Links<'a> {
    /// The API's own address: its audience.
    pub(super) base: &'a str,
    codes: BTreeMap<&'a str, &'a str>,
}

impl<'a> Links<'a> {
    pub(super) fn new(base: &'a str, catalogue: &'a Catalogue) -> Self {
        let codes =
            catalogue.applications.iter().map(|known| (known.client_id.as_str(), known.code.as_str()));
        Self { base, codes: codes.collect() }
    }

    /// How an application is called here; one that is not in the catalogue keeps its name.
    fn code<'s>(&'s self, application: &'s str) -> &'s str {
        self.codes.get(application).copied().unwrap_or(application)
    }

    fn content(&self, message: &str, attachment: &str) -> String {
        format!("{}/ebox/messages/{message}/attachments/{attachment}/content", self.base)
    }
}

pub(super) fn ebox(summary: Summary) -> wire::Ebox {
    wire::Ebox {
        number_of_messages: summary.total,
        number_of_unread_messages: summary.unseen,
        last_receipt_date: summary.newest.map(Timestamp::rfc3339),
        ebox_size: kilobytes(u64::try_from(summary.bytes).unwrap_or_default()),
    }
}

pub(super) fn messages(page: NumberedPage, links: &Links<'_>) -> wire::List<wire::Message> {
    wire::List {
        items: page.items.into_iter().map(|outline| message(outline, links)).collect(),
        total_items: page.total,
    }
}

pub(super) fn message(outline: Outline, links: &Links<'_>) -> wire::Message {
    let of = outline.headline;
    let payment_id = outline.id.clone();
    let (person, files, data, payment) = match outline.details {
        Some(Details { for_the_attention_of, attachments, business_data, payment }) => {
            (for_the_attention_of, Some(attachments), Some(business_data), payment)
        }
        None => (None, None, None, None),
    };
    let application = links.code(&of.application).to_owned();
    wire::Message {
        attachments: files.map(|files| attachments(files, &outline.id, links)),
        message_id: outline.id,
        subject: translated(&of.subject),
        receipt_date: of.at.rfc3339(),
        expiration_date: of.expires_at.rfc3339(),
        read_status: outline.seen,
        visible: !of.archived,
        registered_mail: of.flags.has(Flags::REGISTERED_MAIL),
        for_the_attention_of: person.map(attention),
        message_type_id: of.message_type,
        sender_organization_id: of.organization,
        sender_application_id: application,
        body_main_content: outline.body.unwrap_or(false),
        payment_data: payment.map(|payment| payment_data(payment, &payment_id)),
        business_data_list: data.map(|data| {
            list(data.into_iter().map(|datum| wire::BusinessData {
                name: same(&datum.key),
                values: datum.values.iter().map(|value| same(value)).collect(),
                key: datum.key,
            }))
        }),
        reply_authorized: of.flags.has(Flags::REPLY_ALLOWED),
        partition_id: outline.partition,
    }
}

pub(super) fn attachments(
    files: Vec<ShownAttachment>,
    message: &str,
    links: &Links<'_>,
) -> wire::List<wire::Attachment> {
    list(files.into_iter().map(|file| attachment(file, message, links)))
}

pub(super) fn attachment(file: ShownAttachment, message: &str, links: &Links<'_>) -> wire::Attachment {
    wire::Attachment {
        content_href: links.content(message, &file.id),
        attachment_id: file.id,
        attachment_title: same(&file.file_name),
        file_name: file.file_name,
        main_content: file.main,
        media_type: file.media_type,
        size: kilobytes(file.size),
        digest: wire::Digest {
            digest_method: "sha_256",
            digest_value: URL_SAFE_NO_PAD.encode(file.sha256.0),
        },
    }
}

pub(super) fn payment_data(payment: Payment, id: &str) -> wire::PaymentData {
    wire::PaymentData {
        payment_data_id: id.to_owned(),
        // the hub keeps what is to be paid in all; the rest of it is no tax
        amount: payment.amount.parse().unwrap_or_default(),
        vat_amount: 0.0,
        currency: payment.currency,
        due_date: format!("{}T00:00:00Z", payment.due_date),
        iban: payment.iban,
        reference: wire::PaymentReference { structured_communication: payment.reference },
    }
}

fn attention(person: Attention) -> wire::ForTheAttentionOf {
    let (kind, id) = match (person.number, person.person) {
        (Some(number), _) => (Some("ssin"), Some(number)),
        (None, Some(person)) => (Some("pairwise"), Some(person)),
        (None, None) => (None, None),
    };
    wire::ForTheAttentionOf { id, kind: kind.map(str::to_owned), name: person.name }
}

/// What is set on messages.
pub(super) fn marks(update: wire::MessagesToUpdate) -> Vec<Marked> {
    let marked = |item: wire::MessageToUpdate| Marked {
        message: item.message_id,
        marks: Marks { read: None, archived: Some(!item.visible) },
        partition: item.partition_id.map(|id| partition(&id)),
    };
    update.items.into_iter().map(marked).collect()
}

/// A partition as the hub names it: the e-Box writes the general one in capitals.
pub(super) fn partition(id: &str) -> String {
    if id == GENERAL { id.to_ascii_lowercase() } else { id.to_owned() }
}

pub(super) fn list<T>(items: impl Iterator<Item = T>) -> wire::List<T> {
    let items: Vec<T> = items.collect();
    wire::List { total_items: i64::try_from(items.len()).unwrap_or(i64::MAX), items }
}

/// A text in the three languages; one that is missing is filled in from another.
pub(super) fn translated(texts: &Texts) -> wire::TranslatedString {
    let any = ["nl", "fr", "de", "en"].into_iter().find_map(|language| texts.get(language));
    let of = |language: &str| texts.get(language).or(any).cloned().unwrap_or_default();
    wire::TranslatedString { nl: of("nl"), fr: of("fr"), de: of("de") }
}

/// A text that has no language.
fn same(text: &str) -> wire::TranslatedString {
    wire::TranslatedString { nl: text.to_owned(), fr: text.to_owned(), de: text.to_owned() }
}

/// How the e-Box calls the partition that is always there.
const GENERAL: &str = "GENERAL";

/// Bytes in kilobytes of 1024.
fn kilobytes(bytes: u64) -> f64 {
    bytes as f64 / 1024.0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_missing_language_is_filled_in_from_another() {
        let texts =
            |all: &[(&str, &str)]| all.iter().map(|(l, t)| ((*l).to_owned(), (*t).to_owned())).collect();
        let given: Texts = texts(&[("fr", "Impôt"), ("en", "Tax")]);
        let shown = translated(&given);
        assert_eq!([shown.nl, shown.fr, shown.de], ["Impôt", "Impôt", "Impôt"]);
        let shown = translated(&texts(&[("en", "Tax")]));
        assert_eq!([shown.nl, shown.fr, shown.de], ["Tax", "Tax", "Tax"]);
    }
}
