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
        let outcome = self.redeem_once(code, redirect_uri, verifier).await;
        self.recorded(outcome).await
    }

    async fn redeem_once(
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

        let request = tx.request_of_code(code).await?.filter(|request| request.client_id == self.client_id());
        let request = request.ok_or_else(refused)?;
        if request.redirect_uri != redirect_uri || !proves(verifier, &request.challenge) {
            return Err(refused());
        }
        if !tx.redeem_code(code, now).await? {
            // Used before, perhaps by a request that ran beside this one, or too late.
            let request = tx.request_of_code(code).await?.ok_or_else(refused)?;
            self.punish_reuse(tx, &request).await?;
            return Err(refused());
        }
        let consent = self.living_consent(&mut tx, &request, &application, now).await?.ok_or_else(refused)?;
        let access = self.issue(&mut tx, &consent, &application, (TokenKind::Access, now)).await?;
        let refresh = self.issue(&mut tx, &consent, &application, (TokenKind::Refresh, now)).await?;
        let granted = self.granted(&mut tx, &consent, &application).await?;
        self.record(&mut tx, Some(consent.mailbox_id), "redeem", consent.grant_id.0.to_string()).await?;

        tx.commit().await?;
        Ok(Issued {
            access,
            expires_in: access_until(&consent, now).since(now).as_secs(),
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
        let outcome = self.refresh_with(refresh).await;
        self.recorded(outcome).await
    }

    async fn refresh_with(&self, refresh: &str) -> Result<Issued, ClientError> {
        let parts = self.hub.parts();
        let now = parts.clock.now();
        let refused = || ClientError::oauth("invalid_grant", "the refresh token is not valid");
        let application = self.application().await?;
        let mut tx = parts.db.write().await?;

        let held = tx
            .refresh_token(Sha256::of(refresh.as_bytes()), self.client_id(), now)
            .await?
            .ok_or_else(refused)?;
        let consent = tx.consent_of(held.mailbox_id, application.id).await?.filter(|consent| {
            consent.grant_id == held.grant_id
                && consent.state == "authorised"
                && now < consent.until
                && consent.token_epoch == held.epoch
                && application.epoch == held.provider_epoch
        });
        let consent = consent.ok_or_else(refused)?;
        let access = self.issue(&mut tx, &consent, &application, (TokenKind::Access, now)).await?;
        let granted = self.granted(&mut tx, &consent, &application).await?;
        self.record(&mut tx, Some(consent.mailbox_id), "refresh", consent.grant_id.0.to_string()).await?;

        tx.commit().await?;
        Ok(Issued {
            access,
            expires_in: access_until(&consent, now).since(now).as_secs(),
            refresh: None,
            granted: Some(granted),
            scope: None,
        })
    }

    async fn punish_reuse(&self, mut tx: Tx, request: &RequestRow) -> Result<(), ClientError> {
        if request.redeemed_at.is_none() {
            return Ok(());
        }
        if let Some(grant) = request.grant_id {
            tx.move_token_epoch(grant).await?;
            tx.drop_tokens(grant).await?;
            self.record(&mut tx, None, "reuseCode", grant.0.to_string()).await?;
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

    /// Leaves an audit record of what this client did.
    pub(super) async fn record(
        &self,
        tx: &mut Tx,
        mailbox: Option<MailboxId>,
        action: &'static str,
        object: String,
    ) -> Result<(), ClientError> {
        let now = self.hub.now();
        let act = Act { role: self.role().name(), actor: self.client_id().to_owned(), action, object };
        tx.record(self.hub.random().id(now), mailbox, now, act).await?;
        Ok(())
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
            TokenKind::Access => ("fat_", access_until(consent, now)),
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
    let corrupt = || Error::Corrupt { table: "consent", id: mailbox.0.to_string() };
    Ok(found.ok_or_else(corrupt)?.kind())
}

/// When an access token issued at `now` ends: never later than its consent.
fn access_until(consent: &ConsentRow, now: Timestamp) -> Timestamp {
    now.plus(ACCESS_TOKEN_LIFE).min(consent.until)
}

/// PKCE S256 (RFC 7636 4.6).
fn proves(verifier: &str, challenge: &str) -> bool {
    (43..=128).contains(&verifier.len())
        && data_encoding::BASE64URL_NOPAD.encode(&Sha256::of(verifier.as_bytes()).0) == challenge
}

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
}
