//! The door of an instance: TLS with a client certificate of the authorities it was told of, and nothing without.

use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use hyper::Request;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::service::TowerToHyperService;
use rustls::pki_types::{CertificateDer, PrivateKeyDer, pem::PemObject};
use rustls::server::WebPkiClientVerifier;
use rustls::{RootCertStore, ServerConfig};
use tokio::net::{TcpListener, TcpStream};
use tokio::time::timeout;
use tokio_rustls::TlsAcceptor;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use super::config::Instance;
use super::desk::{Caller, Desk};
use super::routes::routes;

/// An instance that serves.
pub struct Serving {
    /// Where it listens.
    pub address: SocketAddr,
    stop: CancellationToken,
    tasks: TaskTracker,
    runs: TaskTracker,
}

impl Serving {
    /// Stops: no new callers, those who are here are answered; a run that is played is dropped with its process.
    pub async fn stop(self) {
        self.stop.cancel();
        self.tasks.close();
        let _ = timeout(DRAIN, self.tasks.wait()).await;
        self.runs.close();
    }
}

/// Opens the door.
pub async fn open(instance: &Instance, desk: Desk) -> io::Result<Serving> {
    let acceptor = TlsAcceptor::from(Arc::new(tls(instance)?));
    let listener = TcpListener::bind(instance.listen).await?;
    let address = listener.local_addr()?;
    let (stop, tasks, runs) = (CancellationToken::new(), TaskTracker::new(), TaskTracker::new());
    let router = routes(Arc::new(desk), runs.clone());
    tasks.spawn(listen(listener, (acceptor, router), stop.clone(), tasks.clone()));
    Ok(Serving { address, stop, tasks, runs })
}

fn tls(instance: &Instance) -> io::Result<ServerConfig> {
    let certificates = |path: &std::path::Path| -> io::Result<Vec<CertificateDer<'static>>> {
        let found = CertificateDer::pem_file_iter(path).map_err(io::Error::other)?;
        found.collect::<Result<_, _>>().map_err(io::Error::other)
    };
    let mut roots = RootCertStore::empty();
    for anchor in certificates(&instance.clients)? {
        roots.add(anchor).map_err(io::Error::other)?;
    }
    let verifier = WebPkiClientVerifier::builder(Arc::new(roots)).build().map_err(io::Error::other)?;
    let key = PrivateKeyDer::from_pem_file(&instance.key).map_err(io::Error::other)?;
    let mut config = ServerConfig::builder()
        .with_client_cert_verifier(verifier)
        .with_single_cert(certificates(&instance.certificate)?, key)
        .map_err(io::Error::other)?;
    config.alpn_protocols = vec![b"http/1.1".to_vec()];
    // every connection proves its key
    config.send_tls13_tickets = 0;
    config.session_storage = Arc::new(rustls::server::NoServerSessionStorage {});
    Ok(config)
}

async fn listen(
    listener: TcpListener,
    (acceptor, router): (TlsAcceptor, Router),
    stop: CancellationToken,
    tasks: TaskTracker,
) {
    loop {
        tokio::select! {
            () = stop.cancelled() => break,
            accepted = listener.accept(), if tasks.len() <= GUESTS => match accepted {
                Ok((stream, _)) => {
                    let (acceptor, router, stop) = (acceptor.clone(), router.clone(), stop.clone());
                    tasks.spawn(async move {
                        let _ = timeout(VISIT, receive(stream, acceptor, router, stop)).await;
                    });
                }
                Err(_) => tokio::time::sleep(Duration::from_millis(50)).await,
            },
            () = tokio::time::sleep(Duration::from_millis(100)), if tasks.len() > GUESTS => {}
        }
    }
}

/// Whoever breaks off has nothing to be told.
async fn receive(stream: TcpStream, acceptor: TlsAcceptor, router: Router, stop: CancellationToken) {
    let Ok(Ok(stream)) = timeout(PATIENCE, acceptor.accept(stream)).await else { return };
    let leaf = stream
        .get_ref()
        .1
        .peer_certificates()
        .and_then(<[_]>::first)
        .map(|leaf| Caller(leaf.as_ref().into()));
    let Some(caller) = leaf else { return };
    let router = router.layer(axum::Extension(caller));
    let service = TowerToHyperService::new(tower_service(router));
    let connection = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(PATIENCE)
        .serve_connection(TokioIo::new(stream), service);
    tokio::pin!(connection);
    tokio::select! {
        _ = connection.as_mut() => {}
        () = stop.cancelled() => {
            connection.as_mut().graceful_shutdown();
            let _ = connection.await;
        }
    }
}

/// The router, for the bodies that hyper gives.
fn tower_service(
    router: Router,
) -> impl tower::Service<
    Request<Incoming>,
    Response = axum::response::Response,
    Error = std::convert::Infallible,
    Future: Send,
> + Clone {
    tower::ServiceExt::map_request(router, |request: Request<Incoming>| request.map(axum::body::Body::new))
}

/// Connections held at once.
const GUESTS: usize = 64;
/// For a handshake, and for the head of a request.
const PATIENCE: Duration = Duration::from_secs(10);
/// For everything on one connection.
const VISIT: Duration = Duration::from_secs(300);
/// For those who are here when the instance stops.
const DRAIN: Duration = Duration::from_secs(10);
