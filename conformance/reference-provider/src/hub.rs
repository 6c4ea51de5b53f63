//! The connection to the hub: one HTTP client with one certificate, and what holds for every request.
//!
//! Only our authorities are trusted, only https is spoken, redirects are not followed, bodies have a limit
//! and answers a deadline. Every request has a trace id of its own.

use std::{
    net::{Ipv4Addr, SocketAddr},
    path::Path,
    sync::Arc,
    time::{Duration, Instant},
};

use aws_lc_rs::digest;
use reqwest::{
    Certificate, Client, Identity, RequestBuilder, Response,
    dns::{Addrs, Name, Resolve, Resolving},
    header::{HeaderMap, RETRY_AFTER},
    redirect, tls,
};
use serde::de::DeserializeOwned;
use tokio::io::{AsyncWrite, AsyncWriteExt};

use crate::{
    config::Config,
    error::Error,
    event::{Event, Events},
    random,
};

/// Most of what a JSON answer may hold.
const JSON_LIMIT: u64 = 4 * 1024 * 1024;
/// Most of a refusal that is read.
const REFUSAL_LIMIT: u64 = 64 * 1024;

/// The hub as this app reaches it.
pub(crate) struct Hub {
    pub(crate) client: Client,
    events: Events,
}

/// An answer whose body is still to be read.
pub(crate) struct Reply {
    response: Response,
    started: Instant,
    exchange: Exchange,
    events: Events,
}

/// What is known of an exchange before its answer is read.
struct Exchange {
    purpose: &'static str,
    method: String,
    target: String,
    sent: u64,
}

/// What a body turned out to be.
pub(crate) struct Copied {
    pub(crate) length: u64,
    pub(crate) sha256: digest::Digest,
}

impl Hub {
    /// Prepares the client; nothing is sent yet.
    pub(crate) fn new(config: &Config, events: Events) -> Result<Self, Error> {
        // Somebody else in this process may have chosen already; then that choice stands.
        let _ = rustls::crypto::aws_lc_rs::default_provider().install_default();

        #[expect(
            clippy::disallowed_methods,
            reason = "this is the one client of the app, with all its rules"
        )]
        let client = Client::builder()
            .tls_certs_only(authorities(&config.ca)?)
            .identity(identity(&config.certificate, &config.key)?)
            .tls_version_min(tls::Version::TLS_1_2)
            .https_only(true)
            .no_proxy()
            .redirect(redirect::Policy::none())
            .dns_resolver(LocalhostIsHere)
            .connect_timeout(Duration::from_secs(5))
            .read_timeout(Duration::from_secs(15))
            .timeout(Duration::from_secs(120))
            .build()?;
        Ok(Self { client, events })
    }

    /// Sends a request; an answer other than 2xx becomes an error.
    pub(crate) async fn send(&self, purpose: &'static str, request: RequestBuilder) -> Result<Reply, Error> {
        let request = request.header("BelGov-Trace-Id", random::trace_id()?).build()?;
        let exchange = Exchange {
            purpose,
            method: request.method().to_string(),
            target: format!("{}{}", request.url().authority(), request.url().path()),
            sent: request.body().and_then(|body| body.as_bytes()).map_or(0, |bytes| bytes.len() as u64),
        };

        let started = Instant::now();
        let response = self.client.execute(request).await?;
        let reply = Reply { response, started, exchange, events: Arc::clone(&self.events) };
        if reply.response.status().is_success() { Ok(reply) } else { Err(reply.refusal().await) }
    }
}

impl Reply {
    /// Reads the body as JSON. Members this app does not know are ignored.
    pub(crate) async fn json<T: DeserializeOwned>(self) -> Result<T, Error> {
        let purpose = self.exchange.purpose;
        let mut body = Vec::new();
        self.copy_to(&mut body, JSON_LIMIT).await?;
        serde_json::from_slice(&body).map_err(|error| Error::Unexpected(format!("{purpose}: {error}")))
    }

    /// Reads a body that says nothing.
    pub(crate) async fn done(self) -> Result<(), Error> {
        self.copy_to(&mut tokio::io::sink(), JSON_LIMIT).await.map(drop)
    }

    /// Copies the body as it comes, at most `limit` bytes, and gives its length and SHA-256.
    pub(crate) async fn copy_to(
        mut self,
        into: &mut (impl AsyncWrite + Unpin),
        limit: u64,
    ) -> Result<Copied, Error> {
        let (mut length, mut sha256) = (0, digest::Context::new(&digest::SHA256));
        while let Some(chunk) = self.response.chunk().await? {
            length += chunk.len() as u64;
            if length > limit {
                return Err(Error::Unexpected(format!("{}: more than {limit} bytes", self.exchange.purpose)));
            }
            sha256.update(&chunk);
            into.write_all(&chunk).await.map_err(|error| Error::Unexpected(error.to_string()))?;
        }
        self.tell(length);
        Ok(Copied { length, sha256: sha256.finish() })
    }

    /// The headers of the answer.
    pub(crate) fn headers(&self) -> &HeaderMap {
        self.response.headers()
    }

    async fn refusal(self) -> Error {
        let status = self.response.status().as_u16();
        let header = |name| self.headers().get(name).and_then(|value| value.to_str().ok());
        let retry_after = header(RETRY_AFTER.as_str()).and_then(|seconds| seconds.parse().ok());
        let trace_id = header("BelGov-Trace-Id").filter(|id| random::is_trace_id(id)).map(str::to_owned);

        let mut body = Vec::new();
        match self.copy_to(&mut body, REFUSAL_LIMIT).await {
            Ok(_) => Error::from_refusal(status, retry_after, trace_id, &body),
            Err(error) => error,
        }
    }

    fn tell(&self, received: u64) {
        let Exchange { purpose, method, target, sent } = &self.exchange;
        (self.events)(Event::Exchange {
            purpose: (*purpose).to_owned(),
            method: method.clone(),
            target: target.clone(),
            status: self.response.status().as_u16(),
            sent: *sent,
            received,
            micros: u64::try_from(self.started.elapsed().as_micros()).unwrap_or(u64::MAX),
        });
    }
}

/// Finds `*.localhost` on this machine, as browsers do, whatever the system's resolver says (RFC 6761 6.3).
struct LocalhostIsHere;

impl Resolve for LocalhostIsHere {
    fn resolve(&self, name: Name) -> Resolving {
        Box::pin(async move {
            let host = name.as_str();
            if host == "localhost" || host.ends_with(".localhost") {
                return Ok(Box::new(std::iter::once(SocketAddr::from((Ipv4Addr::LOCALHOST, 0)))) as Addrs);
            }
            let found: Vec<_> = tokio::net::lookup_host((host, 0)).await?.collect();
            Ok(Box::new(found.into_iter()) as Addrs)
        })
    }
}

fn authorities(path: &Path) -> Result<Vec<Certificate>, Error> {
    let found = Certificate::from_pem_bundle(&read(path)?).map_err(|error| unusable(path, &error))?;
    if found.is_empty() { Err(unusable(path, &"no certificate in it")) } else { Ok(found) }
}

fn identity(certificate: &Path, key: &Path) -> Result<Identity, Error> {
    let mut pem = read(certificate)?;
    pem.push(b'\n');
    pem.extend(read(key)?);
    Identity::from_pem(&pem).map_err(|error| unusable(certificate, &error))
}

fn read(path: &Path) -> Result<Vec<u8>, Error> {
    std::fs::read(path).map_err(|error| unusable(path, &error))
}

/// Says which file of the configuration is wrong, and how.
pub(crate) fn unusable(path: &Path, reason: &impl ToString) -> Error {
    Error::File { path: path.to_owned(), reason: reason.to_string() }
}
