//! Redeeming codes and refresh tokens, and tokens for the client itself.

use crate::audit::Act;
use crate::clock::Timestamp;
use crate::consent::{ConsentRow, Term};
use crate::db::Tx;
use crate::id::{GrantId, MailboxId, Sha256};
use crate::outside::{OutsideKind, OutsideParty};
use crate::provider::Application;
use crate::request::RequestRow;
use crate::token::{ACCESS_TOKEN_LIFE, NewToken, Secret, TokenGrant, TokenKind};

use super::{ClientAccess, ClientError, Granted, Less};

/// Tokens as they are handed out.
#[derive(Clone, Debug)]
pub struct Issued {
    /// The access token.
    pub access: Secret,
    /// Seconds it lives.
    pub expires_in: u64,
    /// The refresh token, with a code only, and not if it was granted once: it is never rotated (FAPI 2.0 5.3.2.1-9).
    pub refresh: Option<Secret>,
    /// What the citizen granted, a mailbox each; empty for the client's own tokens.
    pub granted: Vec<Granted>,
    /// The grant, as this provider knows it, if its request named a grant management action.
    pub grant: Option<String>,
    /// The scope of the client's own tokens.
    pub scope: Option<String>,
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
        let grant = request.grant_id.ok_or_else(refused)?;
        let mut held = self.held(&mut tx, grant, &application, now).await?.ok_or_else(refused)?;
        held.audience = self.api(&request.audience);
        let once = request.term(now).is_some_and(Term::is_once);
        let access = self.issue(&mut tx, &held, TokenKind::Access, Less::default()).await?;
        let refresh = match once {
            true => None,
            false => Some(self.issue(&mut tx, &held, TokenKind::Refresh, Less::default()).await?),
        };
        let granted = self.granted(&mut tx, &held, Less::default()).await?;
        self.record(&mut tx, held.only_mailbox(), "redeem", grant.0.to_string()).await?;

        tx.commit().await?;
        let grant = request.grant_action.is_some().then(|| self.outside_grant(grant, &application));
        Ok(Issued { access, expires_in: held.expires_in(), refresh, granted, grant, scope: None })
    }

    /// Fetches a new access token, bound to the certificate presented now (RFC 8705 6.3); `details` asks for less than
    /// was granted.
    ///
    /// # Errors
    /// `invalid_grant` also once the consents have ended, `unauthorized_client` while they stand still, after which the
    /// refresh token is good again; `invalid_authorization_details` for more than was granted.
    pub async fn refresh(&self, refresh: &str, details: Option<&str>) -> Result<Issued, ClientError> {
        let outcome = self.refresh_with(refresh, details).await;
        self.recorded(outcome).await
    }

    async fn refresh_with(&self, refresh: &str, details: Option<&str>) -> Result<Issued, ClientError> {
        let parts = self.hub.parts();
        let now = parts.clock.now();
        let refused = || ClientError::oauth("invalid_grant", "the refresh token is not valid");
        let application = self.application().await?;
        let mut tx = parts.db.write().await?;

        let hash = Sha256::of(refresh.as_bytes());
        let Some(token) = tx.refresh_token(hash, self.client_id(), now).await? else {
            drop(tx);
            self.hub.came_again(self.client_id(), hash).await?;
            return Err(refused());
        };
        if token.provider_epoch != application.epoch {
            return Err(refused());
        }
        let Some(mut held) = self.held(&mut tx, token.grant_id, &application, now).await? else {
            return Err(self.lost(&mut tx, token.grant_id, &application, now).await?);
        };
        held.consents.retain(|consent| consent.token_epoch == token.epoch);
        if held.consents.is_empty() {
            return Err(refused());
        }
        let (less, location) = match details {
            Some(details) => self.less(details, &application, &held.consents)?,
            None => (Less::default(), None),
        };
        // `resource` says it first, then the element that is asked for, then the grant.
        held.audience = self.api(location.as_ref().unwrap_or(&token.audience));
        let access = self.issue(&mut tx, &held, TokenKind::Access, less).await?;
        let granted = self.granted(&mut tx, &held, less).await?;
        self.record(&mut tx, held.only_mailbox(), "refresh", token.grant_id.0.to_string()).await?;

        tx.commit().await?;
        Ok(Issued { access, expires_in: held.expires_in(), refresh: None, granted, grant: None, scope: None })
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

    /// The consents that stand under a grant; `None` if there is none.
    async fn held<'a>(
        &self,
        tx: &mut Tx,
        grant: GrantId,
        application: &'a Application,
        now: Timestamp,
    ) -> Result<Option<Held<'a>>, ClientError> {
        let mut consents = tx.consents_of_grant(grant, application.id, now).await?;
        consents.retain(|consent| consent.lives(now));
        let until = consents.iter().map(|consent| consent.until).max();
        let audience = self.hub.audiences().mailbox.clone();
        Ok(until.map(|until| Held { grant, application, consents, until, now, audience }))
    }

    /// Why a refresh token fetches nothing: its consents ended, or they stand still, and then the token is kept for the
    /// day on which they go on.
    async fn lost(
        &self,
        tx: &mut Tx,
        grant: GrantId,
        application: &Application,
        now: Timestamp,
    ) -> Result<ClientError, ClientError> {
        let consents = tx.consents_of_grant(grant, application.id, now).await?;
        let suspended = consents.iter().any(|consent| consent.is_suspended(now));
        Ok(match suspended {
            true => {
                ClientError::oauth("unauthorized_client", "the consent stands still; keep the refresh token")
            }
            false => ClientError::oauth("invalid_grant", "the refresh token is not valid"),
        })
    }

    fn outside_grant(&self, grant: GrantId, application: &Application) -> String {
        let party = OutsideParty::Provider(application.provider.0);
        self.hub.outside().seal(&party, OutsideKind::Grant, grant.0.into_bytes())
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

    pub(super) async fn issue(
        &self,
        tx: &mut Tx,
        held: &Held<'_>,
        kind: TokenKind,
        less: Less,
    ) -> Result<Secret, ClientError> {
        let parts = self.hub.parts();
        let (prefix, until) = match kind {
            TokenKind::Access => ("fat_", held.access_until()),
            TokenKind::Refresh => ("frt_", held.until),
        };
        let secret = Secret::new(prefix, &parts.random);
        tx.insert_token(NewToken {
            hash: secret.hash(),
            kind,
            role: self.role().name(),
            client_id: self.client_id(),
            audience: &held.audience,
            scope: less.scope.map(str::to_owned),
            certificate: self.registration.id,
            thumbprint: self.thumbprint(),
            key: self.key,
            grant: Some(TokenGrant {
                id: held.grant,
                application: held.application.id,
                epoch: held.epoch(),
                mailbox: less.mailbox,
                actions: less.actions,
            }),
            provider_epoch: held.application.epoch,
            issued_at: held.now,
            until,
        })
        .await?;
        Ok(secret)
    }

    pub(super) async fn granted(
        &self,
        tx: &mut Tx,
        held: &Held<'_>,
        less: Less,
    ) -> Result<Vec<Granted>, ClientError> {
        let mut granted = Vec::new();
        for consent in &held.consents {
            if less.mailbox.is_some_and(|mailbox| mailbox != consent.mailbox_id) {
                continue;
            }
            let mut one = Granted::of(&self.hub, tx, consent).await?;
            one.location.clone_from(&held.audience);
            one.actions = less.actions.map_or(one.actions, |actions| one.actions.and(actions));
            granted.push(one);
        }
        Ok(granted)
    }
}

/// What a client holds under a grant now: at least one consent that stands.
pub(super) struct Held<'a> {
    pub(super) grant: GrantId,
    pub(super) application: &'a Application,
    pub(super) consents: Vec<ConsentRow>,
    /// When the last of them ends.
    pub(super) until: Timestamp,
    pub(super) now: Timestamp,
    /// The API that tokens are for.
    pub(super) audience: String,
}

impl Held<'_> {
    /// When an access token issued now ends: never later than the last consent.
    fn access_until(&self) -> Timestamp {
        self.now.plus(ACCESS_TOKEN_LIFE).min(self.until)
    }

    pub(super) fn expires_in(&self) -> u64 {
        self.access_until().since(self.now).as_secs()
    }

    /// The token epoch that all consents of a grant share.
    fn epoch(&self) -> i64 {
        self.consents.iter().map(|consent| consent.token_epoch).max().unwrap_or_default()
    }

    /// The mailbox that the audit names, if there is but one.
    fn only_mailbox(&self) -> Option<MailboxId> {
        match self.consents.as_slice() {
            [only] => Some(only.mailbox_id),
            _ => None,
        }
    }
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
