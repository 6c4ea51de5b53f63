//! Answering: a reply in MeMo, read while it comes in.

use std::time::Duration;

use axum::body::Body;
use axum::extract::Extension;
use axum::response::{IntoResponse as _, Response};
use http::{HeaderMap, HeaderValue, StatusCode, header};
use hub_core::access::provider::{Answerable, ReplyUpload, SentReply};
use hub_core::error::Error;
use hub_core::reply::ReplyDraft;
use hub_http::{Caller, Ids, NoQuery, Problem, Uploads};

use crate::memo::callers::Reader;
use crate::memo::convert::{self, Answered};
use crate::memo::frame::Frame;
use crate::memo::incoming::Incoming;
use crate::memo::wire;

/// A reply that was taken: what was kept of it, its own UUID, whether it came before.
struct Taken {
    sent: SentReply,
    uuid: String,
    replayed: bool,
}

pub(super) async fn send(
    Caller(Reader(access)): Caller<Reader>,
    Extension(uploads): Extension<Uploads>,
    Ids((mailbox, message)): Ids<(String, String)>,
    _: NoQuery,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, Problem> {
    is_xml(&headers)?;
    let _seat = uploads.take(access.client_id())?;
    let answerable = access.answerable(&mailbox, &message).await?;
    let Taken { sent, uuid, replayed } = receive(answerable, (&mailbox, &message), body).await?;

    let mut frame = Frame::new()?;
    frame.value("Receipt", &convert::receipt(sent, uuid))?;
    let media_type = [(header::CONTENT_TYPE, HeaderValue::from_static(wire::MEDIA_TYPE))];
    let mut response = (StatusCode::CREATED, media_type, frame.whole()).into_response();
    if replayed {
        response.headers_mut().insert("idempotency-replayed", HeaderValue::from_static("true"));
    }
    Ok(response)
}

/// Receives it and sends it; after an error it reads on for a while, so that a client that is still sending hears the answer.
async fn receive(
    answerable: Answerable<'_>,
    (mailbox, message): (&str, &str),
    body: Body,
) -> Result<Taken, Problem> {
    let mut incoming = Incoming::new(body);
    let organization = answerable.organization.clone();
    let of = Answered { mailbox, message, organization: &organization };
    match Uploads::in_time("reply", written(answerable, &of, &mut incoming)).await {
        Ok((upload, draft, uuid)) => {
            let (sent, replayed) = upload.send(&draft).await?;
            Ok(Taken { sent, uuid, replayed })
        }
        Err(problem) => {
            // whether it ends in time or not, the answer is the same
            let _ = tokio::time::timeout(DISCARD_TIME, incoming.discard()).await;
            Err(problem)
        }
    }
}

/// What came in: the reply, and its own UUID.
async fn written<'a>(
    answerable: Answerable<'a>,
    of: &Answered<'_>,
    incoming: &mut Incoming,
) -> Result<(ReplyUpload<'a>, ReplyDraft, String), Error> {
    let head = incoming.head().await?;
    convert::addressed(&head, of)?;

    // MeMo's own id of the reply is what makes it the same one when it comes again
    let mut upload = answerable.begin(&head.uuid).await?;
    match incoming.written(upload.intake()).await {
        Ok(written) => {
            let draft = convert::draft(written, upload.intake());
            Ok((upload, draft, head.uuid))
        }
        Err(error) => {
            upload.abandon().await;
            Err(error)
        }
    }
}

/// XML, of which the header says nothing else than that it is UTF-8.
fn is_xml(headers: &HeaderMap) -> Result<(), Problem> {
    let declared =
        headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let mut parts = declared.split(';').map(str::trim);
    let essence = parts.next().unwrap_or_default();
    let xml = ["application/xml", "text/xml"].iter().any(|known| essence.eq_ignore_ascii_case(known));
    let utf8 = |parameter: &str| {
        let (name, value) = parameter.split_once('=').unwrap_or((parameter, ""));
        !name.eq_ignore_ascii_case("charset") || value.trim_matches('"').eq_ignore_ascii_case("utf-8")
    };
    if xml && parts.all(utf8) {
        return Ok(());
    }
    Err(Problem::named("unsupportedMediaType").detail("application/xml in UTF-8 is expected"))
}

/// How long a refused reply is read on.
const DISCARD_TIME: Duration = Duration::from_secs(5);
