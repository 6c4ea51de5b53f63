//! Bringing events to the app, as the hub does: one token a request, over mutual TLS (RFC 8935).

use std::time::Duration;

use reqwest::{Client, header::CONTENT_TYPE};
use serde_json::Value;
use url::Url;

use super::{bounded, client, reach, reason};
use crate::{
    authority::{Authority, CertificateError, Credential},
    engine::{Message, Party, Seen, Stopwatch, Wire},
};

/// Who brings events to one receiver.
pub struct Pusher {
    to: Url,
    wire: Wire,
    known: Client,
    nobody: Client,
    stranger: Client,
}

/// What the receiver answered.
#[derive(Clone, Debug, Default)]
pub struct Delivered {
    /// The status; `None` if it did not come to HTTP.
    pub status: Option<u16>,
    /// The member `err` of a refusal.
    pub err: Option<String>,
    /// How long it took.
    pub micros: u64,
    /// Why there was no answer.
    pub failure: Option<String>,
}

/// Why there is no pusher.
#[derive(Debug, thiserror::Error)]
pub enum PusherError {
    /// A certificate cannot be made.
    #[error(transparent)]
    Certificate(#[from] CertificateError),
    /// A client cannot be made of it.
    #[error("making the client that pushes")]
    Client(#[from] reqwest::Error),
}

impl Pusher {
    /// Prepares the callers: the hub, nobody, and a stranger with a certificate of another authority.
    pub fn new(
        to: Url,
        authority: &Authority,
        trusted: &[String],
        now: u64,
        wire: Wire,
    ) -> Result<Self, PusherError> {
        let hub = authority.client("urn:facteur:conformance:hub", now)?;
        let other = Authority::new("An authority that nobody trusts", now)?;
        let stranger = other.client("urn:facteur:conformance:hub", now)?;
        let made = |identity: Option<&Credential>| client(trusted, identity, LIMIT);
        Ok(Self { to, wire, known: made(Some(&hub))?, nobody: made(None)?, stranger: made(Some(&stranger))? })
    }

    /// The hub brings a token.
    pub async fn brings(&self, token: &str) -> Delivered {
        self.deliver(&self.known, Party::Hub, token).await
    }

    /// Somebody without a certificate brings it.
    pub async fn nobody_brings(&self, token: &str) -> Delivered {
        self.deliver(&self.nobody, Party::Suite, token).await
    }

    /// Somebody with a certificate of another authority brings it.
    pub async fn stranger_brings(&self, token: &str) -> Delivered {
        self.deliver(&self.stranger, Party::HostileHub, token).await
    }

    async fn deliver(&self, client: &Client, from: Party, token: &str) -> Delivered {
        let watch = Stopwatch::start();
        let mut seen = Seen::request(from, Party::App, "POST", self.to.as_str());
        seen.request.body = token.to_owned().into();
        let request = client.post(self.to.clone()).header(CONTENT_TYPE, TYPE).body(token.to_owned());
        let answered = async {
            if let Some(why) = reach::refused(&self.to) {
                return Err(why);
            }
            let response = request.send().await.map_err(reason)?;
            let (status, headers) = (response.status().as_u16(), response.headers().clone());
            Ok((status, headers, bounded::body(response).await?))
        };
        let answered: Result<_, String> = answered.await;
        let micros = watch.micros();
        seen.micros = micros;
        let delivered = match answered {
            Ok((status, headers, body)) => {
                let told: Value = serde_json::from_slice(&body).unwrap_or_default();
                let err = told.get("err").and_then(Value::as_str).map(str::to_owned);
                seen.status = Some(status);
                seen.answer = Message { headers, body };
                Delivered { status: Some(status), err, micros, failure: None }
            }
            Err(why) => {
                seen.failure = Some(why.clone());
                Delivered { failure: Some(why), micros, ..Delivered::default() }
            }
        };
        self.wire.saw(&seen);
        delivered
    }
}

const TYPE: &str = "application/secevent+jwt";
const LIMIT: Duration = Duration::from_secs(20);
