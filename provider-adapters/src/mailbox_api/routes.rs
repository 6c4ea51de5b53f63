//! The routes of the mailbox API: parse, call, convert, answer.

use std::sync::Arc;

use axum::body::Body;
use axum::extract::path::ErrorKind;
use axum::extract::rejection::PathRejection;
use axum::extract::{DefaultBodyLimit, FromRequestParts, Path, State};
use axum::middleware::map_response;
use axum::response::{IntoResponse, Response};
use axum::routing::{MethodRouter, get};
use axum::{Extension, Json, Router};
use http::request::Parts;
use http::{HeaderName, HeaderValue, header};
use hub_core::Hub;
use hub_core::access::shown::Content;
use hub_core::error::Error;
use hub_core::peer::Role;
use hub_http::{Caller, Limits, NoQuery, Problem, StrictJson, StrictQuery, Trusted};
use serde::de::DeserializeOwned;

use super::changes;
use super::client::Client;
use super::convert::{self, Links};
use super::disposition;
use super::fault::{Fault, bad_path, no_route};
use super::wire;

pub(super) fn routes() -> Router<Hub> {
    let content = "/mailboxes/{mailboxId}/messages/{messageId}/attachments/{attachmentId}/content";
    Router::new()
        .route("/changes", only("GET", get(changes::changes)))
        .route("/mailboxes", only("GET", get(mailboxes)))
        .route("/mailboxes/{mailboxId}/messages", only("GET", get(messages)))
        .route("/mailboxes/{mailboxId}/messages/{messageId}", only("GET, PATCH", get(message).patch(mark)))
        .route(content, only("GET", get(attachment)))
        .route("/limits", only("GET", get(limits)))
        .route("/doc/openapi.yaml", only("GET", get(document)))
        .fallback(no_route)
        .layer(DefaultBodyLimit::max(PATCH_LIMIT))
        .layer(map_response(keep_private))
}

async fn mailboxes(
    State(hub): State<Hub>,
    Caller(client): Caller<Client>,
    StrictQuery(query): StrictQuery<wire::PageQuery>,
) -> Result<Response, Fault> {
    let page = client.0.mailboxes(convert::asked(&query)?).await?;
    Ok(Json(convert::mailboxes(page, &query, links(&hub))).into_response())
}

async fn messages(
    State(hub): State<Hub>,
    Caller(client): Caller<Client>,
    At(path): At<wire::MailboxPath>,
    StrictQuery(query): StrictQuery<wire::PageQuery>,
) -> Result<Response, Fault> {
    let page = client.0.messages(&path.mailbox.0, convert::asked(&query)?).await?;
    Ok(Json(convert::messages(page, &path.mailbox.0, &query, links(&hub))).into_response())
}

async fn message(
    State(hub): State<Hub>,
    Caller(client): Caller<Client>,
    At(path): At<wire::MessagePath>,
    _: NoQuery,
) -> Result<Response, Fault> {
    let shown = client.0.message(&path.mailbox.0, &path.message.0).await?;
    Ok(Json(convert::message(shown, &path.mailbox.0, links(&hub))).into_response())
}

async fn mark(
    State(hub): State<Hub>,
    Caller(client): Caller<Client>,
    At(path): At<wire::MessagePath>,
    _: NoQuery,
    StrictJson(patch): StrictJson<wire::MessagePatch>,
) -> Result<Response, Fault> {
    let listed = client.0.mark_read(&path.mailbox.0, &path.message.0, patch.read).await?;
    Ok(Json(convert::summary(listed, &path.mailbox.0, links(&hub))).into_response())
}

async fn attachment(
    Caller(client): Caller<Client>,
    At(path): At<wire::AttachmentPath>,
    _: NoQuery,
) -> Result<Response, Fault> {
    let content = client.0.content(&path.mailbox.0, &path.message.0, &path.attachment.0).await?;
    Ok(file(content)?)
}

async fn limits(
    State(hub): State<Hub>,
    Caller(_): Caller<Client>,
    Extension(limits): Extension<Arc<Limits>>,
    _: NoQuery,
) -> Response {
    Json(convert::limits(&limits, links(&hub))).into_response()
}

/// The API's own document, for whoever has a registered certificate.
async fn document(State(hub): State<Hub>, Trusted(identity): Trusted, _: NoQuery) -> Result<Response, Fault> {
    let role = if identity.role == Role::OwnSoftware { Role::OwnSoftware } else { Role::Provider };
    hub.registered(&identity, role).await?;
    Ok(([(header::CONTENT_TYPE, "application/yaml")], specs::MAILBOX_OPENAPI).into_response())
}

/// The bytes of a file with their digest and name.
fn file(content: Content) -> Result<Response, Error> {
    let of = content.attachment;
    let text = |text: String| HeaderValue::try_from(text).map_err(Error::internal);
    let headers = [
        (header::CONTENT_TYPE, text(of.media_type)?),
        (header::CONTENT_LENGTH, HeaderValue::from(of.size)),
        (header::CONTENT_DISPOSITION, text(disposition::attachment(&of.file_name))?),
        (REPR_DIGEST, text(convert::repr_digest(of.sha256))?),
        (header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff")),
    ];
    Ok((headers, Body::from_stream(content.bytes)).into_response())
}

fn links(hub: &Hub) -> Links<'_> {
    Links { base: &hub.audiences().mailbox }
}

/// The methods of a path and no others: a HEAD would count as a disclosure and disclose nothing.
fn only(allowed: &'static str, methods: MethodRouter<Hub>) -> MethodRouter<Hub> {
    let refuse = move || async move { Problem::not_allowed(allowed) };
    methods.head(refuse).fallback(refuse)
}

/// Nothing that this API answers may be kept on the way (Belgif security: no-store).
async fn keep_private(mut response: Response) -> Response {
    response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}

/// The parameters of a path, each of its shape.
struct At<T>(T);

impl<S: Send + Sync, T: DeserializeOwned + Send> FromRequestParts<S> for At<T> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        let Path(path) =
            Path::from_request_parts(parts, state).await.map_err(|rejection| bad_path(named(&rejection)))?;
        Ok(Self(path))
    }
}

/// The parameter that a rejection is about: `wire` names it where the shape is wrong, axum where the bytes are.
fn named(rejection: &PathRejection) -> &str {
    match rejection {
        PathRejection::FailedToDeserializePathParams(why) => match why.kind() {
            ErrorKind::Message(parameter) => parameter,
            ErrorKind::InvalidUtf8InPathParam { key } => key,
            _ => "",
        },
        _ => "",
    }
}

/// Far more than `{"read":true}` needs, in bytes.
const PATCH_LIMIT: usize = 4 * 1024;
const REPR_DIGEST: HeaderName = HeaderName::from_static("repr-digest");
