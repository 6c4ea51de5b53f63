//! Providers: registering them and moving them on in their life.

use super::changes::follow_removal;
use super::{ApplicationView, OperatorAccess, Outcome};
use crate::clock::Timestamp;
use crate::db::Tx;
use crate::error::{Conflict, Error};
use crate::id::ProviderId;
use crate::operator::{Change, Duty};
use crate::provider::{Provider, State, Step, Takes, Target, is_client_id};

/// A provider as operators see it.
#[derive(Clone, Debug)]
pub struct ProviderView {
    /// Who it is and where it stands.
    pub provider: Provider,
    /// Its applications.
    pub applications: Vec<ApplicationView>,
}

impl OperatorAccess {
    /// Every provider, by code.
    pub async fn providers(&self) -> Result<Vec<Provider>, Error> {
        self.recorded(self.must(Duty::Look)).await?;
        self.hub.parts().db.providers().await
    }

    /// One provider with its applications.
    ///
    /// # Errors
    /// [`Error::NotFound`].
    pub async fn provider(&self, code: &str) -> Result<ProviderView, Error> {
        self.recorded(self.must(Duty::Look)).await?;
        let mut tx = self.hub.parts().db.read().await?;
        let provider = tx.provider(code).await?.ok_or(Error::NotFound("provider"))?;
        tx.commit().await?;
        self.shown(provider).await
    }

    /// Registers a provider, which then has applied, or gives a known one another legal name.
    ///
    /// # Errors
    /// [`Error::Forbidden`], [`Error::Invalid`].
    pub async fn put_provider(&self, code: &str, legal_name: &str) -> Result<ProviderView, Error> {
        self.recorded(self.must(Duty::Register)).await?;
        check(code, legal_name)?;
        let parts = self.hub.parts();
        let now = parts.clock.now();
        let mut tx = parts.db.write().await?;
        tx.lock_register().await?;

        let (provider, action) = match tx.provider(code).await? {
            Some(known) => {
                tx.rename_provider(known.id, legal_name).await?;
                (Provider { legal_name: legal_name.to_owned(), ..known }, "renameProvider")
            }
            None => (
                insert(&mut tx, (code, legal_name), ProviderId(parts.random.id(now)), now).await?,
                "registerProvider",
            ),
        };
        self.note(&mut tx, (action, provider.id.0.to_string()), None, now).await?;

        tx.commit().await?;
        self.shown(provider).await
    }

    /// Moves a provider on, or proposes it where a second operator is needed.
    ///
    /// # Errors
    /// [`Error::NotFound`], [`Error::Forbidden`]; [`Conflict::NoSuchStep`] if its state does not lead there,
    /// [`Error::Statement`] if the hub certifies and no application of the provider is certified.
    pub async fn move_provider(&self, code: &str, target: Target) -> Result<Outcome<ProviderView>, Error> {
        let outcome = self.try_move(code, target).await;
        self.recorded(outcome).await
    }

    async fn try_move(&self, code: &str, target: Target) -> Result<Outcome<ProviderView>, Error> {
        self.must(Duty::Close)?;
        let parts = self.hub.parts();
        let now = parts.clock.now();
        let mut tx = parts.db.write().await?;
        tx.lock_register().await?;
        let provider = tx.provider(code).await?.ok_or(Error::NotFound("provider"))?;
        let step = provider.state.step(target).ok_or(Error::Conflict(Conflict::NoSuchStep))?;
        self.must(step.takes.duty())?;
        self.must_be_certified(&mut tx, &provider, target, now).await?;

        if step.takes == Takes::TwoOperators {
            let change = Change::MoveProvider { provider: code.to_owned(), to: target };
            let proposal = self.propose(&mut tx, change, now).await?;
            tx.commit().await?;
            return Ok(Outcome::Proposed(Box::new(proposal)));
        }
        let moved = self.carry_move(&mut tx, provider, step, now).await?;
        tx.commit().await?;
        Ok(Outcome::Done(self.shown(moved).await?))
    }

    /// Carries a step out, with what follows from it.
    pub(super) async fn carry_move(
        &self,
        tx: &mut Tx,
        provider: Provider,
        step: Step,
        now: Timestamp,
    ) -> Result<Provider, Error> {
        if !tx.move_provider(&provider, step.to, now).await? {
            return Err(Error::Conflict(Conflict::NoSuchStep));
        }
        follow_removal(tx, self.hub.parts(), provider.id, step.to).await?;
        self.note(tx, (step.verb, provider.id.0.to_string()), None, now).await?;
        Ok(Provider { state: step.to, moved_at: Some(now), ..provider })
    }

    async fn shown(&self, provider: Provider) -> Result<ProviderView, Error> {
        let applications = self.hub.parts().db.applications_of(provider.id).await?;
        let code = provider.code.as_str();
        let applications = applications.into_iter().map(|known| ApplicationView::of(known, code)).collect();
        Ok(ProviderView { applications, provider })
    }
}

async fn insert(
    tx: &mut Tx,
    (code, legal_name): (&str, &str),
    id: ProviderId,
    now: Timestamp,
) -> Result<Provider, Error> {
    let (code, legal_name) = (code.to_owned(), legal_name.to_owned());
    let provider = Provider { id, code, legal_name, state: State::Applied, moved_at: Some(now) };
    tx.insert_provider(&provider, now).await?;
    Ok(provider)
}

fn check(code: &str, legal_name: &str) -> Result<(), Error> {
    if !is_client_id(code) {
        let detail = "3 to 63 lower-case letters, digits and hyphens";
        return Err(Error::invalid("invalidStructure", "providerId", detail));
    }
    if legal_name.trim().is_empty() || legal_name.chars().count() > 200 {
        return Err(Error::invalid("outOfRange", "legalName", "1 to 200 characters are expected"));
    }
    Ok(())
}
