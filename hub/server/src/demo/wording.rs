//! Dates, amounts, periods and payment references as letters in each language write them.

use jiff::ToSpan;
use jiff::civil::Date;
use serde::Deserialize;

use super::language::Language;

/// How often a kind of letter is sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Every {
    /// About a calendar year.
    Year,
    /// About a quarter.
    Quarter,
    /// About a month.
    Month,
}

impl Every {
    /// The period that ended `back` periods before the one of `today`, in words.
    pub(crate) fn ago(self, back: u16, today: Date, language: Language) -> String {
        let back = i64::from(back);
        match self {
            Self::Year => earlier(today, back.years()).year().to_string(),
            Self::Quarter => quarter(earlier(today, (back * 3).months()), language),
            Self::Month => {
                let date = earlier(today, back.months());
                format!("{} {}", month(date.month(), language), date.year())
            }
        }
    }
}

/// The date `span` before `date`; `date` itself at the end of the calendar.
fn earlier(date: Date, span: jiff::Span) -> Date {
    date.checked_sub(span).unwrap_or(date)
}

/// `3e kwartaal van 2026`.
fn quarter(date: Date, language: Language) -> String {
    let (number, year) = ((date.month() - 1) / 3 + 1, date.year());
    match (language, number) {
        (Language::Nl, _) => format!("{number}e kwartaal van {year}"),
        (Language::Fr, 1) => format!("1er trimestre {year}"),
        (Language::Fr, _) => format!("{number}e trimestre {year}"),
        (Language::De, _) => format!("{number}. Quartal {year}"),
        (Language::En, 1) => format!("first quarter of {year}"),
        (Language::En, 2) => format!("second quarter of {year}"),
        (Language::En, 3) => format!("third quarter of {year}"),
        (Language::En, _) => format!("fourth quarter of {year}"),
    }
}

/// `21 november 2026`.
pub(crate) fn day(date: Date, language: Language) -> String {
    let month = month(date.month(), language);
    match (language, date.day()) {
        (Language::De, day) => format!("{day}. {month} {}", date.year()),
        (Language::Fr, 1) => format!("1er {month} {}", date.year()),
        (_, day) => format!("{day} {month} {}", date.year()),
    }
}

/// The name of a month.
fn month(number: i8, language: Language) -> &'static str {
    let names = match language {
        Language::Nl => &MONTHS_NL,
        Language::Fr => &MONTHS_FR,
        Language::De => &MONTHS_DE,
        Language::En => &MONTHS_EN,
    };
    usize::try_from(number - 1).ok().and_then(|place| names.get(place)).copied().unwrap_or_default()
}

/// `1.234,56 €`, with spaces that do not break.
pub(crate) fn amount(cents: u64, language: Language) -> String {
    let (whole, part) = ((cents / 100).to_string(), cents % 100);
    let (group, point) = match language {
        Language::Nl | Language::De => (".", ","),
        Language::Fr => ("\u{a0}", ","),
        Language::En => (",", "."),
    };
    let grouped = grouped(&whole, group);
    match language {
        Language::Nl => format!("€\u{a0}{grouped}{point}{part:02}"),
        Language::En => format!("€{grouped}{point}{part:02}"),
        Language::Fr | Language::De => format!("{grouped}{point}{part:02}\u{a0}€"),
    }
}

/// Puts `group` between every three digits, from the right.
fn grouped(digits: &str, group: &str) -> String {
    let length = digits.len();
    digits.char_indices().fold(String::new(), |mut text, (place, digit)| {
        if place > 0 && (length - place).is_multiple_of(3) {
            text.push_str(group);
        }
        text.push(digit);
        text
    })
}

/// A Belgian structured communication: ten digits and their remainder by 97, 97 for 0.
pub(crate) fn communication(seed: u64) -> String {
    let number = seed % 10_000_000_000;
    let check = if number.is_multiple_of(97) { 97 } else { number % 97 };
    let (head, rest) = (number / 10_000_000, number % 10_000_000);
    format!("+++{head:03}/{:04}/{:03}{check:02}+++", rest / 1_000, rest % 1_000)
}

#[rustfmt::skip]
const MONTHS_NL: [&str; 12] = [
    "januari", "februari", "maart", "april", "mei", "juni",
    "juli", "augustus", "september", "oktober", "november", "december",
];
#[rustfmt::skip]
const MONTHS_FR: [&str; 12] = [
    "janvier", "février", "mars", "avril", "mai", "juin",
    "juillet", "août", "septembre", "octobre", "novembre", "décembre",
];
#[rustfmt::skip]
const MONTHS_DE: [&str; 12] = [
    "Januar", "Februar", "März", "April", "Mai", "Juni",
    "Juli", "August", "September", "Oktober", "November", "Dezember",
];
#[rustfmt::skip]
const MONTHS_EN: [&str; 12] = [
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
];

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    #[test]
    fn periods_are_counted_back_from_today() {
        let today = date(2026, 2, 1);
        assert_eq!(Every::Year.ago(1, today, Language::De), "2025");
        assert_eq!(Every::Quarter.ago(1, today, Language::Fr), "4e trimestre 2025");
        assert_eq!(Every::Month.ago(2, today, Language::Nl), "december 2025");
    }

    #[test]
    fn amounts_follow_the_language() {
        assert_eq!(amount(123_456_705, Language::Nl), "€\u{a0}1.234.567,05");
        assert_eq!(amount(123_456, Language::Fr), "1\u{a0}234,56\u{a0}€");
        assert_eq!(amount(100, Language::En), "€1.00");
    }

    #[test]
    fn days_are_written_out() {
        assert_eq!(day(date(2026, 3, 1), Language::Fr), "1er mars 2026");
        assert_eq!(day(date(2026, 3, 1), Language::De), "1. März 2026");
    }

    #[test]
    fn a_structured_communication_ends_in_its_remainder() {
        assert_eq!(communication(909_337_554), "+++090/9337/55493+++");
        assert_eq!(communication(97), "+++000/0000/09797+++");
    }
}
