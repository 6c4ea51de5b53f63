//! Statements on `reading` and `segment`.

use super::{Reader, Reading};
use crate::db::{Db, Tx};
use crate::id::Sha256;

/// Microseconds of a day.
const DAY: i64 = 86_400_000_000;

impl Tx {
    /// Copies a record of the journal; one that is there already stays.
    pub(super) async fn insert_reading(
        &mut self,
        node: &str,
        segment: i64,
        position: i64,
        reading: &Reading,
    ) -> sqlx::Result<u64> {
        let (role, reader, consent) = match reading.reader {
            Reader::Provider { application, consent } => ("provider", application, Some(consent)),
            Reader::Person(person) => ("citizen", person.0, None),
        };
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
                role,
                reader,
                consent,
                reading.what.name(),
                number,
                part,
            ),
        )
        .await
    }

    /// Notes how far a segment is loaded, and the head of its chain there.
    pub(super) async fn put_segment(
        &mut self,
        node: &str,
        segment: i64,
        loaded: i64,
        head: Sha256,
    ) -> sqlx::Result<u64> {
        self.execute(
            "INSERT INTO segment (node, segment, loaded, head)
             VALUES ($1, $2, $3, $4)
             ON CONFLICT (node, segment) DO UPDATE
             SET loaded = excluded.loaded, head = excluded.head",
            (node, segment, loaded, head),
        )
        .await
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
