//! What senders ask about letters they published, and whom they link them to.

use axum::Json;
use axum::response::{IntoResponse as _, Response};
use http::StatusCode;
use hub_core::error::Error;
use hub_http::{Caller, NoQuery, StrictJson};

use crate::message_registry::callers::{Follower, Linker};
use crate::message_registry::convert;
use crate::message_registry::fault::Fault;
use crate::message_registry::wire;

pub(super) async fn search(
    Caller(Follower(access)): Caller<Follower>,
    _: NoQuery,
    StrictJson(pairs): StrictJson<Vec<wire::PairOfIds>>,
) -> Result<Response, Fault> {
    let found = access.statuses(&convert::pairs(&pairs)).await?;
    let answer = convert::statuses(pairs, found);
    if answer.is_empty() {
        return Err(Error::NotFound("message").into());
    }
    Ok((StatusCode::CREATED, Json(answer)).into_response())
}

pub(super) async fn link(
    Caller(Linker(access)): Caller<Linker>,
    _: NoQuery,
    StrictJson(message): StrictJson<wire::MessageToLink>,
) -> Result<Response, Fault> {
    let linked = access.link(&message.message_id, &convert::link(&message)).await?;
    Ok((StatusCode::CREATED, Json(convert::linked(message, &linked))).into_response())
}
