//! Problems: RFC 9457 documents with the Belgif types, and ours where Belgif has none.

use axum::body::Body;
use axum::response::{IntoResponse, Response};
use http::{HeaderValue, StatusCode, header};
use hub_core::error::{Conflict, Error, Issue, TokenRefusal};
use serde_json::{Map, Value, json};

use crate::registry;
use crate::trace::{TraceId, public_address};

/// A problem as it is answered.
#[derive(Clone, Debug)]
pub struct Problem {
    status: StatusCode,
    members: Map<String, Value>,
    retry_after: Option<u64>,
    challenge: Option<&'static str>,
}

impl Problem {
    /// A problem as `specs/problems.toml` has it: `badRequest`, `certificateRefused`, ….
    ///
    /// A name that stands nowhere there is an error of ours and answered as one.
    pub fn named(name: &str) -> Self {
        let entry = registry::problem(name);
        let status = entry
            .and_then(|entry| StatusCode::from_u16(entry.status).ok())
            .unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let mut members = Map::new();
        members.insert("type".into(), entry.map_or("about:blank", |entry| entry.kind.as_str()).into());
        let page = entry.and_then(|entry| public_address(&format!("/problems/{}", entry.name())));
        if let Some(page) = page {
            members.insert("href".into(), page.into());
        }
        members.insert(
            "title".into(),
            entry.map_or("Internal server error", |entry| entry.title.as_str()).into(),
        );
        members.insert("status".into(), status.as_u16().into());
        members.insert("instance".into(), format!("urn:uuid:{}", TraceId::current().as_str()).into());
        Self { status, members, retry_after: None, challenge: None }
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
        Self::named("badRequest")
            .detail("The input breaks the rules named in issues")
            .member("issues", issues.into())
    }

    /// A method that the path does not have; `allowed` are those it has, as the `Allow` header lists them.
    pub fn not_allowed(allowed: &'static str) -> Response {
        let mut response =
            Self::named("methodNotAllowed").detail(format!("This path allows {allowed}")).into_response();
        response.headers_mut().insert(header::ALLOW, HeaderValue::from_static(allowed));
        response
    }

    /// The HTTP status.
    pub fn status(&self) -> StatusCode {
        self.status
    }

    /// Its members, as the document has them.
    pub fn members(&self) -> &Map<String, Value> {
        &self.members
    }

    /// The last part of its type: `badRequest`.
    pub fn name(&self) -> &str {
        let kind = self.members.get("type").and_then(Value::as_str).unwrap_or_default();
        kind.rsplit(':').next().unwrap_or_default()
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
            Error::Certificate(refusal) => Self::named("certificateRefused")
                .detail(refusal.explanation())
                .member("reason", refusal.code().into()),
            Error::Token(why) => token(why),
            Error::Forbidden(what) => {
                Self::named("missingPermission").detail(format!("{what} is not permitted"))
            }
            Error::NotFound(what) => Self::named("resourceNotFound").detail(format!("No such {what}")),
            Error::Invalid(issues) => Self::issues(&issues),
            Error::TooLarge { limit } => Self::named("payloadTooLarge").member("limit", limit.into()),
            Error::Resync => Self::named("resyncRequired"),
            Error::Conflict(conflict) => of_conflict(conflict),
            Error::Limited { limit, retry_after } => {
                Self::named("tooManyRequests").member("limit", limit.into()).retry_after(retry_after)
            }
            Error::Statement(flaw) => Self::named("statementRefused")
                .detail(sentence(&flaw.to_string()))
                .member("reason", flaw.code().into()),
            Error::Unavailable { retry_after } => Self::named("serviceUnavailable").retry_after(retry_after),
            error @ (Error::Corrupt { .. } | Error::Internal(_)) => {
                tracing::error!(error = %hub_core::error::Causes(&error), "a request failed inside");
                Self::named("internalServerError")
            }
        }
    }
}

/// A text that begins as a sentence does.
fn sentence(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

fn token(why: TokenRefusal) -> Problem {
    match why {
        TokenRefusal::Absent => Problem::named("noAccessToken").challenged(""),
        TokenRefusal::Invalid => Problem::named("invalidAccessToken").challenged("invalid_token"),
        TokenRefusal::Expired => Problem::named("expiredAccessToken").challenged("invalid_token"),
        TokenRefusal::MissingScope(scope) => Problem::named("missingScope")
            .detail(format!("It takes a token of the application itself with the scope {scope}; a citizen's consent gives none"))
            .member("requiredScopes", json!([scope]))
            .challenged("insufficient_scope"),
    }
}

fn of_conflict(conflict: Conflict) -> Problem {
    let said = conflict.to_string();
    match conflict {
        Conflict::IdempotencyKey => Problem::named("idempotencyConflict").detail(said),
        Conflict::StillRunning => Problem::named("idempotencyInProgress").detail(said).retry_after(1),
        Conflict::Changed => Problem::named("preconditionFailed").detail(said),
        Conflict::AlreadyOver => Problem::named("alreadyOver").detail(said),
        Conflict::NoSuchStep => Problem::named("noSuchStep").detail(said),
        Conflict::SamePerson => Problem::named("secondOperatorNeeded").detail(said),
        Conflict::OtherEvent => Problem::named("otherEvent").detail(said),
        Conflict::NotAnswerable => Problem::named("replyNotAllowed").detail(said),
        Conflict::NoStream => Problem::named("streamNotOpen").detail(said),
        Conflict::Opened => Problem::named("messageOpened").detail(said),
        Conflict::RegisteredMail => Problem::named("registeredMail").detail(said),
        Conflict::Withdrawn => Problem::named("messageWithdrawn").detail(said),
        Conflict::EventTold => Problem::named("idempotencyConflict").detail(said),
        Conflict::OtherList => Problem::named("campaignStarted").detail(said),
        Conflict::Registered => Problem::named("alreadyRegistered").detail(said),
    }
}

fn issue(issue: &Issue) -> Value {
    let (place, name) = match issue.name.strip_prefix('?') {
        Some(name) => ("query", name),
        None => ("body", issue.name.as_str()),
    };
    let mut members = json!({ "detail": issue.detail, "in": place });
    if let Some(members) = members.as_object_mut() {
        if let Some(entry) = registry::issue(issue.kind) {
            members.insert("type".into(), entry.kind.as_str().into());
            members.insert("title".into(), entry.title.as_str().into());
        }
        if !name.is_empty() {
            members.insert("name".into(), name.into());
        }
    }
    members
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let body = Value::Object(self.members.clone()).to_string();
        let mut response = Response::new(Body::from(body));
        *response.status_mut() = self.status;
        let headers = response.headers_mut();
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/problem+json"));
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
        if let Some(seconds) = self.retry_after {
            headers.insert(header::RETRY_AFTER, seconds.into());
        }
        response.extensions_mut().insert(self);
        response
    }
}
