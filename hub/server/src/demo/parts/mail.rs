//! A letter on its way out: the metadata that the sender API asks for, and the PDF with its digest.

use aws_lc_rs::digest::{SHA256, digest};
use data_encoding::BASE64URL_NOPAD;
use reqwest::multipart::{Form, Part};
use serde_json::{Value, json};

use crate::demo::letters::{Letter, Recipient};

/// A letter and the key under which it is published once.
pub(super) struct Mail {
    pub(super) letter: Letter,
    pub(super) key: String,
}

/// What is sent, as often as it takes.
pub(super) struct Sealed {
    metadata: Vec<u8>,
    pdf: Vec<u8>,
    file_name: String,
    /// Of the PDF, base64url.
    pub(super) sha256: String,
}

/// Sets the PDF and writes the metadata.
pub(super) fn sealed(mail: &Mail) -> anyhow::Result<Sealed> {
    let letter = &mail.letter;
    let pdf = letter.pdf();
    let sha256 = BASE64URL_NOPAD.encode(digest(&SHA256, &pdf).as_ref());
    Ok(Sealed {
        metadata: serde_json::to_vec(&metadata(letter, &sha256))?,
        file_name: letter.file_name.clone(),
        sha256,
        pdf,
    })
}

impl Sealed {
    /// A form with both parts.
    pub(super) fn form(&self) -> anyhow::Result<Form> {
        let metadata = Part::bytes(self.metadata.clone()).mime_str("application/json")?;
        let pdf = Part::bytes(self.pdf.clone()).mime_str(PDF)?.file_name(self.file_name.clone());
        Ok(Form::new().part("message", metadata).part(PART, pdf))
    }

    /// Bytes of both parts, without what stands between them.
    pub(super) fn size(&self) -> u64 {
        (self.metadata.len() + self.pdf.len()) as u64
    }
}

/// `MessageToPublish` of the sender API.
fn metadata(letter: &Letter, sha256: &str) -> Value {
    let recipient = match &letter.recipient {
        Recipient::Citizen(ssin) => json!({ "ssin": ssin }),
        Recipient::Enterprise(number) => json!({ "enterpriseNumber": number }),
    };
    json!({
        "recipient": recipient,
        "subject": letter.subject,
        "senderOrganization": letter.organization,
        "messageType": letter.message_type,
        "body": { "text": letter.body, "main": false },
        "attachments": [{
            "part": PART,
            "fileName": letter.file_name,
            "mediaType": PDF,
            "digest": { "digestMethod": "sha-256", "digestValue": sha256 },
            "main": true,
        }],
        "businessData": [{ "key": "REFERENCE", "values": [letter.reference] }],
    })
}

const PART: &str = "letter";
const PDF: &str = "application/pdf";
