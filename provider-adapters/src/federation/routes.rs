//! The routes of the Federation service: parse, call, convert, answer.

use axum::extract::{DefaultBodyLimit, State};
use axum::middleware::map_response;
use axum::response::{IntoResponse as _, Response};
use axum::routing::{get, patch, post};
use axum::{Extension, Json, Router};
use http::header;
use hub_core::Hub;
use hub_core::error::Error;
use hub_core::peer::Role;
use hub_http::{Caller, Ids as At, NoQuery, StrictJson, Trusted, keep_private, no_route, only};

use super::callers::{Anybody, Asker, Keeper, Owner};
use super::fault::{Fault, spoken};
use super::{convert, wire};
use crate::DailyBudget;

pub(super) fn routes() -> Router<Hub> {
    Router::new()
        .route("/messageProviders", only("GET", get(providers)))
        .route("/messageProviders/{messageProviderId}", only("GET, PATCH", get(provider).patch(change)))
        .route("/eboxPreferences", only("PATCH", patch(prefer)))
        .route("/eboxPreferences/search", only("POST", post(search)))
        .route("/doc/openapi.yaml", only("GET", get(document)))
        .fallback(no_route)
        .layer(DefaultBodyLimit::max(JSON_LIMIT))
        .layer(map_response(leaving))
}

async fn providers(
    State(hub): State<Hub>,
    Caller(caller): Caller<Anybody>,
    _: NoQuery,
) -> Result<Response, Fault> {
    let (listed, base) = (caller.document_providers().await?, &hub.audiences().federation);
    let listed: Vec<_> = listed.into_iter().map(|entry| convert::provider(entry, base)).collect();
    Ok(Json(listed).into_response())
}

async fn provider(
    State(hub): State<Hub>,
    Caller(caller): Caller<Anybody>,
    At(id): At<String>,
    _: NoQuery,
) -> Result<Response, Fault> {
    let mut listed = caller.document_providers().await?.into_iter();
    let found = listed.find(|entry| entry.id == id).ok_or(Error::NotFound("messageProvider"))?;
    Ok(Json(convert::provider(found, &hub.audiences().federation)).into_response())
}

async fn change(
    State(hub): State<Hub>,
    Caller(Keeper(access)): Caller<Keeper>,
    At(id): At<String>,
    _: NoQuery,
    StrictJson(patch): StrictJson<wire::MessageProviderPatch>,
) -> Result<Response, Fault> {
    let changed = access.change_document_provider(&id, |entry| convert::change(patch, entry)).await?;
    Ok(Json(convert::provider(changed, &hub.audiences().federation)).into_response())
}

async fn search(
    Caller(Asker(access)): Caller<Asker>,
    Extension(DailyBudget(budget)): Extension<DailyBudget>,
    _: NoQuery,
    StrictJson(list): StrictJson<wire::EboxIdSameTypeList>,
) -> Result<Response, Fault> {
    let (kind, numbers) = convert::asked(list)?;
    let found = access.preferences(kind, &numbers, budget).await?;
    Ok(Json(convert::preferences(kind, found)).into_response())
}

async fn prefer(
    Caller(Owner(access)): Caller<Owner>,
    _: NoQuery,
    StrictJson(preferences): StrictJson<wire::EboxPreferences>,
) -> Result<Response, Fault> {
    access.prefer(&convert::enterprise(&preferences)?, preferences.exclusively_ebox).await?;
    Ok(Json(preferences).into_response())
}

/// The API's own document, for whoever has a registered certificate.
async fn document(State(hub): State<Hub>, Trusted(identity): Trusted, _: NoQuery) -> Result<Response, Fault> {
    let role = if identity.role == Role::Operator { Role::Provider } else { identity.role };
    hub.registered(&identity, role).await?;
    Ok(([(header::CONTENT_TYPE, "application/yaml")], specs::FEDERATION_OPENAPI).into_response())
}

/// What every answer has: refusals in this protocol's words, and nothing kept on the way.
async fn leaving(response: Response) -> Response {
    keep_private(spoken(response)).await
}

/// Far more than any JSON body of this API needs, in bytes.
const JSON_LIMIT: usize = 64 * 1024;
