//! What was stated about applications: what counts, what waits, and the decision on it; and how applications behave.

use super::{OperatorAccess, StandingView};
use crate::certification::{Certification, Fate, Flaw, standing};
use crate::clock::Timestamp;
use crate::conduct::{Count, RULE, day_of, score};
use crate::db::Tx;
use crate::error::{Conflict, Error};
use crate::operator::Duty;
use crate::outside::OutsideKind;
use crate::provider::{Provider, Stage, State, Target};

/// A statement as operators see it.
#[derive(Clone, Debug)]
pub struct CertificationView {
    /// What was stated, as operators know it: `cft_…`.
    pub id: String,
    /// What it says, and what became of it.
    pub certification: Certification,
    /// Until when it counts, or could have.
    pub until: Timestamp,
    /// Why it does not count any more.
    pub lapse: Option<&'static str>,
}

/// An application's certification and conduct, side by side.
#[derive(Clone, Debug)]
pub struct RecordView {
    /// What counts now.
    pub standing: StandingView,
    /// Everything that was stated, newest first.
    pub certifications: Vec<CertificationView>,
    /// The score of the last 30 days.
    pub score: u32,
    /// What the score says.
    pub rule: &'static str,
    /// What happened, newest day first.
    pub counts: Vec<Count>,
}

impl OperatorAccess {
    /// What waits for a decision, oldest first.
    ///
    /// # Errors
    /// [`Error::NotFound`] if this hub certifies nobody.
    pub async fn certifications_awaiting(&self) -> Result<Vec<CertificationView>, Error> {
        self.recorded(self.must(Duty::Look)).await?;
        self.hub.terms()?;
        let found = self.hub.parts().db.certifications_awaiting(self.hub.now()).await?;
        found.into_iter().map(|one| self.stated(one)).collect()
    }

    /// What counts for an application, everything that was stated about it, and how it behaves.
    ///
    /// # Errors
    /// [`Error::NotFound`].
    pub async fn record(&self, client_id: &str) -> Result<RecordView, Error> {
        self.recorded(self.must(Duty::Look)).await?;
        self.known(client_id).await?;
        let (db, now) = (&self.hub.parts().db, self.hub.now());
        let all = match self.hub.terms() {
            Ok(_) => db.certifications_of(client_id, now).await?,
            Err(_) => Vec::new(),
        };
        let standing = self.hub.standing_of(&all, now);
        let certifications = all.into_iter().map(|one| self.stated(one)).collect::<Result<_, _>>()?;
        let counts = db.conduct_of(client_id).await?;
        let score = score(&counts, day_of(now));
        Ok(RecordView { standing, certifications, score, rule: RULE, counts })
    }

    /// Approves what was stated: the application is certified, and a provider that tries things out moves on with it.
    ///
    /// Approving it again changes nothing.
    ///
    /// # Errors
    /// [`Error::NotFound`], [`Error::Forbidden`]; [`Conflict::AlreadyOver`] if it was rejected, [`Conflict::NoSuchStep`] if
    /// the provider has only applied, is suspended from sandbox or is gone, [`Error::Statement`] if it does not count any more.
    pub async fn approve_certification(&self, id: &str) -> Result<CertificationView, Error> {
        self.recorded(self.must(Duty::Register)).await?;
        let (found, mut tx, now) = self.begin_decision(id).await?;
        match &found.fate {
            Fate::Approved { .. } => return self.stated(found),
            Fate::Awaiting => {}
            Fate::Standing | Fate::Rejected { .. } => return Err(Error::Conflict(Conflict::AlreadyOver)),
        }
        if found.lapse(self.hub.terms()?, now).is_some() {
            return Err(Error::Statement(Flaw::Lapsed));
        }
        self.decide(&mut tx, &found, ("approved", "approveCertification"), now).await?;
        self.move_to_certified(&mut tx, &found.client_id, now).await?;
        let decided = tx.certification(found.id, now).await?.ok_or(Error::NotFound("certification"))?;
        tx.commit().await?;
        self.stated(decided)
    }

    /// Rejects what was stated, or takes back what counted: approved, or declared. Its provider stays where it is. Rejecting
    /// it again changes nothing.
    ///
    /// # Errors
    /// [`Error::NotFound`], [`Error::Forbidden`].
    pub async fn reject_certification(&self, id: &str) -> Result<CertificationView, Error> {
        self.recorded(self.must(Duty::Register)).await?;
        let (found, mut tx, now) = self.begin_decision(id).await?;
        let verb = match &found.fate {
            Fate::Rejected { .. } => return self.stated(found),
            Fate::Awaiting => "rejectCertification",
            Fate::Standing | Fate::Approved { .. } => "withdrawCertification",
        };
        self.decide(&mut tx, &found, ("rejected", verb), now).await?;
        let decided = tx.certification(found.id, now).await?.ok_or(Error::NotFound("certification"))?;
        tx.commit().await?;
        self.stated(decided)
    }

    async fn begin_decision(&self, id: &str) -> Result<(Certification, Tx, Timestamp), Error> {
        let unknown = || Error::NotFound("certification");
        let id = self.open(OutsideKind::Certification, id).ok_or_else(unknown)?;
        let parts = self.hub.parts();
        let now = parts.clock.now();
        let mut tx = parts.db.write().await?;
        tx.lock_register().await?;
        let found = tx.certification(id, now).await?.ok_or_else(unknown)?;
        Ok((found, tx, now))
    }

    async fn decide(
        &self,
        tx: &mut Tx,
        found: &Certification,
        (state, verb): (&str, &str),
        now: Timestamp,
    ) -> Result<(), Error> {
        let change = (found.fate.name(), state);
        if !tx.decide_certification(found.id, change, &self.operator.person, now).await? {
            return Err(Error::Conflict(Conflict::AlreadyOver));
        }
        self.note(tx, (verb, found.id.to_string()), None, now).await
    }

    /// Moves the provider of an application from sandbox to certified. One that came further stays where it is, also while
    /// it is suspended: it needs what counts in order to come back.
    async fn move_to_certified(&self, tx: &mut Tx, client_id: &str, now: Timestamp) -> Result<(), Error> {
        let code = tx.provider_code_of(client_id).await?.ok_or(Error::NotFound("application"))?;
        let provider = tx.provider(&code).await?.ok_or(Error::NotFound("provider"))?;
        match provider.state {
            State::Standing(Stage::Certified | Stage::Active)
            | State::Suspended(Stage::Certified | Stage::Active) => Ok(()),
            state => {
                let step = state.step(Target::Certified).filter(|_| state == State::Standing(Stage::Sandbox));
                let step = step.ok_or(Error::Conflict(Conflict::NoSuchStep))?;
                self.carry_move(tx, provider, step, now).await.map(drop)
            }
        }
    }

    /// Refuses to lead a provider to `certified` or `active` of whom no application is certified, where the hub certifies.
    pub(super) async fn must_be_certified(
        &self,
        tx: &mut Tx,
        provider: &Provider,
        target: Target,
        now: Timestamp,
    ) -> Result<(), Error> {
        let Ok(terms) = self.hub.terms() else { return Ok(()) };
        if !matches!(target, Target::Certified | Target::Active) {
            return Ok(());
        }
        let all = tx.certifications_of_provider(&provider.code, now).await?;
        if standing(&all, terms, now).is_certified() {
            Ok(())
        } else {
            Err(Error::Statement(Flaw::NotCertified))
        }
    }

    fn stated(&self, certification: Certification) -> Result<CertificationView, Error> {
        let (terms, now) = (self.hub.terms()?, self.hub.now());
        Ok(CertificationView {
            id: self.seal(OutsideKind::Certification, certification.id),
            until: certification.until(terms),
            lapse: certification.lapse(terms, now).map(crate::certification::Lapse::name),
            certification,
        })
    }
}
