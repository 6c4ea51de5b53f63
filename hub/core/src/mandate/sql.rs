//! Statements on `mandate` and `representative`.

use super::represented::{MandateRow, Represented};
use super::{MandateRole, NewMandate};
use crate::clock::Timestamp;
use crate::db::{Db, Tx};
use crate::error::Error;
use crate::id::MailboxId;

impl Tx {
    /// When a source was last asked, as far as its mandates tell.
    pub(crate) async fn mandates_checked_at(&mut self, source: &str) -> sqlx::Result<Option<Timestamp>> {
        let (checked_at,) = self
            .fetch_one("SELECT MAX(checked_at) AS checked_at FROM mandate WHERE source = $1", (source,))
            .await?;
        Ok(checked_at)
    }

    /// Forgets every mandate of a source, before its newest state is written.
    pub(crate) async fn drop_mandates(&mut self, source: &str) -> sqlx::Result<u64> {
        self.execute("DELETE FROM mandate WHERE source = $1", (source,)).await
    }

    /// Forgets every mandate of any other source.
    pub(crate) async fn drop_mandates_but(&mut self, source: &str) -> sqlx::Result<u64> {
        self.execute("DELETE FROM mandate WHERE source <> $1", (source,)).await
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
                                  valid_from, valid_until, checked_at, consents, sealed_name)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
             ON CONFLICT (mailbox_id, person, role) DO UPDATE
             SET reference = excluded.reference, source = excluded.source,
                 enterprise_name = excluded.enterprise_name, valid_from = excluded.valid_from,
                 valid_until = excluded.valid_until, checked_at = excluded.checked_at,
                 consents = excluded.consents, sealed_name = excluded.sealed_name",
            (
                mandate.mailbox,
                mandate.person,
                mandate.role.name(),
                mandate.reference.as_str(),
                source,
                mandate.enterprise_name.as_str(),
                mandate.valid_from,
                mandate.valid_until,
                checked_at,
                mandate.role.decides(),
                mandate.sealed_name.clone(),
            ),
        )
        .await
    }

    /// Ends the mandates of a role over a mailbox at `at`; those that end before stay as they are.
    pub(crate) async fn end_mandates(
        &mut self,
        mailbox: MailboxId,
        role: MandateRole,
        at: Timestamp,
    ) -> sqlx::Result<u64> {
        self.execute(
            "UPDATE mandate SET valid_until = $3 WHERE mailbox_id = $1 AND role = $2 AND valid_until > $3",
            (mailbox, role.name(), at),
        )
        .await
    }

    /// Gives the roles that a person holds to the mailbox of theirs that goes on.
    pub(crate) async fn move_held_mandates(&mut self, from: MailboxId, into: MailboxId) -> sqlx::Result<u64> {
        self.execute(
            "UPDATE mandate
             SET person = $2
             WHERE person = $1 AND mailbox_id <> $2 AND NOT EXISTS (
                 SELECT 1
                 FROM mandate o
                 WHERE o.mailbox_id = mandate.mailbox_id AND o.person = $2 AND o.role = mandate.role
             )",
            (from, into),
        )
        .await
    }

    /// The roles over a mailbox that others hold: who, which, and the sealed name of the person represented.
    pub(crate) async fn mandates_over(
        &mut self,
        mailbox: MailboxId,
    ) -> sqlx::Result<Vec<(MailboxId, String, Option<Vec<u8>>)>> {
        self.fetch_all(
            "SELECT person, role, sealed_name FROM mandate WHERE mailbox_id = $1 ORDER BY person, role",
            (mailbox,),
        )
        .await
    }

    /// Moves a role over one mailbox to another of the same person; zero rows if it is held there already.
    pub(crate) async fn move_mandate(
        &mut self,
        (from, into): (MailboxId, MailboxId),
        (person, role): (MailboxId, &str),
        sealed_name: Option<Vec<u8>>,
    ) -> sqlx::Result<u64> {
        self.execute(
            "UPDATE mandate
             SET mailbox_id = $2, sealed_name = $5
             WHERE mailbox_id = $1 AND person = $3 AND role = $4 AND person <> $2 AND NOT EXISTS (
                 SELECT 1 FROM mandate o WHERE o.mailbox_id = $2 AND o.person = $3 AND o.role = $4
             )",
            (from, into, person, role, sealed_name),
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
    /// The mailboxes that a person may act for at `now` by a mandate.
    pub(crate) async fn represented_by(
        &self,
        person: MailboxId,
        now: Timestamp,
    ) -> Result<Vec<Represented>, Error> {
        let rows: Vec<MandateRow> = self
            .fetch_all(
                "SELECT mailbox_id, role, enterprise_name, sealed_name
                 FROM mandate
                 WHERE person = $1 AND valid_from <= $2 AND valid_until > $2
                 ORDER BY mailbox_id, role",
                (person, now),
            )
            .await?;
        Represented::gathered(rows)
    }
}
