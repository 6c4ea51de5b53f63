//! How the small app gets its tokens, and new ones.

use serde_json::{Value, json};

use super::{
    app::{Connection, Desk, Flow, Refused},
    desk::secret,
    flaw::Flaw,
};

impl Desk {
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
        let quietly = self.flaw == Some(Flaw::ReadsSecondMailbox);
        if !within && self.is_not(Flaw::TakesMoreThanAsked) && !quietly {
            return Err(("refused", "tooMuchGranted"));
        }
        let besides = granted.as_array().into_iter().flatten().skip(1);
        let besides = besides.filter_map(|other| other["mailboxId"].as_str().map(str::to_owned)).collect();
        let granted = if quietly { json!([granted[0]]) } else { granted };
        let connection = Connection {
            access: tokens["access_token"].as_str().unwrap_or_default().to_owned(),
            refresh: tokens["refresh_token"].as_str().unwrap_or_default().to_owned(),
            granted: granted[0].clone(),
            state: "connected".into(),
            customer: flow.customer.clone(),
            besides,
            ..Connection::default()
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
        if known.refresh.is_empty() {
            return Err(("later", "hubFailed"));
        }
        let answered = self.tokens(&form).await;
        if self.flaw == Some(Flaw::SaysRenewed) {
            self.change(id, |known| known.refresh = secret());
            return Ok(());
        }
        let tokens = answered.inspect_err(|(outcome, _)| {
            if self.flaw == Some(Flaw::LosesRefreshToken) {
                self.change(id, |known| known.refresh.clear());
            }
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
