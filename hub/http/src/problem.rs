//! Problems: RFC 9457 documents with the Belgif types, and ours where Belgif has none.

use axum::body::Body;
use axum::response::{IntoResponse, Response};
use http::{HeaderValue, StatusCode, header};
use hub_core::error::{Conflict, Error, Issue, TokenRefusal};
use serde_json::{Map, Value, json};

use crate::trace::TraceId;

/// A problem as it is answered.
#[derive(Clone, Debug)]
pub struct Problem {
    status: StatusCode,
    members: Map<String, Value>,
    retry_after: Option<u64>,
    challenge: Option<&'static str>,
}

impl Problem {
    /// A problem of a Belgif type: `urn:problem-type:belgif:{name}`.
    pub fn belgif(status: StatusCode, name: &str, title: &str) -> Self {
        Self::new(status, format!("urn:problem-type:belgif:{name}"), title)
    }

    /// A problem of a type of ours: `urn:problem-type:facteur:{name}`.
    pub fn facteur(status: StatusCode, name: &str, title: &str) -> Self {
        Self::new(status, format!("urn:problem-type:facteur:{name}"), title)
    }

    fn new(status: StatusCode, kind: String, title: &str) -> Self {
        let mut members = Map::new();
        members.insert("type".into(), kind.into());
        members.insert("title".into(), title.into());
        members.insert("status".into(), status.as_u16().into());
        members.insert(
            "instance".into(),
            format!("urn:uuid:{}", TraceId::current().as_str()).into(),
        );
        Self {
            status,
            members,
            retry_after: None,
            challenge: None,
        }
    }

    /// Says more about this occurrence.
    #[must_use]
    pub fn detail(self, detail: impl Into<String>) -> Self {
        self.member("detail", Value::String(detail.into()))
    }

    /// Adds a member of this problem type.
    #[must_use]
    pub fn member(mut self, name: &str, value: Value) -> Self {
        self.members.insert(name.to_owned(), value);
        self
    }

    /// Says when to try again.
    #[must_use]
    pub fn retry_after(mut self, seconds: u64) -> Self {
        self.retry_after = Some(seconds);
        self.member("retryAfterSec", seconds.into())
    }

    /// A 400 with the issues found.
    pub fn issues(issues: &[Issue]) -> Self {
        let issues: Vec<Value> = issues.iter().map(issue).collect();
        Self::belgif(StatusCode::BAD_REQUEST, "badRequest", "Bad Request")
            .detail("The input breaks the rules named in issues")
            .member("issues", issues.into())
    }

    /// The HTTP status.
    pub fn status(&self) -> StatusCode {
        self.status
    }

    /// The error code of a Bearer challenge (RFC 6750 3.1), empty for a request without token; `None` if this
    /// problem is not about the token.
    pub fn challenge(&self) -> Option<&'static str> {
        self.challenge
    }

    fn challenged(mut self, code: &'static str) -> Self {
        self.challenge = Some(code);
        self
    }
}

impl From<Error> for Problem {
    fn from(error: Error) -> Self {
        match error {
            Error::Certificate(refusal) => Self::facteur(
                StatusCode::UNAUTHORIZED,
                "certificateRefused",
                "Client certificate refused",
            )
            .detail(refusal.explanation())
            .member("reason", refusal.code().into()),
            Error::Token(why) => token(why),
            Error::Forbidden(what) => {
                Self::belgif(StatusCode::FORBIDDEN, "missingPermission", "Missing permission")
                    .detail(format!("{what} is not permitted"))
            }
            Error::NotFound(what) => {
                Self::belgif(StatusCode::NOT_FOUND, "resourceNotFound", "Resource not found")
                    .detail(format!("No such {what}"))
            }
            Error::Invalid(issues) => Self::issues(&issues),
            Error::TooLarge { limit } => Self::belgif(
                StatusCode::PAYLOAD_TOO_LARGE,
                "payloadTooLarge",
                "Payload too large",
            )
            .member("limit", limit.into()),
            Error::Conflict(conflict) => of_conflict(conflict),
            Error::Limited { retry_after } => Self::belgif(
                StatusCode::TOO_MANY_REQUESTS,
                "tooManyRequests",
                "Too many requests",
            )
            .retry_after(retry_after),
            Error::Unavailable { retry_after } => Self::belgif(
                StatusCode::SERVICE_UNAVAILABLE,
                "serviceUnavailable",
                "Service unavailable",
            )
            .retry_after(retry_after),
            error @ (Error::Corrupt { .. } | Error::Internal(_)) => {
                tracing::error!(
                    error = &error as &dyn std::error::Error,
                    "a request failed inside"
                );
                Self::belgif(
                    StatusCode::INTERNAL_SERVER_ERROR,
                    "internalServerError",
                    "Internal server error",
                )
            }
        }
    }
}

fn token(why: TokenRefusal) -> Problem {
    let unauthorized = |name, title| Problem::belgif(StatusCode::UNAUTHORIZED, name, title);
    match why {
        TokenRefusal::Absent => unauthorized("noAccessToken", "No access token").challenged(""),
        TokenRefusal::Invalid => {
            unauthorized("invalidAccessToken", "Invalid access token").challenged("invalid_token")
        }
        TokenRefusal::Expired => {
            unauthorized("expiredAccessToken", "Expired access token").challenged("invalid_token")
        }
        TokenRefusal::MissingScope(scope) => {
            Problem::belgif(StatusCode::FORBIDDEN, "missingScope", "Missing scope")
                .member("requiredScopes", json!([scope]))
                .challenged("insufficient_scope")
        }
    }
}

fn of_conflict(conflict: Conflict) -> Problem {
    let (name, title) = match conflict {
        Conflict::IdempotencyKey => ("idempotencyConflict", "Idempotency key used for another request"),
        Conflict::StillRunning => ("idempotencyInProgress", "The first request is still running"),
        Conflict::AlreadyOver => ("alreadyOver", "Already over"),
    };
    let problem = Problem::facteur(StatusCode::CONFLICT, name, title).detail(conflict.to_string());
    if conflict == Conflict::StillRunning {
        problem.retry_after(1)
    } else {
        problem
    }
}

fn issue(issue: &Issue) -> Value {
    let (organization, title) = match issue.kind {
        "schemaViolation" => ("belgif:input-validation", "Input breaks the schema"),
        "invalidInput" => ("belgif:input-validation", "Invalid input"),
        "unknownInput" => ("belgif:input-validation", "Unknown input"),
        "referencedResourceNotFound" => ("belgif:input-validation", "Referenced resource not found"),
        "invalidStructure" => ("belgif-ext:input-validation", "Invalid structure"),
        "invalidPeriod" => ("belgif-ext:input-validation", "Invalid period"),
        "outOfRange" => ("belgif-ext:input-validation", "Out of range"),
        "requiredInput" => ("belgif-ext:input-validation", "Required input is missing"),
        "exactlyOneOfExpected" => ("belgif-ext:input-validation", "Exactly one is expected"),
        _ => ("facteur:input-validation", "Input refused"),
    };
    let place = if issue.name.starts_with('?') {
        "query"
    } else {
        "body"
    };
    json!({
        "type": format!("urn:problem-type:{organization}:{}", issue.kind),
        "title": title,
        "detail": issue.detail,
        "in": place,
        "name": issue.name.trim_start_matches('?'),
    })
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let body = Value::Object(self.members.clone()).to_string();
        let mut response = Response::new(Body::from(body));
        *response.status_mut() = self.status;
        let headers = response.headers_mut();
        headers.insert(
            header::CONTENT_TYPE,
            HeaderValue::from_static("application/problem+json"),
        );
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
        if let Some(seconds) = self.retry_after {
            headers.insert(header::RETRY_AFTER, seconds.into());
        }
        response.extensions_mut().insert(self);
        response
    }
}
