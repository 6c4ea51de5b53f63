//! Messages whose end is near: a scan by time announces each once, seven days before.
//!
//! A message that is kept for less than 14 days is not announced: its end was near from the beginning. That also lets the scan
//! move forward only, since no message can be made available behind it. What was withdrawn is not announced: there is
//! nothing to read in time.

use std::collections::BTreeMap;
use std::time::Duration;

use super::near_sql::Due;
use super::{Kind, MessageChange};
use crate::error::Error;
use crate::hub::Parts;

/// Announces a batch of ends that are near; gives how many messages it looked at.
pub(crate) async fn announce(parts: &Parts) -> Result<usize, Error> {
    let now = parts.clock.now();
    let mut tx = parts.db.write().await?;
    let watch = tx.lock_expiry_watch().await?;
    let due = tx.ending_after(watch, (now, now.plus(NEAR)), MESSAGES).await?;
    let Some(last) = due.last() else { return Ok(0) };
    tx.move_expiry_watch(last).await?;

    let kept_long = |message: &&Due| message.expires_at.since(message.at) >= KEPT;
    let announced: Vec<&Due> = due.iter().filter(kept_long).filter(|message| !message.withdrawn).collect();
    // In the order in which everybody locks several mailboxes.
    let mut versions = BTreeMap::new();
    for mailbox in
        announced.iter().map(|message| message.mailbox_id).collect::<std::collections::BTreeSet<_>>()
    {
        if let Some(found) = tx.lock_mailbox(mailbox).await? {
            versions.insert(mailbox, found.version);
        }
    }
    for message in announced {
        let Some(version) = versions.get(&message.mailbox_id) else { continue };
        // Behind the lock: it may have moved, or gone, since it was found.
        let Some(partition) = tx.partition_of(message.mailbox_id, message.number).await? else { continue };
        tx.queue_message_change(&MessageChange {
            mailbox: message.mailbox_id,
            version: *version,
            number: message.number,
            organization: &message.organization,
            kind: Kind::MessageExpiryNear,
            notice: None,
            partition,
            other_partition: None,
            at: now,
        })
        .await?;
    }

    tx.commit().await?;
    Ok(due.len())
}

/// So long before its end a message is announced.
const NEAR: Duration = Duration::from_secs(7 * 24 * 3600);
/// What is kept for less is not announced.
const KEPT: Duration = Duration::from_secs(14 * 24 * 3600);
/// Messages in one transaction, which holds their mailboxes.
const MESSAGES: i64 = 100;
