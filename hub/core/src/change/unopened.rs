//! Messages that nobody opened within the time that their sender had named: told to the sender, once.
//!
//! A reminder is written with the publication and used up when its time comes, so that none can be passed over. Whether a
//! person *opened* the message decides, not its display flag (TRUST T14); who answered it has opened it. That is read after the mailbox was locked. A
//! message that is over or withdrawn by then is not told of.

use std::collections::{BTreeMap, BTreeSet};

use super::unopened_sql::Unopened;
use super::{NoticeKind, SenderChange};
use crate::error::Error;
use crate::hub::Parts;
use crate::id::MailboxId;

/// Looks at a batch of messages whose time has come; gives how many.
pub(crate) async fn remind(parts: &Parts) -> Result<usize, Error> {
    let now = parts.clock.now();
    // Without this look, an idle node would begin a writing transaction each time.
    if !parts.db.any_reminder_due(now).await? {
        return Ok(0);
    }
    let mut tx = parts.db.write().await?;
    let due = tx.due_reminders(now, MESSAGES).await?;
    // In the order in which everybody locks several mailboxes.
    let mailboxes: BTreeSet<MailboxId> = due.iter().map(|reminder| reminder.mailbox_id).collect();
    for mailbox in mailboxes {
        tx.lock_mailbox(mailbox).await?;
    }
    let mut unopened: BTreeMap<(MailboxId, i64), Unopened> = BTreeMap::new();
    for reminder in &due {
        let place = (reminder.mailbox_id, reminder.number);
        // Another node may have used it up while this one waited.
        if tx.use_reminder(reminder).await?
            && let Some(found) = tx.unopened(place, now).await?
        {
            unopened.insert(place, found);
        }
    }
    for ((mailbox, _), message) in &unopened {
        tx.queue_sender_change(&SenderChange {
            mailbox: Some(*mailbox),
            organization: &message.organization,
            kind: NoticeKind::MessageUnopened,
            about: message.publication_id.0,
            message_type: Some(&message.message_type),
            at: now,
        })
        .await?;
    }
    tx.commit().await?;
    Ok(due.len())
}

/// Messages in one transaction, which holds their mailboxes.
const MESSAGES: i64 = 100;
