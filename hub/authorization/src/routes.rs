//! The endpoints that clients call over mutual TLS.

use std::sync::Arc;

use axum::extract::{DefaultBodyLimit, State};
use axum::response::IntoResponse;
use axum::routing::post;
use axum::{Extension, Json, Router};
use http::{HeaderName, StatusCode, header};
use hub_core::Hub;

use crate::Origins;
use crate::call::{Call, LARGEST};
use crate::convert::{self, Grant};
use crate::fault::Fault;
use crate::wire;

/// `/par`, `/token`, `/introspect` and `/revoke`, to be put behind `hub_http::admit` with [`crate::refuse`].
pub fn machine_routes(origins: &Origins) -> Router<Hub> {
    Router::new()
        .route("/par", post(par))
        .route("/token", post(token))
        .route("/introspect", post(introspect))
        .route("/revoke", post(revoke))
        .method_not_allowed_fallback(only_post)
        .layer(DefaultBodyLimit::max(LARGEST))
        .layer(Extension(Issuer(origins.issuer.as_str().into())))
}

#[derive(Clone)]
struct Issuer(Arc<str>);

async fn par(Call { client, form }: Call) -> Result<impl IntoResponse, Fault> {
    let pushed = client.push(&convert::push_request(&form)?).await?;
    Ok((StatusCode::CREATED, NO_STORE, Json(wire::Pushed::from(pushed))))
}

async fn token(State(hub): State<Hub>, Call { client, form }: Call) -> Result<impl IntoResponse, Fault> {
    let audiences = hub.audiences();
    let resource = form.value("resource");
    let issued = match convert::grant(&form, &audiences.readings())? {
        Grant::Code { code, redirect_uri, verifier } => {
            client.for_api(resource)?.redeem(code, redirect_uri, verifier).await?
        }
        Grant::Refresh { token, details } => client.for_api(resource)?.refresh(token, details).await?,
        Grant::Own { scope, resource } => client.client_credentials(scope, resource).await?,
    };
    Ok((NO_STORE, Json(wire::Tokens::from(issued))))
}

async fn introspect(
    Extension(Issuer(issuer)): Extension<Issuer>,
    Call { client, form }: Call,
) -> Result<impl IntoResponse, Fault> {
    let found = client.introspect(form.required("token")?).await?;
    Ok((NO_STORE, Json(convert::introspection(found, &issuer))))
}

async fn revoke(Call { client, form }: Call) -> Result<impl IntoResponse, Fault> {
    client.revoke_token(form.required("token")?).await?;
    Ok(NO_STORE)
}

async fn only_post() -> Fault {
    Fault::new(StatusCode::METHOD_NOT_ALLOWED, "invalid_request", "this endpoint takes POST only")
}

const NO_STORE: [(HeaderName, &str); 1] = [(header::CACHE_CONTROL, "no-store")];
