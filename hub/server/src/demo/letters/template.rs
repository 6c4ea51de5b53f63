//! The kinds of letters, as `letters.toml` describes them, and the bodies of `reference.toml` that send them.

use serde::Deserialize;

use crate::demo::language::{Language, Texts};
use crate::demo::wording::Every;

/// The file `letters.toml`.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Templates {
    /// All kinds of letters.
    pub(super) template: Vec<Template>,
}

/// A kind of letter.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Template {
    /// The message type.
    pub(super) message_type: String,
    /// The number of the sender organization.
    pub(super) organization: String,
    /// The client id of the sender application.
    pub(super) application: String,
    /// Whom it is for.
    pub(super) to: Kind,
    /// How often it is sent.
    pub(super) every: Every,
    /// Between which amounts it speaks.
    pub(super) amount: Amount,
    /// The subject, with blanks.
    pub(super) subject: Texts,
    /// The paragraphs, with blanks.
    pub(super) text: Paragraphs,
}

/// Whom a kind of letter is for.
#[derive(Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum Kind {
    /// Citizens.
    Citizen,
    /// Enterprises.
    Enterprise,
}

/// Cents, both ends included.
#[derive(Clone, Copy, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Amount {
    /// The least.
    pub(super) from: u64,
    /// The most.
    pub(super) to: u64,
}

/// The text of a letter.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Paragraphs {
    nl: Vec<String>,
    fr: Vec<String>,
    de: Vec<String>,
    en: Vec<String>,
}

impl Paragraphs {
    /// The paragraphs in `language`.
    pub(super) fn of(&self, language: Language) -> &[String] {
        match language {
            Language::Nl => &self.nl,
            Language::Fr => &self.fr,
            Language::De => &self.de,
            Language::En => &self.en,
        }
    }
}

/// The part of the reference data that letterheads need.
#[derive(Deserialize)]
pub(super) struct Bodies {
    /// The public bodies.
    pub(super) sender_organization: Vec<Body>,
}

/// A public body.
#[derive(Deserialize)]
pub(super) struct Body {
    /// The CBE number.
    pub(super) number: String,
    /// The name, in all languages.
    pub(super) name: Texts,
}
