//! Introspection: what a client may learn of its own access tokens (RFC 7662).

use super::{ClientAccess, ClientError, Granted};
use crate::clock::Timestamp;
use crate::id::Sha256;
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
    /// What was granted, a mailbox each, if it reads under a grant.
    pub granted: Vec<Granted>,
}

impl ClientAccess {
    /// What an access token of this client opens now; `None` if it opens nothing, or is not this client's.
    ///
    /// A token that was issued for an assertion is another issuer's. The certificate that asks need not be the one the token is bound to.
    pub async fn introspect(&self, token: &str) -> Result<Option<Introspection>, ClientError> {
        let parts = self.hub.parts();
        let now = parts.clock.now();
        let token = Sha256::of(token.as_bytes());
        if parts.db.is_asserted(token).await? {
            return Ok(None);
        }
        if self.role() == Role::Sender {
            let guard = parts.db.guard_sender(token, now).await?;
            let active = guard.filter(|guard| {
                guard.client_id == self.client_id() && guard.registered && guard.valid && now < guard.until
            });
            return Ok(active.map(|guard| Introspection {
                client_id: guard.client_id,
                audience: guard.audience,
                scope: guard.scope,
                until: guard.until,
                thumbprint: guard.thumbprint.0,
                granted: Vec::new(),
            }));
        }
        let rows = self.hub.guards().provider(token).await?;
        let Some(first) = rows.first().filter(|first| first.client_id == self.client_id()).cloned() else {
            return Ok(None);
        };
        let presented = Presented { audience: &first.audience, thumbprint: &first.thumbprint.0, now };
        let Ok(standing) = ProviderGuard::standing(rows, &presented) else {
            return Ok(None);
        };
        Ok(Some(Introspection {
            granted: standing.iter().filter_map(|guard| Granted::by(&self.hub, guard)).collect(),
            client_id: first.client_id.clone(),
            audience: first.audience.clone(),
            scope: first.scope.clone(),
            until: first.until,
            thumbprint: first.thumbprint.0,
        }))
    }
}
