//! The routes of the mailbox API: parse, call, convert, answer.

mod attachments;
mod consents;
mod kept;
mod reference;
mod replies;

use std::sync::Arc;

use axum::extract::path::ErrorKind;
use axum::extract::rejection::PathRejection;
use axum::extract::{DefaultBodyLimit, FromRequestParts, Path, State};
use axum::middleware::map_response;
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Extension, Json, Router};
use http::request::Parts;
use http::{HeaderMap, StatusCode, header};
use hub_core::Hub;
use hub_core::peer::Role;
use hub_http::{
    Caller, Limits, NoQuery, Problem, StrictJson, StrictQuery, Trusted, Uploads, keep_private, no_route, only,
};
use serde::de::DeserializeOwned;

use super::changes;
use super::client::Client;
use super::convert::{self, Links};
use super::fault::{Fault, bad_path};
use super::{arranging, conditions, events, partitions, wire};

pub(super) fn routes() -> Router<Hub> {
    let content = "/mailboxes/{mailboxId}/messages/{messageId}/attachments/{attachmentId}/content";
    Router::new()
        .route("/changes", only("GET", get(changes::changes)))
        .route(
            "/changes/poll",
            only("POST", post(events::poll)).layer(DefaultBodyLimit::max(events::BODY_LIMIT)),
        )
        .route("/mailboxes", only("GET", get(mailboxes)))
        .route("/mailboxes/{mailboxId}", only("GET", get(mailbox)))
        .merge(arrangements())
        .route("/mailboxes/{mailboxId}/messages", only("GET", get(messages)))
        .route("/mailboxes/{mailboxId}/messages/{messageId}", only("GET, PATCH", get(message).patch(mark)))
        .route("/mailboxes/{mailboxId}/messages/{messageId}/opened", only("POST", post(opened)))
        .route(content, only("GET", get(attachments::content)))
        .route(
            "/mailboxes/{mailboxId}/messages/{messageId}/replies",
            // The form has its own limits, part by part.
            only("GET, POST", get(replies::list).post(replies::send)).layer(DefaultBodyLimit::disable()),
        )
        .route(
            "/mailboxes/{mailboxId}/messages/{messageId}/replies/{replyId}",
            only("GET", get(replies::one)),
        )
        .route("/mailboxes/{mailboxId}/keptElsewhere", only("GET", get(kept::list)))
        .route("/consents", only("GET", get(consents::list)))
        .route("/consents/{consentId}", only("GET, DELETE", get(consents::one).delete(consents::end)))
        .route("/consents/{consentId}/receipts", only("GET", get(consents::receipts)))
        .route("/consents/{consentId}/receipts/{evidenceId}/sheet", only("GET", get(consents::sheet)))
        .merge(references())
        .route("/limits", only("GET", get(limits)))
        .route("/doc/openapi.yaml", only("GET", get(document)))
        .fallback(no_route)
        .layer(DefaultBodyLimit::max(PATCH_LIMIT))
        .layer(Extension(Uploads::none()))
        .layer(map_response(keep_private))
}

fn arrangements() -> Router<Hub> {
    let (rules, right) =
        ("/mailboxes/{mailboxId}/routingRules", "/mailboxes/{mailboxId}/partitionRights/{personId}");
    let partition = get(partitions::one).patch(partitions::rename).delete(partitions::remove);
    Router::new()
        .route(
            "/mailboxes/{mailboxId}/partitions",
            only("GET, POST", get(partitions::list).post(partitions::add)),
        )
        .route("/mailboxes/{mailboxId}/partitions/{partitionId}", only("GET, PATCH, DELETE", partition))
        .route(
            rules,
            only("GET, PUT", get(arranging::rules).put(arranging::put_rules))
                .layer(DefaultBodyLimit::max(RULES_LIMIT)),
        )
        .route("/mailboxes/{mailboxId}/partitionRights", only("GET", get(arranging::rights)))
        .route(right, only("GET, PUT", get(arranging::one_right).put(arranging::put_right)))
}

fn references() -> Router<Hub> {
    Router::new()
        .route("/refData/senderOrganizations", only("GET", get(reference::organizations)))
        .route(
            "/refData/senderOrganizations/{senderOrganizationId}",
            only("GET", get(reference::organization)),
        )
        .route("/refData/senderApplications", only("GET", get(reference::applications)))
        .route("/refData/senderApplications/{senderApplicationId}", only("GET", get(reference::application)))
        .route("/refData/messageTypes", only("GET", get(reference::types)))
        .route("/refData/messageTypes/{messageTypeId}", only("GET", get(reference::one_type)))
}

async fn mailboxes(
    State(hub): State<Hub>,
    Caller(client): Caller<Client>,
    StrictQuery(query): StrictQuery<wire::ListQuery>,
) -> Result<Response, Fault> {
    let size = convert::number(&query.page_size, "?pageSize")?;
    let page = client.0.mailboxes(size, query.after.as_deref()).await?;
    Ok(Json(convert::mailboxes(page, &query, links(&hub))).into_response())
}

async fn mailbox(
    State(hub): State<Hub>,
    Caller(client): Caller<Client>,
    At(path): At<wire::MailboxPath>,
    _: NoQuery,
) -> Result<Response, Fault> {
    let (open, statistics) = client.0.statistics(&path.mailbox.0).await?;
    Ok(Json(convert::mailbox(open, statistics, links(&hub))).into_response())
}

async fn messages(
    State(hub): State<Hub>,
    Caller(client): Caller<Client>,
    At(path): At<wire::MailboxPath>,
    StrictQuery(query): StrictQuery<wire::PageQuery>,
    headers: HeaderMap,
) -> Result<Response, Fault> {
    let (asked, tags) = (convert::asked(&query)?, conditions::known(&headers));
    let write = |page| conditions::json(&convert::messages(page, &path.mailbox.0, &query, links(&hub)));
    let page = client.0.written_page((&path.mailbox.0, &asked), (FACE, &tags), write).await?;
    Ok(conditions::answered(page)?)
}

async fn message(
    State(hub): State<Hub>,
    Caller(client): Caller<Client>,
    At(path): At<wire::MessagePath>,
    _: NoQuery,
    headers: HeaderMap,
) -> Result<Response, Fault> {
    let (place, tags) = ((&*path.mailbox.0, &*path.message.0), conditions::known(&headers));
    let write = |shown| conditions::json(&convert::message(shown, &path.mailbox.0, links(&hub)));
    Ok(conditions::answered(client.0.written_message(place, (FACE, &tags), write).await?)?)
}

async fn mark(
    State(hub): State<Hub>,
    Caller(client): Caller<Client>,
    At(path): At<wire::MessagePath>,
    _: NoQuery,
    StrictJson(patch): StrictJson<wire::MessagePatch>,
) -> Result<Response, Fault> {
    let partition = patch.partition.as_ref().map(|partition| partition.0.as_str());
    let change = (convert::marks(&patch), partition);
    let listed = client.0.change(&path.mailbox.0, &path.message.0, change).await?;
    Ok(Json(convert::summary(listed, &path.mailbox.0, links(&hub))).into_response())
}

async fn opened(
    Caller(client): Caller<Client>,
    At(path): At<wire::MessagePath>,
    _: NoQuery,
) -> Result<StatusCode, Fault> {
    client.0.report_opened(&path.mailbox.0, &path.message.0).await?;
    Ok(StatusCode::NO_CONTENT)
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

pub(super) fn links(hub: &Hub) -> Links<'_> {
    Links { base: &hub.audiences().mailbox }
}

/// The parameters of a path, each of its shape.
pub(super) struct At<T>(pub(super) T);

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

/// Under which the answers of this protocol are kept.
const FACE: &str = "mailbox";
/// Far more than a patch needs, in bytes.
const PATCH_LIMIT: usize = 4 * 1024;
/// Far more than as many rules as a mailbox can have need, in bytes.
const RULES_LIMIT: usize = 64 * 1024;
