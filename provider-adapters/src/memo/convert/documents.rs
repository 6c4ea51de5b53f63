//! A message as a MeMo document: its header, and its text and files as documents.

use bytes::Bytes;
use hub_core::access::provider::Letter;
use hub_core::access::shown::ShownAttachment;
use hub_core::error::Error;
use hub_core::message::{BODY_MEDIA_TYPE, Body, Payment};
use serde_json::json;
use url::form_urlencoded;

use super::{View, end_of, instant};
use crate::memo::frame::{Frame, Piece};
use crate::memo::wire::{self, Action, EntryPoint};

/// A document of the body.
struct Document {
    /// Its id, where it is a file that has one.
    id: Option<String>,
    label: Option<String>,
    media_type: String,
    file_name: String,
    language: &'static str,
    content: Piece,
    main: bool,
}

/// A message as MeMo, in pieces, and its language.
///
/// # Errors
/// [`Error::Internal`] if it cannot be written.
pub(in crate::memo) fn letter(letter: Letter, view: &View<'_>) -> Result<(Vec<Piece>, &'static str), Error> {
    let language = view.text(&letter.message.headline.subject).0;
    let view = &view.of(language);
    let (header, fits) = view.whole_header(&letter);
    let message = letter.message;
    let mut frame = Frame::new()?;
    frame.open("Message", &[("xmlns", wire::MEMO), ("memoVersion", wire::VERSION)])?;
    frame.value("MessageHeader", &header)?;

    let text = message.body.as_ref().map(|body| text(body, view));
    let files = message.attachments.into_iter().map(|file| of_file(file, language));
    let documents: Vec<Document> = text.into_iter().chain(files).collect();
    // a message that was withdrawn has nothing but its header
    if !documents.is_empty() {
        frame.open("MessageBody", &[])?;
        frame.text("createdDateTime", &instant(message.headline.at))?;
        let actions: Vec<Action> = message.payment.iter().map(|payment| pay(payment, language)).collect();
        written(&mut frame, documents, &actions)?;
        if !fits {
            let data = message.business_data.iter();
            let data: Vec<_> = data.map(|datum| json!({"key": datum.key, "values": datum.values})).collect();
            for_programs(&mut frame, &json!({ "businessData": data }), language)?;
        }
        frame.close("MessageBody")?;
    }
    frame.close("Message")?;
    Ok((frame.finish(), language))
}

/// The main document first, the others in the sender's order.
fn written(frame: &mut Frame, mut documents: Vec<Document>, actions: &[Action]) -> Result<(), Error> {
    let main = documents.iter().position(|document| document.main).unwrap_or_default();
    let main = documents.remove(main);
    document(frame, ("MainDocument", "mainDocumentID"), main, actions)?;
    for further in documents {
        document(frame, ("AdditionalDocument", "additionalDocumentID"), further, &[])?;
    }
    Ok(())
}

fn document(
    frame: &mut Frame,
    (element, id): (&str, &str),
    document: Document,
    actions: &[Action],
) -> Result<(), Error> {
    frame.open(element, &[])?;
    if let Some(value) = &document.id {
        frame.text(id, value)?;
    }
    if let Some(label) = &document.label {
        frame.text("label", label)?;
    }
    file(frame, document)?;
    for action in actions {
        frame.value("Action", action)?;
    }
    frame.close(element)
}

fn file(frame: &mut Frame, document: Document) -> Result<(), Error> {
    frame.open("File", &[])?;
    frame.text("encodingFormat", &document.media_type)?;
    frame.text("filename", &document.file_name)?;
    frame.text("language", document.language)?;
    frame.content(document.content)?;
    frame.close("File")
}

/// What does not fit into the header, whole.
fn for_programs(frame: &mut Frame, data: &serde_json::Value, language: &'static str) -> Result<(), Error> {
    frame.open("TechnicalDocument", &[])?;
    frame.text("technicalDocumentID", "businessData")?;
    let document = Document {
        id: None,
        label: None,
        media_type: "application/json".to_owned(),
        file_name: "business-data.json".to_owned(),
        language,
        content: Piece::Text(Bytes::from(data.to_string())),
        main: false,
    };
    file(frame, document)?;
    frame.close("TechnicalDocument")
}

fn text(body: &Body, view: &View<'_>) -> Document {
    let (language, text) = view.text(&body.text);
    Document {
        id: None,
        label: None,
        media_type: BODY_MEDIA_TYPE.to_owned(),
        file_name: "message.md".to_owned(),
        language,
        content: Piece::Text(Bytes::copy_from_slice(text.as_bytes())),
        main: body.main,
    }
}

fn of_file(file: ShownAttachment, language: &'static str) -> Document {
    Document {
        content: Piece::File { id: file.id.clone(), size: file.size },
        id: Some(file.id),
        label: Some(file.file_name.clone()),
        media_type: file.media_type,
        file_name: file.file_name,
        // nobody says in which language a file is written
        language,
        main: file.main,
    }
}

/// What is to be paid, as MeMo's action for it; the address is RFC 8905's.
fn pay(payment: &Payment, language: &str) -> Action {
    let message: String = form_urlencoded::byte_serialize(payment.reference.as_bytes()).collect();
    let amount = format!("{}:{}", payment.currency, payment.amount);
    Action {
        label: match language {
            "fr" => "Payer",
            "de" => "Bezahlen",
            "en" => "Pay",
            _ => "Betalen",
        }
        .to_owned(),
        action_code: "BETALING",
        end_date_time: end_of(&payment.due_date),
        entry_point: EntryPoint {
            url: format!("payto://iban/{}?amount={amount}&message={message}", payment.iban),
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_payment_is_an_address_that_payment_programs_read() {
        let payment = Payment {
            amount: "1234.50".into(),
            currency: "EUR".into(),
            due_date: "2026-12-31".into(),
            iban: "BE68539007547034".into(),
            reference: "+++090/9337/55493+++".into(),
        };
        let action = pay(&payment, "fr");
        let wanted =
            "payto://iban/BE68539007547034?amount=EUR:1234.50&message=%2B%2B%2B090%2F9337%2F55493%2B%2B%2B";
        assert_eq!(action.entry_point.url, wanted);
        assert_eq!((action.label.as_str(), action.end_date_time.as_str()), ("Payer", "2026-12-31T23:59:59Z"));
    }
}
