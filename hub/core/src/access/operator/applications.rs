//! Provider applications: what citizens see of a provider, and where their browsers may be sent back to.

use super::changes::put_logo;
use super::{OperatorAccess, Outcome};
use crate::clock::Timestamp;
use crate::db::Tx;
use crate::error::{Conflict, Error, Issue};
use crate::id::ApplicationId;
use crate::operator::{Change, Duty};
use crate::provider::{
    Application, NewApplication, Provider, REDIRECT_URI, State, is_client_id, is_redirect_uri,
};
use crate::text::Texts;

/// An application as operators see it.
#[derive(Clone, Debug)]
pub struct ApplicationView {
    /// What is registered.
    pub application: Application,
    /// The code of the provider behind it.
    pub provider: String,
}

/// An application as an operator registers it.
#[derive(Clone, Debug)]
pub struct ApplicationForm {
    /// Its OAuth client id.
    pub client_id: String,
    /// The provider's code.
    pub provider: String,
    /// The name citizens know.
    pub brand: String,
    /// What it is for, by language.
    pub purpose: Texts,
    /// How long it keeps copies, by language.
    pub retention: Texts,
    /// Where the browser may be sent back to.
    pub redirect_uris: Vec<String>,
    /// A PNG, GIF or JPEG; a known application keeps its own unless one is given.
    pub logo: Option<Vec<u8>>,
}

impl ApplicationView {
    pub(super) fn of(application: Application, provider: &str) -> Self {
        Self { application, provider: provider.to_owned() }
    }
}

impl OperatorAccess {
    /// One application.
    ///
    /// # Errors
    /// [`Error::NotFound`].
    pub async fn application(&self, client_id: &str) -> Result<ApplicationView, Error> {
        self.recorded(self.must(Duty::Look)).await?;
        let known = self.known(client_id).await?;
        let provider = self.provider_of(&known).await?;
        Ok(ApplicationView::of(known, &provider.code))
    }

    /// Registers an application, which then is in pilot, or replaces what is known of it.
    ///
    /// # Errors
    /// [`Error::Forbidden`], [`Error::Invalid`]; [`Conflict::NoSuchStep`] for a provider that was removed, or an
    /// application of another one.
    pub async fn put_application(&self, form: ApplicationForm) -> Result<ApplicationView, Error> {
        self.recorded(self.must(Duty::Register)).await?;
        let issues = issues(&form);
        if !issues.is_empty() {
            return Err(Error::Invalid(issues));
        }
        let client_id = form.client_id.clone();
        let parts = self.hub.parts();
        let now = parts.clock.now();
        let known = parts.db.application(&client_id).await?;
        let mut tx = parts.db.write().await?;
        tx.lock_register().await?;
        let provider = tx
            .provider(&form.provider)
            .await?
            .ok_or_else(|| Error::invalid("referencedResourceNotFound", "providerId", "no such provider"))?;
        if provider.state == State::Removed || known.is_some_and(|known| known.provider != provider.id) {
            return Err(Error::Conflict(Conflict::NoSuchStep));
        }

        let logo = match form.logo {
            Some(image) => Some(put_logo(&mut tx, image, "logo").await?),
            None => None,
        };
        let new = NewApplication {
            id: ApplicationId(parts.random.id(now)),
            client_id: &client_id,
            provider: provider.id,
            brand: &form.brand,
            purpose: &form.purpose,
            retention: &form.retention,
            redirect_uris: &form.redirect_uris,
            logo,
            pilot: true,
        };
        let id = tx.put_application(&new).await?;
        self.note(&mut tx, ("putApplication", id.0.to_string()), None, now).await?;
        tx.commit().await?;
        Ok(ApplicationView::of(self.known(&client_id).await?, &provider.code))
    }

    /// Closes an application to all but the persons of its pilot, at once.
    ///
    /// # Errors
    /// [`Error::NotFound`], [`Error::Forbidden`].
    pub async fn close_to_pilot(&self, client_id: &str) -> Result<ApplicationView, Error> {
        self.recorded(self.must(Duty::Register)).await?;
        let known = self.known(client_id).await?;
        let parts = self.hub.parts();
        let now = parts.clock.now();
        let mut tx = parts.db.write().await?;
        tx.set_pilot(known.id, true).await?;
        self.note(&mut tx, ("beginPilot", known.id.0.to_string()), None, now).await?;
        tx.commit().await?;
        self.application(client_id).await
    }

    /// Proposes to end the pilot of an application: everybody may grant then.
    ///
    /// # Errors
    /// [`Error::NotFound`], [`Error::Forbidden`]; [`Conflict::NoSuchStep`] if it is not in pilot.
    pub async fn open_to_everybody(&self, client_id: &str) -> Result<Outcome<ApplicationView>, Error> {
        self.recorded(self.must(Duty::Register)).await?;
        let known = self.known(client_id).await?;
        if !known.pilot {
            return Err(Error::Conflict(Conflict::NoSuchStep));
        }
        let parts = self.hub.parts();
        let mut tx = parts.db.write().await?;
        let change = Change::OpenApplication { client_id: client_id.to_owned() };
        let proposal = self.propose(&mut tx, change, parts.clock.now()).await?;
        tx.commit().await?;
        Ok(Outcome::Proposed(Box::new(proposal)))
    }

    /// Ends the pilot of an application.
    pub(super) async fn carry_opening(
        &self,
        tx: &mut Tx,
        client_id: &str,
        now: Timestamp,
    ) -> Result<(), Error> {
        let known = self.known(client_id).await?;
        if tx.set_pilot(known.id, false).await? != 1 {
            return Err(Error::Conflict(Conflict::NoSuchStep));
        }
        self.note(tx, ("endPilot", known.id.0.to_string()), None, now).await
    }

    /// The provider of an application.
    pub(super) async fn provider_of(&self, application: &Application) -> Result<Provider, Error> {
        let providers = self.hub.parts().db.providers().await?;
        let found = providers.into_iter().find(|provider| provider.id == application.provider);
        let corrupt = || Error::Corrupt { table: "provider_application", id: application.client_id.clone() };
        found.ok_or_else(corrupt)
    }

    /// The application of that client id.
    pub(super) async fn known(&self, client_id: &str) -> Result<Application, Error> {
        self.hub.parts().db.application(client_id).await?.ok_or(Error::NotFound("application"))
    }
}

/// What is wrong with a form; empty if nothing is.
fn issues(form: &ApplicationForm) -> Vec<Issue> {
    let mut issues = Vec::new();
    let mut wrong = |kind, name: &str, detail: &str| issues.push(Issue::new(kind, name, detail));
    if !is_client_id(&form.client_id) {
        wrong("invalidStructure", "clientId", "3 to 63 lower-case letters, digits and hyphens");
    }
    if form.brand.trim().is_empty() || form.brand.chars().count() > 60 {
        wrong("outOfRange", "brand", "1 to 60 characters are expected");
    }
    for (name, texts) in [("purpose", &form.purpose), ("retention", &form.retention)] {
        let known = texts.keys().all(|language| ["nl", "fr", "de", "en"].contains(&language.as_str()));
        let said = texts.values().all(|text| (1..=400).contains(&text.chars().count()));
        if texts.is_empty() || !known || !said {
            wrong("invalidInput", name, "1 to 400 characters in at least one of nl, fr, de, en are expected");
        }
    }
    if form.redirect_uris.is_empty() || form.redirect_uris.len() > 20 {
        wrong("outOfRange", "redirectUris", "1 to 20 redirect URIs are expected");
    }
    for (n, _) in form.redirect_uris.iter().enumerate().filter(|(_, uri)| !is_redirect_uri(uri)) {
        wrong("invalidInput", &format!("redirectUris[{n}]"), REDIRECT_URI);
    }
    issues
}
