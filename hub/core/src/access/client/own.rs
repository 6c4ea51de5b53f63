//! Tokens for the client itself, and ending tokens.

use super::software::ROUTING;
use super::{ClientAccess, ClientError, Issued, Less};
use crate::hub::Audiences;
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
        let outcome = match (self.is_own_software(), scope) {
            (true, None) => self.software_token(Less::default(), resource).await,
            (true, Some(ROUTING)) => self.software_token(Less::routing(), resource).await,
            (true, Some(_)) => {
                Err(ClientError::oauth("invalid_scope", "own software has the scope routing alone"))
            }
            (false, _) => self.own_token(scope.map(several).as_deref(), resource).await,
        };
        self.recorded(outcome).await
    }

    pub(super) async fn own_token(
        &self,
        scopes: Option<&[&str]>,
        resource: Option<&str>,
    ) -> Result<Issued, ClientError> {
        let parts = self.hub.parts();
        let now = parts.clock.now();
        let (audience, allowed, epoch) = match self.role() {
            Role::Sender => {
                let api = parts.audiences.sending(resource);
                (api, sender_scopes(&parts.audiences, api), 0)
            }
            _ => {
                let api = parts.audiences.reading_by_oneself(resource);
                (api, provider_scopes(&parts.audiences, api), self.application().await?.epoch)
            }
        };
        if self.role() == Role::Sender && !parts.db.sender_is_valid(self.client_id(), now).await? {
            let description = "the sender application is not registered, or not valid now";
            return Err(ClientError::oauth("unauthorized_client", description));
        }
        let wrong = || ClientError::oauth("invalid_target", "resource is not an API of this client's role");
        let audience = audience.ok_or_else(wrong)?;
        let scope = narrowed(scopes, allowed)?;
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
            key: self.key,
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

/// The scopes of a parameter: at least one, or it names one that nobody has.
fn several(scope: &str) -> Vec<&str> {
    let scopes: Vec<&str> = scope.split(' ').filter(|scope| !scope.is_empty()).collect();
    if scopes.is_empty() { vec![""] } else { scopes }
}

fn narrowed(asked: Option<&[&str]>, allowed: &[&str]) -> Result<String, ClientError> {
    let Some(asked) = asked else {
        return Ok(allowed.join(" "));
    };
    let mut scopes = asked.to_vec();
    scopes.sort_unstable();
    scopes.dedup();
    if scopes.iter().any(|scope| !allowed.contains(scope)) {
        return Err(ClientError::oauth(
            "invalid_scope",
            format!("scopes of this client: {}", allowed.join(" ")),
        ));
    }
    Ok(scopes.join(" "))
}

/// What a sender's token may be good for at an API.
fn sender_scopes(audiences: &Audiences, api: Option<&str>) -> &'static [&'static str] {
    match api {
        Some(api) if api == audiences.federation => &["registry", "recipients"],
        Some(api) if api == audiences.events => &["publish"],
        _ => &SENDER_SCOPES,
    }
}

/// What a provider's own token may be good for at an API. At the Message Registry reference data needs nothing.
fn provider_scopes(audiences: &Audiences, api: Option<&str>) -> &'static [&'static str] {
    match api {
        Some(api) if api == audiences.federation => &["registry"],
        Some(api) if api == audiences.events => &["feed"],
        // the mailboxes whose consent says so
        Some(api) if api == audiences.memo || api == audiences.registry => &["synchronise"],
        _ => &PROVIDER_SCOPES,
    }
}

const SENDER_SCOPES: [&str; 4] = ["publish", "status", "recipients", "feed"];
const PROVIDER_SCOPES: [&str; 5] =
    ["feed", "consents", "synchronise", "grant_management_query", "grant_management_revoke"];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_api_has_its_own_scopes() {
        let audiences = Audiences::of("https://api.localhost:8444");
        let of = |resource: &str| {
            let resource = format!("https://api.localhost:8444/{resource}");
            let (sends, reads) =
                (audiences.sending(Some(&resource)), audiences.reading_by_oneself(Some(&resource)));
            (sender_scopes(&audiences, sends), provider_scopes(&audiences, reads))
        };
        assert_eq!(of("federation/v1"), (&["registry", "recipients"][..], &["registry"][..]));
        assert_eq!(of("events/v1"), (&["publish"][..], &["feed"][..]));
        assert_eq!(of("messageRegistry/v2"), (&SENDER_SCOPES[..], &["synchronise"][..]));
        assert_eq!(of("mailbox/v1").1, &PROVIDER_SCOPES);
        assert_eq!(of("memo/v1").1, &["synchronise"]);
        assert!(audiences.reading(Some(&audiences.events)).is_none(), "no grant is for it");
    }

    #[test]
    fn a_scope_is_narrowed_and_never_widened() {
        assert_eq!(narrowed(None, &SENDER_SCOPES).unwrap(), "publish status recipients feed");
        assert_eq!(narrowed(Some(&["status"]), &SENDER_SCOPES).unwrap(), "status");
        assert!(narrowed(Some(&["synchronise"]), &SENDER_SCOPES).is_err());
        assert!(narrowed(Some(&several("")), &SENDER_SCOPES).is_err());
    }
}
