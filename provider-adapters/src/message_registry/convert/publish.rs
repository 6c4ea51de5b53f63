//! From what senders and answerers send to what the hub publishes, and back.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use hub_core::access::catalogue::Catalogue;
use hub_core::access::provider::SentReply;
use hub_core::access::sender::{Fate, Linked, Outcome, Published, Status};
use hub_core::clock::Timestamp;
use hub_core::error::{Error, Issue};
use hub_core::message::draft::{Draft, DraftAttachment, DraftBody, Recipient};
use hub_core::message::{Addressee, BusinessDatum, Payment};
use hub_core::reply::ReplyDraft;
use hub_core::text::Texts;
use hub_http::form::PartHead;

use crate::message_registry::wire::{
    AttachmentToPublish, BusinessDataToPublish, DigestToPublish, EboxId, EboxType, ForTheAttentionOf,
    LinkResponse, MessageStatus, MessageToLink, MessageToPublish, PairOfIds, PaymentToPublish,
    PublicationStatus, SomeTranslations,
};

/// The files of a form, as it said of itself and as they came.
pub(in crate::message_registry) struct Form<'a> {
    /// What the parts say of themselves.
    pub(in crate::message_registry) heads: &'a [PartHead],
    /// The digest of a part, as it came in.
    pub(in crate::message_registry) digest_of: &'a dyn Fn(&str) -> Option<[u8; 32]>,
}

/// A sender's letter; `client_id` is the application that sends it.
pub(in crate::message_registry) fn draft(
    message: MessageToPublish,
    form: &Form<'_>,
    (catalogue, client_id): (&Catalogue, &str),
) -> Result<Draft, Error> {
    let mut issues = Vec::new();
    if message.original_message_id.is_some() {
        issues.push(Issue::new("invalidInput", "originalMessageId", "only a recipient replies to a message"));
    }
    let application = catalogue.applications.iter().find(|known| known.client_id == client_id);
    let own = |id: &String| application.is_some_and(|known| known.code == *id);
    if message.sender_application_id.as_ref().is_some_and(|id| !own(id)) {
        let detail = "not the application that this certificate and token belong to";
        issues.push(Issue::new("trioNotRegistered", "senderApplicationId", detail));
    }
    let organization = message.sender_organization_id.as_deref().map(padded);
    let organization = organization.or_else(|| only_organization(catalogue, client_id));
    let attachments = attachments(message.attachments, form, &mut issues);
    let draft = Draft {
        recipient: recipient(&message.recipient),
        subject: texts(message.subject),
        sender_organization: required(organization, "senderOrganizationId", &mut issues),
        message_type: required(message.message_type_id, "messageTypeId", &mut issues),
        body: message
            .body_content
            .map(|text| DraftBody { text: texts(text), main: message.body_main_content }),
        attachments,
        business_data: business_data(message.business_data_list, &mut issues),
        for_the_attention_of: message.for_the_attention_of.map(addressee),
        payment: message.payment_data.map(|payment| self::payment(payment, &mut issues)),
        registered_mail: message.registered_mail,
        reply_allowed: message.reply_authorized,
        replaces: None,
        remind_after: None,
        follow_recipient: false,
    };
    if issues.is_empty() { Ok(draft) } else { Err(Error::Invalid(issues)) }
}

/// A recipient's reply to a message of that sender organization: the message's id, and what is answered.
pub(in crate::message_registry) fn reply(
    message: MessageToPublish,
    form: &Form<'_>,
    organization: &str,
) -> Result<ReplyDraft, Error> {
    let mut issues = Vec::new();
    let to = recipient(&message.recipient);
    if to.enterprise_number.as_deref() != Some(organization) {
        let detail = "a reply goes to the organization that sent the message";
        issues.push(Issue::new("invalidInput", "recipient.eboxIdValue", detail));
    }
    let of_body = usize::from(message.body_content.is_some() && message.body_main_content);
    let of_files = message.attachments.iter().filter(|file| file.main_content).count();
    if of_body + of_files != 1 {
        let detail = "exactly one of body and attachments is the main content";
        issues.push(Issue::new("mainContent", "attachments", detail));
    }
    let subject = one_language(message.subject, "subject", &mut issues);
    let text = match message.body_content {
        Some(body) => format!("{subject}\n\n{}", one_language(body, "bodyContent", &mut issues)),
        None => subject,
    };
    let attachments = attachments(message.attachments, form, &mut issues);
    let attachments = attachments.into_iter().map(|file| DraftAttachment { main: false, ..file }).collect();
    if issues.is_empty() { Ok(ReplyDraft { text, attachments }) } else { Err(Error::Invalid(issues)) }
}

pub(in crate::message_registry) fn published(published: Published, now: Timestamp) -> PublicationStatus {
    let (until, code, message) = match published.outcome {
        Outcome::Delivered { expires_at } => (expires_at, None, None),
        // nothing is kept, from this moment on
        Outcome::NoDigitalUser => {
            (now, Some("NO_DIGITAL_USER"), Some("The recipient cannot be reached digitally"))
        }
    };
    let (message_id, expiration_date) = (published.message_id, until.rfc3339());
    PublicationStatus { message_id, expiration_date, code, message }
}

pub(in crate::message_registry) fn replied(reply: SentReply, until: Timestamp) -> PublicationStatus {
    PublicationStatus { message_id: reply.id, expiration_date: until.rfc3339(), code: None, message: None }
}

/// The message to link, and to whom.
pub(in crate::message_registry) fn link(message: &MessageToLink) -> Vec<Recipient> {
    message.recipients.iter().map(recipient).collect()
}

pub(in crate::message_registry) fn linked(message: MessageToLink, linked: &Linked) -> LinkResponse {
    let recipients = message.recipients.into_iter().enumerate();
    LinkResponse {
        message_id: message.message_id,
        expiration_date: linked.expires_at.rfc3339(),
        nb_success_links: linked.linked,
        error_cases: recipients.filter(|(n, _)| linked.failed.contains(n)).map(|(_, id)| id).collect(),
    }
}

/// The messages asked about, each with the recipient.
pub(in crate::message_registry) fn pairs(pairs: &[PairOfIds]) -> Vec<(String, Recipient)> {
    pairs.iter().map(|pair| (pair.message_id.clone(), recipient(&pair.ebox_id))).collect()
}

/// What became of those that were found.
pub(in crate::message_registry) fn statuses(
    pairs: Vec<PairOfIds>,
    found: Vec<Option<Status>>,
) -> Vec<MessageStatus> {
    let status = |(pair, status): (PairOfIds, Option<Status>)| {
        let (read_status, until) = match status?.fate {
            Fate::NotDelivered { .. } => (false, None),
            Fate::Available { retrieved_at, opened_at, expires_at, .. } => {
                (retrieved_at.is_some() || opened_at.is_some(), expires_at)
            }
        };
        let (message_id, ebox_id) = (pair.message_id, pair.ebox_id);
        Some(MessageStatus {
            message_id,
            ebox_id,
            read_status,
            expiration_date: until.map(Timestamp::rfc3339),
        })
    };
    pairs.into_iter().zip(found).filter_map(status).collect()
}

fn recipient(id: &EboxId) -> Recipient {
    match id.ebox_type {
        EboxType::Citizen => Recipient { ssin: Some(id.ebox_id_value.clone()), enterprise_number: None },
        EboxType::Enterprise => Recipient { ssin: None, enterprise_number: Some(padded(&id.ebox_id_value)) },
    }
}

/// An enterprise number whose leading zero may have been lost on the way.
fn padded(number: &str) -> String {
    format!("{number:0>10}")
}

/// The organization for which an application publishes, if there is but one.
fn only_organization(catalogue: &Catalogue, client_id: &str) -> Option<String> {
    let mut own = catalogue.trios.iter().filter(|(_, application, _)| application == client_id);
    let (first, ..) = own.next()?;
    own.all(|(other, ..)| other == first).then(|| first.clone())
}

fn required(value: Option<String>, name: &str, issues: &mut Vec<Issue>) -> String {
    if value.is_none() {
        issues.push(Issue::new("requiredInput", name, "it is required"));
    }
    value.unwrap_or_default()
}

fn texts(texts: SomeTranslations) -> Texts {
    let given = [("nl", texts.nl), ("fr", texts.fr), ("de", texts.de)];
    given.into_iter().filter_map(|(language, text)| Some((language.to_owned(), text?))).collect()
}

/// A text that the hub keeps in no language: the same in all that are given.
fn one_language(given: SomeTranslations, name: &str, issues: &mut Vec<Issue>) -> String {
    let mut all = texts(given).into_values();
    let Some(first) = all.next() else {
        issues.push(Issue::new("requiredInput", name, "a text in one language is expected"));
        return String::new();
    };
    if all.any(|other| other != first) {
        issues.push(Issue::new("oneLanguageExpected", name, "several languages where one is expected"));
    }
    first
}

fn attachments(
    files: Vec<AttachmentToPublish>,
    form: &Form<'_>,
    issues: &mut Vec<Issue>,
) -> Vec<DraftAttachment> {
    let mut all = Vec::with_capacity(files.len());
    for (n, file) in files.into_iter().enumerate() {
        let place = format!("attachments[{n}].httpPartName");
        let Some(head) = form.heads.iter().find(|head| head.name == file.http_part_name) else {
            issues.push(Issue::new("missingPart", place, "the form has no part of this name"));
            continue;
        };
        let (Some(file_name), Some(media_type)) = (&head.file_name, &head.media_type) else {
            issues.push(Issue::new("missingPart", place, "the part names no file or no media type"));
            continue;
        };
        let (digest_method, digest_value) = digest(file.digest, (form.digest_of)(&head.name));
        all.push(DraftAttachment {
            part: file.http_part_name,
            file_name: percent_decoded(file_name),
            media_type: media_type.clone(),
            digest_method,
            digest_value,
            main: file.main_content,
        });
    }
    all
}

/// The digest as it was given, or else as it came in: the document asks for none.
fn digest(given: Option<DigestToPublish>, came: Option<[u8; 32]>) -> (String, String) {
    match given {
        Some(given) if given.digest_method == "sha_256" => {
            ("sha-256".to_owned(), given.digest_value.trim_end_matches('=').to_owned())
        }
        Some(given) => (given.digest_method, given.digest_value),
        None => ("sha-256".to_owned(), URL_SAFE_NO_PAD.encode(came.unwrap_or_default())),
    }
}

/// A file name as it was before it was put into a header: what is no percent-encoded text stays as it is.
fn percent_decoded(text: &str) -> String {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((first, after)) = rest.split_first() {
        let code = after.get(..2).and_then(|code| std::str::from_utf8(code).ok());
        let byte = code.filter(|_| *first == b'%').and_then(|code| u8::from_str_radix(code, 16).ok());
        bytes.push(byte.unwrap_or(*first));
        rest = if byte.is_some() { after.get(2..).unwrap_or_default() } else { after };
    }
    String::from_utf8(bytes).unwrap_or_else(|_| text.to_owned())
}

fn business_data(list: Vec<BusinessDataToPublish>, issues: &mut Vec<Issue>) -> Vec<BusinessDatum> {
    let mut all = Vec::with_capacity(list.len());
    for (n, datum) in list.into_iter().enumerate() {
        let values = datum.values.into_iter().enumerate();
        let values = values
            .map(|(m, value)| one_language(value, &format!("businessDataList[{n}].values[{m}]"), issues))
            .collect();
        all.push(BusinessDatum { key: datum.key, values });
    }
    all
}

fn addressee(person: ForTheAttentionOf) -> Addressee {
    Addressee { name: person.name, ssin: person.id }
}

fn payment(payment: PaymentToPublish, issues: &mut Vec<Issue>) -> Payment {
    let total = payment.amount + payment.vat_amount;
    let cents = total * 100.0;
    if (cents - cents.round()).abs() > 1e-3 {
        issues.push(Issue::new("invalidInput", "paymentData.amount", "whole cents are expected"));
    }
    // the day, in the zone in which the sender wrote it
    let day = Timestamp::parse(&payment.due_date).and_then(|_| payment.due_date.get(..10));
    Payment {
        amount: format!("{total:.2}"),
        currency: payment.currency,
        due_date: day.unwrap_or(&payment.due_date).to_owned(),
        iban: payment.iban,
        reference: payment.reference.structured_communication,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_name_survives_its_header() {
        assert_eq!(percent_decoded("%C3%A9pinards%20%E2%82%AC.pdf"), "épinards €.pdf");
        for plain in ["brief.pdf", "100%.pdf", "50%25", "a%FFb", "%"] {
            let shown = percent_decoded(plain);
            assert!(shown == plain || plain == "50%25" && shown == "50%", "{plain}: {shown}");
        }
    }

    #[test]
    fn one_language_is_taken_and_two_are_refused() {
        let of = |nl: Option<&str>, fr: Option<&str>| {
            let mut issues = Vec::new();
            let given = SomeTranslations { nl: nl.map(str::to_owned), fr: fr.map(str::to_owned), de: None };
            (one_language(given, "subject", &mut issues), issues.first().map(|issue| issue.kind))
        };
        assert_eq!(of(Some("a"), None), ("a".to_owned(), None));
        assert_eq!(of(Some("a"), Some("a")), ("a".to_owned(), None));
        assert_eq!(of(Some("a"), Some("b")).1, Some("oneLanguageExpected"));
        assert_eq!(of(None, None).1, Some("requiredInput"));
    }

    #[test]
    fn a_payment_is_its_sum_in_whole_cents() {
        let of = |amount: f64, vat_amount: f64, due: &str| {
            let mut issues = Vec::new();
            let made = payment(
                PaymentToPublish {
                    _payment_data_id: None,
                    amount,
                    vat_amount,
                    currency: "EUR".into(),
                    due_date: due.into(),
                    iban: "BE68539007547034".into(),
                    _bic: None,
                    reference: crate::message_registry::wire::PaymentReference {
                        structured_communication: "+++090/9337/55493+++".into(),
                    },
                },
                &mut issues,
            );
            (made.amount, made.due_date, issues.len())
        };
        assert_eq!(of(100.1, 21.02, "2027-01-31T23:00:00+01:00"), ("121.12".into(), "2027-01-31".into(), 0));
        assert_eq!(of(999_999_999_999.99, 0.0, "2027-01-31").0, "999999999999.99");
        assert_eq!(of(0.001, 0.0, "2027-01-31T00:00:00Z").2, 1);
    }
}
