//! A provider asks for a grant of its own, and gives one back (OAuth 2.0 Grant Management, draft 02).

use uuid::Uuid;

use super::ProviderAccess;
use crate::access::client::Granted;
use crate::clock::Timestamp;
use crate::consent::{By, Clerk, ConsentRow, Ending};
use crate::db::Tx;
use crate::error::{Error, TokenRefusal};
use crate::id::GrantId;
use crate::outside::OutsideKind;

/// A grant as its client may see it.
#[derive(Clone, Debug)]
pub struct GrantView {
    /// What is granted now: the consents under it that stand; none while they all stand still.
    pub granted: Vec<Granted>,
    /// When it was created.
    pub created_at: Timestamp,
    /// When it last changed.
    pub updated_at: Timestamp,
    /// When the last of its consents ends by itself.
    pub expires_at: Timestamp,
}

impl ProviderAccess {
    /// What a grant of this client holds now.
    ///
    /// # Errors
    /// [`Error::Token`] without the scope `grant_management_query`; [`Error::NotFound`] if there is none of that id,
    /// or it has ended; [`Error::Forbidden`] if it belongs to another client of the same provider.
    pub async fn grant(&self, grant: &str) -> Result<GrantView, Error> {
        self.needs("grant_management_query")?;
        let mut tx = self.hub.parts().db.read().await?;
        let (row, consents) = self.own_grant(&mut tx, grant).await?;
        let mut granted = Vec::new();
        for consent in consents.iter().filter(|consent| consent.lives(self.now)) {
            granted.push(Granted::of(&self.hub, &mut tx, consent).await?);
        }
        let expires_at = consents.iter().map(|consent| consent.until).max();
        Ok(GrantView {
            granted,
            created_at: row.created_at,
            updated_at: row.updated_at.unwrap_or(row.created_at),
            expires_at: expires_at.unwrap_or(self.now),
        })
    }

    /// Gives a grant back: its consents and tokens end at once. To be called before the provider tells its user.
    ///
    /// # Errors
    /// As for [`grant`](Self::grant), with the scope `grant_management_revoke`.
    pub async fn end_grant(&self, grant: &str) -> Result<(), Error> {
        self.needs("grant_management_revoke")?;
        let parts = self.hub.parts();
        let clerk = Clerk { parts, by: By::Provider { client_id: &self.client_id }, now: self.now };
        let mut tx = parts.db.write().await?;

        let (row, consents) = self.own_grant(&mut tx, grant).await?;
        for consent in &consents {
            clerk.end(&mut tx, (consent.mailbox_id, consent.id), Ending::ProviderEnded).await?;
        }
        tx.drop_tokens(row.id).await?;

        tx.commit().await?;
        Ok(())
    }

    /// A grant of this client, with those of its consents that stand or stand still.
    async fn own_grant(
        &self,
        tx: &mut Tx,
        grant: &str,
    ) -> Result<(crate::consent::GrantRow, Vec<ConsentRow>), Error> {
        let unknown = || Error::NotFound("grant");
        let block = self.hub.outside().open(&self.party, OutsideKind::Grant, grant).ok_or_else(unknown)?;
        let row = tx.grant(GrantId(Uuid::from_bytes(block))).await?.ok_or_else(unknown)?;
        if row.application_id != self.application {
            return Err(Error::Forbidden("a grant of another client"));
        }
        let consents = tx.consents_of_grant(row.id, self.application).await?;
        let held = |consent: &ConsentRow| consent.lives(self.now) || consent.is_suspended(self.now);
        let held: Vec<_> = consents.into_iter().filter(held).collect();
        if held.is_empty() { Err(unknown()) } else { Ok((row, held)) }
    }

    /// That the token is the client's own and has a scope.
    pub(super) fn needs(&self, scope: &'static str) -> Result<(), Error> {
        let held = self.scope.as_deref().unwrap_or_default();
        if held.split(' ').any(|one| one == scope) {
            return Ok(());
        }
        Err(Error::Token(TokenRefusal::MissingScope(scope)))
    }
}
