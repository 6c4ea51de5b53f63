//! The reading journal: what was disclosed to whom, appended on this node before the answer's bytes leave.
//!
//! A record survives `kill -9` when [`Journal::write`] returns and loss of power 50 ms later, when the file is
//! synced. Records are chained by hash inside a segment, and each segment names the head of the one before. A
//! loader copies them into the database within seconds, each once; a provider's question that disclosed nothing is
//! only counted there, by consent and hour. If the journal cannot be written, the reader is not answered (TRUST T18).

mod file;
mod load;
mod log_sql;
mod record;
mod sql;

use std::fs::File;
use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::sync::atomic::AtomicU64;

use crate::error::Error;
use crate::random::Random;
use file::{Segment, SegmentFile};

pub(crate) use log_sql::{Filter, PollRow, ReadingRow};
pub use record::{Disclosed, Reader, Reading};

/// How often a node syncs its journal.
pub const SYNC_EVERY: std::time::Duration = std::time::Duration::from_millis(50);

/// The reading journal of one node.
pub struct Journal {
    node: String,
    folder: PathBuf,
    open: Mutex<SegmentFile>,
    /// Segments below this one are wholly in the database.
    loaded_below: AtomicU64,
    /// One process at a time writes here; the system drops the lock with the process.
    _lock: File,
}

/// Why a journal does not open.
#[derive(Debug, thiserror::Error)]
pub enum JournalError {
    /// A file could not be read or written.
    #[error("the reading journal's files")]
    Io(#[from] std::io::Error),
    /// Another process writes this journal.
    #[error("the reading journal is in use by another process")]
    InUse,
    /// A finished segment was changed after it was written.
    #[error("segment {segment} of the reading journal breaks its hash chain at byte {position}")]
    Broken {
        /// The segment's number.
        segment: u64,
        /// Where the chain breaks.
        position: u64,
    },
}

impl Journal {
    /// Opens the journal in `folder` and begins a new segment, chained to the last one.
    ///
    /// A record torn by a crash at the end of the last segment is cut off; it was never answered.
    ///
    /// # Errors
    /// [`JournalError::InUse`] while another process writes it, [`JournalError::Broken`] if an earlier record was
    /// changed.
    pub fn open(folder: &Path, random: &Random) -> Result<Self, JournalError> {
        std::fs::create_dir_all(folder)?;
        let lock = File::create(folder.join("lock"))?;
        lock.try_lock().map_err(|_| JournalError::InUse)?;
        let node = file::node_name(folder, random)?;
        let last = file::segments(folder)?.last().copied();
        let (next, head) = match last {
            None => (1, [0; 32]),
            Some(number) => (number + 1, Segment::repair(folder, number)?),
        };
        let open = SegmentFile::begin(folder, next, head)?;
        Ok(Self {
            node,
            folder: folder.to_owned(),
            open: Mutex::new(open),
            loaded_below: AtomicU64::new(0),
            _lock: lock,
        })
    }

    /// Appends a record; when this returns, it survives the end of the process.
    ///
    /// One `write` of about 100 bytes to the page cache, done in place: handing it to another thread would cost
    /// more than it takes.
    ///
    /// # Errors
    /// [`Error::Unavailable`] if the file cannot be written: then nothing may be disclosed.
    pub fn write(&self, reading: &Reading) -> Result<(), Error> {
        let mut open = self.open.lock().map_err(|_| CLOSED)?;
        self.append(&mut open, reading).map_err(|error| {
            tracing::error!(%error, "the reading journal cannot be written");
            CLOSED
        })
    }

    /// A full segment gives way to the next before the record is written; if that fails, the next call tries again.
    fn append(&self, open: &mut SegmentFile, reading: &Reading) -> std::io::Result<()> {
        if open.is_full() {
            let head = open.finish()?;
            *open = SegmentFile::begin(&self.folder, open.number() + 1, head)?;
        }
        open.append(reading)
    }

    /// Makes what was written survive loss of power; called every [`SYNC_EVERY`] on a thread that may block.
    ///
    /// # Errors
    /// The disk's, once; the journal then refuses further records.
    pub fn sync(&self) -> std::io::Result<()> {
        let handle = {
            let mut open = self.open.lock().map_err(|_| std::io::Error::other("the journal is poisoned"))?;
            open.take_unsynced()?
        };
        match handle {
            Some(file) => file.sync_data().inspect_err(|_| {
                if let Ok(mut open) = self.open.lock() {
                    open.fail();
                }
            }),
            None => Ok(()),
        }
    }
}

/// Nothing may be disclosed without a record of it.
const CLOSED: Error = Error::Unavailable { retry_after: 5 };

#[cfg(test)]
mod tests;
