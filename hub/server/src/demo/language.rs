//! The four languages of the demo's letters and login page, and a text in all of them.

use serde::{Deserialize, Serialize};

/// A language that letters and pages are written in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, clap::ValueEnum)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Language {
    /// Dutch.
    Nl,
    /// French.
    Fr,
    /// German.
    De,
    /// English.
    En,
}

impl Language {
    /// All of them, in the order pages show them.
    pub(crate) const ALL: [Self; 4] = [Self::Nl, Self::Fr, Self::De, Self::En];

    /// The BCP 47 tag.
    pub(crate) fn tag(self) -> &'static str {
        match self {
            Self::Nl => "nl",
            Self::Fr => "fr",
            Self::De => "de",
            Self::En => "en",
        }
    }

    /// The language's name in itself.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Nl => "Nederlands",
            Self::Fr => "Français",
            Self::De => "Deutsch",
            Self::En => "English",
        }
    }

    /// The first of `tags` that is one of the four, by its primary subtag; `None` if there is none.
    pub(crate) fn first_of<'a>(tags: impl IntoIterator<Item = &'a str>) -> Option<Self> {
        tags.into_iter().find_map(|tag| {
            let primary = tag.trim().split(['-', ';']).next().unwrap_or_default().to_ascii_lowercase();
            Self::ALL.into_iter().find(|language| language.tag() == primary)
        })
    }
}

/// One text in each of the four languages, as `{"nl": …, "fr": …, "de": …, "en": …}`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Texts {
    /// Dutch.
    pub(crate) nl: String,
    /// French.
    pub(crate) fr: String,
    /// German.
    pub(crate) de: String,
    /// English.
    pub(crate) en: String,
}

impl Texts {
    /// The text in `language`.
    pub(crate) fn of(&self, language: Language) -> &str {
        match language {
            Language::Nl => &self.nl,
            Language::Fr => &self.fr,
            Language::De => &self.de,
            Language::En => &self.en,
        }
    }

    /// Builds the four texts with one function of the language.
    pub(crate) fn each(text: impl Fn(Language) -> String) -> Self {
        Self {
            nl: text(Language::Nl),
            fr: text(Language::Fr),
            de: text(Language::De),
            en: text(Language::En),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_known_language_wins() {
        assert_eq!(Language::first_of(["pt", "fr-BE;q=0.8", "nl"]), Some(Language::Fr));
        assert_eq!(Language::first_of(["pt"]), None);
    }
}
