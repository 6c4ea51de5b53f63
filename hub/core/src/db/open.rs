//! Opening a database with the settings that the promises need.

use std::path::{Path, PathBuf};
use std::str::FromStr;
use std::time::Duration;

use serde::Deserialize;
use sqlx::Connection as _;
use sqlx::postgres::{PgConnectOptions, PgPool, PgPoolOptions};
use sqlx::sqlite::{
    SqliteConnectOptions, SqliteJournalMode, SqlitePool, SqlitePoolOptions, SqliteSynchronous,
};

use super::standing::{Standing, TRUSTED};
use super::{Dialect, Direct};

/// A handle on the database; cheap to clone.
#[derive(Clone, Debug)]
pub enum Db {
    /// PostgreSQL.
    Postgres {
        /// The connections.
        pool: PgPool,
        /// Connections that find a few rows.
        standing: Standing,
    },
    /// SQLite, one writer and a few readers.
    Sqlite {
        /// The only connection that writes.
        writer: SqlitePool,
        /// Connections that cannot write (`PRAGMA query_only`).
        readers: SqlitePool,
        /// Connections that find a few rows at once.
        direct: Direct,
    },
}

/// Where the database is: the `[database]` section of the configuration.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DbConfig {
    /// `sqlite` (a file in the data folder) or a `postgres://…` URL.
    pub url: String,
    /// Connections to PostgreSQL, 10 unless said; half as many more find rows by their keys, and do nothing else.
    #[serde(default = "ten")]
    pub connections: u32,
}

fn ten() -> u32 {
    10
}

/// Prepared statements that a connection keeps: those of all paths, with room for texts of many rows.
const STATEMENTS: usize = 800;

/// What SQLite's writer holds of the file, 32 MiB: pages that find no room are written before their transaction ends, and read
/// again for the next row. A batch touches a page of several trees for each mailbox (decision 33).
const CACHED: &str = "-32768";
/// Pages in SQLite's log, 16 MiB, at which it is copied into the file: what changes often is copied once for many times.
const LOGGED: &str = "4000";

/// Why a database could not be opened.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// The driver said no.
    #[error("the database does not open")]
    Sqlx(#[from] sqlx::Error),
    /// The file of SQLite does not open for reading.
    #[error("the database does not open for reading")]
    Direct(#[from] rusqlite::Error),
    /// A setting of the server would lose what was acknowledged (TRUST T23).
    #[error("PostgreSQL runs with {setting} = {value}: an acknowledged publication could be lost")]
    NotDurable {
        /// The setting's name.
        setting: &'static str,
        /// Its value.
        value: String,
    },
}

impl Db {
    /// Opens the database that `config` names; the SQLite file is `facteur.sqlite` in `data`.
    pub async fn open(config: &DbConfig, data: &Path) -> Result<Self, OpenError> {
        if config.url.starts_with("postgres") {
            Self::open_postgres(&config.url, config.connections).await
        } else {
            Self::open_sqlite(data.join("facteur.sqlite")).await
        }
    }

    async fn open_postgres(url: &str, connections: u32) -> Result<Self, OpenError> {
        let options = PgConnectOptions::from_str(url)?.application_name("facteur").options([
            ("idle_in_transaction_session_timeout", "10s"),
            ("lock_timeout", "5s"),
            ("statement_timeout", "15s"),
        ]);
        let options = options.statement_cache_capacity(STATEMENTS);
        let pool = PgPoolOptions::new()
            .max_connections(connections)
            .acquire_timeout(Duration::from_secs(5))
            .test_before_acquire(false)
            .before_acquire(|connection, about| {
                Box::pin(async move {
                    if about.idle_for > TRUSTED {
                        connection.ping().await?;
                    }
                    Ok(true)
                })
            })
            .connect_with(options.clone())
            .await?;

        for setting in ["fsync", "synchronous_commit", "full_page_writes"] {
            let (value,): (String,) =
                sqlx::query_as("SELECT current_setting($1)").bind(setting).fetch_one(&pool).await?;
            if value == "off" {
                return Err(OpenError::NotDurable { setting, value });
            }
        }
        Ok(Self::Postgres { pool, standing: Standing::new(options, (connections / 2).max(2)) })
    }

    async fn open_sqlite(file: PathBuf) -> Result<Self, OpenError> {
        let options = SqliteConnectOptions::new()
            .filename(&file)
            .create_if_missing(true)
            .journal_mode(SqliteJournalMode::Wal)
            .synchronous(SqliteSynchronous::Full)
            .foreign_keys(true)
            .busy_timeout(Duration::from_secs(5))
            .statement_cache_capacity(STATEMENTS);
        // a file does not go away while it is open: nothing is asked before each statement
        let pool = |most| SqlitePoolOptions::new().max_connections(most).test_before_acquire(false);
        let writing = options.clone().pragma("cache_size", CACHED).pragma("wal_autocheckpoint", LOGGED);
        let writer = pool(1).connect_with(writing).await?;
        let readers = pool(2).connect_with(options.pragma("query_only", "ON")).await?;
        let direct = Direct::open(&file)?;
        Ok(Self::Sqlite { writer, readers, direct })
    }

    /// Which database this is.
    pub fn dialect(&self) -> Dialect {
        match self {
            Self::Postgres { .. } => Dialect::Postgres,
            Self::Sqlite { .. } => Dialect::Sqlite,
        }
    }

    /// Closes all connections, waiting for those in use.
    pub async fn close(&self) {
        match self {
            Self::Postgres { pool, standing } => {
                standing.close().await;
                pool.close().await;
            }
            Self::Sqlite { writer, readers, direct } => {
                direct.close();
                readers.close().await;
                writer.close().await;
            }
        }
    }
}
