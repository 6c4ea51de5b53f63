//! Statements on `outbox`.

use super::{NewTask, Task};
use crate::clock::Timestamp;
use crate::db::Tx;

impl Tx {
    /// Writes a task, due at once.
    pub(crate) async fn enqueue(&mut self, task: NewTask, now: Timestamp) -> sqlx::Result<u64> {
        self.execute(
            "INSERT INTO outbox (id, lane, kind, key, payload, due_at, attempt, lease_until)
             VALUES ($1, $2, $3, $4, '{}', $5, 0, 0)",
            (task.id, task.kind.lane(), task.kind.name(), task.key, now),
        )
        .await
    }

    /// Claims tasks that are due and that nobody holds; no other worker gets them before the lease ends.
    ///
    /// Without the lock and the guard repeated outside, concurrent workers on PostgreSQL get the same tasks
    /// (DATA rule 8).
    pub(super) async fn claim_tasks(
        &mut self,
        lane: &str,
        now: Timestamp,
        lease_until: Timestamp,
        limit: i64,
    ) -> sqlx::Result<Vec<Task>> {
        let sql = self.dialect().pick(
            "UPDATE outbox
             SET attempt = attempt + 1, lease_until = $3
             WHERE id IN (
                 SELECT id
                 FROM outbox
                 WHERE lane = $1 AND due_at <= $2 AND lease_until <= $2
                 ORDER BY due_at
                 LIMIT $4
             ) AND due_at <= $2 AND lease_until <= $2
             RETURNING id, kind, key, attempt",
            "UPDATE outbox
             SET attempt = attempt + 1, lease_until = $3
             WHERE id IN (
                 SELECT id
                 FROM outbox
                 WHERE lane = $1 AND due_at <= $2 AND lease_until <= $2
                 ORDER BY due_at
                 LIMIT $4
                 FOR UPDATE SKIP LOCKED
             ) AND due_at <= $2 AND lease_until <= $2
             RETURNING id, kind, key, attempt",
        );
        self.fetch_all(sql, (lane, now, lease_until, limit)).await
    }

    /// Ends a task; touches nothing if another worker has claimed it since.
    pub(super) async fn finish_task(&mut self, task: &Task) -> sqlx::Result<u64> {
        self.execute("DELETE FROM outbox WHERE id = $1 AND attempt = $2", (task.id, task.attempt)).await
    }

    /// Gives a task back for later; touches nothing if another worker has claimed it since.
    pub(super) async fn postpone_task(&mut self, task: &Task, due_at: Timestamp) -> sqlx::Result<u64> {
        self.execute(
            "UPDATE outbox
             SET due_at = $3, lease_until = 0
             WHERE id = $1 AND attempt = $2",
            (task.id, task.attempt, due_at),
        )
        .await
    }
}
