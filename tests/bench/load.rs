//! The load: connections that ask, wait for the answer, check it, and ask again.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use bytes::Bytes;
use http::{Request, Response, StatusCode};
use http_body_util::{BodyExt as _, Full};
use hyper::body::Incoming;
use hyper::client::conn::{http1, http2};
use hyper_util::rt::{TokioExecutor, TokioIo};
use rustls::ClientConfig;
use rustls::client::Resumption;
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, PrivateKeyDer, ServerName};
use system_tests::authority::Credential;
use system_tests::world::setting::authorities;
use tokio::net::TcpStream;
use tokio::task::JoinSet;
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;

/// A server, as a client with one certificate knows it.
#[derive(Clone)]
pub(crate) struct Target {
    address: SocketAddr,
    name: ServerName<'static>,
    credential: Credential,
}

/// How it is asked.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Load {
    /// Who ask at once: connections of HTTP/1.1, or eight of them on each connection of HTTP/2.
    pub(crate) askers: usize,
    /// The protocol.
    pub(crate) protocol: Protocol,
    /// For how long.
    pub(crate) time: Duration,
}

/// What is spoken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Protocol {
    /// HTTP/1.1 over connections that stay.
    Http1,
    /// HTTP/2 over connections that stay.
    Http2,
    /// HTTP/1.1, a full handshake for each request.
    Handshakes,
}

/// What came of it.
#[derive(Clone, Debug, Default)]
pub(crate) struct Outcome {
    /// Right answers.
    pub(crate) answers: u64,
    /// Bytes of their bodies.
    pub(crate) bytes: u64,
    /// How long it took.
    pub(crate) time: Duration,
    /// Microseconds of each answer, in order.
    pub(crate) latencies: Vec<u32>,
}

/// What is asked the `n`th time, and the status that is right.
pub(crate) type Asks = Arc<dyn Fn(usize) -> Request<Full<Bytes>> + Send + Sync>;

impl Target {
    /// A server on this machine, by its name and port.
    pub(crate) fn new(name: &str, port: u16, credential: &Credential) -> Self {
        Self {
            address: SocketAddr::from(([127, 0, 0, 1], port)),
            name: ServerName::try_from(name.to_owned()).unwrap(),
            credential: credential.clone(),
        }
    }

    /// The client's side of TLS: no resumption, so that each handshake is a full one.
    fn tls(&self, protocol: Protocol) -> Arc<ClientConfig> {
        let mut roots = rustls::RootCertStore::empty();
        let servers = authorities().servers.certificate.as_bytes();
        roots.add(CertificateDer::from_pem_slice(servers).unwrap()).unwrap();
        let chain = CertificateDer::pem_slice_iter(self.credential.certificate.as_bytes());
        let key = PrivateKeyDer::from_pem_slice(self.credential.key.as_bytes()).unwrap();
        let mut config = ClientConfig::builder()
            .with_root_certificates(roots)
            .with_client_auth_cert(chain.map(Result::unwrap).collect(), key)
            .unwrap();
        config.resumption = Resumption::disabled();
        let http2 = protocol == Protocol::Http2;
        config.alpn_protocols = vec![if http2 { b"h2".to_vec() } else { b"http/1.1".to_vec() }];
        Arc::new(config)
    }

    async fn connect(&self, tls: &Arc<ClientConfig>) -> TokioIo<TlsStream<TcpStream>> {
        let stream = TcpStream::connect(self.address).await.unwrap();
        stream.set_nodelay(true).unwrap();
        let connector = TlsConnector::from(Arc::clone(tls));
        TokioIo::new(connector.connect(self.name.clone(), stream).await.unwrap())
    }

    /// Asks once.
    pub(crate) async fn once(&self, request: Request<Full<Bytes>>) -> Response<Incoming> {
        let tls = self.tls(Protocol::Http1);
        Wire::Fresh.send(request, (self, &tls)).await
    }

    /// Opens so many connections, each with one answered request, and holds them until the value is dropped.
    pub(crate) async fn idle(&self, count: usize, asks: &Asks) -> JoinSet<http1::SendRequest<Full<Bytes>>> {
        let tls = self.tls(Protocol::Http1);
        let mut held = JoinSet::new();
        for n in 0..count {
            let (mut sender, connection) = http1::handshake(self.connect(&tls).await).await.unwrap();
            tokio::spawn(connection);
            let answer = sender.send_request(asks(n)).await.unwrap();
            answer.into_body().collect().await.unwrap();
            held.spawn(async move {
                std::future::pending::<()>().await;
                sender
            });
        }
        held
    }

    /// What each asker asks over.
    async fn wires(&self, load: Load, tls: &Arc<ClientConfig>) -> Vec<Wire> {
        let mut wires = Vec::new();
        while wires.len() < load.askers {
            match Wire::open(self, tls, load.protocol).await {
                Wire::Http2(sender) => wires.extend((0..STREAMS).map(|_| Wire::Http2(sender.clone()))),
                wire => wires.push(wire),
            }
        }
        wires
    }

    /// Asks, and counts the answers; one that is wrong ends the benchmark.
    pub(crate) async fn ask(&self, load: Load, asks: &Asks, right: StatusCode) -> Outcome {
        let (next, tls) = (Arc::new(AtomicUsize::new(0)), self.tls(load.protocol));
        let wires = self.wires(load, &tls).await;
        let begun = Instant::now();
        let until = begun + load.time;
        let mut running = JoinSet::new();
        for wire in wires {
            let (next, asks, tls, target) = (Arc::clone(&next), Arc::clone(asks), tls.clone(), self.clone());
            running.spawn(async move {
                let mut asker = Asker { wire, next, asks, right, outcome: Outcome::default() };
                while Instant::now() < until {
                    asker.once(&target, &tls).await;
                }
                asker.outcome
            });
        }
        let outcomes = running.join_all().await;
        Outcome { time: begun.elapsed(), ..Outcome::whole(outcomes) }
    }
}

/// A connection, or a share of one.
enum Wire {
    Http1(http1::SendRequest<Full<Bytes>>),
    Http2(http2::SendRequest<Full<Bytes>>),
    /// A new connection each time.
    Fresh,
}

impl Wire {
    async fn open(target: &Target, tls: &Arc<ClientConfig>, protocol: Protocol) -> Self {
        match protocol {
            Protocol::Http1 => {
                let (sender, connection) = http1::handshake(target.connect(tls).await).await.unwrap();
                tokio::spawn(connection);
                Self::Http1(sender)
            }
            Protocol::Http2 => {
                let io = target.connect(tls).await;
                let (sender, connection) = http2::handshake(TokioExecutor::new(), io).await.unwrap();
                tokio::spawn(connection);
                Self::Http2(sender)
            }
            Protocol::Handshakes => Self::Fresh,
        }
    }

    async fn send(
        &mut self,
        request: Request<Full<Bytes>>,
        (target, tls): (&Target, &Arc<ClientConfig>),
    ) -> Response<Incoming> {
        match self {
            Self::Http1(sender) => {
                sender.ready().await.unwrap();
                sender.send_request(request).await.unwrap()
            }
            Self::Http2(sender) => sender.send_request(request).await.unwrap(),
            Self::Fresh => {
                let (mut sender, connection) = http1::handshake(target.connect(tls).await).await.unwrap();
                tokio::spawn(connection);
                sender.send_request(request).await.unwrap()
            }
        }
    }
}

/// One who asks again and again.
struct Asker {
    wire: Wire,
    next: Arc<AtomicUsize>,
    asks: Asks,
    right: StatusCode,
    outcome: Outcome,
}

impl Asker {
    async fn once(&mut self, target: &Target, tls: &Arc<ClientConfig>) {
        let request = (self.asks)(self.next.fetch_add(1, Ordering::Relaxed));
        let asked = request.uri().clone();
        let begun = Instant::now();
        let answer = self.wire.send(request, (target, tls)).await;
        let status = answer.status();
        let mut body = answer.into_body();
        let (mut bytes, mut told) = (0, Vec::new());
        while let Some(frame) = body.frame().await {
            if let Ok(data) = frame.unwrap().into_data() {
                bytes += data.len() as u64;
                if status != self.right {
                    told.extend_from_slice(&data);
                }
            }
        }
        assert_eq!(status, self.right, "{asked}: {}", String::from_utf8_lossy(&told));
        self.outcome.answers += 1;
        self.outcome.bytes += bytes;
        self.outcome.latencies.push(u32::try_from(begun.elapsed().as_micros()).unwrap_or(u32::MAX));
    }
}

impl Outcome {
    /// What came of several at the same time.
    pub(crate) fn whole(outcomes: Vec<Self>) -> Self {
        let mut whole = Self::default();
        for one in outcomes {
            whole.answers += one.answers;
            whole.bytes += one.bytes;
            whole.time = whole.time.max(one.time);
            whole.latencies.extend(one.latencies);
        }
        whole.latencies.sort_unstable();
        whole
    }

    /// Answers a second.
    pub(crate) fn rate(&self) -> f64 {
        self.answers as f64 / self.time.as_secs_f64()
    }

    /// The microseconds within which this share of the answers came.
    pub(crate) fn within(&self, share: f64) -> u32 {
        let at = (self.latencies.len() as f64 * share) as usize;
        self.latencies.get(at.min(self.latencies.len().saturating_sub(1))).copied().unwrap_or_default()
    }
}

/// Requests at once on a connection of HTTP/2.
const STREAMS: usize = 8;
