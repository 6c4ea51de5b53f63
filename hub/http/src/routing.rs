//! What the routes of machines have in common: the methods of a path, ids as text, and answers that nobody keeps.

use axum::extract::{FromRequestParts, Path};
use axum::response::Response;
use axum::routing::MethodRouter;
use http::request::Parts;
use http::{HeaderValue, header};
use hub_core::Hub;
use hub_core::error::Error;
use serde::de::DeserializeOwned;

use crate::problem::Problem;

/// The methods of a path and no others: a HEAD would count as a disclosure and disclose nothing.
pub fn only(allowed: &'static str, methods: MethodRouter<Hub>) -> MethodRouter<Hub> {
    let refuse = move || async move { Problem::not_allowed(allowed) };
    methods.head(refuse).fallback(refuse)
}

/// A path that an API does not have.
pub async fn no_route() -> Problem {
    Problem::named("resourceNotFound").detail("This API has no such path")
}

/// The answer with a ban on keeping it on the way (Belgif security: no-store), unless it says something else itself.
pub async fn keep_private(mut response: Response) -> Response {
    let no_store = HeaderValue::from_static("no-store");
    response.headers_mut().entry(header::CACHE_CONTROL).or_insert(no_store);
    response
}

/// The ids of a path, as text: what is no id of ours is not found, what is no text is refused.
pub struct Ids<T>(pub T);

impl<S: Send + Sync, T: DeserializeOwned + Send> FromRequestParts<S> for Ids<T> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        match Path::from_request_parts(parts, state).await {
            Ok(Path(ids)) => Ok(Self(ids)),
            Err(_) => Err(Error::invalid("schemaViolation", "", "the path is not text").into()),
        }
    }
}
