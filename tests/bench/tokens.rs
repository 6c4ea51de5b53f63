//! What is only told, or held against a limit: tokens a second, and the memory of connections that rest.

use std::sync::Arc;
use std::time::Duration;

use http::{Request, StatusCode, header};
use http_body_util::Full;

use crate::figure::{Bound, Figure};
use crate::load::{Asks, Load, Protocol};
use crate::rows::{Plan, spread};
use crate::subject::Subject;

/// Tokens and introspections a second, and what a connection that rests takes.
pub(crate) async fn figures(subject: &Subject, plan: Plan) -> Vec<Figure> {
    let load = Load::steady(32, Protocol::Http1, plan.time);
    let issue: Asks = Arc::new(|_| form("/token", "grant_type=client_credentials&scope=feed"));
    let issued = subject.target().ask(load, &issue, StatusCode::OK).await;
    let opened = Arc::clone(&subject.opened);
    let show: Asks =
        Arc::new(move |n| form("/introspect", &format!("token={}", opened[spread(n) % opened.len()].token)));
    let shown = subject.target().ask(load, &show, StatusCode::OK).await;
    let each = shown.bytes / shown.answers.max(1);
    assert!(each > 200, "an answer of {each} bytes does not tell what was granted");

    let told = |name: &str, value: f64| Figure::told(name, subject.database(), value);
    let mut figures = vec![
        told("tokens of client credentials, a second", issued.rate()),
        told("introspections of a grant's token, a second", shown.rate()),
    ];
    figures.extend(resting(subject).await);
    figures
}

/// What a connection that rests takes, and the hub with all of them.
pub(crate) async fn resting(subject: &Subject) -> Vec<Figure> {
    let health: Asks = Arc::new(|_| {
        Request::get("/health").header(header::HOST, "localhost").body(Full::default()).unwrap()
    });
    let before = subject.hub_memory();
    let held = subject.target().idle(IDLE, &health).await;
    tokio::time::sleep(Duration::from_secs(1)).await;
    let (each, whole) = ((subject.hub_memory() - before) / IDLE as f64, subject.hub_memory() / 1_024.0);
    drop(held);
    let told = |name: String, value: f64| Figure::told(name, subject.database(), value);
    let limit = |bytes: f64| bytes / 1_024.0;
    vec![
        told("KiB of an idle connection of mutual TLS".to_owned(), each)
            .within(Bound::AtMost(limit(60_000.0)))
            .aiming(limit(45_000.0)),
        told(format!("MiB of the hub with {IDLE} idle connections of mutual TLS"), whole)
            .within(Bound::AtMost(200.0)),
    ]
}

/// The hub at the end of everything.
pub(crate) fn memory(subject: &Subject) -> Figure {
    let whole = subject.hub_memory() / 1_024.0;
    Figure::told("MiB of the hub at the end", subject.database(), whole).within(Bound::AtMost(200.0))
}

fn form(path: &str, fields: &str) -> Request<Full<bytes::Bytes>> {
    Request::post(path)
        .header(header::HOST, "localhost")
        .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
        .body(Full::from(format!("client_id=bank-app&{fields}")))
        .unwrap()
}

/// Connections that rest.
const IDLE: usize = 1_000;
