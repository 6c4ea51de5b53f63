//! A receiver of events: a real server with mutual TLS, in whatever mood a test puts it.

use std::collections::BTreeSet;
use std::io::{Error as IoError, ErrorKind};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use data_encoding::BASE64URL_NOPAD;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::server::WebPkiClientVerifier;
use rustls::{RootCertStore, ServerConfig};
use serde_json::Value;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinSet;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::server::TlsStream;

use super::setting::authorities;
use crate::authority::Credential;

/// How a receiver answers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Mood {
    /// 202.
    Well,
    /// 202 after a while.
    Slow(Duration),
    /// Connections are closed at once.
    Down,
    /// It takes everything and never answers.
    Deaf,
    /// This status, with these header lines and this body.
    Says(u16, String, String),
    /// 200 and two gigabytes.
    Huge(u16),
    /// 400 with this error for the events of this mailbox, or for all; else 202.
    Refuses(&'static str, Option<String>),
    /// 500 for the events of this mailbox; else 202.
    Fails(String),
    /// Challenges are answered with another state; everything else is well.
    FalseEcho,
    /// It closes the connection after each answer.
    Closing,
}

/// An event that came.
#[derive(Clone, Debug)]
pub struct Heard {
    /// The token.
    pub token: String,
    /// What it claims, unverified.
    pub claims: Value,
    /// Whether it was answered with 202.
    pub taken: bool,
}

impl Heard {
    /// Its `jti`.
    pub fn jti(&self) -> &str {
        self.claims["jti"].as_str().unwrap()
    }

    /// The URI of its event, without what all changes have in common.
    pub fn kind(&self) -> &str {
        let uri = self.claims["events"].as_object().unwrap().keys().next().unwrap();
        uri.strip_prefix("urn:facteur:event:").unwrap_or(uri)
    }

    /// The mailbox or stream that it is about.
    pub fn subject(&self) -> &str {
        self.claims["sub_id"]["id"].as_str().unwrap()
    }

    /// What the event says.
    pub fn event(&self) -> &Value {
        self.claims["events"].as_object().unwrap().values().next().unwrap()
    }

    fn is_challenge(&self) -> bool {
        self.kind().contains("verification")
    }
}

/// A running receiver; it ends with its value.
pub struct Receiver {
    /// Where it is.
    pub address: String,
    desk: Arc<Desk>,
    _serving: JoinSet<()>,
}

struct Desk {
    mood: Mutex<Mood>,
    heard: Mutex<Vec<Heard>>,
    connections: AtomicU64,
    written: AtomicU64,
}

impl Receiver {
    /// Starts one that is well.
    pub async fn start() -> Self {
        Self::with(&authorities().servers.server(&["bank.localhost"])).await
    }

    /// Starts one with a certificate of its own.
    pub async fn with(server: &Credential) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = format!("https://bank.localhost:{}/events", listener.local_addr().unwrap().port());
        let acceptor = acceptor(server);
        let desk = Arc::new(Desk {
            mood: Mutex::new(Mood::Well),
            heard: Mutex::default(),
            connections: AtomicU64::new(0),
            written: AtomicU64::new(0),
        });
        let (shared, mut serving) = (Arc::clone(&desk), JoinSet::new());
        serving.spawn(async move {
            let mut guests = JoinSet::new();
            while let Ok((stream, _)) = listener.accept().await {
                guests.spawn(serve(Arc::clone(&shared), acceptor.clone(), stream));
                while guests.try_join_next().is_some() {}
            }
        });
        Self { address, desk, _serving: serving }
    }

    /// From now on it is like this.
    pub fn is(&self, mood: Mood) {
        *self.desk.mood.lock().unwrap_or_else(PoisonError::into_inner) = mood;
    }

    /// Every change that came, in order, challenges left out.
    pub fn heard(&self) -> Vec<Heard> {
        let heard = self.desk.heard.lock().unwrap_or_else(PoisonError::into_inner);
        heard.iter().filter(|heard| !heard.is_challenge()).cloned().collect()
    }

    /// Every challenge that came.
    pub fn challenges(&self) -> Vec<Heard> {
        let heard = self.desk.heard.lock().unwrap_or_else(PoisonError::into_inner);
        heard.iter().filter(|heard| heard.is_challenge()).cloned().collect()
    }

    /// What was taken, each once, in the order in which it was taken first.
    pub fn taken(&self) -> Vec<Heard> {
        let mut known = BTreeSet::new();
        self.heard().into_iter().filter(|heard| heard.taken && known.insert(heard.jti().to_owned())).collect()
    }

    /// The kinds of what was taken about a mailbox, or about all.
    pub fn kinds(&self, mailbox: Option<&str>) -> Vec<String> {
        let about = |heard: &Heard| mailbox.is_none_or(|mailbox| heard.subject() == mailbox);
        self.taken().iter().filter(|heard| about(heard)).map(|heard| heard.kind().to_owned()).collect()
    }

    /// How many connections were begun.
    pub fn connections(&self) -> u64 {
        self.desk.connections.load(Ordering::SeqCst)
    }

    /// How many bytes of bodies it could write.
    pub fn written(&self) -> u64 {
        self.desk.written.load(Ordering::SeqCst)
    }
}

fn acceptor(server: &Credential) -> TlsAcceptor {
    let mut hubs = RootCertStore::empty();
    let anchor = CertificateDer::from_pem_slice(authorities().hubs.certificate.as_bytes()).unwrap();
    hubs.add(anchor).unwrap();
    let verifier = WebPkiClientVerifier::builder(Arc::new(hubs)).build().unwrap();
    let chain =
        CertificateDer::pem_slice_iter(server.certificate.as_bytes()).collect::<Result<_, _>>().unwrap();
    let key = PrivateKeyDer::from_pem_slice(server.key.as_bytes()).unwrap();
    let mut config =
        ServerConfig::builder().with_client_cert_verifier(verifier).with_single_cert(chain, key).unwrap();
    config.alpn_protocols = vec![b"http/1.1".to_vec()];
    TlsAcceptor::from(Arc::new(config))
}

impl Desk {
    fn mood(&self) -> Mood {
        self.mood.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

async fn serve(desk: Arc<Desk>, acceptor: TlsAcceptor, stream: TcpStream) {
    desk.connections.fetch_add(1, Ordering::SeqCst);
    if desk.mood() == Mood::Down {
        return;
    }
    if let Ok(mut stream) = acceptor.accept(stream).await {
        while let Ok(token) = request(&mut stream).await {
            if !matches!(answer(&desk, &mut stream, token).await, Ok(true)) {
                break;
            }
        }
        let _ = stream.shutdown().await;
    }
}

/// The body of the next request.
async fn request(stream: &mut TlsStream<TcpStream>) -> Result<String, IoError> {
    let mut bytes = Vec::new();
    let head = loop {
        if let Some(end) = bytes.windows(4).position(|four| four == b"\r\n\r\n") {
            break end + 4;
        }
        let mut part = [0; 4096];
        let read = stream.read(&mut part).await?;
        if read == 0 {
            return Err(ErrorKind::UnexpectedEof.into());
        }
        bytes.extend_from_slice(&part[..read]);
    };
    let lines = String::from_utf8_lossy(&bytes[..head]).to_lowercase();
    assert!(lines.starts_with("post /events http/1.1\r\n"), "{lines}");
    assert!(lines.contains("content-type: application/secevent+jwt\r\n"), "{lines}");
    let length = lines.lines().find_map(|line| line.strip_prefix("content-length: ")).unwrap();
    let length: usize = length.trim().parse().unwrap();
    let mut body = bytes.split_off(head);
    while body.len() < length {
        let mut part = [0; 4096];
        let read = stream.read(&mut part).await?;
        if read == 0 {
            return Err(ErrorKind::UnexpectedEof.into());
        }
        body.extend_from_slice(&part[..read]);
    }
    Ok(String::from_utf8(body).unwrap())
}

/// Answers; whether the connection stays.
async fn answer(desk: &Desk, stream: &mut TlsStream<TcpStream>, token: String) -> Result<bool, IoError> {
    if desk.mood() == Mood::Down {
        return Ok(false);
    }
    let claims = token.split('.').nth(1).map(|part| BASE64URL_NOPAD.decode(part.as_bytes()).unwrap());
    let claims: Value = serde_json::from_slice(&claims.unwrap()).unwrap();
    let mut heard = Heard { token, claims, taken: false };
    let mood = desk.mood();
    let refuses =
        matches!(&mood, Mood::Refuses(_, of) if of.as_deref().is_none_or(|of| of == heard.subject()));
    heard.taken = match &mood {
        Mood::Well | Mood::Slow(_) | Mood::FalseEcho | Mood::Closing | Mood::Huge(202) => true,
        Mood::Refuses(..) => !refuses,
        Mood::Fails(of) => of != heard.subject(),
        _ => false,
    };
    let taken = heard.taken;
    let state = heard.is_challenge().then(|| heard.event()["state"].as_str().unwrap().to_owned());
    desk.heard.lock().unwrap_or_else(PoisonError::into_inner).push(heard);

    if let Mood::Slow(long) = &mood {
        tokio::time::sleep(*long).await;
    }
    let (status, headers, body) = match (&mood, state) {
        (Mood::Down | Mood::Deaf, _) => {
            if mood == Mood::Deaf {
                tokio::time::sleep(Duration::from_secs(120)).await;
            }
            return Ok(false);
        }
        (Mood::Huge(status), _) => return huge(desk, stream, *status).await,
        (Mood::Says(status, headers, body), _) => (*status, headers.clone(), body.clone()),
        (Mood::Refuses(error, _), _) if refuses => (400, JSON.to_owned(), format!("{{\"err\":\"{error}\"}}")),
        (Mood::Fails(_), _) if !taken => (500, String::new(), String::new()),
        (Mood::FalseEcho, Some(_)) => (202, JSON.to_owned(), r#"{"state":"something else"}"#.to_owned()),
        (_, Some(state)) => (202, JSON.to_owned(), format!("{{\"state\":\"{state}\"}}")),
        _ => (202, String::new(), String::new()),
    };
    let closing = mood == Mood::Closing;
    let connection = if closing { "connection: close\r\n" } else { "" };
    let length = body.len();
    let answer =
        format!("HTTP/1.1 {status} Whatever\r\n{headers}{connection}content-length: {length}\r\n\r\n{body}");
    stream.write_all(answer.as_bytes()).await?;
    stream.flush().await?;
    Ok(!closing)
}

async fn huge(desk: &Desk, stream: &mut TlsStream<TcpStream>, status: u16) -> Result<bool, IoError> {
    let head = format!("HTTP/1.1 {status} Whatever\r\n{JSON}content-length: {}\r\n\r\n", 2_u64 << 30);
    stream.write_all(head.as_bytes()).await?;
    let piece = vec![b' '; 64 * 1024];
    for _ in 0..(2 << 30) / piece.len() {
        stream.write_all(&piece).await?;
        desk.written.fetch_add(piece.len() as u64, Ordering::SeqCst);
    }
    Ok(false)
}

const JSON: &str = "content-type: application/json\r\n";
