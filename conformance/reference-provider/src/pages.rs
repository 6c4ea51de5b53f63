//! The pages of the front. Templates escape what they show; nothing in them runs a script.

use std::sync::Arc;

use askama::Template;
use axum::{
    http::StatusCode,
    response::{Html, IntoResponse, Response},
};

use crate::{
    callback::Refusal,
    error::Error,
    mailbox::{Message, MessageSummary},
};

/// The way in.
#[derive(Template)]
#[template(path = "home.html")]
pub(crate) struct Home {
    pub(crate) connected: bool,
}

/// The list of letters.
#[derive(Template)]
#[template(path = "mail.html")]
pub(crate) struct Mail {
    pub(crate) letters: Vec<MessageSummary>,
    pub(crate) total: Option<u64>,
    /// Address of the next page.
    pub(crate) older: Option<String>,
    pub(crate) until: String,
    pub(crate) readable: bool,
}

/// One letter.
#[derive(Template)]
#[template(path = "letter.html")]
pub(crate) struct Letter {
    pub(crate) letter: Message,
    pub(crate) markable: bool,
}

/// One sentence, and what to do now.
#[derive(Template)]
#[template(path = "notice.html")]
struct Notice {
    title: &'static str,
    text: &'static str,
    trace_id: Option<String>,
}

/// An error on its way to a person.
pub(crate) struct Failure(Arc<Error>);

/// The day of a date and time, in UTC, to be read by a person.
pub(crate) fn day(at: &str) -> &str {
    at.split_once('T').map_or(at, |(day, _)| day)
}

/// Renders a page.
pub(crate) fn show(page: &impl Template) -> Response {
    match page.render() {
        Ok(html) => Html(html).into_response(),
        Err(_) => StatusCode::INTERNAL_SERVER_ERROR.into_response(),
    }
}

impl<E: Into<Error>> From<E> for Failure {
    fn from(error: E) -> Self {
        Self(Arc::new(error.into()))
    }
}

impl Failure {
    /// Tells what is kept elsewhere too.
    pub(crate) fn of(error: Arc<Error>) -> Self {
        Self(error)
    }
}

impl IntoResponse for Failure {
    fn into_response(self) -> Response {
        let (status, title, text) = words(&self.0);
        let trace_id = self.0.trace_id().map(str::to_owned);
        (status, show(&Notice { title, text, trace_id })).into_response()
    }
}

/// What a customer reads about an error: what is so, and what to do.
fn words(error: &Error) -> (StatusCode, &'static str, &'static str) {
    match error {
        Error::Answer(Refusal::Denied(code)) if code == "access_denied" => {
            (StatusCode::OK, "Not connected", "You did not give permission. Nothing was fetched.")
        }
        Error::Answer(_) => (
            StatusCode::BAD_REQUEST,
            "Not connected",
            "This answer does not belong to a request from this browser. Please start again from the first page.",
        ),
        Error::ConsentEnded(_) | Error::NotConnected => (
            StatusCode::FORBIDDEN,
            "Permission ended",
            "Your permission has ended. We no longer fetch your official mail and keep no copy of it.",
        ),
        Error::Suspended => (
            StatusCode::FORBIDDEN,
            "Permission suspended",
            "Your permission stands still at the mailbox. Your letters will be shown again when it goes on.",
        ),
        Error::Problem(problem) if matches!(problem.status, 404 | 410) => {
            (StatusCode::NOT_FOUND, "Not there", "This letter is no longer in your mailbox.")
        }
        Error::NotPermitted(_) => {
            (StatusCode::FORBIDDEN, "Not permitted", "You did not give permission for this.")
        }
        Error::Problem(problem) if problem.status == 403 => {
            (StatusCode::FORBIDDEN, "Not permitted", "You did not give permission for this.")
        }
        Error::Busy { .. } => (
            StatusCode::SERVICE_UNAVAILABLE,
            "Busy",
            "Your official mail is busy. Please try again in a minute.",
        ),
        _ => (
            StatusCode::BAD_GATEWAY,
            "Something went wrong",
            "Your official mail could not be reached. Nothing was changed. Please try again later.",
        ),
    }
}
