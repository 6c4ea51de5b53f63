//! The routes of certification on the mtls listener, and the register on the public one.

use std::sync::Arc;

use axum::extract::{DefaultBodyLimit, FromRequestParts, State};
use axum::response::IntoResponse;
use axum::routing::{get, post};
use axum::{Json, Router, middleware};
use http::request::Parts;
use http::{HeaderName, StatusCode, header};
use hub_core::Hub;
use hub_core::access::certification::CandidateAccess;
use hub_core::error::Error;
use hub_core::peer::Refusal;
use hub_http::{Limits, NoQuery, Problem, StrictJson, Trusted, keep_private, only};

use super::wire;

/// `/certification/v1/…` for providers' developers, to be put behind `hub_http::admit` with problem documents.
pub(crate) fn machine_routes() -> Router<Hub> {
    Router::new()
        .route("/certification/v1/standing", only("GET", get(standing)))
        .route("/certification/v1/nonces", only("POST", post(ask_nonce)))
        .route("/certification/v1/statements", only("POST", post(hand_in)))
        .layer(DefaultBodyLimit::max(LARGEST))
        .layer(middleware::map_response(keep_private))
}

/// The register of providers and the document, for everybody.
pub(crate) fn public_routes() -> Router<Hub> {
    Router::new()
        .route("/certification/v1/providers", only("GET", get(providers)))
        .route("/doc/certification/v1/openapi.yaml", get(document))
}

/// A provider application known by its certificate, within its limit.
struct Candidate(CandidateAccess);

impl FromRequestParts<Hub> for Candidate {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, hub: &Hub) -> Result<Self, Problem> {
        let Some(Trusted(identity)) = parts.extensions.get::<Trusted>() else {
            return Err(Error::Certificate(Refusal::Absent).into());
        };
        let candidate = hub.candidate(identity).await?;
        match parts.extensions.get::<Arc<Limits>>() {
            Some(limits) => limits.count(candidate.client_id())?,
            None => return Err(Error::internal("a machine route stands outside the gate").into()),
        }
        Ok(Self(candidate))
    }
}

async fn standing(
    State(hub): State<Hub>,
    Candidate(candidate): Candidate,
    _: NoQuery,
) -> Result<Json<wire::Standing>, Problem> {
    let found = candidate.standing().await?;
    Ok(Json(wire::Standing::of(candidate.client_id(), found, (candidate.terms()?, hub.issuer()))))
}

async fn ask_nonce(
    State(hub): State<Hub>,
    Candidate(candidate): Candidate,
    _: NoQuery,
    StrictJson(asked): StrictJson<wire::NonceToAsk>,
) -> Result<impl IntoResponse, Problem> {
    let given = candidate.nonce(&asked.suite_version, &asked.requirements_version).await?;
    Ok((StatusCode::CREATED, Json(wire::NonceGiven::of(given, hub.issuer()))))
}

async fn hand_in(
    Candidate(candidate): Candidate,
    _: NoQuery,
    StrictJson(body): StrictJson<wire::StatementToHandIn>,
) -> Result<Json<wire::Received>, Problem> {
    Ok(Json(candidate.hand_in(&body.statement).await?.into()))
}

async fn providers(State(hub): State<Hub>, _: NoQuery) -> Result<impl IntoResponse, Problem> {
    let entries = hub.provider_register().await?;
    Ok((PUBLIC, Json(wire::Register::of(entries, hub.issuer()))))
}

async fn document() -> impl IntoResponse {
    let kind = (header::CONTENT_TYPE, "application/yaml");
    let [kept] = PUBLIC;
    ([kind, kept], specs::CERTIFICATION_OPENAPI)
}

/// Everybody may keep it for a minute: a lapse is told as fast as that.
const PUBLIC: [(HeaderName, &str); 1] = [(header::CACHE_CONTROL, "public, max-age=60")];
/// The most bytes of a body: a statement, and little around it.
const LARGEST: usize = 24 * 1024;
