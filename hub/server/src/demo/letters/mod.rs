//! The letters that the demo's public bodies send: real texts in four languages, each with its PDF.
//!
//! A letter depends only on who it is for, its kind, its period and today's date: the same question gives
//! the same letter, down to the bytes of the PDF. Amounts and references are drawn from those, never from
//! chance.

mod phrases;
mod template;

use anyhow::Context;
use hub_portal::pdf::{self, Sheet};
use jiff::ToSpan;
use jiff::civil::Date;

use self::phrases::phrases;
use self::template::{Amount, Bodies, Body, Kind, Template, Templates};
use crate::demo::language::{Language, Texts};
use crate::demo::people::{Citizen, Enterprise, People};
use crate::demo::wording::{self, Every};

/// Whose mailbox a letter goes to.
#[derive(Clone, PartialEq, Eq)]
pub(crate) enum Recipient {
    /// A citizen, by SSIN.
    Citizen(String),
    /// An enterprise, by CBE number.
    Enterprise(String),
}

/// One letter, ready to be published.
pub(crate) struct Letter {
    /// Whom it is for.
    pub(crate) recipient: Recipient,
    /// The number of the sender organization.
    pub(crate) organization: String,
    /// The client id of the sender application.
    pub(crate) application: String,
    /// The message type, registered with the two above as a trio.
    pub(crate) message_type: String,
    /// The language of the PDF.
    pub(crate) language: Language,
    /// The body's own reference, different for every letter.
    pub(crate) reference: String,
    /// The subject, in all languages.
    pub(crate) subject: Texts,
    /// A summary in CommonMark, in all languages; the PDF is the main content.
    pub(crate) body: Texts,
    /// What the attachment is called.
    pub(crate) file_name: String,
    paragraphs: Vec<String>,
    letterhead: String,
    addressee: Vec<String>,
    date: Date,
}

/// Everything letters are made from.
pub(crate) struct LetterBook {
    templates: Vec<Template>,
    bodies: Vec<Body>,
}

/// Somebody to write to.
#[derive(Clone, Copy)]
pub(crate) enum Addressee<'a> {
    /// A test citizen.
    Citizen(&'a Citizen),
    /// A test enterprise.
    Enterprise(&'a Enterprise),
}

impl LetterBook {
    /// The texts and bodies that come with the binary.
    pub(crate) fn of_demo() -> anyhow::Result<Self> {
        let texts: Templates =
            toml::from_str(include_str!("letters.toml")).context("reading letters.toml")?;
        let bodies: Bodies = toml::from_str(crate::demo::REFERENCE).context("reading reference.toml")?;
        Ok(Self { templates: texts.template, bodies: bodies.sender_organization })
    }

    /// The letters that wait when the demo starts, at least 200, oldest period first.
    pub(crate) fn waiting(&self, people: &People, today: Date) -> Vec<Letter> {
        let citizens = people.citizen.iter().map(|citizen| (Addressee::Citizen(citizen), citizen.letters));
        let enterprises = people.enterprise.iter().map(|one| (Addressee::Enterprise(one), one.letters));
        let addressees: Vec<_> = citizens.chain(enterprises).collect();

        let most = addressees.iter().map(|(_, letters)| *letters).max().unwrap_or_default();
        let mut waiting = Vec::new();
        for back in (1..=most).rev() {
            for (to, _) in addressees.iter().filter(|(_, letters)| *letters >= back) {
                let templates = self.templates.iter().filter(|template| template.to == to.kind());
                waiting.extend(templates.map(|template| self.write(template, *to, back, today)));
            }
        }
        waiting
    }

    /// One letter of `message_type` about the present period, which is not among those waiting.
    ///
    /// `None` if there is no such message type for this kind of addressee.
    pub(crate) fn letter(&self, to: Addressee<'_>, message_type: &str, today: Date) -> Option<Letter> {
        let wanted = |template: &&Template| template.message_type == message_type && template.to == to.kind();
        self.templates.iter().find(wanted).map(|template| self.write(template, to, 0, today))
    }

    /// Fills a template in.
    fn write(&self, template: &Template, to: Addressee<'_>, back: u16, today: Date) -> Letter {
        let facts = Facts::of(template, to, back, today);
        let language = to.language();
        let paragraphs = |language| -> Vec<String> {
            template.text.of(language).iter().map(|text| facts.fill(text, language)).collect()
        };
        Letter {
            recipient: to.recipient(),
            organization: template.organization.clone(),
            application: template.application.clone(),
            message_type: template.message_type.clone(),
            language,
            reference: facts.reference(),
            subject: Texts::each(|language| facts.fill(template.subject.of(language), language)),
            body: Texts::each(|language| {
                let first = paragraphs(language).into_iter().next().unwrap_or_default();
                format!("{first}\n\n{}", phrases(language).attached)
            }),
            file_name: format!("{}-{}.pdf", template.message_type, facts.reference()),
            paragraphs: paragraphs(language),
            letterhead: self.letterhead(&template.organization, language),
            addressee: to.lines(),
            date: today,
        }
    }

    /// The name of the body with this number.
    fn letterhead(&self, organization: &str, language: Language) -> String {
        let body = self.bodies.iter().find(|body| body.number == organization);
        body.map(|body| body.name.of(language).to_owned()).unwrap_or_default()
    }
}

impl Letter {
    /// Sets the letter as a PDF.
    pub(crate) fn pdf(&self) -> Vec<u8> {
        let phrases = phrases(self.language);
        let text: Vec<String> = std::iter::once(phrases.salutation.to_owned())
            .chain(self.paragraphs.iter().cloned())
            .chain([phrases.closing.to_owned(), self.letterhead.clone()])
            .collect();
        let particulars = [
            (phrases.date.to_owned(), wording::day(self.date, self.language)),
            (phrases.reference.to_owned(), self.reference.clone()),
        ];
        pdf::render(&Sheet {
            language: self.language.tag(),
            letterhead: &self.letterhead,
            slogan: phrases.slogan,
            addressee: &self.addressee,
            particulars: &particulars,
            subject: self.subject.of(self.language),
            paragraphs: &text,
            foot: phrases.foot,
            date: numbers(self.date),
            attached: None,
        })
    }
}

/// Year, month and day as the PDF writes them.
fn numbers(date: Date) -> (u16, u8, u8) {
    (date.year().unsigned_abs(), date.month().unsigned_abs(), date.day().unsigned_abs())
}

impl Addressee<'_> {
    fn kind(self) -> Kind {
        match self {
            Self::Citizen(_) => Kind::Citizen,
            Self::Enterprise(_) => Kind::Enterprise,
        }
    }

    fn language(self) -> Language {
        match self {
            Self::Citizen(citizen) => citizen.language,
            Self::Enterprise(enterprise) => enterprise.language,
        }
    }

    fn recipient(self) -> Recipient {
        match self {
            Self::Citizen(citizen) => Recipient::Citizen(citizen.ssin.clone()),
            Self::Enterprise(enterprise) => Recipient::Enterprise(enterprise.number.clone()),
        }
    }

    /// Name and address.
    fn lines(self) -> Vec<String> {
        let (name, address) = match self {
            Self::Citizen(citizen) => (&citizen.name, &citizen.address),
            Self::Enterprise(enterprise) => (&enterprise.name, &enterprise.address),
        };
        std::iter::once(name).chain(address).cloned().collect()
    }

    /// What tells this addressee from all others.
    fn key(&self) -> &str {
        match self {
            Self::Citizen(citizen) => &citizen.subject,
            Self::Enterprise(enterprise) => &enterprise.number,
        }
    }
}

/// What is filled into a letter.
struct Facts {
    seed: u64,
    cents: u64,
    every: Every,
    back: u16,
    today: Date,
}

impl Facts {
    fn of(template: &Template, to: Addressee<'_>, back: u16, today: Date) -> Self {
        let period = template.every.ago(back, today, Language::En);
        let seed = hash(&[to.key(), &template.message_type, &period]);
        let Amount { from, to } = template.amount;
        let cents = from + seed % (to.saturating_sub(from) + 1);
        Self { seed, cents, every: template.every, back, today }
    }

    /// `D-4821-99170342`.
    fn reference(&self) -> String {
        format!("D-{:04}-{:08}", self.seed / 100_000_000 % 10_000, self.seed % 100_000_000)
    }

    fn fill(&self, text: &str, language: Language) -> String {
        let due = self.today.checked_add(30.days()).unwrap_or(self.today);
        text.replace("{period}", &self.every.ago(self.back, self.today, language))
            .replace("{amount}", &wording::amount(self.cents, language))
            .replace("{due}", &wording::day(due, language))
            .replace("{plate}", &format!("DEMO-{:03}", self.seed % 1_000))
            .replace("{communication}", &wording::communication(self.seed))
    }
}

/// FNV-1a over the parts with a separator; spreads well enough for sample amounts.
fn hash(parts: &[&str]) -> u64 {
    let bytes = parts.iter().flat_map(|part| part.bytes().chain([0]));
    bytes.fold(0xcbf2_9ce4_8422_2325, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3)
    })
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use jiff::civil::date;

    use super::*;

    fn waiting() -> Vec<Letter> {
        LetterBook::of_demo().unwrap().waiting(&People::of_demo().unwrap(), date(2026, 11, 21))
    }

    #[test]
    fn at_least_200_letters_wait_and_no_two_are_alike() {
        let letters = waiting();
        assert!(letters.len() >= 200, "{}", letters.len());
        let references: HashSet<_> = letters.iter().map(|letter| &letter.reference).collect();
        assert_eq!(references.len(), letters.len());
    }

    #[test]
    fn every_blank_is_filled_in_in_every_language() {
        for letter in waiting() {
            for language in Language::ALL {
                assert!(!letter.subject.of(language).contains(['{', '}']), "{}", letter.message_type);
                assert!(!letter.body.of(language).contains(['{', '}']), "{}", letter.message_type);
                assert!(letter.subject.of(language).chars().count() <= 120);
            }
            assert!(letter.letterhead.starts_with("Demo "));
        }
    }

    #[test]
    fn the_same_question_gives_the_same_pdf() {
        let (first, second) = (waiting(), waiting());
        assert_eq!(first[40].pdf(), second[40].pdf());
        assert_ne!(first[40].pdf(), first[41].pdf());
    }

    #[test]
    fn the_letter_of_the_story_is_none_of_those_waiting() {
        let (book, people) = (LetterBook::of_demo().unwrap(), People::of_demo().unwrap());
        let anna = Addressee::Citizen(people.citizen("anna").unwrap());
        let letter = book.letter(anna, "tax-assessment", date(2026, 11, 21)).unwrap();
        assert!(waiting().iter().all(|other| other.reference != letter.reference));
        assert!(book.letter(anna, "vat-notice", date(2026, 11, 21)).is_none());
    }
}
