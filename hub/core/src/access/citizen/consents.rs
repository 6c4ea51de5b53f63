//! A citizen's consents: seeing them, taking them back in one click, and allowing less.

use std::collections::{BTreeMap, BTreeSet};

use uuid::Uuid;

use super::question::KnownSender;
use super::{CitizenAccess, Suspended};
use crate::clock::Timestamp;
use crate::consent::{Action, Actions, By, Clerk, ConsentRow, Ending, Standing, Suspension, Terms};
use crate::db::Tx;
use crate::error::{Conflict, Error};
use crate::id::{ConsentId, MailboxId};
use crate::number::EnterpriseNumber;
use crate::outside::OutsideKind;

/// A consent in "my consents".
#[derive(Clone, Debug)]
pub struct ConsentView {
    /// The consent, as this person knows it.
    pub id: String,
    /// What stands of it.
    pub standing: Standing,
    /// Whether the provider may read now.
    pub live: bool,
    /// Why and since when it stands still, if it does.
    pub suspended: Option<Suspended>,
    /// Whose it is.
    pub given_by: Somebody,
    /// Who brought it where it is now.
    pub last_by: Somebody,
    /// The sender organizations that it leaves out, by number; one that is not registered any more has no name.
    pub withheld: Vec<KnownSender>,
}

/// Who did something about a mailbox, as told to somebody who acts for it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Somebody {
    /// The person who asks.
    You,
    /// The person whose mailbox it is.
    Holder,
    /// Another person who acts or acted for it, a provider, an operator or the hub.
    Other,
}

/// A living consent, and what the citizen could leave out of it.
#[derive(Clone, Debug)]
pub struct ConsentDetail {
    /// The consent.
    pub view: ConsentView,
    /// What it allows.
    pub terms: Terms,
    /// The sender organizations that have written to this mailbox, by number.
    pub senders: Vec<KnownSender>,
}

/// A consent that ended, now or before.
#[derive(Clone, Debug)]
pub struct Ended {
    /// The provider application's brand.
    pub brand: String,
    /// When it ended.
    pub at: Timestamp,
}

impl CitizenAccess {
    /// Every consent on the mailbox that the person acts for, newest first, ended ones too.
    pub async fn consents(&self) -> Result<Vec<ConsentView>, Error> {
        let now = self.hub.now();
        let db = &self.hub.parts().db;
        let standings = self.settled_standings(now).await?;
        let mut withheld: BTreeMap<ConsentId, Vec<KnownSender>> = BTreeMap::new();
        for (consent, number, name) in db.withheld_in(self.session.acting_for).await? {
            let name = name.unwrap_or_else(|| "{}".to_owned());
            withheld.entry(consent).or_default().push(KnownSender::read((number, name))?);
        }
        let view = |standing: Standing| ConsentView {
            id: self.hub.outside().seal(&self.party(), OutsideKind::Consent, standing.id.0.into_bytes()),
            live: standing.is_live(now),
            suspended: Suspended::of(&standing, now),
            given_by: self.somebody(standing.giver),
            last_by: self.somebody(standing.last_by),
            withheld: withheld.remove(&standing.id).unwrap_or_default(),
            standing,
        };
        Ok(standings.into_iter().map(view).collect())
    }

    /// The standings once what roles mean for them is noted; whoever looks before the next round notes it.
    async fn settled_standings(&self, now: Timestamp) -> Result<Vec<Standing>, Error> {
        let (parts, mailbox) = (self.hub.parts(), self.session.acting_for);
        let standings = parts.db.standings(mailbox, now).await?;
        let over = |standing: &&Standing| standing.is_live(now) && !standing.represented;
        if !standings.iter().any(|standing| over(&standing)) {
            return Ok(standings);
        }
        let clerk = Clerk { parts, by: By::Hub, now };
        let mut tx = parts.db.write().await?;
        // Read again behind the lock: whoever takes one over meanwhile has it.
        tx.lock_mailbox(mailbox).await?;
        for consent in tx.unrepresented_in(mailbox, now).await? {
            clerk.suspend(&mut tx, (mailbox, consent.0), Suspension::RoleEnded).await?;
        }
        tx.commit().await?;
        Ok(parts.db.standings(mailbox, now).await?)
    }

    fn somebody(&self, person: Option<MailboxId>) -> Somebody {
        match person {
            Some(person) if person == self.session.person => Somebody::You,
            Some(person) if person == self.session.acting_for => Somebody::Holder,
            _ => Somebody::Other,
        }
    }

    /// Takes a consent back: consent, grant and tokens end together, the provider's next request is refused.
    ///
    /// Ending it again says when it ended.
    ///
    /// # Errors
    /// [`Error::NotFound`] if it is not one of this mailbox; [`Error::Forbidden`] for who only reads here.
    pub async fn revoke(&self, consent: &str) -> Result<Ended, Error> {
        self.must_decide()?;
        let parts = self.hub.parts();
        let now = parts.clock.now();
        let id = self.consent_id(consent)?;
        let mut tx = parts.db.write().await?;

        let ended =
            self.clerk(now).end(&mut tx, (self.session.acting_for, id), Ending::CitizenRevoked).await?;

        tx.commit().await?;
        let standing = self.standing(id).await?;
        let at = if ended.is_some() { now } else { standing.ended_at() };
        Ok(Ended { brand: standing.brand, at })
    }

    /// A living consent with what could be left out of it.
    ///
    /// # Errors
    /// [`Error::NotFound`] if it does not live, or is not one of this mailbox.
    pub async fn consent(&self, consent: &str) -> Result<ConsentDetail, Error> {
        let now = self.hub.now();
        let id = self.consent_id(consent)?;
        let mailbox = self.session.acting_for;
        let known = self.consents().await?.into_iter().find(|view| view.standing.id == id);
        let view = known.filter(|view| view.live).ok_or(Error::NotFound("consent"))?;
        let db = &self.hub.parts().db;
        let senders = db.senders_in(self.sight(mailbox), now).await?.into_iter().map(KnownSender::read);
        let senders = senders.collect::<Result<_, _>>()?;
        let mut tx = db.read().await?;
        let row = self.living(&mut tx, id, now).await?;
        let terms = self.clerk(now).terms_of(&mut tx, &row).await?;
        Ok(ConsentDetail { view, terms, senders })
    }

    /// Takes back a part of a consent: actions, senders; what is left stays as it is. The next request sees it.
    ///
    /// # Errors
    /// [`Error::NotFound`] if it does not live; [`Error::Invalid`] if nothing would be left of it, or a sender is not
    /// known here; [`Conflict::AlreadyOver`] if it ended meanwhile.
    pub async fn narrow(
        &self,
        consent: &str,
        without: Actions,
        withheld: &BTreeSet<EnterpriseNumber>,
    ) -> Result<(), Error> {
        self.must_decide()?;
        let parts = self.hub.parts();
        let now = parts.clock.now();
        let known = self.consent(consent).await?;
        let mut tx = parts.db.write().await?;
        // Whoever changes terms reads them behind this lock, so that none puts back what another took away.
        tx.lock_mailbox(self.session.acting_for).await?;
        let row = self.living(&mut tx, known.view.standing.id, now).await?;
        let clerk = self.clerk(now);
        let old = clerk.terms_of(&mut tx, &row).await?;
        let new = Terms {
            asked: old.asked,
            actions: old.actions.without(without),
            until: old.until,
            withheld: old.withheld.union(withheld).copied().collect(),
            partitions: old.partitions,
        };
        let own: Actions = Action::ALL.into_iter().filter(|action| action.is_own_choice()).collect();
        if new.actions.without(own).is_empty() {
            return Err(Error::invalid("invalidInput", "without", "nothing would be left; stop it instead"));
        }
        if !withheld.iter().all(|number| known.senders.iter().any(|sender| sender.number == *number)) {
            return Err(Error::invalid("invalidInput", "withheld", "a sender that has not written here"));
        }
        if new == old {
            return Ok(());
        }
        if !clerk.alter(&mut tx, &row, &new, None).await? {
            return Err(Error::Conflict(Conflict::AlreadyOver));
        }
        tx.drop_access_tokens(row.grant_id).await?;
        tx.commit().await?;
        Ok(())
    }

    pub(super) async fn living(
        &self,
        tx: &mut Tx,
        id: ConsentId,
        now: Timestamp,
    ) -> Result<ConsentRow, Error> {
        let row = tx.living_consent(self.session.acting_for, id).await?;
        row.filter(|row| row.lives(now)).ok_or(Error::NotFound("consent"))
    }

    pub(super) async fn standing(&self, id: ConsentId) -> Result<Standing, Error> {
        let standings = self.hub.parts().db.standings(self.session.acting_for, self.hub.now()).await?;
        standings.into_iter().find(|standing| standing.id == id).ok_or(Error::NotFound("consent"))
    }

    pub(super) fn consent_id(&self, consent: &str) -> Result<ConsentId, Error> {
        let block = self.hub.outside().open(&self.party(), OutsideKind::Consent, consent);
        block.map(|block| ConsentId(Uuid::from_bytes(block))).ok_or(Error::NotFound("consent"))
    }
}
