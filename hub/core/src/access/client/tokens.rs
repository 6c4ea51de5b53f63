//! Redeeming codes and refresh tokens, and tokens for the client itself.

use crate::audit::Act;
use crate::clock::Timestamp;
use crate::consent::{Actions, ConsentRow};
use crate::db::Tx;
use crate::error::Error;
use crate::id::{MailboxId, Sha256};
use crate::mailbox::Kind;
use crate::outside::{OutsideKind, OutsideParty};
use crate::peer::Role;
use crate::provider::Application;
use crate::request::RequestRow;
use crate::token::{ACCESS_TOKEN_LIFE, NewToken, Secret, TokenGrant, TokenKind};

use super::{ClientAccess, ClientError};

/// Tokens as they are handed out.
#[derive(Clone, Debug)]
pub struct Issued {
    /// The access token.
    pub access: Secret,
    /// Seconds it lives.
    pub expires_in: u64,
    /// The refresh token, with a code only: it is never rotated (FAPI 2.0 5.3.2.1-9).
    pub refresh: Option<Secret>,
    /// What the citizen granted; `None` for the client's own tokens.
    pub granted: Option<Granted>,
    /// The scope of the client's own tokens.
    pub scope: Option<String>,
}

/// What was granted, in the provider's own ids.
#[derive(Clone, Debug)]
pub struct Granted {
    /// What it may do.
    pub actions: Actions,
    /// Whose box it is.
    pub kind: Kind,
    /// The mailbox, as this provider knows it.
    pub mailbox: String,
    /// The consent, as this provider knows it.
    pub consent: String,
    /// Until when.
    pub until: Timestamp,
    /// The API it is for.
    pub location: String,
}

impl ClientAccess {
    /// Redeems a code: once, within 60 seconds, by the client it was issued to.
    ///
    /// A second use ends the tokens of the first (RFC 6749 4.1.2).
    ///
    /// # Errors
    /// `invalid_grant`, `invalid_target`.
    pub async fn redeem(
        &self,
        code: &str,
        redirect_uri: &str,
        verifier: &str,
    ) -> Result<Issued, ClientError> {
        let parts = self.hub.parts();
        let now = parts.clock.now();
        let refused = || ClientError::oauth("invalid_grant", "the code is not valid for this request");
        let application = self.application().await?;
        let code = Sha256::of(code.as_bytes());
        let mut tx = parts.db.write().await?;

        let request = tx
            .request_of_code(code)
            .await?
            .filter(|request| request.client_id == self.client_id());
        let request = request.ok_or_else(refused)?;
        if request.redeemed_at.is_some() {
            self.punish_reuse(tx, &request, now).await?;
            return Err(refused());
        }
        if request.redirect_uri != redirect_uri || !proves(verifier, &request.challenge) {
            return Err(refused());
        }
        if !tx.redeem_code(code, now).await? {
            return Err(refused());
        }
        let consent = self
            .living_consent(&mut tx, &request, &application, now)
            .await?
            .ok_or_else(refused)?;
        let access = self
            .issue(&mut tx, &consent, &application, (TokenKind::Access, now))
            .await?;
        let refresh = self
            .issue(&mut tx, &consent, &application, (TokenKind::Refresh, now))
            .await?;
        let granted = self.granted(&mut tx, &consent, &application).await?;

        tx.commit().await?;
        Ok(Issued {
            access,
            expires_in: ACCESS_TOKEN_LIFE.as_secs(),
            refresh: Some(refresh),
            granted: Some(granted),
            scope: None,
        })
    }

    /// Fetches a new access token, bound to the certificate presented now (RFC 8705 6.3).
    ///
    /// # Errors
    /// `invalid_grant` also once the consent has ended.
    pub async fn refresh(&self, refresh: &str) -> Result<Issued, ClientError> {
        let parts = self.hub.parts();
        let now = parts.clock.now();
        let refused = || ClientError::oauth("invalid_grant", "the refresh token is not valid");
        let application = self.application().await?;
        let mut tx = parts.db.write().await?;

        let held = tx
            .refresh_token(Sha256::of(refresh.as_bytes()), self.client_id(), now)
            .await?
            .ok_or_else(refused)?;
        let consent = tx
            .consent_of(held.mailbox_id, application.id)
            .await?
            .filter(|consent| {
                consent.grant_id == held.grant_id
                    && consent.state == "authorised"
                    && now < consent.until
                    && consent.token_epoch == held.epoch
                    && application.epoch == held.provider_epoch
            });
        let consent = consent.ok_or_else(refused)?;
        let access = self
            .issue(&mut tx, &consent, &application, (TokenKind::Access, now))
            .await?;
        let granted = self.granted(&mut tx, &consent, &application).await?;

        tx.commit().await?;
        Ok(Issued {
            access,
            expires_in: ACCESS_TOKEN_LIFE.as_secs(),
            refresh: None,
            granted: Some(granted),
            scope: None,
        })
    }

    /// A token for the client itself; `scope` narrows what its role allows.
    ///
    /// # Errors
    /// `invalid_scope`, `invalid_target` if `resource` is not the role's API.
    pub async fn client_credentials(
        &self,
        scope: Option<&str>,
        resource: Option<&str>,
    ) -> Result<Issued, ClientError> {
        let parts = self.hub.parts();
        let now = parts.clock.now();
        let (audience, allowed, epoch) = match self.role() {
            Role::Sender => (&parts.audiences.sender, &SENDER_SCOPES[..], 0),
            _ => (
                &parts.audiences.mailbox,
                &PROVIDER_SCOPES[..],
                self.application().await?.epoch,
            ),
        };
        if resource.is_some_and(|resource| resource != audience) {
            return Err(ClientError::oauth(
                "invalid_target",
                "resource is not an API of this client's role",
            ));
        }
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
        tx.commit().await?;
        Ok(Issued {
            access,
            expires_in: ACCESS_TOKEN_LIFE.as_secs(),
            refresh: None,
            granted: None,
            scope: Some(scope),
        })
    }

    /// Ends a token of this client; a refresh token takes all tokens of its grant with it. Unknown ones are fine.
    pub async fn revoke_token(&self, token: &str) -> Result<(), ClientError> {
        let parts = self.hub.parts();
        let mut tx = parts.db.write().await?;
        tx.revoke_token(Sha256::of(token.as_bytes()), self.client_id())
            .await?;
        tx.commit().await?;
        Ok(())
    }

    async fn punish_reuse(
        &self,
        mut tx: Tx,
        request: &RequestRow,
        now: Timestamp,
    ) -> Result<(), ClientError> {
        if let Some(grant) = request.grant_id {
            tx.drop_tokens(grant).await?;
            let act = Act {
                role: "provider",
                actor: self.client_id().to_owned(),
                action: "reuseCode",
                object: grant.0.to_string(),
            };
            tx.record(self.hub.random().id(now), None, now, act).await?;
        }
        tx.commit().await?;
        tracing::warn!(client = self.client_id(), "an authorization code was used twice");
        Ok(())
    }

    /// The consent that the code stands for, if it still does.
    async fn living_consent(
        &self,
        tx: &mut Tx,
        request: &RequestRow,
        application: &Application,
        now: Timestamp,
    ) -> Result<Option<ConsentRow>, ClientError> {
        let Some(grant) = request.grant_id else {
            return Ok(None);
        };
        let Some(mailbox) = tx.mailbox_of_grant(grant, now).await? else {
            return Ok(None);
        };
        let consent = tx.consent_of(mailbox, application.id).await?;
        Ok(consent.filter(|consent| {
            consent.grant_id == grant && consent.state == "authorised" && now < consent.until
        }))
    }

    async fn issue(
        &self,
        tx: &mut Tx,
        consent: &ConsentRow,
        application: &Application,
        (kind, now): (TokenKind, Timestamp),
    ) -> Result<Secret, ClientError> {
        let parts = self.hub.parts();
        let (prefix, until) = match kind {
            TokenKind::Access => ("fat_", now.plus(ACCESS_TOKEN_LIFE).min(consent.until)),
            TokenKind::Refresh => ("frt_", consent.until),
        };
        let secret = Secret::new(prefix, &parts.random);
        tx.insert_token(NewToken {
            hash: secret.hash(),
            kind,
            role: Role::Provider.name(),
            client_id: self.client_id(),
            audience: &parts.audiences.mailbox,
            scope: None,
            certificate: self.registration.id,
            thumbprint: self.thumbprint(),
            grant: Some(TokenGrant {
                id: consent.grant_id,
                mailbox: consent.mailbox_id,
                application: application.id,
                epoch: consent.token_epoch,
            }),
            provider_epoch: application.epoch,
            issued_at: now,
            until,
        })
        .await?;
        Ok(secret)
    }

    async fn granted(
        &self,
        tx: &mut Tx,
        consent: &ConsentRow,
        application: &Application,
    ) -> Result<Granted, ClientError> {
        let party = OutsideParty::Provider(application.provider.0);
        let kind = kind_of(tx, consent.mailbox_id).await?;
        let outside = self.hub.outside();
        Ok(Granted {
            actions: consent.actions,
            kind,
            mailbox: outside.seal(&party, OutsideKind::Mailbox, consent.mailbox_id.0.into_bytes()),
            consent: outside.seal(&party, OutsideKind::Consent, consent.id.0.into_bytes()),
            until: consent.until,
            location: self.hub.audiences().mailbox.clone(),
        })
    }
}

async fn kind_of(tx: &mut Tx, mailbox: MailboxId) -> Result<Kind, ClientError> {
    let found = tx.mailbox(mailbox).await?;
    let corrupt = || Error::Corrupt {
        table: "consent",
        id: mailbox.0.to_string(),
    };
    Ok(found.ok_or_else(corrupt)?.kind())
}

/// PKCE S256 (RFC 7636 4.6).
fn proves(verifier: &str, challenge: &str) -> bool {
    (43..=128).contains(&verifier.len())
        && data_encoding::BASE64URL_NOPAD.encode(&Sha256::of(verifier.as_bytes()).0) == challenge
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

const SENDER_SCOPES: [&str; 3] = ["publish", "status", "recipients"];
const PROVIDER_SCOPES: [&str; 2] = ["feed", "consents"];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pkce_follows_the_example_of_its_standard() {
        // RFC 7636, appendix B
        let challenge = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";
        assert!(proves("dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk", challenge));
        assert!(!proves("dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXl", challenge));
    }

    #[test]
    fn a_scope_is_narrowed_and_never_widened() {
        assert_eq!(
            narrowed(None, &SENDER_SCOPES).unwrap(),
            "publish status recipients"
        );
        assert_eq!(narrowed(Some("status"), &SENDER_SCOPES).unwrap(), "status");
        assert!(narrowed(Some("feed"), &SENDER_SCOPES).is_err());
        assert!(narrowed(Some(""), &SENDER_SCOPES).is_err());
    }
}
