//! The sentences themselves: Fluent resources compiled into the program, one bundle for each language.

use std::borrow::Borrow;
use std::fmt;
use std::sync::LazyLock;

use askama::filters::{Escaper, Html, HtmlSafeOutput};
use fluent_bundle::concurrent::FluentBundle;
use fluent_bundle::{FluentArgs, FluentResource, FluentValue};
use unic_langid::LanguageIdentifier;

use super::Language;

/// What a template speaks with: one language.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Text {
    /// The language.
    pub language: Language,
}

impl Text {
    /// Speaks `language`.
    pub fn new(language: Language) -> Self {
        Self { language }
    }

    /// Begins the sentence `key`; its variables follow with [`Sentence::arg`] and [`Sentence::count`].
    pub fn say<'a>(&self, key: &'a str) -> Sentence<'a> {
        Sentence { language: self.language, key, args: FluentArgs::new() }
    }
}

/// A sentence with its variables; displayed, it is plain text.
#[derive(Debug)]
pub struct Sentence<'a> {
    language: Language,
    key: &'a str,
    args: FluentArgs<'static>,
}

impl Sentence<'_> {
    /// Sets the variable `name` to a text.
    pub fn arg(mut self, name: &'static str, value: impl fmt::Display) -> Self {
        self.args.set(name, value.to_string());
        self
    }

    /// Sets the variable `name` to a number, which chooses between singular and plural.
    pub fn count(mut self, name: &'static str, value: impl Borrow<u64>) -> Self {
        self.args.set(name, *value.borrow());
        self
    }

    /// The sentence as HTML: its own `<strong>` counts, its variables are escaped.
    pub fn html(self) -> HtmlSafeOutput<String> {
        let mut escaped = FluentArgs::with_capacity(2);
        for (name, value) in self.args.iter() {
            let value = match value {
                FluentValue::String(text) => FluentValue::from(escape(text)),
                other => other.clone().into_owned(),
            };
            escaped.set(name.to_owned(), value);
        }
        HtmlSafeOutput(render(self.language, self.key, &escaped))
    }
}

impl fmt::Display for Sentence<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&render(self.language, self.key, &self.args))
    }
}

fn render(language: Language, key: &str, args: &FluentArgs<'_>) -> String {
    let Some(pattern) = bundle(language).get_message(key).and_then(|message| message.value()) else {
        debug_assert!(false, "no sentence {key} in {language}");
        return key.to_owned();
    };
    let mut errors = Vec::new();
    let text = bundle(language).format_pattern(pattern, Some(args), &mut errors);
    debug_assert!(errors.is_empty(), "sentence {key} in {language}: {errors:?}");
    if language == Language::Fr { elided(text.into_owned(), args) } else { text.into_owned() }
}

/// The French sentence with *d’* before a variable that begins with a vowel.
fn elided(text: String, args: &FluentArgs<'_>) -> String {
    args.iter().fold(text, |text, (_, value)| match value {
        FluentValue::String(name) if name.starts_with(VOWELS) => {
            text.replace(&format!(" de {name}"), &format!(" d’{name}"))
        }
        _ => text,
    })
}

const VOWELS: [char; 22] = [
    'A', 'E', 'I', 'O', 'U', 'a', 'e', 'i', 'o', 'u', 'À', 'Â', 'É', 'È', 'Ê', 'Î', 'Ô', 'à', 'â', 'é', 'è',
    'ê',
];

fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len() + 16);
    // Writing to a string cannot fail.
    let _ = Html.write_escaped_str(&mut escaped, text);
    escaped
}

fn bundle(language: Language) -> &'static FluentBundle<FluentResource> {
    match language {
        Language::Nl => &NL,
        Language::Fr => &FR,
        Language::De => &DE,
        Language::En => &EN,
    }
}

fn load(language: Language, files: &[(&str, &str)]) -> FluentBundle<FluentResource> {
    let locale: LanguageIdentifier = language.tag().parse().unwrap_or_default();
    let mut bundle = FluentBundle::new_concurrent(vec![locale]);
    bundle.set_use_isolating(false);
    for (name, text) in files {
        let resource = FluentResource::try_new((*text).to_owned()).unwrap_or_else(|(resource, errors)| {
            debug_assert!(false, "{language}/{name}: {errors:?}");
            resource
        });
        let added = bundle.add_resource(resource);
        debug_assert!(added.is_ok(), "{language}/{name}: {added:?}");
    }
    bundle
}

macro_rules! files {
    ($tag:literal) => {
        files!($tag: "words", "common", "home", "login", "activation", "mailbox", "partitions", "consents", "software", "consent", "proofs", "usage", "register", "errors")
    };
    ($tag:literal: $($name:literal),+) => {
        &[$(($name, include_str!(concat!("../../i18n/", $tag, "/", $name, ".ftl")))),+]
    };
}

/// Every file of `language` with its name.
pub(super) fn sources(language: Language) -> &'static [(&'static str, &'static str)] {
    match language {
        Language::Nl => files!("nl"),
        Language::Fr => files!("fr"),
        Language::De => files!("de"),
        Language::En => files!("en"),
    }
}

static NL: LazyLock<FluentBundle<FluentResource>> =
    LazyLock::new(|| load(Language::Nl, sources(Language::Nl)));
static FR: LazyLock<FluentBundle<FluentResource>> =
    LazyLock::new(|| load(Language::Fr, sources(Language::Fr)));
static DE: LazyLock<FluentBundle<FluentResource>> =
    LazyLock::new(|| load(Language::De, sources(Language::De)));
static EN: LazyLock<FluentBundle<FluentResource>> =
    LazyLock::new(|| load(Language::En, sources(Language::En)));

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn french_elides_before_a_name_that_begins_with_a_vowel() {
        let title =
            |language, name: &str| Text::new(language).say("holder-person").arg("name", name).to_string();

        assert_eq!(title(Language::Fr, "Anna"), "Boîte aux lettres d’Anna");
        assert_eq!(title(Language::Fr, "Bert"), "Boîte aux lettres de Bert");
        assert_eq!(title(Language::En, "Anna"), "Mailbox of Anna");
    }
}
