//! Pushing as the configuration describes it: the courier with the hub's client certificate, and the public keys of events.

use std::sync::Arc;

use axum::extract::State;
use axum::response::IntoResponse;
use axum::routing::get;
use axum::{Json, Router};
use http::header;
use hub_core::Hub;
use hub_http::outbound::{Courier, CourierSettings};
use serde_json::json;

use crate::config::Config;

/// The courier, if the hub has a certificate to call receivers with.
pub(crate) fn courier(config: &Config) -> anyhow::Result<Option<Arc<Courier>>> {
    let Some(push) = &config.push else { return Ok(None) };
    let settings = CourierSettings {
        environment: config.hub.environment.clone(),
        certificate: push.certificate.clone(),
        key: push.key.clone(),
        authorities: push.authorities.clone(),
    };
    Ok(Some(Arc::new(Courier::new(settings)?)))
}

/// The keys that event tokens are checked with, and where to find them, for the public listener.
pub(crate) fn routes() -> Router<Hub> {
    Router::new().route(KEYS, get(keys)).route("/.well-known/ssf-configuration", get(described))
}

async fn keys(State(hub): State<Hub>) -> impl IntoResponse {
    (
        [(header::CACHE_CONTROL, CACHED), (header::CONTENT_TYPE, "application/jwk-set+json")],
        Json(hub.event_keys()),
    )
}

/// The transmitter as the Shared Signals Framework 1.0 describes one (7.1); streams are made by operators, not by an API.
async fn described(State(hub): State<Hub>) -> impl IntoResponse {
    let issuer = hub.issuer();
    let document = json!({
        "spec_version": "1_0",
        "issuer": issuer,
        "jwks_uri": format!("{issuer}{KEYS}"),
        "delivery_methods_supported": ["urn:ietf:rfc:8935", "urn:ietf:rfc:8936"],
    });
    ([(header::CACHE_CONTROL, CACHED)], Json(document))
}

const KEYS: &str = "/.well-known/facteur-event-keys";
const CACHED: &str = "public, max-age=300";
