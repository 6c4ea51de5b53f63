//! How the small app speaks to the hub: metadata, pushed requests, tokens, letters.

use std::{
    collections::BTreeMap,
    time::{Duration, Instant},
};

use axum::http::HeaderMap;
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use reqwest::{Certificate, Client, ClientBuilder, Identity, redirect::Policy};
use serde_json::{Value, json};
use url::Url;

use super::{
    app::{Connection, Desk, Flow, Refused},
    flaw::Flaw,
};

impl Desk {
    pub(crate) fn is_not(&self, flaw: Flaw) -> bool {
        self.flaw != Some(flaw)
    }

    pub(crate) fn client(&self) -> Client {
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

    pub(crate) fn name(&self) -> String {
        let mut memory = self.memory.lock().unwrap();
        memory.made += 1;
        memory.made.to_string()
    }

    pub(crate) fn of(&self, id: &str) -> Connection {
        self.memory.lock().unwrap().connections.get(id).cloned().unwrap_or_default()
    }

    pub(crate) fn change(&self, id: &str, change: impl FnOnce(&mut Connection)) {
        if let Some(known) = self.memory.lock().unwrap().connections.get_mut(id) {
            change(known);
        }
    }

    /// Sends and reads; a hub that asked for time is left alone.
    pub(crate) async fn send(
        &self,
        request: reqwest::RequestBuilder,
    ) -> Result<(u16, HeaderMap, Vec<u8>), Refused> {
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

    pub(crate) async fn metadata(&self) -> Result<Value, Refused> {
        if let Some((until, known)) = self.memory.lock().unwrap().metadata.clone()
            && (Instant::now() < until || self.flaw == Some(Flaw::KeepsMetadataForEver))
        {
            return Ok(known);
        }
        let mut place = Url::parse(&self.setting.issuer).unwrap();
        let path = place.path().trim_end_matches('/').to_owned();
        place.set_path(&format!("/.well-known/oauth-authorization-server{path}"));
        let (_, headers, body) = self.send(self.client().get(place)).await?;
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
        let told = headers.get("cache-control").and_then(|value| value.to_str().ok()).unwrap_or_default();
        let age = told.rsplit("max-age=").next().and_then(|age| age.parse().ok()).unwrap_or(0);
        let until = Instant::now() + Duration::from_secs(age);
        self.memory.lock().unwrap().metadata = Some((until, read.clone()));
        Ok(read)
    }

    pub(crate) async fn post(
        &self,
        endpoint: &str,
        form: &[(&str, String)],
    ) -> Result<(u16, HeaderMap, Vec<u8>), Refused> {
        let metadata = self.metadata().await?;
        let url = metadata["mtls_endpoint_aliases"][endpoint].as_str().unwrap_or_default().to_owned();
        self.send(self.client().post(url).form(form)).await
    }

    pub(crate) async fn push(
        &self,
        customer: &str,
        actions: &[String],
        kind: &str,
    ) -> Result<Value, Refused> {
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

    pub(crate) async fn answered(&self, id: &str, answer: &[(String, String)]) -> Result<(), Refused> {
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

    pub(crate) async fn redeem(&self, id: &str, flow: &Flow, code: &str) -> Result<(), Refused> {
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

    pub(crate) async fn tokens(&self, form: &[(&str, String)]) -> Result<Value, Refused> {
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

    pub(crate) async fn renew(&self, id: &str) -> Result<(), Refused> {
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
}

pub(crate) fn digest(bytes: &[u8]) -> String {
    URL_SAFE_NO_PAD.encode(aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA256, bytes))
}

fn secret() -> String {
    let mut bytes = [0; 32];
    aws_lc_rs::rand::fill(&mut bytes).unwrap();
    URL_SAFE_NO_PAD.encode(bytes)
}
