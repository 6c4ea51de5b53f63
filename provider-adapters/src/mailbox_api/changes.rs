//! `GET /changes`: the change feed of the calling application.
//!
//! A module of its own, with what travels, how it is made, and the one route.

pub(super) mod convert;
pub(super) mod wire;

use axum::Json;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use hub_core::Hub;
use hub_core::error::Error;
use hub_http::{Caller, Problem, StrictQuery};

use super::client::Client;
use super::convert::Links;
use super::fault::Fault;

pub(super) async fn changes(
    State(hub): State<Hub>,
    Caller(client): Caller<Client>,
    StrictQuery(query): StrictQuery<wire::ChangesQuery>,
) -> Result<Response, Fault> {
    let page = client.0.changes(convert::asked(&query)?).await.map_err(outdated)?;
    Ok(Json(convert::changes(page, &query, Links { base: &hub.audiences().mailbox })).into_response())
}

/// What to do with a cursor that leads nowhere any more; every other error is what it is everywhere.
fn outdated(error: Error) -> Fault {
    match error {
        Error::Resync => Problem::from(error).detail(RESYNC).into(),
        other => other.into(),
    }
}

const RESYNC: &str = "The cursor is older than what is kept, or from before a restore. Take a new one with after=latest, \
     then list the mailboxes and their messages, then go on from the new cursor";
