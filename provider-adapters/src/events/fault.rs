//! Everything that goes wrong, as a status message: the published document names statuses and no body.
//!
//! A place that leads nowhere is 400 there, `RESYNC_REQUIRED` says which.

use axum::response::{IntoResponse as _, Response};
use http::StatusCode;
use hub_core::error::Error;
use hub_http::Problem;

use crate::status::Manner;

/// A refusal on its way out.
pub(super) type Fault = Problem;

/// How the adapter says no at the gate.
pub(super) fn refuse(error: Error) -> Response {
    spoken(Problem::from(error).into_response())
}

/// The response as it leaves: a problem as a status message, all else as it is.
pub(super) fn spoken(response: Response) -> Response {
    let mut response = MANNER.spoken(response);
    if response.status() == StatusCode::GONE {
        *response.status_mut() = StatusCode::BAD_REQUEST;
    }
    response
}

const MANNER: Manner = Manner { codes: &[], names: &[], loud: true };
