//! What an instance answers, over mutual TLS.

use std::sync::Arc;

use axum::body::Bytes;
use axum::extract::{DefaultBodyLimit, FromRequestParts, Path, State};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Extension, Json, Router};
use http::request::Parts;
use http::{StatusCode, header};
use serde_json::json;
use tokio_util::task::TaskTracker;

use super::desk::{Caller, Declined, Desk};
use super::form::RunToAsk;
use super::keeping::Record;

/// The routes; runs go on in `tasks`.
pub(super) fn routes(desk: Arc<Desk>, tasks: TaskTracker) -> Router {
    Router::new()
        .route("/stage", get(stage))
        .route("/declarations", post(declare).layer(DefaultBodyLimit::max(LARGEST_BUNDLE)))
        .route("/runs", post(ask).layer(DefaultBodyLimit::max(LARGEST_FORM)))
        .route("/handedIn/{id}", get(progress))
        .route("/handedIn/{id}/statement", get(statement))
        .route("/handedIn/{id}/bundle", get(bundle))
        .route("/handedIn/{id}/report", get(report))
        .fallback(nothing)
        .layer(Extension(tasks))
        .with_state(desk)
}

impl<S: Send + Sync> FromRequestParts<S> for Caller {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Response> {
        parts
            .extensions
            .get::<Self>()
            .cloned()
            .ok_or_else(|| told(StatusCode::UNAUTHORIZED, "no certificate"))
    }
}

async fn stage(_: Caller, State(desk): State<Arc<Desk>>) -> Response {
    Json(desk.described()).into_response()
}

async fn declare(caller: Caller, State(desk): State<Arc<Desk>>, bundle: Bytes) -> Response {
    // reading a bundle again is work: not where others wait
    let place = desk.place().await;
    let verified = tokio::task::spawn_blocking(move || {
        // whoever hangs up does not free the place of work that goes on
        let _place = place;
        desk.declare(&caller, &bundle)
    })
    .await;
    match verified {
        Ok(Ok(record)) => with_statement(&record),
        Ok(Err(declined)) => declines(&declined),
        Err(_) => told(StatusCode::INTERNAL_SERVER_ERROR, "the instance broke over this bundle"),
    }
}

async fn ask(
    caller: Caller,
    State(desk): State<Arc<Desk>>,
    Extension(tasks): Extension<TaskTracker>,
    body: Bytes,
) -> Response {
    let asked: RunToAsk = match serde_json::from_slice(&body) {
        Ok(asked) => asked,
        Err(error) => return told(StatusCode::BAD_REQUEST, &error.to_string()),
    };
    match desk.begin(&caller, &asked) {
        Ok(record) => {
            let answer = (StatusCode::ACCEPTED, Json(json!({"id": record.id, "state": "running"})));
            tasks.spawn(async move { desk.play(&record, &caller, &asked).await });
            answer.into_response()
        }
        Err(declined) => declines(&declined),
    }
}

async fn progress(caller: Caller, State(desk): State<Arc<Desk>>, Path(id): Path<String>) -> Response {
    match find(&desk, &caller, &id).and_then(|record| desk.progress(&record).ok()) {
        Some(progress) => {
            let mut members = json!({ "id": id });
            if let (Some(members), Ok(serde_json::Value::Object(more))) =
                (members.as_object_mut(), serde_json::to_value(progress))
            {
                members.extend(more);
            }
            Json(members).into_response()
        }
        None => nothing().await,
    }
}

async fn statement(caller: Caller, State(desk): State<Arc<Desk>>, Path(id): Path<String>) -> Response {
    file(find(&desk, &caller, &id), "statement.jws", "application/jose").await
}

async fn bundle(caller: Caller, State(desk): State<Arc<Desk>>, Path(id): Path<String>) -> Response {
    file(find(&desk, &caller, &id), "bundle.zip", "application/zip").await
}

async fn report(caller: Caller, State(desk): State<Arc<Desk>>, Path(id): Path<String>) -> Response {
    file(find(&desk, &caller, &id), "report/report.html", "text/html; charset=utf-8").await
}

async fn nothing() -> Response {
    told(StatusCode::NOT_FOUND, "there is no such thing here, or it is not yours")
}

fn find(desk: &Desk, caller: &Caller, id: &str) -> Option<Record> {
    desk.shelf.record(id, &caller.thumbprint())
}

async fn file(record: Option<Record>, name: &str, media_type: &'static str) -> Response {
    match record.and_then(|record| record.get(name).ok()) {
        Some(content) => ([(header::CONTENT_TYPE, media_type)], content).into_response(),
        None => nothing().await,
    }
}

fn with_statement(record: &Record) -> Response {
    let statement = record.get("statement.jws").ok().and_then(|bytes| String::from_utf8(bytes).ok());
    let answer = json!({"id": record.id, "state": "stated", "statement": statement});
    (StatusCode::CREATED, Json(answer)).into_response()
}

fn declines(declined: &Declined) -> Response {
    let (status, kind) = match declined {
        Declined::Bundle(_) => (StatusCode::UNPROCESSABLE_ENTITY, "bundleRefused"),
        Declined::Form(_) => (StatusCode::UNPROCESSABLE_ENTITY, "runRefused"),
        Declined::Key(_) => (StatusCode::UNPROCESSABLE_ENTITY, "certificateRefused"),
        Declined::Busy => (StatusCode::SERVICE_UNAVAILABLE, "busy"),
        Declined::Keeping(_) => (StatusCode::INTERNAL_SERVER_ERROR, "notKept"),
    };
    let mut response = problem(status, kind, &declined.to_string());
    if matches!(declined, Declined::Busy) {
        response.headers_mut().insert(header::RETRY_AFTER, 60.into());
    }
    response
}

fn told(status: StatusCode, detail: &str) -> Response {
    problem(status, "notTaken", detail)
}

fn problem(status: StatusCode, kind: &str, detail: &str) -> Response {
    let document = json!({
        "type": format!("urn:problem-type:facteur-conformance:{kind}"),
        "title": status.canonical_reason().unwrap_or_default(),
        "status": status.as_u16(),
        "detail": detail,
    });
    (status, [(header::CONTENT_TYPE, "application/problem+json")], document.to_string()).into_response()
}

/// A bundle, which is unpacked up to a limit of its own.
const LARGEST_BUNDLE: usize = 16 * 1024 * 1024;
const LARGEST_FORM: usize = 64 * 1024;
