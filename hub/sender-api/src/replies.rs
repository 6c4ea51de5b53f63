//! What recipients answered.

use axum::Json;
use axum::body::Body;
use axum::extract::{Path, State};
use axum::response::{IntoResponse as _, Response};
use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use http::{HeaderName, HeaderValue, header};
use hub_core::Hub;
use hub_core::access::sender::ReceivedReply;
use hub_core::access::shown::ShownAttachment;
use hub_core::error::Error;
use hub_http::{Caller, NoQuery, Problem, disposition};
use serde::Serialize;

use crate::callers::Follower;

/// The path of a file of a reply.
pub(crate) const CONTENT: &str =
    "/sender/v1/messages/{messageId}/replies/{replyId}/attachments/{attachmentId}/content";

pub(crate) async fn list(
    Caller(Follower(sender)): Caller<Follower>,
    State(hub): State<Hub>,
    _: NoQuery,
    Path(message_id): Path<String>,
) -> Result<Json<Replies>, Problem> {
    let replies = sender.replies(&message_id).await?;
    let own_href = format!("{}/messages/{message_id}/replies", hub.audiences().sender);
    let items: Vec<_> = replies.into_iter().map(|reply| shown(reply, &own_href)).collect();
    Ok(Json(Replies { total: items.len(), items, own_href }))
}

pub(crate) async fn content(
    Caller(Follower(sender)): Caller<Follower>,
    _: NoQuery,
    Path((message_id, reply, attachment)): Path<(String, String, String)>,
) -> Result<Response, Problem> {
    let content = sender.reply_content(&message_id, &reply, &attachment).await?;
    let of = content.attachment;
    let text =
        |text: String| HeaderValue::try_from(text).map_err(|error| Problem::from(Error::internal(error)));
    let headers = [
        (header::CONTENT_TYPE, text(of.media_type)?),
        (header::CONTENT_LENGTH, HeaderValue::from(of.size)),
        (header::CONTENT_DISPOSITION, text(disposition::attachment(&of.file_name))?),
        (REPR_DIGEST, text(format!("sha-256=:{}:", STANDARD.encode(of.sha256.0)))?),
        (header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff")),
        (header::CACHE_CONTROL, HeaderValue::from_static("no-store")),
    ];
    Ok((headers, Body::from_stream(content.bytes)).into_response())
}

fn shown(reply: ReceivedReply, list: &str) -> Reply {
    let href = format!("{list}/{}", reply.id);
    let attachments = reply.attachments.into_iter().map(|file| attachment(file, &href)).collect();
    Reply {
        attachments,
        reply_id: reply.id,
        received_at: reply.at.rfc3339(),
        expires_at: reply.expires_at.rfc3339(),
        text: reply.text,
    }
}

fn attachment(file: ShownAttachment, reply: &str) -> Attachment {
    Attachment {
        content_href: format!("{reply}/attachments/{}/content", file.id),
        attachment_id: file.id,
        file_name: file.file_name,
        media_type: file.media_type,
        size: file.size,
        digest: Digest { digest_method: "sha-256", digest_value: URL_SAFE_NO_PAD.encode(file.sha256.0) },
    }
}

/// The replies to a message, oldest first.
#[derive(Serialize)]
pub(crate) struct Replies {
    #[serde(rename = "self")]
    own_href: String,
    items: Vec<Reply>,
    total: usize,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Reply {
    reply_id: String,
    received_at: String,
    expires_at: String,
    text: String,
    attachments: Vec<Attachment>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Attachment {
    attachment_id: String,
    file_name: String,
    media_type: String,
    size: u64,
    digest: Digest,
    content_href: String,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Digest {
    digest_method: &'static str,
    digest_value: String,
}

const REPR_DIGEST: HeaderName = HeaderName::from_static("repr-digest");
