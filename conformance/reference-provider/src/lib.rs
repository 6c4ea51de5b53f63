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
//! Left out, because every bank has its own: the customer's log-in at the bank, and a store for tokens that
//! survives a restart (encrypt them; they are as good as the consent).

mod callback;
mod config;
mod connection;
mod consent;
mod error;
mod event;
mod hub;
mod mailbox;
mod metadata;
mod pages;
mod provider;
mod random;
mod receiver;
mod session;
mod story;
mod synchroniser;
mod tls;
mod web;

pub use callback::{Code, Refusal};
pub use config::Config;
pub use connection::Connection;
pub use consent::{Ask, Granted, Introspection, Secret, Tokens};
pub use error::{Error, Problem};
pub use event::{Event, Events};
pub use mailbox::{
    Attachment, Body, Change, Changes, Digest, Mailbox, Mailboxes, Message, MessageSummary, Messages,
    SenderOrganization, Text,
};
pub use metadata::Metadata;
pub use provider::{Provider, Pushed};
pub use receiver::{Received, Receiver, Refused};
pub use synchroniser::{Pace, State, Synchroniser};

use std::sync::Arc;

use tokio::{net::TcpListener, sync::mpsc};

/// Runs the app and tells `events` about each step.
///
/// Returns only when the front cannot be served any more; with [`Config::once_story`] also after the first
/// story: `Ok` when the hub refused because the citizen ended the consent, the error otherwise.
pub async fn serve(config: Config, events: impl Fn(Event) + Send + Sync + 'static) -> Result<(), Error> {
    let events: Events = Arc::new(events);
    let provider = Arc::new(Provider::new(&config, Arc::clone(&events))?);
    provider.discover().await?;

    let acceptor = tls::acceptor(&config.server_certificate, &config.server_key)?;
    let listener = TcpListener::bind(config.listen).await.map_err(Error::Listen)?;
    events(Event::Listening { origin: config.origin.as_str().trim_end_matches('/').to_owned() });

    let (follow, followed) = mpsc::channel(16);
    let front = web::router(&config, provider, follow, Arc::clone(&events));
    tokio::select! {
        () = tls::serve(&listener, &acceptor, &front) => Ok(()),
        ended = story::follow(followed, &config, &events) => ended,
    }
}
