//! The client of the test hook: it presses the app's buttons and asks what came of it (`specs/conformance/test-hook.md`).

use std::time::Duration;

use reqwest::{Client, Method};
use serde::{Deserialize, Serialize, de::DeserializeOwned};
use serde_json::{Value, json};
use url::Url;

use super::{client, reason};
use crate::{
    authority::Credential,
    engine::{Message, Party, Seen, Stopwatch, Wire},
};

/// The hook of one app.
pub struct Hook {
    client: Client,
    base: Url,
    secret: String,
    wire: Wire,
}

/// Why the hook gave no answer.
#[derive(Debug, thiserror::Error)]
pub enum Fault {
    /// Nobody answers, or not in time.
    #[error("the test hook does not answer: {0}")]
    Silent(String),
    /// The app does not do that.
    #[error("the app's test hook does not do {0}")]
    NotDone(&'static str),
    /// It answered with a status that its document does not give for this.
    #[error("the test hook answered {status} to {what}: {text}")]
    Status {
        /// Which call.
        what: &'static str,
        /// The status.
        status: u16,
        /// What it said.
        text: String,
    },
    /// Its answer cannot be read.
    #[error("the test hook's answer to {what} cannot be read: {why}")]
    Unreadable {
        /// Which call.
        what: &'static str,
        /// Why.
        why: String,
    },
}

/// What the app says about itself.
#[derive(Clone, Debug, Deserialize)]
pub struct Info {
    /// The version of the hook.
    pub hook: String,
    /// Name and version of the app.
    pub app: AppName,
    /// What the hook can do.
    #[serde(default)]
    pub operations: Vec<String>,
    /// Where a customer begins.
    pub front: Option<Front>,
    /// Where the app hears what the hub pushes.
    pub events: Option<Url>,
}

/// Name and version of an app.
#[derive(Clone, Debug, Deserialize)]
pub struct AppName {
    /// Its name.
    pub name: String,
    /// Its version.
    pub version: String,
}

/// The app's pages.
#[derive(Clone, Debug, Deserialize)]
pub struct Front {
    /// Where a customer begins.
    pub start: Start,
}

/// How a customer begins.
#[derive(Clone, Debug, Deserialize)]
pub struct Start {
    /// `GET` or `POST`.
    pub method: String,
    /// Where.
    pub url: Url,
}

/// What came of beginning a flow.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Begun {
    /// Its id.
    pub flow_id: String,
    /// `redirected` or `refused`.
    pub state: String,
    /// Where the browser is sent.
    pub authorize_url: Option<Url>,
    /// What the browser holds.
    pub cookies: Vec<String>,
    /// Why the app went no further.
    pub refusal: Option<String>,
    /// How long the hub is left alone.
    pub retry_after_seconds: Option<u64>,
    /// For people.
    pub detail: Option<String>,
}

/// What came of a flow.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Flow {
    /// `redirected`, `connected` or `refused`.
    pub state: String,
    /// Why the app went no further.
    pub refusal: Option<String>,
    /// For people.
    pub detail: Option<String>,
    /// Of a flow that is connected.
    pub connection_id: Option<String>,
    /// What was granted, as the app understands it.
    pub granted: Vec<Value>,
    /// Each answer that reached the redirect URI.
    pub answers: Vec<Answered>,
}

/// What the app did with one answer.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct Answered {
    /// `connected` or `refused`.
    pub outcome: String,
    /// Why it was refused.
    pub refusal: Option<String>,
}

/// How a connection stands.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Connection {
    /// `connected`, `suspended` or `ended`.
    pub state: String,
    /// The mailbox.
    pub mailbox_id: String,
    /// The consent.
    pub consent_id: String,
    /// What was granted.
    pub granted: Vec<Value>,
    /// Where the customer sees the letters.
    pub pages: Option<Pages>,
}

/// Where the customer sees the letters.
#[derive(Clone, Debug, Deserialize)]
pub struct Pages {
    /// The list.
    pub messages: Option<Url>,
    /// One letter, `{messageId}` where the id belongs.
    pub message: Option<String>,
}

/// What is to be read.
#[derive(Clone, Debug, Default, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Question {
    /// `messages`, `message`, `attachment`, `consent`.
    pub what: &'static str,
    /// Of a message and of an attachment.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub message_id: Option<String>,
    /// Of an attachment.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub attachment_id: Option<String>,
    /// Every page of the list.
    pub all: bool,
    /// With the ETag that the app kept.
    pub if_none_match: bool,
}

/// What came of reading, renewing, ending or synchronising.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Outcome {
    /// `ok`, `refused`, `ended`, `suspended`, `gone`, `later`, `denied`, `failed`.
    pub outcome: String,
    /// Why.
    pub refusal: Option<String>,
    /// Of `later`.
    pub retry_after_seconds: Option<u64>,
    /// For people.
    pub detail: Option<String>,
    /// In the order in which they came.
    pub message_ids: Vec<String>,
    /// The file that was read.
    pub attachment: Option<Value>,
    /// The hub said 304.
    pub unchanged: bool,
    /// How many changes were read.
    pub changes: Option<u64>,
}

/// What became of an event.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct EventSeen {
    /// Its name, where it could be read.
    pub jti: Option<String>,
    /// `taken`, `known`, `ignored`, `refused`.
    pub effect: String,
    /// Why it was refused.
    pub refusal: Option<String>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct EventsSeen {
    events: Vec<EventSeen>,
}

impl Hook {
    /// Prepares the calls; `trusted` are the authorities of a hook that speaks TLS.
    pub fn new(
        base: Url,
        secret: String,
        trusted: &[String],
        limit: Duration,
        wire: Wire,
    ) -> Result<Self, reqwest::Error> {
        wire.hide("hook secret", &secret);
        Ok(Self { client: client(trusted, None, limit)?, base, secret, wire })
    }

    /// Which app it is and what its hook can do.
    pub async fn app(&self) -> Result<Info, Fault> {
        self.call("get the app", Method::GET, "", None).await
    }

    /// The app forgets everything.
    pub async fn reset(&self) -> Result<(), Fault> {
        self.call::<Value>("reset", Method::POST, "reset", None).await.map(drop)
    }

    /// Begins a consent for a customer.
    pub async fn begin(&self, customer: &str, actions: &[&str], kind: &str) -> Result<Begun, Fault> {
        let ask = json!({"customer": customer, "actions": actions, "mailboxKind": kind});
        self.call("flows", Method::POST, "flows", Some(ask)).await
    }

    /// What came of a flow.
    pub async fn flow(&self, id: &str) -> Result<Flow, Fault> {
        self.call("flows", Method::GET, &format!("flows/{id}"), None).await
    }

    /// How a connection stands.
    pub async fn connection(&self, id: &str) -> Result<Connection, Fault> {
        self.call("connections", Method::GET, &format!("connections/{id}"), None).await
    }

    /// Reads as the customer would.
    pub async fn read(&self, id: &str, question: &Question) -> Result<Outcome, Fault> {
        self.call("read", Method::POST, &format!("connections/{id}/read"), Some(json!(question))).await
    }

    /// Renews the access token.
    pub async fn refresh(&self, id: &str) -> Result<Outcome, Fault> {
        self.call("refresh", Method::POST, &format!("connections/{id}/refresh"), None).await
    }

    /// Disconnects, as the customer wishes.
    pub async fn end(&self, id: &str) -> Result<Outcome, Fault> {
        self.call("end", Method::POST, &format!("connections/{id}/end"), None).await
    }

    /// One pass over the change feed.
    pub async fn synchronise(&self) -> Result<Outcome, Fault> {
        self.call("synchronise", Method::POST, "synchronise", None).await
    }

    /// The events that came since the last reset.
    pub async fn events(&self) -> Result<Vec<EventSeen>, Fault> {
        let seen: EventsSeen = self.call("events", Method::GET, "events", None).await?;
        Ok(seen.events)
    }

    /// The app calls with this certificate from now on.
    pub async fn certificate(&self, credential: &Credential) -> Result<(), Fault> {
        let body = json!({"certificate": credential.certificate, "key": credential.key});
        self.call::<Value>("certificate", Method::POST, "certificate", Some(body)).await.map(drop)
    }

    async fn call<T: DeserializeOwned>(
        &self,
        what: &'static str,
        method: Method,
        path: &str,
        body: Option<Value>,
    ) -> Result<T, Fault> {
        let url = self.base.join(path).map_err(|error| Fault::Silent(error.to_string()))?;
        let mut request = self.client.request(method.clone(), url.clone()).bearer_auth(&self.secret);
        if let Some(body) = &body {
            request = request.json(body);
        }
        let watch = Stopwatch::start();
        let mut seen = Seen::request(Party::Suite, Party::Hook, method.as_str(), url.as_str());
        seen.request = Message {
            body: body.map(|body| body.to_string().into_bytes()).unwrap_or_default().into(),
            ..Message::default()
        };
        let answered = async {
            let response = request.send().await?;
            let status = response.status().as_u16();
            let headers = response.headers().clone();
            Ok((status, headers, response.bytes().await?))
        };
        let answered: Result<_, reqwest::Error> = answered.await;
        seen.micros = watch.micros();
        let (status, headers, bytes) = match answered {
            Ok(answered) => answered,
            Err(error) => {
                let why = reason(error);
                seen.failure = Some(why.clone());
                self.wire.saw(&seen);
                return Err(Fault::Silent(why));
            }
        };
        seen.status = Some(status);
        seen.answer = Message { headers, body: bytes.clone() };
        self.wire.saw(&seen);
        read(what, status, &bytes)
    }
}

fn read<T: DeserializeOwned>(what: &'static str, status: u16, bytes: &[u8]) -> Result<T, Fault> {
    match status {
        501 => Err(Fault::NotDone(what)),
        200..=299 => {
            let document = if bytes.is_empty() { b"null" } else { bytes };
            serde_json::from_slice(document).map_err(|why| Fault::Unreadable { what, why: why.to_string() })
        }
        _ => {
            let text = String::from_utf8_lossy(bytes).chars().take(200).collect();
            Err(Fault::Status { what, status, text })
        }
    }
}

impl Question {
    /// The newest page of the list.
    pub fn messages() -> Self {
        Self { what: "messages", ..Self::default() }
    }

    /// Every page of the list.
    pub fn all() -> Self {
        Self { all: true, ..Self::messages() }
    }

    /// One letter.
    pub fn message(id: &str) -> Self {
        Self { what: "message", message_id: Some(id.to_owned()), ..Self::default() }
    }

    /// A file of a letter.
    pub fn attachment(message: &str, attachment: &str) -> Self {
        let attachment_id = Some(attachment.to_owned());
        Self { what: "attachment", attachment_id, ..Self::message(message) }
    }

    /// The same, with the ETag that the app kept.
    #[must_use]
    pub fn again(mut self) -> Self {
        self.if_none_match = true;
        self
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_operation_that_the_app_lacks_is_told_from_a_wrong_answer() {
        assert!(matches!(read::<Value>("end", 501, b""), Err(Fault::NotDone("end"))));
        assert!(matches!(read::<Value>("end", 404, b"{}"), Err(Fault::Status { status: 404, .. })));
        assert!(matches!(read::<Outcome>("end", 200, b"no"), Err(Fault::Unreadable { .. })));
        assert!(read::<Value>("reset", 204, b"").is_ok());
    }

    #[test]
    fn members_that_are_not_known_are_passed_over() {
        let flow: Flow = read("flows", 200, br#"{"flowId":"f","state":"refused","new":1}"#).unwrap();
        assert_eq!(flow.state, "refused");
    }
}
