//! Proof that the four languages say the same things, all of them are used, and only in words citizens read.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use fluent_syntax::ast::{Entry, Expression, InlineExpression, Pattern, PatternElement, VariantKey};
use fluent_syntax::parser;

use super::bundle::sources;
use super::{Language, Text};

/// What one sentence consists of.
#[derive(Default)]
struct Sentence {
    variables: BTreeSet<String>,
    /// The variants by the variable they choose by.
    variants: BTreeMap<String, BTreeSet<String>>,
    terms: Vec<(String, Option<String>)>,
    text: String,
}

impl Sentence {
    fn of(pattern: &Pattern<&str>) -> Self {
        let mut sentence = Self::default();
        sentence.add(pattern);
        sentence
    }

    fn add(&mut self, pattern: &Pattern<&str>) {
        for element in &pattern.elements {
            match element {
                PatternElement::TextElement { value } => self.text.push_str(value),
                PatternElement::Placeable { expression } => self.add_expression(expression),
            }
        }
    }

    fn add_expression(&mut self, expression: &Expression<&str>) {
        match expression {
            Expression::Inline(inline) => self.add_inline(inline),
            Expression::Select { selector, variants } => {
                self.add_inline(selector);
                let InlineExpression::VariableReference { id } = selector else {
                    panic!("choice by a variable only")
                };
                for variant in variants {
                    let (VariantKey::Identifier { name } | VariantKey::NumberLiteral { value: name }) =
                        &variant.key;
                    self.variants.entry(id.name.to_owned()).or_default().insert((*name).to_owned());
                    self.text.push(' ');
                    self.add(&variant.value);
                }
            }
        }
    }

    fn add_inline(&mut self, inline: &InlineExpression<&str>) {
        match inline {
            InlineExpression::VariableReference { id } => {
                self.variables.insert(id.name.to_owned());
            }
            InlineExpression::TermReference { id, arguments, .. } => {
                let form = arguments.iter().flat_map(|arguments| &arguments.named).find_map(|named| {
                    match named.value {
                        InlineExpression::StringLiteral { value } if named.name.name == "form" => {
                            Some(value.to_owned())
                        }
                        _ => None,
                    }
                });
                self.terms.push((id.name.to_owned(), form));
            }
            InlineExpression::StringLiteral { value: "\\u00A0" } => self.text.push(' '),
            other => panic!("nothing else is needed: {other:?}"),
        }
    }
}

/// Every message (`terms` = false) or term of a language; a name said twice is a mistake.
fn sentences(language: Language, terms: bool) -> BTreeMap<String, Sentence> {
    let mut all = BTreeMap::new();
    for (file, text) in sources(language) {
        let resource =
            parser::parse(*text).unwrap_or_else(|(_, errors)| panic!("{language}/{file}: {errors:?}"));
        for entry in &resource.body {
            let (name, pattern) = match entry {
                Entry::Message(message) if !terms => (message.id.name, message.value.as_ref().unwrap()),
                Entry::Term(term) if terms => (term.id.name, &term.value),
                _ => continue,
            };
            let before = all.insert(name.to_owned(), Sentence::of(pattern));
            assert!(before.is_none(), "{language}/{file}: {name} twice");
        }
    }
    all
}

/// Templates and source of the pages, without tests of their own.
fn page_sources() -> Vec<(PathBuf, String)> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut folders = vec![root.join("templates"), root.join("src")];
    let mut files = Vec::new();
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() && !path.ends_with("samples") {
                folders.push(path);
            } else if path.is_file() && !path.ends_with("check.rs") {
                let text = fs::read_to_string(&path).unwrap();
                files.push((path, text));
            }
        }
    }
    files
}

/// The keys of every `.say("…")`, with whether the sentence is taken as HTML.
fn said(text: &str) -> Vec<(&str, bool)> {
    let calls = text.split("say(\"").skip(1);
    let parts = calls.filter_map(|rest| {
        let (key, rest) = rest.split_once('"')?;
        let end = ["}}", "%}", ";", "\n"].iter().filter_map(|end| rest.find(end)).min().unwrap_or(rest.len());
        Some((key, rest[..end].contains(".html()")))
    });
    parts.collect()
}

#[test]
fn four_languages_have_the_same_sentences_with_the_same_variables() {
    let dutch = sentences(Language::Nl, false);
    for language in Language::ALL {
        let other = sentences(language, false);
        assert_eq!(dutch.keys().collect::<Vec<_>>(), other.keys().collect::<Vec<_>>(), "{language}");
        for (key, sentence) in &dutch {
            assert_eq!(sentence.variables, other[key].variables, "{language}: {key}");
            for (by, variants) in
                sentence.variants.iter().filter(|(by, _)| !["count", "total", "day"].contains(&by.as_str()))
            {
                assert_eq!(variants, &other[key].variants[by], "{language}: {key}");
            }
        }
    }
}

#[test]
fn every_sentence_that_a_page_says_exists_and_every_sentence_is_said() {
    let known = sentences(Language::Nl, false);
    let files = page_sources();
    assert!(files.len() > 20);

    for (path, text) in &files {
        for (key, _) in said(text) {
            assert!(known.contains_key(key), "{}: {key}", path.display());
        }
    }
    for key in known.keys() {
        let literal = format!("\"{key}\"");
        assert!(files.iter().any(|(_, text)| text.contains(&literal)), "nobody says {key}");
    }
}

#[test]
fn a_sentence_with_markup_is_taken_as_html_and_no_other() {
    for language in Language::ALL {
        let known = sentences(language, false);
        for (path, text) in page_sources() {
            for (key, html) in said(&text) {
                let Some(sentence) = known.get(key) else { continue };
                let without = sentence.text.replace("<strong>", "").replace("</strong>", "");
                assert!(!without.contains(['<', '>', '&']), "{language}: {key}");
                assert_eq!(sentence.text.contains('<'), html, "{language}: {key} in {}", path.display());
            }
        }
    }
}

#[test]
fn every_sentence_can_be_said() {
    for language in Language::ALL {
        let terms = sentences(language, true);
        for (key, sentence) in sentences(language, false) {
            for (term, form) in &sentence.terms {
                let form = form.as_deref().unwrap_or("one");
                assert!(terms.contains_key(term), "{language}: {key} says -{term}");
                assert!(["one", "many", "One", "Many"].contains(&form), "{language}: {key} says {form}");
            }
            let mut said = Text::new(language).say(&key);
            for variable in sentence.variables {
                said = said.arg(Box::leak(variable.into_boxed_str()), "x");
            }
            assert!(!said.to_string().is_empty(), "{language}: {key}");
        }
    }
}

#[test]
fn the_words_are_those_of_the_glossary() {
    for language in Language::ALL {
        let mut expected =
            String::from("# The words of specs/words.toml in this language; a test compares the two.\n");
        for (word, entry) in words().iter().filter(|(word, _)| *word != "never") {
            if entry.get("shown").and_then(toml::Value::as_bool) == Some(false) {
                continue;
            }
            let forms = strings(&entry[language.tag()]);
            let [one, many] = forms.as_slice() else { panic!("{word}: singular and plural") };
            let (big_one, big_many) = (capital(one), capital(many));
            expected.push_str(&format!(
                "\n-word-{word} = {{ $form ->\n   *[one] {one}\n    [many] {many}\n    [One] {big_one}\n    [Many] {big_many}\n}}\n"
            ));
        }
        let (_, actual) = sources(language).iter().find(|(file, _)| *file == "words").unwrap();
        assert_eq!(blocks(actual), blocks(&expected), "{language}/words.ftl");
    }
}

#[test]
fn no_page_says_a_word_of_the_field() {
    let words = words();
    for language in Language::ALL {
        let never: Vec<_> =
            strings(&words["never"][language.tag()]).iter().map(|word| word.to_lowercase()).collect();
        for (key, sentence) in sentences(language, false).into_iter().chain(sentences(language, true)) {
            let text = sentence.text.to_lowercase();
            let found = text
                .split(|c: char| !c.is_alphanumeric() && c != '-')
                .find(|word| never.iter().any(|n| n == word));
            assert_eq!(found, None, "{language}: {key}");
        }
    }
}

fn words() -> toml::Table {
    include_str!("../../../../specs/words.toml").parse().unwrap()
}

fn strings(value: &toml::Value) -> Vec<String> {
    value.as_array().unwrap().iter().map(|text| text.as_str().unwrap().to_owned()).collect()
}

fn blocks(text: &str) -> BTreeSet<&str> {
    text.trim().split("\n\n").collect()
}

fn capital(word: &str) -> String {
    let mut letters = word.chars();
    letters.next().map(|first| first.to_uppercase().chain(letters).collect()).unwrap_or_default()
}
