//! The hook's calls, one by one.

use std::sync::Arc;

use axum::{
    Json, Router,
    body::Bytes,
    extract::{Path, Request, State},
    http::{StatusCode, header::AUTHORIZATION},
    middleware::{self, Next},
    response::{IntoResponse, Response},
    routing::{get, post},
};
use serde::{Deserialize, de::DeserializeOwned};
use serde_json::{Value, json};

use super::{Hook, codes, flows::put, reading};
use crate::{connection::Connection, consent::Ask, event::Event, random};

/// A request of the suite that cannot be met.
struct Fault(StatusCode, String);

type Told = Result<Json<Value>, Fault>;

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Begin {
    customer: String,
    actions: Vec<String>,
    mailbox_kind: String,
}

#[derive(Deserialize)]
struct Certificate {
    certificate: String,
    key: String,
}

/// All calls, for whoever knows the secret.
pub(super) fn router(hook: Arc<Hook>) -> Router {
    Router::new()
        .route("/", get(app))
        .route("/reset", post(reset))
        .route("/flows", post(begin))
        .route("/flows/{flow_id}", get(flow))
        .route("/connections/{connection_id}", get(connection))
        .route("/connections/{connection_id}/read", post(read))
        .route("/connections/{connection_id}/refresh", post(refresh))
        .route("/connections/{connection_id}/end", post(end))
        .route("/synchronise", post(synchronise))
        .route("/events", get(events))
        .route("/certificate", post(certificate))
        .layer(middleware::from_fn_with_state(Arc::clone(&hook), known))
        .with_state(hook)
}

/// Lets nobody in who does not know the secret.
async fn known(State(hook): State<Arc<Hook>>, request: Request, next: Next) -> Response {
    let given = request.headers().get(AUTHORIZATION).and_then(|given| given.to_str().ok());
    let given = given.and_then(|given| given.strip_prefix("Bearer ")).unwrap_or_default();
    match random::same(given, &hook.secret) {
        true => next.run(request).await,
        false => Fault(StatusCode::UNAUTHORIZED, "the secret is another".to_owned()).into_response(),
    }
}

async fn app(State(hook): State<Arc<Hook>>) -> Told {
    let mut operations = vec!["flows", "read", "refresh", "end", "certificate", "synchronise"];
    operations.extend(hook.events.as_ref().map(|_| "events"));
    let connect = hook.origin.join("/connect").map_err(|error| Fault::bad(&error))?;
    let mut told = json!({
        "hook": "1.0",
        "app": { "name": env!("CARGO_PKG_NAME"), "version": env!("CARGO_PKG_VERSION") },
        "operations": operations,
        "front": { "start": { "method": "POST", "url": connect } },
    });
    if let Some(events) = &hook.events {
        put(&mut told, "events", json!(events));
    }
    Ok(Json(told))
}

async fn reset(State(hook): State<Arc<Hook>>) -> Result<StatusCode, Fault> {
    hook.reset().await.map_err(|error| Fault(StatusCode::INTERNAL_SERVER_ERROR, error.reason()))?;
    Ok(StatusCode::NO_CONTENT)
}

async fn begin(State(hook): State<Arc<Hook>>, body: Bytes) -> Result<(StatusCode, Json<Value>), Fault> {
    let Begin { customer, actions, mailbox_kind } = parsed(&body)?;
    let ask = Ask { actions, mailbox_kind, duration: "P12M".to_owned() };
    Ok((StatusCode::CREATED, Json(hook.begin(customer, &ask).await)))
}

async fn flow(State(hook): State<Arc<Hook>>, Path(id): Path<String>) -> Told {
    hook.flow(&id).map(Json).ok_or_else(|| Fault::unknown("flow"))
}

async fn connection(State(hook): State<Arc<Hook>>, Path(id): Path<String>) -> Told {
    hook.told(&id).map(Json).ok_or_else(|| Fault::unknown("connection"))
}

async fn read(State(hook): State<Arc<Hook>>, Path(id): Path<String>, body: Bytes) -> Told {
    let (connection, question) = (named(&hook, &id)?, parsed(&body)?);
    Ok(Json(reading::read(&connection, &question).await))
}

async fn refresh(State(hook): State<Arc<Hook>>, Path(id): Path<String>) -> Told {
    Ok(Json(reading::refresh(&*named(&hook, &id)?).await))
}

async fn end(State(hook): State<Arc<Hook>>, Path(id): Path<String>) -> Told {
    Ok(Json(reading::end(&*named(&hook, &id)?).await))
}

async fn synchronise(State(hook): State<Arc<Hook>>) -> Json<Value> {
    Json(hook.synchronise().await)
}

async fn events(State(hook): State<Arc<Hook>>) -> Json<Value> {
    let told: Vec<Value> = hook.journal.events().iter().filter_map(pushed).collect();
    Json(json!({ "events": told }))
}

async fn certificate(State(hook): State<Arc<Hook>>, body: Bytes) -> Result<StatusCode, Fault> {
    let Certificate { certificate, key } = parsed(&body)?;
    hook.provider.hub.show(&certificate, &key).map_err(|error| Fault::bad(&error))?;
    Ok(StatusCode::NO_CONTENT)
}

fn pushed(event: &Event) -> Option<Value> {
    let Event::Pushed { jti, effect, reason } = event else {
        return None;
    };
    let mut told = json!({ "effect": effect });
    if let Some(jti) = jti {
        put(&mut told, "jti", json!(jti));
    }
    if let Some(reason) = reason {
        put(&mut told, "refusal", json!(codes::event(reason)));
    }
    Some(told)
}

fn named(hook: &Hook, id: &str) -> Result<Arc<Connection>, Fault> {
    hook.connection(id).ok_or_else(|| Fault::unknown("connection"))
}

fn parsed<T: DeserializeOwned>(body: &[u8]) -> Result<T, Fault> {
    serde_json::from_slice(body).map_err(|error| Fault::bad(&error))
}

impl Fault {
    fn bad(reason: &impl ToString) -> Self {
        Self(StatusCode::BAD_REQUEST, reason.to_string())
    }

    fn unknown(what: &str) -> Self {
        Self(StatusCode::NOT_FOUND, format!("there is no such {what}"))
    }
}

impl IntoResponse for Fault {
    fn into_response(self) -> Response {
        (self.0, Json(json!({ "error": self.1 }))).into_response()
    }
}
