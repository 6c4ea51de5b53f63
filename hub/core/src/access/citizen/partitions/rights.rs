//! Who sees which partitions: the people who act for the enterprise, and the consents that they give.

use crate::access::arranging::HolderView;
use crate::access::citizen::CitizenAccess;
use crate::error::{Conflict, Error};

/// Who says what the partitions and rules of an enterprise are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Routing {
    /// People in the portal, and this system.
    Told,
    /// People in the portal.
    Managed,
}

impl CitizenAccess {
    /// The people who may act for the enterprise now, and what each of them sees.
    ///
    /// # Errors
    /// [`Error::Forbidden`] for who does not manage partitions.
    pub async fn partition_holders(&self) -> Result<Vec<HolderView>, Error> {
        self.arranging(self.must_manage().await?).holders().await
    }

    /// Lets a person who acts for the enterprise see these partitions and no others, or all of them, those to come too. What
    /// consents show that they gave follows at once.
    ///
    /// # Errors
    /// [`Error::Forbidden`] for who does not manage partitions; [`Error::NotFound`] for who does not act for the enterprise;
    /// [`Error::Invalid`] for a partition that is not there; [`Conflict::NoSuchStep`] for oneself, for a legal
    /// representative, and if nobody were left who decides and sees everything.
    pub async fn let_see(&self, person: &str, partitions: Option<&[String]>) -> Result<(), Error> {
        let mailbox = self.must_manage().await?;
        let now = self.hub.now();
        let arranging = self.arranging(mailbox);
        let who = arranging.limitable(person).await?;

        let mut tx = self.hub.parts().db.write().await?;
        self.held(&mut tx, mailbox).await?;
        arranging.let_see(&mut tx, (who, partitions), now).await?;
        let act = self.act("limitPerson", who.0.to_string());
        tx.record(self.hub.random().id(now), Some(mailbox), now, act).await?;
        tx.commit().await?;
        self.hub.bell().ring();
        Ok(())
    }

    /// Limits a consent of an enterprise, or its own software, to some of the partitions that it shows. Given anew it keeps its
    /// limits; a new one, after it has ended, has none.
    ///
    /// # Errors
    /// [`Error::NotFound`] if it does not live; [`Error::Invalid`] for a partition that is not there, or if nothing would be
    /// left; [`Error::Forbidden`] for who does not decide; [`Conflict::AlreadyOver`] if it ended meanwhile.
    pub async fn limit_consent(&self, consent: &str, partitions: &[String]) -> Result<(), Error> {
        self.must_decide()?;
        let (parts, mailbox, now) = (self.hub.parts(), self.session.acting_for, self.hub.now());
        let id = self.consent_id(consent)?;
        let mut tx = parts.db.write().await?;
        // Whoever changes terms reads them behind this lock.
        let there = self.held(&mut tx, mailbox).await?;
        let chosen = self.arranging(mailbox).chosen(&there, partitions)?;
        let row = self.living(&mut tx, id, now).await?;
        let clerk = self.clerk(now);
        let old = clerk.terms_of(&mut tx, &row).await?;
        let mut new = old.clone();
        new.partitions = old.partitions.and(chosen);
        if new.partitions.is_empty() {
            return Err(Error::invalid(
                "invalidInput",
                "partitions",
                "nothing would be left; stop it instead",
            ));
        }
        if new == old {
            return Ok(());
        }
        if !clerk.alter(&mut tx, &row, &new, None).await? {
            return Err(Error::Conflict(Conflict::AlreadyOver));
        }
        tx.drop_access_tokens(row.grant_id).await?;
        tx.commit().await?;
        self.hub.bell().ring();
        Ok(())
    }

    /// The partitions that a consent of the mailbox acted for names; `None` if it shows all that its giver sees.
    ///
    /// # Errors
    /// [`Error::NotFound`] if it does not live.
    pub async fn partitions_of_consent(&self, consent: &str) -> Result<Option<Vec<String>>, Error> {
        let (mailbox, now) = (self.session.acting_for, self.hub.now());
        let id = self.consent_id(consent)?;
        let db = &self.hub.parts().db;
        let there = db.partitions_of(mailbox).await?;
        let mut tx = db.read().await?;
        let row = self.living(&mut tx, id, now).await?;
        tx.commit().await?;
        Ok(self.arranging(mailbox).ids(&there, row.partitions.and(self.session.partitions)))
    }

    /// Lets a system of the enterprise itself tell what its partitions and rules are, or no more. Whoever decides for the
    /// enterprise stops it, also if they do not see all of its mailbox.
    ///
    /// # Errors
    /// [`Error::Forbidden`] for who may not; [`Error::NotFound`] for what is no own software that lives.
    pub async fn let_route(&self, consent: &str, routing: Routing) -> Result<(), Error> {
        let mailbox = match routing {
            Routing::Told => self.must_manage().await?,
            Routing::Managed => {
                self.must_decide()?;
                self.session.acting_for
            }
        };
        let now = self.hub.now();
        let id = self.consent_id(consent)?;
        let mut tx = self.hub.parts().db.write().await?;
        self.held(&mut tx, mailbox).await?;
        let row = self.living(&mut tx, id, now).await?;
        if tx.put_routes((mailbox, row.application_id), routing == Routing::Told).await? != 1 {
            return Err(Error::NotFound("consent"));
        }
        let act = self.act("letRoute", row.application_id.0.to_string());
        tx.record(self.hub.random().id(now), Some(mailbox), now, act).await?;
        tx.commit().await?;
        Ok(())
    }

    /// Who says what the partitions are, of one of the mailbox's systems.
    ///
    /// # Errors
    /// [`Error::NotFound`] if it does not live.
    pub async fn routing_of(&self, consent: &str) -> Result<Routing, Error> {
        let (mailbox, now) = (self.session.acting_for, self.hub.now());
        let id = self.consent_id(consent)?;
        let mut tx = self.hub.parts().db.read().await?;
        let row = self.living(&mut tx, id, now).await?;
        let told = tx.may_route(mailbox, row.application_id).await?;
        tx.commit().await?;
        Ok(if told { Routing::Told } else { Routing::Managed })
    }
}
