//! TLS clients for tests, down to the connection.

use std::net::SocketAddr;
use std::sync::Arc;

use bytes::Bytes;
use http::{Request, Response, StatusCode};
use http_body_util::{BodyExt as _, Empty};
use hyper::body::Incoming;
use hyper::client::conn::{http1, http2};
use hyper_util::rt::{TokioExecutor, TokioIo};
use rustls::client::ResolvesClientCert;
use rustls::crypto::aws_lc_rs;
use rustls::pki_types::{CertificateDer, ServerName};
use rustls::sign::CertifiedKey;
use rustls::{ClientConfig, RootCertStore, SignatureScheme, SupportedProtocolVersion};
use tokio::net::TcpStream;
use tokio::task::JoinSet;
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;

use super::certificates::Issued;

/// Someone who knows where a door is and which authority its server has.
#[derive(Clone)]
pub(super) struct Client {
    pub(super) address: SocketAddr,
    pub(super) roots: Arc<RootCertStore>,
    pub(super) protocol: &'static [u8],
    pub(super) versions: &'static [&'static SupportedProtocolVersion],
}

/// An open connection.
pub(super) struct Connection {
    sender: Sender,
    carrying: JoinSet<()>,
}

enum Sender {
    One(http1::SendRequest<Empty<Bytes>>),
    Two(http2::SendRequest<Empty<Bytes>>),
}

impl Client {
    pub(super) fn new(address: SocketAddr, server: CertificateDer<'static>) -> Self {
        let mut roots = RootCertStore::empty();
        roots.add(server).unwrap();
        Self { address, roots: Arc::new(roots), protocol: b"h2", versions: rustls::ALL_VERSIONS }
    }

    /// A TLS configuration that presents `own` whatever the server asks for.
    pub(super) fn config(&self, own: Option<Issued>) -> ClientConfig {
        let builder = ClientConfig::builder_with_provider(Arc::new(aws_lc_rs::default_provider()))
            .with_protocol_versions(self.versions)
            .unwrap()
            .with_root_certificates(Arc::clone(&self.roots));
        let mut config = match own {
            Some(own) => builder.with_client_cert_resolver(Arc::new(Presents::new(own))),
            None => builder.with_no_client_auth(),
        };
        config.alpn_protocols = vec![self.protocol.to_vec()];
        config
    }

    /// A TLS configuration without a certificate, for another protocol.
    pub(super) fn config_for(&self, protocol: &'static [u8]) -> ClientConfig {
        Self { protocol, ..self.clone() }.config(None)
    }

    pub(super) async fn handshake(&self, config: Arc<ClientConfig>) -> std::io::Result<TlsStream<TcpStream>> {
        let stream = TcpStream::connect(self.address).await?;
        let name = ServerName::try_from("localhost").unwrap();
        TlsConnector::from(config).connect(name, stream).await
    }

    /// Connects with the certificate, or without one.
    pub(super) async fn connect(&self, own: Option<Issued>) -> anyhow::Result<Connection> {
        self.connect_with(Arc::new(self.config(own))).await
    }

    pub(super) async fn connect_with(&self, config: Arc<ClientConfig>) -> anyhow::Result<Connection> {
        let stream = self.handshake(config).await?;
        anyhow::ensure!(stream.get_ref().1.alpn_protocol() == Some(self.protocol), "another protocol");
        let (stream, mut carrying) = (TokioIo::new(stream), JoinSet::new());
        let sender = if self.protocol == b"h2" {
            let (sender, connection) = http2::handshake(TokioExecutor::new(), stream).await?;
            carrying.spawn(async { drop(connection.await) });
            Sender::Two(sender)
        } else {
            let (sender, connection) = http1::handshake(stream).await?;
            carrying.spawn(async { drop(connection.await) });
            Sender::One(sender)
        };
        Ok(Connection { sender, carrying })
    }

    /// Connects, asks for `/` once, and gives the answer's text.
    pub(super) async fn ask(&self, own: Option<Issued>) -> anyhow::Result<String> {
        self.connect(own).await?.get("/").await
    }
}

impl Connection {
    /// Asks for `path` and gives the answer's text.
    pub(super) async fn get(&mut self, path: &str) -> anyhow::Result<String> {
        let answer = self.head(path).await?;
        Ok(String::from_utf8(answer.into_body().collect().await?.to_bytes().to_vec())?)
    }

    /// Asks for `path` and gives the answer, its body not read.
    pub(super) async fn head(&mut self, path: &str) -> anyhow::Result<Response<Incoming>> {
        let uri = format!("https://localhost{path}");
        let answer = match &mut self.sender {
            Sender::One(sender) => {
                sender.ready().await?;
                let request = Request::get(path).header("host", "localhost").body(Empty::new())?;
                sender.send_request(request).await?
            }
            Sender::Two(sender) => {
                sender.ready().await?;
                sender.send_request(Request::get(uri).body(Empty::new())?).await?
            }
        };
        anyhow::ensure!(answer.status() == StatusCode::OK, "status {}", answer.status());
        Ok(answer)
    }

    /// Waits until the connection has ended.
    pub(super) async fn ended(mut self) {
        self.carrying.join_next().await;
    }
}

/// Presents a certificate without asking whether the key belongs to it.
#[derive(Debug)]
struct Presents(Arc<CertifiedKey>);

impl Presents {
    fn new(own: Issued) -> Self {
        let key = aws_lc_rs::default_provider().key_provider.load_private_key(own.key()).unwrap();
        Self(Arc::new(CertifiedKey::new(own.chain, key)))
    }
}

impl ResolvesClientCert for Presents {
    fn resolve(&self, _hints: &[&[u8]], _schemes: &[SignatureScheme]) -> Option<Arc<CertifiedKey>> {
        Some(Arc::clone(&self.0))
    }

    fn has_certs(&self) -> bool {
        true
    }
}
