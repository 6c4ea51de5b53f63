//! Follow-up work with one effect outside a transaction, written with the fact that causes it.
//!
//! Workers on any node claim tasks with a lease and try until they succeed. A task may be done twice (a worker
//! may die between the deed and saying so), so that every handler is idempotent.

mod sql;

use std::time::Duration;

use uuid::Uuid;

use crate::db::record;
use crate::error::Error;
use crate::hub::Parts;
use crate::id::ProviderId;
use crate::provider::end_consents;

/// What there is to do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// Delete the object whose id is the task's key.
    DeleteObject,
    /// End the consents of the removed provider whose id is the task's key.
    EndConsents,
}

impl Kind {
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::DeleteObject => "deleteObject",
            Self::EndConsents => "endConsents",
        }
    }

    /// The lane of its tasks; a lane is worked by its own worker.
    pub(crate) const fn lane(self) -> &'static str {
        match self {
            Self::DeleteObject => OBJECTS,
            Self::EndConsents => CONSENTS,
        }
    }
}

/// How far a worker came with a task.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Progress {
    /// It is done.
    Finished,
    /// A part is done; the rest is due at once.
    More,
}

/// A task about to be written.
pub(crate) struct NewTask {
    pub(crate) id: Uuid,
    pub(crate) kind: Kind,
    /// The internal id of what it is done to.
    pub(crate) key: String,
}

record! {
    /// A task that this worker holds.
    #[derive(Debug)]
    pub(crate) struct Task {
        pub(crate) id: Uuid,
        pub(crate) kind: String,
        pub(crate) key: String,
        /// Counts the claims; only the holder of the last one can finish the task.
        pub(crate) attempt: i64,
    }
}

/// Claims a few tasks of a lane that are due, does them, and gives how many there were.
pub(crate) async fn work(parts: &Parts, lane: &'static str) -> Result<usize, Error> {
    let now = parts.clock.now();
    let mut tx = parts.db.write().await?;
    let tasks = tx.claim_tasks(lane, now, now.plus(lease(lane)), BATCH).await?;
    tx.commit().await?;

    for task in &tasks {
        let done = perform(parts, task).await;
        let mut tx = parts.db.write().await?;
        match done {
            Ok(Progress::Finished) => tx.finish_task(task).await?,
            Ok(Progress::More) => tx.postpone_task(task, now).await?,
            Err(error) => {
                tracing::warn!(task = %task.id, kind = task.kind, attempt = task.attempt, %error, "a task waits for another try");
                tx.postpone_task(task, now.plus(pause(task.attempt))).await?
            }
        };
        tx.commit().await?;
    }
    Ok(tasks.len())
}

async fn perform(parts: &Parts, task: &Task) -> Result<Progress, Error> {
    let corrupt = || Error::Corrupt { table: "outbox", id: task.id.to_string() };
    let key = Uuid::try_parse(&task.key).map_err(|_| corrupt())?;
    if task.kind == Kind::DeleteObject.name() {
        parts.blobs.delete(key).await?;
        Ok(Progress::Finished)
    } else if task.kind == Kind::EndConsents.name() {
        end_consents(parts, ProviderId(key)).await
    } else {
        Err(corrupt())
    }
}

/// How long a claim of a lane holds. Ending consents goes on in short turns, so that whoever takes over from a worker that
/// died does not wait long.
fn lease(lane: &str) -> Duration {
    if lane == CONSENTS { Duration::from_secs(10) } else { LEASE }
}

/// How long to wait after that many tries: a second, then twice as long each time, at most an hour.
fn pause(attempt: i64) -> Duration {
    let doublings = u32::try_from(attempt.clamp(1, 13) - 1).unwrap_or(0);
    Duration::from_secs(2_u64.pow(doublings).min(3_600))
}

/// The lane of the object store.
pub(crate) const OBJECTS: &str = "objects";
/// The lane of ended consents.
pub(crate) const CONSENTS: &str = "consents";
/// How long a claim holds.
const LEASE: Duration = Duration::from_secs(60);
/// Tasks claimed at a time.
const BATCH: i64 = 20;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pauses_double_up_to_an_hour() {
        let pauses: Vec<u64> = [1, 2, 5, 13, 99, -1].map(|attempt| pause(attempt).as_secs()).to_vec();
        assert_eq!(pauses, [1, 2, 16, 3_600, 3_600, 1]);
    }
}
