//! How the authorization server says no: RFC 6749 5.2.

use axum::Json;
use axum::response::{IntoResponse, Response};
use http::{HeaderValue, StatusCode, header};
use hub_core::access::client::ClientError;
use hub_core::error::Error;
use hub_core::peer::Refusal;

use crate::wire;

/// A refusal as it is answered.
#[derive(Debug)]
pub(crate) struct Fault {
    status: StatusCode,
    /// The error code of the OAuth family.
    pub(crate) code: &'static str,
    description: String,
    retry_after: Option<u64>,
}

/// Says no as OAuth does; for the gate before [`crate::machine_routes`].
pub fn refuse(error: Error) -> Response {
    Fault::from(error).into_response()
}

impl Fault {
    /// A 400 with a code of the OAuth family.
    pub(crate) fn oauth(code: &'static str, description: impl Into<String>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, code, description)
    }

    /// A 400 for a request that breaks the protocol.
    pub(crate) fn invalid_request(description: impl Into<String>) -> Self {
        Self::oauth("invalid_request", description)
    }

    /// A refusal with a status of its own.
    pub(crate) fn new(status: StatusCode, code: &'static str, description: impl Into<String>) -> Self {
        Self { status, code, description: description.into(), retry_after: None }
    }

    fn later(status: StatusCode, description: &str, seconds: u64) -> Self {
        Self { retry_after: Some(seconds), ..Self::new(status, "temporarily_unavailable", description) }
    }
}

impl From<Refusal> for Fault {
    fn from(refusal: Refusal) -> Self {
        let description = format!("{}: {}", refusal.code(), refusal.explanation());
        Self::new(StatusCode::UNAUTHORIZED, "invalid_client", description)
    }
}

impl From<ClientError> for Fault {
    fn from(error: ClientError) -> Self {
        match error {
            ClientError::OAuth { code: code @ "invalid_client", description } => {
                Self::new(StatusCode::UNAUTHORIZED, code, description)
            }
            ClientError::OAuth { code, description } => Self::oauth(code, description),
            ClientError::Hub(error) => error.into(),
        }
    }
}

impl From<Error> for Fault {
    fn from(error: Error) -> Self {
        match error {
            Error::Certificate(refusal) => refusal.into(),
            Error::Limited { retry_after, .. } => {
                Self::later(StatusCode::TOO_MANY_REQUESTS, "this client asks too often", retry_after)
            }
            Error::Unavailable { retry_after } => {
                Self::later(StatusCode::SERVICE_UNAVAILABLE, "the hub is not able to answer now", retry_after)
            }
            Error::TooLarge { limit } => Self::new(
                StatusCode::PAYLOAD_TOO_LARGE,
                "invalid_request",
                format!("the form is larger than {limit} bytes"),
            ),
            // The use cases of a client answer none of the others to a client: whichever comes is a defect of ours.
            error @ (Error::Token(_)
            | Error::Forbidden(_)
            | Error::NotFound(_)
            | Error::Invalid(_)
            | Error::Resync
            | Error::Conflict(_)
            | Error::Statement(_)
            | Error::Corrupt { .. }
            | Error::Internal(_)) => {
                tracing::error!(error = %hub_core::error::Causes(&error), "a request failed inside");
                Self::new(StatusCode::INTERNAL_SERVER_ERROR, "server_error", "the hub failed inside")
            }
        }
    }
}

impl IntoResponse for Fault {
    /// Without `WWW-Authenticate`: no HTTP scheme stands for a certificate, and clients that find the header read it
    /// instead of the body.
    fn into_response(self) -> Response {
        let body = wire::Refused { error: self.code, error_description: plain(&self.description) };
        let mut response = (self.status, Json(body)).into_response();
        let headers = response.headers_mut();
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
        if let Some(seconds) = self.retry_after {
            headers.insert(header::RETRY_AFTER, seconds.into());
        }
        response
    }
}

/// What an `error_description` may hold: printable ASCII without quotes and backslashes (RFC 6749 5.2).
fn plain(text: &str) -> String {
    let letter = |letter: char| match letter {
        '"' => '\'',
        ' '..='~' if letter != '\\' => letter,
        _ => '?',
    };
    text.chars().take(LONGEST).map(letter).collect()
}

/// Characters of a description that are sent; parts of it may come from the request.
const LONGEST: usize = 400;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_description_is_plain_ascii_on_one_line() {
        assert_eq!(plain("say \"é\"\\\r\n\there"), "say '?'????here");
        assert_eq!(plain(&"a".repeat(1_000)).len(), LONGEST);
        for refusal in Refusal::ALL {
            let whole = format!("{}: {}", refusal.code(), refusal.explanation());
            assert_eq!(plain(&whole), whole, "nothing is lost of {refusal}");
        }
    }

    #[test]
    fn each_error_has_its_status_and_code() {
        let oauth = |code| ClientError::OAuth { code, description: String::new() };
        let cases = [
            (Fault::from(oauth("invalid_grant")), 400, "invalid_grant", None),
            (Fault::from(oauth("invalid_client")), 401, "invalid_client", None),
            (Error::Certificate(Refusal::OtherParty).into(), 401, "invalid_client", None),
            (Error::Limited { limit: 1, retry_after: 3 }.into(), 429, "temporarily_unavailable", Some("3")),
            (Error::Unavailable { retry_after: 1 }.into(), 503, "temporarily_unavailable", Some("1")),
            (Error::TooLarge { limit: 9 }.into(), 413, "invalid_request", None),
            (Error::internal("a secret of the hub").into(), 500, "server_error", None),
        ];
        for (fault, status, code, retry_after) in cases {
            assert_eq!(fault.code, code);
            assert!(!fault.description.contains("secret"));
            let response = fault.into_response();
            assert_eq!(response.status().as_u16(), status, "{code}");
            assert_eq!(response.headers()[header::CACHE_CONTROL], "no-store");
            let seconds = response.headers().get(header::RETRY_AFTER).map(|value| value.to_str().unwrap());
            assert_eq!(seconds, retry_after);
        }
    }
}
