//! An enterprise's own software tells what its partitions and routing rules are, and who sees which partition.
//!
//! It tells about its own enterprise and no other, with a token for nothing else, and only if somebody who manages the
//! partitions let it. Events may come twice and in any order: of each thing the latest time counts, and what is not later than
//! that changes nothing.

use std::collections::BTreeSet;
use std::time::Duration;

use super::{Granted, ProviderAccess};
use crate::audit::Act;
use crate::clock::Timestamp;
use crate::db::Tx;
use crate::error::{Error, TokenRefusal};
use crate::id::MailboxId;
use crate::mailbox::{self, Number};
use crate::number::{EnterpriseNumber, Ssin};
use crate::partition::{
    self, GENERAL, GENERAL_ID, Partition, PartitionSet, Rule, checked_rules, removing, seeing,
};

/// Something that was told.
#[derive(Clone, Debug)]
pub struct RoutingEvent {
    /// What its source calls it; an event that comes again has the same.
    pub id: String,
    /// When it came to be, by the clock of who tells it.
    pub at: Timestamp,
    /// The number of the enterprise, with or without its leading zero.
    pub enterprise: String,
    /// What is so from then on.
    pub what: RoutingChange,
}

/// What is so from an instant on. Partitions are named as the teller calls them: what the hub calls them is none of its names,
/// so that everything has one name by which its events are put in order.
#[derive(Clone, Debug)]
pub enum RoutingChange {
    /// These are the rules, in this order.
    Rules(Vec<ToldRule>),
    /// There is this partition under this name; none if there is no name.
    Partition {
        /// How the teller calls it.
        id: String,
        /// Its name.
        name: Option<String>,
    },
    /// A person sees a partition, or does not.
    Right {
        /// The partition.
        partition: String,
        /// The person's number.
        ssin: String,
        /// Whether they see it.
        sight: Seeing,
    },
}

/// Whether somebody sees a partition.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Seeing {
    /// They do.
    Sees,
    /// They do not.
    Blind,
}

/// A rule, with the partition as the teller calls it.
pub type ToldRule = crate::access::arranging::RoutingRule;

impl ProviderAccess {
    /// Takes what was told; what is older than what is known, or was told before, is taken and changes nothing.
    ///
    /// # Errors
    /// [`Error::Token`] without the scope `routing`; [`Error::Forbidden`] for another enterprise, for software that does not see
    /// all of the mailbox, and once nobody lets it; [`Error::Invalid`] for what cannot be, or names what is not there;
    /// [`crate::error::Conflict::NoSuchStep`] for the rights of a legal representative, and if nobody were left who decides and sees
    /// everything.
    pub async fn tell_routing(&self, event: &RoutingEvent) -> Result<(), Error> {
        let granted = self.teller(event).await?;
        let parts = self.hub.parts();
        let mut tx = parts.db.write().await?;
        self.hold(&mut tx, &granted).await?;
        let about = self.about(&mut tx, event).await?;
        let told = (event.at, event.id.as_str());
        if !tx.note_routing_event((granted.mailbox, self.application), &about.0, told).await? {
            return Ok(());
        }
        tx.forget_routing_events((granted.mailbox, self.application), TOLD).await?;
        let told =
            Told { access: self, mailbox: granted.mailbox, there: tx.partitions_now(granted.mailbox).await? };
        let closes = told.closes(&event.what);
        match &event.what {
            RoutingChange::Rules(rules) => told.rules(&mut tx, rules).await?,
            RoutingChange::Partition { id, name } => told.partition(&mut tx, (id, name.as_deref())).await?,
            RoutingChange::Right { partition, sight, .. } => {
                let who = about.1.ok_or_else(|| unknown("ssin"))?;
                told.right(&mut tx, (partition, *sight), who).await?;
            }
        }
        let (role, actor) = (self.role().name(), self.application.0.to_string());
        let act = Act { role, actor, action: "tellRouting", object: about.0 };
        tx.record(parts.random.id(self.now), Some(granted.mailbox), self.now, act).await?;
        tx.commit().await?;

        if let Some(number) = closes {
            removing::empty_at_once(parts, (granted.mailbox, number)).await?;
        }
        self.hub.bell().ring();
        Ok(())
    }

    /// The consent of own software that may tell this at all.
    async fn teller(&self, event: &RoutingEvent) -> Result<Granted, Error> {
        if self.needs("routing").is_err() || !self.own {
            self.hub.record_refusal(self.role(), &self.client_id, "routing").await?;
            return Err(Error::Token(TokenRefusal::MissingScope("routing")));
        }
        if event.at > self.now.plus(AHEAD) {
            return Err(Error::invalid("outOfRange", "time", "it has not come yet"));
        }
        let granted = self.telling.ok_or(NOT_LET)?;
        let asked = EnterpriseNumber::parse(&format!("{:0>10}", event.enterprise)).ok();
        let own = self.enterprise_number(granted.mailbox).await?;
        if asked.is_none() || asked != own || !granted.shows_all() {
            self.hub.record_refusal(self.role(), &self.client_id, "routing").await?;
            return Err(NOT_LET);
        }
        Ok(granted)
    }

    /// What an event is about, in a word, and the person if it is about one.
    async fn about(&self, tx: &mut Tx, event: &RoutingEvent) -> Result<(String, Option<MailboxId>), Error> {
        match &event.what {
            RoutingChange::Rules(_) => Ok(("rules".to_owned(), None)),
            RoutingChange::Partition { id, .. } => Ok((format!("partition {id}"), None)),
            RoutingChange::Right { partition, ssin, .. } => {
                let today = self.now.civil().to_zoned(jiff::tz::TimeZone::UTC).date();
                let number = Ssin::parse(ssin, today).map_err(|_| unknown("ssin"))?;
                let found = mailbox::find(tx, self.hub.parts(), &Number::Ssin(number)).await?;
                let who = found.ok_or_else(|| unknown("ssin"))?.id;
                Ok((format!("right {} {partition}", who.0), Some(who)))
            }
        }
    }
}

/// What is told of a mailbox, behind its lock, and the partitions that are there.
struct Told<'a> {
    access: &'a ProviderAccess,
    mailbox: MailboxId,
    there: Vec<Partition>,
}

impl Told<'_> {
    async fn rules(&self, tx: &mut Tx, rules: &[ToldRule]) -> Result<(), Error> {
        let read = |rule: &ToldRule| Rule {
            message_type: rule.message_type.clone(),
            application: rule.application.clone(),
            organization: rule.organization.clone(),
            partition: self.number(&rule.partition).unwrap_or(NOWHERE),
        };
        let rules: Vec<Rule> = rules.iter().map(read).collect();
        let known: BTreeSet<i64> = self.there.iter().map(|one| one.number).chain([GENERAL]).collect();
        checked_rules(&rules, |number| known.contains(&number))?;
        Ok(tx.put_routing_rules(self.mailbox, &rules).await?)
    }

    async fn partition(&self, tx: &mut Tx, (id, name): (&str, Option<&str>)) -> Result<(), Error> {
        let (now, known) = (self.access.now, self.number(id));
        match (known, name) {
            _ if is_ours(id) => Err(Error::invalid("invalidInput", "partitionId", "a name of the hub's own")),
            (Some(GENERAL), _) => Err(Error::invalid("invalidInput", "partitionId", "it is always there")),
            (None, None) => Ok(()),
            (Some(number), None) => removing::close(tx, (self.mailbox, number), now).await,
            (Some(number), Some(name)) => {
                let name = partition::free_name(&self.there, name, Some(number))?;
                tx.rename_partition((self.mailbox, number), name).await?;
                Ok(())
            }
            (None, Some(name)) => {
                let told = Some((self.access.application, id));
                partition::add(tx, self.mailbox, (&self.there, name, told), now).await?;
                Ok(())
            }
        }
    }

    async fn right(&self, tx: &mut Tx, (id, sight): (&str, Seeing), who: MailboxId) -> Result<(), Error> {
        let number = self.number(id).ok_or_else(|| unknown("partitionId"))?;
        let roles = tx.roles_over(self.mailbox, who, self.access.now).await?;
        if roles.is_empty() {
            return Err(unknown("ssin"));
        }
        let old = tx.partitions_seen(self.mailbox, who).await?;
        let all = || self.there.iter().map(|one| one.number).chain([GENERAL]).collect::<PartitionSet>();
        let new = match (sight, old.is_all()) {
            (Seeing::Sees, true) => old,
            (Seeing::Sees, false) => old.with(number),
            (Seeing::Blind, true) => all().without(number),
            (Seeing::Blind, false) => old.without(number),
        };
        if new == old {
            return Ok(());
        }
        seeing::let_see(tx, (self.mailbox, who), new, self.access.now).await
    }

    /// The partition that this ends, if there is one.
    fn closes(&self, what: &RoutingChange) -> Option<i64> {
        match what {
            RoutingChange::Partition { id, name: None } => self.number(id),
            _ => None,
        }
    }

    /// The number of a partition that is there, as this software calls it.
    fn number(&self, id: &str) -> Option<i64> {
        if id == GENERAL_ID {
            return Some(GENERAL);
        }
        let own = |one: &&Partition| {
            one.told_by == Some(self.access.application) && one.told_id.as_deref() == Some(id)
        };
        self.there.iter().find(own).map(|one| one.number)
    }
}

/// Whether a partition is named as the hub does.
fn is_ours(id: &str) -> bool {
    id.starts_with("prt_")
}

fn unknown(name: &str) -> Error {
    Error::invalid("referencedResourceNotFound", name, "nobody and nothing of that name is there")
}

const NOT_LET: Error = Error::Forbidden("telling of this enterprise's partitions");
const NOWHERE: i64 = -1;
/// Things of a mailbox of which a source's last event is remembered: far more than rights of people in partitions.
const TOLD: i64 = 5_000;
/// How much the clock of who tells may be ahead.
const AHEAD: Duration = Duration::from_secs(5 * 60);
