//! A provider's application that wants to be certified, and what everybody may know of those that are.

use std::collections::BTreeMap;

use crate::audit::Act;
use crate::certification::{
    Certification, Expected, Flaw, Lapse, Level, NewCertification, Standing, Statement, Terms, judge,
    standing,
};
use crate::clock::Timestamp;
use crate::error::Error;
use crate::hub::Hub;
use crate::peer::{PeerIdentity, Refusal, Role};
use crate::provider::Registration;
use crate::token::Secret;

/// An application, known by its certificate alone, that hands in what was stated about it.
pub struct CandidateAccess {
    hub: Hub,
    identity: PeerIdentity,
    registration: Registration,
}

/// A nonce, shown once.
#[derive(Debug)]
pub struct Nonce {
    /// The nonce itself.
    pub nonce: Secret,
    /// The application it is for.
    pub client_id: String,
    /// The version of the suite that it is for.
    pub suite_version: String,
    /// The version of the requirements that it is for.
    pub requirements_version: String,
    /// Until when it is good.
    pub until: Timestamp,
}

/// What counts for an application, without what only operators see.
#[derive(Clone, Debug)]
pub struct StandingView {
    /// `none`, `declared`, `certified` or `lapsed`.
    pub level: &'static str,
    /// What it rests on; `None` if there is nothing.
    pub on: Option<Ground>,
}

/// What a standing rests on.
#[derive(Clone, Debug)]
pub struct Ground {
    /// What was stated: `declared` or `certified`.
    pub stated: Level,
    /// The version of the suite.
    pub suite_version: String,
    /// The version of the requirements.
    pub requirements_version: String,
    /// What the app was declared to do.
    pub capabilities: Vec<String>,
    /// When the run began.
    pub began: Timestamp,
    /// Until when it counts, or could have.
    pub until: Timestamp,
    /// Why it does not count any more.
    pub lapse: Option<Lapse>,
}

/// An application as everybody may see it.
#[derive(Clone, Debug)]
pub struct RegisterEntry {
    /// The application's client id.
    pub client_id: String,
    /// The name that citizens know it by.
    pub brand: String,
    /// The legal name of the provider.
    pub legal_name: String,
    /// Where the provider is in its life: `sandbox`, `certified`, `active` or `suspended`.
    pub state: &'static str,
    /// Since when.
    pub since: Option<Timestamp>,
    /// What counts for it.
    pub standing: StandingView,
}

impl Hub {
    /// Admits a provider application by its certificate alone.
    ///
    /// # Errors
    /// [`Error::NotFound`] if this hub certifies nobody; [`Error::Certificate`]: `notRegistered`, `wrongRole`.
    pub async fn candidate(&self, identity: &PeerIdentity) -> Result<CandidateAccess, Error> {
        let registration = self.registered(identity, Role::Provider).await?;
        if self.parts().db.application(&registration.client_id).await?.is_none() {
            return Err(Error::Certificate(Refusal::NotRegistered));
        }
        self.terms()?;
        Ok(CandidateAccess { hub: self.clone(), identity: identity.clone(), registration })
    }

    /// Every application that citizens may meet, by brand, with what counts for it now. Anybody may know this.
    pub async fn provider_register(&self) -> Result<Vec<RegisterEntry>, Error> {
        let (db, now) = (&self.parts().db, self.now());
        let mut stated: BTreeMap<String, Vec<Certification>> = BTreeMap::new();
        if self.parts().certification.is_some() {
            for one in db.certifications(now).await? {
                stated.entry(one.client_id.clone()).or_default().push(one);
            }
        }
        let nothing = Vec::new();
        let told = db.register_entries().await?.into_iter().map(|row| RegisterEntry {
            standing: self.standing_of(stated.get(&row.client_id).unwrap_or(&nothing), now),
            client_id: row.client_id,
            brand: row.brand,
            legal_name: row.legal_name,
            state: row.state.name(),
            since: row.since,
        });
        Ok(told.collect())
    }

    /// The terms of certification.
    pub(super) fn terms(&self) -> Result<&Terms, Error> {
        self.parts().certification.as_ref().ok_or(Error::NotFound("certification"))
    }

    /// What counts of these.
    pub(super) fn standing_of(&self, all: &[Certification], now: Timestamp) -> StandingView {
        match &self.parts().certification {
            Some(terms) => standing(all, terms, now).into(),
            None => Standing::None.into(),
        }
    }
}

impl CandidateAccess {
    /// The client id.
    pub fn client_id(&self) -> &str {
        &self.registration.client_id
    }

    /// The terms of this hub.
    ///
    /// # Errors
    /// [`Error::NotFound`] if it has none.
    pub fn terms(&self) -> Result<&Terms, Error> {
        self.hub.terms()
    }

    /// What counts for this application now.
    pub async fn standing(&self) -> Result<StandingView, Error> {
        let now = self.hub.now();
        let all = self.hub.parts().db.certifications_of(self.client_id(), now).await?;
        Ok(self.hub.standing_of(&all, now))
    }

    /// Gives out a nonce for a run with these versions, in place of the one before that was not used.
    ///
    /// # Errors
    /// [`Error::Statement`] if the policy does not accept these versions.
    pub async fn nonce(&self, suite_version: &str, requirements_version: &str) -> Result<Nonce, Error> {
        let terms = self.hub.terms()?;
        let accepted = [
            (terms.suite_versions.iter().any(|known| known == suite_version), Flaw::SuiteVersion),
            (
                terms.requirements_versions.iter().any(|known| known == requirements_version),
                Flaw::RequirementsVersion,
            ),
        ];
        if let Some((_, flaw)) = accepted.into_iter().find(|(holds, _)| !holds) {
            return self.refuse(flaw).await;
        }
        let now = self.hub.now();
        let (nonce, until) = (Secret::new("fcn_", self.hub.random()), now.plus(terms.nonce_for));
        let bound = (self.client_id(), suite_version, requirements_version);
        let mut tx = self.hub.parts().db.write().await?;
        tx.lock_application(self.client_id()).await?;
        tx.put_nonce(nonce.hash(), bound, until).await?;
        let act = self.act("askNonce", suite_version.to_owned());
        tx.record(self.hub.random().id(now), None, now, act).await?;
        tx.commit().await?;
        let own = |text: &str| text.to_owned();
        let (client_id, suite_version) = (own(self.client_id()), own(suite_version));
        Ok(Nonce { nonce, client_id, suite_version, requirements_version: own(requirements_version), until })
    }

    /// Hands a statement in: *declared* counts at once, *certified* waits for an operator.
    ///
    /// A declared statement that was handed in before changes nothing.
    ///
    /// # Errors
    /// [`Error::Statement`] with the first thing that is wrong with it.
    pub async fn hand_in(&self, text: &str) -> Result<Certification, Error> {
        let terms = self.hub.terms()?;
        let now = self.hub.now();
        let thumbprint = &self.identity.thumbprint;
        let expected = Expected { issuer: self.hub.issuer(), client_id: self.client_id(), thumbprint, now };
        match judge(text, &expected, terms) {
            Ok(statement) => self.keep(text, &statement, now).await,
            Err(flaw) => self.refuse(flaw).await,
        }
    }

    async fn keep(&self, text: &str, statement: &Statement, now: Timestamp) -> Result<Certification, Error> {
        let mut tx = self.hub.parts().db.write().await?;
        tx.lock_application(self.client_id()).await?;
        if let Some(nonce) = &statement.nonce {
            if let Some(flaw) = tx.spend_nonce(nonce, self.client_id(), statement, now).await? {
                drop(tx);
                return self.refuse(flaw).await;
            }
        } else if let Some(known) = tx.certification_of_statement(text, now).await? {
            return Ok(known);
        }
        let id = self.hub.random().id(now);
        let certificate = self.registration.id;
        let new = NewCertification { id, client_id: self.client_id(), certificate, statement, text };
        if !tx.insert_certification(new, now).await? {
            return Err(Error::Certificate(Refusal::NotRegistered));
        }
        let verb = match statement.level {
            Level::Declared => "declareConformance",
            Level::Certified => "handInCertification",
        };
        tx.record(self.hub.random().id(now), None, now, self.act(verb, id.to_string())).await?;
        let kept = tx.certification(id, now).await?.ok_or(Error::NotFound("certification"))?;
        tx.commit().await?;
        Ok(kept)
    }

    async fn refuse<T>(&self, flaw: Flaw) -> Result<T, Error> {
        self.hub.record_refusal(Role::Provider, self.client_id(), flaw.code()).await?;
        Err(Error::Statement(flaw))
    }

    fn act<'a>(&self, action: &'a str, object: String) -> Act<'a> {
        Act { role: Role::Provider.name(), actor: self.client_id().to_owned(), action, object }
    }
}

impl From<Standing<'_>> for StandingView {
    fn from(found: Standing<'_>) -> Self {
        let level = found.name();
        let (by, until, lapse) = match found {
            Standing::None => return Self { level, on: None },
            Standing::Stands { by, until } => (by, until, None),
            Standing::Lapsed { by, why, until } => (by, until, Some(why)),
        };
        let on = Ground {
            stated: by.level,
            suite_version: by.suite_version.clone(),
            requirements_version: by.requirements_version.clone(),
            capabilities: by.capabilities.clone(),
            began: by.began,
            until,
            lapse,
        };
        Self { level, on: Some(on) }
    }
}
