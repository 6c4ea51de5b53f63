//! Receiving events: the hub calls, and the app looks at once instead of when its pace says so (RFC 8417, RFC 8935).
//!
//! When an event is believed stands in `token`. One that was seen is taken again without doing anything, since the hub repeats what it
//! is not sure of. What an event says about letters is a hint: the feed is read after it, so that an event that never came costs time
//! and no letter. The end of a consent counts at once. A challenge is echoed: that is how the operator of the hub knows that this
//! address is ours.

use std::{
    collections::{BTreeSet, VecDeque},
    path::Path,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use axum::{
    Json, Router,
    extract::{DefaultBodyLimit, State},
    http::{HeaderMap, StatusCode, header::CONTENT_TYPE},
    response::{IntoResponse, Response},
    routing::post,
};
use serde_json::{Value, json};
use tokio::{net::TcpListener, sync::Notify};

use crate::{
    clock,
    error::Error,
    event::Event,
    keys::Keys,
    provider::Provider,
    tls,
    token::{Claims, Refused, Unverified, name_of},
};

/// Receives the events of one hub.
pub struct Receiver {
    provider: Arc<Provider>,
    keys: Keys,
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
    /// It is of a type that this app does not know.
    Ignored,
    /// The hub wants to hear this.
    Challenge(String),
}

#[derive(Default)]
struct Seen {
    names: BTreeSet<String>,
    order: VecDeque<String>,
}

impl Receiver {
    /// Prepares it; nothing is asked yet.
    pub fn new(provider: Arc<Provider>) -> Self {
        Self { provider, keys: Keys::default(), seen: Mutex::default(), woken: Notify::new() }
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
        let unverified = Unverified::read(token)?;
        let key = self.keys.key(&unverified.kid, &self.provider).await.map_err(|_| Refused::Later)?;
        let claims = unverified.verified(&key.ok_or(Refused::Key)?)?;
        claims.check(&self.provider.issuer, &self.provider.client_id, clock::seconds())?;

        let mut events = claims.events.iter();
        let (Some((kind, event)), None) = (events.next(), events.next()) else {
            return Err(Refused::Shape);
        };
        if kind == VERIFICATION {
            let state = event.get("state").and_then(Value::as_str).ok_or(Refused::Shape)?;
            return Ok(Received::Challenge(state.to_owned()));
        }
        let Some(kind) = kind.strip_prefix(OURS).filter(|kind| KNOWN.contains(kind)) else {
            return Ok(self.remember(&claims, Received::Ignored));
        };
        self.is_ours(kind, &claims)?;
        if self.remember(&claims, Received::News) == Received::Known {
            return Ok(Received::Known);
        }
        if kind == "consentEnded" {
            let consent = event.get("consentId").and_then(Value::as_str).ok_or(Refused::Shape)?;
            self.provider.book.ended(consent);
        }
        self.woken.notify_one();
        Ok(Received::News)
    }

    /// An event is about this app's stream or about a mailbox of its own; one about a new consent tells it of a mailbox.
    fn is_ours(&self, kind: &str, claims: &Claims) -> Result<(), Refused> {
        let subject = claims.subject().ok_or(Refused::Subject)?;
        if kind == "consentGranted" {
            self.provider.book.opened(subject);
        }
        match subject == self.provider.client_id || self.provider.book.knows(subject) {
            true => Ok(()),
            false => Err(Refused::Subject),
        }
    }

    /// Remembers the name of an event; says what it is the first time, and that it is known after that.
    fn remember(&self, claims: &Claims, first: Received) -> Received {
        match self.seen().insert(&claims.jti) {
            true => first,
            false => Received::Known,
        }
    }

    /// Forgets keys and events.
    pub(crate) async fn forget(&self) {
        self.keys.clear().await;
        *self.seen() = Seen::default();
    }

    fn seen(&self) -> MutexGuard<'_, Seen> {
        self.seen.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Tells what became of a token.
    fn tell(&self, token: &str, taken: &Result<Received, Refused>) {
        let effect = match taken {
            Ok(Received::News | Received::Challenge(_)) => "taken",
            Ok(Received::Known) => "known",
            Ok(Received::Ignored) => "ignored",
            Err(_) => "refused",
        };
        let reason = taken.as_ref().err().map(|refused| format!("{refused:?}"));
        (self.provider.events)(Event::Pushed { jti: name_of(token), effect: effect.to_owned(), reason });
    }
}

impl Seen {
    /// Whether it is new.
    fn insert(&mut self, name: &str) -> bool {
        if !self.names.insert(name.to_owned()) {
            return false;
        }
        self.order.push_back(name.to_owned());
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
    let taken = match kind.split(';').next() == Some("application/secevent+jwt") {
        true => receiver.take(token.trim()).await,
        false => Err(Refused::Shape),
    };
    receiver.tell(token.trim(), &taken);
    match taken {
        Ok(Received::Challenge(state)) => (StatusCode::OK, Json(json!({ "state": state }))).into_response(),
        Ok(_) => StatusCode::ACCEPTED.into_response(),
        Err(Refused::Later) => StatusCode::SERVICE_UNAVAILABLE.into_response(),
        Err(refused) => (StatusCode::BAD_REQUEST, Json(json!({ "err": refused.code() }))).into_response(),
    }
}

const VERIFICATION: &str = "https://schemas.openid.net/secevent/ssf/event-type/verification";
/// What the types of the hub's own events begin with.
const OURS: &str = "urn:facteur:event:";
/// The events that mean something to this app: what may be new in a mailbox, how consents stand, and that too much was missed.
const KNOWN: [&str; 15] = [
    "messageAvailable",
    "messageRead",
    "messageUnread",
    "messageArchived",
    "messageUnarchived",
    "messageReplied",
    "messageExpiryNear",
    "messageExpired",
    "messageWithdrawn",
    "messageMoved",
    "messageGone",
    "consentGranted",
    "consentChanged",
    "consentEnded",
    "resynchronise",
];
/// The most bytes of a token.
const TOKEN_LIMIT: usize = 16 * 1024;
/// Names of events that are remembered; a bank keeps them for 30 days in its database.
const REMEMBERED: usize = 100_000;
