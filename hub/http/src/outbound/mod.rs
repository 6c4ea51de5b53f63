//! The one outbound HTTP client: no proxy, no redirect, and only where the hub may call (TRUST T26). Events go out by its
//! sister with the hub's own certificate, the [`Courier`].
//!
//! Called are public addresses on port 443, and what an operator listed as `host:port`. Scheme, port and an
//! address that stands in the URL itself are judged before a call; what a name resolves to, by the resolver.

mod address;
mod answer;
mod courier;
mod resolver;
mod rules;

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use reqwest::{Certificate, Client, Request, Response, redirect};

pub use answer::{Answer, Received, Reply, Trouble};
pub use courier::{Courier, CourierSettings, DEADLINE};
pub use resolver::Lookup;
pub use rules::Forbidden;

use address::Reach;
use resolver::Guarded;
use rules::{Assured, Rules};

/// What the client is told.
#[derive(Clone, Debug)]
pub struct OutboundSettings {
    /// `demo`, `integration`, `acceptance` or `production`.
    pub environment: String,
    /// `host:port` of services on private addresses or other ports.
    pub allow: Vec<String>,
    /// PEM with the authorities that vouch for the services called; those of the public web if there is none.
    pub authorities: Option<PathBuf>,
}

/// By which the hub calls anybody; cheap to clone.
#[derive(Clone, Debug)]
pub struct Outbound {
    rules: Arc<Rules>,
    /// For what is not listed: it finds public addresses only.
    public: Client,
    /// For what is listed, so that no connection of the one is ever used for the other.
    listed: Client,
}

/// A setting that the client cannot be made of.
#[derive(Debug, thiserror::Error)]
pub enum OutboundError {
    /// Not a host and a port.
    #[error("outbound.allow: {0} is not host:port")]
    Entry(String),
    /// No readable file.
    #[error("the PEM file {}", .0.display())]
    Unreadable(PathBuf, #[source] std::io::Error),
    /// No certificates in it.
    #[error("the PEM file {}", .0.display())]
    Unusable(PathBuf, #[source] reqwest::Error),
    /// TLS does not start.
    #[error("the outbound HTTP client")]
    Client(#[source] reqwest::Error),
}

/// Why a call gave no answer.
#[derive(Debug, thiserror::Error)]
pub enum CallError {
    /// It was not made.
    #[error("the hub may not call there")]
    Forbidden(#[from] Forbidden),
    /// It was not sent, or not answered.
    #[error("the call went wrong")]
    Failed(#[from] reqwest::Error),
}

/// How the client treats those it calls.
#[derive(Clone, Copy, Debug)]
struct Habits {
    connect: Duration,
    /// For the whole answer.
    patience: Duration,
    /// Connections kept to one host while nothing is asked.
    idle: usize,
    /// Whether each call has a connection for itself, so that none holds up another.
    apart: bool,
}

impl Outbound {
    /// Builds the client; calls nobody.
    ///
    /// # Errors
    /// [`OutboundError`] names the setting that cannot be used.
    pub fn new(settings: &OutboundSettings) -> Result<Self, OutboundError> {
        Self::with(settings, ONCE)
    }

    /// Builds a client for the object store: it keeps its connections, since whatever it asks can be asked again.
    ///
    /// # Errors
    /// As [`Self::new`].
    pub fn for_objects(settings: &OutboundSettings) -> Result<Self, OutboundError> {
        Self::with(settings, OFTEN)
    }

    fn with(settings: &OutboundSettings, habits: Habits) -> Result<Self, OutboundError> {
        let rules = Rules::new(&settings.environment, &settings.allow)?;
        let authorities = settings.authorities.as_deref().map(authorities).transpose()?;
        Ok(Self {
            public: client(Reach::Internet, authorities.clone(), habits)?,
            listed: client(rules.listed_reach(), authorities, habits)?,
            rules: Arc::new(rules),
        })
    }

    /// Makes a call.
    ///
    /// # Errors
    /// [`CallError::Forbidden`] if it was not made; [`CallError::Failed`] also for a name without an address
    /// that may be called.
    pub async fn execute(&self, request: Request) -> Result<Response, CallError> {
        self.call(request, Assured::ByConnection).await
    }

    /// Makes a call whose answer is believed only for its signature: a listed service may answer over plain http.
    ///
    /// # Errors
    /// As [`Self::execute`].
    pub async fn execute_signed(&self, request: Request) -> Result<Response, CallError> {
        self.call(request, Assured::BySignature).await
    }

    /// Makes a call to the object store: a listed one on this machine may answer over plain http.
    ///
    /// # Errors
    /// As [`Self::execute`].
    pub async fn execute_for_objects(&self, request: Request) -> Result<Response, CallError> {
        self.call(request, Assured::OnThisMachineToo).await
    }

    async fn call(&self, request: Request, assured: Assured) -> Result<Response, CallError> {
        let client = if self.rules.lists(request.url(), assured)? { &self.listed } else { &self.public };
        Ok(client.execute(request).await?)
    }
}

#[expect(clippy::disallowed_methods, reason = "this is the one outbound client")]
fn client(
    reach: Reach,
    authorities: Option<Vec<Certificate>>,
    habits: Habits,
) -> Result<Client, OutboundError> {
    let mut builder = Client::builder()
        .no_proxy()
        .redirect(redirect::Policy::none())
        .connect_timeout(habits.connect)
        .timeout(habits.patience)
        .pool_max_idle_per_host(habits.idle)
        .pool_idle_timeout(Duration::from_secs(20))
        .dns_resolver(Arc::new(Guarded { reach, lookup: Lookup::System }));
    if habits.apart {
        builder = builder.http1_only();
    }
    if let Some(authorities) = authorities {
        builder = builder.tls_certs_only(authorities);
    }
    builder.build().map_err(OutboundError::Client)
}

fn authorities(path: &Path) -> Result<Vec<Certificate>, OutboundError> {
    let pem = read(path)?;
    Certificate::from_pem_bundle(&pem).map_err(|error| OutboundError::Unusable(path.to_owned(), error))
}

fn read(path: &Path) -> Result<Vec<u8>, OutboundError> {
    std::fs::read(path).map_err(|error| OutboundError::Unreadable(path.to_owned(), error))
}

// a service closes an idle connection when it likes, and a call that meets this cannot be made twice: a code is
// redeemed once
const ONCE: Habits =
    Habits { connect: Duration::from_secs(5), patience: Duration::from_secs(15), idle: 0, apart: false };
const OFTEN: Habits =
    Habits { connect: Duration::from_secs(2), patience: Duration::from_secs(10), idle: 32, apart: true };

#[cfg(test)]
mod tests;
