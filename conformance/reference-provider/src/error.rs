//! What can go wrong between this app and the hub, by what the app does about it.

use std::{fmt, io, path::PathBuf, time::Duration};

use serde::{Deserialize, Serialize};

use crate::{callback::Refusal, metadata::Distrust};

/// The one 401 that a new token does not help against.
const CERTIFICATE_REFUSED: &str = "urn:problem-type:facteur:certificateRefused";

/// Why something did not work.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// A file of the configuration cannot be used.
    #[error("file {path}: {reason}")]
    File {
        /// Which file.
        path: PathBuf,
        /// What is wrong with it.
        reason: String,
    },
    /// The front's address is not free.
    #[error("address of the front")]
    Listen(#[source] io::Error),
    /// The operating system gave no randomness.
    #[error("no randomness")]
    Randomness,
    /// The hub could not be reached, or did not prove that it is the hub.
    #[error("connection to the hub")]
    Connection(#[source] reqwest::Error),
    /// The hub's metadata do not allow a safe flow; nothing was sent.
    #[error("metadata of the hub: {0}")]
    Metadata(#[from] Distrust),
    /// An OAuth endpoint refused (RFC 6749 5.2).
    #[error("{code} ({status}): {description}")]
    OAuth {
        /// HTTP status.
        status: u16,
        /// `invalid_grant`, `invalid_client`, …
        code: String,
        /// The hub's sentence for developers, perhaps empty.
        description: String,
        /// The id under which the hub's operators find this request.
        trace_id: Option<String>,
    },
    /// The API refused with a problem document (RFC 9457).
    #[error(transparent)]
    Problem(Problem),
    /// The hub asks to come back later.
    #[error("the hub is busy, come back in {} s", .after.as_secs())]
    Busy {
        /// How long the hub wants to be left alone.
        after: Duration,
    },
    /// The answer that came through the browser is not one to follow.
    #[error(transparent)]
    Answer(#[from] Refusal),
    /// The hub answered with success, but not what this app can use.
    #[error("unexpected answer: {0}")]
    Unexpected(#[from] Unexpected),
    /// An attachment is not the one the letter announced.
    #[error("attachment differs from its {0}")]
    Mismatch(Mismatch),
    /// The citizen did not permit it; the hub was not asked.
    #[error("the citizen did not permit {0}")]
    NotPermitted(&'static str),
    /// The consent stands still: nothing may be read, and it may go on. Tokens are kept.
    #[error("the consent is suspended")]
    Suspended,
    /// The citizen ended the consent, or it ran out. Tokens are forgotten.
    #[error("the consent has ended: {0}")]
    ConsentEnded(Problem),
    /// There is no consent to work with.
    #[error("not connected")]
    NotConnected,
    /// A part of this app is missing or died.
    #[error("{0}")]
    Broken(&'static str),
    /// The test hook may not be opened like that.
    #[error("test hook: {0}")]
    TestHook(&'static str),
}

/// What is wrong with an answer that the hub gave with success.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Unexpected {
    /// Its type or its text is not JSON.
    #[error("{0} is not JSON")]
    NotJson(&'static str),
    /// A member is missing or of another kind.
    #[error("{0}")]
    Shape(String),
    /// It is longer than anything this app asked for.
    #[error("more than {0} bytes")]
    TooLarge(u64),
    /// The answer to a pushed request misses its main parts.
    #[error("no request_uri that is good for some time")]
    Pushed,
    /// A token of a kind that this app does not use.
    #[error("token type")]
    TokenType,
    /// There is no access token in it.
    #[error("no access token")]
    NoToken,
    /// More was granted than asked.
    #[error("more was granted than asked")]
    TooMuchGranted,
    /// Not exactly one consent was granted.
    #[error("not exactly one consent was granted")]
    NotOneConsent,
    /// It is about another mailbox, consent or message than the one asked about.
    #[error("it is about something else than was asked")]
    SomethingElse,
    /// The list leads away from itself, or never ends.
    #[error("the next page is no page of this list")]
    Paging,
}

/// By what an attachment differs from what its message announced.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mismatch {
    /// It has another length.
    Length,
    /// It has another SHA-256.
    Digest,
    /// The answer's own header has another SHA-256 (RFC 9530).
    ReprDigest,
    /// It has another media type.
    MediaType,
}

/// A refusal of the API.
#[derive(Clone, Debug, thiserror::Error, Serialize, Deserialize)]
#[error("{kind} ({status}) {title}")]
pub struct Problem {
    /// HTTP status.
    #[serde(default)]
    pub status: u16,
    /// URN of the kind of problem: what programs decide by.
    #[serde(rename = "type", default = "about_blank")]
    pub kind: String,
    /// What it is, in English.
    #[serde(default)]
    pub title: String,
    /// This case, where the hub says more.
    #[serde(default)]
    pub detail: Option<String>,
    /// The id under which the hub's operators find this request.
    #[serde(default)]
    pub trace_id: Option<String>,
}

/// The error member of an OAuth answer.
#[derive(Deserialize)]
struct OAuthError {
    error: String,
    #[serde(default)]
    error_description: String,
}

impl Error {
    /// Reads a refusal; `body` may be anything, a proxy's HTML page included.
    pub(crate) fn from_refusal(
        status: u16,
        retry_after: Option<Duration>,
        trace_id: Option<String>,
        body: &[u8],
    ) -> Self {
        if let (429 | 503, Some(after)) = (status, retry_after) {
            return Self::Busy { after };
        }
        if let Ok(refused) = serde_json::from_slice::<OAuthError>(body) {
            let (code, description) = (refused.error, refused.error_description);
            return Self::OAuth { status, code, description, trace_id };
        }
        let problem = serde_json::from_slice(body).unwrap_or_else(|_| Problem::unnamed());
        Self::Problem(Problem { status, trace_id, ..problem })
    }

    /// The trace id to show to a person who calls the help desk.
    pub fn trace_id(&self) -> Option<&str> {
        match self {
            Self::OAuth { trace_id, .. } => trace_id.as_deref(),
            Self::Problem(problem) | Self::ConsentEnded(problem) => problem.trace_id.as_deref(),
            _ => None,
        }
    }

    /// The error and its causes, in one line.
    pub fn reason(&self) -> String {
        let mut reason = self.to_string();
        let mut cause = std::error::Error::source(self);
        while let Some(next) = cause {
            reason.push_str(&format!(": {next}"));
            cause = next.source();
        }
        reason
    }

    /// Says whether asking again would be refused again: 401, 403 and 410, and a consent that is gone.
    pub fn is_final(&self) -> bool {
        match self {
            Self::Problem(problem) => matches!(problem.status, 401 | 403 | 410),
            Self::ConsentEnded(_) | Self::NotConnected | Self::NotPermitted(_) => true,
            _ => false,
        }
    }
}

impl fmt::Display for Mismatch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Length => "length",
            Self::Digest => "digest",
            Self::ReprDigest => "Repr-Digest",
            Self::MediaType => "media type",
        })
    }
}

/// Without the address, which may carry what no log should.
impl From<reqwest::Error> for Error {
    fn from(error: reqwest::Error) -> Self {
        Self::Connection(error.without_url())
    }
}

impl Problem {
    /// Says whether the token was refused: 401, unless it is the certificate that the hub does not take.
    pub(crate) fn is_about_token(&self) -> bool {
        self.status == 401 && !self.is_about_certificate()
    }

    /// Says whether the hub does not take the app's certificate: nothing that a token could change.
    pub(crate) fn is_about_certificate(&self) -> bool {
        self.status == 401 && self.kind == CERTIFICATE_REFUSED
    }

    /// The end of a consent as an event told it.
    pub(crate) fn told_by_event() -> Self {
        let (kind, title) = ("urn:facteur:event:consentEnded".to_owned(), "The consent has ended".to_owned());
        Self { status: 410, kind, title, detail: None, trace_id: None }
    }

    /// The end of a consent as the token endpoint told it, unasked by any call.
    pub(crate) fn told_by_renewal() -> Self {
        Self { status: 400, title: "invalid_grant".to_owned(), ..Self::unnamed() }
    }

    fn unnamed() -> Self {
        Self { status: 0, kind: about_blank(), title: String::new(), detail: None, trace_id: None }
    }
}

fn about_blank() -> String {
    "about:blank".to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_problem_document_keeps_its_type_and_the_status_of_the_answer() {
        let body = br#"{"type":"urn:problem-type:belgif:invalidAccessToken","title":"Invalid","status":400,"new":1}"#;
        let Error::Problem(problem) = Error::from_refusal(401, None, Some("t".into()), body) else {
            panic!("not a problem")
        };
        assert_eq!(
            (problem.status, problem.kind.as_str()),
            (401, "urn:problem-type:belgif:invalidAccessToken")
        );
        assert_eq!(problem.trace_id.as_deref(), Some("t"));
    }

    #[test]
    fn an_oauth_error_keeps_its_code() {
        let refused = Error::from_refusal(400, None, None, br#"{"error":"invalid_grant"}"#);
        assert!(matches!(refused, Error::OAuth { status: 400, code, .. } if code == "invalid_grant"));
    }

    #[test]
    fn a_page_of_html_is_a_problem_without_a_name() {
        let refused = Error::from_refusal(502, None, None, b"<html>");
        assert!(
            matches!(refused, Error::Problem(Problem { status: 502, kind, .. }) if kind == "about:blank")
        );
    }

    #[test]
    fn retry_after_is_honoured() {
        let refused = Error::from_refusal(429, Some(Duration::from_secs(7)), None, b"{}");
        assert!(matches!(refused, Error::Busy { after } if after == Duration::from_secs(7)));
    }
}
