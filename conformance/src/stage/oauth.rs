//! The OAuth endpoints of the played hub, honest: what a hub of this kind answers to a right request and to a wrong one.

use aws_lc_rs::digest;
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use serde_json::{Value, json};

use super::{
    grants::{Code, Life, Pushed},
    letters::{put, time},
    random,
    refusal::{invalid_token, missing_scope, not_found, oauth},
    truth::Truth,
    wire::{Answer, Call},
};
use crate::engine::Stopwatch;

/// How long a code is good, in seconds.
const CODE_SECONDS: u64 = 60;

impl Truth {
    /// RFC 9126. What an honest hub need not refuse is taken, so that the judge alone says what was wrong.
    pub(crate) fn par(&mut self, call: &Call) -> Answer {
        if let Some(refused) = self.client_refused(call) {
            return refused;
        }
        let details: Value =
            serde_json::from_str(call.field("authorization_details").unwrap_or_default()).unwrap_or_default();
        let Some(asked) = details.get(0) else {
            return oauth("invalid_authorization_details", "one element of type mailbox is needed");
        };
        let Some(redirect_uri) = call.field("redirect_uri").filter(|uri| *uri == self.setting.redirect_uri)
        else {
            return oauth("invalid_request", "redirect_uri is not registered");
        };
        let seconds = self.knobs.push_seconds;
        let pushed = Pushed {
            state: call.field("state").map(str::to_owned),
            challenge: call.field("code_challenge").unwrap_or_default().to_owned(),
            redirect_uri: redirect_uri.to_owned(),
            actions: texts(asked.get("actions")),
            kind: if asked.get("mailboxKind") == Some(&json!("enterprise")) {
                "enterprise"
            } else {
                "citizen"
            },
            manages: call.field("grant_management_action").is_some(),
            since: Stopwatch::start(),
            seconds,
        };
        let request_uri =
            format!("urn:ietf:params:oauth:request_uri:{}{}", random::secret(), self.knobs.request_uri_tail);
        self.grants.pushed.insert(request_uri.clone(), pushed);
        let body = json!({"request_uri": request_uri, "expires_in": seconds});
        Answer::json(201, body).with("cache-control", "no-cache, no-store")
    }

    /// The citizen arrives, agrees and is sent back. `x-suite-customer` says who it is; only the suite's browser may.
    pub(crate) fn authorize(&mut self, call: &Call) -> Answer {
        if call.header("x-suite-browser") != Some(self.browser.as_str()) {
            return Answer::bytes(400, "text/html", b"<h1>This is a page for citizens</h1>".to_vec());
        }
        let found = call.parameter("request_uri").and_then(|uri| self.grants.pushed.get(uri)).cloned();
        let Some(pushed) = found.filter(|pushed| pushed.since.elapsed().as_secs() < pushed.seconds) else {
            return Answer::bytes(400, "text/html", b"<h1>This request is not known any more</h1>".to_vec());
        };
        let customer = call.header("x-suite-customer").unwrap_or("one");
        let consent = self
            .mailbox_of(customer, pushed.kind)
            .and_then(|mailbox| self.consents(mailbox, pushed.actions.clone()));
        let Some(consent) = consent else {
            return Answer::bytes(400, "text/html", b"<h1>Nobody of that name</h1>".to_vec());
        };
        let code = format!("fac_{}", random::secret());
        self.grants.codes.insert(
            code.clone(),
            Code {
                challenge: pushed.challenge,
                redirect_uri: pushed.redirect_uri.clone(),
                consent,
                manages: pushed.manages,
                since: Stopwatch::start(),
                used: false,
            },
        );
        let mut parameters = vec![("code".to_owned(), code)];
        parameters.extend(pushed.state.map(|state| ("state".to_owned(), state)));
        parameters.push(("iss".to_owned(), self.setting.issuer.clone()));
        Answer::redirect(&pushed.redirect_uri, parameters)
    }

    /// RFC 6749 3.2.
    pub(crate) fn token(&mut self, call: &Call) -> Answer {
        if let Some(refused) = self.client_refused(call) {
            return refused;
        }
        match call.field("grant_type") {
            Some("authorization_code") => self.redeem(call),
            Some("refresh_token") => self.renew(call),
            Some("client_credentials") => self.own(call),
            _ => oauth("unsupported_grant_type", "grant_type is not known"),
        }
    }

    fn redeem(&mut self, call: &Call) -> Answer {
        let verifier = call.field("code_verifier").unwrap_or_default();
        let Some(code) = call.field("code").and_then(|code| self.grants.codes.get_mut(code)) else {
            return oauth("invalid_grant", "the code is not known");
        };
        let right = !code.used
            && code.since.elapsed().as_secs() < CODE_SECONDS
            && call.field("redirect_uri") == Some(code.redirect_uri.as_str())
            && (code.challenge == challenge(verifier) || code.challenge == verifier);
        code.used = true;
        let (consent, manages) = (code.consent, code.manages);
        if !right {
            return oauth("invalid_grant", "the code is used, old, or of another request");
        }
        let refresh = self.grants.refresh_token(consent);
        let mut answer = self.tokens(consent, call);
        put(&mut answer, "refresh_token", json!(refresh));
        if let (true, Some(consent)) = (manages, self.grants.consents.get(consent)) {
            put(&mut answer, "grant_id", json!(consent.grant));
        }
        no_store(answer)
    }

    fn renew(&mut self, call: &Call) -> Answer {
        let token = call.field("refresh_token").unwrap_or_default();
        let Some(consent) = self.grants.refresh.get(token).copied() else {
            return oauth("invalid_grant", "the refresh token is not known");
        };
        match self.grants.consents.get(consent).map(|consent| consent.life) {
            Some(Life::Standing) => {}
            Some(Life::Suspended) => return oauth("unauthorized_client", "the consent stands still"),
            Some(Life::Ended) | None => return oauth("invalid_grant", "the consent is over"),
        }
        let mut answer = self.tokens(consent, call);
        if self.knobs.rotates {
            self.grants.refresh.remove(token);
            let next = self.grants.refresh_token(consent);
            put(&mut answer, "refresh_token", json!(next));
        }
        no_store(answer)
    }

    fn own(&mut self, call: &Call) -> Answer {
        let scopes: Vec<String> =
            call.field("scope").unwrap_or_default().split_whitespace().map(str::to_owned).collect();
        let scope = scopes.join(" ");
        let access = self.grants.access_token(None, scopes, call.wire.peer.clone());
        no_store(json!({
            "access_token": access, "token_type": "Bearer", "expires_in": 600, "scope": scope,
        }))
    }

    fn tokens(&mut self, place: usize, call: &Call) -> Value {
        let access = self.grants.access_token(Some(place), Vec::new(), call.wire.peer.clone());
        let resource = self.setting.resource();
        let details: Vec<Value> =
            self.grants.consents.get(place).map(|consent| consent.details(&resource)).into_iter().collect();
        json!({
            "access_token": access, "token_type": "Bearer", "expires_in": 600,
            "authorization_details": details,
        })
    }

    /// RFC 7662.
    pub(crate) fn introspect(&self, call: &Call) -> Answer {
        if let Some(refused) = self.client_refused(call) {
            return refused;
        }
        let token = call.field("token").unwrap_or_default();
        let Some(access) = self.grants.access.get(token).filter(|access| access.alive) else {
            return no_store(json!({"active": false}));
        };
        let resource = self.setting.resource();
        let mut told = json!({
            "active": true, "client_id": self.setting.client_id, "aud": resource, "iss": self.setting.issuer,
            "exp": crate::engine::now().as_second() + 600, "token_type": "Bearer",
            "cnf": {"x5t#S256": access.thumbprint.clone().unwrap_or_default()},
        });
        if let Some(consent) = access.consent.and_then(|place| self.grants.consents.get(place)) {
            put(&mut told, "authorization_details", json!([consent.details(&resource)]));
        }
        no_store(told)
    }

    /// RFC 7009: an unknown token is no error.
    pub(crate) fn revoke(&mut self, call: &Call) -> Answer {
        if let Some(refused) = self.client_refused(call) {
            return refused;
        }
        let token = call.field("token").unwrap_or_default();
        let of_access = self.grants.access.get(token).and_then(|access| access.consent);
        if let Some(place) = self.grants.refresh.get(token).copied().or(of_access) {
            self.ends(place);
        }
        Answer::empty(200).with("cache-control", "no-store")
    }

    /// Grant management: query and revoke.
    pub(crate) fn grant(&mut self, call: &Call, id: &str) -> Answer {
        let scope =
            if call.method == "DELETE" { "grant_management_revoke" } else { "grant_management_query" };
        let Some(access) = self.grants.access.get(call.bearer().unwrap_or_default()) else {
            return invalid_token();
        };
        if !access.scopes.iter().any(|known| known == scope) {
            return missing_scope(scope);
        }
        let Some(place) = self.grants.consents.iter().position(|consent| consent.grant == id) else {
            return not_found();
        };
        if call.method == "DELETE" {
            self.ends(place);
            return Answer::empty(204);
        }
        let Some(consent) = self.grants.consents.get(place) else { return not_found() };
        no_store(json!({
            "scopes": [], "claims": [],
            "authorization_details": [consent.details(&self.setting.resource())],
            "created_at": time(consent.granted_at), "last_updated": time(consent.granted_at),
            "expires_at": time(consent.until()),
        }))
    }

    /// The client is who it says, by its certificate; no word about it if so.
    fn client_refused(&self, call: &Call) -> Option<Answer> {
        let known = call.wire.peer.as_ref().is_some_and(|peer| {
            self.setting.certificates.contains(peer) && !self.knobs.refused_certificates.contains(peer)
        });
        let named = call.field("client_id") == Some(self.setting.client_id.as_str());
        (!known || !named).then(|| oauth("invalid_client", "certificate or client_id is not registered"))
    }
}

/// The challenge of a verifier by S256 (RFC 7636 4.2).
pub(crate) fn challenge(verifier: &str) -> String {
    URL_SAFE_NO_PAD.encode(digest::digest(&digest::SHA256, verifier.as_bytes()))
}

fn no_store(body: Value) -> Answer {
    Answer::json(200, body).with("cache-control", "no-store")
}

fn texts(list: Option<&Value>) -> Vec<String> {
    let items = list.and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
    items.iter().filter_map(Value::as_str).map(str::to_owned).collect()
}
