//! `POST /changes/poll`: the calling application's changes as signed event tokens, asked for and acknowledged (RFC 8936).

mod convert;
mod wire;

use axum::Json;
use axum::response::{IntoResponse, Response};
use hub_http::{Caller, NoQuery, StrictJson};

use super::client::Client;
use super::fault::Fault;

pub(super) async fn poll(
    Caller(client): Caller<Client>,
    _: NoQuery,
    StrictJson(asked): StrictJson<wire::Poll>,
) -> Result<Response, Fault> {
    let page = client.0.events(convert::asked(asked)?).await?;
    Ok(Json(wire::Polled { sets: page.tokens, more_available: page.more }).into_response())
}

/// Room for a thousand acknowledgements.
pub(super) const BODY_LIMIT: usize = 256 * 1024;
