//! One hub, or one offline command, at a time over the same data.

use std::fs::{File, OpenOptions, TryLockError};
use std::path::Path;
use std::time::Duration;

use sqlx::{Connection as _, PgConnection};

use super::Db;

/// Held while a hub serves data, or while an offline command changes it.
#[derive(Debug)]
pub enum DataLock {
    /// An exclusive lock on a file beside the database; the system drops it with the process.
    File(File),
    /// An advisory lock of a PostgreSQL session of its own; shared among hubs, exclusive for a command.
    Session(Box<PgConnection>),
}

/// Why the data could not be locked.
#[derive(Debug, thiserror::Error)]
pub enum LockError {
    /// A hub serves this data, or a command changes it.
    #[error("the data is in use by a running hub or command")]
    InUse,
    /// The lock file could not be opened.
    #[error("the lock file does not open")]
    Io(#[from] std::io::Error),
    /// The database did not answer.
    #[error("the database gives no lock")]
    Sqlx(#[from] sqlx::Error),
}

/// The advisory lock's number: "facteur" read as bytes.
const ADVISORY: i64 = 0x0066_6163_7465_7572;

/// How often and how patiently PostgreSQL is asked for the lock.
const TRIES: usize = 20;
const PAUSE: Duration = Duration::from_millis(100);

impl Db {
    /// Locks the data for a serving hub. Several hubs may share one PostgreSQL, none a SQLite file.
    pub async fn lock_to_serve(&self, data: &Path) -> Result<DataLock, LockError> {
        self.lock(data, "SELECT pg_try_advisory_lock_shared($1)").await
    }

    /// Makes sure that a hub's lock still stands, and takes it again if its session was lost.
    pub async fn keep_lock(&self, lock: &mut DataLock, data: &Path) -> Result<(), LockError> {
        let DataLock::Session(session) = lock else { return Ok(()) };
        if session.ping().await.is_err() {
            *lock = self.lock_to_serve(data).await?;
        }
        Ok(())
    }

    /// Locks the data for an offline command; refused while a hub serves it.
    pub async fn lock_to_change(&self, data: &Path) -> Result<DataLock, LockError> {
        self.lock(data, "SELECT pg_try_advisory_lock($1)").await
    }

    async fn lock(&self, data: &Path, statement: &'static str) -> Result<DataLock, LockError> {
        match self {
            Self::Sqlite { .. } => {
                let file = OpenOptions::new()
                    .create(true)
                    .truncate(false)
                    .write(true)
                    .open(data.join("facteur.lock"))?;
                match file.try_lock() {
                    Ok(()) => Ok(DataLock::File(file)),
                    Err(TryLockError::WouldBlock) => Err(LockError::InUse),
                    Err(TryLockError::Error(error)) => Err(error.into()),
                }
            }
            Self::Postgres { pool, .. } => {
                let mut session = PgConnection::connect_with(&pool.connect_options()).await?;
                for _ in 0..TRIES {
                    let (granted,): (bool,) =
                        sqlx::query_as(statement).bind(ADVISORY).fetch_one(&mut session).await?;
                    if granted {
                        return Ok(DataLock::Session(Box::new(session)));
                    }
                    // The session of a process that has just ended is still there for a moment.
                    tokio::time::sleep(PAUSE).await;
                }
                Err(LockError::InUse)
            }
        }
    }
}
