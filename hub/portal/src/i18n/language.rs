//! Which language a page speaks: what the visitor chose, else what the app or the browser asked for.

use std::fmt;

use hub_http::language;

/// A language of the portal.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Language {
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
    /// All of them, in the order in which pages offer them.
    pub const ALL: [Self; 4] = [Self::Nl, Self::Fr, Self::De, Self::En];

    /// The BCP 47 tag: `nl`.
    pub fn tag(self) -> &'static str {
        match self {
            Self::Nl => "nl",
            Self::Fr => "fr",
            Self::De => "de",
            Self::En => "en",
        }
    }

    /// The language's name in itself: `Nederlands`.
    pub fn own_name(self) -> &'static str {
        match self {
            Self::Nl => "Nederlands",
            Self::Fr => "Français",
            Self::De => "Deutsch",
            Self::En => "English",
        }
    }

    /// Reads a BCP 47 tag by its primary language, in any case: `fr`, `fr-BE`, `FR_be`.
    pub fn parse(tag: &str) -> Option<Self> {
        language::named(tag).and_then(Self::tagged)
    }

    fn tagged(tag: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|language| language.tag() == tag)
    }
}

impl fmt::Display for Language {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.tag())
    }
}

/// What is known about the visitor's wish, strongest first; each one is text from outside.
#[derive(Clone, Copy, Debug, Default)]
pub struct Wishes<'a> {
    /// `?lang=` of this request.
    pub query: Option<&'a str>,
    /// The cookie `__Host-lang`, an earlier choice.
    pub cookie: Option<&'a str>,
    /// `ui_locales` of the pushed request: space-separated tags, preferred first.
    pub ui_locales: Option<&'a str>,
    /// The header `Accept-Language`.
    pub accept_language: Option<&'a str>,
}

/// Chooses the page's language; a wish that names none of the four counts as not said.
pub fn negotiate(wishes: &Wishes<'_>, default: Language) -> Language {
    let chosen = wishes.query.and_then(Language::parse).or_else(|| wishes.cookie.and_then(Language::parse));
    let asked = || wishes.ui_locales.and_then(|tags| tags.split_ascii_whitespace().find_map(Language::parse));
    let accepted = || wishes.accept_language.and_then(language::most_accepted).and_then(Language::tagged);

    chosen.or_else(asked).or_else(accepted).unwrap_or(default)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn accepting(header: &str) -> Language {
        negotiate(&Wishes { accept_language: Some(header), ..Wishes::default() }, Language::Nl)
    }

    #[test]
    fn a_choice_outweighs_what_the_app_and_the_browser_ask() {
        let wishes = Wishes {
            query: Some("de"),
            cookie: Some("fr"),
            ui_locales: Some("en"),
            accept_language: Some("nl"),
        };

        assert_eq!(negotiate(&wishes, Language::Nl), Language::De);
        assert_eq!(negotiate(&Wishes { query: None, ..wishes }, Language::Nl), Language::Fr);
        assert_eq!(negotiate(&Wishes { query: None, cookie: None, ..wishes }, Language::Nl), Language::En);
    }

    #[test]
    fn a_language_the_portal_does_not_speak_counts_as_not_said() {
        let wishes = Wishes {
            query: Some("pl"),
            cookie: Some("<script>"),
            ui_locales: Some("pl fr-BE"),
            ..Wishes::default()
        };

        assert_eq!(negotiate(&wishes, Language::Nl), Language::Fr);
        assert_eq!(accepting("pl, cs;q=0.9"), Language::Nl);
    }

    #[test]
    fn the_browser_is_understood_by_weight() {
        assert_eq!(accepting("pl,fr;q=0.4,de-AT;q=0.9,en;q=0.8"), Language::De);
        assert_eq!(accepting("fr-BE,fr;q=0.9,nl;q=0.8"), Language::Fr);
        assert_eq!(accepting("en;q=0, fr;q=0.001"), Language::Fr);
        assert_eq!(accepting("en;q=twelve"), Language::Nl);
    }
}
