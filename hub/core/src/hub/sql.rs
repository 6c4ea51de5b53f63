//! The one row that says whose data this is.

use uuid::Uuid;

use crate::clock::Timestamp;
use crate::db::{Db, Tx};

impl Tx {
    /// Writes environment and incarnation if none are written yet, and gives those that stand.
    pub(super) async fn claim_environment(
        &mut self,
        environment: &str,
        incarnation: Uuid,
        now: Timestamp,
    ) -> sqlx::Result<(String, Uuid)> {
        self.execute(
            "INSERT INTO hub (id, environment, incarnation, created_at)
             VALUES (1, $1, $2, $3)
             ON CONFLICT (id) DO NOTHING",
            (environment, incarnation, now),
        )
        .await?;
        self.fetch_one("SELECT environment, incarnation FROM hub WHERE id = 1", ()).await
    }
}

impl Tx {
    /// Notes that names of senders or message types changed: answers that show them are built anew.
    pub(crate) async fn move_reference_epoch(&mut self) -> sqlx::Result<u64> {
        self.execute("UPDATE hub SET reference_epoch = reference_epoch + 1 WHERE id = 1", ()).await
    }
}

impl Db {
    /// The environment that this data belongs to; `None` before the first hub claimed it.
    pub async fn environment(&self) -> sqlx::Result<Option<String>> {
        let row = self.fetch_optional("SELECT environment FROM hub WHERE id = 1", ()).await?;
        Ok(row.map(|(environment,): (String,)| environment))
    }

    /// By what this data is told from any other: of two hubs of one environment, by the moment in which the database was
    /// first used; `None` before that.
    pub async fn name_of_data(&self) -> sqlx::Result<Option<String>> {
        let row = self.fetch_optional("SELECT environment, created_at FROM hub WHERE id = 1", ()).await?;
        Ok(row.map(|(environment, began): (String, Timestamp)| format!("{environment} {}", began.0)))
    }

    /// When this hub began; its first day in the federation.
    pub(crate) async fn began_at(&self) -> sqlx::Result<Timestamp> {
        let row = self.fetch_optional("SELECT created_at FROM hub WHERE id = 1", ()).await?;
        row.map(|(at,): (Timestamp,)| at).ok_or(sqlx::Error::RowNotFound)
    }

    /// What time it is by the database's own clock; `None` if that is this machine's.
    pub(super) async fn own_time(&self) -> sqlx::Result<Option<Timestamp>> {
        let sql = self.dialect().pick(
            "SELECT CAST(NULL AS BIGINT) AS at",
            "SELECT CAST(EXTRACT(EPOCH FROM clock_timestamp()) * 1000000 AS BIGINT) AS at",
        );
        let row = self.fetch_optional(sql, ()).await?;
        Ok(row.and_then(|(at,): (Option<Timestamp>,)| at))
    }

    /// Whether it answers a question.
    pub(super) async fn answers(&self) -> bool {
        self.environment().await.is_ok()
    }
}
