//! Statements on `mailbox` and `identity`.

use super::{Kind, Mailbox};
use crate::clock::Timestamp;
use crate::db::{Db, Tx};
use crate::id::{MailboxId, Sha256};

/// A number about to point to a mailbox.
pub(super) struct NewIdentity {
    pub(super) hash: Sha256,
    pub(super) key_no: u16,
    pub(super) kind: Kind,
    pub(super) sealed: Vec<u8>,
    pub(super) mailbox: MailboxId,
}

impl NewIdentity {
    /// In the order of [`INSERT_IDENTITY`].
    pub(super) fn values(self) -> (Sha256, i64, &'static str, Vec<u8>, MailboxId) {
        (self.hash, i64::from(self.key_no), self.kind.name(), self.sealed, self.mailbox)
    }
}

impl Tx {
    /// The mailbox that a number's hash points to now; a replaced number points where its successor does, a merged one to
    /// the mailbox that it was merged into.
    pub(super) async fn mailbox_of(&mut self, hash: Sha256) -> sqlx::Result<Option<Mailbox>> {
        self.fetch_optional(
            "SELECT m.id, m.kind, m.state, m.version, m.total, m.unread, m.activated_at, m.person_state, m.of_age_at, m.moved_to
             FROM identity i
             JOIN mailbox o ON o.id = i.mailbox_id
             JOIN mailbox m ON m.id = COALESCE(o.moved_to, o.id)
             WHERE i.key_hash = $1",
            (hash,),
        )
        .await
    }

    /// The mailbox of that id.
    pub(crate) async fn mailbox(&mut self, id: MailboxId) -> sqlx::Result<Option<Mailbox>> {
        self.fetch_optional(
            "SELECT id, kind, state, version, total, unread, activated_at, person_state, of_age_at, moved_to
             FROM mailbox
             WHERE id = $1",
            (id,),
        )
        .await
    }

    /// Points a number to a mailbox; false if the number already points somewhere.
    pub(super) async fn insert_identity(&mut self, identity: NewIdentity) -> sqlx::Result<bool> {
        Ok(self.execute(INSERT_IDENTITY, identity.values()).await? == 1)
    }

    /// Opens an empty mailbox.
    pub(super) async fn insert_mailbox(
        &mut self,
        id: MailboxId,
        kind: Kind,
        now: Timestamp,
    ) -> sqlx::Result<u64> {
        self.execute(INSERT_MAILBOX, (id, kind.name(), now)).await
    }

    /// Locks a mailbox until the end of the transaction and reads it as it is then.
    ///
    /// Whoever must see what the lock protects reads it in a statement after this one (DATA rule 1).
    pub(crate) async fn lock_mailbox(&mut self, id: MailboxId) -> sqlx::Result<Option<Mailbox>> {
        let sql = self.dialect().pick(
            "SELECT id, kind, state, version, total, unread, activated_at, person_state, of_age_at, moved_to
             FROM mailbox
             WHERE id = $1",
            "SELECT id, kind, state, version, total, unread, activated_at, person_state, of_age_at, moved_to
             FROM mailbox
             WHERE id = $1
             FOR UPDATE",
        );
        self.fetch_optional(sql, (id,)).await
    }

    /// Moves the version and the counts; gives the new version.
    pub(crate) async fn move_mailbox(&mut self, id: MailboxId, total: i64, unread: i64) -> sqlx::Result<i64> {
        let (version,) = self
            .fetch_one(
                "UPDATE mailbox
                 SET version = version + 1, total = total + $2, unread = unread + $3
                 WHERE id = $1
                 RETURNING version",
                (id, total, unread),
            )
            .await?;
        Ok(version)
    }

    /// Lets senders write; false if they already could.
    pub(crate) async fn activate(&mut self, id: MailboxId, now: Timestamp) -> sqlx::Result<bool> {
        let changed = self
            .execute(
                "UPDATE mailbox
                 SET activated_at = $2, version = version + 1
                 WHERE id = $1 AND activated_at IS NULL",
                (id, now),
            )
            .await?;
        Ok(changed == 1)
    }

    /// Stops senders from writing; false if they already could not.
    pub(crate) async fn deactivate(&mut self, id: MailboxId) -> sqlx::Result<bool> {
        let changed = self
            .execute(
                "UPDATE mailbox
                 SET activated_at = NULL, version = version + 1
                 WHERE id = $1 AND activated_at IS NOT NULL",
                (id,),
            )
            .await?;
        Ok(changed == 1)
    }

    /// The sealed number of a mailbox's holder, with its kind and the hash that is its key: the one that points to the mailbox
    /// itself, else the one that counts for the same person.
    pub(super) async fn sealed_number(
        &mut self,
        id: MailboxId,
    ) -> sqlx::Result<Option<(Sha256, String, Vec<u8>)>> {
        self.fetch_optional(
            "SELECT i.key_hash, i.kind, i.sealed_number
             FROM mailbox o
             JOIN mailbox m
               ON m.id = COALESCE(o.moved_to, o.id) OR m.moved_to = COALESCE(o.moved_to, o.id)
             JOIN identity i ON i.mailbox_id = m.id AND i.state <> 'replaced'
             WHERE o.id = $1
             ORDER BY CASE WHEN m.id = o.id THEN 0 WHEN m.moved_to IS NULL THEN 1 ELSE 2 END, i.key_hash
             LIMIT 1",
            (id,),
        )
        .await
    }

    /// An enterprise's sealed number, with the hash that is its key.
    pub(super) async fn sealed_enterprise_number(
        &mut self,
        id: MailboxId,
    ) -> sqlx::Result<Option<(Sha256, Vec<u8>)>> {
        self.fetch_optional(
            "SELECT key_hash, sealed_number
             FROM identity
             WHERE mailbox_id = $1 AND kind = 'enterprise' AND state = 'current'",
            (id,),
        )
        .await
    }
}

impl Db {
    /// The sealed numbers that point to a mailbox or to another one of the same person, those that have a successor too.
    pub(super) async fn sealed_numbers(&self, id: MailboxId) -> sqlx::Result<Vec<(Sha256, String, Vec<u8>)>> {
        self.fetch_all(
            "SELECT i.key_hash, i.kind, i.sealed_number
             FROM mailbox o
             JOIN mailbox m
               ON m.id = COALESCE(o.moved_to, o.id) OR m.moved_to = COALESCE(o.moved_to, o.id)
             JOIN identity i ON i.mailbox_id = m.id
             WHERE o.id = $1
             ORDER BY i.key_hash",
            (id,),
        )
        .await
    }
}

pub(super) const INSERT_IDENTITY: &str =
    "INSERT INTO identity (key_hash, hash_key_no, kind, sealed_number, mailbox_id, state)
     VALUES ($1, $2, $3, $4, $5, 'current')
     ON CONFLICT (key_hash) DO NOTHING";
pub(super) const INSERT_MAILBOX: &str =
    "INSERT INTO mailbox (id, kind, state, version, total, unread, created_at)
     VALUES ($1, $2, 'open', 0, 0, 0, $3)";
