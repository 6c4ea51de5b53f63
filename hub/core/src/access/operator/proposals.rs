//! What takes two operators: one proposes, another approves within a day, and only then it is done (TRUST T24).

use super::OperatorAccess;
use crate::clock::Timestamp;
use crate::db::Tx;
use crate::error::{Conflict, Error};
use crate::operator::{Change, Duty, Fate, LIFE, NewProposal, Proposal};
use crate::outside::OutsideKind;

/// A proposal as operators see it.
#[derive(Clone, Debug)]
pub struct ProposalView {
    /// The proposal, as operators know it: `prp_…`.
    pub id: String,
    /// What it is about, and what became of it.
    pub proposal: Proposal,
}

impl OperatorAccess {
    /// The newest proposals, newest first, those that are over too.
    pub async fn proposals(&self) -> Result<Vec<ProposalView>, Error> {
        self.recorded(self.must(Duty::Look)).await?;
        let found = self.hub.parts().db.proposals(self.hub.now(), SHOWN).await?;
        Ok(found.into_iter().map(|proposal| self.told(proposal)).collect())
    }

    /// One proposal.
    ///
    /// # Errors
    /// [`Error::NotFound`].
    pub async fn proposal(&self, id: &str) -> Result<ProposalView, Error> {
        self.recorded(self.must(Duty::Look)).await?;
        let mut tx = self.hub.parts().db.read().await?;
        let proposal = self.found(&mut tx, id).await?;
        tx.commit().await?;
        Ok(self.told(proposal))
    }

    /// Approves what another person proposed; it is done in the same transaction, or not at all.
    ///
    /// # Errors
    /// [`Error::NotFound`], [`Error::Forbidden`]; [`Conflict::SamePerson`], [`Conflict::AlreadyOver`] if it was decided
    /// or its time is over, [`Conflict::NoSuchStep`] if what it would change has changed meanwhile.
    pub async fn approve(&self, id: &str) -> Result<ProposalView, Error> {
        let outcome = self.try_decide(id, Decision::Approve).await;
        self.recorded(outcome).await
    }

    /// Puts a proposal aside; the person who made it may do so too.
    ///
    /// # Errors
    /// As for [`approve`](Self::approve).
    pub async fn reject(&self, id: &str) -> Result<ProposalView, Error> {
        let outcome = self.try_decide(id, Decision::Reject).await;
        self.recorded(outcome).await
    }

    async fn try_decide(&self, id: &str, decision: Decision) -> Result<ProposalView, Error> {
        self.must(Duty::Decide)?;
        let parts = self.hub.parts();
        let now = parts.clock.now();
        let mut tx = parts.db.write().await?;
        tx.lock_register().await?;
        let proposal = self.found(&mut tx, id).await?;
        let person = self.operator.person.as_str();
        if decision == Decision::Approve && proposal.proposed_by == person {
            return Err(Error::Conflict(Conflict::SamePerson));
        }
        if !tx.decide_proposal(proposal.id, decision.state(), person, now).await? {
            return Err(Error::Conflict(Conflict::AlreadyOver));
        }

        self.note(&mut tx, (decision.verb(), proposal.id.to_string()), None, now).await?;
        if decision == Decision::Approve {
            self.carry_out(&mut tx, &proposal.change, now).await?;
        }

        tx.commit().await?;
        let by = person.to_owned();
        let fate = match decision {
            Decision::Approve => Fate::Approved { by, at: now },
            Decision::Reject => Fate::Rejected { by, at: now },
        };
        Ok(self.told(Proposal { fate, ..proposal }))
    }

    /// Writes a proposal.
    pub(super) async fn propose(
        &self,
        tx: &mut Tx,
        change: Change,
        now: Timestamp,
    ) -> Result<ProposalView, Error> {
        let (id, until) = (self.hub.random().id(now), now.plus(LIFE));
        let person = self.operator.person.as_str();
        tx.insert_proposal(&NewProposal { id, change: &change, person }, now, until).await?;
        self.note(tx, ("propose", id.to_string()), None, now).await?;
        let (proposed_by, fate) = (person.to_owned(), Fate::Open);
        Ok(self.told(Proposal { id, change, proposed_by, proposed_at: now, until, fate }))
    }

    /// Does what was approved, by the rules as they are now.
    async fn carry_out(&self, tx: &mut Tx, change: &Change, now: Timestamp) -> Result<(), Error> {
        match change {
            Change::MoveProvider { provider, to } => {
                let provider = tx.provider(provider).await?.ok_or(Error::Conflict(Conflict::NoSuchStep))?;
                let step = provider.state.step(*to).ok_or(Error::Conflict(Conflict::NoSuchStep))?;
                self.must_be_certified(tx, &provider, *to, now).await?;
                self.carry_move(tx, provider, step, now).await?;
            }
            Change::RegisterCertificate { certificate } => {
                self.carry_certificate(tx, certificate, now).await?;
            }
            Change::OpenApplication { client_id } => self.carry_opening(tx, client_id, now).await?,
        }
        Ok(())
    }

    async fn found(&self, tx: &mut Tx, id: &str) -> Result<Proposal, Error> {
        let unknown = || Error::NotFound("proposal");
        let id = self.open(OutsideKind::Proposal, id).ok_or_else(unknown)?;
        tx.proposal(id, self.hub.now()).await?.ok_or_else(unknown)
    }

    fn told(&self, proposal: Proposal) -> ProposalView {
        ProposalView { id: self.seal(OutsideKind::Proposal, proposal.id), proposal }
    }
}

/// How a proposal is decided.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Decision {
    Approve,
    Reject,
}

impl Decision {
    const fn state(self) -> &'static str {
        match self {
            Self::Approve => "approved",
            Self::Reject => "rejected",
        }
    }

    const fn verb(self) -> &'static str {
        match self {
            Self::Approve => "approve",
            Self::Reject => "reject",
        }
    }
}

/// Proposals shown at once.
const SHOWN: i64 = 100;
