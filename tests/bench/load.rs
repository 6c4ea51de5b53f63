//! The load: connections that ask, wait for the answer, check it, and ask again.

use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use bytes::Bytes;
use http::{Request, Response, StatusCode};
use http_body_util::{BodyExt as _, Full};
use hyper::body::Incoming;
use hyper::client::conn::http1;
use hyper_util::rt::TokioIo;
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

use crate::outcome::Outcome;
use crate::wire::Wire;

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
    /// How long each waits after an answer.
    pub(crate) pause: Duration,
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

/// What is asked the `n`th time, and the status that is right.
pub(crate) type Asks = Arc<dyn Fn(usize) -> Request<Full<Bytes>> + Send + Sync>;

impl Load {
    /// Who ask again as soon as they are answered.
    pub(crate) const fn steady(askers: usize, protocol: Protocol, time: Duration) -> Self {
        Self { askers, protocol, time, pause: Duration::ZERO }
    }

    /// About a thousand requests a second, which leaves the processors time: tails tell of the work, not of the queue.
    pub(crate) const fn paced(time: Duration) -> Self {
        Self { askers: 16, protocol: Protocol::Http1, time, pause: Duration::from_millis(15) }
    }

    /// People at their screens: sixteen connections that ask every twentieth of a second, far below what the hub can do.
    pub(crate) const fn interactive(time: Duration) -> Self {
        Self { askers: 16, protocol: Protocol::Http1, time, pause: Duration::from_millis(50) }
    }
}

/// When askers stop: after a time, or earlier if they are told to.
#[derive(Clone)]
struct Until {
    time: Instant,
    over: Arc<AtomicBool>,
}

impl Until {
    fn is_over(&self) -> bool {
        self.over.load(Ordering::Relaxed) || Instant::now() >= self.time
    }
}

impl Target {
    /// A server on this machine, by its name and port.
    pub(crate) fn new(name: &str, port: u16, credential: &Credential) -> Self {
        Self {
            address: SocketAddr::from(([127, 0, 0, 1], port)),
            name: ServerName::try_from(name.to_owned()).unwrap(),
            credential: credential.clone(),
        }
    }

    /// The same server's other node, at this address.
    pub(crate) fn at(self, address: Ipv4Addr) -> Self {
        Self { address: SocketAddr::from((address, self.address.port())), ..self }
    }

    /// The client's side of TLS: no resumption, so that each handshake is a full one.
    pub(crate) fn tls(&self, protocol: Protocol) -> Arc<ClientConfig> {
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

    /// A new connection.
    pub(crate) async fn connect(&self, tls: &Arc<ClientConfig>) -> TokioIo<TlsStream<TcpStream>> {
        let stream = TcpStream::connect(self.address).await.unwrap();
        stream.set_nodelay(true).unwrap();
        let connector = TlsConnector::from(Arc::clone(tls));
        TokioIo::new(connector.connect(self.name.clone(), stream).await.unwrap())
    }

    /// A connection for what is no HTTP.
    pub(crate) async fn stream(&self) -> TlsStream<TcpStream> {
        self.connect(&self.tls(Protocol::Http1)).await.into_inner()
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
        self.ask_beside(load, asks, right, std::future::pending::<()>()).await.0
    }

    /// [`Self::ask`] until this work is done, or the load's time is over; gives what came of the work too, if it is done.
    pub(crate) async fn ask_beside<T>(
        &self,
        load: Load,
        asks: &Asks,
        right: StatusCode,
        work: impl Future<Output = T>,
    ) -> (Outcome, Option<T>) {
        let (next, tls) = (Arc::new(AtomicUsize::new(0)), self.tls(load.protocol));
        let wires = self.wires(load, &tls).await;
        let begun = Instant::now();
        let until = Until { time: begun + load.time, over: Arc::default() };
        let mut running = JoinSet::new();
        for wire in wires {
            let (next, asks) = (Arc::clone(&next), Arc::clone(asks));
            let asker = Asker { wire, next, asks, right, outcome: Outcome::default() };
            running.spawn(asker.run(self.clone(), Arc::clone(&tls), (until.clone(), load.pause)));
        }
        let outcomes = running.join_all();
        tokio::pin!(outcomes);
        let (outcomes, done) = tokio::select! {
            outcomes = &mut outcomes => (outcomes, None),
            done = work => {
                until.over.store(true, Ordering::Relaxed);
                (outcomes.await, Some(done))
            }
        };
        (Outcome { time: begun.elapsed(), ..Outcome::whole(outcomes) }, done)
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
    async fn run(
        mut self,
        target: Target,
        tls: Arc<ClientConfig>,
        (until, pause): (Until, Duration),
    ) -> Outcome {
        while !until.is_over() {
            self.once(&target, &tls).await;
            if !pause.is_zero() {
                tokio::time::sleep(pause).await;
            }
        }
        self.outcome
    }

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
        self.outcome.count(bytes, begun.elapsed());
    }
}

/// Requests at once on a connection of HTTP/2.
const STREAMS: usize = 8;
