//! The consents of this provider application.

use axum::Json;
use axum::extract::State;
use axum::response::{IntoResponse as _, Response};
use http::StatusCode;
use hub_core::Hub;
use hub_http::{Caller, NoQuery, StrictQuery};

use super::{At, links};
use crate::mailbox_api::client::Client;
use crate::mailbox_api::fault::Fault;
use crate::mailbox_api::{convert, wire};

pub(super) async fn list(
    State(hub): State<Hub>,
    Caller(client): Caller<Client>,
    StrictQuery(query): StrictQuery<wire::ListQuery>,
) -> Result<Response, Fault> {
    let page =
        client.0.consents(convert::number(&query.page_size, "?pageSize")?, query.after.as_deref()).await?;
    Ok(Json(convert::consents(page, &query, links(&hub))).into_response())
}

pub(super) async fn one(
    State(hub): State<Hub>,
    Caller(client): Caller<Client>,
    At(path): At<wire::ConsentPath>,
    _: NoQuery,
) -> Result<Response, Fault> {
    let consent = client.0.consent(&path.consent.0).await?;
    Ok(Json(convert::own_consent(consent, links(&hub))).into_response())
}

pub(super) async fn end(
    Caller(client): Caller<Client>,
    At(path): At<wire::ConsentPath>,
    _: NoQuery,
) -> Result<StatusCode, Fault> {
    client.0.end_consent(&path.consent.0).await?;
    Ok(StatusCode::NO_CONTENT)
}
