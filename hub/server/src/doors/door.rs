//! One door before it opens: where it listens, who it is for, what it endures.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;

use anyhow::Context as _;
use hub_core::clock::Clock;
use tokio::net::TcpListener;

use super::tls::Tls;

/// Where a door listens, for whom, and with which certificate.
#[derive(Clone, Debug)]
pub struct DoorConfig {
    /// Its name in logs and metrics: `public`, `mtls`, `operations`, `content`.
    pub name: &'static str,
    /// For whom it is.
    pub kind: Kind,
    /// Where it listens; port 0 takes any free one.
    pub address: SocketAddr,
    /// PEM file with the server's certificate and those that issued it.
    pub certificate: PathBuf,
    /// PEM file with its private key.
    pub key: PathBuf,
    /// What it endures.
    pub limits: Limits,
}

/// For whom a door is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Browsers: no client certificate is asked for.
    Browsers,
    /// Machines: a client certificate is asked for; a connection without a trusted one lives
    /// [`Limits::untrusted_life`]. TLS sessions are never resumed.
    Machines,
    /// Operators and their monitoring: a client certificate is asked for; without one the connection lives on,
    /// for the few routes that need none. TLS sessions are never resumed.
    Operators,
}

/// What a door endures from its peers.
#[derive(Clone, Debug)]
pub struct Limits {
    /// Connections at once.
    pub connections: usize,
    /// Connections at once from one network: an IPv4 /24 or an IPv6 /64.
    pub connections_per_network: usize,
    /// Handshakes at once.
    pub handshakes: usize,
    /// Handshakes at once from one network.
    pub handshakes_per_network: usize,
    /// Connections at once without a trusted certificate, where one is needed.
    pub untrusted: usize,
    /// Such connections at once from one network.
    pub untrusted_per_network: usize,
    /// How long such a connection lives after its handshake.
    pub untrusted_life: Duration,
    /// How long a handshake may take.
    pub handshake: Duration,
    /// How long a request head may take, and how long an HTTP/1.1 connection may be idle.
    pub header: Duration,
    /// How long a request body may take.
    pub body: Duration,
    /// How long a connection may be without a request.
    pub idle: Duration,
    /// How long a peer may leave an answer unread, and how long a connection may take to say goodbye.
    pub unread: Duration,
    /// Requests at once on one HTTP/2 connection.
    pub streams: u32,
    /// Bytes of a request head.
    pub head_bytes: u32,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            connections: 8192,
            connections_per_network: 1024,
            handshakes: 512,
            handshakes_per_network: 128,
            untrusted: 512,
            untrusted_per_network: 128,
            untrusted_life: Duration::from_secs(5),
            handshake: Duration::from_secs(10),
            header: Duration::from_secs(15),
            body: Duration::from_secs(120),
            idle: Duration::from_secs(90),
            unread: Duration::from_secs(60),
            streams: 128,
            head_bytes: 32 * 1024,
        }
    }
}

/// A door that is bound and not yet open: peers can connect and wait.
pub struct Door {
    pub(super) config: DoorConfig,
    pub(super) listener: TcpListener,
    pub(super) tls: Tls,
    address: SocketAddr,
}

impl Door {
    /// Reads the door's certificate and key and binds its address; TLS tells the time by `clock`.
    ///
    /// # Errors
    /// A file that cannot be used, an address that cannot be bound.
    pub async fn bind(config: DoorConfig, clock: &Clock) -> anyhow::Result<Self> {
        let tls = Tls::load(&config, clock)?;
        let bound = async {
            let listener = TcpListener::bind(config.address).await?;
            let address = listener.local_addr()?;
            std::io::Result::Ok((listener, address))
        };
        let (listener, address) =
            bound.await.with_context(|| format!("door {}: address {}", config.name, config.address))?;
        Ok(Self { config, listener, tls, address })
    }

    /// Where it listens, with the port that was taken.
    pub fn address(&self) -> SocketAddr {
        self.address
    }
}
