//! Which language a page speaks: what the visitor chose, else what the app or the browser asked for.

use std::fmt;

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
        let primary = tag.trim().split(['-', '_']).next()?;
        Self::ALL.into_iter().find(|language| language.tag().eq_ignore_ascii_case(primary))
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
    let accepted = || wishes.accept_language.and_then(most_accepted);

    chosen.or_else(asked).or_else(accepted).unwrap_or(default)
}

/// The first of the languages with the highest weight; weight 0 means "not this one".
// RFC 9110 12.5.4
fn most_accepted(header: &str) -> Option<Language> {
    let mut best: Option<(u16, Language)> = None;
    for range in header.split(',').take(MOST_RANGES) {
        let (tag, weight) = range.split_once(';').map_or((range, 1000), |(tag, rest)| (tag, weight(rest)));
        let Some(language) = Language::parse(tag) else {
            continue;
        };
        if weight > best.map_or(0, |(weight, _)| weight) {
            best = Some((weight, language));
        }
    }
    best.map(|(_, language)| language)
}

/// `q=0.8` in thousandths; what cannot be read weighs nothing.
fn weight(parameter: &str) -> u16 {
    let value = parameter.trim().strip_prefix("q=").and_then(|q| q.parse::<f32>().ok());
    match value {
        Some(q) if (0.0..=1.0).contains(&q) => (q * 1000.0).round() as u16,
        _ => 0,
    }
}

const MOST_RANGES: usize = 32;

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
