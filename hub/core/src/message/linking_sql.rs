//! Statements of linking: the publication, and its copies in other mailboxes.

use super::Place;
use crate::clock::Timestamp;
use crate::db::{Db, Tx, record};
use crate::id::{MailboxId, PublicationId};

record! {
    /// A publication's row.
    pub(super) struct PublicationRow {
        pub(super) message_type: String,
        pub(super) header: String,
        pub(super) sealed_header: Option<Vec<u8>>,
        pub(super) expires_at: Timestamp,
    }
}

impl Tx {
    /// The publication at a place.
    pub(super) async fn publication_at(&mut self, place: Place) -> sqlx::Result<Option<PublicationRow>> {
        self.fetch_optional(
            "SELECT message_type, header, sealed_header, expires_at
             FROM publication
             WHERE home = $1 AND id = $2",
            (place.home, place.publication),
        )
        .await
    }

    /// Keeps which publication is the copy of another in a mailbox; the first one stays.
    pub(crate) async fn insert_link(
        &mut self,
        application: &str,
        (original, copy): (PublicationId, PublicationId),
        mailbox: MailboxId,
    ) -> sqlx::Result<u64> {
        self.execute(
            "INSERT INTO linked (application, publication_id, mailbox_id, copy_id)
             VALUES ($1, $2, $3, $4)
             ON CONFLICT (application, publication_id, mailbox_id) DO NOTHING",
            (application, original, mailbox, copy),
        )
        .await
    }
}

impl Db {
    /// The copy of a publication in a mailbox.
    pub(crate) async fn link(
        &self,
        application: &str,
        original: PublicationId,
        mailbox: MailboxId,
    ) -> sqlx::Result<Option<PublicationId>> {
        let found = self
            .fetch_optional(
                "SELECT copy_id
                 FROM linked
                 WHERE application = $1 AND publication_id = $2 AND mailbox_id = $3",
                (application, original, mailbox),
            )
            .await?;
        Ok(found.map(|(copy,)| copy))
    }
}
