//! The setting of the tests: a folder with trust files, open doors, and a router that says what it sees.

use std::convert::Infallible;
use std::fs;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::extract::{Extension, Path, State};
use axum::routing::{get, post};
use bytes::Bytes;
use futures_util::stream;
use hub_core::clock::{Clock, Timestamp};
use hub_core::peer::Role;
use hub_http::peer::{PeerCertificates, TrustHandle, Verdict};
use tempfile::TempDir;
use tokio::sync::Notify;

use super::super::{Door, DoorConfig, Doors, Kind, Limits};
use super::certificates::{Authority, Wish};
use super::clients::Client;

/// Doors with their authorities: `bank` vouches for providers, `state` for senders.
pub(super) struct Setting {
    pub(super) folder: TempDir,
    pub(super) clock: Clock,
    pub(super) doors: Doors,
    pub(super) bank: Authority,
    pub(super) state: Authority,
    pub(super) server: Authority,
    pub(super) gate: Arc<Notify>,
    /// Notified when the body of an answer is dropped.
    pub(super) dropped: Arc<Notify>,
    trust: TrustHandle,
}

#[derive(Clone)]
struct Seen {
    trust: TrustHandle,
    clock: Clock,
    gate: Arc<Notify>,
    dropped: Arc<Notify>,
}

impl Setting {
    pub(super) fn new() -> Self {
        let _ = rustls::crypto::aws_lc_rs::default_provider().install_default();
        let folder = TempDir::new().unwrap();
        let clock = Clock::manual();
        let (bank, state, server) =
            (Authority::new("Bank CA"), Authority::new("State CA"), Authority::new("Server CA"));
        let now = clock.now();
        let write = |name: &str, text: String| fs::write(folder.path().join(name), text).unwrap();
        write("bank.pem", bank.pem());
        write("bank.crl", bank.revokes(&[], now, 30));
        write(
            "provider.toml",
            trust_file("provider", "bank", "certificate = \"bank.pem\"\ncrl = [\"bank.crl\"]"),
        );
        write("sender.toml", trust_file("sender", "state", &format!("certificate = '''{}'''", state.pem())));
        let own = server.issue(&Wish::server(now));
        write("server.pem", own.pem.clone());
        write("server.key", own.key_pem());

        let sources = vec![
            (Role::Provider, folder.path().join("provider.toml")),
            (Role::Sender, folder.path().join("sender.toml")),
        ];
        let trust = TrustHandle::open("acceptance", sources).unwrap();
        let doors = Doors::new(trust.clone(), clock.clone());
        let (gate, dropped) = (Arc::new(Notify::new()), Arc::new(Notify::new()));
        Self { folder, clock, doors, bank, state, server, gate, dropped, trust }
    }

    pub(super) fn now(&self) -> Timestamp {
        self.clock.now()
    }

    pub(super) fn file(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// Writes a file of the setting.
    pub(super) fn write(&self, name: &str, text: String) {
        fs::write(self.file(name), text).unwrap();
    }

    pub(super) async fn door(&self, kind: Kind) -> Client {
        self.door_with(kind, Limits::default()).await
    }

    /// Opens a door and gives a client that knows where it is.
    pub(super) async fn door_with(&self, kind: Kind, limits: Limits) -> Client {
        let config = DoorConfig {
            name: "test",
            kind,
            address: ([127, 0, 0, 1], 0).into(),
            certificate: self.file("server.pem"),
            key: self.file("server.key"),
            limits,
        };
        let door = Door::bind(config, &self.clock).await.unwrap();
        let address = door.address();
        self.doors.open(door, self.router());
        Client::new(address, self.server.der())
    }

    fn router(&self) -> Router {
        let seen = Seen {
            trust: self.trust.clone(),
            clock: self.clock.clone(),
            gate: Arc::clone(&self.gate),
            dropped: Arc::clone(&self.dropped),
        };
        Router::new()
            .route("/", get(who))
            .route("/slow/{milliseconds}", get(slow))
            .route("/gate", get(gate))
            .route("/body", post(body))
            .route("/endless", get(endless))
            .route("/large", get(large))
            .route("/dripping", get(dripping))
            .with_state(seen)
    }
}

pub(super) fn trust_file(role: &str, anchor: &str, rest: &str) -> String {
    format!("environment = \"acceptance\"\nrole = \"{role}\"\n[[anchor]]\nname = \"{anchor}\"\n{rest}\n")
}

async fn who(State(seen): State<Seen>, certificates: Option<Extension<PeerCertificates>>) -> String {
    let Some(Extension(certificates)) = certificates else {
        return "notAsked".to_owned();
    };
    match certificates.verdict(&seen.trust, seen.clock.now()) {
        Verdict::Absent => "absent".to_owned(),
        Verdict::Refused(reason) => reason.code().to_owned(),
        Verdict::Trusted(peer) => format!("{} {} {}", peer.role, peer.anchor, peer.san_uris.join(" ")),
    }
}

async fn slow(Path(milliseconds): Path<u64>) -> &'static str {
    tokio::time::sleep(Duration::from_millis(milliseconds)).await;
    "slept"
}

async fn gate(State(seen): State<Seen>) -> &'static str {
    seen.gate.notified().await;
    "passed"
}

async fn body(body: String) -> String {
    body
}

/// Content that says when nobody needs it any more.
struct Content(Vec<u8>, Arc<Notify>);

impl AsRef<[u8]> for Content {
    fn as_ref(&self) -> &[u8] {
        &self.0
    }
}

impl Drop for Content {
    fn drop(&mut self) {
        self.1.notify_one();
    }
}

async fn endless(State(seen): State<Seen>) -> Body {
    let content = Content(Vec::new(), seen.dropped);
    let piece = Bytes::from_static(&[0; 64 * 1024]);
    Body::from_stream(stream::repeat_with(move || {
        let _held = &content;
        Ok::<_, Infallible>(piece.clone())
    }))
}

async fn large(State(seen): State<Seen>) -> Body {
    Body::from(Bytes::from_owner(Content(vec![0; 64 * 1024 * 1024], seen.dropped)))
}

async fn dripping() -> Body {
    Body::from_stream(stream::unfold(0, async |drops| {
        tokio::time::sleep(Duration::from_millis(150)).await;
        (drops < 3).then(|| (Ok::<_, Infallible>("drop "), drops + 1))
    }))
}
