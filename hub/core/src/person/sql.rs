//! Statements on `person_event`, and on consents by the person who gave them.

use super::PersonEvent;
use crate::clock::Timestamp;
use crate::db::Tx;
use crate::id::{ConsentId, MailboxId, Sha256};

/// An event about to be noted.
pub(crate) struct NewPersonEvent<'a> {
    pub(crate) event: &'a PersonEvent,
    /// The keyed hash of its content.
    pub(crate) digest: Sha256,
    pub(crate) received_at: Timestamp,
}

impl Tx {
    /// Notes an event; false if one of that source and id is known.
    pub(crate) async fn insert_person_event(&mut self, new: &NewPersonEvent<'_>) -> sqlx::Result<bool> {
        let inserted = self
            .execute(
                "INSERT INTO person_event (source, id, digest, kind, at, received_at)
                 VALUES ($1, $2, $3, $4, $5, $6)
                 ON CONFLICT (source, id) DO NOTHING",
                (
                    new.event.source.as_str(),
                    new.event.id.as_str(),
                    new.digest,
                    new.event.what.name(),
                    new.event.at,
                    new.received_at,
                ),
            )
            .await?;
        Ok(inserted == 1)
    }

    /// The digest of a known event.
    pub(crate) async fn person_event(&mut self, source: &str, id: &str) -> sqlx::Result<Option<(Sha256,)>> {
        self.fetch_optional("SELECT digest FROM person_event WHERE source = $1 AND id = $2", (source, id))
            .await
    }

    /// Says whose mailbox an event was about.
    pub(super) async fn settle_person_event(
        &mut self,
        event: &PersonEvent,
        mailbox: MailboxId,
    ) -> sqlx::Result<u64> {
        self.execute(
            "UPDATE person_event SET mailbox_id = $3 WHERE source = $1 AND id = $2",
            (event.source.as_str(), event.id.as_str(), mailbox),
        )
        .await
    }

    /// The living consents that a person gave, for their own mailbox or another's.
    pub(super) async fn consents_given_by(
        &mut self,
        person: MailboxId,
    ) -> sqlx::Result<Vec<(MailboxId, ConsentId)>> {
        let sql = self.dialect().pick(
            "SELECT mailbox_id, id
             FROM consent
             WHERE person = $1 AND state IN ('authorised', 'suspended')
             ORDER BY mailbox_id, id",
            "SELECT mailbox_id, id
             FROM consent
             WHERE person = $1 AND state IN ('authorised', 'suspended')
             ORDER BY mailbox_id, id
             FOR UPDATE",
        );
        self.fetch_all(sql, (person,)).await
    }
}
