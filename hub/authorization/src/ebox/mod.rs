//! The issuer for software of the e-Box: client credentials, with an assertion that the client signs (RFC 7523).
//!
//! It stands beside the main issuer, which knows certificates alone, and is off unless configured. A client comes with its
//! certificate here too, often a side-car's, and its tokens are bound to that; each opens one service of the e-Box that this hub
//! speaks, the Message Registry, the Federation service or the event service, and nothing else. Requirements: E1 to E12 of `specs/authorization/requirements.toml`; decision 21 says why.

mod call;
mod metadata;
mod scopes;

use std::sync::Arc;

use axum::extract::{DefaultBodyLimit, State};
use axum::response::IntoResponse;
use axum::routing::{get, post};
use axum::{Extension, Json, Router};
use http::{HeaderName, StatusCode, header};
use hub_core::Hub;
use hub_core::access::client::Issued;
use hub_http::Trusted;

use crate::call::LARGEST;
use crate::convert::BEARER;
use crate::fault::Fault;
use crate::form::Form;
use crate::{Origins, wire};
use call::Asserted;
use scopes::Service;

/// What others call this issuer, if its machines are reached at that origin.
pub fn ebox_issuer(mtls: &str) -> String {
    format!("{mtls}{ISSUER}")
}

/// The token endpoint and the metadata, to be put behind `hub_http::admit` with [`crate::refuse`].
pub fn ebox_routes(origins: &Origins) -> Router<Hub> {
    let issuer = ebox_issuer(&origins.mtls);
    let address = Address(format!("{issuer}/token").into());
    Router::new()
        .route(&format!("{ISSUER}/token"), post(token).fallback(only_post))
        .route(&format!("/.well-known/oauth-authorization-server{ISSUER}"), get(described))
        .layer(DefaultBodyLimit::max(LARGEST))
        .layer(Extension(address))
        .layer(Extension(Issuer {
            issuer: issuer.into(),
            documentation: documentation(origins),
            spoken: origins.resources.clone().into(),
        }))
}

/// The token endpoint's address, which an assertion must be for.
#[derive(Clone)]
struct Address(Arc<str>);

/// What the metadata names.
#[derive(Clone)]
struct Issuer {
    issuer: Arc<str>,
    documentation: Arc<str>,
    /// The addresses of the APIs that this hub speaks.
    spoken: Arc<[String]>,
}

impl Issuer {
    /// The services that its tokens may be for, each with its address.
    fn services<'h>(&self, hub: &'h Hub) -> Vec<(Service, &'h str)> {
        let audiences = hub.audiences();
        let all = [
            (Service::Registry, audiences.registry.as_str()),
            (Service::Federation, &audiences.federation),
            (Service::Events, &audiences.events),
        ];
        let spoken = |(_, address): &(Service, &str)| self.spoken.iter().any(|known| known == address);
        all.into_iter().filter(spoken).collect()
    }
}

async fn token(
    State(hub): State<Hub>,
    Extension(issuer): Extension<Issuer>,
    call: Asserted,
) -> Result<impl IntoResponse, Fault> {
    let Asserted { client, role, form } = call;
    asks_for_client_credentials(&form)?;
    let (service, address) = service(&form, &issuer.services(&hub))?;
    let (names, wanted) = scopes::wanted(form.value("scope"), role, service)?;
    let issued = client.token(wanted.as_ref(), address).await?;
    Ok((NO_STORE, Json(answer(&issued, &names))))
}

fn asks_for_client_credentials(form: &Form) -> Result<(), Fault> {
    if form.required("grant_type")? != "client_credentials" {
        let description = "grant_type is client_credentials; everything else is the main issuer's";
        return Err(Fault::oauth("unsupported_grant_type", description));
    }
    Ok(())
}

/// The service that the token is for, and its address: what `resource` names, or else what the scopes are of, or the first
/// one that is spoken.
fn service<'h>(form: &Form, spoken: &[(Service, &'h str)]) -> Result<(Service, &'h str), Fault> {
    let mut known = spoken.iter().copied();
    let found = match (form.value("resource"), scopes::service(form.value("scope"))) {
        (Some(resource), _) => known.find(|(_, address)| *address == resource),
        (None, Some(asked)) => known.find(|(service, _)| *service == asked),
        (None, None) => known.next(),
    };
    let description = "tokens of this issuer are for the services of the e-Box that this hub speaks";
    found.ok_or_else(|| Fault::oauth("invalid_target", description))
}

/// The metadata, for whoever has a registered certificate: nobody else comes further than the gate (TRUST T1).
async fn described(
    State(hub): State<Hub>,
    Extension(names): Extension<Issuer>,
    Trusted(identity): Trusted,
) -> Result<impl IntoResponse, Fault> {
    hub.client_of(&identity).await?;
    let services: Vec<&str> = names.services(&hub).into_iter().map(|(_, address)| address).collect();
    let document = metadata::document(&names.issuer, &services, &names.documentation);
    Ok(([(header::CACHE_CONTROL, "private, max-age=300")], Json(document)))
}

/// An answer in the words of the e-Box.
fn answer(issued: &Issued, names: &[&str]) -> wire::Tokens {
    wire::Tokens {
        access_token: issued.access.expose().to_owned(),
        token_type: BEARER,
        expires_in: issued.expires_in,
        refresh_token: None,
        scope: Some(names.join(" ")),
        authorization_details: None,
        grant_id: None,
    }
}

fn documentation(origins: &Origins) -> Arc<str> {
    format!("{}/docs/ebox", origins.issuer).into()
}

async fn only_post() -> Fault {
    Fault::new(StatusCode::METHOD_NOT_ALLOWED, "invalid_request", "this endpoint takes POST only")
}

const NO_STORE: [(HeaderName, &str); 1] = [(header::CACHE_CONTROL, "no-store")];
/// The issuer's path, and that of its token endpoint without the last word: as in the e-Box.
const ISSUER: &str = "/ebox/oauth/v5";
