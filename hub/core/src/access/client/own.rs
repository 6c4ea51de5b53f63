//! Tokens for the client itself, and ending tokens.

use super::{ClientAccess, ClientError, Issued};
use crate::id::Sha256;
use crate::peer::Role;
use crate::token::{ACCESS_TOKEN_LIFE, NewToken, Secret, TokenKind};

impl ClientAccess {
    /// A token for the client itself; `scope` narrows what its role allows.
    ///
    /// # Errors
    /// `invalid_scope`, `invalid_target` if `resource` is not the role's API.
    pub async fn client_credentials(
        &self,
        scope: Option<&str>,
        resource: Option<&str>,
    ) -> Result<Issued, ClientError> {
        let outcome = if self.is_own_software() {
            self.software_token(scope, resource).await
        } else {
            self.own_token(scope, resource).await
        };
        self.recorded(outcome).await
    }

    async fn own_token(&self, scope: Option<&str>, resource: Option<&str>) -> Result<Issued, ClientError> {
        let parts = self.hub.parts();
        let now = parts.clock.now();
        let (audience, allowed, epoch) = match self.role() {
            Role::Sender => (parts.audiences.sending(resource), &SENDER_SCOPES[..], 0),
            _ => {
                let api = parts.audiences.reading(resource);
                let elsewhere = api == Some(parts.audiences.registry.as_str());
                let allowed = if elsewhere { &REGISTRY_SCOPES[..] } else { &PROVIDER_SCOPES[..] };
                (api, allowed, self.application().await?.epoch)
            }
        };
        if self.role() == Role::Sender && !parts.db.sender_is_valid(self.client_id(), now).await? {
            let description = "the sender application is not registered, or not valid now";
            return Err(ClientError::oauth("unauthorized_client", description));
        }
        let wrong = || ClientError::oauth("invalid_target", "resource is not an API of this client's role");
        let audience = audience.ok_or_else(wrong)?;
        let scope = narrowed(scope, allowed)?;
        let access = Secret::new("fat_", &parts.random);
        let mut tx = parts.db.write().await?;
        tx.insert_token(NewToken {
            hash: access.hash(),
            kind: TokenKind::Access,
            role: self.role().name(),
            client_id: self.client_id(),
            audience,
            scope: Some(scope.clone()),
            certificate: self.registration.id,
            thumbprint: self.thumbprint(),
            grant: None,
            provider_epoch: epoch,
            issued_at: now,
            until: now.plus(ACCESS_TOKEN_LIFE),
        })
        .await?;
        self.record(&mut tx, None, "clientCredentials", scope.clone()).await?;
        tx.commit().await?;
        Ok(Issued {
            access,
            expires_in: ACCESS_TOKEN_LIFE.as_secs(),
            refresh: None,
            granted: Vec::new(),
            grant: None,
            scope: Some(scope),
        })
    }

    /// Ends a token of this client; a refresh token takes all tokens of its grant with it. Unknown ones are fine.
    pub async fn revoke_token(&self, token: &str) -> Result<(), ClientError> {
        let parts = self.hub.parts();
        let mut tx = parts.db.write().await?;
        let ended = tx.revoke_token(Sha256::of(token.as_bytes()), self.client_id()).await?;
        if ended > 0 {
            self.record(&mut tx, None, "revokeTokens", ended.to_string()).await?;
        }
        tx.commit().await?;
        Ok(())
    }
}

fn narrowed(asked: Option<&str>, allowed: &[&str]) -> Result<String, ClientError> {
    let Some(asked) = asked else {
        return Ok(allowed.join(" "));
    };
    let mut scopes: Vec<&str> = asked.split(' ').filter(|scope| !scope.is_empty()).collect();
    scopes.sort_unstable();
    scopes.dedup();
    if scopes.is_empty() || scopes.iter().any(|scope| !allowed.contains(scope)) {
        return Err(ClientError::oauth(
            "invalid_scope",
            format!("scopes of this client: {}", allowed.join(" ")),
        ));
    }
    Ok(scopes.join(" "))
}

const SENDER_SCOPES: [&str; 4] = ["publish", "status", "recipients", "feed"];
/// What a provider's own token is good for at the Message Registry: reference data needs none, mailboxes take a grant.
const REGISTRY_SCOPES: [&str; 1] = ["feed"];
const PROVIDER_SCOPES: [&str; 5] =
    ["feed", "consents", "synchronise", "grant_management_query", "grant_management_revoke"];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_scope_is_narrowed_and_never_widened() {
        assert_eq!(narrowed(None, &SENDER_SCOPES).unwrap(), "publish status recipients feed");
        assert_eq!(narrowed(Some("status"), &SENDER_SCOPES).unwrap(), "status");
        assert!(narrowed(Some("synchronise"), &SENDER_SCOPES).is_err());
        assert!(narrowed(Some(""), &SENDER_SCOPES).is_err());
    }
}
