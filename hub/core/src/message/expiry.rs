//! Expiry: reads refuse an expired message by time; what follows here removes it (TRUST T16).
//!
//! Messages go in mailbox order, a few in one transaction, with their publication and its keys. Objects are
//! deleted after, by the outbox. What the sender sees of them stays as a fact.

use super::Place;
use super::expiry_sql::Due;
use crate::audit::Act;
use crate::change::{self, MessageChange, Notice, NoticeKind};
use crate::clock::Timestamp;
use crate::db::Tx;
use crate::error::Error;
use crate::evidence::{FactKind, Letter};
use crate::hub::Parts;
use crate::id::MailboxId;
use crate::outbox::{Kind, NewTask};

/// Mailboxes that hold expired messages, in their order.
pub(crate) async fn due_mailboxes(parts: &Parts, now: Timestamp) -> Result<Vec<MailboxId>, Error> {
    let mut mailboxes: Vec<MailboxId> = parts
        .db
        .mailboxes_with_expired(now, MAILBOXES)
        .await?
        .into_iter()
        .map(|(mailbox,)| mailbox)
        .collect();
    mailboxes.sort_unstable();
    mailboxes.dedup();
    Ok(mailboxes)
}

/// Removes some expired messages of one mailbox, in one transaction; gives how many.
pub(crate) async fn expire_in(parts: &Parts, mailbox: MailboxId, now: Timestamp) -> Result<usize, Error> {
    let mut tx = parts.db.write().await?;
    if tx.lock_mailbox(mailbox).await?.is_none() {
        return Err(Error::Corrupt { table: "message", id: mailbox.0.to_string() });
    }

    // Read after the lock: whatever the lock protects is as it is now (DATA rule 1).
    let due = tx.expired_in(mailbox, now, MESSAGES).await?;
    for message in &due {
        remove(&mut tx, parts, mailbox, message, now).await?;
    }
    if !due.is_empty() {
        let unread = due.iter().filter(|message| message.read != Some(true)).count();
        let version = tx.move_mailbox(mailbox, -count(due.len()), -count(unread)).await?;
        for message in &due {
            let (number, organization) = (message.number, message.organization.as_str());
            let kind = change::Kind::MessageExpired;
            let notice = Notice {
                kind: NoticeKind::MessageExpired,
                publication: message.publication_id,
                message_type: &message.message_type,
            };
            // For its sender a message that was withdrawn has ended with that; when those of a campaign end is known before.
            let notice = Some(notice).filter(|_| !message.withdrawn && message.campaign_id.is_none());
            let (partition, other_partition) = (message.partition, None);
            let expired = MessageChange {
                mailbox,
                version,
                number,
                organization,
                kind,
                notice,
                partition,
                other_partition,
                at: now,
            };
            tx.queue_message_change(&expired).await?;
        }
    }

    tx.commit().await?;
    Ok(due.len())
}

async fn remove(
    tx: &mut Tx,
    parts: &Parts,
    mailbox: MailboxId,
    message: &Due,
    now: Timestamp,
) -> Result<(), Error> {
    if message.sequel {
        tx.delete_sequel(mailbox, message.number).await?;
    }
    tx.delete_message(mailbox, message.number).await?;
    let (publication, organization) = (message.publication_id, message.organization.as_str());
    let letter = Letter { mailbox: Some(mailbox), publication, organization };
    if !message.withdrawn {
        letter.happened(tx, parts, FactKind::Expired, now).await?;
    }
    if message.campaign_id.is_none() {
        let place = Place { home: mailbox, publication: message.publication_id };
        destroy(tx, parts, place, now).await?;
    }
    let act = Act {
        role: "hub",
        actor: String::new(),
        action: "expire",
        object: message.publication_id.0.to_string(),
    };
    tx.record(parts.random.id(now), Some(mailbox), now, act).await?;
    Ok(())
}

/// Removes a publication with its parts and their keys; its objects are deleted after.
pub(crate) async fn destroy(tx: &mut Tx, parts: &Parts, place: Place, now: Timestamp) -> Result<(), Error> {
    for (object,) in tx.objects_of(place).await? {
        let task = NewTask { id: parts.random.id(now), kind: Kind::DeleteObject, key: object.to_string() };
        tx.enqueue(task, now).await?;
    }
    tx.delete_publication(place).await?;
    Ok(())
}

fn count(number: usize) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}

/// Messages removed in one transaction, so that it holds the writer for a few milliseconds only.
const MESSAGES: i64 = 50;
/// Expired messages looked at in one round.
const MAILBOXES: i64 = 500;
