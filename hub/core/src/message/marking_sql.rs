//! Statements of what is marked on a message.

use crate::clock::Timestamp;
use crate::db::Tx;
use crate::id::{ApplicationId, MailboxId};

impl Tx {
    /// The partition in which a message is, behind its mailbox's lock.
    pub(crate) async fn partition_of(
        &mut self,
        mailbox: MailboxId,
        number: i64,
    ) -> sqlx::Result<Option<i64>> {
        let found = self
            .fetch_optional(
                "SELECT partition FROM message WHERE mailbox_id = $1 AND number = $2",
                (mailbox, number),
            )
            .await?;
        Ok(found.map(|(partition,)| partition))
    }

    /// Marks that a machine fetched content; false if one had before.
    pub(super) async fn mark_retrieved(
        &mut self,
        mailbox: MailboxId,
        number: i64,
        now: Timestamp,
    ) -> sqlx::Result<bool> {
        let marked = self
            .execute(
                "INSERT INTO mark (mailbox_id, number, retrieved_at, read, archived)
                 SELECT m.mailbox_id, m.number, $3, FALSE, FALSE
                 FROM message m
                 WHERE m.mailbox_id = $1 AND m.number = $2
                 ON CONFLICT (mailbox_id, number) DO UPDATE
                 SET retrieved_at = excluded.retrieved_at
                 WHERE mark.retrieved_at IS NULL",
                (mailbox, number, now),
            )
            .await?;
        Ok(marked == 1)
    }

    /// Marks that a person opened the message, here or, as a provider application reports, there; false if one had
    /// before.
    pub(super) async fn mark_opened(
        &mut self,
        (mailbox, number): (MailboxId, i64),
        by: Option<ApplicationId>,
        now: Timestamp,
    ) -> sqlx::Result<bool> {
        let marked = self
            .execute(
                "INSERT INTO mark (mailbox_id, number, opened_at, opened_by, read, archived)
                 SELECT m.mailbox_id, m.number, $3, $4, FALSE, FALSE
                 FROM message m
                 WHERE m.mailbox_id = $1 AND m.number = $2
                 ON CONFLICT (mailbox_id, number) DO UPDATE
                 SET opened_at = excluded.opened_at, opened_by = excluded.opened_by
                 WHERE mark.opened_at IS NULL",
                (mailbox, number, now, by),
            )
            .await?;
        Ok(marked == 1)
    }

    /// Raises the display flag; false if it was up.
    pub(super) async fn raise_read(&mut self, mailbox: MailboxId, number: i64) -> sqlx::Result<bool> {
        let raised = self
            .execute(
                "INSERT INTO mark (mailbox_id, number, read, archived)
                 SELECT m.mailbox_id, m.number, TRUE, FALSE
                 FROM message m
                 WHERE m.mailbox_id = $1 AND m.number = $2
                 ON CONFLICT (mailbox_id, number) DO UPDATE
                 SET read = excluded.read
                 WHERE NOT mark.read",
                (mailbox, number),
            )
            .await?;
        Ok(raised == 1)
    }

    /// Lowers the display flag; false if it was down.
    pub(super) async fn lower_read(&mut self, mailbox: MailboxId, number: i64) -> sqlx::Result<bool> {
        let lowered = self
            .execute(
                "UPDATE mark
                 SET read = FALSE
                 WHERE mailbox_id = $1 AND number = $2 AND read",
                (mailbox, number),
            )
            .await?;
        Ok(lowered == 1)
    }

    /// Puts a message into the archive; false if it was there.
    pub(super) async fn archive(&mut self, mailbox: MailboxId, number: i64) -> sqlx::Result<bool> {
        let archived = self
            .execute(
                "INSERT INTO mark (mailbox_id, number, read, archived)
                 SELECT m.mailbox_id, m.number, FALSE, TRUE
                 FROM message m
                 WHERE m.mailbox_id = $1 AND m.number = $2
                 ON CONFLICT (mailbox_id, number) DO UPDATE
                 SET archived = excluded.archived
                 WHERE NOT mark.archived",
                (mailbox, number),
            )
            .await?;
        Ok(archived == 1)
    }

    /// Takes a message out of the archive; false if it was not there.
    pub(super) async fn unarchive(&mut self, mailbox: MailboxId, number: i64) -> sqlx::Result<bool> {
        let taken = self
            .execute(
                "UPDATE mark
                 SET archived = FALSE
                 WHERE mailbox_id = $1 AND number = $2 AND archived",
                (mailbox, number),
            )
            .await?;
        Ok(taken == 1)
    }
}
