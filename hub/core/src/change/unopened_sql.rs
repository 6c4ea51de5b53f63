//! Statements on `reminder`.

use crate::clock::Timestamp;
use crate::db::{Db, Tx, record};
use crate::id::{MailboxId, PublicationId};

record! {
    /// A reminder whose time has come.
    pub(super) struct Reminder {
        pub(super) due_at: Timestamp,
        pub(super) mailbox_id: MailboxId,
        pub(super) number: i64,
    }
}

record! {
    /// A message of which no opening is known.
    pub(super) struct Unopened {
        pub(super) publication_id: PublicationId,
        pub(super) organization: String,
        pub(super) message_type: String,
    }
}

impl Tx {
    /// Keeps when to look whether a message was opened.
    pub(crate) async fn insert_reminder(
        &mut self,
        due_at: Timestamp,
        mailbox: MailboxId,
        number: i64,
    ) -> sqlx::Result<u64> {
        self.execute(
            "INSERT INTO reminder (due_at, mailbox_id, number)
             VALUES ($1, $2, $3)",
            (due_at, mailbox, number),
        )
        .await
    }

    /// The first reminders whose time has come.
    pub(super) async fn due_reminders(&mut self, now: Timestamp, limit: i64) -> sqlx::Result<Vec<Reminder>> {
        self.fetch_all(
            "SELECT due_at, mailbox_id, number
             FROM reminder
             WHERE due_at <= $1
             ORDER BY due_at, mailbox_id, number
             LIMIT $2",
            (now, limit),
        )
        .await
    }

    /// Uses a reminder up; false if it was.
    pub(super) async fn use_reminder(&mut self, reminder: &Reminder) -> sqlx::Result<bool> {
        let used = self
            .execute(
                "DELETE FROM reminder WHERE due_at = $1 AND mailbox_id = $2 AND number = $3",
                (reminder.due_at, reminder.mailbox_id, reminder.number),
            )
            .await?;
        Ok(used == 1)
    }

    /// The message, if it is there, was not withdrawn, and no person has opened or answered it.
    pub(super) async fn unopened(
        &mut self,
        (mailbox, number): (MailboxId, i64),
        now: Timestamp,
    ) -> sqlx::Result<Option<Unopened>> {
        self.fetch_optional(
            "SELECT m.publication_id, m.organization, m.type AS message_type
             FROM message m
             LEFT JOIN mark k ON k.mailbox_id = m.mailbox_id AND k.number = m.number
             LEFT JOIN sequel s ON s.mailbox_id = m.mailbox_id AND s.number = m.number
             WHERE m.mailbox_id = $1 AND m.number = $2 AND m.expires_at > $3
               AND k.opened_at IS NULL AND s.withdrawn_at IS NULL AND NOT EXISTS (
                   SELECT 1
                   FROM reply r
                   WHERE r.mailbox_id = m.mailbox_id AND r.number = m.number
               )",
            (mailbox, number, now),
        )
        .await
    }
}

impl Db {
    /// Whether the time of a reminder has come.
    pub(super) async fn any_reminder_due(&self, now: Timestamp) -> sqlx::Result<bool> {
        let row = self
            .fetch_optional("SELECT EXISTS (SELECT 1 FROM reminder WHERE due_at <= $1) AS due", (now,))
            .await?;
        Ok(row.is_some_and(|(due,): (bool,)| due))
    }
}
