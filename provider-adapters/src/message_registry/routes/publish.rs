//! Publishing: a sender's letter, or a recipient's reply to one.

use axum::Json;
use axum::body::Body;
use axum::extract::{Extension, State};
use axum::response::{IntoResponse as _, Response};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use http::{HeaderMap, StatusCode};
use hub_core::Hub;
use hub_core::access::provider::{ProviderAccess, UnaddressedReply};
use hub_core::access::sender::{SenderAccess, Upload};
use hub_core::error::Error;
use hub_http::form::{self, Form};
use hub_http::{Caller, MachineAccess as _, NoQuery, Problem, Uploads};

use super::OnBehalfOf;
use crate::message_registry::callers::Publisher;
use crate::message_registry::convert;
use crate::message_registry::fault::Fault;
use crate::message_registry::wire::{MessageToPublish, PublicationStatus};

pub(super) async fn publish(
    State(hub): State<Hub>,
    Caller(publisher): Caller<Publisher>,
    OnBehalfOf(number): OnBehalfOf,
    Extension(uploads): Extension<Uploads>,
    _: NoQuery,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, Fault> {
    let form = Form::new(body, &form::boundary(&headers)?, PART).or_plain();
    let key = key(&hub, &headers)?;
    let _seat = uploads.take(publisher.client_id())?;
    let answer = match &publisher {
        Publisher::Sender(access) => letter(access, &key, form, &hub).await,
        Publisher::Reader(access) => reply(access, (&key, number.as_deref()), form).await,
    }?;
    Ok((StatusCode::CREATED, Json(answer)).into_response())
}

async fn letter(access: &SenderAccess, key: &str, form: Form, hub: &Hub) -> Result<PublicationStatus, Fault> {
    let mut upload = access.begin(key).await?;
    if let Some(first) = upload.earlier()? {
        form.discard().await;
        return Err(used(&first.message_id));
    }
    match Uploads::in_time("form", written(access, &mut upload, form)).await {
        Ok(draft) => Ok(convert::published(upload.publish(&draft).await?.published, hub.now())),
        Err(problem) => {
            upload.abandon().await;
            Err(problem)
        }
    }
}

async fn written(
    access: &SenderAccess,
    upload: &mut Upload,
    form: Form,
) -> Result<hub_core::message::draft::Draft, Error> {
    let (message, heads) = form.receive_with_heads::<MessageToPublish>(upload.intake()).await?;
    let catalogue = access.catalogue().await?;
    let intake = &*upload.intake();
    let form = convert::Form { heads: &heads, digest_of: &|part| intake.digest_of(part) };
    convert::draft(message, &form, (&catalogue, access.client_id()))
}

async fn reply(
    access: &ProviderAccess,
    (key, number): (&str, Option<&str>),
    form: Form,
) -> Result<PublicationStatus, Fault> {
    let mailbox = access.only_mailbox(number).await?;
    let mut upload = access.begin_unaddressed(&mailbox, key).await?;
    if let Some(first) = upload.earlier()? {
        form.discard().await;
        return Err(used(&first.id));
    }
    match Uploads::in_time("form", answered(access, &mailbox, &mut upload, form)).await {
        Ok((message, draft)) => {
            let (sent, until) = upload.send(&message, &draft).await?;
            Ok(convert::replied(sent, until))
        }
        Err(problem) => {
            upload.abandon().await;
            Err(problem)
        }
    }
}

/// The message that is answered, and with what.
async fn answered(
    access: &ProviderAccess,
    mailbox: &str,
    upload: &mut UnaddressedReply<'_>,
    form: Form,
) -> Result<(String, hub_core::reply::ReplyDraft), Error> {
    let (mut message, heads) = form.receive_with_heads::<MessageToPublish>(upload.intake()).await?;
    let missing =
        || Error::invalid("requiredInput", "originalMessageId", "who receives messages publishes replies");
    let original = message.original_message_id.take().ok_or_else(missing)?;
    let outline = match access.outline(mailbox, &original).await {
        // what the body of a request names and what is not there is wrong input, not a path that leads nowhere
        Err(Error::NotFound(_)) => {
            Err(Error::invalid("referencedResourceNotFound", "originalMessageId", "no such message"))
        }
        found => found,
    }?;
    let intake = &*upload.intake();
    let form = convert::Form { heads: &heads, digest_of: &|part| intake.digest_of(part) };
    Ok((original, convert::reply(message, &form, &outline.headline.organization)?))
}

/// The key of the request; one that has none is like no other.
fn key(hub: &Hub, headers: &HeaderMap) -> Result<String, Problem> {
    if headers.contains_key("idempotency-key") {
        return form::idempotency_key(headers);
    }
    Ok(URL_SAFE_NO_PAD.encode(hub.random().bytes::<24>()))
}

/// What was published first is named, and not published again, whatever the second request holds.
fn used(first: &str) -> Fault {
    Problem::named("idempotencyConflict")
        .detail(format!("This Idempotency-Key was used before, for message {first}"))
}

/// The part of the form that describes the message.
const PART: &str = "messageToPublish";
