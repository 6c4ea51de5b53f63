//! Letters: published during the run where that is declared, and found in the mailbox of the citizen who agrees.

use std::sync::Arc;

use serde_json::{Value, json};

use super::flow::Grant;
use super::random;
use super::request::{Ask, brief, form};
use super::trial::{Trial, Who};
use crate::digest::sha256_base64url;
use crate::engine::{Record, Stop};
use crate::profile::Capability;

/// What was published at the beginning.
pub(super) struct Letters {
    /// Their subjects, the oldest first.
    pub(super) subjects: Vec<String>,
    /// A word that stands in all of them and nowhere else.
    pub(super) word: String,
}

/// A message with an attachment, as one provider sees it.
#[derive(Clone)]
pub(super) struct Found {
    pub(super) mailbox: String,
    pub(super) message: Value,
    pub(super) message_id: String,
    pub(super) attachment: Value,
    pub(super) attachment_id: String,
}

impl Found {
    /// Path of the list in the mailbox API.
    pub(super) fn list_path(&self) -> String {
        format!("/mailboxes/{}/messages", self.mailbox)
    }

    /// Path of the message.
    pub(super) fn message_path(&self) -> String {
        format!("{}/{}", self.list_path(), self.message_id)
    }

    /// Path of the attachment's bytes.
    pub(super) fn content_path(&self) -> String {
        format!("{}/attachments/{}/content", self.message_path(), self.attachment_id)
    }
}

impl Trial {
    /// The letters of this run; `None` if none can be published.
    pub(super) async fn letters(&mut self, record: &mut Record) -> Result<Option<Arc<Letters>>, Stop> {
        if !self.profile.declares(Capability::Publish) {
            return Ok(None);
        }
        if let Some(letters) = &self.letters {
            return Ok(Some(Arc::clone(letters)));
        }
        let word = self.veil().word().to_owned();
        let names = ["Épinards", "Gelée", "Communiqué"];
        let subjects: Vec<String> =
            names.iter().enumerate().map(|(n, name)| format!("{name} {word} {}", n + 1)).collect();
        for subject in &subjects {
            self.publish(record, subject).await?;
        }
        let letters = Arc::new(Letters { subjects, word });
        self.letters = Some(Arc::clone(&letters));
        Ok(Some(letters))
    }

    /// Publishes a letter with a text and a file to the citizen; the case is blocked if it is not delivered.
    pub(super) async fn publish(&self, record: &Record, subject: &str) -> Result<(), Stop> {
        let token = self.publisher_token(record).await?;
        self.publish_with(record, &token, subject).await
    }

    /// A token that publishes.
    pub(super) async fn publisher_token(&self, record: &Record) -> Result<String, Stop> {
        let (Some(sender), Some(caller)) = (&self.profile.sender, &self.sender) else {
            return Err(record.blocked("the profile names no sender"));
        };
        let form = form(&[
            ("grant_type", "client_credentials"),
            ("client_id", &sender.client_id),
            ("scope", &sender.scope),
        ]);
        let heard = caller.send(Ask::form(&self.said.token, &form)).await;
        let token = heard.as_ref().ok().and_then(|answer| answer.text("access_token"));
        token.ok_or_else(|| record.blocked(format!("the sender gets no token: {}", brief(&heard))))
    }

    /// [`Self::publish`] with a token that is there already.
    pub(super) async fn publish_with(&self, record: &Record, token: &str, subject: &str) -> Result<(), Stop> {
        let (Some(sender), Some(caller)) = (&self.profile.sender, &self.sender) else {
            return Err(record.blocked("the profile names no sender"));
        };
        let bytes = pdf(subject);
        let text = format!("Text of the letter. {BODY_WORD}");
        let message = json!({
            "recipient": sender.recipient, "senderOrganization": sender.organization,
            "messageType": sender.message_type,
            "subject": {"nl": subject, "fr": subject},
            "body": {"text": {"nl": text, "fr": text}, "main": false},
            "attachments": [{"part": "file", "fileName": FILE, "mediaType": "application/pdf", "main": true,
                "digest": {"digestMethod": "sha-256", "digestValue": sha256_base64url(&bytes)}}],
        });
        let address = format!("{}/messages", self.profile.hub.sender_api.as_deref().unwrap_or_default());
        let ask = Ask::new(http::Method::POST, &address)
            .bearer(token)
            .with("idempotency-key", &format!("\"{}\"", random::secret()))
            .body(&format!("multipart/form-data; boundary={BOUNDARY}"), multipart(&message, &bytes));
        let heard = caller.send(ask).await;
        let delivered = heard.as_ref().ok().filter(|answer| answer.status == 201);
        match delivered.map(|answer| answer.json().get("delivered").cloned()) {
            Some(Some(Value::Bool(true))) => Ok(()),
            _ => Err(record.blocked(format!("a letter was not delivered: {}", brief(&heard)))),
        }
    }

    /// A message with an attachment in the mailbox of a standing grant; the case is blocked if there is none.
    pub(super) async fn found(&mut self, record: &mut Record, who: Who) -> Result<(Grant, Found), Stop> {
        let letters = self.letters(record).await?;
        let grant = self.standing(record, who).await?;
        let found = self.found_with(record, who, &grant, letters.as_deref()).await?;
        Ok((grant, found))
    }

    /// [`Self::found`] with a grant that is there already.
    pub(super) async fn found_with(
        &self,
        record: &Record,
        who: Who,
        grant: &Grant,
        letters: Option<&Letters>,
    ) -> Result<Found, Stop> {
        let provider = self.provider(who);
        let list = self.api(&format!("/mailboxes/{}/messages?pageSize=100", grant.mailbox));
        let heard = self.get(&provider, &grant.access, &list).await;
        let answer = heard.as_ref().ok().filter(|answer| answer.status == 200);
        let listed =
            answer.ok_or_else(|| record.blocked(format!("no list of messages: {}", brief(&heard))))?.json();
        let wanted = letters.and_then(|letters| letters.subjects.first());
        let is_one = |item: &&Value| match wanted {
            Some(subject) => item.pointer("/subject/fr").and_then(Value::as_str) == Some(subject),
            None => item.get("hasAttachments") == Some(&Value::Bool(true)) && item.get("withdrawn").is_none(),
        };
        let summary = items(&listed).iter().find(is_one).cloned();
        let summary =
            summary.ok_or_else(|| record.blocked("the mailbox shows no message with an attachment"))?;
        let message_id = text(&summary, "messageId");
        let address = self.api(&format!("/mailboxes/{}/messages/{message_id}", grant.mailbox));
        let heard = self.get(&provider, &grant.access, &address).await;
        let message = heard.as_ref().map(super::request::Answer::json).unwrap_or_default();
        let attachment = message.pointer("/attachments/0").cloned();
        let attachment = attachment
            .ok_or_else(|| record.blocked(format!("the message cannot be read: {}", brief(&heard))))?;
        let attachment_id = text(&attachment, "attachmentId");
        Ok(Found { mailbox: grant.mailbox.clone(), message, message_id, attachment, attachment_id })
    }
}

/// The items of a list.
pub(super) fn items(list: &Value) -> Vec<Value> {
    list.get("items").and_then(Value::as_array).cloned().unwrap_or_default()
}

/// A member that is a text; empty if it is none.
pub(super) fn text(of: &Value, member: &str) -> String {
    of.get(member).and_then(Value::as_str).unwrap_or_default().to_owned()
}

/// Bytes that are a PDF as far as their beginning says, different for each subject.
fn pdf(subject: &str) -> Vec<u8> {
    let mut bytes = format!("%PDF-1.7\n% {subject}\n").into_bytes();
    for line in 0..200 {
        bytes
            .extend_from_slice(format!("{line:08} a line of a letter of the conformance suite\n").as_bytes());
    }
    bytes.extend_from_slice(b"%%EOF\n");
    bytes
}

fn multipart(message: &Value, bytes: &[u8]) -> Vec<u8> {
    let part = |name: &str, more: &str, kind: &str| {
        format!(
            "--{BOUNDARY}\r\ncontent-disposition: form-data; name=\"{name}\"{more}\r\ncontent-type: {kind}\r\n\r\n"
        )
    };
    [
        part("message", "", "application/json").as_bytes(),
        message.to_string().as_bytes(),
        b"\r\n",
        part("file", "; filename=\"letter.pdf\"", "application/pdf").as_bytes(),
        bytes,
        format!("\r\n--{BOUNDARY}--\r\n").as_bytes(),
    ]
    .concat()
}

/// The name of the file in each letter.
pub(super) const FILE: &str = "letter.pdf";
/// A word that stands in the text of each letter and in no subject.
pub(super) const BODY_WORD: &str = "wyvernbody";
const BOUNDARY: &str = "the-boundary-of-the-conformance-suite";
