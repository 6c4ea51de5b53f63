//! The consents of this provider application.

use axum::extract::State;
use axum::response::{IntoResponse as _, Response};
use axum::{Extension, Json};
use http::{HeaderMap, StatusCode};
use hub_core::Hub;
use hub_http::{Caller, NoQuery, Sheets, StrictQuery};

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

pub(super) async fn receipts(
    State(hub): State<Hub>,
    Caller(client): Caller<Client>,
    At(path): At<wire::ConsentPath>,
    _: NoQuery,
) -> Result<Response, Fault> {
    let receipts = client.0.receipts(&path.consent.0).await?;
    Ok(Json(convert::receipts(receipts, &path.consent.0, links(&hub))?).into_response())
}

pub(super) async fn sheet(
    State(hub): State<Hub>,
    Caller(client): Caller<Client>,
    Extension(sheets): Extension<Sheets>,
    At(path): At<wire::ReceiptPath>,
    _: NoQuery,
    headers: HeaderMap,
) -> Result<Response, Fault> {
    let receipt = client.0.receipt(&path.consent.0, &path.evidence.0).await?;
    Ok(sheets.answer(&hub, &receipt, &headers)?)
}
