//! The time, and how long a hub wants to be left alone.

use std::time::{Duration, SystemTime};

use reqwest::header::{DATE, HeaderMap, HeaderName, RETRY_AFTER};

/// The longest that a hub is left alone for one answer, whatever it asks.
const LONGEST: Duration = Duration::from_secs(3600);

/// Seconds since 1970, by this machine's clock.
#[expect(clippy::disallowed_methods, reason = "the one place where the app reads the clock")]
pub(crate) fn seconds() -> u64 {
    SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).map_or(0, |since| since.as_secs())
}

/// What `Retry-After` asks for, in seconds or as a date (RFC 9110 10.2.3).
///
/// A date is read by the hub's own clock, which the same answer tells: ours may differ.
pub(crate) fn retry_after(headers: &HeaderMap) -> Option<Duration> {
    let asked = text(headers, &RETRY_AFTER)?;
    let after = match asked.parse() {
        Ok(seconds) => Duration::from_secs(seconds),
        Err(_) => {
            let until = httpdate::parse_http_date(asked).ok()?;
            let now = text(headers, &DATE).and_then(|date| httpdate::parse_http_date(date).ok());
            let now = now.unwrap_or_else(|| SystemTime::UNIX_EPOCH + Duration::from_secs(seconds()));
            until.duration_since(now).unwrap_or_default()
        }
    };
    Some(after.min(LONGEST))
}

fn text<'a>(headers: &'a HeaderMap, name: &HeaderName) -> Option<&'a str> {
    headers.get(name)?.to_str().ok().map(str::trim)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn asked(headers: &[(HeaderName, &str)]) -> Option<u64> {
        let headers = headers.iter().map(|(name, value)| (name.clone(), value.parse().unwrap())).collect();
        retry_after(&headers).map(|after| after.as_secs())
    }

    #[test]
    fn seconds_are_taken_as_they_are_up_to_an_hour() {
        assert_eq!(asked(&[(RETRY_AFTER, "7")]), Some(7));
        assert_eq!(asked(&[(RETRY_AFTER, "999999")]), Some(3600));
        assert_eq!(asked(&[(RETRY_AFTER, "soon")]), None);
        assert_eq!(asked(&[]), None);
    }

    #[test]
    fn a_date_is_read_by_the_clock_of_the_hub() {
        let date = (DATE, "Sun, 06 Nov 1994 08:49:37 GMT");
        assert_eq!(asked(&[(RETRY_AFTER, "Sun, 06 Nov 1994 08:49:49 GMT"), date.clone()]), Some(12));
        assert_eq!(asked(&[(RETRY_AFTER, "Sun, 06 Nov 1994 08:49:00 GMT"), date]), Some(0));
    }
}
