//! The client of the test hook: it presses the app's buttons and asks what came of it (`specs/conformance/test-hook.md`).

use std::time::Duration;

use reqwest::{Client, Method};
use serde::{Deserialize, de::DeserializeOwned};
use serde_json::{Value, json};
use url::Url;

use super::{
    bounded, client, reach, reason,
    told::{Begun, Connection, EventSeen, Flow, Info, Outcome, Question},
    words::Words,
};
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

#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct EventsSeen {
    pub(super) events: Vec<EventSeen>,
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

    async fn call<T: DeserializeOwned + Words>(
        &self,
        what: &'static str,
        method: Method,
        path: &str,
        body: Option<Value>,
    ) -> Result<T, Fault> {
        let url = self.base.join(path).map_err(|error| Fault::Silent(error.to_string()))?;
        if let Some(why) = reach::refused(&url) {
            return Err(Fault::Silent(why));
        }
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
            let response = request.send().await.map_err(reason)?;
            let status = response.status().as_u16();
            let headers = response.headers().clone();
            Ok((status, headers, bounded::body(response).await?))
        };
        let answered: Result<_, String> = answered.await;
        seen.micros = watch.micros();
        let (status, headers, bytes) = match answered {
            Ok(answered) => answered,
            Err(why) => {
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

fn read<T: DeserializeOwned + Words>(what: &'static str, status: u16, bytes: &[u8]) -> Result<T, Fault> {
    match status {
        501 => Err(Fault::NotDone(what)),
        200..=299 => {
            let document = if bytes.is_empty() { b"null" } else { bytes };
            let read: T = serde_json::from_slice(document)
                .map_err(|why| Fault::Unreadable { what, why: why.to_string() })?;
            match read.strange() {
                Some(why) => Err(Fault::Unreadable { what, why }),
                None => Ok(read),
            }
        }
        _ => {
            let text = String::from_utf8_lossy(bytes).chars().take(200).collect();
            Err(Fault::Status { what, status, text })
        }
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
        assert!(matches!(read::<Outcome>("end", 200, b"{}"), Err(Fault::Unreadable { .. })));
        assert!(read::<Value>("reset", 204, b"").is_ok());
    }

    #[test]
    fn members_that_are_not_known_are_passed_over() {
        let flow: Flow = read("flows", 200, br#"{"flowId":"f","state":"refused","new":1}"#).unwrap();
        assert_eq!(flow.state, "refused");
    }
}
