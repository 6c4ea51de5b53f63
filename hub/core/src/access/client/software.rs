//! Tokens of an enterprise's own software: client credentials that read the one mailbox it belongs to.

use super::tokens::Held;
use super::{ClientAccess, ClientError, Issued, Less};
use crate::consent::Actions;
use crate::peer::Role;
use crate::provider::Reach;
use crate::token::TokenKind;

impl ClientAccess {
    /// A token that reads the mailbox of the software's enterprise, under the consent that stands for it, or does `less`.
    ///
    /// # Errors
    /// `unauthorized_client` once it was ended, stands still, or an operator closed it; `invalid_scope` for the scope
    /// `routing` unless somebody let it; `invalid_target` if `resource` is no API that reads mailboxes.
    pub(super) async fn software_token(
        &self,
        less: Less,
        resource: Option<&str>,
    ) -> Result<Issued, ClientError> {
        let parts = self.hub.parts();
        let now = parts.clock.now();
        let wrong = || ClientError::oauth("invalid_target", "resource is not an API of this client's role");
        let audience = parts.audiences.reading_by_oneself(resource).ok_or_else(wrong)?.to_owned();
        let refused = || ClientError::oauth("unauthorized_client", "the software was ended, or stands still");
        let application = parts.db.application(self.client_id()).await?;
        let application = application.filter(|known| known.reach != Reach::Nothing).ok_or_else(refused)?;
        let owner = application.owner.ok_or_else(refused)?;

        let mut tx = parts.db.write().await?;
        let consent = tx.consent_of(owner, application.id, now).await?;
        let consent = consent.filter(|consent| consent.lives(now)).ok_or_else(refused)?;
        if less.scope.is_some() && !tx.may_route(owner, application.id).await? {
            let description = "nobody let this software tell of partitions and rules";
            return Err(ClientError::oauth("invalid_scope", description));
        }
        let (grant, until) = (consent.grant_id, consent.until);
        let held = Held { grant, application: &application, consents: vec![consent], until, now, audience };
        let access = self.issue(&mut tx, &held, TokenKind::Access, less).await?;
        let granted = match less.scope {
            Some(_) => Vec::new(),
            None => self.granted(&mut tx, &held, less).await?,
        };
        self.record(&mut tx, Some(owner), "clientCredentials", grant.0.to_string()).await?;

        tx.commit().await?;
        let expires_in = held.expires_in();
        Ok(Issued {
            access,
            expires_in,
            refresh: None,
            granted,
            grant: None,
            scope: less.scope.map(str::to_owned),
        })
    }

    /// Whether this client is an enterprise's own software.
    pub(super) fn is_own_software(&self) -> bool {
        self.role() == Role::OwnSoftware
    }
}

impl Less {
    /// A token that tells of partitions and rules, and reads nothing.
    pub(super) fn routing() -> Self {
        Self { actions: Some(Actions::default()), scope: Some(ROUTING), ..Self::default() }
    }
}

/// The scope of telling what partitions and rules an enterprise has.
pub(in crate::access) const ROUTING: &str = "routing";
