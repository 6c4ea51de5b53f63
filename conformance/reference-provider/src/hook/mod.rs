//! The test hook: how the conformance suite presses this app's buttons and asks what came of it.
//!
//! Never there unless somebody who starts the app asks for it, on loopback only, for whoever knows the secret. It takes no short cut: a
//! flow and a read go the way that customers' do. The contract is `specs/conformance/test-hook.openapi.yaml`. An app that is not to be
//! judged has no need of this folder.

mod codes;
mod flows;
mod reading;
mod routes;

use std::{
    path::Path,
    sync::{Arc, Mutex, PoisonError},
};

use tokio::net::TcpListener;
use url::Url;

use crate::{
    config::Config,
    error::Error,
    event::{Event, Events},
    front::Front,
    provider::Provider,
    receiver::Receiver,
    synchroniser::{State, Synchroniser},
};
use flows::Flows;

/// The least that a secret must have.
const SECRET: usize = 16;

/// The app as the suite drives it.
pub(crate) struct Hook {
    provider: Arc<Provider>,
    front: Arc<Front>,
    receiver: Option<Arc<Receiver>>,
    synchroniser: tokio::sync::Mutex<Synchroniser>,
    flows: Mutex<Flows>,
    journal: Journal,
    secret: String,
    /// Where customers find the front.
    origin: Url,
    /// Where the hub finds the receiver.
    events: Option<Url>,
}

/// What the hub pushed, for the suite to ask.
#[derive(Clone, Default)]
pub(crate) struct Journal(Arc<Mutex<Vec<Event>>>);

impl Journal {
    /// Listens to the story, and hands it on.
    pub(crate) fn listening(&self, further: Events) -> Events {
        let kept = Arc::clone(&self.0);
        Arc::new(move |event: Event| {
            if matches!(event, Event::Pushed { .. }) {
                kept.lock().unwrap_or_else(PoisonError::into_inner).push(event.clone());
            }
            further(event);
        })
    }

    fn events(&self) -> Vec<Event> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn clear(&self) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clear();
    }
}

/// Opens the hook's listener, if the configuration asks for one: at a loopback address, with a secret.
pub(crate) async fn listener(config: &Config) -> Result<Option<(TcpListener, String)>, Error> {
    let options = &config.options;
    let (Some(address), Some(file)) = (options.test_hook, &options.test_hook_secret_file) else {
        return Ok(None);
    };
    if !address.ip().is_loopback() {
        return Err(Error::TestHook("only a loopback address will do"));
    }
    let secret = secret(file)?;
    let listener = TcpListener::bind(address).await.map_err(Error::Listen)?;
    Ok(Some((listener, secret)))
}

fn secret(file: &Path) -> Result<String, Error> {
    let read = std::fs::read_to_string(file);
    let secret = read.map_err(|error| Error::File { path: file.to_owned(), reason: error.to_string() })?;
    match secret.trim() {
        short if short.len() < SECRET => Err(Error::TestHook("the secret has less than 16 characters")),
        secret => Ok(secret.to_owned()),
    }
}

impl Hook {
    /// Prepares the hook of this app.
    pub(crate) fn new(
        config: &Config,
        front: Arc<Front>,
        receiver: Option<(Arc<Receiver>, Url)>,
        (secret, journal): (String, Journal),
    ) -> Self {
        let provider = Arc::clone(&front.provider);
        let synchroniser = Synchroniser::new(Arc::clone(&provider), State::default());
        let (receiver, events) = receiver.unzip();
        Self {
            provider,
            front,
            receiver,
            synchroniser: tokio::sync::Mutex::new(synchroniser),
            flows: Mutex::default(),
            journal,
            secret,
            origin: config.origin.clone(),
            events,
        }
    }

    /// Serves the hook until it is dropped.
    pub(crate) async fn serve(self, listener: TcpListener) -> Result<(), Error> {
        axum::serve(listener, routes::router(Arc::new(self))).await.map_err(Error::Listen)
    }

    /// Forgets everything, as before the first customer.
    async fn reset(&self) -> Result<(), Error> {
        self.provider.forget().await?;
        self.front.sessions.clear();
        if let Some(receiver) = &self.receiver {
            receiver.forget().await;
        }
        *self.synchroniser.lock().await = Synchroniser::new(Arc::clone(&self.provider), State::default());
        *self.flows() = Flows::default();
        self.journal.clear();
        Ok(())
    }

    fn flows(&self) -> std::sync::MutexGuard<'_, Flows> {
        self.flows.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
