//! Replies: sent, and seen again.

use axum::Json;
use axum::body::Body;
use axum::extract::{Extension, State};
use axum::response::{IntoResponse as _, Response};
use http::{HeaderMap, HeaderValue, StatusCode, header};
use hub_core::Hub;
use hub_core::access::provider::{ReplyUpload, SentReply};
use hub_core::error::Error;
use hub_http::form::{self, Form};
use hub_http::{Caller, NoQuery, Uploads};

use super::{At, links};
use crate::mailbox_api::client::Client;
use crate::mailbox_api::fault::Fault;
use crate::mailbox_api::{convert, wire};

pub(super) async fn list(
    State(hub): State<Hub>,
    Caller(client): Caller<Client>,
    At(path): At<wire::MessagePath>,
    _: NoQuery,
) -> Result<Response, Fault> {
    let sent = client.0.replies(&path.mailbox.0, &path.message.0).await?;
    let (mailbox, message) = (&path.mailbox.0, &path.message.0);
    Ok(Json(convert::replies(sent, mailbox, message, links(&hub))).into_response())
}

pub(super) async fn one(
    State(hub): State<Hub>,
    Caller(client): Caller<Client>,
    At(path): At<wire::ReplyPath>,
    _: NoQuery,
) -> Result<Response, Fault> {
    let reply = client.0.reply(&path.mailbox.0, &path.message.0, &path.reply.0).await?;
    let (mailbox, message) = (&path.mailbox.0, &path.message.0);
    Ok(Json(convert::reply(reply, mailbox, message, links(&hub))).into_response())
}

pub(super) async fn send(
    State(hub): State<Hub>,
    Caller(client): Caller<Client>,
    Extension(uploads): Extension<Uploads>,
    At(path): At<wire::MessagePath>,
    _: NoQuery,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, Fault> {
    let form = Form::new(body, &form::boundary(&headers)?, "reply");
    let key = form::idempotency_key(&headers)?;
    let _seat = uploads.take(client.0.client_id())?;
    let (mailbox, message) = (&path.mailbox.0, &path.message.0);
    let upload = client.0.begin_reply(mailbox, message, &key).await?;
    let (sent, replayed) = receive(upload, form).await?;

    let answer = convert::sent(sent, mailbox, message, links(&hub));
    let location = HeaderValue::try_from(&answer.href).map_err(Error::internal)?;
    let mut response = (StatusCode::CREATED, Json(answer)).into_response();
    response.headers_mut().insert(header::LOCATION, location);
    if replayed {
        response.headers_mut().insert("idempotency-replayed", HeaderValue::from_static("true"));
    }
    Ok(response)
}

async fn receive(mut upload: ReplyUpload<'_>, form: Form) -> Result<(SentReply, bool), Fault> {
    match Uploads::in_time("form", form.receive::<wire::ReplyToSend>(upload.intake())).await {
        Ok(reply) => Ok(upload.send(&reply.into()).await?),
        Err(problem) => {
            upload.abandon().await;
            Err(problem.into())
        }
    }
}
