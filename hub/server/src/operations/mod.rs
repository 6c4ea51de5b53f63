//! The operations listener: health, readiness and metrics for everybody, the register for operators.
//!
//! `routes` parses and answers, `wire` holds the shapes of `specs/operations/v1/openapi.yaml`, `convert` turns them into
//! what the hub knows. Who may do what is decided in hub-core.

mod admission;
mod certifications;
mod convert;
mod people;
mod routes;
mod streams;
mod streams_wire;
mod wire;

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use axum::extract::State;
use axum::response::{IntoResponse as _, Response};
use axum::routing::get;
use axum::{Json, Router};
use http::{StatusCode, header};
use hub_core::Hub;
use hub_core::error::Error;
use hub_http::outbound::Courier;
use hub_http::{Machines, Problem, Trusted, admit, public};
use serde_json::json;

use crate::metrics;

/// Whether this node wants traffic: it serves, holds the lock on its data, and has reached the content once. Its clock is asked
/// each time.
///
/// Content that goes away later takes no node out: letters that need none go on everywhere, and no other node would do better.
#[derive(Clone)]
pub(crate) struct Readiness(Arc<Facts>);

struct Facts {
    serving: AtomicBool,
    locked: AtomicBool,
    reached: AtomicBool,
    away: AtomicBool,
}

impl Default for Readiness {
    fn default() -> Self {
        Self(Arc::new(Facts {
            serving: AtomicBool::new(false),
            locked: AtomicBool::new(true),
            reached: AtomicBool::new(true),
            away: AtomicBool::new(false),
        }))
    }
}

impl Readiness {
    pub(crate) fn set(&self, serving: bool) {
        self.0.serving.store(serving, Ordering::SeqCst);
    }

    pub(crate) fn set_locked(&self, locked: bool) {
        self.0.locked.store(locked, Ordering::SeqCst);
    }

    /// Says whether the object store answers, and whether it did before. Gives whether that is news.
    pub(crate) fn set_objects(&self, objects: Objects) -> bool {
        match objects {
            Objects::Here => self.0.reached.store(true, Ordering::SeqCst),
            Objects::Away => {}
            Objects::Unreached => self.0.reached.store(false, Ordering::SeqCst),
        }
        let away = objects != Objects::Here;
        self.0.away.swap(away, Ordering::SeqCst) != away
    }

    fn holds(&self) -> bool {
        [&self.0.serving, &self.0.locked, &self.0.reached].iter().all(|fact| fact.load(Ordering::SeqCst))
    }

    fn is_whole(&self) -> bool {
        !self.0.away.load(Ordering::SeqCst)
    }
}

/// Whether the object store answers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Objects {
    /// It does.
    Here,
    /// Not now.
    Away,
    /// It never did since this node started, or is another hub's.
    Unreached,
}

/// `/health`: whether the process and its database answer; no internals (Belgif `hlth-res`).
pub(crate) fn health() -> Router<Hub> {
    Router::new().route("/health", get(is_healthy))
}

/// Everything on the operations listener; without an operator certificate only metrics and readiness answer (TRUST T24).
pub(crate) fn routes(
    readiness: Readiness,
    machines: &Machines,
    hub: &Hub,
    courier: Option<Arc<Courier>>,
) -> Router<Hub> {
    let ready = get(move |State(hub): State<Hub>| async move {
        let ready = readiness.holds() && hub.answers().await && hub.clock_agrees().await;
        status(ready, if readiness.is_whole() { "UP" } else { "DEGRADED" })
    });
    let unknown = Router::new().fallback(admission::nothing_here);
    Router::new()
        .merge(health())
        .route("/ready", ready)
        .route("/metrics", get(exported))
        .merge(admit(routes::routes(machines.trust.clone(), courier), machines, public))
        .fallback_service(admit(unknown, machines, public).with_state(hub.clone()))
}

async fn is_healthy(State(hub): State<Hub>) -> Response {
    status(hub.answers().await, "UP")
}

fn status(up: bool, working: &'static str) -> Response {
    let (code, word) = if up { (StatusCode::OK, working) } else { (StatusCode::SERVICE_UNAVAILABLE, "DOWN") };
    let mut response = (code, Json(json!({ "status": word }))).into_response();
    if !up {
        response.headers_mut().insert(header::RETRY_AFTER, 1.into());
    }
    response
}

/// A path that exists on no face of the mtls listener, for those who hold a registered certificate.
pub(crate) async fn nothing_here(State(hub): State<Hub>, Trusted(identity): Trusted) -> Problem {
    match hub.registration(&identity).await {
        Ok(_) => Error::NotFound("path").into(),
        Err(error) => error.into(),
    }
}

async fn exported() -> Response {
    ([(header::CONTENT_TYPE, "text/plain; version=0.0.4")], metrics::rendered()).into_response()
}
