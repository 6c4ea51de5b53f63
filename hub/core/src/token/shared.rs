//! The checks of requests that wait, put to the database together (DATA rule 3).
//!
//! A request joins only a statement that is not sent yet: whatever had ended when the request came is seen by it, as if it had
//! asked alone (TRUST T6). Nothing is kept from one statement to the next.

use std::collections::{BTreeSet, HashMap};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::sync::oneshot;
use tokio::time::timeout;

use super::ProviderGuard;
use super::sql::TOGETHER;
use crate::clock::Clock;
use crate::db::Db;
use crate::id::Sha256;

/// The guard of providers' tokens for every request of this node.
#[derive(Clone)]
pub(crate) struct Guards(Arc<Shared>);

struct Shared {
    db: Db,
    clock: Clock,
    queue: Mutex<Queue>,
}

/// Who waits for a statement, and how many are under way.
#[derive(Default)]
struct Queue {
    questions: Vec<Question>,
    lanes: usize,
}

struct Question {
    token: Sha256,
    answer: oneshot::Sender<Vec<ProviderGuard>>,
}

impl Guards {
    /// Checks against this database, by this clock.
    pub(crate) fn new(db: Db, clock: Clock) -> Self {
        Self(Arc::new(Shared { db, clock, queue: Mutex::default() }))
    }

    /// Everything that decides whether a provider's access token opens a mailbox now: see [`Db::guard_provider`].
    #[expect(
        clippy::disallowed_methods,
        reason = "a lane ends when nobody waits, and must not end with the one request that began it"
    )]
    pub(crate) async fn provider(&self, token: Sha256) -> sqlx::Result<Vec<ProviderGuard>> {
        let (answer, answered) = oneshot::channel();
        if let Some(lane) = self.join(Question { token, answer }) {
            tokio::spawn(lane.run());
        }
        if let Ok(rows) = answered.await {
            return Ok(rows);
        }
        // the statement of many failed: what one of them asks fails for that one alone
        let alone = self.0.db.guard_provider(token, self.0.clock.now());
        timeout(PATIENCE, alone).await.unwrap_or(Err(sqlx::Error::PoolTimedOut))
    }

    /// Puts a question into the queue; gives a lane that is to be run, if there are too few.
    fn join(&self, question: Question) -> Option<Lane> {
        let mut queue = self.0.queue();
        queue.questions.push(question);
        (queue.lanes < LANES).then(|| {
            queue.lanes += 1;
            Lane { guards: self.clone(), counted: true }
        })
    }
}

impl Shared {
    fn queue(&self) -> MutexGuard<'_, Queue> {
        self.queue.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// One statement after the other, while somebody waits.
struct Lane {
    guards: Guards,
    /// Whether it stands among the lanes that run.
    counted: bool,
}

impl Lane {
    async fn run(mut self) {
        while let Some(group) = self.take() {
            self.ask(group).await;
        }
    }

    /// All who wait, up to what one statement asks; `None` ends the lane.
    fn take(&mut self) -> Option<Vec<Question>> {
        let mut queue = self.guards.0.queue();
        queue.questions.retain(|question| !question.answer.is_closed());
        let count = queue.questions.len().min(TOGETHER);
        if count == 0 {
            queue.lanes -= 1;
            self.counted = false;
            return None;
        }
        Some(queue.questions.drain(..count).collect())
    }

    async fn ask(&self, group: Vec<Question>) {
        let tokens: BTreeSet<Sha256> = group.iter().map(|question| question.token).collect();
        let tokens: Vec<Sha256> = tokens.into_iter().collect();
        let Shared { db, clock, .. } = &*self.guards.0;
        let asked = timeout(PATIENCE, db.guard_providers(&tokens, clock.now())).await;
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

impl Drop for Lane {
    /// A lane that did not come to its end makes room for another.
    fn drop(&mut self) {
        if self.counted {
            let mut queue = self.guards.0.queue();
            queue.lanes -= 1;
            if queue.lanes == 0 {
                // nobody would take them: each asks for itself
                queue.questions.clear();
            }
        }
    }
}

/// A little more than the database's own limit of a statement: a connection that takes longer is dead.
const PATIENCE: Duration = Duration::from_secs(20);
/// Statements under way at once.
const LANES: usize = 2;
