//! The audit of writes: who did what to which mailbox, in the transaction of the fact (TRUST T18).
//!
//! Records carry internal ids only. Reads are kept in the reading journal, see [`crate::journal`].

use uuid::Uuid;

use crate::clock::Timestamp;
use crate::db::Tx;
use crate::id::MailboxId;

/// What was done, by whom.
#[derive(Clone, Debug)]
pub(crate) struct Act<'a> {
    /// `citizen`, `provider`, `sender`, `operator` or `hub`.
    pub(crate) role: &'a str,
    /// The internal id or client id of who did it.
    pub(crate) actor: String,
    /// A verb: `publish`, `grant`, `revoke`, ….
    pub(crate) action: &'a str,
    /// The internal id of what it was done to.
    pub(crate) object: String,
}

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
