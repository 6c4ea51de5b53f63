//! Statements on `arrival_watch`, and the scan that it moves along.

use crate::clock::Timestamp;
use crate::db::{Db, Tx, record};
use crate::id::MailboxId;

record! {
    /// A message that arrived some time ago.
    pub(super) struct Arrived {
        pub(super) at: Timestamp,
        pub(super) mailbox_id: MailboxId,
        pub(super) number: i64,
        pub(super) organization: String,
        pub(super) expires_at: Timestamp,
        pub(super) seen: bool,
        pub(super) withdrawn: bool,
    }
}

impl Db {
    /// Whether a message that arrived by then was not looked at.
    pub(super) async fn any_arrived_until(&self, until: Timestamp) -> sqlx::Result<bool> {
        let row = self
            .fetch_optional(
                "SELECT EXISTS (
                     SELECT 1
                     FROM arrival_watch w
                     JOIN message m ON (m.at, m.mailbox_id, m.number) > (w.at, w.mailbox_id, w.number)
                     WHERE w.shard = 0 AND m.at <= $1
                 ) AS due",
                (until,),
            )
            .await?;
        Ok(row.is_some_and(|(due,): (bool,)| due))
    }
}

impl Tx {
    /// Waits until nobody else scans; gives the last message that was looked at.
    pub(super) async fn lock_arrival_watch(&mut self) -> sqlx::Result<(Timestamp, MailboxId, i64)> {
        let sql = self.dialect().pick(
            "SELECT at, mailbox_id, number FROM arrival_watch WHERE shard = 0",
            "SELECT at, mailbox_id, number FROM arrival_watch WHERE shard = 0 FOR UPDATE",
        );
        self.fetch_one(sql, ()).await
    }

    /// The messages that arrived next after that one, not later than `until`.
    pub(super) async fn arrived_after(
        &mut self,
        (at, mailbox, number): (Timestamp, MailboxId, i64),
        until: Timestamp,
        limit: i64,
    ) -> sqlx::Result<Vec<Arrived>> {
        self.fetch_all(
            "SELECT m.at, m.mailbox_id, m.number, m.organization, m.expires_at,
                    EXISTS (
                        SELECT 1
                        FROM mark k
                        WHERE k.mailbox_id = m.mailbox_id AND k.number = m.number
                          AND (k.retrieved_at IS NOT NULL OR k.opened_at IS NOT NULL)
                    ) AS seen,
                    EXISTS (
                        SELECT 1
                        FROM sequel s
                        WHERE s.mailbox_id = m.mailbox_id AND s.number = m.number AND s.withdrawn_at IS NOT NULL
                    ) AS withdrawn
             FROM message m
             WHERE (m.at, m.mailbox_id, m.number) > ($1, $2, $3) AND m.at <= $4
             ORDER BY m.at, m.mailbox_id, m.number
             LIMIT $5",
            (at, mailbox, number, until, limit),
        )
        .await
    }

    /// Says that everything up to that message was looked at.
    pub(super) async fn move_arrival_watch(&mut self, last: &Arrived) -> sqlx::Result<u64> {
        self.execute(
            "UPDATE arrival_watch SET at = $1, mailbox_id = $2, number = $3 WHERE shard = 0",
            (last.at, last.mailbox_id, last.number),
        )
        .await
    }

    /// Whether a machine fetched content of a message, or a person opened it.
    pub(crate) async fn is_seen(&mut self, mailbox: MailboxId, number: i64) -> sqlx::Result<bool> {
        let (seen,) = self
            .fetch_one(
                "SELECT EXISTS (
                     SELECT 1
                     FROM mark
                     WHERE mailbox_id = $1 AND number = $2 AND (retrieved_at IS NOT NULL OR opened_at IS NOT NULL)
                 ) AS seen",
                (mailbox, number),
            )
            .await?;
        Ok(seen)
    }
}
