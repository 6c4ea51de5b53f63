//! A letter as a sender publishes it: metadata, parts, and the form they travel in.

use data_encoding::BASE64URL_NOPAD;
use hub_core::id::Sha256;
use serde_json::{Value, json};

/// A part of the form.
#[derive(Clone, Debug)]
pub struct Part {
    /// Its name.
    pub name: String,
    /// The media type of its header.
    pub media_type: String,
    /// Its bytes.
    pub bytes: Vec<u8>,
}

/// A letter; tests change it at will before it is sent.
#[derive(Clone, Debug)]
pub struct Letter {
    /// The part `message`.
    pub metadata: Value,
    /// The other parts, in the order in which they are sent; the metadata goes first.
    pub parts: Vec<Part>,
    /// The `Idempotency-Key` without its quotes.
    pub key: String,
}

impl Letter {
    /// A letter without content.
    pub fn to(recipient: &Value, subject: &str) -> Self {
        let key = data_encoding::HEXLOWER.encode(&hub_core::random::Random::system().bytes::<16>());
        let metadata = json!({"recipient": recipient, "subject": {"nl": subject, "en": subject}, "senderOrganization": "",
            "messageType": ""});
        Self { metadata, parts: Vec::new(), key }
    }

    /// With a body in Dutch and English; the main content if nothing else is.
    #[must_use]
    pub fn body(mut self, text: &str) -> Self {
        let main = self.metadata["attachments"].is_null();
        self.metadata["body"] = json!({"text": {"nl": text, "en": text}, "main": main});
        self
    }

    /// With one more attachment; the first is the main content.
    #[must_use]
    pub fn file(mut self, name: &str, media_type: &str, bytes: &[u8]) -> Self {
        let n = self.parts.len();
        let attachment = json!({"part": format!("file-{n}"), "fileName": name, "mediaType": media_type,
            "digest": {"digestMethod": "sha-256", "digestValue": digest(bytes)}, "main": n == 0});
        match self.metadata["attachments"].as_array_mut() {
            Some(attachments) => attachments.push(attachment),
            None => self.metadata["attachments"] = json!([attachment]),
        }
        if !self.metadata["body"].is_null() {
            self.metadata["body"]["main"] = false.into();
        }
        self.parts.push(Part {
            name: format!("file-{n}"),
            media_type: media_type.into(),
            bytes: bytes.to_vec(),
        });
        self
    }

    /// With a PDF of about `size` bytes.
    #[must_use]
    pub fn pdf(self, name: &str, size: usize) -> Self {
        let bytes = pdf(size);
        self.file(name, "application/pdf", &bytes)
    }

    /// The form, and its media type.
    pub fn form(&self) -> (String, Vec<u8>) {
        let metadata = Part {
            name: "message".into(),
            media_type: "application/json".into(),
            bytes: self.metadata.to_string().into_bytes(),
        };
        form(std::iter::once(&metadata).chain(&self.parts))
    }
}

/// A form of these parts, in this order.
pub fn form<'a>(parts: impl IntoIterator<Item = &'a Part>) -> (String, Vec<u8>) {
    let mut body = Vec::new();
    for Part { name, media_type, bytes } in parts {
        let file = if name == "message" { String::new() } else { format!("; filename=\"{name}\"") };
        let head = format!(
            "--{BOUNDARY}\r\ncontent-disposition: form-data; name=\"{name}\"{file}\r\ncontent-type: {media_type}\r\n\r\n"
        );
        body.extend_from_slice(head.as_bytes());
        body.extend_from_slice(bytes);
        body.extend_from_slice(b"\r\n");
    }
    body.extend_from_slice(format!("--{BOUNDARY}--\r\n").as_bytes());
    (format!("multipart/form-data; boundary={BOUNDARY}"), body)
}

/// Bytes that are a PDF as far as anybody looks, different for each size.
pub fn pdf(size: usize) -> Vec<u8> {
    let mut bytes = format!("%PDF-1.7\n% {size}\n").into_bytes();
    let mut state = u64::try_from(size).unwrap() | 1;
    while bytes.len() + 6 < size {
        // xorshift: cheap, and nothing that compression or sealing could treat specially
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        bytes.extend_from_slice(format!("{state:016x}\n").as_bytes());
    }
    bytes.extend_from_slice(b"%%EOF\n");
    bytes
}

/// The digest as the APIs write it.
pub fn digest(bytes: &[u8]) -> String {
    BASE64URL_NOPAD.encode(&Sha256::of(bytes).0)
}

const BOUNDARY: &str = "a-boundary-of-the-tests";
