//! One connection: handshake under a time limit, then HTTP until it ends.

use std::net::SocketAddr;
use std::sync::Arc;

use hub_http::Network;
use hub_http::peer::{PeerCertificates, Verdict};
use hub_http::seats::Seat;
use tokio::net::TcpStream;
use tokio::time::timeout;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::server::TlsStream;

use super::accept::Open;
use super::door::Kind;
use super::life::Life;
use super::protocol;

/// A connection that was seated.
pub(super) struct Arrived {
    pub(super) stream: TcpStream,
    pub(super) from: SocketAddr,
    pub(super) seat: Seat<Network>,
    pub(super) shaking: Seat<Network>,
}

/// Who is at the other end.
#[derive(Clone)]
pub(super) struct Peer {
    pub(super) from: SocketAddr,
    /// `None` at a door that asks for none.
    pub(super) certificates: Option<PeerCertificates>,
}

/// Carries a connection from its handshake to its end.
pub(super) async fn carry(open: Arc<Open>, arrived: Arrived) {
    let Arrived { stream, from, seat: _seat, shaking } = arrived;
    let Some(stream) = handshake(&open, stream).await else {
        return;
    };
    drop(shaking);

    let session = stream.get_ref().1;
    let certificates =
        (open.kind != Kind::Browsers).then(|| PeerCertificates::new(session.peer_certificates()));
    let http2 = session.alpn_protocol() == Some(b"h2");
    let peer = Peer { from, certificates };
    let Some((life, _untrusted)) = admit(&open, &peer) else {
        return;
    };

    if http2 {
        protocol::http2(&open, stream, peer, life).await;
    } else {
        protocol::http1(&open, stream, peer, life).await;
    }
}

async fn handshake(open: &Open, stream: TcpStream) -> Option<TlsStream<TcpStream>> {
    stream.set_nodelay(true).ok()?;
    let acceptor = TlsAcceptor::from(open.tls.current());
    let shaken = tokio::select! {
        () = open.shared.drain.cancelled() => return None,
        shaken = timeout(open.limits.handshake, acceptor.accept(stream)) => shaken,
    };
    match shaken {
        Ok(Ok(stream)) => Some(stream),
        Ok(Err(error)) => {
            tracing::debug!(door = open.name, %error, "handshake failed");
            open.turn_away("handshakeFailed");
            None
        }
        Err(_) => {
            open.turn_away("handshakeTimeout");
            None
        }
    }
}

// TRUST T1: where a trusted certificate is needed, a connection without one is short and one of few.
fn admit(open: &Open, peer: &Peer) -> Option<(Life, Option<Seat<Network>>)> {
    let life = Life::new(&open.limits);
    let Some(certificates) = peer.certificates.as_ref().filter(|_| open.kind == Kind::Machines) else {
        return Some((life, None));
    };
    let verdict = certificates.verdict(&open.shared.trust, open.shared.clock.now());
    if matches!(verdict, Verdict::Trusted(_)) {
        return Some((life, None));
    }
    let Some(seat) = open.untrusted.take(Network::of(peer.from.ip())) else {
        open.turn_away("untrusted");
        return None;
    };
    Some((life.at_most(open.limits.untrusted_life), Some(seat)))
}
