//! Introspection: what a client may learn of its own access tokens (RFC 7662).

use super::{ClientAccess, ClientError, Granted};
use crate::clock::Timestamp;
use crate::id::Sha256;
use crate::mailbox::Kind;
use crate::outside::{OutsideKind, OutsideParty};
use crate::peer::Role;
use crate::token::{Presented, ProviderGuard};

/// An active token.
#[derive(Clone, Debug)]
pub struct Introspection {
    /// The client it was issued to.
    pub client_id: String,
    /// The API it is for.
    pub audience: String,
    /// Its scope; `None` if it reads under a grant.
    pub scope: Option<String>,
    /// When it ends.
    pub until: Timestamp,
    /// SHA-256 of the certificate it is bound to.
    pub thumbprint: [u8; 32],
    /// What was granted, if it reads under a grant.
    pub granted: Option<Granted>,
}

impl ClientAccess {
    /// What an access token of this client opens now; `None` if it opens nothing, or is not this client's.
    ///
    /// The certificate that asks need not be the one the token is bound to.
    pub async fn introspect(&self, token: &str) -> Result<Option<Introspection>, ClientError> {
        let parts = self.hub.parts();
        let now = parts.clock.now();
        let token = Sha256::of(token.as_bytes());
        if self.role() == Role::Sender {
            let guard = parts.db.guard_sender(token, now).await?;
            let active = guard.filter(|guard| {
                guard.client_id == self.client_id()
                    && guard.registration == "active"
                    && guard.valid
                    && now < guard.until
            });
            return Ok(active.map(|guard| Introspection {
                client_id: guard.client_id,
                audience: guard.audience,
                scope: guard.scope,
                until: guard.until,
                thumbprint: guard.thumbprint.0,
                granted: None,
            }));
        }
        let guard = parts.db.guard_provider(token, now).await?;
        let active = guard.filter(|guard| {
            let presented = Presented { audience: &guard.audience, thumbprint: &guard.thumbprint.0, now };
            guard.client_id == self.client_id() && guard.check(&presented).is_ok()
        });
        Ok(active.map(|guard| Introspection {
            granted: self.granted_by(&guard),
            client_id: guard.client_id,
            audience: guard.audience,
            scope: guard.scope,
            until: guard.until,
            thumbprint: guard.thumbprint.0,
        }))
    }

    fn granted_by(&self, guard: &ProviderGuard) -> Option<Granted> {
        let party = OutsideParty::Provider(guard.provider_id.0);
        let outside = self.hub.outside();
        Some(Granted {
            actions: guard.actions.map(crate::consent::Actions::from_bits)?,
            kind: Kind::named(guard.kind.as_deref()?)?,
            mailbox: outside.seal(&party, OutsideKind::Mailbox, guard.mailbox_id?.0.into_bytes()),
            consent: outside.seal(&party, OutsideKind::Consent, guard.consent_id?.0.into_bytes()),
            until: guard.consent_until?,
            location: self.hub.audiences().mailbox.clone(),
        })
    }
}
