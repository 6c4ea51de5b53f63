//! Dates, times, sizes and lists as each language writes them.
//!
//! Times are Belgian civil time. The rule of the zone is written out here rather than read from the machine, so
//! that a kept screen says the same date on every node.

use std::borrow::Borrow;
use std::sync::LazyLock;

use hub_core::clock::Timestamp;
use jiff::Zoned;
use jiff::civil::Date;
use jiff::tz::TimeZone;

use super::{Language, Text};

impl Text {
    /// The Belgian date of `at`: `20 November 2027`.
    pub fn date(&self, at: impl Borrow<Timestamp>) -> String {
        self.civil(belgian(*at.borrow()).date())
    }

    /// The day of a date such as `2027-01-31`: `31 January 2027`; what is none stays as it is.
    pub fn day(&self, date: impl AsRef<str>) -> String {
        let date = date.as_ref();
        date.parse().map_or_else(|_| date.to_owned(), |date| self.civil(date))
    }

    fn civil(self, date: Date) -> String {
        let month = self.say("month").count("month", u64::from(date.month().unsigned_abs())).to_string();
        let day = u64::from(date.day().unsigned_abs());
        self.say("date").count("day", day).arg("month", month).arg("year", date.year()).to_string()
    }

    /// An amount such as `1234.50` in a currency, as it is written where the language is spoken: `€ 1.234,50`.
    pub fn money(&self, amount: impl AsRef<str>, currency: impl AsRef<str>) -> String {
        let (whole, cents) = amount.as_ref().split_once('.').unwrap_or((amount.as_ref(), "00"));
        let sign = if currency.as_ref() == "EUR" { "€" } else { currency.as_ref() };
        let (between, point) = match self.language {
            Language::Nl | Language::De => ('.', ','),
            Language::Fr => ('\u{202f}', ','),
            Language::En => (',', '.'),
        };
        let number = format!("{}{point}{cents}", grouped(whole, between));
        match self.language {
            Language::Nl => format!("{sign}\u{a0}{number}"),
            Language::Fr | Language::De => format!("{number}\u{a0}{sign}"),
            Language::En if sign == "€" => format!("{sign}{number}"),
            Language::En => format!("{sign}\u{a0}{number}"),
        }
    }

    /// The Belgian date and time of `at`: `20 November 2027, 14:05`.
    pub fn moment(&self, at: impl Borrow<Timestamp>) -> String {
        let at = *at.borrow();
        self.say("moment").arg("date", self.date(at)).arg("time", self.clock(at)).to_string()
    }

    /// The Belgian time of day of `at`: `14:05`.
    pub fn clock(&self, at: impl Borrow<Timestamp>) -> String {
        let civil = belgian(*at.borrow());
        let (hour, minute) = (format!("{:02}", civil.hour()), format!("{:02}", civil.minute()));
        self.say("time").arg("hour", hour).arg("minute", minute).to_string()
    }

    /// The date as a machine reads it, for `<time datetime>`.
    pub fn machine_date(&self, at: impl Borrow<Timestamp>) -> String {
        belgian(*at.borrow()).date().to_string()
    }

    /// A number of bytes in the unit a person would choose: `1.4 MB`.
    pub fn size(&self, bytes: impl Borrow<u64>) -> String {
        let bytes = *bytes.borrow();
        match bytes {
            0..1_000 => self.say("size-bytes").arg("number", bytes).to_string(),
            1_000..1_000_000 => self.say("size-kilobytes").arg("number", bytes.div_ceil(1_000)).to_string(),
            _ => self.say("size-megabytes").arg("number", self.tenths(bytes.div_ceil(100_000))).to_string(),
        }
    }

    /// Several things in one sentence: `a, b and c`.
    pub fn list(&self, things: &[String]) -> String {
        match things {
            [] => String::new(),
            [only] => only.clone(),
            [first @ .., last] => {
                self.say("list").arg("first", first.join(", ")).arg("last", last).to_string()
            }
        }
    }

    fn tenths(self, tenths: u64) -> String {
        let point = if self.language == Language::En { '.' } else { ',' };
        match tenths % 10 {
            0 => (tenths / 10).to_string(),
            rest => format!("{}{point}{rest}", tenths / 10),
        }
    }
}

/// A whole number in groups of three digits.
fn grouped(digits: &str, between: char) -> String {
    let mut written = String::new();
    for (n, digit) in digits.chars().enumerate() {
        if n > 0 && (digits.len() - n).is_multiple_of(3) {
            written.push(between);
        }
        written.push(digit);
    }
    written
}

fn belgian(at: Timestamp) -> Zoned {
    at.civil().to_zoned(BRUSSELS.clone())
}

/// Central European Time with the summer time of Directive 2000/84/EC.
static BRUSSELS: LazyLock<TimeZone> =
    LazyLock::new(|| TimeZone::posix("CET-1CEST,M3.5.0,M10.5.0/3").unwrap_or(TimeZone::UTC));

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Timestamp {
        Timestamp::parse(text).unwrap()
    }

    fn in_all(write: impl Fn(Text) -> String) -> [String; 4] {
        Language::ALL.map(|language| write(Text::new(language)))
    }

    #[test]
    fn money_is_written_as_people_there_write_it() {
        assert_eq!(
            in_all(|t| t.money("1234567.50", "EUR")),
            [
                "€\u{a0}1.234.567,50",
                "1\u{202f}234\u{202f}567,50\u{a0}€",
                "1.234.567,50\u{a0}€",
                "€1,234,567.50"
            ]
        );
        assert_eq!(in_all(|t| t.money("7.00", "USD")).last().unwrap(), "USD\u{a0}7.00");
        assert_eq!(in_all(|t| t.day("2027-01-31")).last().unwrap(), "31 January 2027");
    }

    #[test]
    fn the_last_second_of_a_belgian_day_is_still_that_day() {
        let winter = in_all(|text| text.date(at("2027-11-20T22:59:59Z")));
        let summer = in_all(|text| text.date(at("2027-07-31T21:59:59Z")));

        assert_eq!(winter, ["20 november 2027", "20 novembre 2027", "20. November 2027", "20 November 2027"]);
        assert_eq!(summer, ["31 juli 2027", "31 juillet 2027", "31. Juli 2027", "31 July 2027"]);
    }

    #[test]
    fn the_first_of_a_month_is_written_as_the_french_do() {
        assert_eq!(Text::new(Language::Fr).date(at("2027-03-01T12:00:00Z")), "1er mars 2027");
        assert_eq!(Text::new(Language::Nl).date(at("2027-03-01T12:00:00Z")), "1 maart 2027");
    }

    #[test]
    fn times_are_belgian_in_summer_and_winter() {
        let times = in_all(|text| text.moment(at("2027-07-01T12:05:00Z")));

        assert_eq!(
            times,
            [
                "1 juli 2027, 14.05 uur",
                "1er juillet 2027, 14 h 05",
                "1. Juli 2027, 14:05 Uhr",
                "1 July 2027, 14:05"
            ]
            .map(|text| text
                .replace(" uur", "\u{a0}uur")
                .replace(" h ", "\u{a0}h\u{a0}")
                .replace(" Uhr", "\u{a0}Uhr"))
        );
        assert!(Text::new(Language::En).moment(at("2027-01-01T12:05:00Z")).ends_with("13:05"));
    }

    #[test]
    fn sizes_are_rounded_up_to_what_a_person_reads() {
        let sizes = in_all(|text| text.size(1_340_000));

        assert_eq!(sizes, ["1,4\u{a0}MB", "1,4\u{a0}Mo", "1,4\u{a0}MB", "1.4\u{a0}MB"]);
        assert_eq!(Text::new(Language::En).size(1_001), "2\u{a0}kB");
        assert_eq!(Text::new(Language::En).size(20_000_000), "20\u{a0}MB");
    }

    #[test]
    fn lists_join_with_the_language_s_and() {
        let things = ["a", "b", "c"].map(str::to_owned);

        assert_eq!(in_all(|text| text.list(&things)), ["a, b en c", "a, b et c", "a, b und c", "a, b and c"]);
        assert_eq!(Text::new(Language::Nl).list(&things[..1]), "a");
    }
}
