//! A provider, or an enterprise's own software, in the federation: who is on the list; that an enterprise wants no paper.

use super::{Granted, ProviderAccess};
use crate::access::federation::listed;
use crate::audit::Act;
use crate::document_provider::DocumentProvider;
use crate::error::Error;
use crate::number::EnterpriseNumber;

impl ProviderAccess {
    /// Everybody on the list of the federation, by id.
    ///
    /// # Errors
    /// [`Error::Token`] without the scope `registry`, which own software need not have.
    pub async fn document_providers(&self) -> Result<Vec<DocumentProvider>, Error> {
        if !self.own {
            self.needs("registry")?;
        }
        listed(&self.hub).await
    }

    /// Keeps whether an enterprise wants no paper any more, as its own software says.
    ///
    /// # Errors
    /// [`Error::Forbidden`] for whoever is not own software of that enterprise, and for a token that is narrowed to nothing.
    pub async fn prefer(&self, enterprise: &str, exclusively: bool) -> Result<(), Error> {
        let own = match (self.own, self.granted.as_slice()) {
            (true, [granted]) => self.enterprise_number(granted.mailbox).await?.map(|own| (granted, own)),
            _ => None,
        };
        let asked = EnterpriseNumber::parse(enterprise).ok();
        let fits = |(granted, own): &(&Granted, EnterpriseNumber)| {
            asked == Some(*own) && !granted.actions.is_empty()
        };
        let Some((granted, _)) = own.filter(fits) else {
            self.hub.record_refusal(self.role(), &self.client_id, "preferences").await?;
            return Err(Error::Forbidden("deciding for another than the own enterprise"));
        };
        let parts = self.hub.parts();
        let mut tx = parts.db.write().await?;
        tx.put_preference(granted.mailbox, exclusively, self.now).await?;
        let act = Act {
            role: self.role().name(),
            actor: self.application.0.to_string(),
            action: "prefer",
            object: format!("exclusivelyEbox={exclusively}"),
        };
        tx.record(parts.random.id(self.now), Some(granted.mailbox), self.now, act).await?;
        tx.commit().await?;
        Ok(())
    }
}
