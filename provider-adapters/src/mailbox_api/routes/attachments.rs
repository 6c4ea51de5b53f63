//! The content of attachments, whole and in part.

use axum::body::Body;
use axum::response::{IntoResponse as _, Response};
use http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};
use hub_core::access::shown::Content;
use hub_core::error::Error;
use hub_http::{Caller, NoQuery, Problem, disposition};

use super::At;
use crate::mailbox_api::client::Client;
use crate::mailbox_api::conditions::{self, Wanted};
use crate::mailbox_api::fault::Fault;
use crate::mailbox_api::{convert, wire};

pub(super) async fn content(
    Caller(client): Caller<Client>,
    At(path): At<wire::AttachmentPath>,
    _: NoQuery,
    headers: HeaderMap,
) -> Result<Response, Fault> {
    let file = client.0.file(&path.mailbox.0, &path.message.0, &path.attachment.0).await?;
    let (tag, size) = (file.tag.clone(), file.attachment.size);
    if conditions::known(&headers).contains(&tag.as_str()) {
        file.leave()?;
        return Ok(conditions::unchanged(&tag)?);
    }
    let answer = match conditions::wanted(&headers, size, &tag) {
        Wanted::Whole => answer(file.open(None).await?, size)?,
        Wanted::Beyond => return Ok(beyond(size)?),
        Wanted::Part(range) => {
            let (first, last, length) = (range.start, range.end - 1, range.end - range.start);
            let mut answer = answer(file.open(Some(range)).await?, length)?;
            *answer.status_mut() = StatusCode::PARTIAL_CONTENT;
            let place = header_text(format!("bytes {first}-{last}/{size}"))?;
            answer.headers_mut().insert(header::CONTENT_RANGE, place);
            answer
        }
    };
    Ok(conditions::tagged(answer, Some(&tag))?)
}

/// Bytes of a file, with the digest of all of it and its name.
pub(super) fn answer(content: Content, length: u64) -> Result<Response, Error> {
    let of = content.attachment;
    let headers = [
        (header::CONTENT_TYPE, header_text(of.media_type)?),
        (header::CONTENT_LENGTH, HeaderValue::from(length)),
        (header::CONTENT_DISPOSITION, header_text(disposition::attachment(&of.file_name))?),
        (REPR_DIGEST, header_text(convert::repr_digest(of.sha256))?),
        (header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff")),
        (header::ACCEPT_RANGES, HeaderValue::from_static("bytes")),
    ];
    Ok((headers, Body::from_stream(content.bytes)).into_response())
}

fn beyond(size: u64) -> Result<Response, Error> {
    let problem = Problem::named("rangeNotSatisfiable").detail(format!("the content has {size} bytes"));
    let mut response = problem.into_response();
    response.headers_mut().insert(header::CONTENT_RANGE, header_text(format!("bytes */{size}"))?);
    Ok(response)
}

fn header_text(text: String) -> Result<HeaderValue, Error> {
    HeaderValue::try_from(text).map_err(Error::internal)
}

const REPR_DIGEST: HeaderName = HeaderName::from_static("repr-digest");
