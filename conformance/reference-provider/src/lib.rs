//! The reference provider: a bank's app that fetches its customers' official mail from the hub.
//!
//! Copy from it. It speaks to the hub over the public API only, with one client certificate, and does what
//! FAPI 2.0 asks of a client: metadata of one trusted issuer, pushed authorization requests with PKCE, an
//! answer bound to the browser that asked, tokens bound to the certificate. It keeps no copy of a letter,
//! and when the citizen ends the consent it stops and forgets its tokens.
//!
//! Read in this order: [`Provider`] gets a consent, [`Connection`] reads with it, `web` is the front that
//! the bank's customer sees, `story` is what happens in the background, [`Synchroniser`] keeps up with all mailboxes
//! whose consent includes it while nobody uses the app, [`Receiver`] hears at once when there is something.
//!
//! `hook` is there for the conformance suite that judges this app, and only when asked for.
//!
//! Left out, because every bank has its own: the customer's log-in at the bank, and a store for tokens that
//! survives a restart (encrypt them; they are as good as the consent).

mod attachment;
mod book;
mod callback;
mod client;
mod clock;
mod config;
mod connection;
mod consent;
mod error;
mod event;
mod front;
mod hook;
mod hub;
mod keys;
mod mailbox;
mod metadata;
mod pages;
mod paging;
mod provider;
mod random;
mod receiver;
mod reply;
mod session;
mod story;
mod synchroniser;
mod tls;
mod token;
mod web;

pub use callback::{Code, Refusal};
pub use config::{Config, Options};
pub use connection::{Connection, Standing};
pub use consent::{Ask, Granted, Introspection, Secret, Tokens};
pub use error::{Error, Mismatch, Problem, Unexpected};
pub use event::{Event, Events};
pub use mailbox::{
    Attachment, Body, Change, Changes, Consent, Digest, Mailbox, Mailboxes, Message, MessageSummary,
    Messages, SenderOrganization, Text,
};
pub use metadata::{Distrust, Metadata};
pub use provider::{Provider, Pushed};
pub use receiver::{Received, Receiver};
pub use synchroniser::{Pace, State, Synchroniser};
pub use token::Refused;

use std::sync::Arc;

use tokio::{net::TcpListener, sync::mpsc};
use url::Url;

use crate::{
    front::Front,
    hook::{Hook, Journal},
};

/// Runs the app and tells `events` about each step.
///
/// Returns only when the front cannot be served any more; with [`Config::once_story`] also after the first
/// story: `Ok` when the hub refused because the citizen ended the consent, the error otherwise.
pub async fn serve(config: Config, events: impl Fn(Event) + Send + Sync + 'static) -> Result<(), Error> {
    let (events, journal): (Events, _) = (Arc::new(events), Journal::default());
    match hook::listener(&config).await? {
        Some((listener, secret)) => {
            let events = journal.listening(events);
            let provider = Arc::new(Provider::new(&config, Arc::clone(&events))?);
            let front = Arc::new(Front::new(Arc::clone(&provider), None, Arc::clone(&events)));
            let receiver = receiver(&config, &provider).await?;
            let heard = match &receiver {
                Some((listener, receiver)) => Some((Arc::clone(receiver), address(&config, listener)?)),
                None => None,
            };
            let hook = Hook::new(&config, Arc::clone(&front), heard, (secret, journal));
            tokio::select! {
                ended = show(&config, front, &events) => ended,
                ended = hear(&config, receiver) => ended,
                ended = hook.serve(listener) => ended,
            }
        }
        None => {
            let provider = Arc::new(Provider::new(&config, Arc::clone(&events))?);
            provider.discover().await?;
            let (follow, followed) = mpsc::channel(16);
            let front = Arc::new(Front::new(Arc::clone(&provider), Some(follow), Arc::clone(&events)));
            let receiver = receiver(&config, &provider).await?;
            tokio::select! {
                ended = show(&config, front, &events) => ended,
                ended = hear(&config, receiver) => ended,
                ended = story::follow(followed, &config, &events) => ended,
            }
        }
    }
}

/// Serves the pages.
async fn show(config: &Config, front: Arc<Front>, events: &Events) -> Result<(), Error> {
    let acceptor = tls::acceptor(&config.server_certificate, &config.server_key)?;
    let listener = TcpListener::bind(config.listen).await.map_err(Error::Listen)?;
    events(Event::Listening { origin: config.origin.as_str().trim_end_matches('/').to_owned() });
    tls::serve(&listener, &acceptor, &web::router(&config.issuer, front)).await;
    Ok(())
}

/// Opens the place where events are heard, if there is to be one.
async fn receiver(
    config: &Config,
    provider: &Arc<Provider>,
) -> Result<Option<(TcpListener, Arc<Receiver>)>, Error> {
    let Some(address) = config.options.events_listen else {
        return Ok(None);
    };
    let listener = TcpListener::bind(address).await.map_err(Error::Listen)?;
    Ok(Some((listener, Arc::new(Receiver::new(Arc::clone(provider))))))
}

/// Hears events; an app that is to hear none waits for ever.
async fn hear(config: &Config, receiver: Option<(TcpListener, Arc<Receiver>)>) -> Result<(), Error> {
    let Some((listener, receiver)) = receiver else {
        return std::future::pending().await;
    };
    let hubs = config.options.events_hubs.as_ref().unwrap_or(&config.ca);
    receiver.serve(&listener, (&config.server_certificate, &config.server_key), hubs).await
}

/// How the hub finds the receiver.
fn address(config: &Config, listener: &TcpListener) -> Result<Url, Error> {
    let mut address = config.origin.clone();
    let port = listener.local_addr().map_err(Error::Listen)?.port();
    address.set_path("/events");
    address.set_port(Some(port)).map_err(|()| Error::Broken("the origin has no host"))?;
    Ok(address)
}
