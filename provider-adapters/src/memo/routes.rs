//! The routes of MeMo: parse, call, convert, answer.

mod letters;
mod replies;

use axum::extract::{DefaultBodyLimit, State};
use axum::middleware::map_response;
use axum::response::{IntoResponse as _, Response};
use axum::routing::{get, post};
use axum::{Extension, Router};
use http::header;
use hub_core::Hub;
use hub_core::error::Error;
use hub_core::peer::{PeerIdentity, Role};
use hub_http::{Ids, NoQuery, Problem, Trusted, Uploads, keep_private, no_route, only};

use super::fault::spoken;
use super::wire;

pub(super) fn routes() -> Router<Hub> {
    Router::new()
        .route("/mailboxes/{mailboxId}/messages", only("GET", get(letters::list)))
        .route("/mailboxes/{mailboxId}/messages/{messageId}", only("GET", get(letters::letter)))
        .route("/mailboxes/{mailboxId}/messages/{messageId}/replies", only("POST", post(replies::send)))
        .route("/doc/openapi.yaml", only("GET", get(document)))
        .route("/doc/schemas/{schemaName}", only("GET", get(schema)))
        .fallback(no_route)
        // A reply has its own limits, piece by piece.
        .layer(DefaultBodyLimit::disable())
        .layer(Extension(Uploads::none()))
        .layer(map_response(leaving))
}

/// The API's own document, for whoever has a registered certificate.
async fn document(
    State(hub): State<Hub>,
    Trusted(identity): Trusted,
    _: NoQuery,
) -> Result<Response, Problem> {
    known(&hub, &identity).await?;
    Ok(([(header::CONTENT_TYPE, "application/yaml")], specs::MEMO_OPENAPI).into_response())
}

/// A schema by its name, beside the others, so that they find each other.
async fn schema(
    State(hub): State<Hub>,
    Trusted(identity): Trusted,
    Ids(wanted): Ids<String>,
    _: NoQuery,
) -> Result<Response, Problem> {
    known(&hub, &identity).await?;
    let found = specs::MEMO_SCHEMAS.iter().find(|(name, _)| *name == wanted);
    let (_, text) = found.ok_or(Error::NotFound("schema"))?;
    Ok(([(header::CONTENT_TYPE, wire::MEDIA_TYPE)], *text).into_response())
}

async fn known(hub: &Hub, identity: &PeerIdentity) -> Result<(), Problem> {
    let role = if identity.role == Role::OwnSoftware { Role::OwnSoftware } else { Role::Provider };
    hub.registered(identity, role).await?;
    Ok(())
}

/// What every answer has: refusals as XML, and nothing kept on the way.
async fn leaving(response: Response) -> Response {
    keep_private(spoken(response)).await
}
