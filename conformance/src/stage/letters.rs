//! The mailboxes of the played hub: two test citizens, an enterprise of the first, and their letters.

use aws_lc_rs::digest;
use base64::{
    Engine,
    engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD},
};
use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};

use super::random;

/// A mailbox and what lies in it, newest first.
#[derive(Clone, Debug)]
pub(crate) struct Mailbox {
    /// Its id.
    pub(crate) id: String,
    /// `one` or `two`: the customer whose mailbox it is.
    pub(crate) customer: &'static str,
    /// `citizen` or `enterprise`.
    pub(crate) kind: &'static str,
    /// The letters, newest first.
    pub(crate) letters: Vec<Letter>,
}

/// A letter.
#[derive(Clone, Debug)]
pub(crate) struct Letter {
    /// Its id.
    pub(crate) id: String,
    /// What it is about, in English.
    pub(crate) subject: String,
    /// When it was made available.
    pub(crate) received: Timestamp,
    /// The display flag.
    pub(crate) read: bool,
    /// The text, in English.
    pub(crate) body: String,
    /// Its files.
    pub(crate) files: Vec<File>,
}

/// An attachment.
#[derive(Clone, Debug)]
pub(crate) struct File {
    /// Its id.
    pub(crate) id: String,
    /// Its name.
    pub(crate) name: &'static str,
    /// Its media type.
    pub(crate) media_type: &'static str,
    /// Its bytes.
    pub(crate) content: Vec<u8>,
}

impl Mailbox {
    /// A mailbox with three letters, of which the newest has an attachment.
    pub(crate) fn new(customer: &'static str, kind: &'static str, now: Timestamp) -> Self {
        let mut mailbox = Self { id: random::id("mbx"), customer, kind, letters: Vec::new() };
        for (hours, subject) in
            [(72, "Reminder of your file"), (48, "Your allowance"), (24, "Your assessment")]
        {
            let received = now.saturating_sub(SignedDuration::from_hours(hours)).unwrap_or(now);
            mailbox.receives(&format!("{subject} ({customer}, {kind})"), received);
        }
        if let Some(newest) = mailbox.letters.first_mut() {
            newest.files.push(File::new(customer));
        }
        mailbox
    }

    /// A letter comes in; gives its id.
    pub(crate) fn receives(&mut self, subject: &str, received: Timestamp) -> String {
        let id = random::id("msg");
        let letter = Letter {
            id: id.clone(),
            subject: subject.to_owned(),
            received,
            read: false,
            body: format!("This is the text of **{subject}**."),
            files: Vec::new(),
        };
        self.letters.insert(0, letter);
        id
    }

    /// A letter by its id.
    pub(crate) fn letter(&self, id: &str) -> Option<&Letter> {
        self.letters.iter().find(|letter| letter.id == id)
    }

    /// The same, to be changed.
    pub(crate) fn letter_mut(&mut self, id: &str) -> Option<&mut Letter> {
        self.letters.iter_mut().find(|letter| letter.id == id)
    }
}

impl Letter {
    /// The letter as a list shows it.
    pub(crate) fn summary(&self, mailbox: &str, resource: &str) -> Value {
        let mut shown = self.shown();
        put(&mut shown, "href", json!(self.address(mailbox, resource)));
        shown
    }

    /// The letter with its content.
    pub(crate) fn whole(&self, mailbox: &str, resource: &str) -> Value {
        let address = self.address(mailbox, resource);
        let files: Vec<Value> = self.files.iter().map(|file| file.shown(&address)).collect();
        let mut shown = self.shown();
        put(&mut shown, "self", json!(address));
        put(&mut shown, "replyAllowed", json!(false));
        put(
            &mut shown,
            "body",
            json!({"mediaType": "text/markdown", "text": {"en": self.body}, "main": true}),
        );
        put(&mut shown, "attachments", json!(files));
        put(&mut shown, "businessData", json!([]));
        shown
    }

    fn shown(&self) -> Value {
        json!({
            "messageId": self.id,
            "subject": {"en": self.subject},
            "senderOrganization": {"enterpriseNumber": "0299999125", "name": {"en": "Demo Taxes"}},
            "senderApplicationId": "demo-taxes",
            "messageType": {"id": "notice", "name": {"en": "Notice"}},
            "receivedAt": time(self.received),
            "expiresAt": time(later(self.received, 365)),
            "read": self.read,
            "archived": false,
            "registeredMail": false,
            "hasAttachments": !self.files.is_empty(),
            "hasPayment": false,
        })
    }

    fn address(&self, mailbox: &str, resource: &str) -> String {
        format!("{resource}/mailboxes/{mailbox}/messages/{}", self.id)
    }
}

impl File {
    fn new(customer: &str) -> Self {
        let content = format!("%PDF-1.4 test data for customer {customer}\n").repeat(200).into_bytes();
        Self { id: random::id("att"), name: "assessment.pdf", media_type: "application/pdf", content }
    }

    /// SHA-256 as `Repr-Digest` writes it.
    pub(crate) fn repr_digest(&self) -> String {
        format!("sha-256=:{}:", STANDARD.encode(digest::digest(&digest::SHA256, &self.content)))
    }

    /// SHA-256 in base64url.
    pub(crate) fn sha256(&self) -> String {
        URL_SAFE_NO_PAD.encode(digest::digest(&digest::SHA256, &self.content))
    }

    fn shown(&self, letter: &str) -> Value {
        json!({
            "attachmentId": self.id,
            "fileName": self.name,
            "mediaType": self.media_type,
            "size": self.content.len(),
            "digest": {"digestMethod": "sha-256", "digestValue": self.sha256()},
            "main": false,
            "contentHref": format!("{letter}/attachments/{}/content", self.id),
        })
    }
}

/// A moment as the API writes it, without fractions.
pub(crate) fn time(at: Timestamp) -> String {
    Timestamp::from_second(at.as_second()).unwrap_or(at).to_string()
}

/// So many days later.
pub(crate) fn later(at: Timestamp, days: i64) -> Timestamp {
    at.saturating_add(SignedDuration::from_hours(24 * days)).unwrap_or(at)
}

/// Puts a member into an object.
pub(crate) fn put(object: &mut Value, name: &str, value: Value) {
    if let Some(members) = object.as_object_mut() {
        members.insert(name.to_owned(), value);
    }
}
