//! The number of a natural person (INSZ, NISS): a National Register number or a BIS number.
//!
//! Written `YYMMDD OOO CC`. A BIS number, for persons outside the National Register, adds 20 or 40 to the
//! month. Which century the two digits of the year mean is told by the check digits alone.

use std::fmt;

use jiff::civil::Date;
use zeroize::ZeroizeOnDrop;

use super::{NumberError, check_of, digits, value};

/// The number of one person, eleven digits that pass their check.
///
/// It has no `Display`, and its `Debug` prints the type only: it must not reach a log by accident.
#[derive(Clone, PartialEq, Eq, Hash, ZeroizeOnDrop)]
pub struct Ssin([u8; 11]);

/// The century in which the two digits of the year are meant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Century {
    /// Born from 1900 to 1999.
    Twentieth,
    /// Born in 2000 or later.
    TwentyFirst,
}

impl Ssin {
    /// Reads a number that came from outside; a birth date after `today` is refused.
    pub fn parse(text: &str, today: Date) -> Result<Self, NumberError> {
        let ssin = Self::stored(text)?;
        if ssin.birth()?.begins_after(today) { Err(NumberError::Future) } else { Ok(ssin) }
    }

    /// Reads a number that was accepted before, when the day is of no interest any more.
    pub fn stored(text: &str) -> Result<Self, NumberError> {
        let ssin = Self(digits(text)?);
        ssin.birth()?.check()?;
        ssin.check_order()?;
        Ok(ssin)
    }

    /// Completes nine digits (`YYMMDDOOO`) with their check digits, for numbers that are made, not given.
    pub fn with_check(first9: u32, century: Century) -> Result<Self, NumberError> {
        let check = check_of(u64::from(first9) + century.prefix());
        Self::stored(&format!("{first9:09}{check:02}"))
    }

    /// The eleven digits.
    pub fn as_str(&self) -> &str {
        std::str::from_utf8(&self.0).unwrap_or_default()
    }

    /// The birth date as far as it is known; the check digits decide the century.
    fn birth(&self) -> Result<Birth, NumberError> {
        let [y1, y2, m1, m2, d1, d2, o1, o2, o3, c1, c2] = self.0;
        let first9 = value(&[y1, y2, m1, m2, d1, d2, o1, o2, o3]);
        let check = value(&[c1, c2]);
        let century = [Century::Twentieth, Century::TwentyFirst]
            .into_iter()
            .find(|century| check_of(first9 + century.prefix()) == check)
            .ok_or(NumberError::Check)?;

        Ok(Birth {
            year: century.first_year() + small(&[y1, y2]),
            month: small(&[m1, m2]),
            day: small(&[d1, d2]),
        })
    }

    /// A number of the National Register never has the order number 000 or 999; a BIS number may.
    fn check_order(&self) -> Result<(), NumberError> {
        let [_, _, m1, m2, _, _, o1, o2, o3, ..] = self.0;
        let bis = small(&[m1, m2]) >= 20;
        if !bis && matches!(value(&[o1, o2, o3]), 0 | 999) { Err(NumberError::Order) } else { Ok(()) }
    }
}

impl fmt::Debug for Ssin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Ssin")
    }
}

impl Century {
    /// What the check digits add before the nine digits: from 2000 on a 2 stands in front of them.
    fn prefix(self) -> u64 {
        match self {
            Self::Twentieth => 0,
            Self::TwentyFirst => 2_000_000_000,
        }
    }

    fn first_year(self) -> i16 {
        match self {
            Self::Twentieth => 1900,
            Self::TwentyFirst => 2000,
        }
    }
}

/// A birth date as the number writes it; the day may be 0, which means unknown, or day and month.
struct Birth {
    year: i16,
    month: i16,
    day: i16,
}

impl Birth {
    /// The month without the 20 or 40 of a BIS number.
    fn plain_month(&self) -> i16 {
        self.month % 20
    }

    fn check(&self) -> Result<(), NumberError> {
        let month = self.plain_month();
        if self.month > 52 || month > 12 || self.day > days_in(self.year, month) {
            return Err(NumberError::Date);
        }
        Ok(())
    }

    /// Says whether even the earliest day that this date can mean is later than `today`.
    fn begins_after(&self, today: Date) -> bool {
        let today = (today.year(), i16::from(today.month()), i16::from(today.day()));
        (self.year, self.plain_month().max(1), self.day.max(1)) > today
    }
}

/// The length of a month; an unknown month has no known days.
fn days_in(year: i16, month: i16) -> i16 {
    let first = i8::try_from(month).ok().and_then(|month| Date::new(year, month, 1).ok());
    first.map_or(0, |first| i16::from(first.days_in_month()))
}

/// The value of two digits.
fn small(digits: &[u8; 2]) -> i16 {
    i16::try_from(value(digits)).unwrap_or(i16::MAX)
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    fn parse(text: &str) -> Result<Ssin, NumberError> {
        Ssin::parse(text, date(2026, 11, 21))
    }

    #[test]
    fn numbers_with_right_check_digits_are_accepted() {
        for text in ["53480200724", "81041430930"] {
            assert_eq!(parse(text).unwrap().as_str(), text);
        }
    }

    #[test]
    fn a_printed_number_with_right_check_digits_and_order_number_000_is_refused() {
        assert_eq!(parse("79072300048"), Err(NumberError::Order));
    }

    #[test]
    fn numbers_printed_with_wrong_check_digits_are_refused() {
        for text in ["84022711080", "71022722580", "01010122233"] {
            assert_eq!(parse(text), Err(NumberError::Check));
        }
    }

    #[test]
    fn anything_but_eleven_digits_is_refused() {
        for text in ["", "7907230004", "790723000480", "79.07.23-000", "7907230004x", "٧9072300048"] {
            assert_eq!(parse(text), Err(NumberError::Shape), "{text}");
        }
    }

    #[test]
    fn a_changed_digit_and_two_exchanged_neighbours_never_pass() {
        let right = Ssin::with_check(50_310_123, Century::Twentieth).unwrap();
        for at in 0..11 {
            for digit in b'0'..=b'9' {
                let mut wrong = right.0;
                wrong[at] = digit;
                assert_eq!(parse(std::str::from_utf8(&wrong).unwrap()).is_ok(), wrong == right.0);
            }
            let mut wrong = right.0;
            wrong.swap(at, (at + 1).min(10));
            assert_eq!(parse(std::str::from_utf8(&wrong).unwrap()).is_ok(), wrong == right.0);
        }
    }

    #[test]
    fn the_check_digits_tell_the_century() {
        let old = Ssin::with_check(50_310_123, Century::Twentieth).unwrap();
        let young = Ssin::with_check(50_310_123, Century::TwentyFirst).unwrap();
        assert_ne!(old, young);
        assert_eq!((old.birth().unwrap().year, young.birth().unwrap().year), (1905, 2005));
    }

    #[test]
    fn a_birth_date_to_come_is_refused_and_today_is_not() {
        let made = |first9| Ssin::with_check(first9, Century::TwentyFirst).unwrap();
        let outcome = |first9| parse(made(first9).as_str()).map(drop);
        assert_eq!(outcome(261_121_001), Ok(()));
        assert_eq!(outcome(261_122_001), Err(NumberError::Future));
        assert_eq!(outcome(261_200_001), Err(NumberError::Future));
        assert_eq!(outcome(260_000_001), Ok(()));
        assert_eq!(outcome(270_000_001), Err(NumberError::Future));
        assert_eq!(outcome(264_000_001), Ok(()), "BIS, month unknown");
    }

    #[test]
    fn unknown_months_and_days_are_allowed_and_impossible_dates_are_not() {
        let outcome = |first9| Ssin::with_check(first9, Century::Twentieth).map(drop);
        for possible in [50_000_001, 50_300_001, 50_331_001, 40_229_001, 52_331_001, 55_231_001] {
            assert_eq!(outcome(possible), Ok(()), "{possible}");
        }
        let impossible = [51_301_001, 50_332_001, 50_230_001, 50_229_001, 53_301_001, 55_301_001, 56_001_001];
        for impossible in impossible.into_iter().chain([50_012_001, 52_001_001]) {
            assert_eq!(outcome(impossible), Err(NumberError::Date), "{impossible}");
        }
        assert_eq!(
            Ssin::with_check(229_001, Century::Twentieth),
            Err(NumberError::Date),
            "1900 was no leap year"
        );
        assert!(Ssin::with_check(229_001, Century::TwentyFirst).is_ok());
    }

    #[test]
    fn order_numbers_000_and_999_are_for_bis_numbers_only() {
        let outcome = |first9| Ssin::with_check(first9, Century::Twentieth).map(drop);
        assert_eq!(outcome(50_310_000), Err(NumberError::Order));
        assert_eq!(outcome(50_310_999), Err(NumberError::Order));
        assert_eq!(outcome(54_310_000), Ok(()));
        assert_eq!(outcome(52_310_999), Ok(()));
    }

    #[test]
    fn debug_tells_the_type_only() {
        let ssin = Ssin::with_check(50_310_123, Century::Twentieth).unwrap();
        assert_eq!(format!("{ssin:?}"), "Ssin");
        assert!(!format!("{:?}", parse("84022711080")).contains("840"));
    }
}
