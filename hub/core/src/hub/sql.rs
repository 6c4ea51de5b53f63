//! The one row that says whose data this is.

use uuid::Uuid;

use crate::clock::Timestamp;
use crate::db::{Db, Tx};

impl Tx {
    /// Writes the environment if none is written yet, and gives the one that stands.
    pub(super) async fn claim_environment(
        &mut self,
        environment: &str,
        incarnation: Uuid,
        now: Timestamp,
    ) -> sqlx::Result<String> {
        self.execute(
            "INSERT INTO hub (id, environment, incarnation, created_at)
             VALUES (1, $1, $2, $3)
             ON CONFLICT (id) DO NOTHING",
            (environment, incarnation, now),
        )
        .await?;
        let (environment,) = self.fetch_one("SELECT environment FROM hub WHERE id = 1", ()).await?;
        Ok(environment)
    }
}

impl Db {
    /// Whether it answers a question.
    pub(super) async fn answers(&self) -> bool {
        self.fetch_optional::<(String,)>("SELECT environment FROM hub WHERE id = 1", ()).await.is_ok()
    }
}
