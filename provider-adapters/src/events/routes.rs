//! The routes of the event service: parse, call, convert, answer.

use axum::extract::{DefaultBodyLimit, State};
use axum::middleware::map_response;
use axum::response::{IntoResponse as _, Response};
use axum::routing::get;
use axum::{Json, Router};
use http::{StatusCode, header};
use hub_core::Hub;
use hub_core::access::catalogue::Catalogue;
use hub_core::error::Error;
use hub_core::peer::Role;
use hub_http::{Caller, NoQuery, StrictJson, StrictQuery, Trusted, keep_private, no_route, only};

use super::callers::{Poster, Reader};
use super::fault::{Fault, spoken};
use super::{convert, wire};

pub(super) fn routes() -> Router<Hub> {
    Router::new()
        .route("/ebox/enterprise/document/events", only("GET, POST", get(read).post(post)))
        .route("/doc/openapi.yaml", only("GET", get(document)))
        .fallback(no_route)
        .layer(DefaultBodyLimit::max(JSON_LIMIT))
        .layer(map_response(leaving))
}

async fn read(
    State(hub): State<Hub>,
    Caller(Reader(access)): Caller<Reader>,
    StrictQuery(query): StrictQuery<wire::PageQuery>,
) -> Result<Response, Fault> {
    let page = access.document_events(convert::asked(&query)?).await?;
    let catalogue = match page.items.is_empty() {
        true => Catalogue::default(),
        false => access.catalogue().await?,
    };
    Ok(Json(convert::page(page, (hub.document_provider_id(), &catalogue))).into_response())
}

async fn post(
    Caller(Poster(access)): Caller<Poster>,
    StrictQuery(query): StrictQuery<wire::PostQuery>,
    StrictJson(events): StrictJson<Vec<wire::PostedEvent>>,
) -> Result<StatusCode, Fault> {
    if let Some(wrong) = convert::client(query.client_id.as_deref()) {
        return Err(Error::Invalid(vec![wrong]).into());
    }
    access.post_events(&convert::posted(events)?).await?;
    Ok(StatusCode::CREATED)
}

/// The API's own document, for whoever has a registered certificate.
async fn document(State(hub): State<Hub>, Trusted(identity): Trusted, _: NoQuery) -> Result<Response, Fault> {
    let role = if identity.role == Role::Operator { Role::Provider } else { identity.role };
    hub.registered(&identity, role).await?;
    Ok(([(header::CONTENT_TYPE, "application/yaml")], specs::EVENTS_OPENAPI).into_response())
}

/// What every answer has: refusals as status messages, and nothing kept on the way.
async fn leaving(response: Response) -> Response {
    keep_private(spoken(response)).await
}

/// Far more than a hundred events need, in bytes.
const JSON_LIMIT: usize = 1024 * 1024;
