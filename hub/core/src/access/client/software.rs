//! Tokens of an enterprise's own software: client credentials that read the one mailbox it belongs to.

use super::tokens::Held;
use super::{ClientAccess, ClientError, Issued, Less};
use crate::peer::Role;
use crate::provider::Reach;
use crate::token::TokenKind;

impl ClientAccess {
    /// A token that reads the mailbox of the software's enterprise, under the consent that stands for it.
    ///
    /// # Errors
    /// `unauthorized_client` once it was ended, stands still, or an operator closed it; `invalid_scope` for any scope,
    /// `invalid_target` if `resource` is no API that reads mailboxes.
    pub(super) async fn software_token(
        &self,
        scope: Option<&str>,
        resource: Option<&str>,
    ) -> Result<Issued, ClientError> {
        let parts = self.hub.parts();
        let now = parts.clock.now();
        if scope.is_some() {
            return Err(ClientError::oauth("invalid_scope", "own software has no scopes"));
        }
        let wrong = || ClientError::oauth("invalid_target", "resource is not an API of this client's role");
        let audience = parts.audiences.reading(resource).ok_or_else(wrong)?.to_owned();
        let refused = || ClientError::oauth("unauthorized_client", "the software was ended, or stands still");
        let application = parts.db.application(self.client_id()).await?;
        let application = application.filter(|known| known.reach != Reach::Nothing).ok_or_else(refused)?;
        let owner = application.owner.ok_or_else(refused)?;

        let mut tx = parts.db.write().await?;
        let consent = tx.consent_of(owner, application.id, now).await?;
        let consent = consent.filter(|consent| consent.lives(now)).ok_or_else(refused)?;
        let (grant, until) = (consent.grant_id, consent.until);
        let held = Held { grant, application: &application, consents: vec![consent], until, now, audience };
        let access = self.issue(&mut tx, &held, TokenKind::Access, Less::default()).await?;
        let granted = self.granted(&mut tx, &held, Less::default()).await?;
        self.record(&mut tx, Some(owner), "clientCredentials", grant.0.to_string()).await?;

        tx.commit().await?;
        let expires_in = held.expires_in();
        Ok(Issued { access, expires_in, refresh: None, granted, grant: None, scope: None })
    }

    /// Whether this client is an enterprise's own software.
    pub(super) fn is_own_software(&self) -> bool {
        self.role() == Role::OwnSoftware
    }
}
