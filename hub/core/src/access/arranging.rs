//! Arranging an enterprise's partitions: which rules lead where, and who sees which. The same for people in the portal and for
//! the enterprise's own software.
//!
//! Who may arrange is found out before; whoever writes holds the mailbox.

use std::collections::{BTreeMap, BTreeSet};

use crate::access::citizen::representative_aad;
use crate::access::shown::View;
use crate::clock::Timestamp;
use crate::db::Tx;
use crate::error::{Conflict, Error};
use crate::hub::Hub;
use crate::id::MailboxId;
use crate::keys::Purpose;
use crate::mandate::MandateRole;
use crate::outside::{OutsideKind, OutsideParty};
use crate::partition::{
    self, GENERAL, GENERAL_ID, Holder, Partition, PartitionSet, Rule, checked_rules, seeing,
};

/// A routing rule, with the id of its partition.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RoutingRule {
    /// The message type's id.
    pub message_type: Option<String>,
    /// The sender application's client id.
    pub application: Option<String>,
    /// The sender organization's number.
    pub organization: Option<String>,
    /// The partition: `prt_…`, or `general`.
    pub partition: String,
}

impl RoutingRule {
    /// The rule in bytes, no two rules alike.
    pub(in crate::access) fn written(&self) -> Vec<u8> {
        let criteria = [&self.message_type, &self.application, &self.organization].map(Option::as_deref);
        let members = criteria.into_iter().chain([Some(self.partition.as_str())]);
        members.flat_map(|member| [member.map_or(&[1][..], str::as_bytes), &[0]].concat()).collect()
    }
}

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

impl HolderView {
    /// Who it is and what they see, in bytes, no two alike.
    pub(in crate::access) fn written(person: &str, sees: Option<&[String]>) -> Vec<u8> {
        let partitions = sees.into_iter().flatten().map(String::as_str);
        let all = if sees.is_none() { "all" } else { "these" };
        [person, all]
            .into_iter()
            .chain(partitions)
            .flat_map(|part| [part.as_bytes(), &[0]].concat())
            .collect()
    }

    /// Whether what they see can be limited: not for legal representatives, nor for oneself.
    pub fn can_be_limited(&self) -> bool {
        !self.you && !self.roles.contains(&MandateRole::LegalRepresentative)
    }
}

/// The partitions of one mailbox, in the hands of whoever may arrange them.
pub(in crate::access) struct Arranging<'a> {
    pub(in crate::access) hub: &'a Hub,
    /// With whose ids things are named.
    pub(in crate::access) party: OutsideParty,
    pub(in crate::access) mailbox: MailboxId,
    /// The person who arranges, if it is one.
    pub(in crate::access) person: Option<MailboxId>,
}

impl Arranging<'_> {
    /// Adds a partition under a name that no other one has, behind the mailbox's lock.
    ///
    /// # Errors
    /// [`Error::Invalid`] for a name that is none or is taken, or one partition too many.
    pub(in crate::access) async fn add(
        &self,
        tx: &mut Tx,
        name: &str,
        now: Timestamp,
    ) -> Result<Partition, Error> {
        let there = tx.partitions_now(self.mailbox).await?;
        partition::add(tx, self.mailbox, (&there, name, None), now).await
    }

    /// Gives a partition another name, behind the mailbox's lock; gives the partition.
    ///
    /// # Errors
    /// As for [`add`](Self::add), and [`Error::NotFound`].
    pub(in crate::access) async fn rename(
        &self,
        tx: &mut Tx,
        (id, name): (&str, &str),
    ) -> Result<Partition, Error> {
        let there = tx.partitions_now(self.mailbox).await?;
        let old = self.one_of(&there, id)?;
        let name = partition::free_name(&there, name, Some(old.number))?.to_owned();
        tx.rename_partition((self.mailbox, old.number), &name).await?;
        Ok(Partition { name, ..old.clone() })
    }

    /// Removes a partition, behind the mailbox's lock; gives its number. No rule leads into it from now on, and its messages are
    /// still to go: see [`partition::removing`].
    ///
    /// # Errors
    /// [`Error::NotFound`].
    pub(in crate::access) async fn remove(
        &self,
        tx: &mut Tx,
        id: &str,
        now: Timestamp,
    ) -> Result<i64, Error> {
        let there = tx.partitions_now(self.mailbox).await?;
        let number = self.one_of(&there, id)?.number;
        partition::removing::close(tx, (self.mailbox, number), now).await?;
        Ok(number)
    }

    /// The routing rules, in the order in which they are asked.
    pub(in crate::access) async fn rules(&self) -> Result<Vec<RoutingRule>, Error> {
        Ok(self.shown(self.hub.parts().db.routing_rules(self.mailbox).await?))
    }

    /// The same, behind the mailbox's lock.
    pub(in crate::access) async fn rules_now(&self, tx: &mut Tx) -> Result<Vec<RoutingRule>, Error> {
        Ok(self.shown(tx.routing_rules_now(self.mailbox).await?))
    }

    /// Puts rules in the place of all there are, behind the mailbox's lock; gives how many. Messages that are there already stay
    /// where they are.
    ///
    /// # Errors
    /// [`Error::Invalid`] naming every rule that cannot be.
    pub(in crate::access) async fn put_rules(
        &self,
        tx: &mut Tx,
        rules: &[RoutingRule],
    ) -> Result<i64, Error> {
        let view = self.view();
        let read = |rule: &RoutingRule| Rule {
            message_type: rule.message_type.clone(),
            application: rule.application.clone(),
            organization: rule.organization.clone(),
            partition: view.partition(&rule.partition).unwrap_or(NOWHERE),
        };
        let rules: Vec<Rule> = rules.iter().map(read).collect();
        let known = numbers(&tx.partitions_now(self.mailbox).await?);
        checked_rules(&rules, |number| known.contains(&number))?;
        tx.put_routing_rules(self.mailbox, &rules).await?;
        Ok(i64::try_from(rules.len()).unwrap_or(i64::MAX))
    }

    /// The people who may act for the enterprise now, and what each of them sees.
    pub(in crate::access) async fn holders(&self) -> Result<Vec<HolderView>, Error> {
        let db = &self.hub.parts().db;
        let there = db.partitions_of(self.mailbox).await?;
        let mut holders: BTreeMap<MailboxId, HolderView> = BTreeMap::new();
        for row in db.holders_of(self.mailbox, self.hub.now()).await? {
            let corrupt = |_| Error::Corrupt { table: "mandate", id: self.mailbox.0.to_string() };
            let role: MandateRole = row.role.parse().map_err(corrupt)?;
            let person = row.person;
            match holders.get_mut(&person) {
                Some(known) => known.roles.push(role),
                None => {
                    let view = HolderView { roles: vec![role], ..self.holder(&there, row)? };
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

    /// The person of that id, if what they see can be limited.
    ///
    /// # Errors
    /// [`Error::NotFound`] for who does not act for the enterprise; [`Conflict::NoSuchStep`] for oneself and for a legal
    /// representative.
    pub(in crate::access) async fn limitable(&self, person: &str) -> Result<MailboxId, Error> {
        let unknown = || Error::NotFound("person");
        let holders = self.holders().await?;
        let holder = holders.iter().find(|one| one.id == person).ok_or_else(unknown)?;
        if !holder.can_be_limited() {
            return Err(Error::Conflict(Conflict::NoSuchStep));
        }
        let opened = self.hub.outside().open(&self.party, OutsideKind::Person, person);
        Ok(MailboxId(uuid::Uuid::from_bytes(opened.ok_or_else(unknown)?)))
    }

    /// Lets a person see these partitions and no others, or all of them, those to come too, behind the mailbox's lock.
    ///
    /// # Errors
    /// [`Error::Invalid`] for a partition that is not there; [`Conflict::NoSuchStep`] for a legal representative, and if nobody
    /// were left who decides and sees everything.
    pub(in crate::access) async fn let_see(
        &self,
        tx: &mut Tx,
        (who, partitions): (MailboxId, Option<&[String]>),
        now: Timestamp,
    ) -> Result<(), Error> {
        let there = tx.partitions_now(self.mailbox).await?;
        let set = partitions.map_or(Ok(PartitionSet::ALL), |ids| self.chosen(&there, ids))?;
        seeing::let_see(tx, (self.mailbox, who), set, now).await
    }

    /// The partitions that a person sees, behind the mailbox's lock; `None` for all.
    pub(in crate::access) async fn sees_now(
        &self,
        tx: &mut Tx,
        who: MailboxId,
    ) -> Result<Option<Vec<String>>, Error> {
        let there = tx.partitions_now(self.mailbox).await?;
        Ok(self.ids(&there, tx.partitions_seen(self.mailbox, who).await?))
    }

    /// The ids of a set, of the partitions that are there; `None` for all, those to come too.
    pub(in crate::access) fn ids(&self, there: &[Partition], set: PartitionSet) -> Option<Vec<String>> {
        if set.is_all() {
            return None;
        }
        let view = self.view();
        let general = Some(GENERAL_ID.to_owned()).filter(|_| set.has(GENERAL));
        let named =
            there.iter().filter(|one| set.has(one.number)).filter_map(|one| view.partition_of(one.number));
        Some(general.into_iter().chain(named).collect())
    }

    /// The set of these partitions, each of which is there.
    ///
    /// # Errors
    /// [`Error::Invalid`] for one that is not.
    pub(in crate::access) fn chosen(
        &self,
        there: &[Partition],
        ids: &[String],
    ) -> Result<PartitionSet, Error> {
        let (view, known) = (self.view(), numbers(there));
        let chosen = ids.iter().map(|id| view.partition(id).filter(|number| known.contains(number)));
        let chosen: Option<Vec<i64>> = chosen.collect();
        let unknown = || Error::invalid("referencedResourceNotFound", "partitions", "no such partition");
        Ok(chosen.ok_or_else(unknown)?.into_iter().collect())
    }

    /// The named partition of that id.
    fn one_of<'t>(&self, there: &'t [Partition], id: &str) -> Result<&'t Partition, Error> {
        let opened = self.hub.outside().open_partition(&self.party, self.mailbox.0, id);
        let found = opened.and_then(|number| there.iter().find(|one| one.number == number));
        found.ok_or(Error::NotFound("partition"))
    }

    fn holder(&self, there: &[Partition], row: Holder) -> Result<HolderView, Error> {
        let person = row.person.0.into_bytes();
        let keys = self.hub.parts().keys.current();
        let aad = representative_aad(self.mailbox, row.person);
        let open =
            |sealed: Vec<u8>| keys.open(Purpose::SealedColumns, &aad, &sealed).map_err(Error::internal);
        let name = row.sealed_name.map(open).transpose()?.map(String::from_utf8);
        Ok(HolderView {
            id: self.hub.outside().seal(&self.party, OutsideKind::Person, person),
            name: name.transpose().map_err(Error::internal)?,
            roles: Vec::new(),
            sees: self.ids(there, row.partitions),
            you: self.person == Some(row.person),
        })
    }

    fn shown(&self, rules: Vec<Rule>) -> Vec<RoutingRule> {
        let view = self.view();
        let shown = |rule: Rule| RoutingRule {
            message_type: rule.message_type,
            application: rule.application,
            organization: rule.organization,
            partition: view.partition_of(rule.partition).unwrap_or_else(|| GENERAL_ID.to_owned()),
        };
        rules.into_iter().map(shown).collect()
    }

    fn view(&self) -> View<'_> {
        View { outside: self.hub.outside(), party: &self.party, mailbox: self.mailbox }
    }
}

/// The numbers of the partitions that are there, the general one's too.
fn numbers(there: &[Partition]) -> BTreeSet<i64> {
    there.iter().map(|one| one.number).chain([GENERAL]).collect()
}

/// The number of no partition.
const NOWHERE: i64 = -1;
