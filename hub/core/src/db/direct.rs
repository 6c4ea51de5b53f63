//! Reading SQLite on the spot.
//!
//! sqlx carries every statement to a thread of its connection and the rows back. Of a statement that finds a few rows by
//! their keys the way costs several times the work (decision 31): such a one is read here, with the same library, by the
//! thread that asks. What takes long, and all that writes, goes the usual way.

use std::fmt;
use std::path::Path;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, TryLockError};
use std::thread::available_parallelism;
use std::time::Duration;

use rusqlite::{Connection, OpenFlags};

use super::{DirectRow, Params};

/// Connections that read and cannot write.
#[derive(Clone)]
pub struct Direct(Arc<[Mutex<Option<Reader>>]>);

struct Reader {
    connection: Connection,
    /// Pieces of work that its statement has still; each is [`PIECE`] steps of SQLite's machine.
    left: Arc<AtomicU32>,
}

impl fmt::Debug for Direct {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_tuple("Direct").field(&self.0.len()).finish()
    }
}

impl Direct {
    /// Opens a database that is there, once for each thread that answers requests.
    pub(super) fn open(file: &Path) -> rusqlite::Result<Self> {
        let threads = available_parallelism().map_or(LEAST, |threads| threads.get().clamp(LEAST, MOST));
        let pages_kib = (PAGES_KIB / threads).clamp(LEAST_KIB, MOST_KIB);
        let connect = |_| Ok(Mutex::new(Some(connect(file, pages_kib)?)));
        (0..threads).map(connect).collect::<rusqlite::Result<_>>().map(Self)
    }

    /// Runs `sql` and gives all its rows, of which there are to be few; `None` if all connections are in use.
    pub(super) fn fetch_all<R: DirectRow>(
        &self,
        sql: &'static str,
        params: &impl Params,
    ) -> rusqlite::Result<Option<Vec<R>>> {
        // as the driver of all other statements tells it
        tracing::debug!(target: "sqlx::query", { db.statement = sql }, "looked up");
        let Some(reader) = self.free() else { return Ok(None) };
        let Some(Reader { connection, left }) = reader.as_ref() else { return Ok(None) };
        left.store(PIECES, Ordering::Relaxed);
        let mut statement = connection.prepare_cached(sql)?;
        params.bind(&mut statement)?;
        let (mut found, mut rows) = (Vec::new(), statement.raw_query());
        while let Some(row) = rows.next()? {
            found.push(R::read(row)?);
        }
        Ok(Some(found))
    }

    /// Closes all connections, waiting for those in use.
    pub(super) fn close(&self) {
        for connection in self.0.iter() {
            drop(connection.lock().unwrap_or_else(PoisonError::into_inner).take());
        }
    }

    /// A connection that nobody uses; there are as many as threads that ask, as a rule.
    fn free(&self) -> Option<MutexGuard<'_, Option<Reader>>> {
        self.0.iter().find_map(|connection| match connection.try_lock() {
            Ok(free) => Some(free),
            Err(TryLockError::Poisoned(poisoned)) => Some(poisoned.into_inner()),
            Err(TryLockError::WouldBlock) => None,
        })
    }
}

fn connect(file: &Path, pages_kib: usize) -> rusqlite::Result<Reader> {
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection = Connection::open_with_flags(file, flags)?;
    // who would have to wait goes the usual way, and holds up no thread
    connection.busy_timeout(Duration::ZERO)?;
    connection.pragma_update(None, "query_only", true)?;
    connection.pragma_update(None, "cache_size", format!("-{pages_kib}"))?;
    connection.set_prepared_statement_cache_capacity(STATEMENTS);
    let left = Arc::new(AtomicU32::new(PIECES));
    let counted = Arc::clone(&left);
    connection.progress_handler(
        PIECE,
        Some(move || {
            let before = counted.load(Ordering::Relaxed);
            counted.store(before.saturating_sub(1), Ordering::Relaxed);
            before == 0
        }),
    )?;
    Ok(Reader { connection, left })
}

/// Connections at least and at most.
const LEAST: usize = 2;
const MOST: usize = 16;
/// KiB of the file that all connections hold together, and one of them at least and at most: SQLite's own 2 MiB are read over
/// again where mailboxes are many.
const PAGES_KIB: usize = 32 * 1_024;
const LEAST_KIB: usize = 2 * 1_024;
const MOST_KIB: usize = 8 * 1_024;
/// Steps between two looks at how much a statement may still do.
const PIECE: i32 = 1_000;
/// What takes more pieces than this looks through much: it goes the usual way, which holds up no thread.
const PIECES: u32 = 100;
/// Statements that a connection keeps prepared: more than are read on the spot.
const STATEMENTS: usize = 64;
