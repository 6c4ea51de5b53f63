//! Doors: the listeners of the hub, from the TCP connection to the router.
//!
//! Each door has an accept loop of its own. The handshake runs in the connection's task under a time limit, ALPN
//! chooses the protocol, and every request carries the peer's address and, where one was asked for, its
//! certificates. Keys, trust and revocation lists are reread while open; draining finishes what is in flight.

mod accept;
mod answer;
mod connection;
mod door;
mod life;
mod protocol;
mod reload;
mod tls;

#[cfg(test)]
mod tests;

use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use hub_core::clock::Clock;
use hub_http::peer::TrustHandle;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

pub use door::{Door, DoorConfig, Kind, Limits};
pub use reload::Reloader;

use accept::Open;

/// The open doors of one process.
///
/// Dropping it without [`Doors::drain`] cuts every connection.
pub struct Doors {
    shared: Shared,
    reloader: Reloader,
}

/// What every door and connection has in common.
#[derive(Clone)]
struct Shared {
    trust: TrustHandle,
    clock: Clock,
    tasks: TaskTracker,
    /// Finish what is in flight, take nothing new.
    drain: CancellationToken,
    /// Stop now.
    cut: CancellationToken,
}

impl Doors {
    /// No door yet; machines will be judged by `trust` at the times of `clock`.
    pub fn new(trust: TrustHandle, clock: Clock) -> Self {
        let reloader = Reloader::new(trust.clone(), clock.clone());
        let shared = Shared {
            trust,
            clock,
            tasks: TaskTracker::new(),
            drain: CancellationToken::new(),
            cut: CancellationToken::new(),
        };
        Self { shared, reloader }
    }

    /// Opens a bound door: from now on its connections reach `router`.
    ///
    /// Every request carries [`axum::extract::ConnectInfo`] with the peer's address and, unless the door is for
    /// browsers, [`hub_http::peer::PeerCertificates`].
    pub fn open(&self, door: Door, router: Router) {
        tracing::info!(door = door.config.name, address = %door.address(), "listening");
        self.reloader.include(door.tls.clone());
        let (open, listener) = Open::new(door, router, self.shared.clone());
        self.shared.tasks.spawn(accept::accept(Arc::new(open), listener));
    }

    /// Rereads keys, trust and revocation lists by themselves whenever one of their files changed, looking
    /// `every` so often.
    pub fn watch(&self, every: Duration) {
        let (reloader, drain) = (self.reloader.clone(), self.shared.drain.clone());
        self.shared.tasks.spawn(reload::watch(reloader, every, drain));
    }

    /// What rereads them on request.
    pub fn reloader(&self) -> Reloader {
        self.reloader.clone()
    }

    /// Takes no new connection, lets the requests in flight finish, and cuts what is left after `deadline`.
    ///
    /// HTTP/2 peers are told to go away, HTTP/1.1 connections close after their answer.
    pub async fn drain(self, deadline: Duration) -> Drained {
        let tasks = &self.shared.tasks;
        self.shared.drain.cancel();
        tasks.close();
        if tokio::time::timeout(deadline, tasks.wait()).await.is_ok() {
            return Drained::Finished;
        }

        let left = tasks.len();
        self.shared.cut.cancel();
        // A request that lost its connection is dropped at its next step.
        drop(tokio::time::timeout(Duration::from_secs(1), tasks.wait()).await);
        Drained::Cut { left }
    }
}

impl Drop for Doors {
    fn drop(&mut self) {
        self.shared.drain.cancel();
        self.shared.cut.cancel();
    }
}

/// How draining ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Drained {
    /// Everything in flight was answered.
    Finished,
    /// The deadline passed with this many connections and requests still running.
    Cut {
        /// How many.
        left: usize,
    },
}
