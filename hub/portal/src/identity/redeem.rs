//! From the code that the browser brings back to a person: the ID token, verified, and what it says.

use std::time::{Duration, UNIX_EPOCH};

use hub_core::access::citizen::{LoginReturned, VerifiedPerson};
use hub_core::clock::Timestamp;
use openidconnect::core::{
    CoreErrorResponseType, CoreGenderClaim, CoreJweContentEncryptionAlgorithm, CoreJwsSigningAlgorithm,
};
use openidconnect::{
    AccessToken, AuthorizationCode, ClaimsVerificationError, EndUserFamilyName, EndUserGivenName,
    EndUserName, IdToken, IdTokenClaims, Nonce, OAuth2TokenResponse as _, PkceCodeVerifier,
    RequestTokenError, SignatureVerificationError, SubjectIdentifier, TokenResponse as _, UserInfoClaims,
};

use super::claims::Claims;
use super::{Client, Identity, chain, transport};
use crate::view::LoginFault;

type Token = IdToken<Claims, CoreGenderClaim, CoreJweContentEncryptionAlgorithm, CoreJwsSigningAlgorithm>;
type TokenClaims = IdTokenClaims<Claims, CoreGenderClaim>;

impl Identity {
    /// Redeems a code and verifies who logged in, and how well.
    ///
    /// # Errors
    /// The page to show; its cause is logged here, without what was received.
    pub(crate) async fn redeem(
        &self,
        code: &str,
        login: &LoginReturned,
        now: Timestamp,
    ) -> Result<VerifiedPerson, LoginFault> {
        let metadata = self.metadata().await.map_err(|error| unavailable(&chain(&error)))?;
        let client = self.client(&metadata);
        let (access_token, token) = self.exchange(&client, code, login).await?;
        let claims = match self.verified(&client, &token, login, now) {
            Err(ClaimsVerificationError::SignatureVerification(
                SignatureVerificationError::NoMatchingKey,
            )) => {
                let metadata = self.metadata_again(now).await.map_err(|error| unavailable(&chain(&error)))?;
                self.verified(&self.client(&metadata), &token, login, now)
            }
            known => known,
        };
        let claims = claims.map_err(|error| unavailable(&chain(&error)))?;
        let level = self.level(&claims)?;
        let auth_time = claims.auth_time().ok_or_else(|| unavailable("no auth_time"))?;

        let (ssin, name) = self.person(&client, &access_token, &claims).await?;
        Ok(VerifiedPerson {
            ssin,
            name,
            acr: level,
            auth_time: Timestamp::from_seconds(auth_time.timestamp()),
            id_token: token.to_string(),
        })
    }

    async fn exchange(
        &self,
        client: &Client,
        code: &str,
        login: &LoginReturned,
    ) -> Result<(AccessToken, Token), LoginFault> {
        let http = transport::over(self.outbound.clone());
        let request = client
            .exchange_code(AuthorizationCode::new(code.to_owned()))
            .map_err(|error| unavailable(&error.to_string()))?
            .set_pkce_verifier(PkceCodeVerifier::new(login.verifier.clone()));
        // What was received may hold a token: of an answer that cannot be read only that much is told.
        let tokens = request.request_async(&http).await.map_err(|error| match &error {
            RequestTokenError::ServerResponse(answer) => refused(answer.error()),
            RequestTokenError::Request(_) => unavailable(&chain(&error)),
            RequestTokenError::Parse(..) | RequestTokenError::Other(_) => {
                unavailable("the token answer cannot be read")
            }
        })?;
        let token = tokens.id_token().cloned();
        let token = token.ok_or_else(|| unavailable("no ID token"))?;
        Ok((tokens.access_token().clone(), token))
    }

    /// Signature, issuer, audience, time and nonce.
    fn verified(
        &self,
        client: &Client,
        token: &Token,
        login: &LoginReturned,
        now: Timestamp,
    ) -> Result<TokenClaims, ClaimsVerificationError> {
        let now = UNIX_EPOCH + Duration::from_micros(u64::try_from(now.0).unwrap_or(0));
        let verifier = client
            .id_token_verifier()
            .set_allowed_algs(self.algorithms.clone())
            .set_time_fn(move || now.into());
        let nonce = |nonce: Option<&Nonce>| match nonce {
            Some(nonce) if login.knows_nonce(nonce.secret()) => Ok(()),
            _ => Err("the nonce is not the one that was sent".to_owned()),
        };
        token.claims(&verifier, nonce).cloned()
    }

    /// The level of assurance, if it suffices; a service that names none gives none.
    fn level(&self, claims: &TokenClaims) -> Result<String, LoginFault> {
        let level = claims.auth_context_ref().map(|level| level.as_str().to_owned());
        level.filter(|level| self.settings.acr.contains(level)).ok_or(LoginFault::Assurance)
    }

    /// Number and name, from the ID token or else from the service's user info.
    async fn person(
        &self,
        client: &Client,
        access_token: &AccessToken,
        claims: &TokenClaims,
    ) -> Result<(String, String), LoginFault> {
        let (told, name) = (claims.additional_claims(), &self.settings.ssin_claim);
        if told.contain(name) {
            let ssin = told.text(name).ok_or(LoginFault::Identity)?;
            return Ok((ssin.to_owned(), name_in_token(claims)));
        }
        let info = self.user_info(client, access_token, claims.subject()).await?;
        let ssin = info.additional_claims().text(&self.settings.ssin_claim).ok_or(LoginFault::Identity)?;
        Ok((ssin.to_owned(), name_in_info(&info)))
    }

    async fn user_info(
        &self,
        client: &Client,
        access_token: &AccessToken,
        subject: &SubjectIdentifier,
    ) -> Result<UserInfoClaims<Claims, CoreGenderClaim>, LoginFault> {
        let http = transport::over(self.outbound.clone());
        let request = client
            .user_info(access_token.clone(), Some(subject.clone()))
            .map_err(|_| LoginFault::Identity)?;
        // The causes name the person.
        request.request_async(&http).await.map_err(|error| unavailable(&error.to_string()))
    }
}

fn name_in_token(claims: &TokenClaims) -> String {
    let whole = claims.name().and_then(|name| name.get(None));
    let given = claims.given_name().and_then(|name| name.get(None));
    let family = claims.family_name().and_then(|name| name.get(None));
    name(whole, given, family)
}

fn name_in_info(claims: &UserInfoClaims<Claims, CoreGenderClaim>) -> String {
    let whole = claims.name().and_then(|name| name.get(None));
    let given = claims.given_name().and_then(|name| name.get(None));
    let family = claims.family_name().and_then(|name| name.get(None));
    name(whole, given, family)
}

/// The name to greet by; a dash for a person whom the service does not name.
fn name(
    whole: Option<&EndUserName>,
    given: Option<&EndUserGivenName>,
    family: Option<&EndUserFamilyName>,
) -> String {
    let parts = [given.map(|given| given.as_str()), family.map(|family| family.as_str())];
    let parts: Vec<&str> = parts.into_iter().flatten().collect();
    match whole {
        Some(whole) => whole.as_str().to_owned(),
        None if parts.is_empty() => "–".to_owned(),
        None => parts.join(" "),
    }
}

/// What the token endpoint refuses; an unknown code was used or came too late.
fn refused(error: &CoreErrorResponseType) -> LoginFault {
    match error {
        CoreErrorResponseType::InvalidGrant => LoginFault::Expired,
        other => unavailable(&format!("the code is not redeemed: {}", other.as_ref())),
    }
}

fn unavailable(cause: &str) -> LoginFault {
    tracing::warn!(cause, "a login did not work");
    LoginFault::Unavailable
}
