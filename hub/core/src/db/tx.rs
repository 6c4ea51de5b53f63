//! A transaction, and the four things one does in it.

use sqlx::{Postgres, Sqlite, SqlitePool, Transaction};

use super::params::check_count;
use super::{Db, Dialect, Params, Record};

/// An open transaction; dropped without [`commit`](Self::commit) it leaves no trace.
pub enum Tx {
    /// On PostgreSQL.
    Postgres(Transaction<'static, Postgres>),
    /// On SQLite; a writing one holds the only writer.
    Sqlite(Transaction<'static, Sqlite>),
}

impl Tx {
    /// Which database this is.
    pub fn dialect(&self) -> Dialect {
        match self {
            Self::Postgres(_) => Dialect::Postgres,
            Self::Sqlite(_) => Dialect::Sqlite,
        }
    }

    /// Has PostgreSQL plan each statement of this transaction for what is asked and for tables as large as they are now.
    ///
    /// A plan that a connection keeps fits the tables as they were: one that goes through a queue of a few rows for each of
    /// its rows was kept for a queue of thousands, until the server by itself looked at the table again (decision 33). For
    /// transactions of many rows, beside which planning is nothing.
    pub async fn plan_anew(&mut self) -> sqlx::Result<()> {
        if self.dialect() == Dialect::Postgres {
            self.execute("SET LOCAL plan_cache_mode = force_custom_plan", ()).await?;
        }
        Ok(())
    }

    /// Runs `sql` and gives the first row, if there is one.
    pub async fn fetch_optional<R: Record>(
        &mut self,
        sql: &'static str,
        params: impl Params,
    ) -> sqlx::Result<Option<R>> {
        check_count(sql, count_of(&params))?;
        match self {
            Self::Postgres(tx) => {
                sqlx::query_as_with(sql, params.postgres().map_err(sqlx::Error::Encode)?)
                    .fetch_optional(&mut **tx)
                    .await
            }
            Self::Sqlite(tx) => {
                sqlx::query_as_with(sql, params.sqlite().map_err(sqlx::Error::Encode)?)
                    .fetch_optional(&mut **tx)
                    .await
            }
        }
    }

    /// Runs `sql` and gives its one row; no row is [`sqlx::Error::RowNotFound`].
    pub async fn fetch_one<R: Record>(&mut self, sql: &'static str, params: impl Params) -> sqlx::Result<R> {
        self.fetch_optional(sql, params).await?.ok_or(sqlx::Error::RowNotFound)
    }

    /// Runs `sql` and gives all its rows.
    pub async fn fetch_all<R: Record>(
        &mut self,
        sql: &'static str,
        params: impl Params,
    ) -> sqlx::Result<Vec<R>> {
        check_count(sql, count_of(&params))?;
        match self {
            Self::Postgres(tx) => {
                sqlx::query_as_with(sql, params.postgres().map_err(sqlx::Error::Encode)?)
                    .fetch_all(&mut **tx)
                    .await
            }
            Self::Sqlite(tx) => {
                sqlx::query_as_with(sql, params.sqlite().map_err(sqlx::Error::Encode)?)
                    .fetch_all(&mut **tx)
                    .await
            }
        }
    }

    /// Runs `sql` and says how many rows it touched.
    pub async fn execute(&mut self, sql: &'static str, params: impl Params) -> sqlx::Result<u64> {
        check_count(sql, count_of(&params))?;
        Ok(match self {
            Self::Postgres(tx) => sqlx::query_with(sql, params.postgres().map_err(sqlx::Error::Encode)?)
                .execute(&mut **tx)
                .await?
                .rows_affected(),
            Self::Sqlite(tx) => sqlx::query_with(sql, params.sqlite().map_err(sqlx::Error::Encode)?)
                .execute(&mut **tx)
                .await?
                .rows_affected(),
        })
    }

    /// Makes everything of this transaction durable.
    pub async fn commit(self) -> sqlx::Result<()> {
        match self {
            Self::Postgres(tx) => tx.commit().await,
            Self::Sqlite(tx) => tx.commit().await,
        }
    }
}

impl Db {
    /// Begins a writing transaction; on SQLite it takes the writer at once (`BEGIN IMMEDIATE`).
    pub async fn write(&self) -> sqlx::Result<Tx> {
        Ok(match self {
            Self::Postgres { pool, .. } => Tx::Postgres(pool.begin().await?),
            Self::Sqlite { writer, .. } => Tx::Sqlite(begin_immediate(writer).await?),
        })
    }

    /// Begins a reading transaction, for questions of more than one statement.
    pub async fn read(&self) -> sqlx::Result<Tx> {
        Ok(match self {
            Self::Postgres { pool, .. } => Tx::Postgres(pool.begin().await?),
            Self::Sqlite { readers, .. } => Tx::Sqlite(readers.begin().await?),
        })
    }

    /// Runs one reading statement outside a transaction and gives the first row, if there is one.
    pub async fn fetch_optional<R: Record>(
        &self,
        sql: &'static str,
        params: impl Params,
    ) -> sqlx::Result<Option<R>> {
        check_count(sql, count_of(&params))?;
        match self {
            Self::Postgres { pool, .. } => {
                sqlx::query_as_with(sql, params.postgres().map_err(sqlx::Error::Encode)?)
                    .fetch_optional(pool)
                    .await
            }
            Self::Sqlite { readers, .. } => {
                sqlx::query_as_with(sql, params.sqlite().map_err(sqlx::Error::Encode)?)
                    .fetch_optional(readers)
                    .await
            }
        }
    }

    /// Runs one reading statement outside a transaction and gives all its rows.
    pub async fn fetch_all<R: Record>(&self, sql: &'static str, params: impl Params) -> sqlx::Result<Vec<R>> {
        check_count(sql, count_of(&params))?;
        match self {
            Self::Postgres { pool, .. } => {
                sqlx::query_as_with(sql, params.postgres().map_err(sqlx::Error::Encode)?)
                    .fetch_all(pool)
                    .await
            }
            Self::Sqlite { readers, .. } => {
                sqlx::query_as_with(sql, params.sqlite().map_err(sqlx::Error::Encode)?)
                    .fetch_all(readers)
                    .await
            }
        }
    }
}

/// Begins on the one writer.
///
/// SQLite takes a transaction back by itself when the disk fails, and sqlx then counts it as open for ever: such a
/// connection is closed, and a new one takes its place.
async fn begin_immediate(writer: &SqlitePool) -> sqlx::Result<Transaction<'static, Sqlite>> {
    match writer.begin_with("BEGIN IMMEDIATE").await {
        Err(sqlx::Error::InvalidSavePointStatement) => {
            if let Err(error) = writer.acquire().await?.close().await {
                tracing::warn!(%error, "the connection that lost its transaction");
            }
            writer.begin_with("BEGIN IMMEDIATE").await
        }
        begun => begun,
    }
}

pub(super) fn count_of<P: Params>(_: &P) -> usize {
    P::COUNT
}
