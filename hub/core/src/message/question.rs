//! Which messages of a mailbox somebody asks for, and in which order.

use serde::Serialize;

use super::LANGUAGES;
use super::folding::fold;
use crate::clock::Timestamp;
use crate::error::{Error, Issue};
use crate::id::Sha256;
use crate::number::EnterpriseNumber;

/// A question: a message fits if everything fits that is said. The default asks for all, newest first.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Question {
    /// When it was made available.
    pub received: Span,
    /// When it expires.
    pub expires: Span,
    /// The display flag.
    pub read: Option<bool>,
    /// Whether the recipient put it into the archive.
    pub archived: Option<bool>,
    /// The sender organization's number.
    pub organization: Option<String>,
    /// The message type's id.
    pub message_type: Option<String>,
    /// The sender application's client id.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub application: Option<String>,
    /// Whether a machine fetched content of it or a person opened it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub seen: Option<bool>,
    /// Whether words are searched in whom a message is meant for, too.
    #[serde(skip_serializing_if = "Addressees::are_passed_over")]
    pub addressees: Addressees,
    /// The number of the partition that it lies in; accesses set it, by the id that whoever asks knows.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub partition: Option<i64>,
    /// Whether it is registered mail.
    pub registered_mail: Option<bool>,
    /// Words that stand in it.
    pub search: Option<Search>,
    /// In which order.
    pub order: Order,
}

/// From an instant until before another; open where nothing is said.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Span {
    /// Not earlier than this.
    pub from: Option<Timestamp>,
    /// Earlier than this.
    pub before: Option<Timestamp>,
}

/// The order of a list.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub enum Order {
    /// The newest first.
    #[default]
    Newest,
    /// The oldest first.
    Oldest,
}

/// What is searched of whom a message is meant for inside an enterprise. It is sealed, and opened for this alone.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub enum Addressees {
    /// Nothing.
    #[default]
    PassedOver,
    /// Names.
    Names,
    /// Names and persons' numbers.
    NamesAndNumbers,
}

impl Addressees {
    fn are_passed_over(&self) -> bool {
        *self == Self::PassedOver
    }
}

/// Words to search, folded.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Search {
    pub(super) folded: String,
    pub(super) language: String,
}

impl Search {
    /// Searches `text` in what is shown to who reads `language`: one of [`LANGUAGES`].
    ///
    /// # Errors
    /// [`Error::Invalid`] for a text that is empty, long or holds control characters, or another language.
    pub fn new(text: &str, language: &str) -> Result<Self, Error> {
        if text.chars().count() > SEARCH_LENGTH {
            return Err(Error::invalid("outOfRange", "?q", format!("at most {SEARCH_LENGTH} characters")));
        }
        if text.chars().any(char::is_control) {
            return Err(Error::invalid("invalidInput", "?q", "control characters are not allowed"));
        }
        if !LANGUAGES.contains(&language) {
            return Err(Error::invalid("invalidInput", "?qlang", "nl, fr, de or en is expected"));
        }
        let folded = fold(text.trim());
        if folded.is_empty() {
            return Err(Error::invalid("outOfRange", "?q", "at least one letter or digit is expected"));
        }
        Ok(Self { folded, language: language.to_owned() })
    }
}

impl Question {
    /// Whether every message fits.
    pub(crate) fn takes_all(&self) -> bool {
        Self { order: Order::Newest, ..self.clone() } == Self::default()
    }

    /// Whether it asks for all, newest first.
    pub(crate) fn is_usual(&self) -> bool {
        *self == Self::default()
    }

    /// Refuses what can be no answer's question.
    pub(crate) fn check(&self) -> Result<(), Error> {
        let mut issues = Vec::new();
        if self.organization.as_deref().is_some_and(|number| EnterpriseNumber::parse(number).is_err()) {
            issues.push(Issue::new("invalidStructure", "?senderOrganization", "not an enterprise number"));
        }
        let odd = |id: &str| id.is_empty() || id.chars().count() > 80 || id.chars().any(char::is_control);
        if self.message_type.as_deref().is_some_and(odd) {
            issues.push(Issue::new("invalidStructure", "?messageType", "not a message type's id"));
        }
        if issues.is_empty() { Ok(()) } else { Err(Error::Invalid(issues)) }
    }

    /// The question in 16 bytes, by which its cursors are known.
    pub(crate) fn mark(&self) -> Result<[u8; 16], Error> {
        let Sha256(digest) = Sha256::of(&serde_json::to_vec(self).map_err(Error::internal)?);
        Ok(digest.first_chunk().copied().unwrap_or_default())
    }
}

/// Characters of a search.
pub const SEARCH_LENGTH: usize = 100;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_question_has_its_own_mark() {
        let mut marks = vec![Question::default().mark().unwrap()];
        let read = Question { read: Some(true), ..Question::default() };
        marks.push(Question { read: Some(false), ..read.clone() }.mark().unwrap());
        marks.push(Question { archived: Some(true), ..Question::default() }.mark().unwrap());
        marks.push(Question { order: Order::Oldest, ..read.clone() }.mark().unwrap());
        marks.push(read.mark().unwrap());
        let search = |text, language| Some(Search::new(text, language).unwrap());
        marks.push(Question { search: search("a", "nl"), ..Question::default() }.mark().unwrap());
        marks.push(Question { search: search("a", "fr"), ..Question::default() }.mark().unwrap());
        let count = marks.len();
        marks.sort_unstable();
        marks.dedup();
        assert_eq!(marks.len(), count);
        assert_eq!(search("É", "nl"), search("e", "nl"));
    }

    #[test]
    fn a_search_is_short_and_plain() {
        for (text, language) in
            [("", "nl"), (" ", "nl"), ("\u{301}", "nl"), ("a\0", "nl"), ("a\nb", "nl"), ("a", "es")]
        {
            assert!(Search::new(text, language).is_err(), "{text:?}");
        }
        assert!(Search::new(&"a".repeat(101), "nl").is_err() && Search::new(&"a".repeat(100), "nl").is_ok());
    }

    #[test]
    fn the_usual_question_takes_all() {
        assert!(Question::default().is_usual() && Question::default().takes_all());
        let oldest = Question { order: Order::Oldest, ..Question::default() };
        assert!(!oldest.is_usual() && oldest.takes_all());
        assert!(!Question { read: Some(false), ..Question::default() }.takes_all());
    }
}
