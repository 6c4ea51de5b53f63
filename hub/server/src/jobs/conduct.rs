//! How applications behave, for `/metrics`.

use std::collections::BTreeSet;
use std::mem::replace;
use std::sync::{Mutex, PoisonError};

use hub_core::Hub;
use hub_core::conduct::Kind;
use hub_core::error::Error;

/// Whose score is said: a gauge stays until it is set again, so that of an application that is forgiven goes to 100.
#[derive(Debug, Default)]
pub(super) struct Shown(Mutex<BTreeSet<String>>);

impl Shown {
    /// Says how every application behaves that did something lately that it should not.
    pub(super) async fn measure(&self, hub: &Hub) -> Result<(), Error> {
        let mut shown = BTreeSet::new();
        for one in hub.upkeep().behaviour().await? {
            show(&one.client_id, one.score, one.times);
            shown.insert(one.client_id);
        }
        let before = replace(&mut *self.0.lock().unwrap_or_else(PoisonError::into_inner), shown.clone());
        for forgiven in before.difference(&shown) {
            show(forgiven, 100, Kind::ALL.map(|kind| (kind, 0)));
        }
        Ok(())
    }
}

fn show(client_id: &str, score: u32, times: [(Kind, i64); 4]) {
    let application = ("application", client_id.to_owned());
    metrics::gauge!("facteur_conduct_score", std::slice::from_ref(&application)).set(score);
    for (kind, times) in times {
        let labels = [application.clone(), ("kind", kind.name().to_owned())];
        metrics::gauge!("facteur_conduct_times", &labels).set(times as f64);
    }
}
