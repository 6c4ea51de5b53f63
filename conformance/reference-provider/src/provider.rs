//! The OAuth side of the app: how it asks for a consent, and what it does with the tokens.
//!
//! FAPI 2.0 with mutual TLS: the client certificate on the connection is the client's password, and the
//! tokens work with that certificate only. The browser carries nothing but a reference to the request.

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use serde::Deserialize;
use tokio::sync::Mutex;
use url::Url;

use crate::{
    callback::{self, Code},
    config::Config,
    consent::{Ask, Introspection, Secret, Tokens},
    error::Error,
    event::Events,
    hub::Hub,
    metadata::{self, Metadata},
    random,
};

/// How long the hub's metadata are taken as they were read.
const METADATA_AGE: Duration = Duration::from_secs(600);

/// This app, as the hub knows it.
pub struct Provider {
    pub(crate) hub: Hub,
    pub(crate) events: Events,
    pub(crate) resource: Url,
    pub(crate) issuer: String,
    pub(crate) client_id: String,
    redirect_uri: String,
    known: Mutex<Option<(Instant, Metadata)>>,
}

/// A request that the hub has taken in and the citizen has yet to see.
pub struct Pushed {
    /// The hub's reference to the request.
    pub request_uri: String,
    /// Where to send the browser, within `expires_in` seconds.
    pub url: Url,
    /// Seconds until the hub forgets the request.
    pub expires_in: u64,
    state: String,
    verifier: String,
}

#[derive(Deserialize)]
struct PushAnswer {
    request_uri: String,
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
            redirect_uri: config.redirect_uri(),
            known: Mutex::new(None),
        })
    }

    /// Gives the hub's metadata, read within the last ten minutes.
    pub async fn discover(&self) -> Result<Metadata, Error> {
        let mut known = self.known.lock().await;
        if let Some((read_at, metadata)) = &*known
            && read_at.elapsed() < METADATA_AGE
        {
            return Ok(metadata.clone());
        }
        let metadata = metadata::discover(&self.hub, &self.issuer).await?;
        *known = Some((Instant::now(), metadata.clone()));
        Ok(metadata)
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

        let request = self.hub.client.post(metadata.par).form(&form);
        let answer: PushAnswer =
            self.hub.send("push the authorization request", request).await?.json().await?;

        let url = authorize_url(metadata.authorization, &self.client_id, &answer.request_uri);
        Ok(Pushed { request_uri: answer.request_uri, url, expires_in: answer.expires_in, state, verifier })
    }

    /// Checks what came back through the browser that holds `pushed`; `query` is the callback's, as it came.
    pub fn answer(&self, query: &str, pushed: &Pushed) -> Result<Code, Error> {
        Ok(callback::check(query, &pushed.state, &self.issuer)?)
    }

    /// Redeems a code, once, and checks that no more was granted than asked.
    pub async fn redeem(&self, code: Code, pushed: &Pushed, ask: &Ask) -> Result<Tokens, Error> {
        let form = [
            ("grant_type", "authorization_code"),
            ("code", &code.0),
            ("redirect_uri", &self.redirect_uri),
            ("code_verifier", &pushed.verifier),
        ];
        let tokens = self.token("redeem the code", &form).await?;
        if !tokens.granted.iter().all(|granted| granted.is_within(ask)) {
            return Err(Error::Unexpected("more was granted than asked".to_owned()));
        }
        Ok(tokens)
    }

    /// Gets a new access token. A hub may replace the refresh token; this one keeps it.
    pub async fn refresh(&self, tokens: &Tokens) -> Result<Tokens, Error> {
        let Some(refresh) = &tokens.refresh else {
            return Err(Error::NotConnected);
        };
        let form = [("grant_type", "refresh_token"), ("refresh_token", refresh.expose())];
        let mut renewed = self.token("refresh the access token", &form).await?;
        if renewed.refresh.is_none() {
            renewed.refresh = Some(refresh.clone());
        }
        Ok(renewed)
    }

    /// Gets a token of the app's own: for its change feed, and for mailboxes whose consent includes `synchronise`.
    pub async fn own_token(&self) -> Result<Secret, Error> {
        let form = [("grant_type", "client_credentials"), ("scope", "feed synchronise")];
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
        let request = self.hub.client.post(self.discover().await?.revocation).form(&form);
        self.hub.send("hand the consent back", request).await?.done().await
    }

    /// Asks the hub what it knows about a token of this app.
    pub async fn introspect(&self, token: &Secret) -> Result<Introspection, Error> {
        let form = [("client_id", self.client_id.as_str()), ("token", token.expose())];
        let request = self.hub.client.post(self.discover().await?.introspection).form(&form);
        self.hub.send("look at a token", request).await?.json().await
    }

    async fn token(&self, purpose: &'static str, form: &[(&str, &str)]) -> Result<Tokens, Error> {
        let form: Vec<_> = form.iter().copied().chain([("client_id", self.client_id.as_str())]).collect();
        let request = self.hub.client.post(self.discover().await?.token).form(&form);
        let tokens: Tokens = self.hub.send(purpose, request).await?.json().await?;
        // RFC 6749 7.1: a kind of token that is not understood is not used; the case does not matter.
        if tokens.token_type.eq_ignore_ascii_case("bearer") {
            Ok(tokens)
        } else {
            Err(Error::Unexpected("token type".to_owned()))
        }
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
