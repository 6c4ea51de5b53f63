//! Statements that fill `reading`, `poll` and `segment`; what reads them stands in `log_sql.rs`.

use super::Reading;
use crate::db::{Db, Tx};
use crate::id::Sha256;

/// Microseconds of a day.
const DAY: i64 = 86_400_000_000;
/// Microseconds of an hour.
pub(super) const HOUR: i64 = 3_600_000_000;

impl Tx {
    /// Copies a record of the journal; one that is there already stays.
    pub(super) async fn insert_reading(
        &mut self,
        node: &str,
        segment: i64,
        position: i64,
        reading: &Reading,
    ) -> sqlx::Result<u64> {
        let (reader, consent) = reading.reader.parts();
        let (number, part) = reading.what.place();
        self.execute(
            "INSERT INTO reading (day, node, segment, position, at, mailbox_id, role, reader, consent_id,
                                  what, number, part)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)
             ON CONFLICT (day, node, segment, position) DO NOTHING",
            (
                reading.at.0.div_euclid(DAY),
                node,
                segment,
                position,
                reading.at,
                reading.mailbox,
                reading.reader.role(),
                reader,
                consent,
                reading.what.name(),
                number,
                part,
            ),
        )
        .await
    }

    /// Counts a question of a provider to which there was no answer, in its hour.
    pub(super) async fn count_poll(&mut self, reading: &Reading) -> sqlx::Result<u64> {
        let (application, consent) = reading.reader.parts();
        self.execute(
            "INSERT INTO poll (mailbox_id, hour, consent_id, application_id, times)
             VALUES ($1, $2, $3, $4, 1)
             ON CONFLICT (mailbox_id, hour, consent_id) DO UPDATE
             SET times = poll.times + 1",
            (reading.mailbox, reading.at.0.div_euclid(HOUR), consent, application),
        )
        .await
    }

    /// Notes how far a segment is loaded, and the head of its chain there; false if somebody else loaded meanwhile.
    pub(super) async fn advance_segment(
        &mut self,
        node: &str,
        segment: i64,
        (from, to): (i64, i64),
        head: Sha256,
    ) -> sqlx::Result<bool> {
        let advanced = self
            .execute(
                "INSERT INTO segment (node, segment, loaded, head)
                 VALUES ($1, $2, $3, $4)
                 ON CONFLICT (node, segment) DO UPDATE
                 SET loaded = excluded.loaded, head = excluded.head
                 WHERE segment.loaded = $5",
                (node, segment, to, head, from),
            )
            .await?;
        Ok(advanced == 1)
    }
}

impl Db {
    /// Up to which byte a segment is loaded; `None` if nothing of it is.
    pub(super) async fn loaded_until(&self, node: &str, segment: i64) -> sqlx::Result<Option<i64>> {
        let row = self
            .fetch_optional("SELECT loaded FROM segment WHERE node = $1 AND segment = $2", (node, segment))
            .await?;
        Ok(row.map(|(loaded,): (i64,)| loaded))
    }
}
