//! Reading the one mailbox of the token, and putting messages out of sight.

use axum::Json;
use axum::body::Body;
use axum::extract::State;
use axum::response::{IntoResponse as _, Response};
use http::{HeaderValue, StatusCode, header};
use hub_core::Hub;
use hub_core::access::provider::{Details, Outline, ProviderAccess};
use hub_core::error::Error;
use hub_http::{Caller, NoQuery, StrictJson, StrictQuery, disposition};

use super::{At, OnBehalfOf};
use crate::message_registry::callers::Reader;
use crate::message_registry::convert::{self, Links};
use crate::message_registry::fault::Fault;
use crate::message_registry::wire;

pub(super) async fn ebox(
    Caller(Reader(access)): Caller<Reader>,
    OnBehalfOf(number): OnBehalfOf,
    _: NoQuery,
) -> Result<Json<wire::Ebox>, Fault> {
    let mailbox = access.only_mailbox(number.as_deref()).await?;
    Ok(Json(convert::ebox(access.summary(&mailbox).await?)))
}

pub(super) async fn messages(
    State(hub): State<Hub>,
    Caller(Reader(access)): Caller<Reader>,
    OnBehalfOf(number): OnBehalfOf,
    StrictQuery(query): StrictQuery<wire::PageQuery>,
) -> Result<Response, Fault> {
    let mailbox = access.only_mailbox(number.as_deref()).await?;
    let catalogue = access.catalogue().await?;
    let page = access.numbered(&mailbox, convert::asked(&query, &catalogue)?).await?;
    let links = Links::new(&hub.audiences().registry, &catalogue);
    Ok(Json(convert::messages(page, &links)).into_response())
}

pub(super) async fn update(
    Caller(Reader(access)): Caller<Reader>,
    OnBehalfOf(number): OnBehalfOf,
    _: NoQuery,
    StrictJson(update): StrictJson<wire::MessagesToUpdate>,
) -> Result<StatusCode, Fault> {
    if update.items.len() > UPDATES {
        return Err(Error::invalid("outOfRange", "items", format!("at most {UPDATES} messages")).into());
    }
    let mailbox = access.only_mailbox(number.as_deref()).await?;
    access.mark_all(&mailbox, &convert::marks(update)).await?;
    Ok(StatusCode::OK)
}

pub(super) async fn message(
    State(hub): State<Hub>,
    Caller(Reader(access)): Caller<Reader>,
    OnBehalfOf(number): OnBehalfOf,
    At(id): At<String>,
    _: NoQuery,
) -> Result<Response, Fault> {
    let (outline, catalogue) = (outline(&access, number.as_deref(), &id).await?, access.catalogue().await?);
    let links = Links::new(&hub.audiences().registry, &catalogue);
    Ok(Json(convert::message(outline, &links)).into_response())
}

pub(super) async fn attachments(
    State(hub): State<Hub>,
    Caller(Reader(access)): Caller<Reader>,
    OnBehalfOf(number): OnBehalfOf,
    At(id): At<String>,
    _: NoQuery,
) -> Result<Response, Fault> {
    let (outline, catalogue) = (outline(&access, number.as_deref(), &id).await?, access.catalogue().await?);
    let links = Links::new(&hub.audiences().registry, &catalogue);
    let files = details(outline)?.attachments;
    Ok(Json(convert::attachments(files, &id, &links)).into_response())
}

pub(super) async fn attachment(
    State(hub): State<Hub>,
    Caller(Reader(access)): Caller<Reader>,
    OnBehalfOf(number): OnBehalfOf,
    At((id, attachment)): At<(String, String)>,
    _: NoQuery,
) -> Result<Response, Fault> {
    let (outline, catalogue) = (outline(&access, number.as_deref(), &id).await?, access.catalogue().await?);
    let links = Links::new(&hub.audiences().registry, &catalogue);
    let file = details(outline)?.attachments.into_iter().find(|file| file.id == attachment);
    let file = file.ok_or(Error::NotFound("attachment"))?;
    Ok(Json(convert::attachment(file, &id, &links)).into_response())
}

pub(super) async fn content(
    Caller(Reader(access)): Caller<Reader>,
    OnBehalfOf(number): OnBehalfOf,
    At((id, attachment)): At<(String, String)>,
    _: NoQuery,
) -> Result<Response, Fault> {
    let mailbox = access.only_mailbox(number.as_deref()).await?;
    let content = access.content(&mailbox, &id, &attachment).await?;
    let name = HeaderValue::try_from(disposition::attachment(&content.attachment.file_name));
    let headers = [
        (header::CONTENT_TYPE, HeaderValue::from_static("application/octet-stream")),
        (header::CONTENT_LENGTH, HeaderValue::from(content.attachment.size)),
        (header::CONTENT_DISPOSITION, name.map_err(Error::internal)?),
        (header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff")),
    ];
    Ok((headers, Body::from_stream(content.bytes)).into_response())
}

pub(super) async fn body(
    Caller(Reader(access)): Caller<Reader>,
    OnBehalfOf(number): OnBehalfOf,
    At(id): At<String>,
    _: NoQuery,
) -> Result<Json<wire::TranslatedString>, Fault> {
    let mailbox = access.only_mailbox(number.as_deref()).await?;
    let body = access.message(&mailbox, &id).await?.body.ok_or(Error::NotFound("body"))?;
    Ok(Json(convert::translated(&body.text)))
}

pub(super) async fn payment_data(
    Caller(Reader(access)): Caller<Reader>,
    OnBehalfOf(number): OnBehalfOf,
    At(id): At<String>,
    _: NoQuery,
) -> Result<Json<wire::PaymentData>, Fault> {
    let payment = details(outline(&access, number.as_deref(), &id).await?)?.payment;
    let payment = payment.ok_or(Error::NotFound("paymentData"))?;
    Ok(Json(convert::payment_data(payment, &id)))
}

async fn outline(access: &ProviderAccess, number: Option<&str>, id: &str) -> Result<Outline, Error> {
    let mailbox = access.only_mailbox(number).await?;
    access.outline(&mailbox, id).await
}

fn details(outline: Outline) -> Result<Details, Error> {
    outline.details.ok_or(Error::NotFound("message"))
}

/// Messages of one update: as many as a page holds.
const UPDATES: usize = 100;
