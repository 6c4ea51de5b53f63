//! A caller: a client with one certificate, or none, that opens a connection for each request and follows nothing.
//!
//! Everything it says and hears is told to the wire. Names under `localhost` are this machine.

use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::path::Path;
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use http::Request;
use http_body_util::{BodyExt, Full, Limited};
use hyper::client::conn::http1;
use hyper_util::rt::TokioIo;
use rustls::client::Resumption;
use rustls::crypto::aws_lc_rs;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer, ServerName};
use rustls::version::{TLS12, TLS13};
use rustls::{ClientConfig, ProtocolVersion, RootCertStore, SupportedProtocolVersion};
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;
use url::Url;

use super::request::{Answer, Ask, Heard, NoAnswer};
use super::veil::Veil;
use crate::digest::sha256_base64url;
use crate::engine::{Message, Party, Seen, Stopwatch, Tls, Wire};

/// A certificate with its key.
pub(super) struct Papers {
    chain: Vec<CertificateDer<'static>>,
    key: PrivateKeyDer<'static>,
}

/// Why a file of the profile cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum FileFault {
    /// It cannot be read.
    #[error("{0} cannot be read")]
    Unreadable(String, #[source] io::Error),
    /// It holds no certificate, no key, or neither.
    #[error("{0} holds no {1} in PEM")]
    Empty(String, &'static str),
    /// TLS does not take what the files hold.
    #[error("{0} cannot be used")]
    Unusable(String, #[source] rustls::Error),
}

impl Papers {
    /// Reads a certificate with its chain, and its key.
    pub(super) fn read(certificate: &Path, key: &Path) -> Result<Self, FileFault> {
        let chain = certificates(certificate)?;
        let name = || key.display().to_string();
        let text = std::fs::read(key).map_err(|source| FileFault::Unreadable(name(), source))?;
        let key =
            PrivateKeyDer::from_pem_slice(&text).map_err(|_| FileFault::Empty(name(), "private key"))?;
        Ok(Self { chain, key })
    }

    /// A certificate and key that were just made.
    pub(super) fn made(credential: &crate::authority::Credential) -> Option<Self> {
        Some(Self { chain: credential.chain().ok()?, key: credential.private_key().ok()? })
    }

    /// The thumbprint by which tokens are bound to it.
    pub(super) fn thumbprint(&self) -> String {
        self.chain.first().map(|leaf| sha256_base64url(leaf)).unwrap_or_default()
    }
}

/// The certificates of a file.
pub(super) fn certificates(path: &Path) -> Result<Vec<CertificateDer<'static>>, FileFault> {
    let name = || path.display().to_string();
    let text = std::fs::read(path).map_err(|source| FileFault::Unreadable(name(), source))?;
    let found: Vec<_> = CertificateDer::pem_slice_iter(&text).filter_map(Result::ok).collect();
    if found.is_empty() { Err(FileFault::Empty(name(), "certificate")) } else { Ok(found) }
}

/// The authorities of a file.
pub(super) fn authorities(path: &Path) -> Result<RootCertStore, FileFault> {
    let mut roots = RootCertStore::empty();
    roots.add_parsable_certificates(certificates(path)?);
    Ok(roots)
}

/// A client.
#[derive(Clone)]
pub(super) struct Caller {
    party: Party,
    thumbprint: Option<String>,
    source: Arc<(RootCertStore, Option<Papers>)>,
    config: Arc<ClientConfig>,
    wire: Wire,
    veil: Arc<Veil>,
    patience: Duration,
}

impl Caller {
    /// A client that trusts `roots` and shows `papers`, if it has any.
    pub(super) fn new(
        party: Party,
        roots: &RootCertStore,
        papers: Option<Papers>,
        (wire, veil): (&Wire, &Arc<Veil>),
        patience: Duration,
    ) -> Result<Self, FileFault> {
        let unusable = |source| FileFault::Unusable(party.to_string(), source);
        let config = config(roots, papers.as_ref(), &[&TLS13, &TLS12]).map_err(unusable)?;
        let thumbprint = papers.as_ref().map(Papers::thumbprint);
        let source = Arc::new((roots.clone(), papers));
        let (config, wire, veil) = (Arc::new(config), wire.clone(), Arc::clone(veil));
        Ok(Self { party, thumbprint, source, config, wire, veil, patience })
    }

    /// The same client, speaking one version of TLS only.
    pub(super) fn speaking(&self, version: &'static SupportedProtocolVersion) -> Option<Self> {
        let (roots, papers) = &*self.source;
        let config = config(roots, papers.as_ref(), &[version]).ok()?;
        Some(Self { config: Arc::new(config), ..self.clone() })
    }

    /// Sends a request and reads its answer.
    pub(super) async fn send(&self, ask: Ask) -> Heard {
        let watch = Stopwatch::start();
        let mut tls = None;
        let heard = match tokio::time::timeout(self.patience, self.exchange(&ask, &mut tls)).await {
            Ok(heard) => heard,
            Err(_) => Err(NoAnswer::Late),
        };
        self.tell(ask, &heard, tls, watch);
        heard
    }

    async fn exchange(&self, ask: &Ask, facts: &mut Option<Tls>) -> Heard {
        let url = Url::parse(&ask.url).map_err(|error| NoAnswer::Unreachable(error.to_string()))?;
        let stream = self.connect(&url).await?;
        let tls = self.facts(&stream, url.host_str().unwrap_or_default());
        *facts = Some(tls.clone());
        let request = request(ask, &url).map_err(|error| NoAnswer::Unreachable(error.to_string()))?;
        let (mut sender, connection) = http1::handshake(TokioIo::new(stream)).await.map_err(dropped)?;
        let talk = async move {
            let answer = sender.send_request(request).await.map_err(dropped)?;
            let (head, body) = answer.into_parts();
            let body = Limited::new(body, LARGEST).collect().await;
            let body = body.map_err(|error| NoAnswer::Dropped(error.to_string()))?.to_bytes();
            Ok(Answer { status: head.status.as_u16(), headers: head.headers, body, tls })
        };
        let (mut talk, mut connection) = (pin!(talk), pin!(connection));
        let mut over = false;
        loop {
            tokio::select! {
                heard = &mut talk => return heard,
                _ = &mut connection, if !over => over = true,
            }
        }
    }

    async fn connect(&self, url: &Url) -> Result<TlsStream<TcpStream>, NoAnswer> {
        let host = url.host_str().unwrap_or_default();
        let tcp = tcp(host, url.port_or_known_default().unwrap_or(443)).await?;
        let name = ServerName::try_from(host.trim_matches(['[', ']']).to_owned())
            .map_err(|error| NoAnswer::Unreachable(error.to_string()))?;
        let connector = TlsConnector::from(Arc::clone(&self.config));
        connector.connect(name, tcp).await.map_err(|error| NoAnswer::Dropped(error.to_string()))
    }

    fn facts(&self, stream: &TlsStream<TcpStream>, host: &str) -> Tls {
        let (_, session) = stream.get_ref();
        let suite = session.negotiated_cipher_suite().map(|suite| format!("{:?}", suite.suite()));
        let alpn = session.alpn_protocol().map(|name| String::from_utf8_lossy(name).into_owned());
        let leaf = session.peer_certificates().and_then(|chain| chain.first());
        Tls {
            version: session.protocol_version().map(version_name).unwrap_or_default(),
            cipher: suite.unwrap_or_default(),
            alpn,
            server_name: Some(host.to_owned()),
            client_certificate: self.thumbprint.clone(),
            server_certificate: leaf.map(|leaf| sha256_base64url(leaf)),
        }
    }

    fn tell(&self, ask: Ask, heard: &Heard, tls: Option<Tls>, watch: Stopwatch) {
        let mut seen = Seen::request(self.party, Party::Hub, ask.method.as_str(), &ask.url);
        seen.request = Message { headers: ask.headers, body: ask.body };
        seen.tls = tls;
        seen.micros = watch.micros();
        match heard {
            Ok(answer) => {
                seen.status = Some(answer.status);
                let body = self.veil.body(&self.wire, &seen.url, answer);
                seen.answer = Message { headers: answer.headers.clone(), body };
            }
            Err(none) => seen.failure = Some(none.to_string()),
        }
        self.wire.saw(&seen);
    }
}

/// A connection to a host, without TLS.
pub(super) async fn tcp(host: &str, port: u16) -> Result<TcpStream, NoAnswer> {
    let here = host == "localhost" || host.ends_with(".localhost");
    let connected = if here {
        TcpStream::connect(SocketAddr::from((Ipv4Addr::LOCALHOST, port))).await
    } else {
        TcpStream::connect((host.trim_matches(['[', ']']), port)).await
    };
    // a head and its content are two writes: the second must not wait for an acknowledgement of the first
    let stream = connected.and_then(|stream| stream.set_nodelay(true).map(|()| stream));
    stream.map_err(|error| NoAnswer::Unreachable(format!("{host}:{port}: {error}")))
}

fn config(
    roots: &RootCertStore,
    papers: Option<&Papers>,
    versions: &[&'static SupportedProtocolVersion],
) -> Result<ClientConfig, rustls::Error> {
    let provider = Arc::new(aws_lc_rs::default_provider());
    let builder = ClientConfig::builder_with_provider(provider)
        .with_protocol_versions(versions)?
        .with_root_certificates(roots.clone());
    let mut config = match papers {
        Some(Papers { chain, key }) => builder.with_client_auth_cert(chain.clone(), key.clone_key())?,
        None => builder.with_no_client_auth(),
    };
    config.alpn_protocols = vec![b"http/1.1".to_vec()];
    config.resumption = Resumption::disabled();
    Ok(config)
}

fn request(ask: &Ask, url: &Url) -> Result<Request<Full<Bytes>>, http::Error> {
    let host = url.host_str().unwrap_or_default();
    let authority = url.port().map_or_else(|| host.to_owned(), |port| format!("{host}:{port}"));
    let target = url.query().map_or_else(|| url.path().to_owned(), |query| format!("{}?{query}", url.path()));
    let mut request = Request::builder().method(ask.method.clone()).uri(target).header("host", authority);
    if let Some(headers) = request.headers_mut() {
        headers.extend(ask.headers.clone());
    }
    request.body(Full::new(ask.body.clone()))
}

/// The whole chain of causes: what TLS says stands at its end.
#[expect(clippy::needless_pass_by_value, reason = "it is what `map_err` hands over")]
fn dropped(error: hyper::Error) -> NoAnswer {
    let mut said = error.to_string();
    let mut cause = std::error::Error::source(&error);
    while let Some(inner) = cause {
        said = format!("{said}: {inner}");
        cause = inner.source();
    }
    NoAnswer::Dropped(said)
}

fn version_name(version: ProtocolVersion) -> String {
    match version {
        ProtocolVersion::TLSv1_2 => "TLSv1.2".to_owned(),
        ProtocolVersion::TLSv1_3 => "TLSv1.3".to_owned(),
        other => format!("{other:?}"),
    }
}

/// The largest answer that is read.
const LARGEST: usize = 32 * 1024 * 1024;
