//! Statements on many mailboxes at once.

use data_encoding::HEXLOWER;
use serde_json::json;

use super::sql::{INSERT_IDENTITY, INSERT_MAILBOX};
use super::{Kind, Mailbox, NewIdentity};
use crate::clock::Timestamp;
use crate::db::Tx;
use crate::id::{MailboxId, Sha256};

/// The columns of a mailbox whose id stands in a JSON array.
macro_rules! among {
    ($ids:literal, $rest:literal) => {
        concat!(
            "SELECT id, kind, state, version, total, unread, activated_at, person_state, of_age_at, moved_to
             FROM mailbox
             WHERE id IN (",
            $ids,
            ")",
            $rest
        )
    };
}

impl Tx {
    /// The mailboxes that numbers' hashes lead to; `hashes` is a JSON array.
    pub(super) async fn mailboxes_behind(
        &mut self,
        hashes: String,
    ) -> sqlx::Result<Vec<(Sha256, MailboxId)>> {
        let sql = self.dialect().pick(
            "SELECT i.key_hash, COALESCE(o.moved_to, o.id) AS mailbox_id
             FROM json_each($1) v
             JOIN identity i ON i.key_hash = unhex(v.value)
             JOIN mailbox o ON o.id = i.mailbox_id",
            "SELECT i.key_hash, COALESCE(o.moved_to, o.id) AS mailbox_id
             FROM jsonb_array_elements_text(CAST($1 AS JSONB)) v(value)
             JOIN identity i ON i.key_hash = decode(v.value, 'hex')
             JOIN mailbox o ON o.id = i.mailbox_id",
        );
        self.fetch_all(sql, (hashes,)).await
    }

    /// Points numbers to mailboxes, those that do not point somewhere already.
    pub(super) async fn insert_identities(
        &mut self,
        identities: impl Iterator<Item = NewIdentity>,
    ) -> sqlx::Result<u64> {
        self.insert_all(INSERT_IDENTITY, identities.map(NewIdentity::values).collect()).await
    }

    /// Which of these mailboxes numbers point to; `ids` is a JSON array.
    pub(super) async fn pointed_at(&mut self, ids: String) -> sqlx::Result<Vec<(MailboxId,)>> {
        let sql = self.dialect().pick(
            "SELECT mailbox_id FROM identity WHERE mailbox_id IN (SELECT unhex(v.value) FROM json_each($1) v)",
            "SELECT mailbox_id FROM identity
             WHERE mailbox_id IN (
                 SELECT CAST(v.value AS UUID) FROM jsonb_array_elements_text(CAST($1 AS JSONB)) v(value)
             )",
        );
        self.fetch_all(sql, (ids,)).await
    }

    /// Opens empty mailboxes.
    pub(super) async fn insert_mailboxes(
        &mut self,
        ids: &[(MailboxId,)],
        kind: Kind,
        now: Timestamp,
    ) -> sqlx::Result<u64> {
        let rows = ids.iter().map(|(id,)| (*id, kind.name(), now)).collect();
        self.insert_all(INSERT_MAILBOX, rows).await
    }

    /// The mailboxes of these ids, a JSON array.
    pub(crate) async fn mailboxes_among(&mut self, ids: String) -> sqlx::Result<Vec<Mailbox>> {
        let sql = self.dialect().pick(
            among!("SELECT unhex(v.value) FROM json_each($1) v", ""),
            among!(
                "SELECT CAST(v.value AS UUID) FROM jsonb_array_elements_text(CAST($1 AS JSONB)) v(value)",
                ""
            ),
        );
        self.fetch_all(sql, (ids,)).await
    }

    /// [`Self::mailboxes_among`], locked in their order (DATA rules 1 and 5).
    pub(crate) async fn lock_mailboxes(&mut self, ids: String) -> sqlx::Result<Vec<Mailbox>> {
        let sql = self.dialect().pick(
            among!("SELECT unhex(v.value) FROM json_each($1) v", ""),
            among!(
                "SELECT CAST(v.value AS UUID) FROM jsonb_array_elements_text(CAST($1 AS JSONB)) v(value)",
                " ORDER BY id FOR UPDATE"
            ),
        );
        self.fetch_all(sql, (ids,)).await
    }

    /// Moves the versions and counts of mailboxes into which so many messages come.
    pub(crate) async fn advance_mailboxes(
        &mut self,
        moved: impl IntoIterator<Item = (MailboxId, i64)>,
    ) -> sqlx::Result<u64> {
        let rows: Vec<_> =
            moved.into_iter().map(|(id, count)| json!([HEXLOWER.encode(id.0.as_bytes()), count])).collect();
        let sql = self.dialect().pick(
            "UPDATE mailbox
             SET version = version + (v.value ->> 1), total = total + (v.value ->> 1), unread = unread + (v.value ->> 1)
             FROM json_each($1) v
             WHERE mailbox.id = unhex(v.value ->> 0)",
            "UPDATE mailbox
             SET version = version + CAST(v.value ->> 1 AS BIGINT), total = total + CAST(v.value ->> 1 AS BIGINT),
                 unread = unread + CAST(v.value ->> 1 AS BIGINT)
             FROM jsonb_array_elements(CAST($1 AS JSONB)) v(value)
             WHERE mailbox.id = CAST(v.value ->> 0 AS UUID)",
        );
        self.execute(sql, (json!(rows).to_string(),)).await
    }
}
