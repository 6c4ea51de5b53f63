//! What other document providers keep for the mailbox that a person acts for.

use super::CitizenAccess;
use crate::clock::Timestamp;
use crate::error::Error;
use crate::id::MailboxId;
use crate::kept::{self, KeptElsewhere};

impl CitizenAccess {
    /// The newest messages that are kept elsewhere for the mailbox that the person acts for, and the greatest number among
    /// them, by which whoever shows them notes it.
    pub(super) async fn kept_elsewhere(
        &self,
        mailbox: MailboxId,
        now: Timestamp,
    ) -> Result<(Vec<KeptElsewhere>, i64), Error> {
        let party = self.party();
        let (rows, _) = kept::page(&self.hub.parts().db, self.sight(mailbox), (None, SHOWN), now).await?;
        let number = rows.first().map_or(0, |newest| newest.number);
        let shown = rows.into_iter().map(|row| {
            let id = self.hub.outside().seal_kept(&party, mailbox.0, row.number);
            row.shown(id, None)
        });
        Ok((shown.collect::<Result<_, _>>()?, number))
    }
}

/// Messages shown at most.
const SHOWN: usize = 50;
