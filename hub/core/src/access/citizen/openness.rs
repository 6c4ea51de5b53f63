//! Whether an application is open to this person: its provider's state, test mailboxes, its pilot.

use super::CitizenAccess;
use super::visiting::RequestAccess;
use crate::db::Tx;
use crate::error::Error;
use crate::id::MailboxId;
use crate::provider::Grantable;

impl CitizenAccess {
    /// Whether this person may open that mailbox to the application that asks, as the register is now.
    pub(super) async fn may_open(
        &self,
        tx: &mut Tx,
        request: &RequestAccess,
        mailbox: MailboxId,
    ) -> Result<bool, Error> {
        let found = tx.grantable(request.application.id, self.session.person, mailbox).await?;
        Ok(found.as_ref().is_some_and(Grantable::is_open))
    }
}
