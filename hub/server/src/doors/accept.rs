//! The accept loop: takes connections, seats them, and hands each to a task of its own.

use std::time::Duration;

use axum::Router;
use hub_http::Network;
use hub_http::seats::Seats;
use tokio::net::{TcpListener, TcpStream};
use tower_http::timeout::RequestBodyDeadlineLayer;

use super::Shared;
use super::connection::{self, Arrived};
use super::door::{Door, Kind, Limits};
use super::tls::Tls;

/// An open door, as its connections see it.
pub(super) struct Open {
    pub(super) name: &'static str,
    pub(super) kind: Kind,
    pub(super) limits: Limits,
    pub(super) tls: Tls,
    pub(super) router: Router,
    pub(super) shared: Shared,
    pub(super) untrusted: Seats<Network>,
    connections: Seats<Network>,
    handshakes: Seats<Network>,
}

impl Open {
    /// The door with its router, and the listener to accept from.
    pub(super) fn new(door: Door, router: Router, shared: Shared) -> (Self, TcpListener) {
        let limits = door.config.limits;
        let open = Self {
            name: door.config.name,
            kind: door.config.kind,
            tls: door.tls,
            router: router.layer(RequestBodyDeadlineLayer::new(limits.body)),
            shared,
            connections: Seats::new(limits.connections, limits.connections_per_network),
            handshakes: Seats::new(limits.handshakes, limits.handshakes_per_network),
            untrusted: Seats::new(limits.untrusted, limits.untrusted_per_network),
            limits,
        };
        (open, door.listener)
    }

    /// Counts a connection that was turned away.
    pub(super) fn turn_away(&self, reason: &'static str) {
        metrics::counter!("facteur_connections_refused_total", "door" => self.name, "reason" => reason)
            .increment(1);
    }

    fn seat(&self, stream: TcpStream, from: std::net::SocketAddr) -> Option<Arrived> {
        let network = Network::of(from.ip());
        let Some(seat) = self.connections.take(network) else {
            self.turn_away("connections");
            return None;
        };
        let Some(shaking) = self.handshakes.take(network) else {
            self.turn_away("handshakes");
            return None;
        };
        metrics::gauge!("facteur_connections", "door" => self.name).set(self.connections.taken() as f64);
        Some(Arrived { stream, from, seat, shaking })
    }
}

/// Accepts until the doors drain; the listening socket is closed then.
pub(super) async fn accept(open: std::sync::Arc<Open>, listener: TcpListener) {
    loop {
        let accepted = tokio::select! {
            biased;
            () = open.shared.drain.cancelled() => return,
            accepted = listener.accept() => accepted,
        };
        match accepted {
            Ok((stream, from)) => {
                if let Some(arrived) = open.seat(stream, from) {
                    open.shared.tasks.spawn(connection::carry(std::sync::Arc::clone(&open), arrived));
                }
            }
            // A peer that is already gone, or no file descriptors left: both pass.
            Err(error) => {
                tracing::warn!(door = open.name, %error, "connection not accepted");
                tokio::time::sleep(Duration::from_millis(50)).await;
            }
        }
    }
}
