//! Statements on `event_reader` and `event_number`.

use super::events::Reader;
use crate::clock::Timestamp;
use crate::db::{Db, Tx};
use crate::id::ApplicationId;

impl Db {
    /// How far an application has come; `None` if it never asked.
    pub(super) async fn event_reader(&self, application: ApplicationId) -> sqlx::Result<Option<Reader>> {
        self.fetch_optional(
            "SELECT last_n, dropped_n, seen_pos, seen_at FROM event_reader WHERE application_id = $1",
            (application,),
        )
        .await
    }

    /// The numbers beyond `after`, each with the position of its entry.
    pub(super) async fn event_numbers(
        &self,
        application: ApplicationId,
        after: i64,
        limit: i64,
    ) -> sqlx::Result<Vec<(i64, i64)>> {
        self.fetch_all(
            "SELECT n, pos
             FROM event_number
             WHERE application_id = $1 AND n > $2
             ORDER BY n
             LIMIT $3",
            (application, after, limit),
        )
        .await
    }
}

impl Tx {
    /// Begins to count for an application, unless somebody did.
    pub(super) async fn begin_event_reader(
        &mut self,
        application: ApplicationId,
        now: Timestamp,
    ) -> sqlx::Result<u64> {
        self.execute(
            "INSERT INTO event_reader (application_id, last_n, dropped_n, seen_pos, seen_at)
             VALUES ($1, 0, 0, 0, $2)
             ON CONFLICT (application_id) DO NOTHING",
            (application, now),
        )
        .await
    }

    /// How far an application has come, held until the end of the transaction.
    pub(super) async fn held_event_reader(
        &mut self,
        application: ApplicationId,
    ) -> sqlx::Result<Option<Reader>> {
        let sql = self.dialect().pick(
            "SELECT last_n, dropped_n, seen_pos, seen_at FROM event_reader WHERE application_id = $1",
            "SELECT last_n, dropped_n, seen_pos, seen_at FROM event_reader WHERE application_id = $1 FOR UPDATE",
        );
        self.fetch_optional(sql, (application,)).await
    }

    /// Moves an application on from where it was; false if somebody else did meanwhile.
    pub(super) async fn move_event_reader(
        &mut self,
        application: ApplicationId,
        (from, to): (&Reader, &Reader),
    ) -> sqlx::Result<bool> {
        let moved = self
            .execute(
                "UPDATE event_reader
                 SET last_n = $4, dropped_n = $5, seen_pos = $6, seen_at = $7
                 WHERE application_id = $1 AND last_n = $2 AND seen_pos = $3",
                (application, from.last_n, from.seen_pos, to.last_n, to.dropped_n, to.seen_pos, to.seen_at),
            )
            .await?;
        Ok(moved == 1)
    }

    /// Gives an entry its number.
    pub(super) async fn insert_event_number(
        &mut self,
        application: ApplicationId,
        n: i64,
        pos: i64,
    ) -> sqlx::Result<u64> {
        self.execute(
            "INSERT INTO event_number (application_id, n, pos) VALUES ($1, $2, $3)",
            (application, n, pos),
        )
        .await
    }

    /// Forgets the numbers of entries that are forgotten, and remembers that.
    pub(super) async fn drop_event_numbers_up_to(
        &mut self,
        application: ApplicationId,
        pos: i64,
    ) -> sqlx::Result<u64> {
        let gone: Vec<(i64,)> = self
            .fetch_all(
                "DELETE FROM event_number WHERE application_id = $1 AND pos <= $2 RETURNING n",
                (application, pos),
            )
            .await?;
        let Some(last) = gone.iter().map(|(n,)| *n).max() else { return Ok(0) };
        self.execute(
            "UPDATE event_reader SET dropped_n = $2 WHERE application_id = $1 AND dropped_n < $2",
            (application, last),
        )
        .await
    }
}
