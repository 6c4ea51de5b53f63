//! Finding a few rows by their keys, which hot paths do several times a request (decision 31).

use super::params::check_count;
use super::tx::count_of;
use super::{Db, Params, Record};

impl Db {
    /// Runs one reading statement that finds a few rows by their keys: on SQLite at once, by the thread that asks; on
    /// PostgreSQL over a connection that stands ready.
    pub async fn look_up_all<R: Record>(
        &self,
        sql: &'static str,
        params: impl Params,
    ) -> sqlx::Result<Vec<R>> {
        check_count(sql, count_of(&params))?;
        match self {
            Self::Postgres { standing, .. } => {
                return standing.fetch_all(sql, params.postgres().map_err(sqlx::Error::Encode)?).await;
            }
            Self::Sqlite { direct, .. } => match direct.fetch_all(sql, &params) {
                Ok(Some(rows)) => return Ok(rows),
                Ok(None) => {}
                // the usual way waits for what keeps it now, or says what is wrong
                Err(error) => tracing::debug!(%error, "not read on the spot"),
            },
        }
        self.fetch_all(sql, params).await
    }

    /// The same, and gives the first row, if there is one.
    pub async fn look_up_optional<R: Record>(
        &self,
        sql: &'static str,
        params: impl Params,
    ) -> sqlx::Result<Option<R>> {
        Ok(self.look_up_all(sql, params).await?.into_iter().next())
    }
}
