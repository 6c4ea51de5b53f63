//! The routes of the sender API.

use std::sync::Arc;

use axum::body::Body;
use axum::extract::{DefaultBodyLimit, Extension, Path, State};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Json, Router};
use http::{HeaderMap, HeaderValue, StatusCode, header};
use hub_core::Hub;
use hub_core::access::sender::{DAILY_BUDGET, Publication, Upload};
use hub_core::message::{METADATA_LIMIT, METADATA_PART};
use hub_core::peer::Role;
use hub_http::form::{self, Form};
use hub_http::{Caller, Limits, NoQuery, Problem, StrictJson, Trusted, UPLOADS_PER_CLIENT, Uploads, only};

use crate::callers::{Asker, Follower, Publisher};
use crate::{campaigns, changes, convert, evidence, replies, wire, withdraw};

/// What an operator may set.
#[derive(Clone, Copy, Debug)]
pub struct Settings {
    /// Recipients that a sender organization may ask about in a day.
    pub daily_budget: i64,
}

impl Default for Settings {
    fn default() -> Self {
        Self { daily_budget: DAILY_BUDGET }
    }
}

/// The routes of the sender API, for the mtls listener behind its gate.
pub fn routes() -> Router<Hub> {
    routes_with(Settings::default())
}

/// The routes of the sender API with an operator's settings.
pub fn routes_with(settings: Settings) -> Router<Hub> {
    Router::new()
        // The form has its own limits, part by part.
        .route("/sender/v1/messages", only("POST", post(publish)).layer(DefaultBodyLimit::disable()))
        .route("/sender/v1/messages/{messageId}", only("GET", get(status)))
        .route(
            "/sender/v1/messages/{messageId}/withdraw",
            only("POST", post(withdraw::withdraw)).layer(DefaultBodyLimit::max(METADATA_LIMIT)),
        )
        .route("/sender/v1/changes", only("GET", get(changes::changes)))
        .merge(campaigns::routes())
        .route("/sender/v1/messages/{messageId}/evidence", only("GET", get(evidence::list)))
        .route(evidence::SHEET, only("GET", get(evidence::sheet)))
        .route("/sender/v1/messages/{messageId}/replies", only("GET", get(replies::list)))
        .route(replies::CONTENT, only("GET", get(replies::content)))
        .route(
            "/sender/v1/recipients/query",
            only("POST", post(recipients)).layer(DefaultBodyLimit::max(METADATA_LIMIT)),
        )
        .route("/sender/v1/limits", only("GET", get(limits)))
        .route("/sender/v1/doc/openapi.yaml", only("GET", get(document)))
        .layer(Extension(settings))
        .layer(Extension(Uploads::none()))
}

async fn publish(
    Caller(Publisher(sender)): Caller<Publisher>,
    State(hub): State<Hub>,
    Extension(uploads): Extension<Uploads>,
    _: NoQuery,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, Problem> {
    let form = Form::new(body, &form::boundary(&headers)?, METADATA_PART);
    let key = form::idempotency_key(&headers)?;
    let _seat = uploads.take(sender.client_id())?;
    let upload = sender.begin(&key).await?;
    let publication = receive(upload, form).await?;
    Ok(created(publication, &hub.audiences().sender))
}

async fn receive(mut upload: Upload, form: Form) -> Result<Publication, Problem> {
    match Uploads::in_time("form", form.receive::<wire::MessageToPublish>(upload.intake())).await {
        Ok(message) => Ok(upload.publish(&message.into()).await?),
        Err(problem) => {
            upload.abandon().await;
            Err(problem)
        }
    }
}

fn created(publication: Publication, base: &str) -> Response {
    let answer = convert::publication(publication.published, base);
    let location = HeaderValue::from_str(&answer.href);
    let mut response = (StatusCode::CREATED, Json(answer)).into_response();
    if let Ok(location) = location {
        response.headers_mut().insert(header::LOCATION, location);
    }
    if publication.replayed {
        response.headers_mut().insert("idempotency-replayed", HeaderValue::from_static("true"));
    }
    response
}

async fn status(
    Caller(Follower(sender)): Caller<Follower>,
    State(hub): State<Hub>,
    _: NoQuery,
    Path(message_id): Path<String>,
) -> Result<Json<wire::MessageStatus>, Problem> {
    let status = sender.status(&message_id).await?;
    Ok(Json(convert::status(status, &hub.audiences().sender)))
}

async fn recipients(
    Caller(Asker(sender)): Caller<Asker>,
    Extension(settings): Extension<Settings>,
    _: NoQuery,
    StrictJson(query): StrictJson<wire::RecipientsQuery>,
) -> Result<Json<wire::Reachability>, Problem> {
    let answers = sender.reachable(&query.into(), settings.daily_budget).await?;
    Ok(Json(convert::reachability(answers)))
}

/// The limits in force, for whoever has a registered certificate.
async fn limits(
    Trusted(identity): Trusted,
    State(hub): State<Hub>,
    Extension(settings): Extension<Settings>,
    Extension(limits): Extension<Arc<Limits>>,
    _: NoQuery,
) -> Result<Json<wire::Limits>, Problem> {
    hub.registered(&identity, Role::Sender).await?;
    Ok(Json(convert::limits(&limits, settings.daily_budget, UPLOADS_PER_CLIENT, &hub.audiences().sender)))
}

async fn document(
    Trusted(identity): Trusted,
    State(hub): State<Hub>,
    _: NoQuery,
) -> Result<impl IntoResponse, Problem> {
    hub.registered(&identity, Role::Sender).await?;
    Ok(([(header::CONTENT_TYPE, "application/yaml")], specs::SENDER_OPENAPI))
}
