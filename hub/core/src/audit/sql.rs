//! Statements on `audit_write`.

use uuid::Uuid;

use super::{Act, Record};
use crate::clock::Timestamp;
use crate::db::Tx;
use crate::id::MailboxId;

impl Tx {
    /// Records an act on a mailbox; on none, the mailbox is nil.
    pub(crate) async fn record(
        &mut self,
        id: Uuid,
        mailbox: Option<MailboxId>,
        now: Timestamp,
        act: Act<'_>,
    ) -> sqlx::Result<()> {
        self.record_all(vec![Record { id, mailbox, at: now, act }]).await
    }

    /// Records acts.
    pub(crate) async fn record_all(&mut self, records: Vec<Record<'_>>) -> sqlx::Result<()> {
        let row = |Record { id, mailbox, at, act }: Record<'_>| {
            let (role, action) = (act.role.to_owned(), act.action.to_owned());
            (mailbox.unwrap_or(MailboxId(Uuid::nil())), at, id, role, act.actor, action, act.object)
        };
        self.insert_all(
            "INSERT INTO audit_write (mailbox_id, at, id, role, actor, action, object)
             VALUES ($1, $2, $3, $4, $5, $6, $7)",
            records.into_iter().map(row).collect(),
        )
        .await?;
        Ok(())
    }
}
