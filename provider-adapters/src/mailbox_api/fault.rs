//! The hub's errors as this API answers them: problem documents (RFC 9457) with the Belgif types.

use axum::response::{IntoResponse, Response};
use hub_core::error::Error;
use hub_http::Problem;
use serde_json::json;

/// A refusal on its way out.
pub(super) struct Fault(Problem);

impl From<Error> for Fault {
    fn from(error: Error) -> Self {
        match error {
            Error::NotFound(what) => Self(Problem::from(Error::NotFound(what)).member(
                "issues",
                json!([{ "in": "path", "name": format!("{what}Id"), "detail": format!("there is no such {what}") }]),
            )),
            other => Self(other.into()),
        }
    }
}

impl From<Problem> for Fault {
    fn from(problem: Problem) -> Self {
        Self(problem)
    }
}

impl IntoResponse for Fault {
    fn into_response(self) -> Response {
        self.0.into_response()
    }
}

/// A path parameter that cannot be an identifier; the value is not repeated.
pub(super) fn bad_path(name: &str) -> Problem {
    Problem::named("badRequest").member(
        "issues",
        json!([{
            "type": "urn:problem-type:belgif:input-validation:schemaViolation",
            "title": "Input is not as the schema says",
            "detail": "not of the expected form",
            "in": "path",
            "name": name,
        }]),
    )
}
