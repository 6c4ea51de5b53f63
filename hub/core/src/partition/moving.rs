//! Moving messages between partitions: it changes who sees them, and tells providers what it is to each of them.
//!
//! Runs inside the caller's transaction, which holds the mailbox's lock.

use super::sql::Returning;
use crate::change::{Kind, MessageChange};
use crate::clock::Timestamp;
use crate::db::Tx;
use crate::error::Error;
use crate::id::MailboxId;

/// A message on its way from one partition to another, at the version of its mailbox after it.
pub(crate) struct Move<'a> {
    pub(crate) mailbox: MailboxId,
    pub(crate) number: i64,
    /// Who sent it.
    pub(crate) organization: &'a str,
    pub(crate) from: i64,
    pub(crate) to: i64,
}

impl Move<'_> {
    /// Moves the message; false if it is not in the partition that it would leave.
    pub(crate) async fn perform(&self, tx: &mut Tx) -> Result<bool, Error> {
        Ok(tx.move_message((self.mailbox, self.number), (self.from, self.to)).await?)
    }

    /// Tells it: to a consent that shows both partitions the message moved; to one that shows the new one alone it came,
    /// to one that showed the old one alone it is gone. Each is told where the message is to be seen by who is told.
    pub(crate) async fn tell(&self, tx: &mut Tx, version: i64, now: Timestamp) -> Result<(), Error> {
        let told = [
            (Kind::MessageMoved, self.to, self.from),
            (Kind::MessageAvailable, self.to, self.from),
            (Kind::MessageGone, self.from, self.to),
        ];
        for (kind, partition, other) in told {
            tx.queue_message_change(&MessageChange {
                mailbox: self.mailbox,
                version,
                number: self.number,
                organization: self.organization,
                kind,
                notice: None,
                partition,
                other_partition: Some(other),
                at: now,
            })
            .await?;
        }
        Ok(())
    }
}

impl Returning {
    /// Its way back to the general partition.
    pub(super) fn back(&self, mailbox: MailboxId, from: i64) -> Move<'_> {
        Move { mailbox, number: self.number, organization: &self.organization, from, to: super::GENERAL }
    }
}
