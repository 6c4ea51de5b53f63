//! The front's listener: TLS with the bank's own certificate, HTTP/1.1, deadlines, a cap on connections.

use std::{path::Path, sync::Arc, time::Duration};

use axum::Router;
use hyper::server::conn::http1;
use hyper_util::{
    rt::{TokioIo, TokioTimer},
    service::TowerToHyperService,
};
use rustls::{
    RootCertStore, ServerConfig,
    pki_types::{CertificateDer, PrivateKeyDer, pem::PemObject},
    server::WebPkiClientVerifier,
};
use tokio::{
    net::{TcpListener, TcpStream},
    task::JoinSet,
    time::{sleep, timeout},
};
use tokio_rustls::TlsAcceptor;

use crate::{client::unusable, error::Error};

/// Connections held at once.
const CONNECTIONS: usize = 256;
/// For a handshake, and for the headers of a request.
const PATIENCE: Duration = Duration::from_secs(10);

/// Reads the front's certificate and key.
pub(crate) fn acceptor(certificate: &Path, key: &Path) -> Result<TlsAcceptor, Error> {
    let chain = chain(certificate)?;
    let private_key = PrivateKeyDer::from_pem_file(key).map_err(|error| unusable(key, &error))?;
    let mut config = ServerConfig::builder()
        .with_no_client_auth()
        .with_single_cert(chain, private_key)
        .map_err(|error| unusable(certificate, &error))?;
    config.alpn_protocols = vec![b"http/1.1".to_vec()];
    Ok(TlsAcceptor::from(Arc::new(config)))
}

/// The same, for a listener that hears only those whom these authorities vouch for.
pub(crate) fn acceptor_for(certificate: &Path, key: &Path, clients: &Path) -> Result<TlsAcceptor, Error> {
    let chain = chain(certificate)?;
    let private_key = PrivateKeyDer::from_pem_file(key).map_err(|error| unusable(key, &error))?;
    let mut known = RootCertStore::empty();
    for anchor in self::chain(clients)? {
        known.add(anchor).map_err(|error| unusable(clients, &error))?;
    }
    let verifier =
        WebPkiClientVerifier::builder(Arc::new(known)).build().map_err(|error| unusable(clients, &error))?;
    let mut config = ServerConfig::builder()
        .with_client_cert_verifier(verifier)
        .with_single_cert(chain, private_key)
        .map_err(|error| unusable(certificate, &error))?;
    config.alpn_protocols = vec![b"http/1.1".to_vec()];
    Ok(TlsAcceptor::from(Arc::new(config)))
}

fn chain(file: &Path) -> Result<Vec<CertificateDer<'static>>, Error> {
    CertificateDer::pem_file_iter(file).and_then(Iterator::collect).map_err(|error| unusable(file, &error))
}

/// Serves the front until it is dropped; its connections are dropped with it.
pub(crate) async fn serve(listener: &TcpListener, acceptor: &TlsAcceptor, front: &Router) {
    let mut connections = JoinSet::new();
    loop {
        tokio::select! {
            accepted = listener.accept(), if connections.len() < CONNECTIONS => match accepted {
                Ok((stream, _)) => {
                    connections.spawn(connection(stream, acceptor.clone(), front.clone()));
                }
                // No file left, or a peer that was gone at once.
                Err(_) => sleep(Duration::from_millis(100)).await,
            },
            Some(_) = connections.join_next() => {}
        }
    }
}

/// One browser's connection; what goes wrong on it concerns nobody else.
async fn connection(stream: TcpStream, acceptor: TlsAcceptor, front: Router) {
    let Ok(Ok(stream)) = timeout(PATIENCE, acceptor.accept(stream)).await else {
        return;
    };
    let _ = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(PATIENCE)
        .serve_connection(TokioIo::new(stream), TowerToHyperService::new(front))
        .await;
}
