//! Messages that nobody saw for 15 days: a scan by time tells of each once, as an event alone.
//!
//! *Seen* is what the Message Registry calls read: a machine fetched content, or a person opened the message (TRUST T14). It is
//! read after the mailbox was locked, so that the event and what makes it void stand in their true order. No message is
//! made available behind the scan, which therefore moves forward only.

use std::collections::BTreeMap;
use std::time::Duration;

use uuid::Uuid;

use super::unseen_sql::Arrived;
use super::{Kind, MessageChange};
use crate::error::Error;
use crate::hub::Parts;
use crate::id::MailboxId;

/// Looks at a batch of messages that arrived 15 days ago; gives how many.
pub(crate) async fn announce(parts: &Parts) -> Result<usize, Error> {
    let now = parts.clock.now();
    // Without this look, an idle node would begin a writing transaction each time.
    if !parts.db.any_arrived_until(now.minus(AFTER)).await? {
        return Ok(0);
    }
    let mut tx = parts.db.write().await?;
    let watch = tx.lock_arrival_watch().await?;
    let oldest = now.minus(AFTER).minus(LATE);
    let watch = if watch.0 < oldest { (oldest, MailboxId(Uuid::nil()), 0) } else { watch };
    let due = tx.arrived_after(watch, now.minus(AFTER), MESSAGES).await?;
    let Some(last) = due.last() else { return Ok(0) };
    tx.move_arrival_watch(last).await?;

    let stands = |message: &&Arrived| !message.seen && !message.withdrawn && message.expires_at > now;
    let unseen: Vec<&Arrived> = due.iter().filter(stands).collect();
    // In the order in which everybody locks several mailboxes.
    let mut versions: BTreeMap<_, Option<i64>> =
        unseen.iter().map(|message| (message.mailbox_id, None)).collect();
    for (mailbox, version) in &mut versions {
        *version = tx.lock_mailbox(*mailbox).await?.map(|found| found.version);
    }
    for message in unseen {
        let Some(Some(version)) = versions.get(&message.mailbox_id) else { continue };
        if tx.is_seen(message.mailbox_id, message.number).await? {
            continue;
        }
        let Some(partition) = tx.partition_of(message.mailbox_id, message.number).await? else { continue };
        tx.queue_message_change(&MessageChange {
            mailbox: message.mailbox_id,
            version: *version,
            number: message.number,
            organization: &message.organization,
            kind: Kind::MessageUnseen,
            notice: None,
            at: now,
            partition,
            other_partition: None,
        })
        .await?;
    }

    tx.commit().await?;
    Ok(due.len())
}

/// So long after its arrival a message is told of.
const AFTER: Duration = Duration::from_secs(15 * 24 * 3600);
/// What should have been told so long ago is told no more: a hub that begins to tell does not begin with its whole history.
const LATE: Duration = Duration::from_secs(7 * 24 * 3600);
/// Messages in one transaction, which holds their mailboxes.
const MESSAGES: i64 = 100;
