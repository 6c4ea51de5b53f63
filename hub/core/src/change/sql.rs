//! Statements on `change_queue`.

use super::NewChange;
use crate::clock::Timestamp;
use crate::db::Tx;

impl Tx {
    /// Queues a change of a consent.
    pub(crate) async fn queue_change(&mut self, change: &NewChange) -> sqlx::Result<u64> {
        self.execute(
            "INSERT INTO change_queue (mailbox_id, kind, provider_id, consent_id, at)
             VALUES ($1, $2, $3, $4, $5)",
            (change.mailbox, change.kind, change.provider, change.consent, change.at),
        )
        .await
    }

    /// Forgets changes that are older than a feed keeps them.
    pub(crate) async fn drop_changes_before(&mut self, at: Timestamp) -> sqlx::Result<u64> {
        self.execute("DELETE FROM change_queue WHERE at < $1", (at,)).await
    }
}
