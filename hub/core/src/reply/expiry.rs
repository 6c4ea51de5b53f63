//! Expired replies go with their content and its keys, as messages do (TRUST T16).

use std::collections::BTreeSet;

use crate::clock::Timestamp;
use crate::error::Error;
use crate::hub::Parts;
use crate::id::MailboxId;
use crate::message::{Place, expiry};

/// Removes some expired replies, in mailbox order; gives how many.
pub(crate) async fn expire(parts: &Parts, now: Timestamp) -> Result<usize, Error> {
    let due = parts.db.mailboxes_with_expired_replies(now, MAILBOXES).await?;
    let mut removed = 0;
    for mailbox in due.into_iter().map(|(mailbox,)| mailbox).collect::<BTreeSet<_>>() {
        removed += expire_in(parts, mailbox, now).await?;
    }
    Ok(removed)
}

async fn expire_in(parts: &Parts, mailbox: MailboxId, now: Timestamp) -> Result<usize, Error> {
    let mut tx = parts.db.write().await?;
    tx.lock_mailbox(mailbox).await?;
    let due = tx.expired_replies(mailbox, now, REPLIES).await?;
    for (id,) in &due {
        tx.delete_reply(mailbox, *id).await?;
        expiry::destroy(&mut tx, parts, Place { home: mailbox, publication: *id }, now).await?;
    }
    tx.commit().await?;
    Ok(due.len())
}

/// Replies removed in one transaction.
const REPLIES: i64 = 50;
/// Expired replies looked at in one round.
const MAILBOXES: i64 = 500;
