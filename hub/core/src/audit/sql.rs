//! Statements on `audit_write`.

use uuid::Uuid;

use super::Act;
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
        self.execute(
            "INSERT INTO audit_write (mailbox_id, at, id, role, actor, action, object)
             VALUES ($1, $2, $3, $4, $5, $6, $7)",
            (mailbox.unwrap_or(MailboxId(Uuid::nil())), now, id, act.role, act.actor, act.action, act.object),
        )
        .await?;
        Ok(())
    }
}
