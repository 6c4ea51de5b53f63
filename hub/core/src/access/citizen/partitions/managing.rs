//! Managing partitions: by whoever decides for the enterprise and sees all of its mailbox.
//!
//! Each act holds the mailbox, so that a letter that is published at the same moment goes by the rules before or after it.

use std::collections::BTreeSet;

use crate::access::arranging::{Arranging, RoutingRule};
use crate::access::citizen::CitizenAccess;
use crate::clock::Timestamp;
use crate::db::Tx;
use crate::error::Error;
use crate::id::MailboxId;
use crate::mailbox::Kind;
use crate::partition::{Partition, PartitionSet, removing};

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
        self.held(&mut tx, mailbox).await?;
        let partition = self.arranging(mailbox).add(&mut tx, name, now).await?;
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
        self.held(&mut tx, mailbox).await?;
        let number = self.arranging(mailbox).rename(&mut tx, (partition, name)).await?.number;
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
        self.held(&mut tx, mailbox).await?;
        let number = self.arranging(mailbox).remove(&mut tx, partition, now).await?;
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
        self.arranging(self.must_manage().await?).rules().await
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
        self.held(&mut tx, mailbox).await?;
        let arranging = self.arranging(mailbox);
        let rules = arranged(arranging.rules_now(&mut tx).await?);
        let count = arranging.put_rules(&mut tx, &rules).await?;
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

    /// The partitions of a mailbox in this person's hands.
    pub(super) fn arranging(&self, mailbox: MailboxId) -> Arranging<'_> {
        Arranging { hub: &self.hub, party: self.party(), mailbox, person: Some(self.session.person) }
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
