//! Statements that fill `reading`, `poll` and `segment`; what reads them stands in `log_sql.rs`.

use std::collections::BTreeMap;

use super::{Reader, Reading};
use crate::db::{Db, Tx};
use crate::id::{ConsentId, MailboxId, Sha256};

/// Microseconds of a day.
const DAY: i64 = 86_400_000_000;
/// Microseconds of an hour.
pub(super) const HOUR: i64 = 3_600_000_000;

/// Where a provider's questions are counted.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Poll {
    mailbox: MailboxId,
    hour: i64,
    consent: Option<ConsentId>,
}

impl Poll {
    pub(super) fn of(reading: &Reading) -> Self {
        let hour = reading.at.0.div_euclid(HOUR);
        Self { mailbox: reading.mailbox, hour, consent: reading.reader.parts().1 }
    }
}

impl Tx {
    /// Copies records of a segment, with where each begins; one that is there already stays.
    pub(super) async fn insert_readings(
        &mut self,
        (node, segment): (&str, i64),
        readings: Vec<(i64, &Reading)>,
    ) -> sqlx::Result<u64> {
        let row = |(position, reading): (i64, &Reading)| {
            let (reader, consent) = reading.reader.parts();
            let (number, part) = reading.what.place();
            (
                reading.at.0.div_euclid(DAY),
                node.to_owned(),
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
            )
        };
        self.insert_all(
            "INSERT INTO reading (day, node, segment, position, at, mailbox_id, role, reader, consent_id,
                                  what, number, part)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)
             ON CONFLICT (day, node, segment, position) DO NOTHING",
            readings.into_iter().map(row).collect(),
        )
        .await
    }

    /// Counts providers' questions to which there was no answer; in one order, so that no two nodes wait for each other.
    pub(super) async fn count_polls(&mut self, polls: BTreeMap<Poll, (Reader, i64)>) -> sqlx::Result<u64> {
        let row = |(poll, (reader, times)): (Poll, (Reader, i64))| {
            (poll.mailbox, poll.hour, poll.consent, reader.parts().0, times)
        };
        self.insert_all(
            "INSERT INTO poll (mailbox_id, hour, consent_id, application_id, times)
             VALUES ($1, $2, $3, $4, $5)
             ON CONFLICT (mailbox_id, hour, consent_id) DO UPDATE
             SET times = poll.times + excluded.times",
            polls.into_iter().map(row).collect(),
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
