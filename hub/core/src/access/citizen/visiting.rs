//! A browser that opens a pushed request, before anybody has logged in.

use crate::clock::Timestamp;
use crate::consent::{Asked, Rejection};
use crate::error::Error;
use crate::hub::Hub;
use crate::id::Sha256;
use crate::provider::{Application, Reach};
use crate::request::{BOUND_FOR, RequestRow, Stage};

/// A pushed request, held by a browser that knows its `request_uri`.
pub struct RequestAccess {
    pub(crate) hub: Hub,
    pub(crate) row: RequestRow,
    pub(crate) application: Application,
    pub(crate) browser: Option<Sha256>,
}

/// What the landing page may say of a request: everything comes from the register.
pub struct RequestView<'a> {
    /// The provider application.
    pub application: &'a Application,
    /// What it asks.
    pub asked: Asked,
    /// Until when a consent given now would last.
    pub until: Timestamp,
    /// Where the request stands for this browser.
    pub stage: Stage,
    /// The languages that the provider says the person reads.
    pub ui_locales: Option<&'a str>,
}

impl Hub {
    /// Opens a request for a browser; `browser` is the secret of its cookie, if it has one.
    ///
    /// # Errors
    /// [`Error::NotFound`] if there is no such request of that client, or its provider is not active: the page
    /// says so and never redirects.
    pub async fn request(
        &self,
        client_id: &str,
        uri: &str,
        browser: Option<&str>,
    ) -> Result<RequestAccess, Error> {
        let parts = self.parts();
        let unknown = || Error::NotFound("request");
        let row = parts.db.request(Sha256::of(uri.as_bytes())).await?;
        let row = row.filter(|row| row.client_id == client_id).ok_or_else(unknown)?;
        let application = parts.db.application(client_id).await?;
        let application =
            application.filter(|application| application.reach != Reach::Nothing).ok_or_else(unknown)?;
        let browser = browser.map(|secret| Sha256::of(secret.as_bytes()));
        Ok(RequestAccess { hub: self.clone(), row, application, browser })
    }
}

impl RequestAccess {
    /// What it asks, and where it stands.
    pub fn view(&self) -> Result<RequestView<'_>, Error> {
        let now = self.hub.now();
        let asked = self.asked()?;
        Ok(RequestView {
            application: &self.application,
            until: asked.term.until(now).ok_or_else(|| self.corrupt())?,
            asked,
            stage: self.row.stage(self.browser, now),
            ui_locales: self.row.ui_locales.as_deref(),
        })
    }

    /// Binds the request to the browser for 60 minutes; once bound to it, doing so again changes nothing.
    ///
    /// # Errors
    /// [`Error::NotFound`] if it is not open, or another browser has it.
    pub async fn bind(&self, browser: &str) -> Result<(), Error> {
        let now = self.hub.now();
        let browser = Sha256::of(browser.as_bytes());
        if self.row.stage(Some(browser), now) == Stage::Bound {
            return Ok(());
        }
        let mut tx = self.hub.parts().db.write().await?;
        let bound = tx.bind_request(self.row.request_hash, browser, now, now.plus(BOUND_FOR)).await?;
        tx.commit().await?;
        if bound { Ok(()) } else { Err(Error::NotFound("request")) }
    }

    /// The redirect that tells the provider of an outcome without a code: `access_denied`, of another person with that
    /// word only; `invalid_grant_id` if the grant it named is not this person's.
    pub fn refusal_redirect(&self, issuer: &str) -> Vec<(&'static str, String)> {
        let mut query = match self.row.reason.as_deref() {
            Some(OTHER_GRANT) => vec![("error", "invalid_grant_id".to_owned())],
            Some(reason) if reason == Rejection::OtherPerson.reason() => {
                vec![("error", "access_denied".to_owned()), ("error_description", "otherPerson".to_owned())]
            }
            _ => vec![("error", "access_denied".to_owned())],
        };
        query.extend(self.row.state.clone().map(|state| ("state", state)));
        query.push(("iss", issuer.to_owned()));
        query
    }

    /// Whether it is over because another person logged in than the provider knows.
    pub fn expected_another(&self) -> bool {
        self.row.reason.as_deref() == Some(Rejection::OtherPerson.reason())
    }

    /// Where the browser is sent back to.
    pub fn redirect_uri(&self) -> &str {
        &self.row.redirect_uri
    }

    pub(crate) fn asked(&self) -> Result<Asked, Error> {
        Asked::parse(&self.row.details, &self.row.audience, self.hub.now()).map_err(|_| self.corrupt())
    }

    pub(super) fn corrupt(&self) -> Error {
        Error::Corrupt { table: "authorization_request", id: self.row.client_id.clone() }
    }
}

/// The reason of a request that names a grant of another person, or one that has ended.
pub(crate) const OTHER_GRANT: &str = "otherGrant";
