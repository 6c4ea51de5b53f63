//! The pages of a run that goes on.

use askama::Template;
use axum::extract::{Path, Request, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::middleware::{self, Next};
use axum::response::{Html, IntoResponse, Response};
use axum::routing::get;
use axum::{Json, Router};

use super::Live;
use super::state::Moment;
use crate::engine::Outcome;
use crate::report::html::{SCRIPT as COPY, STYLE, hash};
use crate::report::view::View;

/// The routes; they answer to their own address only, so that no page of elsewhere reads them under another name.
pub(super) fn routes(live: Live, port: u16) -> Router {
    let hosts = [format!("127.0.0.1:{port}"), format!("localhost:{port}")];
    Router::new()
        .route("/", get(run))
        .route("/state", get(moment))
        .route("/case/{id}", get(case))
        .layer(middleware::from_fn(move |request: Request, next: Next| {
            let hosts = hosts.clone();
            async move { guard(&hosts, request, next).await }
        }))
        .with_state(live)
}

async fn guard(hosts: &[String], request: Request, next: Next) -> Response {
    if !is_for(hosts, request.headers()) {
        return StatusCode::MISDIRECTED_REQUEST.into_response();
    }
    let mut response = next.run(request).await;
    let headers = response.headers_mut();
    let policy = format!(
        "default-src 'none'; style-src 'sha256-{}'; script-src 'sha256-{}' 'sha256-{}'; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
        hash(STYLE),
        hash(LIVE),
        hash(COPY)
    );
    if let Ok(policy) = HeaderValue::from_str(&policy) {
        headers.insert(header::CONTENT_SECURITY_POLICY, policy);
    }
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    headers.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    response
}

fn is_for(hosts: &[String], headers: &HeaderMap) -> bool {
    let host = headers.get(header::HOST).and_then(|host| host.to_str().ok());
    host.is_some_and(|host| hosts.iter().any(|own| own == host))
}

#[derive(Template)]
#[template(path = "live.html")]
struct Run {
    name: String,
    state: Moment,
    sections: Vec<(String, Vec<(String, String)>)>,
    style: &'static str,
    script: &'static str,
}

async fn run(State(live): State<Live>) -> Result<Html<String>, StatusCode> {
    let page = {
        let state = live.state();
        Run {
            name: state.name.clone(),
            state: state.moment(),
            sections: state.sections(),
            style: STYLE,
            script: LIVE,
        }
    };
    page.render().map(Html).map_err(|_| StatusCode::INTERNAL_SERVER_ERROR)
}

async fn moment(State(live): State<Live>) -> Json<Moment> {
    Json(live.state().moment())
}

#[derive(Template)]
#[template(path = "live_case.html")]
struct CasePage<'a> {
    name: String,
    outcome: Outcome,
    view: View<'a>,
    style: &'static str,
    script: &'static str,
}

async fn case(State(live): State<Live>, Path(id): Path<String>) -> Result<Html<String>, StatusCode> {
    let page = {
        let state = live.state();
        let outcome = state.outcome(&id).ok_or(StatusCode::NOT_FOUND)?;
        CasePage {
            name: state.name.clone(),
            outcome,
            view: View::live(&live.register),
            style: STYLE,
            script: COPY,
        }
    };
    page.render().map(Html).map_err(|_| StatusCode::INTERNAL_SERVER_ERROR)
}

const LIVE: &str = include_str!("../../templates/live.js");
