//! Receiving events: the hub calls, and the app looks at once instead of when its pace says so (RFC 8417, RFC 8935).
//!
//! An event is believed for its signature: by a key of the hub's set, of the hub as issuer, for this app alone, of the type
//! that no other token has. One that was seen is taken again without doing anything, since the hub repeats what it is not
//! sure of. What an event says is a hint: the feed is read after it, so that an event that never came costs time and no
//! letter. A challenge is echoed: that is how the operator of the hub knows that this address is ours.

use std::{
    collections::{BTreeSet, VecDeque},
    path::Path,
    sync::{Arc, Mutex, PoisonError},
    time::{Duration, Instant},
};

use aws_lc_rs::signature::{ECDSA_P256_SHA256_FIXED, UnparsedPublicKey};
use axum::{
    Json, Router,
    extract::{DefaultBodyLimit, State},
    http::{HeaderMap, StatusCode, header::CONTENT_TYPE},
    response::{IntoResponse, Response},
    routing::post,
};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use serde::{Deserialize, de::DeserializeOwned};
use serde_json::{Map, Value, json};
use tokio::{net::TcpListener, sync::Notify};
use url::Url;

use crate::{error::Error, provider::Provider, tls};

/// Receives the events of one hub.
pub struct Receiver {
    provider: Arc<Provider>,
    keys: tokio::sync::Mutex<Option<(Instant, KeySet)>>,
    seen: Mutex<Seen>,
    woken: Notify,
}

/// What became of an event.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Received {
    /// It is new: something happened.
    News,
    /// It came before.
    Known,
    /// The hub wants to hear this.
    Challenge(String),
}

/// Why an event is refused: the codes of RFC 8935 2.4.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refused {
    /// It is no event token, or says something that this app does not expect.
    Request,
    /// No key of the hub signed it.
    Key,
    /// Another issuer speaks.
    Issuer,
    /// It is for somebody else.
    Audience,
    /// Not its fault: the hub's keys cannot be read now.
    Later,
}

impl Refused {
    const fn code(self) -> &'static str {
        match self {
            Self::Request | Self::Later => "invalid_request",
            Self::Key => "invalid_key",
            Self::Issuer => "invalid_issuer",
            Self::Audience => "invalid_audience",
        }
    }
}

#[derive(Default)]
struct Seen {
    names: BTreeSet<String>,
    order: VecDeque<String>,
}

#[derive(Clone, Deserialize)]
struct KeySet {
    keys: Vec<Key>,
}

#[derive(Clone, Deserialize)]
struct Key {
    kid: String,
    kty: String,
    crv: String,
    x: String,
    y: String,
}

#[derive(Deserialize)]
struct Header {
    alg: String,
    typ: String,
    kid: String,
}

#[derive(Deserialize)]
struct Claims {
    iss: String,
    /// A list would be somebody else's token too.
    aud: String,
    jti: String,
    events: Map<String, Value>,
}

#[derive(Deserialize)]
struct Configuration {
    issuer: String,
    jwks_uri: Url,
}

impl Receiver {
    /// Prepares it; nothing is asked yet.
    pub fn new(provider: Arc<Provider>) -> Self {
        Self { provider, keys: tokio::sync::Mutex::default(), seen: Mutex::default(), woken: Notify::new() }
    }

    /// Waits until something new came; to be followed by a look at the feed.
    pub async fn woken(&self) {
        self.woken.notified().await;
    }

    /// Serves `POST /events` over mutual TLS: only the hubs that these authorities vouch for are heard.
    pub async fn serve(
        self: Arc<Self>,
        listener: &TcpListener,
        (certificate, key): (&Path, &Path),
        hubs: &Path,
    ) -> Result<(), Error> {
        let acceptor = tls::acceptor_for(certificate, key, hubs)?;
        let front = Router::new()
            .route("/events", post(receive))
            .layer(DefaultBodyLimit::max(TOKEN_LIMIT))
            .with_state(self);
        tls::serve(listener, &acceptor, &front).await;
        Ok(())
    }

    /// Takes an event.
    pub async fn take(&self, token: &str) -> Result<Received, Refused> {
        let claims = self.verified(token).await?;
        if claims.iss != self.provider.issuer {
            return Err(Refused::Issuer);
        }
        if claims.aud != self.provider.client_id {
            return Err(Refused::Audience);
        }
        let mut events = claims.events.into_iter();
        let (Some((kind, event)), None) = (events.next(), events.next()) else {
            return Err(Refused::Request);
        };
        if kind == VERIFICATION {
            let state = event.get("state").and_then(Value::as_str).ok_or(Refused::Request)?;
            return Ok(Received::Challenge(state.to_owned()));
        }
        if !self.seen.lock().unwrap_or_else(PoisonError::into_inner).insert(claims.jti) {
            return Ok(Received::Known);
        }
        self.woken.notify_one();
        Ok(Received::News)
    }

    /// What a token claims, if it is one and a key of the hub signed it.
    async fn verified(&self, token: &str) -> Result<Claims, Refused> {
        let parts: Vec<&str> = token.split('.').collect();
        let [header, claims, signature] = parts[..] else { return Err(Refused::Request) };
        let read: Header = decoded(header)?;
        // The algorithm is ours to choose, not the token's (RFC 8725 3.1); the type keeps other tokens out (3.11).
        if read.alg != "ES256" || read.typ != "secevent+jwt" {
            return Err(Refused::Request);
        }
        let key = self.key(&read.kid).await?;
        let signature = bytes(signature)?;
        let signed = format!("{header}.{claims}");
        UnparsedPublicKey::new(&ECDSA_P256_SHA256_FIXED, key)
            .verify(signed.as_bytes(), &signature)
            .map_err(|_| Refused::Key)?;
        decoded(claims)
    }

    /// The key of that name; one that is not known may be new, and is looked for at most twice a minute.
    async fn key(&self, kid: &str) -> Result<Vec<u8>, Refused> {
        let mut known = self.keys.lock().await;
        let fresh = |(read, set): &(Instant, KeySet)| {
            let found = set.keys.iter().find(|key| key.kid == kid);
            let young = read.elapsed() < if found.is_some() { KEYS_AGE } else { LOOKED_AGAIN };
            young.then(|| found.cloned())
        };
        let found = match known.as_ref().and_then(fresh) {
            Some(found) => found,
            None => {
                let set = self.read_keys().await.map_err(|_| Refused::Later)?;
                let found = set.keys.iter().find(|key| key.kid == kid).cloned();
                *known = Some((Instant::now(), set));
                found
            }
        };
        let key = found.filter(|key| key.kty == "EC" && key.crv == "P-256").ok_or(Refused::Key)?;
        Ok([vec![4], bytes(&key.x)?, bytes(&key.y)?].concat())
    }

    /// The hub's keys, from where the hub itself says they are.
    async fn read_keys(&self) -> Result<KeySet, Error> {
        let hub = &self.provider.hub;
        let place = format!("{}/.well-known/ssf-configuration", self.provider.issuer);
        let found: Configuration =
            hub.send("read how events are sent", hub.client.get(place)).await?.json().await?;
        if found.issuer != self.provider.issuer {
            return Err(Error::Metadata("another issuer"));
        }
        hub.send("read the keys of events", hub.client.get(found.jwks_uri)).await?.json().await
    }
}

impl Seen {
    /// Whether it is new.
    fn insert(&mut self, name: String) -> bool {
        if !self.names.insert(name.clone()) {
            return false;
        }
        self.order.push_back(name);
        if self.order.len() > REMEMBERED
            && let Some(oldest) = self.order.pop_front()
        {
            self.names.remove(&oldest);
        }
        true
    }
}

async fn receive(State(receiver): State<Arc<Receiver>>, headers: HeaderMap, token: String) -> Response {
    let kind = headers.get(CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or_default();
    let taken = match kind == "application/secevent+jwt" {
        true => receiver.take(token.trim()).await,
        false => Err(Refused::Request),
    };
    match taken {
        Ok(Received::News | Received::Known) => StatusCode::ACCEPTED.into_response(),
        Ok(Received::Challenge(state)) => (StatusCode::OK, Json(json!({ "state": state }))).into_response(),
        Err(Refused::Later) => StatusCode::SERVICE_UNAVAILABLE.into_response(),
        Err(refused) => (StatusCode::BAD_REQUEST, Json(json!({ "err": refused.code() }))).into_response(),
    }
}

fn decoded<T: DeserializeOwned>(part: &str) -> Result<T, Refused> {
    serde_json::from_slice(&bytes(part)?).map_err(|_| Refused::Request)
}

fn bytes(part: &str) -> Result<Vec<u8>, Refused> {
    URL_SAFE_NO_PAD.decode(part).map_err(|_| Refused::Request)
}

const VERIFICATION: &str = "https://schemas.openid.net/secevent/ssf/event-type/verification";
/// The most bytes of a token.
const TOKEN_LIMIT: usize = 16 * 1024;
/// Names of events that are remembered; a bank keeps them for 30 days in its database.
const REMEMBERED: usize = 100_000;
/// How long keys are taken as they were read.
const KEYS_AGE: Duration = Duration::from_secs(300);
/// How soon a key that nobody knows is looked for again.
const LOOKED_AGAIN: Duration = Duration::from_secs(30);
