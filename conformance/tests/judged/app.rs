//! A small app of the test's own: right in what it declares, or wrong in exactly one thing.

use std::{
    collections::BTreeMap,
    net::SocketAddr,
    sync::{Arc, Mutex},
    time::{Duration, Instant},
};

use axum::{
    Json, Router,
    extract::{Path, RawQuery, State},
    http::{HeaderMap, StatusCode},
    response::{Html, IntoResponse, Response},
    routing::{get, post},
};
use base64::{
    Engine,
    engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD},
};
use reqwest::{Certificate, Client, ClientBuilder, Identity, redirect::Policy};
use serde_json::{Value, json};
use tokio::{net::TcpListener, task::JoinSet};
use url::{Url, form_urlencoded};

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
struct Memory {
    client: Option<Client>,
    metadata: Option<Value>,
    flows: BTreeMap<String, Flow>,
    connections: BTreeMap<String, Connection>,
    later: Option<Instant>,
    made: u32,
}

#[derive(Clone, Default)]
struct Flow {
    state: String,
    verifier: String,
    actions: Vec<String>,
    kind: String,
    pending: bool,
    told: Value,
    answers: Vec<Value>,
    customer: String,
}

#[derive(Clone, Default)]
struct Connection {
    access: String,
    refresh: String,
    granted: Value,
    state: String,
    customer: String,
    tags: BTreeMap<String, String>,
}

/// Why the app goes no further: outcome and refusal.
type Refused = (&'static str, &'static str);

struct Desk {
    setting: Setting,
    origin: String,
    flaw: Option<Flaw>,
    memory: Mutex<Memory>,
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

impl Desk {
    fn is_not(&self, flaw: Flaw) -> bool {
        self.flaw != Some(flaw)
    }

    fn client(&self) -> Client {
        let mut memory = self.memory.lock().unwrap();
        let made = || {
            let trusts_all = self.flaw == Some(Flaw::TrustsEveryCertificate);
            ClientBuilder::new()
                .tls_certs_only(Certificate::from_pem_bundle(self.setting.ca.as_bytes()).unwrap())
                .tls_danger_accept_invalid_certs(trusts_all)
                .identity(Identity::from_pem(self.setting.identity.as_bytes()).unwrap())
                .no_proxy()
                .redirect(Policy::none())
                .timeout(Duration::from_secs(3))
                .build()
                .unwrap()
        };
        memory.client.get_or_insert_with(made).clone()
    }

    fn name(&self) -> String {
        let mut memory = self.memory.lock().unwrap();
        memory.made += 1;
        memory.made.to_string()
    }

    fn of(&self, id: &str) -> Connection {
        self.memory.lock().unwrap().connections.get(id).cloned().unwrap_or_default()
    }

    fn change(&self, id: &str, change: impl FnOnce(&mut Connection)) {
        if let Some(known) = self.memory.lock().unwrap().connections.get_mut(id) {
            change(known);
        }
    }

    /// Sends and reads; a hub that asked for time is left alone.
    async fn send(&self, request: reqwest::RequestBuilder) -> Result<(u16, HeaderMap, Vec<u8>), Refused> {
        if self.memory.lock().unwrap().later.is_some_and(|until| Instant::now() < until) {
            return Err(("later", "slowDown"));
        }
        let mut response = request.send().await.map_err(|error| {
            if error.is_connect() { ("failed", "tls") } else { ("failed", "unreachable") }
        })?;
        let (status, headers) = (response.status().as_u16(), response.headers().clone());
        let mut body = Vec::new();
        while let Some(chunk) = response.chunk().await.map_err(|_| ("failed", "unreachable"))? {
            body.extend_from_slice(&chunk);
            if body.len() > 1 << 20 {
                return Err(("refused", "tooLarge"));
            }
        }
        if matches!(status, 429 | 503) && self.is_not(Flaw::IgnoresRetryAfter) {
            // a date is as good as three seconds here
            let given = headers.get("retry-after").and_then(|value| value.to_str().ok()).unwrap_or("0");
            let seconds = given.parse().unwrap_or(3);
            self.memory.lock().unwrap().later = Some(Instant::now() + Duration::from_secs(seconds));
            return Err(("later", "slowDown"));
        }
        Ok((status, headers, body))
    }

    async fn metadata(&self) -> Result<Value, Refused> {
        if let Some(known) = self.memory.lock().unwrap().metadata.clone() {
            return Ok(known);
        }
        let mut place = Url::parse(&self.setting.issuer).unwrap();
        let path = place.path().trim_end_matches('/').to_owned();
        place.set_path(&format!("/.well-known/oauth-authorization-server{path}"));
        let (_, _, body) = self.send(self.client().get(place)).await?;
        let read: Value = serde_json::from_slice(&body).map_err(|_| ("refused", "metadataIncomplete"))?;
        if read["issuer"] != json!(self.setting.issuer) && self.is_not(Flaw::TakesAnyIssuer) {
            return Err(("refused", "metadataIssuer"));
        }
        let aliases = read["mtls_endpoint_aliases"].as_object().cloned().unwrap_or_default();
        let mut endpoints: Vec<&Value> = aliases.values().collect();
        endpoints.push(&read["authorization_endpoint"]);
        let secure = endpoints.iter().all(|url| url.as_str().is_some_and(|url| url.starts_with("https:")));
        if !secure {
            return Err(("refused", "metadataInsecure"));
        }
        self.memory.lock().unwrap().metadata = Some(read.clone());
        Ok(read)
    }

    async fn post(
        &self,
        endpoint: &str,
        form: &[(&str, String)],
    ) -> Result<(u16, HeaderMap, Vec<u8>), Refused> {
        let metadata = self.metadata().await?;
        let url = metadata["mtls_endpoint_aliases"][endpoint].as_str().unwrap_or_default().to_owned();
        self.send(self.client().post(url).form(form)).await
    }

    async fn push(&self, customer: &str, actions: &[String], kind: &str) -> Result<Value, Refused> {
        let (id, state) = (self.name(), secret());
        let verifier = if self.flaw == Some(Flaw::OneVerifier) { "v".repeat(43) } else { secret() };
        let challenge = digest(verifier.as_bytes());
        let details = json!([{
            "type": "mailbox", "locations": [self.setting.resource], "actions": actions,
            "mailboxKind": kind, "duration": "P12M",
        }]);
        let form = [
            ("client_id", self.setting.client_id.clone()),
            ("response_type", "code".into()),
            ("redirect_uri", format!("{}/callback", self.origin)),
            ("state", state.clone()),
            ("code_challenge", challenge),
            ("code_challenge_method", "S256".into()),
            ("authorization_details", details.to_string()),
        ];
        let (status, _, body) = self.post("pushed_authorization_request_endpoint", &form).await?;
        let answer: Value = serde_json::from_slice(&body).unwrap_or_default();
        match status {
            201 => {}
            401 => return Err(("refused", "clientRefused")),
            _ => return Err(("refused", "pushRefused")),
        }
        let (Some(uri), Some(1..)) = (answer["request_uri"].as_str(), answer["expires_in"].as_u64()) else {
            return Err(("refused", "pushAnswer"));
        };
        let metadata = self.metadata().await?;
        let mut url = Url::parse(metadata["authorization_endpoint"].as_str().unwrap()).unwrap();
        url.query_pairs_mut()
            .append_pair("client_id", &self.setting.client_id)
            .append_pair("request_uri", uri);
        if self.flaw == Some(Flaw::TellsTooMuch) {
            url.query_pairs_mut().append_pair("state", &state);
        }
        let told = json!({
            "flowId": id, "state": "redirected", "authorizeUrl": url, "cookies": [format!("session={id}")],
        });
        let flow = Flow {
            state,
            verifier,
            actions: actions.to_vec(),
            kind: kind.to_owned(),
            pending: true,
            told: told.clone(),
            customer: customer.to_owned(),
            ..Flow::default()
        };
        self.memory.lock().unwrap().flows.insert(id, flow);
        Ok(told)
    }

    async fn answered(&self, id: &str, answer: &[(String, String)]) -> Result<(), Refused> {
        let flow = {
            let mut memory = self.memory.lock().unwrap();
            let Some(flow) = memory.flows.get_mut(id) else { return Err(("refused", "noSession")) };
            if !flow.pending && self.is_not(Flaw::RedeemsTwice) {
                return Err(("refused", "noSession"));
            }
            flow.pending = false;
            flow.clone()
        };
        let mut names: Vec<&String> = answer.iter().map(|(name, _)| name).collect();
        names.sort();
        if names.windows(2).any(|pair| pair[0] == pair[1]) {
            return Err(("refused", "duplicateParameter"));
        }
        let one =
            |name: &str| answer.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str());
        if one("state") != Some(&flow.state) && self.is_not(Flaw::IgnoresState) {
            return Err(("refused", "state"));
        }
        let issuer = one("iss");
        let right = issuer == Some(&self.setting.issuer);
        if !right && (issuer.is_some() || self.is_not(Flaw::NeedsNoIss)) && self.is_not(Flaw::IgnoresIss) {
            return Err(("refused", "issuer"));
        }
        match (one("code"), one("error")) {
            (Some(_), Some(_)) => Err(("refused", "contradiction")),
            (None, Some("access_denied")) => Err(("refused", "accessDenied")),
            (None, Some(_)) => Err(("refused", "hubRefused")),
            (None, None) => Err(("refused", "codeMissing")),
            (Some(code), None) => self.redeem(id, &flow, code).await,
        }
    }

    async fn redeem(&self, id: &str, flow: &Flow, code: &str) -> Result<(), Refused> {
        let form = [
            ("client_id", self.setting.client_id.clone()),
            ("grant_type", "authorization_code".into()),
            ("code", code.to_owned()),
            ("redirect_uri", format!("{}/callback", self.origin)),
            ("code_verifier", flow.verifier.clone()),
        ];
        let tokens = self.tokens(&form).await?;
        let granted = tokens["authorization_details"].clone();
        let actions: Vec<String> =
            serde_json::from_value(granted[0]["actions"].clone()).map_err(|_| ("refused", "tokenAnswer"))?;
        let within = actions.iter().all(|action| flow.actions.contains(action))
            && granted[0]["mailboxKind"] == json!(flow.kind)
            && granted.as_array().is_some_and(|granted| granted.len() == 1);
        if !within && self.is_not(Flaw::TakesMoreThanAsked) {
            return Err(("refused", "tooMuchGranted"));
        }
        let connection = Connection {
            access: tokens["access_token"].as_str().unwrap_or_default().to_owned(),
            refresh: tokens["refresh_token"].as_str().unwrap_or_default().to_owned(),
            granted: granted[0].clone(),
            state: "connected".into(),
            customer: flow.customer.clone(),
            tags: BTreeMap::new(),
        };
        let mut memory = self.memory.lock().unwrap();
        memory.connections.insert(format!("c{id}"), connection);
        if let Some(flow) = memory.flows.get_mut(id) {
            flow.told["state"] = json!("connected");
            flow.told["connectionId"] = json!(format!("c{id}"));
            flow.told["granted"] = granted;
        }
        Ok(())
    }

    async fn tokens(&self, form: &[(&str, String)]) -> Result<Value, Refused> {
        let (status, headers, body) = self.post("token_endpoint", form).await?;
        let kind = headers.get("content-type").and_then(|kind| kind.to_str().ok()).unwrap_or_default();
        let read: Value = match serde_json::from_slice(&body) {
            Ok(read) if kind.starts_with("application/json") => read,
            _ if status >= 500 => return Err(("failed", "hubFailed")),
            _ => return Err(("refused", "notJson")),
        };
        match (status, read["error"].as_str()) {
            (200, _) => {}
            (_, Some("invalid_grant")) => return Err(("ended", "grantEnded")),
            (_, Some("unauthorized_client")) => return Err(("suspended", "suspended")),
            (_, Some("invalid_client")) => return Err(("refused", "clientRefused")),
            _ => return Err(("failed", "hubFailed")),
        }
        let bearer = read["token_type"].as_str().is_some_and(|kind| kind.eq_ignore_ascii_case("bearer"));
        if !bearer && self.is_not(Flaw::TakesAnyTokenType) {
            return Err(("refused", "tokenType"));
        }
        if read["access_token"].as_str().is_none_or(str::is_empty) {
            return Err(("refused", "tokenMissing"));
        }
        Ok(read)
    }

    async fn renew(&self, id: &str) -> Result<(), Refused> {
        let known = self.of(id);
        if known.state == "ended" {
            return Err(("ended", "grantEnded"));
        }
        let form = [
            ("client_id", self.setting.client_id.clone()),
            ("grant_type", "refresh_token".into()),
            ("refresh_token", known.refresh.clone()),
        ];
        let tokens = self.tokens(&form).await.inspect_err(|(outcome, _)| {
            let state = if *outcome == "ended" { "ended" } else { known.state.as_str() };
            self.change(id, |known| known.state = state.to_owned());
        })?;
        if tokens["authorization_details"][0]["mailboxId"] != known.granted["mailboxId"] {
            return Err(("refused", "otherMailbox"));
        }
        self.change(id, |known| {
            known.access = tokens["access_token"].as_str().unwrap_or_default().to_owned();
            if let Some(refresh) = tokens["refresh_token"].as_str()
                && self.is_not(Flaw::KeepsOldRefreshToken)
            {
                known.refresh = refresh.to_owned();
            }
        });
        Ok(())
    }

    async fn reads(&self, id: &str, question: &Value) -> Result<Value, Refused> {
        let known = self.of(id);
        if known.state == "ended" && self.is_not(Flaw::ReadsAfterTheEnd) {
            return Err(("ended", "grantEnded"));
        }
        let base =
            format!("{}/mailboxes/{}/messages", self.setting.resource, text(&known.granted["mailboxId"]));
        match question["what"].as_str() {
            Some("messages") => self.messages(id, &base, question).await,
            Some(_) if !known.granted["actions"].as_array().unwrap().contains(&json!("readContent")) => {
                Err(("denied", "insufficientScope"))
            }
            Some("message") => self.message(id, &base, question).await.map(|_| json!({"outcome": "ok"})),
            _ => self.attachment(id, &base, question).await,
        }
    }

    async fn messages(&self, id: &str, base: &str, question: &Value) -> Result<Value, Refused> {
        let mut found: Vec<String> = Vec::new();
        let mut next = Some(base.to_owned());
        let mut begun_again = false;
        let tag = self.of(id).tags.get(base).cloned().filter(|_| question["ifNoneMatch"] == json!(true));
        while let Some(url) = next.take() {
            let (status, headers, body) = self.call(id, &url, tag.as_deref()).await?;
            match status {
                304 => return Ok(json!({"outcome": "ok", "unchanged": true})),
                410 if !begun_again => {
                    begun_again = true;
                    found.clear();
                    next = Some(base.to_owned());
                    continue;
                }
                410 => return Err(("refused", "paging")),
                _ => {}
            }
            let page = json_body(&headers, &body)?;
            let whole = page["items"].as_array().cloned().unwrap_or_default();
            if whole.iter().any(|item| !text(&item["href"]).starts_with(base)) {
                return Err(("refused", "otherMailbox"));
            }
            for item in whole {
                let message = text(&item["messageId"]).to_owned();
                if !found.contains(&message) || self.flaw == Some(Flaw::ShowsLettersTwice) {
                    found.push(message);
                }
            }
            if let (Some(tag), true) = (headers.get("etag"), url == base) {
                let tag = tag.to_str().unwrap().to_owned();
                self.change(id, |known| drop(known.tags.insert(base.to_owned(), tag)));
            }
            if question["all"] == json!(true) {
                next = page["next"].as_str().map(str::to_owned);
            }
            if next.as_ref().is_some_and(|next| !next.starts_with(base)) {
                return Err(("refused", "paging"));
            }
        }
        Ok(json!({"outcome": "ok", "messageIds": found}))
    }

    async fn message(&self, id: &str, base: &str, question: &Value) -> Result<Value, Refused> {
        let asked = text(&question["messageId"]);
        let (_, headers, body) = self.call(id, &format!("{base}/{asked}"), None).await?;
        let message = json_body(&headers, &body)?;
        if text(&message["messageId"]) != asked {
            return Err(("refused", "otherMailbox"));
        }
        Ok(message)
    }

    async fn attachment(&self, id: &str, base: &str, question: &Value) -> Result<Value, Refused> {
        let message = self.message(id, base, question).await?;
        let files = message["attachments"].as_array().cloned().unwrap_or_default();
        let file = files.into_iter().find(|file| file["attachmentId"] == question["attachmentId"]).unwrap();
        let place = format!(
            "{base}/{}/attachments/{}/content",
            text(&question["messageId"]),
            text(&file["attachmentId"])
        );
        let (_, headers, body) = self.call(id, &place, None).await?;
        let header = |name: &str| headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default();
        let sum = aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA256, &body);
        if header("content-type") != text(&file["mediaType"]) {
            return Err(("refused", "contentType"));
        }
        if file["size"] != json!(body.len()) {
            return Err(("refused", "length"));
        }
        let same = digest(&body) == text(&file["digest"]["digestValue"])
            && header("repr-digest") == format!("sha-256=:{}:", STANDARD.encode(sum));
        if !same && self.is_not(Flaw::TrustsWrongDigest) {
            return Err(("refused", "digest"));
        }
        Ok(json!({"outcome": "ok", "attachment": {"size": body.len(), "sha256": digest(&body)}}))
    }

    /// One call with the token; renewed once.
    async fn call(
        &self,
        id: &str,
        url: &str,
        tag: Option<&str>,
    ) -> Result<(u16, HeaderMap, Vec<u8>), Refused> {
        let mut renewals = 0;
        loop {
            let mut request = self.client().get(url).header("BelGov-Trace-Id", uuid());
            request = match self.flaw {
                Some(Flaw::TokenInAddress) => request.query(&[("access_token", self.of(id).access)]),
                _ => request.bearer_auth(self.of(id).access),
            };
            if let Some(tag) = tag {
                request = request.header("if-none-match", tag);
            }
            let (status, headers, body) = self.send(request).await?;
            let problem: Value = serde_json::from_slice(&body).unwrap_or_default();
            let kind = problem["type"].as_str().unwrap_or_default();
            let most = if self.flaw == Some(Flaw::RenewsWithoutEnd) { 5 } else { 1 };
            match status {
                401 if kind.ends_with("certificateRefused") => return Err(("refused", "clientRefused")),
                401 if renewals < most => {
                    renewals += 1;
                    self.renew(id).await?;
                }
                401 => {
                    self.change(id, |known| known.state = "ended".into());
                    return Err(("ended", "unauthorized"));
                }
                403 => return Err(("denied", "insufficientScope")),
                410 if kind.ends_with("resyncRequired") => return Ok((status, headers, body)),
                404 | 410 => return Err(("gone", "notFound")),
                200..=399 => return Ok((status, headers, body)),
                _ => return Err(("failed", "hubFailed")),
            }
        }
    }
}

fn json_body(headers: &HeaderMap, body: &[u8]) -> Result<Value, Refused> {
    let kind = headers.get("content-type").and_then(|kind| kind.to_str().ok()).unwrap_or_default();
    if !kind.starts_with("application/json") {
        return Err(("refused", "contentType"));
    }
    serde_json::from_slice(body).map_err(|_| ("refused", "notJson"))
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_default()
}

fn digest(bytes: &[u8]) -> String {
    URL_SAFE_NO_PAD.encode(aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA256, bytes))
}

fn secret() -> String {
    let mut bytes = [0; 32];
    aws_lc_rs::rand::fill(&mut bytes).unwrap();
    URL_SAFE_NO_PAD.encode(bytes)
}

fn uuid() -> String {
    let mut bytes = [0; 16];
    aws_lc_rs::rand::fill(&mut bytes).unwrap();
    let hex: String = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
    format!("{}-{}-4{}-8{}-{}", &hex[..8], &hex[8..12], &hex[13..16], &hex[17..20], &hex[20..])
}
