//! Who sees which partitions: the people who act for the enterprise, and the consents that they give.

use std::collections::{BTreeMap, BTreeSet};

use crate::access::citizen::{CitizenAccess, representative_aad};
use crate::access::shown::View;
use crate::error::{Conflict, Error};
use crate::id::MailboxId;
use crate::keys::Purpose;
use crate::mandate::MandateRole;
use crate::outside::OutsideKind;
use crate::partition::{GENERAL, GENERAL_ID, Holder, Partition, PartitionSet, seeing};

/// Somebody who acts for the enterprise, and what they see of its mailbox.
#[derive(Clone, Debug)]
pub struct HolderView {
    /// The person, as the asking one knows them: `psn_…`.
    pub id: String,
    /// Their name, if they have acted here.
    pub name: Option<String>,
    /// Their roles, the strongest first.
    pub roles: Vec<MandateRole>,
    /// The partitions that they see; `None` if they see all, those to come too.
    pub sees: Option<Vec<String>>,
    /// Whether it is the person who asks.
    pub you: bool,
}

/// Who says what the partitions and rules of an enterprise are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Routing {
    /// People in the portal, and this system.
    Told,
    /// People in the portal.
    Managed,
}

impl HolderView {
    /// Whether what they see can be limited: not for legal representatives, nor for oneself.
    pub fn can_be_limited(&self) -> bool {
        !self.you && !self.roles.contains(&MandateRole::LegalRepresentative)
    }
}

impl CitizenAccess {
    /// The people who may act for the enterprise now, and what each of them sees.
    ///
    /// # Errors
    /// [`Error::Forbidden`] for who does not manage partitions.
    pub async fn partition_holders(&self) -> Result<Vec<HolderView>, Error> {
        let mailbox = self.must_manage().await?;
        let db = &self.hub.parts().db;
        let there = db.partitions_of(mailbox).await?;
        let mut holders: BTreeMap<MailboxId, HolderView> = BTreeMap::new();
        for row in db.holders_of(mailbox, self.hub.now()).await? {
            let corrupt = |_| Error::Corrupt { table: "mandate", id: mailbox.0.to_string() };
            let role: MandateRole = row.role.parse().map_err(corrupt)?;
            let person = row.person;
            match holders.get_mut(&person) {
                Some(known) => known.roles.push(role),
                None => {
                    let view = HolderView { roles: vec![role], ..self.holder(mailbox, &there, row)? };
                    holders.insert(person, view);
                }
            }
        }
        let mut views: Vec<HolderView> = holders.into_values().collect();
        for view in &mut views {
            view.roles.sort_unstable();
        }
        views.sort_by(|one, other| (&one.name, &one.id).cmp(&(&other.name, &other.id)));
        Ok(views)
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
        let holders = self.partition_holders().await?;
        let holder = holders.iter().find(|one| one.id == person).ok_or(Error::NotFound("person"))?;
        if !holder.can_be_limited() {
            return Err(Error::Conflict(Conflict::NoSuchStep));
        }
        let opened = self.hub.outside().open(&self.party(), OutsideKind::Person, person);
        let who = MailboxId(uuid::Uuid::from_bytes(opened.ok_or(Error::NotFound("person"))?));

        let mut tx = self.hub.parts().db.write().await?;
        let there = self.held(&mut tx, mailbox).await?;
        let set = partitions.map_or(Ok(PartitionSet::ALL), |ids| self.chosen(mailbox, &there, ids))?;
        seeing::let_see(&mut tx, (mailbox, who), set, now).await?;
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
        let chosen = self.chosen(mailbox, &there, partitions)?;
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
        Ok(self.ids(mailbox, &there, row.partitions.and(self.session.partitions)))
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

    fn holder(&self, mailbox: MailboxId, there: &[Partition], row: Holder) -> Result<HolderView, Error> {
        let seal =
            |id: MailboxId| self.hub.outside().seal(&self.party(), OutsideKind::Person, id.0.into_bytes());
        let keys = self.hub.parts().keys.current();
        let aad = representative_aad(mailbox, row.person);
        let open =
            |sealed: Vec<u8>| keys.open(Purpose::SealedColumns, &aad, &sealed).map_err(Error::internal);
        let name = row.sealed_name.map(open).transpose()?.map(String::from_utf8);
        Ok(HolderView {
            id: seal(row.person),
            name: name.transpose().map_err(Error::internal)?,
            roles: Vec::new(),
            sees: self.ids(mailbox, there, row.partitions),
            you: row.person == self.session.person,
        })
    }

    /// The ids of a set, of the partitions that are there.
    fn ids(&self, mailbox: MailboxId, there: &[Partition], set: PartitionSet) -> Option<Vec<String>> {
        if set.is_all() {
            return None;
        }
        let party = self.party();
        let view = View { outside: self.hub.outside(), party: &party, mailbox };
        let general = Some(GENERAL_ID.to_owned()).filter(|_| set.has(GENERAL));
        let named =
            there.iter().filter(|one| set.has(one.number)).filter_map(|one| view.partition_of(one.number));
        Some(general.into_iter().chain(named).collect())
    }

    /// The set of these partitions, each of which is there.
    fn chosen(&self, mailbox: MailboxId, there: &[Partition], ids: &[String]) -> Result<PartitionSet, Error> {
        let party = self.party();
        let view = View { outside: self.hub.outside(), party: &party, mailbox };
        let known: BTreeSet<i64> = there.iter().map(|one| one.number).chain([GENERAL]).collect();
        let numbers = ids.iter().map(|id| view.partition(id).filter(|number| known.contains(number)));
        let numbers: Option<Vec<i64>> = numbers.collect();
        let unknown = || Error::invalid("referencedResourceNotFound", "partitions", "no such partition");
        Ok(numbers.ok_or_else(unknown)?.into_iter().collect())
    }
}
