//! The connection to the hub: one HTTP client with one certificate, and what holds for every request.
//!
//! Only our authorities are trusted, only https is spoken, redirects are not followed, answers have a deadline and a limit in size.
//! A hub that asks to wait is not called before. Every request has a trace id of its own.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError, RwLock},
    time::{Duration, Instant},
};

use reqwest::{Client, Method, Request, RequestBuilder, Response, StatusCode, header::HeaderValue};
use url::Url;

use crate::{
    client::Papers,
    config::Config,
    error::Error,
    event::Events,
    random,
    reply::{Exchange, Reply},
};

/// The hub as this app reaches it.
pub(crate) struct Hub {
    papers: Papers,
    client: RwLock<Client>,
    /// Hosts that asked to be left alone, and until when.
    quiet: Mutex<HashMap<String, Instant>>,
    /// The most time for a whole answer.
    patience: Duration,
    events: Events,
}

impl Hub {
    /// Prepares the client; nothing is sent yet.
    pub(crate) fn new(config: &Config, events: Events) -> Result<Self, Error> {
        let papers = Papers::read(config)?;
        let client = RwLock::new(papers.client()?);
        let patience = Duration::from_secs(config.options.patience);
        Ok(Self { papers, client, quiet: Mutex::default(), patience, events })
    }

    /// A request that reads.
    pub(crate) fn get(&self, url: Url) -> RequestBuilder {
        self.request(Method::GET, url)
    }

    /// A request that changes something.
    pub(crate) fn request(&self, method: Method, url: Url) -> RequestBuilder {
        let client = self.client.read().unwrap_or_else(PoisonError::into_inner);
        client.request(method, url).timeout(self.patience)
    }

    /// Calls with this certificate (PEM) from now on; calls under way end with the former one.
    pub(crate) fn show(&self, certificate: &str, key: &str) -> Result<(), Error> {
        self.replace(self.papers.client_of(certificate, key)?);
        Ok(())
    }

    /// Begins anew: with the certificate of the configuration, without any open connection, asked to wait by nobody.
    pub(crate) fn renew(&self) -> Result<(), Error> {
        self.replace(self.papers.client()?);
        self.quiet.lock().unwrap_or_else(PoisonError::into_inner).clear();
        Ok(())
    }

    /// Sends a request; an answer other than 2xx and 304 becomes an error.
    pub(crate) async fn send(&self, purpose: &'static str, request: RequestBuilder) -> Result<Reply, Error> {
        let request = request.header(TRACE_ID, random::trace_id()?).build()?;
        let host = request.url().authority().to_owned();
        if let Some(after) = self.quiet_for(&host) {
            return Err(Error::Busy { after });
        }
        let exchange = Exchange::of(purpose, &request);

        let response = self.answer(request).await?;
        let reply = Reply::new(response, exchange, Arc::clone(&self.events));
        if reply.status().is_success() || reply.status() == StatusCode::NOT_MODIFIED {
            return Ok(reply);
        }
        let refused = reply.refusal().await;
        if let Error::Busy { after } = &refused {
            self.quiet.lock().unwrap_or_else(PoisonError::into_inner).insert(host, Instant::now() + *after);
        }
        Err(refused)
    }

    /// The answer to a request. One that only reads is sent once more if the connection that was kept open for it is gone.
    async fn answer(&self, request: Request) -> Result<Response, Error> {
        // A client is a handle: requests of the former certificate are not waited for.
        let client = self.client.read().unwrap_or_else(PoisonError::into_inner).clone();
        let once_more = request.try_clone().filter(|request| request.method() == Method::GET);
        match (client.execute(request).await, once_more) {
            (Err(error), Some(mut request)) if is_gone(&error) => {
                // the hub may have heard the first one: this is another
                let trace_id = HeaderValue::try_from(random::trace_id()?);
                request.headers_mut().insert(TRACE_ID, trace_id.map_err(|_| Error::Randomness)?);
                Ok(client.execute(request).await?)
            }
            (answer, _) => Ok(answer?),
        }
    }

    /// How long this host still wants to be left alone.
    fn quiet_for(&self, host: &str) -> Option<Duration> {
        let mut quiet = self.quiet.lock().unwrap_or_else(PoisonError::into_inner);
        quiet.retain(|_, until| *until > Instant::now());
        quiet.get(host).map(|until| until.saturating_duration_since(Instant::now()))
    }

    fn replace(&self, client: Client) {
        *self.client.write().unwrap_or_else(PoisonError::into_inner) = client;
    }
}

/// The header by which both sides find a request in their logs.
const TRACE_ID: &str = "belgov-trace-id";

/// Says whether a connection that was there went away before anything was answered.
fn is_gone(error: &reqwest::Error) -> bool {
    error.is_request() && !error.is_connect() && !error.is_timeout()
}
