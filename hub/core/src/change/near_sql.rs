//! Statements on `expiry_watch`, and the scan that it moves along.

use crate::clock::Timestamp;
use crate::db::{Tx, record};
use crate::id::MailboxId;

record! {
    /// A message whose end is near.
    pub(super) struct Due {
        pub(super) expires_at: Timestamp,
        pub(super) mailbox_id: MailboxId,
        pub(super) number: i64,
        pub(super) organization: String,
        pub(super) at: Timestamp,
        pub(super) withdrawn: bool,
    }
}

impl Tx {
    /// Waits until nobody else scans; gives the last message that was looked at.
    pub(super) async fn lock_expiry_watch(&mut self) -> sqlx::Result<(Timestamp, MailboxId, i64)> {
        let sql = self.dialect().pick(
            "SELECT expires_at, mailbox_id, number FROM expiry_watch WHERE shard = 0",
            "SELECT expires_at, mailbox_id, number FROM expiry_watch WHERE shard = 0 FOR UPDATE",
        );
        self.fetch_one(sql, ()).await
    }

    /// The messages that end next after that one, later than now and not later than `near`.
    pub(super) async fn ending_after(
        &mut self,
        (expires_at, mailbox, number): (Timestamp, MailboxId, i64),
        (now, near): (Timestamp, Timestamp),
        limit: i64,
    ) -> sqlx::Result<Vec<Due>> {
        self.fetch_all(
            "SELECT m.expires_at, m.mailbox_id, m.number, m.organization, m.at, EXISTS (
                        SELECT 1
                        FROM sequel s
                        WHERE s.mailbox_id = m.mailbox_id AND s.number = m.number AND s.withdrawn_at IS NOT NULL
                    ) AS withdrawn
             FROM message m
             WHERE (m.expires_at, m.mailbox_id, m.number) > ($1, $2, $3) AND m.expires_at > $4
               AND m.expires_at <= $5
             ORDER BY m.expires_at, m.mailbox_id, m.number
             LIMIT $6",
            (expires_at, mailbox, number, now, near, limit),
        )
        .await
    }

    /// Says that everything up to that message was looked at.
    pub(super) async fn move_expiry_watch(&mut self, last: &Due) -> sqlx::Result<u64> {
        self.execute(
            "UPDATE expiry_watch SET expires_at = $1, mailbox_id = $2, number = $3 WHERE shard = 0",
            (last.expires_at, last.mailbox_id, last.number),
        )
        .await
    }
}
