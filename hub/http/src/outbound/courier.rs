//! By which events are brought to their receivers: mutual TLS, bounded answers, and only where a receiver may be (TRUST T26).
//!
//! An address comes from a registration and never matches `outbound.allow`: it is public, on port 443. In a demo it is this
//! machine and nothing else, so that a demo tells nobody outside and nothing else calls inside. Names are looked up for each
//! connection, by the same rule. Connections are kept: an event that comes twice is known by its `jti`.

use std::net::IpAddr;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::{Duration, Instant};

use arc_swap::ArcSwap;
use reqwest::{Certificate, Client, Identity, Method, Request, Response, Url, header, redirect};
use url::Host;

use super::address::Reach;
use super::answer::{Answer, Reply, Trouble};
use super::resolver::{Guarded, Lookup};
use super::{Forbidden, OutboundError, authorities, read};

/// What the courier is told.
#[derive(Clone, Debug)]
pub struct CourierSettings {
    /// `demo`, `integration`, `acceptance` or `production`.
    pub environment: String,
    /// PEM: the hub's client certificate and those that issued it.
    pub certificate: PathBuf,
    /// PEM: its private key.
    pub key: PathBuf,
    /// PEM with the authorities that vouch for receivers; those of the public web if there is none.
    pub authorities: Option<PathBuf>,
}

/// Brings events to receivers.
pub struct Courier {
    settings: CourierSettings,
    lookup: Lookup,
    client: ArcSwap<Client>,
}

impl Courier {
    /// Reads certificate, key and authorities; calls nobody.
    ///
    /// # Errors
    /// [`OutboundError`] names the file that cannot be used.
    pub fn new(settings: CourierSettings) -> Result<Self, OutboundError> {
        Self::with_lookup(settings, Lookup::System)
    }

    /// A courier that asks somebody else what names resolve to.
    ///
    /// # Errors
    /// As [`Self::new`].
    pub fn with_lookup(settings: CourierSettings, lookup: Lookup) -> Result<Self, OutboundError> {
        let client = ArcSwap::from_pointee(client(&settings, &lookup)?);
        Ok(Self { settings, lookup, client })
    }

    /// Reads certificate, key and authorities again; if they cannot be used, everything stays as it was.
    ///
    /// # Errors
    /// As [`Self::new`].
    pub fn reload(&self) -> Result<(), OutboundError> {
        self.client.store(Arc::new(client(&self.settings, &self.lookup)?));
        Ok(())
    }

    /// The files that [`Self::reload`] reads.
    pub fn files(&self) -> impl Iterator<Item = &PathBuf> {
        [&self.settings.certificate, &self.settings.key].into_iter().chain(&self.settings.authorities)
    }

    /// Judges an address by itself, before anybody is asked what its name resolves to.
    ///
    /// # Errors
    /// [`Forbidden`] if no receiver can be there.
    pub fn judge(&self, address: &str) -> Result<Url, Forbidden> {
        let url = Url::parse(address).map_err(|_| Forbidden::Address)?;
        let reach = reach(&self.settings.environment);
        if url.scheme() != "https" {
            return Err(Forbidden::Scheme);
        }
        let bare = url.username().is_empty() && url.password().is_none() && url.fragment().is_none();
        let port = url.port_or_known_default().unwrap_or_default();
        if !bare || address.len() > LONGEST {
            return Err(Forbidden::Address);
        }
        if port != HTTPS && reach != Reach::Here {
            return Err(Forbidden::Port(port));
        }
        match url.host() {
            Some(Host::Domain(_)) => Ok(url),
            // The resolver is not asked about these.
            Some(Host::Ipv4(address)) if reach.covers(IpAddr::V4(address)) => Ok(url),
            Some(Host::Ipv6(address)) if reach.covers(IpAddr::V6(address)) => Ok(url),
            _ => Err(Forbidden::Address),
        }
    }

    /// Brings one event (RFC 8935 2.1) and says what became of it.
    pub async fn push(&self, address: &str, token: String) -> Answer {
        self.call(address, token).await.answer()
    }

    /// Brings one event and gives everything that came back.
    pub async fn call(&self, address: &str, token: String) -> Reply {
        let begun = Instant::now();
        let received = match tokio::time::timeout(DEADLINE, self.exchange(address, token)).await {
            Ok(received) => received,
            Err(_) => Err(Trouble::Timeout),
        };
        Reply { received, took: begun.elapsed() }
    }

    async fn exchange(&self, address: &str, token: String) -> Result<super::answer::Received, Trouble> {
        let url = self.judge(address).map_err(|_| Trouble::Address)?;
        let mut request = Request::new(Method::POST, url);
        let headers = request.headers_mut();
        headers.insert(header::CONTENT_TYPE, header::HeaderValue::from_static("application/secevent+jwt"));
        headers.insert(header::ACCEPT, header::HeaderValue::from_static("application/json"));
        *request.body_mut() = Some(token.into());
        let client = self.client.load_full();
        let mut response = client.execute(request).await.map_err(|error| Trouble::of(&error))?;
        let body = bounded(&mut response).await;
        Ok(super::answer::Received::of(&response, body))
    }
}

/// The body, if it comes in time and is not larger than an answer can be; a connection whose answer is not is not used again.
async fn bounded(response: &mut Response) -> Option<Vec<u8>> {
    let read = async {
        let mut body = Vec::new();
        while let Ok(Some(chunk)) = response.chunk().await {
            if body.len() + chunk.len() > LARGEST {
                return None;
            }
            body.extend_from_slice(&chunk);
        }
        Some(body)
    };
    tokio::time::timeout(BODY, read).await.ok().flatten()
}

/// How far events may go.
fn reach(environment: &str) -> Reach {
    if environment == "demo" { Reach::Here } else { Reach::Internet }
}

#[expect(clippy::disallowed_methods, reason = "this is the outbound client of events")]
fn client(settings: &CourierSettings, lookup: &Lookup) -> Result<Client, OutboundError> {
    let pem = [read(&settings.key)?, b"\n".to_vec(), read(&settings.certificate)?].concat();
    let identity = Identity::from_pem(&pem)
        .map_err(|error| OutboundError::Unusable(settings.certificate.clone(), error))?;
    let reach = reach(&settings.environment);
    let mut builder = Client::builder()
        .identity(identity)
        .https_only(true)
        .no_proxy()
        .redirect(redirect::Policy::none())
        .connect_timeout(Duration::from_secs(5))
        .timeout(DEADLINE)
        .pool_idle_timeout(Duration::from_secs(30))
        .pool_max_idle_per_host(16)
        .dns_resolver(Arc::new(Guarded { reach, lookup: lookup.clone() }));
    let trusted: Option<Vec<Certificate>> = settings.authorities.as_deref().map(authorities).transpose()?;
    if let Some(trusted) = trusted {
        builder = builder.tls_certs_only(trusted);
    }
    builder.build().map_err(OutboundError::Client)
}

/// How long a receiver may take for its whole answer.
pub const DEADLINE: Duration = Duration::from_secs(10);
/// How long its body may take, once the head is there.
const BODY: Duration = Duration::from_secs(2);
/// The most bytes of an answer that are read.
const LARGEST: usize = 16 * 1024;
/// The longest address.
const LONGEST: usize = 500;
const HTTPS: u16 = 443;

#[cfg(test)]
mod tests;
