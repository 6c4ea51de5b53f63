//! The checks of requests that wait, put to the database together (DATA rule 3).
//!
//! A request joins only a statement that is not sent yet: whatever had ended when the request came is seen by it, as if it had
//! asked alone (TRUST T6). Nothing is kept from one statement to the next.

use std::collections::{BTreeSet, HashMap};
use std::time::Duration;

use tokio::sync::oneshot;
use tokio::time::timeout;

use super::ProviderGuard;
use super::sql::TOGETHER;
use crate::clock::Clock;
use crate::db::{Db, Dialect};
use crate::id::Sha256;
use crate::lanes::{Lane, Lanes};

/// The guard of providers' tokens for every request of this node.
#[derive(Clone)]
pub(crate) struct Guards {
    db: Db,
    clock: Clock,
    lanes: Lanes<Question>,
}

struct Question {
    token: Sha256,
    answer: oneshot::Sender<Vec<ProviderGuard>>,
}

impl Guards {
    /// Checks against this database, by this clock.
    pub(crate) fn new(db: Db, clock: Clock) -> Self {
        Self { db, clock, lanes: Lanes::new(LANES, TOGETHER) }
    }

    /// Everything that decides whether a provider's access token opens a mailbox now: see [`Db::guard_provider`].
    #[expect(
        clippy::disallowed_methods,
        reason = "a lane ends when nobody waits, and must not end with the one request that began it"
    )]
    pub(crate) async fn provider(&self, token: Sha256) -> sqlx::Result<Vec<ProviderGuard>> {
        if self.db.dialect() == Dialect::Sqlite {
            // read on the spot, which takes less than waiting for others
            return self.db.guard_provider(token, self.clock.now()).await;
        }
        let (answer, answered) = oneshot::channel();
        if let Some(lane) = self.lanes.join(Question { token, answer }) {
            tokio::spawn(self.clone().run(lane));
        }
        if let Ok(rows) = answered.await {
            return Ok(rows);
        }
        // the statement of many failed: what one of them asks fails for that one alone
        let alone = self.db.guard_provider(token, self.clock.now());
        timeout(PATIENCE, alone).await.unwrap_or(Err(sqlx::Error::PoolTimedOut))
    }

    async fn run(self, mut lane: Lane<Question>) {
        while let Some(group) = lane.take(|question| !question.answer.is_closed(), |_| true) {
            self.ask(group).await;
        }
    }

    async fn ask(&self, group: Vec<Question>) {
        let tokens: BTreeSet<Sha256> = group.iter().map(|question| question.token).collect();
        let tokens: Vec<Sha256> = tokens.into_iter().collect();
        let asked = timeout(PATIENCE, self.db.guard_providers(&tokens, self.clock.now())).await;
        let found = match asked {
            Ok(Ok(found)) => found,
            Ok(Err(error)) => {
                return tracing::warn!(%error, requests = group.len(), "a check of several requests");
            }
            // a connection that is dead and does not know it must not hold up everybody else
            Err(_) => {
                return tracing::warn!(requests = group.len(), "a check of several requests takes too long");
            }
        };

        let mut rows: HashMap<Sha256, Vec<ProviderGuard>> = HashMap::new();
        for row in found {
            rows.entry(row.token_hash).or_default().push(row);
        }
        for question in group {
            let answer = rows.get(&question.token).cloned().unwrap_or_default();
            // whoever is not there any more needs no answer
            drop(question.answer.send(answer));
        }
    }
}

/// A little more than the database's own limit of a statement: a connection that takes longer is dead.
const PATIENCE: Duration = Duration::from_secs(20);
/// Statements under way at once.
const LANES: usize = 2;
