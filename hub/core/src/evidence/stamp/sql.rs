//! Statements on the time-stamps of `seal`.

use uuid::Uuid;

use crate::clock::Timestamp;
use crate::db::{Db, Tx};

impl Tx {
    /// Takes the oldest seal without a time-stamp that nobody else asks about, until that instant.
    ///
    /// Lock and repeated guard as for tasks of the outbox (DATA rule 8).
    pub(super) async fn claim_unstamped(
        &mut self,
        now: Timestamp,
        until: Timestamp,
    ) -> sqlx::Result<Option<(Uuid, String)>> {
        let sql = self.dialect().pick(
            "UPDATE seal
             SET stamp_due = $2
             WHERE id IN (
                 SELECT id
                 FROM seal
                 WHERE time_stamp IS NULL AND stamp_due <= $1
                 ORDER BY at
                 LIMIT 1
             ) AND time_stamp IS NULL AND stamp_due <= $1
             RETURNING id, jws",
            "UPDATE seal
             SET stamp_due = $2
             WHERE id IN (
                 SELECT id
                 FROM seal
                 WHERE time_stamp IS NULL AND stamp_due <= $1
                 ORDER BY at
                 LIMIT 1
                 FOR UPDATE SKIP LOCKED
             ) AND time_stamp IS NULL AND stamp_due <= $1
             RETURNING id, jws",
        );
        self.fetch_optional(sql, (now, until)).await
    }

    /// Puts a token beside a seal that has none.
    pub(super) async fn insert_time_stamp(&mut self, seal: Uuid, token: Vec<u8>) -> sqlx::Result<u64> {
        self.execute(
            "UPDATE seal
             SET time_stamp = $2
             WHERE id = $1 AND time_stamp IS NULL",
            (seal, token),
        )
        .await
    }
}

impl Db {
    /// Whether a seal waits for somebody to ask for its time-stamp.
    pub(super) async fn has_unstamped(&self, now: Timestamp) -> sqlx::Result<bool> {
        let sql = "SELECT id FROM seal WHERE time_stamp IS NULL AND stamp_due <= $1 LIMIT 1";
        let found: Option<(Uuid,)> = self.fetch_optional(sql, (now,)).await?;
        Ok(found.is_some())
    }

    /// How many seals have no time-stamp, at most that many, and when the oldest of them was made.
    pub(super) async fn count_unstamped(&self, most: i64) -> sqlx::Result<Option<(i64, Option<Timestamp>)>> {
        self.fetch_optional(
            "SELECT COUNT(*), MIN(at)
             FROM (SELECT at FROM seal WHERE time_stamp IS NULL ORDER BY at LIMIT $1) AS waiting",
            (most,),
        )
        .await
    }
}
