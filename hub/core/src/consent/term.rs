//! How long a consent lasts.

use std::time::Duration;

use jiff::tz::TimeZone;

use crate::clock::Timestamp;

/// For how long a provider asks.
#[derive(Clone, Copy, Debug)]
pub enum Term {
    /// Once: no refresh token, and the end comes after [`ONCE_FOR`].
    Once,
    /// That long, from the citizen's agreement; at most 12 months (TRUST T9).
    Lasting(jiff::Span),
}

/// How long a consent that is given once lasts: a code and one access token fit in.
pub const ONCE_FOR: Duration = Duration::from_secs(15 * 60);

impl Term {
    /// When a consent given at `now` ends; `None` if the calendar has no such day.
    pub fn until(self, now: Timestamp) -> Option<Timestamp> {
        match self {
            Self::Once => Some(now.plus(ONCE_FOR)),
            Self::Lasting(duration) => until(now, duration),
        }
    }

    /// The longest there is: 12 months.
    pub fn longest() -> Self {
        Self::Lasting(jiff::Span::new().months(12))
    }

    /// Whether it is for once.
    pub const fn is_once(self) -> bool {
        matches!(self, Self::Once)
    }
}

/// The last second of a consent given at `now` for `duration`: the end of the day before the same day, in Brussels.
///
/// Always later than `now`. `None` if the calendar has no such day.
fn until(now: Timestamp, duration: jiff::Span) -> Option<Timestamp> {
    let brussels = TimeZone::get("Europe/Brussels").ok()?;
    let day = now.civil().to_zoned(brussels.clone()).date().checked_add(duration).ok()?;
    let end_of = |day: jiff::civil::Date| {
        let last = day.at(23, 59, 59, 0).to_zoned(brussels.clone()).ok()?;
        Some(Timestamp(last.timestamp().as_microsecond()))
    };
    end_of(day.yesterday().ok()?).filter(|until| now < *until).or_else(|| end_of(day))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_year_ends_with_the_day_before_in_brussels() {
        let now = Timestamp::parse("2026-11-21T09:30:00Z").unwrap();
        assert_eq!(until(now, "P12M".parse().unwrap()).unwrap().rfc3339(), "2027-11-20T22:59:59Z");
        assert_eq!(until(now, "P1D".parse().unwrap()).unwrap().rfc3339(), "2026-11-21T22:59:59Z");
    }

    #[test]
    fn once_ends_within_the_hour() {
        let now = Timestamp::parse("2026-11-21T09:30:00Z").unwrap();
        assert_eq!(Term::Once.until(now).unwrap().rfc3339(), "2026-11-21T09:45:00Z");
    }
}
