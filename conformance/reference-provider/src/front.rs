//! What the front does when its customer begins a consent or comes back with the hub's answer.

use std::sync::Arc;

use axum_extra::extract::CookieJar;
use tokio::sync::mpsc;
use url::Url;

use crate::{
    callback::Refusal,
    connection::Connection,
    consent::Ask,
    error::Error,
    event::{Event, Events},
    provider::{Provider, Pushed},
    session::Sessions,
};

/// What the pages share.
pub(crate) struct Front {
    pub(crate) provider: Arc<Provider>,
    pub(crate) sessions: Sessions,
    /// Where new consents go to be followed in the background; without it nothing happens there.
    follow: Option<mpsc::Sender<Arc<Connection>>>,
    events: Events,
}

impl Front {
    /// Prepares the front; new consents go to `follow`.
    pub(crate) fn new(
        provider: Arc<Provider>,
        follow: Option<mpsc::Sender<Arc<Connection>>>,
        events: Events,
    ) -> Self {
        Self { provider, sessions: Sessions::default(), follow, events }
    }

    /// Pushes a request and keeps it in the browser's session; gives where to send the browser.
    pub(crate) async fn begin(&self, jar: CookieJar, ask: &Ask) -> Result<(CookieJar, Url), Error> {
        let pushed = self.provider.push(ask).await?;
        let to_hub = pushed.url.clone();
        Ok((self.sessions.begin(jar, pushed)?, to_hub))
    }

    /// Takes the hub's answer, once, in the browser that asked.
    pub(crate) async fn come_back(&self, jar: &CookieJar, query: &str) -> Result<(), Arc<Error>> {
        let outcome = match self.sessions.take_pending(jar) {
            Some(pushed) => self.finish(query, &pushed).await,
            None => Err(Refusal::NoRequest.into()),
        };
        let outcome = match outcome {
            Ok(connection) => {
                self.sessions.connect(jar, connection);
                Ok(())
            }
            Err(error) => {
                (self.events)(Event::NotConnected { reason: error.reason() });
                Err(Arc::new(error))
            }
        };
        self.sessions.remember(jar, query, outcome.clone());
        outcome
    }

    async fn finish(&self, query: &str, pushed: &Pushed) -> Result<Arc<Connection>, Error> {
        let code = self.provider.answer(query, pushed)?;
        let tokens = self.provider.redeem(code, pushed).await?;
        let connection = Arc::new(Connection::new(Arc::clone(&self.provider), tokens)?);

        let granted = connection.granted();
        (self.events)(Event::Connected {
            mailbox_id: granted.mailbox_id,
            consent_id: granted.consent_id,
            actions: granted.actions,
            until: granted.until,
        });
        if let Some(follow) = &self.follow
            && follow.try_send(Arc::clone(&connection)).is_err()
        {
            (self.events)(Event::Failed { reason: "too many new consents to follow each".to_owned() });
        }
        Ok(connection)
    }
}
