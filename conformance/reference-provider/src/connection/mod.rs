//! One consent at work: the calls of the mailbox API, and what happens when the hub says no.
//!
//! On 401 the access token is renewed once and the call is made once more. If that is refused too the consent
//! has ended: the tokens are forgotten, and no call is made with this connection again (`tokens`). What the citizen did not permit is not
//! tried, and an answer about something else than was asked is refused (`reading`).

mod reading;
mod tokens;

use std::{
    collections::BTreeMap,
    sync::{Arc, PoisonError},
};

use tokio::sync::Mutex;
use url::Url;

use crate::{
    consent::{Granted, Tokens},
    error::{Error, Problem},
    event::Event,
    mailbox::Consent,
    provider::Provider,
};

/// A consent of one citizen, with the tokens that hang on it.
pub struct Connection {
    provider: Arc<Provider>,
    /// `None` once the consent has ended.
    tokens: Mutex<Option<Tokens>>,
    known: std::sync::Mutex<Known>,
}

/// How a consent stands, as far as the app was told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    /// The app may read.
    Connected,
    /// It may not, and perhaps will again.
    Suspended,
    /// It is over.
    Ended,
}

struct Known {
    granted: Granted,
    standing: Standing,
    /// The tag of the last answer to each question.
    tags: BTreeMap<Url, String>,
}

impl Connection {
    /// Takes the tokens of a consent into use. One consent opens one mailbox.
    pub fn new(provider: Arc<Provider>, tokens: Tokens) -> Result<Self, Error> {
        let granted = tokens.consent()?.clone();
        provider.book.opened(&granted.mailbox_id);
        let known = Known { granted, standing: Standing::Connected, tags: BTreeMap::new() };
        Ok(Self { provider, tokens: Mutex::new(Some(tokens)), known: std::sync::Mutex::new(known) })
    }

    /// What the citizen granted.
    pub fn granted(&self) -> Granted {
        self.known().granted.clone()
    }

    /// How the consent stands.
    pub fn standing(&self) -> Standing {
        let known = self.known();
        match self.provider.book.has_ended(&known.granted.consent_id) {
            true => Standing::Ended,
            false => known.standing,
        }
    }

    /// Asks the hub how the consent stands, with the app's own token; one that the hub does not find is over.
    pub async fn consent(&self) -> Result<Consent, Error> {
        let token = self.provider.own_token("consents").await?;
        let url = self.url(&["consents", &self.granted().consent_id])?;
        let request = self.provider.hub.get(url).bearer_auth(token.expose());
        match self.provider.hub.send("look at the consent", request).await {
            Err(Error::Problem(problem)) if problem.status == 404 => {
                Err(self.ended(&mut *self.tokens.lock().await, problem))
            }
            other => other?.json().await,
        }
    }

    /// Renews the access token now.
    pub async fn refresh(&self) -> Result<(), Error> {
        let token = self.access().await?;
        self.renewed(&token, Problem::told_by_renewal()).await.map(drop)
    }

    /// Hands the consent back. Its tokens are forgotten when the hub has confirmed it: until then nothing has ended.
    pub async fn end(&self) -> Result<(), Error> {
        let mut tokens = self.tokens.lock().await;
        let Some(current) = tokens.as_ref() else {
            return Ok(());
        };
        self.provider.revoke(current).await?;
        *tokens = None;
        self.known().standing = Standing::Ended;
        self.tell(Event::Disconnected);
        Ok(())
    }

    /// Tells the story.
    pub(crate) fn tell(&self, event: Event) {
        (self.provider.events)(event);
    }

    fn known(&self) -> std::sync::MutexGuard<'_, Known> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn mailbox_url(&self, path: &[&str]) -> Result<Url, Error> {
        self.url(&[&["mailboxes", self.granted().mailbox_id.as_str()], path].concat())
    }

    fn url(&self, path: &[&str]) -> Result<Url, Error> {
        below(&self.provider.resource, path)
    }
}

/// Appends segments to the API's address; an id cannot leave its segment.
pub(crate) fn below(resource: &Url, path: &[&str]) -> Result<Url, Error> {
    let mut url = resource.clone();
    url.path_segments_mut()
        .map_err(|()| Error::Broken("the API's address has no path"))?
        .pop_if_empty()
        .extend(path);
    Ok(url)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_cannot_leave_its_segment() {
        let resource = Url::parse("https://api.localhost:8444/mailbox/v1").unwrap();
        let url = below(&resource, &["mailboxes", "../../token?x", "messages"]).unwrap();
        assert_eq!(
            url.as_str(),
            "https://api.localhost:8444/mailbox/v1/mailboxes/..%2F..%2Ftoken%3Fx/messages"
        );
    }
}
