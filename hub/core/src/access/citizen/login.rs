//! Logging in through the identity service: one login under way, then a session.

use std::time::Duration;

use super::seal_person;
use crate::clock::Timestamp;
use crate::error::{Error, TokenRefusal};
use crate::hub::Hub;
use crate::id::Sha256;
use crate::keys::{Purpose, column_aad};
use crate::mailbox::{self, Number};
use crate::number::Ssin;
use crate::session::{LOGIN_FOR, LONGEST, NewLogin, NewSession};
use crate::token::Secret;

/// What the portal needs to send a browser to the identity service.
pub struct LoginStart {
    /// The `state` parameter.
    pub state: Secret,
    /// The `nonce` parameter.
    pub nonce: Secret,
    /// The PKCE verifier; only its challenge leaves.
    pub verifier: Secret,
}

/// A login that came back to the browser that began it.
pub struct LoginReturned {
    /// The PKCE verifier.
    pub verifier: String,
    nonce_hash: Sha256,
    request_hash: Option<Sha256>,
    began_at: Timestamp,
    /// The page of the portal that the person wanted.
    pub return_to: String,
}

impl LoginReturned {
    /// Whether the ID token's nonce is the one that was sent.
    pub fn knows_nonce(&self, nonce: &str) -> bool {
        Sha256::of(nonce.as_bytes()) == self.nonce_hash
    }
}

/// A person as the verified ID token names them.
pub struct VerifiedPerson {
    /// The configured claim with the national number.
    pub ssin: String,
    /// The name to greet them by.
    pub name: String,
    /// The level of assurance, already found sufficient.
    pub acr: String,
    /// When they authenticated.
    pub auth_time: Timestamp,
    /// The ID token, for the identity service's end-session.
    pub id_token: String,
}

impl Hub {
    /// Begins a login bound to the browser that holds `browser`; with `request`, for deciding that request.
    pub async fn begin_login(
        &self,
        browser: &str,
        request: Option<&str>,
        return_to: &str,
    ) -> Result<LoginStart, Error> {
        let parts = self.parts();
        let now = parts.clock.now();
        let start = LoginStart {
            state: Secret::new("", &parts.random),
            nonce: Secret::new("", &parts.random),
            verifier: Secret::new("", &parts.random),
        };
        let aad = column_aad("login", "sealed_verifier", &start.state.hash().0);
        let verifier = start.verifier.expose().as_bytes();
        let mut tx = parts.db.write().await?;
        tx.insert_login(
            NewLogin {
                state: start.state.hash(),
                browser: Sha256::of(browser.as_bytes()),
                sealed_verifier: parts.keys.current().seal(
                    Purpose::SealedColumns,
                    &aad,
                    verifier,
                    &parts.random,
                ),
                nonce: start.nonce.hash(),
                request: request.map(|uri| Sha256::of(uri.as_bytes())),
                return_to: return_to.to_owned(),
                until: now.plus(LOGIN_FOR),
            },
            now,
        )
        .await?;
        tx.commit().await?;
        Ok(start)
    }

    /// Takes a login that came back; it works once, in time, and in the browser that began it.
    ///
    /// # Errors
    /// [`Error::Forbidden`] in another browser, else [`Error::Token`].
    pub async fn take_login(&self, state: &str, browser: &str) -> Result<LoginReturned, Error> {
        let parts = self.parts();
        let now = parts.clock.now();
        let state = Sha256::of(state.as_bytes());
        let mut tx = parts.db.write().await?;
        let row = tx.take_login(state).await?;
        tx.commit().await?;

        let row = row.filter(|row| now < row.until).ok_or(Error::Token(TokenRefusal::Invalid))?;
        if row.browser_hash != Sha256::of(browser.as_bytes()) {
            return Err(Error::Forbidden("finishing a login in another browser"));
        }
        let aad = column_aad("login", "sealed_verifier", &state.0);
        let verifier = parts.keys.current().open(Purpose::SealedColumns, &aad, &row.sealed_verifier);
        Ok(LoginReturned {
            verifier: String::from_utf8(verifier.map_err(Error::internal)?).map_err(Error::internal)?,
            nonce_hash: row.nonce_hash,
            request_hash: row.request_hash,
            began_at: row.created_at,
            return_to: row.return_to,
        })
    }

    /// Opens a session for a person whose ID token was verified; their mailbox is opened, not activated.
    ///
    /// # Errors
    /// [`Error::Invalid`] if the number breaks its check or the authentication is too old; [`Error::Forbidden`] for a
    /// person who may not act for themselves.
    pub async fn open_session(
        &self,
        login: &LoginReturned,
        person: &VerifiedPerson,
    ) -> Result<Secret, Error> {
        let parts = self.parts();
        let now = parts.clock.now();
        // `prompt=login` travels through the browser and could be removed there: for deciding a request only an
        // authentication that is younger than the login counts.
        let reused = login.request_hash.is_some() && person.auth_time < login.began_at.minus(SKEW);
        if reused || now.since(person.auth_time) > FRESH || person.auth_time > now.plus(AHEAD) {
            return Err(Error::invalid("invalidInput", "auth_time", "the authentication is not fresh"));
        }
        let today = now.civil().to_zoned(jiff::tz::TimeZone::UTC).date();
        let ssin = Ssin::parse(&person.ssin, today)
            .map_err(|_| Error::invalid("invalidStructure", "ssin", "the number breaks its check"))?;
        let secret = Secret::new("", &parts.random);
        let (sealed_name, sealed_hint) = seal_person(self, secret.hash(), &person.name, &person.id_token);

        let mut tx = parts.db.write().await?;
        let mailbox = mailbox::find_or_open(&mut tx, parts, &Number::Ssin(ssin)).await?;
        if !mailbox.holder_may_act() {
            return Err(Error::Forbidden("acting"));
        }
        let session = NewSession {
            hash: secret.hash(),
            person: mailbox.id,
            acting_for: mailbox.id,
            sealed_name,
            sealed_hint,
            acr: person.acr.clone(),
            auth_time: person.auth_time,
            request: login.request_hash,
            until: now.plus(LONGEST),
        };
        tx.insert_session(session, now).await?;
        if let Some(request) = login.request_hash {
            tx.note_person(request, mailbox.id).await?;
        }
        tx.commit().await?;
        Ok(secret)
    }
}

/// A login counts as fresh for this long after the authentication.
const FRESH: Duration = Duration::from_secs(10 * 60);
/// How far the two clocks may differ when a login is compared with an authentication before it.
const SKEW: Duration = Duration::from_secs(10);
/// How far ahead the identity service's clock may be.
const AHEAD: Duration = Duration::from_secs(60);
