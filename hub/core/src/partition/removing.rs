//! Removing a partition: no rule leads into it from then on, and its messages go back to the general one in batches.
//!
//! Until the last one has gone the partition's number keeps its meaning, so that whoever saw a message there sees it until it
//! moves. Then the number is taken out of every right and consent, and rests. Whatever is interrupted goes on with the next round.

use super::rights_sql::GivenConsent;
use super::{GENERAL, PartitionSet};
use crate::audit::Act;
use crate::change::{ConsentChange, Kind};
use crate::clock::Timestamp;
use crate::db::Tx;
use crate::error::Error;
use crate::hub::Parts;
use crate::id::MailboxId;

/// Closes a partition, behind the mailbox's lock; its messages are still to go.
///
/// # Errors
/// [`Error::NotFound`] if it is not there.
pub(crate) async fn close(tx: &mut Tx, place: (MailboxId, i64), now: Timestamp) -> Result<(), Error> {
    if !tx.close_partition(place, now).await? {
        return Err(Error::NotFound("partition"));
    }
    tx.drop_rules_into(place.0, place.1).await?;
    Ok(())
}

/// Empties what was closed, a batch of each; gives how many messages went and how many partitions are empty now. One that
/// cannot be emptied holds up no other.
///
/// # Errors
/// Of the last one that could not be emptied.
pub(crate) async fn empty_some(parts: &Parts) -> Result<usize, Error> {
    let (mut done, mut failed) = (0, None);
    for place in parts.db.partitions_to_empty(PARTITIONS).await? {
        match empty(parts, place).await {
            Ok(some) => done += some,
            Err(error) => failed = Some(error),
        }
    }
    failed.map_or(Ok(done), Err)
}

/// Empties a partition that was just closed, as far as somebody waits for it; the rest goes with the next rounds.
pub(crate) async fn empty_at_once(parts: &Parts, place: (MailboxId, i64)) -> Result<(), Error> {
    for _ in 0..AT_ONCE {
        if empty(parts, place).await? <= 1 {
            break;
        }
    }
    // The last message and the resting number are two steps.
    empty(parts, place).await.map(drop)
}

/// Puts a batch of a closed partition's messages back, or lets its number rest if there is none; gives what was done, 0 if
/// another node did it.
async fn empty(parts: &Parts, (mailbox, number): (MailboxId, i64)) -> Result<usize, Error> {
    let now = parts.clock.now();
    let mut tx = parts.db.write().await?;
    if tx.lock_mailbox(mailbox).await?.is_none() {
        return Err(Error::Corrupt { table: "mailbox_partition", id: mailbox.0.to_string() });
    }
    let returning = tx.messages_in_partition((mailbox, number), MESSAGES).await?;
    if returning.is_empty() {
        if tx.note_emptied((mailbox, number), now).await? != 1 {
            return Ok(0);
        }
        // What they are told of the partition is hidden from now on: they list the mailbox anew.
        for consent in tx.limited_consents((mailbox, number)).await? {
            tx.queue_consent_change(&consent.changed(mailbox, now)).await?;
        }
        tx.forget_partition(mailbox, all_but(number)).await?;
        tx.commit().await?;
        return Ok(1);
    }
    let version = tx.move_mailbox(mailbox, 0, 0).await?;
    for message in &returning {
        let back = message.back(mailbox, number);
        if back.perform(&mut tx).await? {
            back.tell(&mut tx, version, now).await?;
            let object = message.publication_id.0.to_string();
            let act = Act { role: "hub", actor: String::new(), action: "move", object };
            tx.record(parts.random.id(now), Some(mailbox), now, act).await?;
        }
    }
    tx.commit().await?;
    Ok(returning.len())
}

impl GivenConsent {
    /// The change that tells its application that it shows other messages from now on.
    pub(crate) const fn changed(&self, mailbox: MailboxId, at: Timestamp) -> ConsentChange {
        let (provider, application, consent) = (self.provider_id, self.application_id, self.id);
        ConsentChange { mailbox, kind: Kind::ConsentChanged, provider, application, consent, at }
    }
}

/// Every number but one.
fn all_but(number: i64) -> PartitionSet {
    (GENERAL..=super::HIGHEST).filter(|other| *other != number).collect()
}

/// Messages that go back in one transaction, which holds their mailbox.
const MESSAGES: i64 = 200;
/// Batches of messages that go back while somebody waits.
const AT_ONCE: usize = 10;
/// Partitions of one round.
const PARTITIONS: i64 = 20;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_number_is_taken_out_and_no_other() {
        let set: PartitionSet = [0, 3, 62].into_iter().collect();
        assert_eq!(set.and(all_but(3)), [0, 62].into_iter().collect());
    }
}
