//! The demo's identity provider: OpenID Connect Core 1.0 with code flow, PKCE and a login page for test citizens.
//!
//! Stands in for the national identity service, on loopback only. It asks for no password: whoever sits at
//! the machine picks a test citizen. It keeps no session of its own, so that every login is a fresh one, and
//! everything it knows is gone when it stops.

mod authorize;
mod discovery;
mod keys;
mod logout;
mod page;
mod parameters;
mod request;
mod store;
mod token;
mod words;

use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::http::HeaderValue;
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE, HeaderName, REFERRER_POLICY, X_CONTENT_TYPE_OPTIONS};
use axum::middleware::map_response;
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use hub_core::clock::{Clock, Timestamp};
use hub_core::random::Random;

use self::keys::SigningKey;
use self::request::AuthorizationRequest;
use self::store::Store;
use crate::demo::people::People;

/// A client that may send citizens here: the hub.
pub(crate) struct Client {
    /// Its `client_id`.
    pub(crate) id: String,
    /// Its name on the login page.
    pub(crate) name: String,
    /// Its secret, sent as `client_secret_basic` or `client_secret_post`.
    pub(crate) secret: String,
    /// Where citizens may be sent back to after a login; compared exactly.
    pub(crate) redirect_uris: Vec<String>,
    /// Where they may be sent back to after logging out; compared exactly.
    pub(crate) post_logout_redirect_uris: Vec<String>,
}

/// What the identity provider is told at its start.
pub(crate) struct Settings {
    /// Its origin without a slash at the end, which is also the `iss` of its tokens.
    pub(crate) issuer: String,
    /// Who may send citizens here.
    pub(crate) clients: Vec<Client>,
    /// Who can log in.
    pub(crate) people: People,
}

/// The identity provider, to be served over TLS.
#[derive(Clone)]
pub(crate) struct IdentityProvider(Arc<State>);

/// What its handlers share.
struct State {
    settings: Settings,
    key: SigningKey,
    clock: Clock,
    /// Logins that have begun.
    logins: Store<AuthorizationRequest>,
    /// Codes that can still be redeemed.
    codes: Store<Code>,
    random: Random,
}

/// What a code stands for.
struct Code {
    request: AuthorizationRequest,
    /// The `sub` of who logged in.
    subject: String,
    acr: &'static str,
    auth_time: Timestamp,
}

impl IdentityProvider {
    /// Makes an identity provider with a new signing key.
    pub(crate) fn new(settings: Settings, clock: Clock, random: Random) -> anyhow::Result<Self> {
        let key = SigningKey::generate()?;
        let (logins, codes) = (Store::new(LOGIN_LIFE), Store::new(CODE_LIFE));
        Ok(Self(Arc::new(State { settings, key, clock, logins, codes, random })))
    }

    /// Its pages and endpoints.
    pub(crate) fn routes(&self) -> Router {
        Router::new()
            .route(discovery::PATH, get(discovery::metadata))
            .route("/jwks", get(discovery::jwks))
            .route("/authorize", get(authorize::begin).post(authorize::begin))
            .route("/login", post(authorize::log_in))
            .route("/token", post(token::redeem))
            .route("/end_session", get(logout::end).post(logout::end))
            .route("/style.css", get(style))
            .layer(map_response(guard))
            .with_state(self.clone())
    }

    /// The registered client of this id.
    fn client(&self, id: &str) -> Option<&Client> {
        self.0.settings.clients.iter().find(|client| client.id == id)
    }
}

/// Nothing of the identity provider is kept by browsers, framed, or guessed at.
async fn guard(mut response: Response) -> Response {
    let headers = response.headers_mut();
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    headers.insert(X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    headers.insert(REFERRER_POLICY, HeaderValue::from_static("no-referrer"));
    headers.insert(HeaderName::from_static("x-frame-options"), HeaderValue::from_static("DENY"));
    response
}

async fn style() -> impl IntoResponse {
    ([(CONTENT_TYPE, "text/css; charset=utf-8")], include_str!("pages/style.css"))
}

/// The level of assurance that the hub accepts.
pub(crate) const SUBSTANTIAL: &str = "urn:facteur:demo:substantial";
/// The level that it refuses.
pub(crate) const LOW: &str = "urn:facteur:demo:low";
/// How long somebody may look at the login page.
const LOGIN_LIFE: Duration = Duration::from_secs(10 * 60);
/// How long a code can be redeemed (RFC 6749 4.1.2 allows ten minutes).
const CODE_LIFE: Duration = Duration::from_secs(60);

#[cfg(test)]
mod tests;
