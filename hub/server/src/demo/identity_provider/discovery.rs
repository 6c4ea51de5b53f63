//! What clients read first: the metadata of OpenID Connect Discovery 1.0 and the keys.

use axum::Json;
use axum::extract::State;
use jsonwebtoken::jwk::JwkSet;
use serde::Serialize;

use super::{IdentityProvider, LOW, SUBSTANTIAL};

/// Where the metadata is.
pub(super) const PATH: &str = "/.well-known/openid-configuration";

/// The metadata (OpenID Connect Discovery 3, RP-Initiated Logout 2.1, RFC 9207 3).
#[derive(Serialize)]
pub(super) struct Metadata {
    issuer: String,
    authorization_endpoint: String,
    token_endpoint: String,
    jwks_uri: String,
    end_session_endpoint: String,
    response_types_supported: [&'static str; 1],
    response_modes_supported: [&'static str; 1],
    grant_types_supported: [&'static str; 1],
    subject_types_supported: [&'static str; 1],
    id_token_signing_alg_values_supported: [&'static str; 1],
    token_endpoint_auth_methods_supported: [&'static str; 2],
    code_challenge_methods_supported: [&'static str; 1],
    scopes_supported: [&'static str; 1],
    claims_supported: [&'static str; 10],
    acr_values_supported: [&'static str; 2],
    prompt_values_supported: [&'static str; 1],
    ui_locales_supported: [&'static str; 4],
    authorization_response_iss_parameter_supported: bool,
    claims_parameter_supported: bool,
    request_parameter_supported: bool,
    request_uri_parameter_supported: bool,
}

/// Answers the metadata.
pub(super) async fn metadata(State(provider): State<IdentityProvider>) -> Json<Metadata> {
    let issuer = &provider.0.settings.issuer;
    let at = |path: &str| format!("{issuer}{path}");
    Json(Metadata {
        issuer: issuer.clone(),
        authorization_endpoint: at("/authorize"),
        token_endpoint: at("/token"),
        jwks_uri: at("/jwks"),
        end_session_endpoint: at("/end_session"),
        response_types_supported: ["code"],
        response_modes_supported: ["query"],
        grant_types_supported: ["authorization_code"],
        subject_types_supported: ["public"],
        id_token_signing_alg_values_supported: ["ES256"],
        token_endpoint_auth_methods_supported: ["client_secret_basic", "client_secret_post"],
        code_challenge_methods_supported: ["S256"],
        scopes_supported: ["openid"],
        claims_supported: ["iss", "sub", "aud", "exp", "iat", "auth_time", "nonce", "acr", "name", "ssin"],
        acr_values_supported: [SUBSTANTIAL, LOW],
        prompt_values_supported: ["login"],
        ui_locales_supported: ["nl", "fr", "de", "en"],
        authorization_response_iss_parameter_supported: true,
        claims_parameter_supported: false,
        request_parameter_supported: false,
        request_uri_parameter_supported: false,
    })
}

/// Answers the public keys.
pub(super) async fn jwks(State(provider): State<IdentityProvider>) -> Json<JwkSet> {
    Json(provider.0.key.set())
}
