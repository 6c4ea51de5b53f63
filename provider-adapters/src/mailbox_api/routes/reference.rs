//! Reference data: public, and kept by clients for a day.

use axum::extract::{Path, State};
use axum::response::{IntoResponse as _, Response};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use http::{HeaderMap, HeaderValue, header};
use hub_core::Hub;
use hub_core::error::Error;
use hub_core::id::Sha256;
use hub_http::{Caller, NoQuery};
use serde::Serialize;

use super::links;
use crate::mailbox_api::client::Client;
use crate::mailbox_api::fault::Fault;
use crate::mailbox_api::{conditions, convert};

macro_rules! references {
    ($all:ident, $one:ident, $fetch:ident, $what:literal, $path:literal, $shown:ident) => {
        pub(super) async fn $all(
            State(hub): State<Hub>,
            Caller(client): Caller<Client>,
            _: NoQuery,
            headers: HeaderMap,
        ) -> Result<Response, Fault> {
            let base = links(&hub).reference($path);
            let items = client.0.$fetch().await?.into_iter().map(|one| convert::$shown(one, &base));
            kept(&headers, &convert::collection(items.collect(), &base))
        }

        pub(super) async fn $one(
            State(hub): State<Hub>,
            Caller(client): Caller<Client>,
            Path(id): Path<String>,
            _: NoQuery,
            headers: HeaderMap,
        ) -> Result<Response, Fault> {
            let base = links(&hub).reference($path);
            let mut items = client.0.$fetch().await?.into_iter().map(|one| convert::$shown(one, &base));
            let found = items.find(|item| item.id() == id).ok_or(Error::NotFound($what))?;
            kept(&headers, &found.by_itself())
        }
    };
}

references!(
    organizations,
    organization,
    sender_organizations,
    "senderOrganization",
    "senderOrganizations",
    organization
);
references!(
    applications,
    application,
    sender_applications,
    "senderApplication",
    "senderApplications",
    application
);
references!(types, one_type, message_types, "messageType", "messageTypes", message_type);

/// The answer, which anybody may keep for a day; 304 to who has it.
fn kept(headers: &HeaderMap, answer: &impl Serialize) -> Result<Response, Fault> {
    let body = serde_json::to_vec(answer).map_err(Error::internal)?;
    let Sha256(digest) = Sha256::of(&body);
    let short = digest.first_chunk::<24>().copied().unwrap_or_default();
    let tag = format!("\"{}\"", URL_SAFE_NO_PAD.encode(short));
    let mut response = if conditions::known(headers).contains(&tag.as_str()) {
        conditions::unchanged(&tag)?
    } else {
        let json = [(header::CONTENT_TYPE, HeaderValue::from_static("application/json"))];
        conditions::tagged((json, body).into_response(), Some(&tag))?
    };
    response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static(A_DAY));
    Ok(response)
}

const A_DAY: &str = "public, no-transform, max-age=86400";
