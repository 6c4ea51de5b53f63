//! An operator ends a consent, as the last resort: its citizen cannot, or must not have to.

use uuid::Uuid;

use super::OperatorAccess;
use crate::consent::{By, Clerk, Ending};
use crate::error::Error;
use crate::id::ConsentId;
use crate::operator::Duty;
use crate::outside::{OutsideKind, OutsideParty};

impl OperatorAccess {
    /// Ends a consent, named as its provider knows it; ending it again is no error.
    ///
    /// # Errors
    /// [`Error::NotFound`] if that provider never had such a consent, [`Error::Forbidden`].
    pub async fn end_consent(&self, provider: &str, consent: &str) -> Result<(), Error> {
        self.recorded(self.must(Duty::Close)).await?;
        let unknown = || Error::NotFound("consent");
        let parts = self.hub.parts();
        let now = parts.clock.now();
        let mut tx = parts.db.read().await?;
        let provider = tx.provider(provider).await?.ok_or(Error::NotFound("provider"))?.id;
        tx.commit().await?;
        let party = OutsideParty::Provider(provider.0);
        let block = self.hub.outside().open(&party, OutsideKind::Consent, consent).ok_or_else(unknown)?;
        let consent = ConsentId(Uuid::from_bytes(block));
        let (mailbox,) = parts.db.mailbox_of_consent(provider, consent.0).await?.ok_or_else(unknown)?;

        let mut tx = parts.db.write().await?;
        let clerk = Clerk { parts, by: By::Operator { person: &self.operator.person }, now };
        clerk.end(&mut tx, (mailbox, consent), Ending::OperatorEnded).await?;

        tx.commit().await?;
        Ok(())
    }
}
