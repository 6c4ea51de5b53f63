//! Statements of expiry.

use uuid::Uuid;

use super::Place;
use crate::clock::Timestamp;
use crate::db::{Db, Tx, record};
use crate::id::{MailboxId, PublicationId};

record! {
    /// An expired message.
    pub(super) struct Due {
        pub(super) number: i64,
        pub(super) publication_id: PublicationId,
        pub(super) campaign_id: Option<Uuid>,
        pub(super) organization: String,
        pub(super) message_type: String,
        pub(super) read: Option<bool>,
        /// Whether something came after it, and whether that was its withdrawal.
        pub(super) sequel: bool,
        pub(super) withdrawn: bool,
        pub(super) partition: i64,
    }
}

impl Db {
    /// The mailboxes of the messages that expired first; one may come several times.
    pub(super) async fn mailboxes_with_expired(
        &self,
        now: Timestamp,
        limit: i64,
    ) -> sqlx::Result<Vec<(MailboxId,)>> {
        self.fetch_all(
            "SELECT mailbox_id
             FROM message
             WHERE expires_at <= $1
             ORDER BY expires_at, mailbox_id, number
             LIMIT $2",
            (now, limit),
        )
        .await
    }
}

impl Tx {
    /// Expired messages of a mailbox, oldest number first.
    pub(super) async fn expired_in(
        &mut self,
        mailbox: MailboxId,
        now: Timestamp,
        limit: i64,
    ) -> sqlx::Result<Vec<Due>> {
        self.fetch_all(
            "SELECT m.number, m.publication_id, m.campaign_id, m.organization, m.type AS message_type, k.read, m.partition,
                    s.number IS NOT NULL AS sequel, s.withdrawn_at IS NOT NULL AS withdrawn
             FROM message m
             LEFT JOIN mark k ON k.mailbox_id = m.mailbox_id AND k.number = m.number
             LEFT JOIN sequel s ON s.mailbox_id = m.mailbox_id AND s.number = m.number
             WHERE m.mailbox_id = $1 AND m.expires_at <= $2
             ORDER BY m.number
             LIMIT $3",
            (mailbox, now, limit),
        )
        .await
    }

    /// Removes a message and what was marked on it.
    pub(super) async fn delete_message(&mut self, mailbox: MailboxId, number: i64) -> sqlx::Result<()> {
        self.execute("DELETE FROM message_text WHERE mailbox_id = $1 AND number = $2", (mailbox, number))
            .await?;
        self.execute("DELETE FROM mark WHERE mailbox_id = $1 AND number = $2", (mailbox, number)).await?;
        self.execute("DELETE FROM message WHERE mailbox_id = $1 AND number = $2", (mailbox, number)).await?;
        Ok(())
    }

    /// The objects of a publication that stand in the object store.
    pub(super) async fn objects_of(&mut self, place: Place) -> sqlx::Result<Vec<(Uuid,)>> {
        self.fetch_all(
            "SELECT object
             FROM part
             WHERE home = $1 AND publication_id = $2 AND sealed IS NULL",
            (place.home, place.publication),
        )
        .await
    }

    /// Removes a publication with its parts, and with them the keys of its objects.
    pub(super) async fn delete_publication(&mut self, place: Place) -> sqlx::Result<()> {
        self.execute(
            "DELETE FROM part WHERE home = $1 AND publication_id = $2",
            (place.home, place.publication),
        )
        .await?;
        self.execute("DELETE FROM publication WHERE home = $1 AND id = $2", (place.home, place.publication))
            .await?;
        Ok(())
    }
}

impl Db {
    /// Whether a row names this object.
    pub(crate) async fn names_object(&self, object: Uuid) -> sqlx::Result<bool> {
        let found: Option<(Uuid,)> = self
            .fetch_optional("SELECT object FROM part WHERE object = $1 AND sealed IS NULL LIMIT 1", (object,))
            .await?;
        Ok(found.is_some())
    }
}
