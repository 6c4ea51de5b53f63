//! What a receiver's answer means: taken, refused, or a receiver that is not well (RFC 8935 2.2 to 2.4). Pure.

use std::error::Error;
use std::time::Duration;

use hub_core::access::provider::EventError;
use hub_core::clock::Timestamp;
use reqwest::{Response, header};

use super::resolver::{NoAddress, OutOfReach};

/// What became of an event.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Answer {
    /// The receiver has it.
    Taken,
    /// The receiver says that this event cannot be taken, and why.
    Refused(&'static str),
    /// The receiver is not well: any event would fare like this.
    Unwell {
        /// What is wrong.
        trouble: Trouble,
        /// How long it wants to be left alone.
        retry_after: Option<Duration>,
    },
}

/// What is wrong with a receiver.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Trouble {
    /// The hub may not call that address.
    Address,
    /// Its name has no address.
    Name,
    /// All addresses of its name are private.
    Private,
    /// Nobody answers there, or the connection broke.
    Connection,
    /// The TLS handshake failed: its certificate is not trusted or not its own, or it refused the hub's.
    Tls,
    /// No answer in time.
    Timeout,
    /// It answers with another address.
    Redirect,
    /// It does not know or not want the hub: 401 or 403.
    Unauthorized,
    /// It cannot verify what the hub signs: it knows not the key, the issuer or the audience.
    Unverified,
    /// Nothing is there: 404, 410.
    Missing,
    /// It asks to be left alone: 429, 503.
    Busy,
    /// It fails: any other 5xx.
    Failing,
    /// It answers something that this protocol does not know.
    Garbage,
}

/// What came back, and when.
#[derive(Clone, Debug)]
pub struct Reply {
    /// The answer, or why there is none.
    pub received: Result<Received, Trouble>,
    /// How long that took.
    pub took: Duration,
}

/// An answer.
#[derive(Clone, Debug)]
pub struct Received {
    /// Its HTTP status.
    pub status: u16,
    /// What it asks for.
    pub retry_after: Option<Duration>,
    /// Whether it calls itself JSON.
    pub json: bool,
    /// Its body, unless that was too large or too slow.
    pub body: Option<Vec<u8>>,
}

impl Received {
    pub(super) fn of(response: &Response, body: Option<Vec<u8>>) -> Self {
        let text = |name| response.headers().get(name).and_then(|value| value.to_str().ok());
        let kind = text(header::CONTENT_TYPE).and_then(|kind| kind.split(';').next()).unwrap_or_default();
        let retry_after = text(header::RETRY_AFTER).and_then(|asked| pause(asked, text(header::DATE)));
        Self {
            status: response.status().as_u16(),
            retry_after,
            json: kind.trim().eq_ignore_ascii_case("application/json"),
            body,
        }
    }

    /// A member of the body, if that is a JSON object and the member a text.
    pub fn member(&self, name: &str) -> Option<String> {
        let body = self.body.as_deref().filter(|_| self.json)?;
        let body: serde_json::Value = serde_json::from_slice(body).ok()?;
        Some(body.get(name)?.as_str()?.to_owned())
    }

    fn meaning(&self) -> Result<Option<&'static str>, Trouble> {
        match self.status {
            202 => Ok(None),
            400 => self.refusal().map(Some),
            300..400 => Err(Trouble::Redirect),
            401 | 403 => Err(Trouble::Unauthorized),
            404 | 410 => Err(Trouble::Missing),
            429 | 503 => Err(Trouble::Busy),
            500.. => Err(Trouble::Failing),
            _ => Err(Trouble::Garbage),
        }
    }

    /// RFC 8935 2.3: a JSON object with `err`. That the hub or its keys are not known is no fault of the event.
    fn refusal(&self) -> Result<&'static str, Trouble> {
        match EventError::named(&self.member("err").ok_or(Trouble::Garbage)?) {
            EventError::Event(code) => Ok(code),
            EventError::Receiver("unauthorized") => Err(Trouble::Unauthorized),
            EventError::Receiver(_) => Err(Trouble::Unverified),
        }
    }
}

impl Reply {
    /// What it means for the event.
    pub fn answer(&self) -> Answer {
        let meant = self.received.as_ref().map_err(|trouble| *trouble).and_then(Received::meaning);
        match meant {
            Ok(None) => Answer::Taken,
            Ok(Some(error)) => Answer::Refused(error),
            Err(trouble) => {
                let retry_after = self.received.as_ref().ok().and_then(|received| received.retry_after);
                Answer::Unwell { trouble, retry_after }
            }
        }
    }
}

impl Trouble {
    /// What an error of the HTTP client means.
    pub(super) fn of(error: &reqwest::Error) -> Self {
        let mut cause: Option<&(dyn Error + 'static)> = Some(error);
        while let Some(next) = cause {
            if next.is::<OutOfReach>() {
                return Self::Private;
            }
            if next.is::<NoAddress>() {
                return Self::Name;
            }
            if next.is::<rustls::Error>() || wraps_tls(next) {
                return Self::Tls;
            }
            cause = next.source();
        }
        if error.is_timeout() { Self::Timeout } else { Self::Connection }
    }

    /// Its word, in metrics and answers.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Address => "address",
            Self::Name => "name",
            Self::Private => "private",
            Self::Connection => "connection",
            Self::Tls => "tls",
            Self::Timeout => "timeout",
            Self::Redirect => "redirect",
            Self::Unauthorized => "unauthorized",
            Self::Unverified => "unverified",
            Self::Missing => "missing",
            Self::Busy => "busy",
            Self::Failing => "failing",
            Self::Garbage => "garbage",
        }
    }

    /// What it is, in words for operators.
    pub const fn explanation(self) -> &'static str {
        match self {
            Self::Address => {
                "The hub may not call that address: it is https, on port 443 and on the public internet."
            }
            Self::Name => "The name of the receiver resolves to no address.",
            Self::Private => "The name of the receiver resolves to private addresses only.",
            Self::Connection => "Nobody answers at the receiver's address, or the connection broke.",
            Self::Tls => {
                "The TLS handshake failed: the receiver's certificate is not trusted, over or of another name, or the \
                 receiver refused the hub's client certificate."
            }
            Self::Timeout => "The receiver did not answer in time.",
            Self::Redirect => "The receiver answers with a redirection, which the hub does not follow.",
            Self::Unauthorized => {
                "The receiver does not accept the hub: it answers 401, 403, or that it knows it not."
            }
            Self::Unverified => {
                "The receiver cannot verify the hub's events: it does not know the key, the issuer or the audience."
            }
            Self::Missing => "There is nothing at the receiver's address: it answers 404 or 410.",
            Self::Busy => "The receiver asks to be left alone for a while: it answers 429 or 503.",
            Self::Failing => "The receiver fails: it answers with an error of its own.",
            Self::Garbage => "The receiver answers something that is neither 202 nor an error of RFC 8935.",
        }
    }
}

/// What `Retry-After` asks for (RFC 9110 10.2.3): seconds, however many, or a date, counted from the answer's own.
fn pause(asked: &str, date: Option<&str>) -> Option<Duration> {
    let asked = asked.trim();
    if !asked.is_empty() && asked.bytes().all(|byte| byte.is_ascii_digit()) {
        return Some(Duration::from_secs(asked.parse().unwrap_or(u64::MAX)));
    }
    Some(Timestamp::parse_http(asked)?.since(Timestamp::parse_http(date?)?))
}

/// Whether an error of input and output is one of TLS inside: such a one names what it wraps as no source.
fn wraps_tls(error: &(dyn Error + 'static)) -> bool {
    let inner = error.downcast_ref::<std::io::Error>().and_then(std::io::Error::get_ref);
    inner.is_some_and(|inner| inner.is::<rustls::Error>() || wraps_tls(inner))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn reply(status: u16, json: bool, body: &str) -> Reply {
        let body = Some(body.as_bytes().to_vec());
        let received = Received { status, retry_after: Some(Duration::from_secs(7)), json, body };
        Reply { received: Ok(received), took: Duration::ZERO }
    }

    #[test]
    fn an_event_is_taken_with_202_and_with_nothing_else() {
        assert_eq!(reply(202, false, "whatever").answer(), Answer::Taken);
        let troubles = [
            (200, Trouble::Garbage),
            (204, Trouble::Garbage),
            (302, Trouble::Redirect),
            (401, Trouble::Unauthorized),
            (403, Trouble::Unauthorized),
            (404, Trouble::Missing),
            (418, Trouble::Garbage),
            (429, Trouble::Busy),
            (500, Trouble::Failing),
            (503, Trouble::Busy),
        ];
        for (status, trouble) in troubles {
            let retry_after = Some(Duration::from_secs(7));
            assert_eq!(
                reply(status, true, "{}").answer(),
                Answer::Unwell { trouble, retry_after },
                "{status}"
            );
        }
    }

    #[test]
    fn an_event_is_refused_by_an_error_of_the_rfc_alone() {
        let refused = |body: &str| reply(400, true, body).answer();
        assert_eq!(refused(r#"{"err":"invalid_request"}"#), Answer::Refused("invalid_request"));
        assert_eq!(refused(r#"{"err":"mine","description":"x"}"#), Answer::Refused("other"));
        for garbage in ["", "{", "[]", r#"{"err":7}"#, r#"{"error":"invalid_request"}"#] {
            assert!(
                matches!(refused(garbage), Answer::Unwell { trouble: Trouble::Garbage, .. }),
                "{garbage}"
            );
        }
        for code in ["invalid_key", "invalid_issuer", "invalid_audience"] {
            let blind = refused(&format!("{{\"err\":\"{code}\"}}"));
            assert!(matches!(blind, Answer::Unwell { trouble: Trouble::Unverified, .. }), "{code}");
        }
        assert!(matches!(reply(400, false, r#"{"err":"invalid_request"}"#).answer(), Answer::Unwell { .. }));
        let unwelcome = refused(r#"{"err":"authentication_failed"}"#);
        assert!(matches!(unwelcome, Answer::Unwell { trouble: Trouble::Unauthorized, .. }));
    }

    #[test]
    fn a_pause_is_asked_for_in_seconds_or_until_a_date() {
        let date = Some("Sun, 22 Nov 2026 15:00:00 GMT");
        assert_eq!(pause(" 90 ", None), Some(Duration::from_secs(90)));
        assert_eq!(pause("99999999999999999999999", None), Some(Duration::from_secs(u64::MAX)));
        assert_eq!(pause("Sun, 22 Nov 2026 15:02:00 GMT", date), Some(Duration::from_secs(120)));
        assert_eq!(pause("Sun, 22 Nov 2026 14:00:00 GMT", date), Some(Duration::ZERO));
        for (asked, date) in
            [("", date), ("-5", date), ("soon", date), ("Sun, 22 Nov 2026 15:02:00 GMT", None)]
        {
            assert_eq!(pause(asked, date), None, "{asked}");
        }
    }
}
