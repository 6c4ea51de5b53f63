//! Watching provider applications: what refusals show, and writing down what the nodes counted.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use super::upkeep::UpkeepAccess;
use crate::clock::Timestamp;
use crate::conduct::{Count, KEPT, Kind, Tallied, Tally, day_of, is_stale, score};
use crate::error::Error;
use crate::hub::Hub;
use crate::id::Sha256;
use crate::peer::PeerIdentity;

/// How an application behaves, for the metrics of a node.
#[derive(Clone, Debug)]
pub struct Behaviour {
    /// The application's client id.
    pub client_id: String,
    /// Its score.
    pub score: u32,
    /// How often each thing happened in the last 30 days.
    pub times: [(Kind, i64); 4],
}

impl Hub {
    /// The counters of this node.
    pub fn tally(&self) -> &Arc<Tally> {
        self.counters()
    }

    /// Somebody came with a token that is not good. Was it that of a consent that is over, the first answer told them so;
    /// who still comes a minute later is counted.
    pub(super) async fn came_again(&self, client_id: &str, token: Sha256) -> Result<(), Error> {
        let (db, now) = (&self.parts().db, self.now());
        match db.ended_token(token).await? {
            None => {}
            Some(None) => {
                let mut tx = db.write().await?;
                tx.tell_ended_token(token, now).await?;
                tx.commit().await?;
            }
            Some(Some(told_at)) if told_at.plus(UNDERSTOOD) < now => {
                self.tally().happened(client_id, Kind::ReadAfterEnd);
            }
            Some(Some(_)) => {}
        }
        Ok(())
    }

    /// [`Self::came_again`] of whom only the certificate is known.
    pub(super) async fn came_again_by(&self, identity: &PeerIdentity, token: Sha256) -> Result<(), Error> {
        match self.registration(identity).await {
            Ok(registration) => self.came_again(&registration.client_id, token).await,
            Err(Error::Certificate(_)) => Ok(()),
            Err(error) => Err(error),
        }
    }
}

impl UpkeepAccess {
    /// Writes down what this node counted since it last did; gives how many counters moved.
    pub async fn keep_conduct(&self) -> Result<usize, Error> {
        let hub = self.hub();
        let Tallied { mut clients, certificates } = hub.tally().take();
        let now = hub.now();
        for seen in certificates.into_values() {
            let registration = match hub.registration(&seen.identity).await {
                Ok(registration) => registration,
                Err(Error::Certificate(_)) => continue,
                Err(error) => {
                    hub.tally().give_back(&clients);
                    return Err(error);
                }
            };
            let replaced = hub.parts().db.replaced_at(registration.id).await?;
            let stale = if is_stale(&seen.identity, replaced, now) { seen.came } else { 0 };
            for (kind, times) in [(Kind::StaleCertificate, stale), (Kind::IgnoredRetryAfter, seen.hurried)] {
                *clients.entry((registration.client_id.clone(), kind)).or_default() += times;
            }
        }
        clients.retain(|_, times| *times > 0);
        if let Err(error) = self.write_conduct(&clients, now).await {
            hub.tally().give_back(&clients);
            return Err(error);
        }
        Ok(clients.len())
    }

    async fn write_conduct(
        &self,
        clients: &HashMap<(String, Kind), i64>,
        now: Timestamp,
    ) -> Result<(), Error> {
        if clients.is_empty() {
            return Ok(());
        }
        let mut sorted: Vec<_> = clients.iter().collect();
        sorted.sort();
        let mut tx = self.hub().parts().db.write().await?;
        for ((client_id, kind), times) in sorted {
            tx.add_conduct((client_id, *kind), (day_of(now), *times)).await?;
        }
        tx.commit().await?;
        Ok(())
    }

    /// Forgets what is older than is kept: days of conduct, ended tokens, nonces of certification.
    pub async fn forget_conduct(&self) -> Result<(), Error> {
        let (hub, now) = (self.hub(), self.hub().now());
        let mut tx = hub.parts().db.write().await?;
        tx.drop_conduct_before(day_of(now) - KEPT).await?;
        tx.drop_ended_tokens_before(now.minus(REMEMBERED)).await?;
        tx.drop_nonces_before(now.minus(REMEMBERED)).await?;
        tx.commit().await?;
        Ok(())
    }

    /// How every application behaves that did something in the last 30 days that it should not.
    pub async fn behaviour(&self) -> Result<Vec<Behaviour>, Error> {
        let today = day_of(self.hub().now());
        let mut all: Vec<(String, Vec<Count>)> = Vec::new();
        for (client_id, count) in self.hub().parts().db.conduct_since(today - 29).await? {
            match all.last_mut() {
                Some((known, counts)) if *known == client_id => counts.push(count),
                _ => all.push((client_id, vec![count])),
            }
        }
        let told = |(client_id, counts): (String, Vec<Count>)| {
            let sum = |kind| counts.iter().filter(|count| count.kind == kind).map(|count| count.times).sum();
            let times = Kind::ALL.map(|kind| (kind, sum(kind)));
            Behaviour { client_id, score: score(&counts, today), times }
        };
        Ok(all.into_iter().map(told).collect())
    }
}

/// Who was told that a consent is over has understood it after this time.
const UNDERSTOOD: Duration = Duration::from_secs(60);
/// Ended tokens and nonces are remembered so long.
const REMEMBERED: Duration = Duration::from_secs(7 * 24 * 3600);
