//! Who may use the operators' API: a person in office, proven by their certificate (TRUST T24).

use axum::extract::FromRequestParts;
use axum::response::{IntoResponse as _, Response};
use http::request::Parts;
use hub_core::Hub;
use hub_core::access::operator::OperatorAccess;
use hub_core::error::Error;
use hub_core::peer::Refusal;
use hub_http::{Problem, Trusted};

/// The operator of this request.
pub(super) struct Operator(pub(super) OperatorAccess);

impl FromRequestParts<Hub> for Operator {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, hub: &Hub) -> Result<Self, Problem> {
        let Some(Trusted(identity)) = parts.extensions.get::<Trusted>() else {
            return Err(Error::Certificate(Refusal::Absent).into());
        };
        Ok(Self(hub.operator(identity).await?))
    }
}

/// A path that does not exist here, for those who may know.
pub(super) async fn nothing_here(operator: Result<Operator, Problem>) -> Response {
    match operator {
        Ok(_) => Problem::from(Error::NotFound("path")).into_response(),
        Err(problem) => problem.into_response(),
    }
}
