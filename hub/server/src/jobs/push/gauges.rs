//! How far behind every stream is, for `/metrics`.

use std::collections::BTreeSet;
use std::mem::replace;
use std::sync::{Mutex, PoisonError};

use hub_core::Hub;
use hub_core::access::delivery::Breaker;
use hub_core::error::Error;

/// What is said of the streams: a gauge stays until it is set again, so those of a stream that is gone go to zero.
#[derive(Debug, Default)]
pub(in crate::jobs) struct Gauges {
    shown: Mutex<BTreeSet<String>>,
}

impl Gauges {
    /// Says how far behind every stream is.
    pub(in crate::jobs) async fn measure(&self, hub: &Hub) -> Result<(), Error> {
        let mut shown = BTreeSet::new();
        for backlog in hub.delivery().backlogs().await? {
            let breaker = match backlog.breaker {
                Breaker::Closed => 0.0,
                Breaker::HalfOpen => 1.0,
                Breaker::Open { .. } => 2.0,
            };
            show(&backlog.client_id, [breaker, backlog.lag.as_secs_f64(), backlog.dead_letters as f64]);
            shown.insert(backlog.client_id);
        }
        let before = replace(&mut *self.shown.lock().unwrap_or_else(PoisonError::into_inner), shown.clone());
        for gone in before.difference(&shown) {
            show(gone, [0.0; 3]);
        }
        Ok(())
    }
}

fn show(client_id: &str, [breaker, lag, dead_letters]: [f64; 3]) {
    let labels = [("application", client_id.to_owned())];
    metrics::gauge!("facteur_push_breaker", &labels).set(breaker);
    metrics::gauge!("facteur_push_lag_seconds", &labels).set(lag);
    metrics::gauge!("facteur_push_dead_letters", &labels).set(dead_letters);
}
