//! The OAuth endpoints of the small hub.

use serde_json::{Value, json};

use super::small_hub::{Call, Client, Code, Consent, Pushed, Reply, State, Token, oauth, outside};
use crate::digest::sha256_base64url;
use crate::hub_plan::random;

impl State {
    /// The client of a call, by certificate and name.
    fn client(&self, call: &Call) -> Result<Client, Reply> {
        let twice =
            call.form.iter().any(|(name, _)| call.form.iter().filter(|(other, _)| other == name).count() > 1);
        if twice && !self.breaks("takes parameters twice") {
            return Err(oauth(400, "invalid_request"));
        }
        let at_the_token_endpoint =
            call.path == "/token" && self.breaks("believes names at the token endpoint");
        if self.breaks("believes names without certificates") || at_the_token_endpoint {
            let named = self.clients.iter().find(|client| client.id == call.field("client_id"));
            return named.cloned().ok_or_else(|| oauth(401, "invalid_client"));
        }
        let by_certificate = |client: &&Client| call.peer.as_ref() == Some(&client.thumbprint);
        let known = self.clients.iter().find(by_certificate).ok_or_else(|| oauth(401, "invalid_client"))?;
        if known.id == call.field("client_id") {
            return Ok(known.clone());
        }
        let named = self.clients.iter().find(|client| client.id == call.field("client_id"));
        match named {
            Some(named) if self.breaks("believes any certificate") => Ok(named.clone()),
            _ if call.field("client_id").is_empty() && !self.breaks("takes requests without a name") => {
                Err(oauth(400, "invalid_request"))
            }
            None if self.breaks("takes requests without a name") => Ok(known.clone()),
            Some(_) if self.breaks("dislikes something else") => Err(oauth(400, "invalid_request")),
            _ => Err(oauth(401, "invalid_client")),
        }
    }

    pub(super) fn par(&mut self, call: &Call) -> Reply {
        let client = match self.client(call) {
            Ok(client) => client,
            Err(refused) => return refused,
        };
        if let Some(error) = self.wrong_request(call, &client) {
            return oauth(400, error);
        }
        let tail = if self.breaks("counts its requests") {
            format!("{:040}", self.pushed.len())
        } else {
            random::secret()
        };
        let uri = format!("urn:ietf:params:oauth:request_uri:{tail}");
        let details: Value = serde_json::from_str(call.field("authorization_details")).unwrap();
        let pushed = Pushed {
            client,
            state: call.field("state").to_owned(),
            challenge: call.field("code_challenge").to_owned(),
            actions: details[0]["actions"].clone(),
            used: false,
        };
        self.pushed.insert(uri.clone(), pushed);
        let seconds = if self.breaks("keeps requests for an hour") { 3_600 } else { 90 };
        Reply::json(201, &json!({"request_uri": uri, "expires_in": seconds}))
    }

    fn wrong_request(&self, call: &Call, client: &Client) -> Option<&'static str> {
        let uri = call.field("redirect_uri");
        let registered = if self.breaks("compares redirect URIs by their beginning") {
            uri.starts_with(&client.redirect_uri)
        } else {
            uri == client.redirect_uri
        };
        let plain = call.field("code_challenge_method") != "S256" && !self.breaks("takes plain challenges");
        if call.field("response_type") != "code" && !self.breaks("takes other response types") {
            return Some("unsupported_response_type");
        }
        if !registered && (!uri.is_empty() || !self.breaks("needs no redirect URI")) {
            return Some("invalid_request");
        }
        if (call.field("code_challenge").is_empty() && !self.breaks("needs no challenge"))
            || (plain && !call.field("code_challenge").is_empty())
            || (!call.field("request_uri").is_empty() && !self.breaks("takes requests in requests"))
        {
            return Some("invalid_request");
        }
        let details: Value = serde_json::from_str(call.field("authorization_details")).unwrap_or_default();
        (!self.right_details(&details)).then_some("invalid_authorization_details")
    }

    fn right_details(&self, details: &Value) -> bool {
        let Some(one) = details.get(0).and_then(Value::as_object) else { return false };
        if self.breaks("passes over unknown details") {
            return one.get("actions").is_some_and(Value::is_array);
        }
        let known = ["type", "locations", "actions", "mailboxKind", "duration"];
        let actions = ["list", "readContent", "markRead"];
        one.keys().all(|name| known.contains(&name.as_str()))
            && one["type"] == "mailbox"
            && one["locations"] == json!([format!("{}/mailbox/v1", self.origin)])
            && one["duration"] == "P3M"
            && one
                .get("actions")
                .and_then(Value::as_array)
                .is_some_and(|list| list.iter().all(|action| actions.iter().any(|known| action == known)))
    }

    pub(super) fn authorize(&mut self, call: &Call) -> Reply {
        let open = |reply: Reply| {
            if call.header("origin").is_empty() || !self.breaks("may be read by other origins") {
                reply
            } else {
                reply.with("access-control-allow-origin", "*")
            }
        };
        let uri = call.parameter("request_uri");
        if self.breaks("redirects anywhere")
            && !call.parameter("redirect_uri").is_empty()
            && !self.pushed.contains_key(uri)
        {
            return Reply::page(303).with("location", call.parameter("redirect_uri"));
        }
        let own = |pushed: &&Pushed| {
            pushed.client.id == call.parameter("client_id") || self.breaks("opens requests for others")
        };
        let Some(pushed) = self.pushed.get(uri).filter(own).cloned() else { return open(Reply::page(400)) };
        // a load without a citizen shows a page; the suite's follower comes as one who agrees
        if !call.header("accept").starts_with("text/html") || call.method != http::Method::GET {
            return open(Reply::page(200));
        }
        if pushed.used && !self.breaks("gives a code for each visit") {
            return Reply::page(200);
        }
        let consent = self.consents(&pushed);
        if let Some(pushed) = self.pushed.get_mut(uri) {
            pushed.used = true;
        }
        let state = if self.breaks("believes the query") && !call.parameter("state").is_empty() {
            call.parameter("state")
        } else {
            &pushed.state
        };
        let code = format!("fac_{}", random::secret());
        let elsewhere = call.parameter("redirect_uri");
        let elsewhere =
            Some(elsewhere).filter(|uri| !uri.is_empty() && self.breaks("sends codes where the query says"));
        let mut back = url::Url::parse(elsewhere.unwrap_or(&pushed.client.redirect_uri)).unwrap();
        back.query_pairs_mut().append_pair("code", &code).append_pair("state", state);
        if !self.breaks("does not say who answers") {
            back.query_pairs_mut().append_pair("iss", &self.origin);
        }
        self.codes.insert(code, Code { pushed, consent, used: false });
        Reply::page(303).with("location", back.as_str())
    }

    /// A new consent; an earlier one of the same client ends.
    fn consents(&mut self, pushed: &Pushed) -> usize {
        if !self.breaks("keeps earlier consents") {
            for consent in self.consents.iter_mut().filter(|consent| consent.client == pushed.client.id) {
                consent.alive = false;
            }
        }
        self.consents.push(Consent {
            client: pushed.client.id.clone(),
            actions: pushed.actions.clone(),
            alive: true,
        });
        self.consents.len() - 1
    }

    pub(super) fn token(&mut self, call: &Call) -> Reply {
        let client = match self.client(call) {
            Ok(client) => client,
            Err(refused) => return refused,
        };
        match call.field("grant_type") {
            "authorization_code" => self.redeem(call, &client),
            "refresh_token" => self.renew(call, &client),
            "client_credentials" => self.own(call, &client),
            "password" if self.breaks("takes passwords") => self.own(call, &client),
            _ => oauth(400, "unsupported_grant_type"),
        }
    }

    fn redeem(&mut self, call: &Call, client: &Client) -> Reply {
        let Some(code) = self.codes.get(call.field("code")).cloned() else {
            return oauth(400, "invalid_grant");
        };
        let verifier = sha256_base64url(call.field("code_verifier").as_bytes());
        let missing = call.field("code_verifier").is_empty() && self.breaks("needs no verifier");
        let right = (code.pushed.client.id == client.id || self.breaks("redeems codes of others"))
            && (call.field("redirect_uri") == code.pushed.client.redirect_uri
                || self.breaks("redeems with any address"))
            && (verifier == code.pushed.challenge || missing || self.breaks("redeems with any verifier"));
        if !right || (code.used && !self.breaks("redeems codes twice")) {
            if code.used && right {
                self.end(code.consent);
            }
            return oauth(400, "invalid_grant");
        }
        if let Some(code) = self.codes.get_mut(call.field("code")) {
            code.used = true;
        }
        let refresh = format!("frt_{}", random::secret());
        self.refresh.insert(refresh.clone(), code.consent);
        let mut answer = self.granted(call, client, code.consent, &code.pushed.actions);
        answer["refresh_token"] = json!(refresh);
        let reply = Reply::json(200, &answer);
        if self.breaks("lets tokens be cached") { reply.with("cache-control", "private") } else { reply }
    }

    fn end(&mut self, consent: usize) {
        if let Some(consent) = self.consents.get_mut(consent) {
            consent.alive = false;
        }
    }

    fn renew(&mut self, call: &Call, client: &Client) -> Reply {
        let Some(place) = self.refresh.get(call.field("refresh_token")).copied() else {
            return oauth(400, "invalid_grant");
        };
        let consent = self.consents[place].clone();
        let own = consent.client == client.id || self.breaks("renews for others");
        if !own || !(consent.alive || self.breaks("renews what ended")) {
            return oauth(400, "invalid_grant");
        }
        let asked: Value = serde_json::from_str(call.field("authorization_details")).unwrap_or_default();
        let wanted = asked[0]["actions"].clone();
        let mailbox = asked[0]["mailboxId"].as_str().is_none_or(|id| id == outside("mbx", &client.id, "box"));
        let within = wanted.is_null()
            || wanted
                .as_array()
                .into_iter()
                .flatten()
                .all(|action| consent.actions.as_array().unwrap().contains(action));
        if (!within || !mailbox) && !self.breaks("widens") {
            return oauth(400, "invalid_authorization_details");
        }
        let actions = if wanted.is_null() { consent.actions } else { wanted };
        let mut answer = self.granted(call, client, place, &actions);
        if self.breaks("rotates") {
            answer["refresh_token"] = json!(format!("frt_{}", random::secret()));
        }
        Reply::json(200, &answer)
    }

    fn own(&mut self, call: &Call, client: &Client) -> Reply {
        let access = self.issued(call, client, None, &json!([]), call.field("scope"));
        Reply::json(200, &json!({"access_token": access, "token_type": "Bearer", "expires_in": 600}))
    }

    fn issued(
        &mut self,
        call: &Call,
        client: &Client,
        consent: Option<usize>,
        actions: &Value,
        scope: &str,
    ) -> String {
        let access = if self.breaks("counts its tokens") {
            format!("fat_{:043}", self.access.len())
        } else {
            format!("fat_{}", random::secret())
        };
        let token = Token {
            client: client.id.clone(),
            thumbprint: call.peer.clone().unwrap_or_default(),
            consent,
            actions: actions.clone(),
            scope: scope.to_owned(),
            alive: true,
        };
        self.access.insert(access.clone(), token);
        access
    }

    fn granted(&mut self, call: &Call, client: &Client, consent: usize, actions: &Value) -> Value {
        let access = self.issued(call, client, Some(consent), actions, "");
        json!({"access_token": access, "token_type": "Bearer", "expires_in": 600,
            "authorization_details": [self.details(client, consent, actions)]})
    }

    fn details(&self, client: &Client, consent: usize, actions: &Value) -> Value {
        json!({"type": "mailbox", "locations": [format!("{}/mailbox/v1", self.origin)], "actions": actions,
            "mailboxKind": "citizen", "mailboxId": outside("mbx", &client.id, "box"),
            "consentId": outside("cns", &client.id, &consent.to_string()), "until": "2027-02-01T00:00:00Z"})
    }

    pub(super) fn lives(&self, token: &Token) -> bool {
        token.alive
            && token.consent.is_none_or(|place| self.consents[place].alive || self.breaks("caches consents"))
    }

    pub(super) fn introspect(&mut self, call: &Call) -> Reply {
        let client = match self.client(call) {
            Ok(client) => client,
            Err(refused) => return refused,
        };
        let own = |token: &&Token| token.client == client.id || self.breaks("tells of others' tokens");
        let Some(token) = self.access.get(call.field("token")).filter(own).filter(|token| self.lives(token))
        else {
            return Reply::json(200, &json!({"active": false}));
        };
        let thumbprint = if self.breaks("shows another thumbprint") {
            sha256_base64url(b"another")
        } else {
            token.thumbprint.clone()
        };
        let mut said = json!({"active": true, "cnf": {"x5t#S256": thumbprint}});
        if let Some(place) = token.consent {
            said["authorization_details"] = json!([self.details(&client, place, &token.actions)]);
        }
        Reply::json(200, &said)
    }

    pub(super) fn revoke(&mut self, call: &Call) -> Reply {
        let client = match self.client(call) {
            Ok(client) => client,
            Err(refused) => return refused,
        };
        let anybody = self.breaks("lets others revoke");
        let token = call.field("token");
        let forgets = self.breaks("forgets to revoke");
        let held = self.refresh.get(token).copied();
        if let Some(place) = held.filter(|place| anybody || self.consents[*place].client == client.id)
            && !forgets
        {
            self.end(place);
        }
        let access = self.access.get_mut(token).filter(|token| anybody || token.client == client.id);
        if let Some(token) = access.filter(|_| !forgets) {
            token.alive = false;
        }
        Reply::json(200, &json!({}))
    }
}
