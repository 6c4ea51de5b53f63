//! Asking for a grant and giving it back (OAuth 2.0 Grant Management, draft 02).
//!
//! The draft says two things in places; decision 9 states how it is read here.

use axum::extract::{Path, State};
use axum::response::IntoResponse;
use axum::routing::get;
use axum::{Json, Router};
use http::{HeaderName, StatusCode, header};
use hub_core::access::MachineProof;
use hub_core::access::provider::ProviderAccess;
use hub_core::error::Error;
use hub_core::{Audiences, Hub};
use hub_http::{Caller, MachineAccess, Problem};

use crate::wire;

/// A provider application that manages its grants with a token of its own.
struct Manager(ProviderAccess);

impl MachineAccess for Manager {
    fn audience(audiences: &Audiences) -> &str {
        &audiences.mailbox
    }

    async fn admit(hub: &Hub, proof: &MachineProof<'_>) -> Result<Self, Error> {
        hub.provider(proof).await.map(Self)
    }

    fn client_id(&self) -> &str {
        self.0.client_id()
    }
}

/// `/grants/{grantId}`, a resource behind a token: to be put behind `hub_http::admit` with problem documents.
pub fn grant_routes() -> Router<Hub> {
    Router::new()
        .route("/grants/{grantId}", get(query).delete(revoke).fallback(only_these))
        .route("/grants", get(none).fallback(none))
}

async fn query(
    State(_): State<Hub>,
    Caller(client): Caller<Manager>,
    Path(grant): Path<String>,
) -> Result<impl IntoResponse, Problem> {
    let found = client.0.grant(&grant).await?;
    Ok((NO_STORE, Json(wire::Grant::from(found))))
}

async fn revoke(
    State(_): State<Hub>,
    Caller(client): Caller<Manager>,
    Path(grant): Path<String>,
) -> Result<impl IntoResponse, Problem> {
    client.0.end_grant(&grant).await?;
    Ok((StatusCode::NO_CONTENT, NO_STORE))
}

/// Grants are never listed.
async fn none(Caller(_): Caller<Manager>) -> Problem {
    Error::NotFound("path").into()
}

async fn only_these(Caller(_): Caller<Manager>) -> impl IntoResponse {
    (StatusCode::METHOD_NOT_ALLOWED, [(header::ALLOW, "GET, DELETE")])
}

const NO_STORE: [(HeaderName, &str); 1] = [(header::CACHE_CONTROL, "no-store")];
