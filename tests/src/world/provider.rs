//! A provider application: OAuth by npm `openid-client`, the API by an HTTP client with the same certificate.

use serde_json::{Value, json};
use url::Url;

use super::answer::Answer;
use super::machine::Machine;
use super::setting::authorities;
use super::stage::Stage;
use crate::authority::Credential;
use crate::program::{Failure, Program};

/// A provider application with its certificate.
pub struct Provider<'w> {
    /// Its client of the API.
    pub machine: Machine<'w>,
    /// Its OAuth client.
    pub program: Program,
    /// Its certificate.
    pub credential: Credential,
    /// Its client id.
    pub client_id: String,
}

/// A request that was pushed and not yet answered.
#[derive(Clone, Debug)]
pub struct Asked {
    /// Where the browser is sent.
    pub url: String,
    /// The PKCE verifier.
    pub verifier: String,
    /// What the browser must bring back.
    pub state: String,
}

/// Tokens, and what they open.
#[derive(Clone, Debug)]
pub struct Grant {
    /// The access token.
    pub access: String,
    /// The refresh token.
    pub refresh: String,
    /// What the citizen granted.
    pub details: Value,
    /// The mailbox, as this provider knows it.
    pub mailbox: String,
    /// The grant's own id, if the provider asked for it with an action of grant management.
    pub id: Option<String>,
}

/// The actions of a whole consent.
pub const EVERYTHING: [&str; 3] = ["list", "readContent", "markRead"];

impl Stage {
    /// The provider application `bank` or `post`.
    pub async fn provider(&self, name: &str) -> Provider<'_> {
        let client_id = format!("{name}-app");
        let credential = authorities().providers.client(&format!("urn:test:{client_id}"));
        let program = Program::start("provider.mjs");
        let Credential { certificate, key } = &credential;
        program.call("identity", json!({"name": "own", "certificate": certificate, "key": key})).await;
        let discover = json!({"issuer": self.public, "clientId": client_id, "as": "own",
            "ca": authorities().servers.certificate});
        program.call("discover", discover).await;
        Provider { machine: self.machine(Some(&credential)), program, credential, client_id }
    }
}

impl Provider<'_> {
    /// What it asks for, as one element of `authorization_details`.
    pub fn details(&self, actions: &[&str], kind: &str) -> Value {
        let location = format!("{}/mailbox/v1", self.machine.stage.mtls);
        json!({"type": "mailbox", "locations": [location], "actions": actions, "mailboxKind": kind, "duration": "P3M"})
    }

    /// Asks for a citizen's own mailbox.
    pub async fn asks(&self, actions: &[&str]) -> Asked {
        self.asks_for(&self.details(actions, "citizen"), json!({})).await
    }

    /// Asks for this, with further parameters.
    pub async fn asks_for(&self, details: &Value, more: Value) -> Asked {
        let pushed = self.program.call("par", self.pushed(details, more)).await;
        let text = |member: &str| pushed[member].as_str().unwrap().to_owned();
        Asked { url: text("url"), verifier: text("verifier"), state: text("state") }
    }

    /// The arguments of a pushed request.
    pub fn pushed(&self, details: &Value, more: Value) -> Value {
        let mut parameters = json!({"redirect_uri": self.machine.stage.landing.url,
            "authorization_details": json!([details]).to_string()});
        if let (Some(all), Value::Object(more)) = (parameters.as_object_mut(), more) {
            all.extend(more);
        }
        json!({ "parameters": parameters })
    }

    /// Redeems the code with which the browser came back.
    pub async fn redeems(&self, asked: &Asked, callback: &str) -> Grant {
        let tokens = self.try_redeem(asked, callback).await;
        self.granted(&tokens.unwrap_or_else(|failure| panic!("the code is refused: {:#}", failure.0)))
    }

    /// The token request that redeems such a code, as a form.
    pub fn redemption(&self, asked: &Asked, callback: &str) -> Vec<(String, String)> {
        let callback = Url::parse(callback).unwrap();
        let code = callback.query_pairs().find(|(name, _)| name == "code").unwrap().1.into_owned();
        self.machine.stage.never_shown(&code);
        [
            ("grant_type", "authorization_code"),
            ("client_id", &self.client_id),
            ("code", &code),
            ("redirect_uri", &self.machine.stage.landing.url),
            ("code_verifier", &asked.verifier),
        ]
        .map(|(name, value)| (name.to_owned(), value.to_owned()))
        .to_vec()
    }

    /// [`Self::redeems`] where it may be refused.
    pub async fn try_redeem(&self, asked: &Asked, callback: &str) -> Result<Value, Failure> {
        let args = json!({"url": callback, "verifier": asked.verifier, "state": asked.state});
        self.program.ask("callback", args).await
    }

    fn granted(&self, tokens: &Value) -> Grant {
        let text = |member: &str| {
            tokens[member].as_str().unwrap_or_else(|| panic!("{member}: {tokens:#}")).to_owned()
        };
        let details = tokens["authorization_details"][0].clone();
        let grant = Grant {
            access: text("access_token"),
            refresh: text("refresh_token"),
            mailbox: details["mailboxId"].as_str().unwrap().to_owned(),
            details,
            id: tokens["grant_id"].as_str().map(str::to_owned),
        };
        self.machine.stage.never_shown(&grant.access);
        self.machine.stage.never_shown(&grant.refresh);
        grant
    }

    /// Fetches a new access token.
    pub async fn refreshes(&self, grant: &Grant) -> Grant {
        let tokens = self.program.call("refresh", json!({"token": grant.refresh})).await;
        let access = tokens["access_token"].as_str().unwrap().to_owned();
        self.machine.stage.never_shown(&access);
        Grant { access, ..grant.clone() }
    }

    /// A path of the mailbox API with a grant's token.
    pub async fn get(&self, grant: &Grant, path: &str) -> Answer {
        self.machine.get(path, Some(&grant.access)).await
    }

    /// The mailboxes that the grant opens.
    pub async fn mailboxes(&self, grant: &Grant) -> Answer {
        self.get(grant, "/mailbox/v1/mailboxes").await
    }

    /// The newest messages.
    pub async fn messages(&self, grant: &Grant) -> Answer {
        self.get(grant, &messages_path(grant)).await
    }

    /// One message.
    pub async fn message(&self, grant: &Grant, message: &str) -> Answer {
        self.get(grant, &format!("{}/{message}", messages_path(grant))).await
    }

    /// Sets the display flag.
    pub async fn marks(&self, grant: &Grant, message: &str, patch: &Value) -> Answer {
        let path = format!("{}/{message}", messages_path(grant));
        let request = self.machine.request("PATCH", &path).bearer_auth(&grant.access);
        self.machine.send(request.json(patch)).await
    }
}

/// The list of the grant's mailbox.
pub fn messages_path(grant: &Grant) -> String {
    format!("/mailbox/v1/mailboxes/{}/messages", grant.mailbox)
}
