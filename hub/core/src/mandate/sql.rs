//! Statements on `mandate` and `representative`.

use super::{NewMandate, Represented};
use crate::clock::Timestamp;
use crate::db::{Db, Tx};
use crate::id::MailboxId;

impl Tx {
    /// Forgets every mandate of a source, before its newest state is written.
    pub(crate) async fn drop_mandates(&mut self, source: &str) -> sqlx::Result<u64> {
        self.execute("DELETE FROM mandate WHERE source = $1", (source,)).await
    }

    /// Writes a mandate.
    pub(crate) async fn put_mandate(
        &mut self,
        mandate: &NewMandate,
        source: &str,
        checked_at: Timestamp,
    ) -> sqlx::Result<u64> {
        self.execute(
            "INSERT INTO mandate (mailbox_id, person, role, reference, source, enterprise_name,
                                  valid_from, valid_until, checked_at)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
             ON CONFLICT (mailbox_id, person, role) DO UPDATE
             SET reference = excluded.reference, source = excluded.source,
                 enterprise_name = excluded.enterprise_name, valid_from = excluded.valid_from,
                 valid_until = excluded.valid_until, checked_at = excluded.checked_at",
            (
                mandate.mailbox,
                mandate.person,
                mandate.role.as_str(),
                mandate.reference.as_str(),
                source,
                mandate.enterprise_name.as_str(),
                mandate.valid_from,
                mandate.valid_until,
                checked_at,
            ),
        )
        .await
    }

    /// Notes under which sealed name a person acts for a mailbox.
    pub(crate) async fn put_representative(
        &mut self,
        mailbox: MailboxId,
        person: MailboxId,
        sealed_name: Vec<u8>,
        now: Timestamp,
    ) -> sqlx::Result<u64> {
        self.execute(
            "INSERT INTO representative (mailbox_id, person, sealed_name, seen_at)
             VALUES ($1, $2, $3, $4)
             ON CONFLICT (mailbox_id, person) DO UPDATE
             SET sealed_name = excluded.sealed_name, seen_at = excluded.seen_at",
            (mailbox, person, sealed_name, now),
        )
        .await
    }
}

impl Db {
    /// The enterprises that a person represents at `now`, by name.
    pub(crate) async fn represented_by(
        &self,
        person: MailboxId,
        now: Timestamp,
    ) -> sqlx::Result<Vec<Represented>> {
        self.fetch_all(
            "SELECT mailbox_id, enterprise_name, valid_until
             FROM mandate
             WHERE person = $1 AND valid_from <= $2 AND valid_until > $2
             ORDER BY enterprise_name, mailbox_id",
            (person, now),
        )
        .await
    }
}
