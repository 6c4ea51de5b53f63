//! Dates, times, sizes and lists as each language writes them.
//!
//! Times are Belgian civil time. The rule of the zone is written out here rather than read from the machine, so
//! that a kept screen says the same date on every node.

use std::borrow::Borrow;
use std::sync::LazyLock;

use hub_core::clock::Timestamp;
use jiff::Zoned;
use jiff::tz::TimeZone;

use super::{Language, Text};

impl Text {
    /// The Belgian date of `at`: `20 November 2027`.
    pub fn date(&self, at: impl Borrow<Timestamp>) -> String {
        let at = belgian(*at.borrow());
        let month = self.say("month").count("month", u64::from(at.month().unsigned_abs())).to_string();
        let day = u64::from(at.day().unsigned_abs());
        self.say("date").count("day", day).arg("month", month).arg("year", at.year()).to_string()
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
