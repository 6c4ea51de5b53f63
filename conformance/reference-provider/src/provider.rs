//! The OAuth side of the app: how it asks for a consent, and what it does with the tokens.
//!
//! FAPI 2.0 with mutual TLS: the client certificate on the connection is the client's password, and the
//! tokens work with that certificate only. The browser carries nothing but a reference to the request.

use std::{sync::Arc, time::Instant};

use reqwest::Method;
use serde::Deserialize;
use tokio::sync::Mutex;
use url::Url;

use crate::{
    book::Book,
    callback::{self, Code},
    config::Config,
    consent::{Ask, Granted, Introspection, Secret, TokenAnswer, Tokens},
    error::{Error, Unexpected},
    event::Events,
    hub::Hub,
    metadata::{self, Metadata},
    random,
};

/// This app, as the hub knows it.
pub struct Provider {
    pub(crate) hub: Hub,
    pub(crate) events: Events,
    pub(crate) resource: Url,
    pub(crate) issuer: String,
    pub(crate) client_id: String,
    pub(crate) book: Book,
    redirect_uri: String,
    known: Mutex<Option<Known>>,
}

/// The metadata as they were read.
struct Known {
    until: Instant,
    metadata: Metadata,
}

/// A request that the hub has taken in and the citizen has yet to see.
pub struct Pushed {
    /// The hub's reference to the request.
    pub request_uri: String,
    /// Where to send the browser, within `expires_in` seconds.
    pub url: Url,
    /// Seconds until the hub forgets the request.
    pub expires_in: u64,
    pub(crate) state: String,
    verifier: String,
    ask: Ask,
}

/// The answer to a pushed request (RFC 9126 2.2).
#[derive(Deserialize)]
struct PushAnswer {
    #[serde(default)]
    request_uri: String,
    #[serde(default)]
    expires_in: u64,
}

impl Provider {
    /// Prepares the app; nothing is sent yet.
    pub fn new(config: &Config, events: Events) -> Result<Self, Error> {
        Ok(Self {
            hub: Hub::new(config, Arc::clone(&events))?,
            events,
            resource: config.resource.clone(),
            issuer: config.issuer.clone(),
            client_id: config.client_id.clone(),
            book: Book::default(),
            redirect_uri: config.redirect_uri(),
            known: Mutex::new(None),
        })
    }

    /// Gives the hub's metadata, read as lately as the hub wishes and within the last ten minutes.
    pub async fn discover(&self) -> Result<Metadata, Error> {
        let mut known = self.known.lock().await;
        if let Some(Known { until, metadata }) = &*known
            && Instant::now() < *until
        {
            return Ok(metadata.clone());
        }
        let (metadata, age) = metadata::discover(&self.hub, &self.issuer).await?;
        *known = Some(Known { until: Instant::now() + age, metadata: metadata.clone() });
        Ok(metadata)
    }

    /// Tells the app of a mailbox whose consent it holds; what is told about others is not for it.
    pub fn knows_mailbox(&self, mailbox_id: &str) {
        self.book.opened(mailbox_id);
    }

    /// Forgets what the hub told, and every connection to it.
    pub(crate) async fn forget(&self) -> Result<(), Error> {
        *self.known.lock().await = None;
        self.book.clear();
        self.hub.renew()
    }

    /// Pushes an authorization request (RFC 9126), with a fresh PKCE verifier and a fresh state.
    pub async fn push(&self, ask: &Ask) -> Result<Pushed, Error> {
        let metadata = self.discover().await?;
        let (state, verifier) = (random::secret()?, random::secret()?);
        let details = ask.details(&self.resource)?;
        let form = [
            ("client_id", self.client_id.as_str()),
            ("response_type", "code"),
            ("redirect_uri", &self.redirect_uri),
            ("state", &state),
            ("code_challenge", &random::challenge(&verifier)),
            ("code_challenge_method", "S256"),
            ("authorization_details", &details),
            ("resource", self.resource.as_str()),
        ];

        let request = self.hub.request(Method::POST, metadata.par).form(&form);
        let reply = self.hub.send("push the authorization request", request).await?;
        let answer: PushAnswer = match reply.json().await {
            Err(Error::Unexpected(Unexpected::Shape(_))) => return Err(Unexpected::Pushed.into()),
            other => other?,
        };
        if answer.request_uri.is_empty() || answer.expires_in == 0 {
            return Err(Unexpected::Pushed.into());
        }

        let url = authorize_url(metadata.authorization, &self.client_id, &answer.request_uri);
        let (request_uri, expires_in) = (answer.request_uri, answer.expires_in);
        Ok(Pushed { request_uri, url, expires_in, state, verifier, ask: ask.clone() })
    }

    /// Checks what came back through the browser that holds `pushed`; `query` is the callback's, as it came.
    pub fn answer(&self, query: &str, pushed: &Pushed) -> Result<Code, Error> {
        Ok(callback::check(query, &pushed.state, &self.issuer)?)
    }

    /// Redeems a code, once, and checks that no more was granted than asked.
    ///
    /// A code is sent once whatever happens: after an answer that got lost the customer begins again.
    pub async fn redeem(&self, code: Code, pushed: &Pushed) -> Result<Tokens, Error> {
        let form = [
            ("grant_type", "authorization_code"),
            ("code", &code.0),
            ("redirect_uri", &self.redirect_uri),
            ("code_verifier", &pushed.verifier),
        ];
        let tokens = self.token("redeem the code", &form).await?;
        if tokens.granted.iter().all(|granted| granted.is_within(&pushed.ask)) {
            return Ok(tokens);
        }
        // What nobody asked for is handed back, so that the citizen does not see it standing.
        let _ = self.revoke(&tokens).await;
        Err(Unexpected::TooMuchGranted.into())
    }

    /// Gets a new access token for the consent `granted`. A hub may replace the refresh token.
    pub(crate) async fn refresh(&self, tokens: &Tokens, granted: &Granted) -> Result<Tokens, Error> {
        let Some(refresh) = &tokens.refresh else {
            return Err(Error::NotConnected);
        };
        let form = [("grant_type", "refresh_token"), ("refresh_token", refresh.expose())];
        let mut renewed = self.token("refresh the access token", &form).await?;
        if renewed.refresh.is_none() {
            renewed.refresh = Some(refresh.clone());
        }
        if renewed.granted.is_empty() {
            renewed.granted = vec![granted.clone()]; // RFC 6749 5.1: as before
        }
        let now = renewed.consent()?;
        if !now.is_same(granted) {
            return Err(Unexpected::SomethingElse.into());
        }
        if !now.is_no_wider(granted) {
            return Err(Unexpected::TooMuchGranted.into());
        }
        Ok(renewed)
    }

    /// Gets a token of the app's own, for what `scope` names: its change feed (`feed`), its consents (`consents`), mailboxes
    /// whose consent includes `synchronise`.
    pub async fn own_token(&self, scope: &str) -> Result<Secret, Error> {
        let form = [("grant_type", "client_credentials"), ("scope", scope)];
        Ok(self.token("get a token of its own", &form).await?.access)
    }

    /// Hands a consent back (RFC 7009): with the refresh token its access tokens end too.
    pub async fn revoke(&self, tokens: &Tokens) -> Result<(), Error> {
        let (token, hint) = match &tokens.refresh {
            Some(refresh) => (refresh, "refresh_token"),
            None => (&tokens.access, "access_token"),
        };
        let form =
            [("client_id", self.client_id.as_str()), ("token", token.expose()), ("token_type_hint", hint)];
        let request = self.hub.request(Method::POST, self.discover().await?.revocation).form(&form);
        self.hub.send("hand the consent back", request).await?.done().await
    }

    /// Asks the hub what it knows about a token of this app.
    pub async fn introspect(&self, token: &Secret) -> Result<Introspection, Error> {
        let form = [("client_id", self.client_id.as_str()), ("token", token.expose())];
        let request = self.hub.request(Method::POST, self.discover().await?.introspection).form(&form);
        self.hub.send("look at a token", request).await?.json().await
    }

    async fn token(&self, purpose: &'static str, form: &[(&str, &str)]) -> Result<Tokens, Error> {
        let form: Vec<_> = form.iter().copied().chain([("client_id", self.client_id.as_str())]).collect();
        let request = self.hub.request(Method::POST, self.discover().await?.token).form(&form);
        let answer: TokenAnswer = self.hub.send(purpose, request).await?.json().await?;
        Ok(answer.tokens()?)
    }
}

/// The browser gets these two parameters and no other (FAPI 2.0 5.3.3.2).
fn authorize_url(mut endpoint: Url, client_id: &str, request_uri: &str) -> Url {
    endpoint.query_pairs_mut().append_pair("client_id", client_id).append_pair("request_uri", request_uri);
    endpoint
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_browser_carries_a_reference_and_nothing_else() {
        let endpoint = Url::parse("https://facteur.localhost:8443/authorize").unwrap();
        let url = authorize_url(endpoint, "bank", "urn:ietf:params:oauth:request_uri:a&b");
        assert_eq!(
            url.as_str(),
            "https://facteur.localhost:8443/authorize?client_id=bank\
             &request_uri=urn%3Aietf%3Aparams%3Aoauth%3Arequest_uri%3Aa%26b"
        );
    }
}
