//! Statements on `sequel`, and on what a withdrawal takes out of a message.

use super::Place;
use crate::clock::Timestamp;
use crate::db::Tx;
use crate::id::{MailboxId, PublicationId};

impl Tx {
    /// Whether a message was withdrawn.
    pub(super) async fn is_withdrawn(&mut self, mailbox: MailboxId, number: i64) -> sqlx::Result<bool> {
        let (withdrawn,) = self
            .fetch_one(
                "SELECT EXISTS (
                     SELECT 1
                     FROM sequel
                     WHERE mailbox_id = $1 AND number = $2 AND withdrawn_at IS NOT NULL
                 ) AS withdrawn",
                (mailbox, number),
            )
            .await?;
        Ok(withdrawn)
    }

    /// Notes that a message was withdrawn, and why: JSON by language.
    pub(super) async fn put_withdrawal(
        &mut self,
        (mailbox, number): (MailboxId, i64),
        at: Timestamp,
        reason: &str,
    ) -> sqlx::Result<u64> {
        self.execute(
            "INSERT INTO sequel (mailbox_id, number, withdrawn_at, reason)
             VALUES ($1, $2, $3, $4)
             ON CONFLICT (mailbox_id, number) DO UPDATE
             SET withdrawn_at = excluded.withdrawn_at, reason = excluded.reason",
            (mailbox, number, at, reason),
        )
        .await
    }

    /// Notes that a message corrects another one of its mailbox.
    pub(crate) async fn link_correction(
        &mut self,
        mailbox: MailboxId,
        (old, new): (i64, i64),
    ) -> sqlx::Result<()> {
        self.execute(
            "INSERT INTO sequel (mailbox_id, number, replaced_by)
             VALUES ($1, $2, $3)
             ON CONFLICT (mailbox_id, number) DO UPDATE
             SET replaced_by = excluded.replaced_by",
            (mailbox, old, new),
        )
        .await?;
        self.execute(
            "INSERT INTO sequel (mailbox_id, number, replaces)
             VALUES ($1, $2, $3)
             ON CONFLICT (mailbox_id, number) DO UPDATE
             SET replaces = excluded.replaces",
            (mailbox, new, old),
        )
        .await?;
        Ok(())
    }

    /// Forgets what came after a message that is about to go, and that others name it.
    pub(super) async fn delete_sequel(&mut self, mailbox: MailboxId, number: i64) -> sqlx::Result<()> {
        self.execute(
            "UPDATE sequel
             SET replaced_by = NULL
             WHERE mailbox_id = $1 AND number = (
                 SELECT s.replaces FROM sequel s WHERE s.mailbox_id = $1 AND s.number = $2
             )",
            (mailbox, number),
        )
        .await?;
        self.execute(
            "UPDATE sequel
             SET replaces = NULL
             WHERE mailbox_id = $1 AND number = (
                 SELECT s.replaced_by FROM sequel s WHERE s.mailbox_id = $1 AND s.number = $2
             )",
            (mailbox, number),
        )
        .await?;
        self.execute("DELETE FROM sequel WHERE mailbox_id = $1 AND number = $2", (mailbox, number)).await?;
        Ok(())
    }

    /// Removes the parts of a publication, and with them the keys of its objects; leaves it this header.
    pub(super) async fn empty_publication(&mut self, place: Place, header: &str) -> sqlx::Result<()> {
        self.execute(
            "DELETE FROM part WHERE home = $1 AND publication_id = $2",
            (place.home, place.publication),
        )
        .await?;
        self.execute(
            "UPDATE publication
             SET header = $3, sealed_header = NULL
             WHERE home = $1 AND id = $2",
            (place.home, place.publication, header),
        )
        .await?;
        Ok(())
    }

    /// Leaves a message nothing but another subject: no attachments, no payment, no replies.
    pub(super) async fn empty_message(
        &mut self,
        (mailbox, number): (MailboxId, i64),
        subject: &str,
        folded: &str,
    ) -> sqlx::Result<()> {
        self.execute(
            "UPDATE message
             SET flags = 0, subject = $3
             WHERE mailbox_id = $1 AND number = $2",
            (mailbox, number, subject),
        )
        .await?;
        self.execute(
            "INSERT INTO message_text (mailbox_id, number, folded)
             VALUES ($1, $2, $3)
             ON CONFLICT (mailbox_id, number) DO UPDATE
             SET folded = excluded.folded",
            (mailbox, number, folded),
        )
        .await?;
        Ok(())
    }

    /// Tells the sender's own view that the message was withdrawn; false if it was before, or a person has opened it.
    pub(super) async fn note_withdrawn(
        &mut self,
        application: &str,
        publication: PublicationId,
        at: Timestamp,
    ) -> sqlx::Result<bool> {
        let noted = self
            .execute(
                "UPDATE sent
                 SET withdrawn_at = $3
                 WHERE application = $1 AND publication_id = $2 AND withdrawn_at IS NULL AND opened_at IS NULL",
                (application, publication, at),
            )
            .await?;
        Ok(noted == 1)
    }
}
