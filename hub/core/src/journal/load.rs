//! Copying the journal into the database, from where the citizen sees every read.

use std::sync::atomic::Ordering;

use super::Journal;
use super::file::{self, Segment};
use crate::db::Db;
use crate::error::Error;
use crate::id::Sha256;

/// Records per transaction.
const BATCH: usize = 500;

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
        if u64::try_from(already).unwrap_or(0) >= length {
            return Ok(0);
        }
        let folder = self.folder.clone();
        let segment = tokio::task::spawn_blocking(move || Segment::read(&folder, number))
            .await
            .map_err(Error::internal)?
            .map_err(Error::internal)?;
        let fresh: Vec<_> = segment
            .records
            .iter()
            .filter(|(at, _)| i64::try_from(*at).is_ok_and(|at| at >= already))
            .collect();
        let end = i64::try_from(segment.end).map_err(Error::internal)?;
        let mut batches = fresh.chunks(BATCH).peekable();
        while let Some(batch) = batches.next() {
            let mut tx = db.write().await?;
            for (at, reading) in batch {
                let at = i64::try_from(*at).map_err(Error::internal)?;
                tx.insert_reading(&self.node, position, at, reading).await?;
            }
            if batches.peek().is_none() {
                tx.put_segment(&self.node, position, end, Sha256(segment.head)).await?;
            }
            tx.commit().await?;
        }
        Ok(fresh.len())
    }
}
