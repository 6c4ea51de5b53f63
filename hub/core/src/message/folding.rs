//! Text as it is searched: without case and accents, the same on both databases (DATA rule 10).

use serde::{Deserialize, Serialize};
use unicode_normalization::UnicodeNormalization as _;
use unicode_normalization::char::is_combining_mark;

use super::BusinessDatum;
use crate::text::Texts;

/// The words of one message, folded, as they are kept beside it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Words {
    /// The subject by language.
    subject: Texts,
    /// The values of the business data, in no language.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    data: Vec<String>,
}

impl Words {
    /// The words of a subject and of business data; what contains a person's number is not among them.
    pub(crate) fn of(subject: &Texts, clear: &[BusinessDatum]) -> Self {
        let subject = subject.iter().map(|(language, text)| (language.clone(), fold(text))).collect();
        Self {
            subject,
            data: clear.iter().flat_map(|datum| &datum.values).map(|value| fold(value)).collect(),
        }
    }

    /// Whether a folded text stands in them, as somebody who reads `language` is shown them.
    pub(crate) fn contain(&self, folded: &str, language: &str) -> bool {
        stands_in(&self.subject, folded, language) || self.data.iter().any(|value| value.contains(folded))
    }
}

/// Whether a folded text stands in texts that are folded: in `language`, or in the others where that is not there.
pub(crate) fn stands_in(texts: &Texts, folded: &str, language: &str) -> bool {
    match texts.get(language) {
        Some(text) => text.contains(folded),
        None => texts.values().any(|text| text.contains(folded)),
    }
}

/// Texts, each folded.
pub(crate) fn fold_all(texts: &Texts) -> Texts {
    texts.iter().map(|(language, text)| (language.clone(), fold(text))).collect()
}

/// A text without case, accents and forms that only look different.
pub(crate) fn fold(text: &str) -> String {
    let bare = text.nfkd().filter(|letter| !is_combining_mark(*letter));
    // A letter in lower case can bring a mark of its own: İ becomes i and a dot.
    bare.flat_map(char::to_lowercase).filter(|letter| !is_combining_mark(*letter)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(subject: &[(&str, &str)], values: &[&str]) -> Words {
        let subject = subject.iter().map(|(language, text)| ((*language).into(), (*text).into())).collect();
        let values = values.iter().map(|value| (*value).to_owned()).collect();
        Words::of(&subject, &[BusinessDatum { key: "K".into(), values }])
    }

    #[test]
    fn case_accents_and_forms_do_not_matter() {
        assert_eq!(fold("Épinards"), "epinards");
        assert_eq!(fold("E\u{301}PINARDS"), "epinards");
        assert_eq!(fold("ﬁn Ｗ İstanbul"), "fin w istanbul");
        assert_eq!(fold("Straße"), "straße");
    }

    #[test]
    fn words_are_found_in_the_language_that_is_shown() {
        let both = words(&[("nl", "Aanslagbiljet"), ("fr", "Avertissement")], &["Dossier É-12"]);
        assert!(both.contain("slagb", "nl") && !both.contain("avert", "nl"));
        assert!(both.contain("e-12", "de"));
        assert!(both.contain("avert", "de"), "what has no text in a language is shown in another");
        assert!(!both.contain("biljet dossier", "nl"), "words that do not stand together");
    }
}
