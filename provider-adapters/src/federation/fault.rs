//! Everything that goes wrong, as this protocol says it: a status message with a code and a sentence.

use axum::response::{IntoResponse as _, Response};
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
    MANNER.spoken(response)
}

const MANNER: Manner = Manner {
    codes: &[],
    names: &[
        ("id", "messageProviderId"),
        ("name", "messageProviderName"),
        ("description", "messageProviderDescription"),
        ("url", "messageProviderUrl"),
        ("active_until", "messageProviderDeactivationDate"),
        ("contact", "messageProviderTechnicalContact"),
        ("api_version", "apiSupportedVersion"),
        ("maintenance", "messageProviderPlannedMaintenance"),
    ],
    loud: true,
};
