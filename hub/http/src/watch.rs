//! Who was told to wait and does not, and which certificates connect: counted in memory, without a write (see
//! [`hub_core::conduct`]).

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use axum::response::Response;
use http::{StatusCode, header};
use hub_core::clock::Timestamp;
use hub_core::conduct::Tally;
use hub_core::peer::PeerIdentity;

use crate::peer::PeerCertificates;

/// What a node watches at its gate.
#[derive(Debug, Default)]
pub struct Watch {
    tally: Arc<Tally>,
    told: Mutex<HashMap<[u8; 32], Told>>,
}

/// A certificate whose holder was told to wait.
#[derive(Clone, Copy, Debug)]
struct Told {
    /// From when a request cannot have been under way already.
    from: Timestamp,
    until: Timestamp,
}

impl Watch {
    /// Counts in this tally.
    pub fn new(tally: Arc<Tally>) -> Self {
        Self { tally, told: Mutex::default() }
    }

    /// A request of a trusted certificate begins.
    pub(crate) fn begins(&self, identity: &PeerIdentity, connection: &PeerCertificates, now: Timestamp) {
        if connection.comes_first() {
            self.tally.came(identity);
        }
        let mut told = self.told();
        let Some(wait) = told.get(&identity.thumbprint) else { return };
        if wait.until <= now {
            told.remove(&identity.thumbprint);
        } else if wait.from <= now {
            self.tally.hurried(identity);
        }
    }

    /// Its answer is there: does it tell the caller to wait?
    pub(crate) fn answered(&self, identity: &PeerIdentity, response: &Response, now: Timestamp) {
        let waits = [StatusCode::TOO_MANY_REQUESTS, StatusCode::SERVICE_UNAVAILABLE];
        if !waits.contains(&response.status()) {
            return;
        }
        let seconds = response.headers().get(header::RETRY_AFTER).and_then(|value| value.to_str().ok());
        let Some(seconds) = seconds.and_then(|text| text.parse().ok()) else { return };
        let until = now.plus(Duration::from_secs(seconds));
        let mut told = self.told();
        if told.len() >= MOST {
            told.retain(|_, wait| now < wait.until);
        }
        let fresh = Told { from: now.plus(UNDER_WAY), until };
        let wait = told.entry(identity.thumbprint).or_insert(fresh);
        // who is told again while waiting was told before
        wait.until = wait.until.max(until);
    }

    fn told(&self) -> MutexGuard<'_, HashMap<[u8; 32], Told>> {
        self.told.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Requests that come so soon after the answer were on their way before it.
const UNDER_WAY: Duration = Duration::from_millis(200);
/// Certificates told to wait, before those whose time is over are forgotten.
const MOST: usize = 10_000;
