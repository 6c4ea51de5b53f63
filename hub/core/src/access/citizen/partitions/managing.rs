//! Managing partitions: by whoever decides for the enterprise and sees all of its mailbox.
//!
//! Each act holds the mailbox, so that a letter that is published at the same moment goes by the rules before or after it.

use std::collections::BTreeSet;

use crate::access::citizen::CitizenAccess;
use crate::access::shown::View;
use crate::clock::Timestamp;
use crate::db::Tx;
use crate::error::Error;
use crate::id::MailboxId;
use crate::mailbox::Kind;
use crate::partition::{
    self, GENERAL, GENERAL_ID, Partition, PartitionSet, Rule, checked_rules, free_name, removing,
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

impl CitizenAccess {
    /// Whether the person manages the partitions of the mailbox that they act for.
    pub async fn manages_partitions(&self) -> Result<bool, Error> {
        match self.must_manage().await {
            Ok(_) => Ok(true),
            Err(Error::Forbidden(_)) => Ok(false),
            Err(error) => Err(error),
        }
    }

    /// Adds a partition under a name that no other one has; gives its id.
    ///
    /// # Errors
    /// [`Error::Forbidden`] for who does not manage partitions; [`Error::Invalid`] for a name that is none or is taken, or
    /// one partition too many.
    pub async fn add_partition(&self, name: &str) -> Result<String, Error> {
        let mailbox = self.must_manage().await?;
        let now = self.hub.now();
        let mut tx = self.hub.parts().db.write().await?;
        let there = self.held(&mut tx, mailbox).await?;
        let partition = partition::add(&mut tx, mailbox, (&there, name, None), now).await?;
        self.note_managed(&mut tx, mailbox, ("addPartition", partition.number), now).await?;
        tx.commit().await?;
        Ok(self.named(mailbox, partition).id)
    }

    /// Gives a partition another name.
    ///
    /// # Errors
    /// As for [`add_partition`](Self::add_partition), and [`Error::NotFound`].
    pub async fn rename_partition(&self, partition: &str, name: &str) -> Result<(), Error> {
        let mailbox = self.must_manage().await?;
        let mut tx = self.hub.parts().db.write().await?;
        let there = self.held(&mut tx, mailbox).await?;
        let number = self.one_of(mailbox, &there, partition)?;
        let name = free_name(&there, name, Some(number))?;
        tx.rename_partition((mailbox, number), name).await?;
        self.note_managed(&mut tx, mailbox, ("renamePartition", number), self.hub.now()).await?;
        tx.commit().await?;
        Ok(())
    }

    /// Removes a partition: no rule leads into it from now on, and its messages go back to the general one, at once or, if
    /// they are many, in the next minutes.
    ///
    /// # Errors
    /// [`Error::Forbidden`], [`Error::NotFound`].
    pub async fn remove_partition(&self, partition: &str) -> Result<(), Error> {
        let mailbox = self.must_manage().await?;
        let (parts, now) = (self.hub.parts(), self.hub.now());
        let mut tx = parts.db.write().await?;
        let there = self.held(&mut tx, mailbox).await?;
        let number = self.one_of(mailbox, &there, partition)?;
        removing::close(&mut tx, (mailbox, number), now).await?;
        self.note_managed(&mut tx, mailbox, ("removePartition", number), now).await?;
        tx.commit().await?;

        removing::empty_at_once(parts, (mailbox, number)).await?;
        self.hub.bell().ring();
        Ok(())
    }

    /// The routing rules of the mailbox acted for, in the order in which they are asked.
    ///
    /// # Errors
    /// [`Error::Forbidden`] for who does not manage partitions.
    pub async fn routing_rules(&self) -> Result<Vec<RoutingRule>, Error> {
        let mailbox = self.must_manage().await?;
        let rules = self.hub.parts().db.routing_rules(mailbox).await?;
        Ok(self.shown_rules(mailbox, rules))
    }

    /// Puts rules in the place of all there are, which `arranged` gets as they are then: two who arrange at once lose nothing
    /// of each other. Messages that are there already stay where they are.
    ///
    /// # Errors
    /// [`Error::Forbidden`]; [`Error::Invalid`] naming every rule that cannot be.
    pub async fn arrange_rules(
        &self,
        arranged: impl FnOnce(Vec<RoutingRule>) -> Vec<RoutingRule>,
    ) -> Result<(), Error> {
        let mailbox = self.must_manage().await?;
        let mut tx = self.hub.parts().db.write().await?;
        let there = self.held(&mut tx, mailbox).await?;
        let party = self.party();
        let view = View { outside: self.hub.outside(), party: &party, mailbox };
        let read = |rule: &RoutingRule| Rule {
            message_type: rule.message_type.clone(),
            application: rule.application.clone(),
            organization: rule.organization.clone(),
            partition: view.partition(&rule.partition).unwrap_or(super::NOWHERE),
        };
        let old = self.shown_rules(mailbox, tx.routing_rules_now(mailbox).await?);
        let rules: Vec<Rule> = arranged(old).iter().map(read).collect();
        let known: BTreeSet<i64> = there.iter().map(|one| one.number).chain([GENERAL]).collect();
        checked_rules(&rules, |number| known.contains(&number))?;
        tx.put_routing_rules(mailbox, &rules).await?;
        let count = i64::try_from(rules.len()).unwrap_or(i64::MAX);
        self.note_managed(&mut tx, mailbox, ("setRoutingRules", count), self.hub.now()).await?;
        tx.commit().await?;
        Ok(())
    }

    /// The mailbox acted for, if the person manages its partitions: they decide for an enterprise and see all of its mailbox.
    pub(super) async fn must_manage(&self) -> Result<MailboxId, Error> {
        let refused = Error::Forbidden("managing partitions");
        if !self.session.decides() || self.session.partitions != PartitionSet::ALL {
            return Err(refused);
        }
        let mailbox = self.session.acting_for;
        let mut tx = self.hub.parts().db.read().await?;
        let row = tx.mailbox(mailbox).await?.ok_or(Error::NotFound("mailbox"))?;
        tx.commit().await?;
        if row.kind() == Kind::Enterprise { Ok(mailbox) } else { Err(refused) }
    }

    /// Holds the mailbox, and reads its partitions as they are then.
    pub(super) async fn held(&self, tx: &mut Tx, mailbox: MailboxId) -> Result<Vec<Partition>, Error> {
        self.lock_with_own(tx, &BTreeSet::from([mailbox])).await?;
        Ok(tx.partitions_now(mailbox).await?)
    }

    fn shown_rules(&self, mailbox: MailboxId, rules: Vec<Rule>) -> Vec<RoutingRule> {
        let party = self.party();
        let view = View { outside: self.hub.outside(), party: &party, mailbox };
        let shown = |rule: Rule| RoutingRule {
            message_type: rule.message_type,
            application: rule.application,
            organization: rule.organization,
            partition: view.partition_of(rule.partition).unwrap_or_else(|| GENERAL_ID.to_owned()),
        };
        rules.into_iter().map(shown).collect()
    }

    /// The number of a named partition that is there.
    fn one_of(&self, mailbox: MailboxId, there: &[Partition], id: &str) -> Result<i64, Error> {
        let opened = self.hub.outside().open_partition(&self.party(), mailbox.0, id);
        let found = opened.filter(|number| there.iter().any(|one| one.number == *number));
        found.ok_or(Error::NotFound("partition"))
    }

    pub(super) async fn note_managed(
        &self,
        tx: &mut Tx,
        mailbox: MailboxId,
        (action, number): (&'static str, i64),
        now: Timestamp,
    ) -> Result<(), Error> {
        let act = self.act(action, number.to_string());
        tx.record(self.hub.random().id(now), Some(mailbox), now, act).await?;
        Ok(())
    }
}
