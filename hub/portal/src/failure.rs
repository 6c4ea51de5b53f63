//! What a handler says instead of a page when it cannot go on.
//!
//! A failure travels as an extension of an empty answer; [`crate::explain`] makes it a page in the visitor's
//! language.

use axum::response::{IntoResponse, Response};
use http::StatusCode;
use hub_core::error::Error;

use crate::view::Fault;

/// Why there is no page.
#[derive(Clone, Debug)]
pub(crate) enum Failure {
    /// Nobody is logged in: a page is asked for again after login, a form says that the session is over.
    Stranger,
    /// There was a session, and it is over.
    SessionOver,
    /// Something else, told on a page.
    Told {
        /// What.
        fault: Fault,
        /// The status, which for some faults is more exact than the fault's own.
        status: StatusCode,
        /// Seconds to wait.
        retry_after: Option<u64>,
    },
}

impl From<Fault> for Failure {
    fn from(fault: Fault) -> Self {
        Self::Told { fault, status: fault.status(), retry_after: None }
    }
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        match error {
            Error::Token(_) => Self::SessionOver,
            Error::Forbidden(_) => Fault::Forbidden.into(),
            Error::NotFound(_) => Fault::NotFound.into(),
            Error::Invalid(_)
            | Error::Resync
            | Error::TooLarge { .. }
            | Error::Conflict(_)
            | Error::Statement(_) => Fault::Input.into(),
            Error::Limited { retry_after, .. } => {
                let status = StatusCode::TOO_MANY_REQUESTS;
                Self::Told { fault: Fault::Busy, status, retry_after: Some(retry_after) }
            }
            Error::Unavailable { retry_after } => {
                let status = StatusCode::SERVICE_UNAVAILABLE;
                Self::Told { fault: Fault::Busy, status, retry_after: Some(retry_after) }
            }
            error @ (Error::Certificate(_) | Error::Corrupt { .. } | Error::Internal(_)) => {
                Self::internal(&error)
            }
        }
    }
}

impl From<askama::Error> for Failure {
    fn from(error: askama::Error) -> Self {
        Self::internal(&error)
    }
}

impl Failure {
    /// Our own fault; its cause is logged here and never sent.
    pub(crate) fn internal(cause: &(dyn std::error::Error + 'static)) -> Self {
        tracing::error!(error = cause, "a page failed inside");
        Fault::Server.into()
    }

    /// What to tell about an answer of which only the status is known.
    pub(crate) fn of_status(status: StatusCode) -> Self {
        let fault = match status {
            StatusCode::NOT_FOUND => Fault::NotFound,
            StatusCode::TOO_MANY_REQUESTS | StatusCode::SERVICE_UNAVAILABLE => Fault::Busy,
            status if status.is_server_error() => Fault::Server,
            _ => Fault::Input,
        };
        Self::Told { fault, status, retry_after: None }
    }
}

impl IntoResponse for Failure {
    fn into_response(self) -> Response {
        let status = match &self {
            Self::Stranger | Self::SessionOver => StatusCode::UNAUTHORIZED,
            Self::Told { status, .. } => *status,
        };
        let mut response = status.into_response();
        response.extensions_mut().insert(self);
        response
    }
}

/// What every handler of a page answers.
pub(crate) type Answer = Result<Response, Failure>;
