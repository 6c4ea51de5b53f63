//! What a piece of evidence says, in exactly these bytes: `specs/evidence/statement.schema.json`.
//!
//! Members stand in alphabetical order without white space (RFC 8785), and only text, whole numbers and truth values
//! occur, so that the bytes follow from the meaning. Nobody's number and no id of the hub's own is in it: who it
//! concerns is a salted hash, what it concerns the ids by which the parties know it.

use serde::{Deserialize, Serialize};

/// A statement of the hub about one matter: a message, or a consent.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Statement {
    /// The consent that it is about, as it is after these facts.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub consent: Option<AboutConsent>,
    /// `demo`, `integration`, `acceptance` or `production`.
    pub environment: String,
    /// What happened.
    pub facts: Vec<Stated>,
    /// [`FORMAT`].
    pub format: String,
    /// The hub's public address.
    pub issuer: String,
    /// The same in all evidence about one message, or one consent; tells nothing else.
    pub matter: String,
    /// The message that it is about.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub message: Option<AboutMessage>,
}

/// A fact and when it came about.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Stated {
    /// When: RFC 3339, UTC, whole seconds.
    pub at: String,
    /// Who did it: `citizen`, `provider`, `operator` or `hub`; of consents. Of an opening: `provider` if one reported it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub by: Option<String>,
    /// What: see [`FactKind`].
    pub kind: FactKind,
    /// Why, as a code.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
}

/// What can come about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum FactKind {
    /// The sender handed the message over.
    Published,
    /// It is in the mailbox.
    MadeAvailable,
    /// The recipient receives nothing digitally: it was not delivered, and nothing of it is kept.
    Refused,
    /// A program first fetched content.
    Retrieved,
    /// A person first opened it.
    Opened,
    /// Its time is over and it was removed.
    Expired,
    /// Its sender withdrew it before a person opened it, and its content was destroyed.
    Withdrawn,
    /// A consent was given.
    Granted,
    /// The same again, or for longer.
    Renewed,
    /// It allows more than before.
    Widened,
    /// It allows less than before.
    Narrowed,
    /// It stands still.
    Suspended,
    /// It goes on.
    Resumed,
    /// It is over.
    Ended,
}

impl FactKind {
    /// Every kind.
    pub const ALL: [Self; 14] = [
        Self::Published,
        Self::MadeAvailable,
        Self::Refused,
        Self::Retrieved,
        Self::Opened,
        Self::Expired,
        Self::Withdrawn,
        Self::Granted,
        Self::Renewed,
        Self::Widened,
        Self::Narrowed,
        Self::Suspended,
        Self::Resumed,
        Self::Ended,
    ];

    /// The word of statements: `madeAvailable`.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Published => "published",
            Self::MadeAvailable => "madeAvailable",
            Self::Refused => "refused",
            Self::Retrieved => "retrieved",
            Self::Opened => "opened",
            Self::Expired => "expired",
            Self::Withdrawn => "withdrawn",
            Self::Granted => "granted",
            Self::Renewed => "renewed",
            Self::Widened => "widened",
            Self::Narrowed => "narrowed",
            Self::Suspended => "suspended",
            Self::Resumed => "resumed",
            Self::Ended => "ended",
        }
    }
}

/// What is said of a message. The first statement says all; later ones only whose it is.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct AboutMessage {
    /// Its parts: the body first, then the attachments in the sender's order.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub contents: Vec<ContentDigest>,
    /// When it is to be removed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expires_at: Option<String>,
    /// The message, as the sender organization knows it.
    pub message_id: String,
    /// The message type's id.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub message_type: Option<String>,
    /// The sender organization's number.
    pub organization: String,
    /// The salted hash of the recipient's number.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub recipient: Option<String>,
    /// Whether it was published as registered mail.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub registered_mail: Option<bool>,
    /// SHA-256 of the subject: the JSON object of its texts by language, as canonical as a statement.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub subject: Option<String>,
}

/// A part of a message, by its digest.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ContentDigest {
    /// SHA-256 of the bytes; of a body, of the JSON object of its texts by language.
    pub digest: String,
    /// Whether it is the main content.
    pub main: bool,
    /// The media type.
    pub media_type: String,
    /// `body` or `attachment`.
    pub role: String,
    /// Bytes.
    pub size: u64,
}

/// What is said of a consent.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct AboutConsent {
    /// The level of assurance of the login behind the act.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub acr: Option<String>,
    /// What the provider may do, or might until then.
    pub actions: Vec<String>,
    /// The provider application.
    pub application: ApplicationName,
    /// The consent, as the provider knows it.
    pub consent_id: String,
    /// The salted hash of the number of the mailbox's holder.
    pub holder: String,
    /// The consent, as the person who acted knows it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub holder_consent_id: Option<String>,
    /// The mailbox, as the provider knows it.
    pub mailbox_id: String,
    /// `citizen` or `enterprise`.
    pub mailbox_kind: String,
    /// The provider's legal name.
    pub provider: String,
    /// What the citizen saw and agreed to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub screen: Option<ScreenDigest>,
    /// Until when it is given.
    pub until: String,
    /// Whether it leaves senders out.
    #[serde(default)]
    pub withheld: bool,
    /// The salted hash of the JSON array of the numbers of those senders.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub withheld_senders: Option<String>,
}

/// A provider application, by its names.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ApplicationName {
    /// The name citizens know it by.
    pub brand: String,
    /// Its OAuth client id.
    pub client_id: String,
}

/// A screen, by its salted hash.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ScreenDigest {
    /// SHA-256 of the salt and the page.
    pub digest: String,
    /// `nl`, `fr`, `de` or `en`.
    pub language: String,
    /// The version of its words.
    pub text_version: String,
}

impl Statement {
    /// The bytes that are signed.
    pub(crate) fn bytes(&self) -> Result<Vec<u8>, serde_json::Error> {
        serde_json::to_vec(self)
    }

    /// Whether it has salted hashes: all about consents have, of those about messages the first.
    pub(crate) fn is_salted(&self) -> bool {
        self.consent.is_some() || self.message.as_ref().is_some_and(|message| message.recipient.is_some())
    }

    /// Whether it says exactly what a statement says: one matter, at least one fact, its format.
    pub(crate) fn is_sound(&self) -> bool {
        self.format == FORMAT && !self.facts.is_empty() && self.message.is_some() != self.consent.is_some()
    }
}

/// The format of statements and of the documents that carry them.
pub const FORMAT: &str = "facteur-evidence-1";

#[cfg(test)]
pub(super) mod tests;
