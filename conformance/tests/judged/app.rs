//! A small app of the test's own: right in what it declares, or wrong in exactly one thing.

use std::{
    collections::BTreeMap,
    net::SocketAddr,
    sync::{Arc, Mutex},
    time::Instant,
};

use axum::{
    Json, Router,
    extract::{Path, RawQuery, State},
    http::{HeaderMap, StatusCode},
    response::{Html, IntoResponse, Response},
    routing::{get, post},
};
use reqwest::Client;
use serde_json::{Value, json};
use tokio::{net::TcpListener, task::JoinSet};
use url::form_urlencoded;

use super::flaw::Flaw;

/// What the app is told once.
#[derive(Clone)]
pub(crate) struct Setting {
    pub(crate) issuer: String,
    pub(crate) resource: String,
    pub(crate) client_id: String,
    pub(crate) ca: String,
    pub(crate) identity: String,
}

/// A running app; it ends with its value.
pub(crate) struct App {
    _serving: JoinSet<()>,
}

#[derive(Default)]
pub(crate) struct Memory {
    pub(crate) client: Option<Client>,
    pub(crate) metadata: Option<(Instant, Value)>,
    pub(crate) flows: BTreeMap<String, Flow>,
    pub(crate) connections: BTreeMap<String, Connection>,
    pub(crate) later: Option<Instant>,
    pub(crate) made: u32,
}

#[derive(Clone, Default)]
pub(crate) struct Flow {
    pub(crate) state: String,
    pub(crate) verifier: String,
    pub(crate) actions: Vec<String>,
    pub(crate) kind: String,
    pub(crate) pending: bool,
    pub(crate) told: Value,
    pub(crate) answers: Vec<Value>,
    pub(crate) customer: String,
}

#[derive(Clone, Default)]
pub(crate) struct Connection {
    pub(crate) access: String,
    pub(crate) refresh: String,
    pub(crate) granted: Value,
    pub(crate) state: String,
    pub(crate) customer: String,
    pub(crate) tags: BTreeMap<String, String>,
}

/// Why the app goes no further: outcome and refusal.
pub(crate) type Refused = (&'static str, &'static str);

pub(crate) struct Desk {
    pub(crate) setting: Setting,
    pub(crate) origin: String,
    pub(crate) flaw: Option<Flaw>,
    pub(crate) memory: Mutex<Memory>,
}

type Shared = State<Arc<Desk>>;

impl App {
    /// Starts it on a listener that is bound already.
    pub(crate) fn start(listener: TcpListener, setting: Setting, flaw: Option<Flaw>) -> Self {
        let address: SocketAddr = listener.local_addr().unwrap();
        let origin = format!("http://{address}");
        let desk = Arc::new(Desk { setting, origin, flaw, memory: Mutex::default() });
        let router = Router::new()
            .route("/", get(info))
            .route("/reset", post(reset))
            .route("/flows", post(begin))
            .route("/flows/{id}", get(flow))
            .route("/connections/{id}", get(connection))
            .route("/connections/{id}/read", post(read))
            .route("/connections/{id}/refresh", post(refresh))
            .route("/connections/{id}/end", post(end))
            .route("/start", post(start))
            .route("/callback", get(callback))
            .with_state(desk);
        let mut serving = JoinSet::new();
        serving.spawn(async move { axum::serve(listener, router).await.unwrap() });
        Self { _serving: serving }
    }
}

async fn info(State(desk): Shared) -> Json<Value> {
    Json(json!({
        "hook": "1.0", "app": {"name": "scripted", "version": "1"},
        "operations": ["flows", "read", "refresh", "end"],
        "front": {"start": {"method": "POST", "url": format!("{}/start", desk.origin)}},
    }))
}

async fn reset(State(desk): Shared) -> StatusCode {
    *desk.memory.lock().unwrap() = Memory::default();
    StatusCode::NO_CONTENT
}

async fn start(State(desk): Shared, headers: HeaderMap) -> StatusCode {
    let foreign = headers.get("sec-fetch-site").is_some_and(|site| site != "same-origin");
    if foreign && desk.is_not(Flaw::StartsForForeigners) {
        return StatusCode::FORBIDDEN;
    }
    let _ = desk.push("one", &["list".to_owned()], "citizen").await;
    StatusCode::SEE_OTHER
}

async fn begin(State(desk): Shared, Json(ask): Json<Value>) -> (StatusCode, Json<Value>) {
    let actions: Vec<String> = serde_json::from_value(ask["actions"].clone()).unwrap();
    let (customer, kind) = (ask["customer"].as_str().unwrap(), ask["mailboxKind"].as_str().unwrap());
    let told = match desk.push(customer, &actions, kind).await {
        Ok(told) => told,
        Err((_, refusal)) => json!({"flowId": "none", "state": "refused", "refusal": refusal}),
    };
    (StatusCode::CREATED, Json(told))
}

async fn flow(State(desk): Shared, Path(id): Path<String>) -> Response {
    let memory = desk.memory.lock().unwrap();
    let Some(flow) = memory.flows.get(&id) else { return StatusCode::NOT_FOUND.into_response() };
    let mut told = flow.told.clone();
    told["answers"] = json!(flow.answers);
    Json(told).into_response()
}

async fn connection(State(desk): Shared, Path(id): Path<String>) -> Response {
    let memory = desk.memory.lock().unwrap();
    let Some(known) = memory.connections.get(&id) else { return StatusCode::NOT_FOUND.into_response() };
    Json(json!({
        "connectionId": id, "customer": known.customer, "state": known.state,
        "mailboxId": known.granted["mailboxId"], "consentId": known.granted["consentId"],
        "granted": [known.granted],
    }))
    .into_response()
}

async fn callback(State(desk): Shared, headers: HeaderMap, RawQuery(query): RawQuery) -> Response {
    let query = query.unwrap_or_default();
    let cookies = headers.get("cookie").and_then(|value| value.to_str().ok()).unwrap_or_default();
    let by_cookie = cookies.split("; ").find_map(|pair| pair.strip_prefix("session=")).map(str::to_owned);
    let answer: Vec<(String, String)> = form_urlencoded::parse(query.as_bytes()).into_owned().collect();
    let one = |name: &str| answer.iter().find(|(known, _)| known == name).map(|(_, value)| value.clone());
    let by_state = {
        let memory = desk.memory.lock().unwrap();
        let state = one("state");
        memory.flows.iter().find(|(_, flow)| Some(&flow.state) == state.as_ref()).map(|(id, _)| id.clone())
    };
    let any_browser = desk.flaw == Some(Flaw::AnyBrowser);
    let Some(id) = by_cookie.clone().or(by_state) else { return StatusCode::BAD_REQUEST.into_response() };
    let judged = match by_cookie {
        None if !any_browser => Err(("refused", "noSession")),
        _ => desk.answered(&id, &answer).await,
    };
    let mut memory = desk.memory.lock().unwrap();
    let Some(flow) = memory.flows.get_mut(&id) else { return StatusCode::BAD_REQUEST.into_response() };
    match judged {
        Ok(()) => {
            flow.answers.push(json!({"outcome": "connected"}));
            Html("connected").into_response()
        }
        Err((_, refusal)) => {
            flow.answers.push(json!({"outcome": "refused", "refusal": refusal}));
            if flow.told["state"] == "redirected" && refusal != "noSession" {
                flow.told["state"] = json!("refused");
            }
            flow.told["refusal"] = json!(refusal);
            let status = if refusal == "accessDenied" { StatusCode::OK } else { StatusCode::BAD_REQUEST };
            (status, Html("not connected")).into_response()
        }
    }
}

async fn read(State(desk): Shared, Path(id): Path<String>, Json(question): Json<Value>) -> Response {
    let told = match desk.reads(&id, &question).await {
        Ok(told) => told,
        Err((outcome, refusal)) => json!({"outcome": outcome, "refusal": refusal}),
    };
    Json(told).into_response()
}

async fn refresh(State(desk): Shared, Path(id): Path<String>) -> Json<Value> {
    Json(match desk.renew(&id).await {
        Ok(()) => json!({"outcome": "ok"}),
        Err((outcome, refusal)) => json!({"outcome": outcome, "refusal": refusal}),
    })
}

async fn end(State(desk): Shared, Path(id): Path<String>) -> Json<Value> {
    let token = desk.of(&id).refresh;
    let form = [("client_id", desk.setting.client_id.clone()), ("token", token)];
    let status = desk.post("revocation_endpoint", &form).await.map(|(status, ..)| status);
    let confirmed = matches!(status, Ok(200));
    if confirmed || desk.flaw == Some(Flaw::EndsUnconfirmed) {
        desk.change(&id, |known| known.state = "ended".into());
        return Json(json!({"outcome": "ok"}));
    }
    Json(json!({"outcome": "later", "refusal": "hubFailed"}))
}
