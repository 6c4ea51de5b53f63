//! Copying the journal into the database, from where the citizen sees every read.

use std::collections::BTreeMap;
use std::sync::atomic::Ordering;

use super::file::{self, Record, Segment};
use super::sql::Poll;
use super::{Disclosed, Journal};
use crate::db::Db;
use crate::error::Error;
use crate::id::Sha256;

/// Records per transaction: whole statements of many rows.
const BATCH: usize = 512;

impl Journal {
    /// Loads what is not yet in the database and says how many records that were. Loading twice changes nothing.
    ///
    /// # Errors
    /// [`Error::Internal`] if a segment breaks its chain.
    pub async fn load(&self, db: &Db) -> Result<usize, Error> {
        let below = self.loaded_below.load(Ordering::Relaxed);
        let numbers = file::segments(&self.folder).map_err(Error::internal)?;
        let (mut loaded, mut whole, mut failure) = (0, true, None);
        for number in numbers.iter().copied().filter(|number| *number >= below) {
            match self.load_segment(db, number).await {
                Ok(records) => loaded += records,
                Err(error) => (whole, failure) = (false, Some(error)),
            }
            // Only the last segment still grows.
            if whole && Some(&number) != numbers.last() {
                self.loaded_below.store(number + 1, Ordering::Relaxed);
            }
        }
        failure.map_or(Ok(loaded), Err)
    }

    async fn load_segment(&self, db: &Db, number: u64) -> Result<usize, Error> {
        let position = i64::try_from(number).map_err(Error::internal)?;
        let already = db.loaded_until(&self.node, position).await?.unwrap_or(0);
        let length = std::fs::metadata(self.folder.join(format!("{number:012}.journal")))
            .map_err(Error::internal)?
            .len();
        if loaded_until(already) >= length {
            return Ok(0);
        }
        let folder = self.folder.clone();
        let segment = tokio::task::spawn_blocking(move || Segment::read(&folder, number))
            .await
            .map_err(Error::internal)?
            .map_err(Error::internal)?;
        let fresh: Vec<Record> =
            segment.records.into_iter().filter(|record| record.position >= loaded_until(already)).collect();
        let (mut loaded, mut from) = (0, already);
        for batch in fresh.chunks(BATCH) {
            match self.load_batch(db, (position, from), batch).await? {
                Some(end) => (loaded, from) = (loaded + batch.len(), end),
                // Somebody else loads this segment too: what is left is theirs, or the next round's.
                None => break,
            }
        }
        Ok(loaded)
    }

    /// Loads a batch in one transaction with how far the segment is loaded, so that each record counts once.
    async fn load_batch(
        &self,
        db: &Db,
        (segment, from): (i64, i64),
        batch: &[Record],
    ) -> Result<Option<i64>, Error> {
        let Some(last) = batch.last() else { return Ok(None) };
        let end = i64::try_from(last.end()).map_err(Error::internal)?;
        let mut tx = db.write().await?;
        if !tx.advance_segment(&self.node, segment, (from, end), Sha256(last.head)).await? {
            return Ok(None);
        }
        let (mut polls, mut readings) = (BTreeMap::new(), Vec::with_capacity(batch.len()));
        for Record { position, reading, .. } in batch {
            if reading.what == Disclosed::Nothing {
                polls.entry(Poll::of(reading)).or_insert((reading.reader, 0)).1 += 1;
            } else {
                readings.push((i64::try_from(*position).map_err(Error::internal)?, reading));
            }
        }
        tx.insert_readings((&self.node, segment), readings).await?;
        tx.count_polls(polls).await?;
        tx.commit().await?;
        Ok(Some(end))
    }
}

/// The position in a file up to which a segment is loaded.
fn loaded_until(already: i64) -> u64 {
    u64::try_from(already).unwrap_or(0)
}
