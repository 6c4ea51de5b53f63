//! A TLS listener whose certificate, versions and protocols change between two cases while its address stays.
//!
//! What a caller did at the handshake is evidence and kept: a caller that refuses a wrong certificate says so with an
//! alert, and sends no byte of HTTP.

use std::{
    io,
    net::SocketAddr,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use arc_swap::ArcSwap;
use hyper::{Request, body::Incoming, server::conn, service::service_fn};
use hyper_util::rt::{TokioExecutor, TokioIo, TokioTimer};
use rustls::ServerConfig;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
    sync::watch,
    task::JoinSet,
    time::timeout,
};
use tokio_rustls::{TlsAcceptor, server::TlsStream};

use super::hub::Hub;
use crate::authority::thumbprint;

/// What a door says before HTTP begins.
#[derive(Clone)]
pub enum Greeting {
    /// TLS as configured.
    Tls(Arc<ServerConfig>),
    /// An answer in TLS 1.1, whatever the caller offers.
    Outdated,
}

/// Whose door it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Face {
    /// Browsers; no certificate is asked for.
    Public,
    /// Machines, which show a certificate.
    Machine,
}

/// What TLS tells about a connection.
#[derive(Clone, Debug, Default)]
pub struct Wire {
    /// `TLSv1_3`, `TLSv1_2`.
    pub version: String,
    /// The cipher suite.
    pub cipher: String,
    /// `h2`, `http/1.1`, or nothing.
    pub protocol: String,
    /// The thumbprint of the client certificate, if one was shown.
    pub peer: Option<String>,
}

/// How a handshake ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Handshake {
    /// HTTP could begin.
    Done,
    /// The caller gave up with an alert, or hung up at once: it did not like what it saw.
    Alert(String),
    /// It broke off otherwise.
    Broken(String),
}

/// A listener that runs; it ends with its value.
pub struct Door {
    /// Where it listens.
    pub address: SocketAddr,
    shared: Arc<Shared>,
    changed: watch::Sender<u64>,
    _serving: JoinSet<()>,
}

struct Shared {
    face: Face,
    hub: Arc<Hub>,
    greeting: ArcSwap<Greeting>,
    handshakes: Mutex<Vec<Handshake>>,
}

impl Door {
    /// Opens a door at `address` (port 0: any).
    pub(crate) async fn open(
        address: SocketAddr,
        face: Face,
        greeting: Greeting,
        hub: Arc<Hub>,
    ) -> io::Result<Self> {
        let listener = TcpListener::bind(address).await?;
        Self::on(listener, face, greeting, hub)
    }

    /// Opens a door on a listener that is bound already.
    pub(crate) fn on(
        listener: TcpListener,
        face: Face,
        greeting: Greeting,
        hub: Arc<Hub>,
    ) -> io::Result<Self> {
        let address = listener.local_addr()?;
        let shared = Arc::new(Shared {
            face,
            hub,
            greeting: ArcSwap::from_pointee(greeting),
            handshakes: Mutex::default(),
        });
        let (changed, told) = watch::channel(0);
        let mut serving = JoinSet::new();
        serving.spawn(listen(listener, Arc::clone(&shared), told));
        Ok(Self { address, shared, changed, _serving: serving })
    }

    /// From now on it greets like this; connections of before are closed.
    pub fn greets(&self, greeting: Greeting) {
        self.shared.greeting.store(Arc::new(greeting));
        self.hang_up();
    }

    /// Closes the connections that are open.
    pub fn hang_up(&self) {
        self.changed.send_modify(|turn| *turn += 1);
    }

    /// The handshakes since the last question; waits a while for the first one, whose end the caller may know earlier.
    pub async fn handshakes_soon(&self) -> Vec<Handshake> {
        for _ in 0..100 {
            let found = self.handshakes();
            if !found.is_empty() {
                return found;
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        Vec::new()
    }

    /// The handshakes since the last question.
    pub fn handshakes(&self) -> Vec<Handshake> {
        std::mem::take(&mut *self.shared.handshakes.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

async fn listen(listener: TcpListener, shared: Arc<Shared>, mut changed: watch::Receiver<u64>) {
    let mut guests = JoinSet::new();
    loop {
        tokio::select! {
            biased;
            _ = changed.changed() => guests.abort_all(),
            accepted = listener.accept(), if guests.len() < GUESTS => match accepted {
                Ok((stream, _)) => drop(guests.spawn(Arc::clone(&shared).receive(stream))),
                Err(_) => tokio::time::sleep(Duration::from_millis(50)).await,
            },
            Some(_) = guests.join_next() => {}
        }
    }
}

impl Shared {
    async fn receive(self: Arc<Self>, stream: TcpStream) {
        let _ = stream.set_nodelay(true);
        let greeting = self.greeting.load_full();
        let Greeting::Tls(config) = &*greeting else {
            let ended = timeout(PATIENCE, outdated(stream)).await;
            return self.note(ended.unwrap_or_else(|_| Handshake::Broken("no reply".into())));
        };
        match timeout(PATIENCE, TlsAcceptor::from(Arc::clone(config)).accept(stream)).await {
            Ok(Ok(stream)) => {
                self.note(Handshake::Done);
                self.converse(stream).await;
            }
            Ok(Err(error)) => self.note(failed(&error)),
            Err(_) => self.note(Handshake::Broken("the caller did not go on".into())),
        }
    }

    async fn converse(self: Arc<Self>, stream: TlsStream<TcpStream>) {
        let wire = wire_of(&stream);
        let is_h2 = wire.protocol == "h2";
        let service = service_fn(move |request: Request<Incoming>| {
            let (shared, wire) = (Arc::clone(&self), wire.clone());
            async move { Ok::<_, std::convert::Infallible>(shared.hub.serve(shared.face, request, wire).await) }
        });
        let stream = TokioIo::new(stream);
        let _ = if is_h2 {
            conn::http2::Builder::new(TokioExecutor::new())
                .timer(TokioTimer::new())
                .serve_connection(stream, service)
                .await
        } else {
            conn::http1::Builder::new()
                .timer(TokioTimer::new())
                .header_read_timeout(IDLE)
                .serve_connection(stream, service)
                .await
        };
    }

    fn note(&self, handshake: Handshake) {
        self.handshakes.lock().unwrap_or_else(PoisonError::into_inner).push(handshake);
    }
}

fn wire_of(stream: &TlsStream<TcpStream>) -> Wire {
    let (_, session) = stream.get_ref();
    let leaf = session.peer_certificates().and_then(<[_]>::first);
    Wire {
        version: session.protocol_version().map(|version| format!("{version:?}")).unwrap_or_default(),
        cipher: session
            .negotiated_cipher_suite()
            .map(|suite| format!("{:?}", suite.suite()))
            .unwrap_or_default(),
        protocol: session
            .alpn_protocol()
            .map(|name| String::from_utf8_lossy(name).into_owned())
            .unwrap_or_default(),
        peer: leaf.map(|leaf| thumbprint(leaf)),
    }
}

fn failed(error: &io::Error) -> Handshake {
    let inner = error.get_ref().and_then(|inner| inner.downcast_ref::<rustls::Error>());
    match inner {
        Some(rustls::Error::AlertReceived(alert)) => Handshake::Alert(format!("{alert:?}")),
        Some(other) => Handshake::Broken(other.to_string()),
        // some libraries hang up instead of sending an alert: they have not finished the handshake either
        None if error.kind() == io::ErrorKind::UnexpectedEof => Handshake::Alert("closed".into()),
        None => Handshake::Broken(error.to_string()),
    }
}

/// Answers a ClientHello with a ServerHello of TLS 1.1 and looks at what comes back.
async fn outdated(mut stream: TcpStream) -> Handshake {
    let mut hello = [0; 4096];
    let answered = match stream.read(&mut hello).await {
        Ok(0) | Err(_) => return Handshake::Broken("the caller said nothing".into()),
        Ok(_) => stream.write_all(&server_hello()).await,
    };
    let mut reply = [0; 7];
    match (answered, timeout(AT_ONCE, stream.read(&mut reply)).await) {
        // a record of type 21 is an alert; its last byte says which (RFC 5246 7.2)
        (Ok(()), Ok(Ok(read))) if read > 0 && reply.first() == Some(&21) => {
            Handshake::Alert(format!("alert {}", reply.last().copied().unwrap_or_default()))
        }
        // a record of type 22 goes on with the handshake
        (Ok(()), Ok(Ok(read))) if read > 0 && reply.first() == Some(&22) => Handshake::Done,
        (Ok(()), Ok(Ok(0))) => Handshake::Alert("closed".into()),
        (Ok(()), Ok(Ok(_))) => Handshake::Broken("something that is no TLS".into()),
        (Ok(()), Err(_)) => Handshake::Broken("the caller waits for more of TLS 1.1".into()),
        (Ok(()), Ok(Err(error))) | (Err(error), _) => Handshake::Alert(error.to_string()),
    }
}

/// RFC 4346 7.4.1.3: version 1.1, no session, TLS_RSA_WITH_AES_128_CBC_SHA, no compression.
fn server_hello() -> Vec<u8> {
    let mut body = vec![0x03, 0x02];
    body.extend([0x42; 32]);
    body.extend([0x00, 0x00, 0x2f, 0x00]);
    let mut handshake = vec![0x02, 0x00, 0x00, u8::try_from(body.len()).unwrap_or_default()];
    handshake.append(&mut body);
    let mut record = vec![0x16, 0x03, 0x02, 0x00, u8::try_from(handshake.len()).unwrap_or_default()];
    record.append(&mut handshake);
    record
}

/// Connections held at once.
const GUESTS: usize = 256;
/// For a handshake.
const PATIENCE: Duration = Duration::from_secs(10);
/// Who does not want TLS 1.1 says so within this time.
const AT_ONCE: Duration = Duration::from_secs(3);
/// For the next request on a connection.
const IDLE: Duration = Duration::from_secs(60);
