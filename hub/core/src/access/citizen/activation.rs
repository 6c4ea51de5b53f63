//! Activation: the citizen's own act by which senders may write digitally at all.

use super::CitizenAccess;
use crate::consent::Ending;
use crate::error::Error;
use crate::id::MailboxId;
use crate::mailbox::Kind;

impl CitizenAccess {
    /// Lets senders write into the citizen's mailbox; false if they already could.
    ///
    /// # Errors
    /// [`Error::Forbidden`] while acting for an enterprise, whose mailbox needs no activation, by a role that decides
    /// nothing, and for a mailbox that is closed.
    pub async fn activate(&self) -> Result<bool, Error> {
        let mailbox = self.citizens_box().await?;
        let parts = self.hub.parts();
        let now = parts.clock.now();
        let mut tx = parts.db.write().await?;
        let changed = tx.activate(mailbox, now).await?;
        if changed {
            let act = self.act("activate", mailbox.0.to_string());
            tx.record(parts.random.id(now), Some(mailbox), now, act).await?;
        }
        tx.commit().await?;
        Ok(changed)
    }

    /// Stops senders from writing and ends every consent; what was delivered stays readable here.
    ///
    /// # Errors
    /// As for [`activate`](Self::activate).
    pub async fn withdraw_activation(&self) -> Result<bool, Error> {
        let mailbox = self.citizens_box().await?;
        let parts = self.hub.parts();
        let now = parts.clock.now();
        let mut tx = parts.db.write().await?;

        tx.lock_mailbox(mailbox).await?;
        let changed = tx.deactivate(mailbox).await?;
        for consent in tx.living_consents(mailbox).await? {
            self.clerk(now).end(&mut tx, (mailbox, consent.id), Ending::ActivationWithdrawn).await?;
        }
        if changed {
            let act = self.act("withdrawActivation", mailbox.0.to_string());
            tx.record(parts.random.id(now), Some(mailbox), now, act).await?;
        }

        tx.commit().await?;
        Ok(changed)
    }

    async fn citizens_box(&self) -> Result<MailboxId, Error> {
        self.must_decide()?;
        let view = self.mailbox().await?;
        if view.kind == Kind::Enterprise || !view.open {
            return Err(Error::Forbidden("activation of this mailbox"));
        }
        Ok(self.session.acting_for)
    }
}
