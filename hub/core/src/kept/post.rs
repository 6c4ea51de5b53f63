//! Posting: all events of a posting are taken, or none.

use std::collections::BTreeMap;

use super::{DAILY_SHOWN, EventType, PostedEvent, SHOWN};
use crate::change::{Kind, MessageChange};
use crate::clock::Timestamp;
use crate::db::Tx;
use crate::error::{Conflict, Error};
use crate::hub::Parts;
use crate::id::{MailboxId, Sha256};
use crate::keys::Purpose;
use crate::mailbox::{self, Mailbox, Number};
use crate::number::EnterpriseNumber;
use crate::partition::GENERAL;

/// Who posts, and when.
#[derive(Clone, Copy)]
pub(crate) struct Posting<'a> {
    /// The document provider.
    pub(crate) provider: &'a str,
    pub(crate) now: Timestamp,
}

impl Posting<'_> {
    /// What makes an event one.
    fn key(&self, event: &PostedEvent) -> String {
        let (kind, enterprise) = (event.kind.name(), event.enterprise.as_str());
        format!("postedEvent:{}:{kind}:{enterprise}:{}", self.provider, event.message_id)
    }
}

/// Takes events.
///
/// # Errors
/// [`Conflict::EventTold`] if one of them was told before.
pub(crate) async fn post(
    tx: &mut Tx,
    parts: &Parts,
    posting: Posting<'_>,
    events: &[PostedEvent],
) -> Result<(), Error> {
    // In one order whoever posts: two postings of the same events wait for each other, and not both.
    let mut in_order: Vec<(String, &PostedEvent)> =
        events.iter().map(|event| (posting.key(event), event)).collect();
    in_order.sort_unstable_by(|(one, _), (other, _)| one.cmp(other));
    for (key, event) in in_order {
        once(tx, parts, posting, (&key, event)).await?;
    }
    let mut of: BTreeMap<MailboxId, Vec<&PostedEvent>> = BTreeMap::new();
    for event in events {
        let mailbox = mailbox::find(tx, parts, &Number::Enterprise(event.enterprise)).await?;
        // What has expired meanwhile is nowhere to be shown.
        if let Some(mailbox) = mailbox.filter(|_| event.expires_at > posting.now) {
            of.entry(mailbox.id).or_default().push(event);
        }
    }
    // In the order in which everybody locks several mailboxes.
    for (mailbox, events) in of {
        // Read after the lock: it may have closed.
        if !tx.lock_mailbox(mailbox).await?.as_ref().is_some_and(Mailbox::accepts_mail) {
            continue;
        }
        for event in events {
            keep(tx, posting, mailbox, event).await?;
        }
        tx.drop_kept_beyond(mailbox, posting.provider, SHOWN).await?;
    }
    Ok(())
}

/// Notes that the event was told; whether there is such a mailbox does not matter.
async fn once(
    tx: &mut Tx,
    parts: &Parts,
    posting: Posting<'_>,
    (key, event): (&str, &PostedEvent),
) -> Result<(), Error> {
    let keys = parts.keys.current();
    let (_, hash) = keys.index(Purpose::SsinIndex, key.as_bytes());
    for (_, former) in keys.indexes(Purpose::SsinIndex, key.as_bytes()) {
        if former != hash && tx.was_posted(posting.provider, Sha256(former)).await? {
            return Err(Error::Conflict(Conflict::EventTold));
        }
    }
    let until = event.expires_at.max(posting.now.plus(REMEMBERED)).min(posting.now.plus(REMEMBERED_AT_MOST));
    match tx.insert_posted(posting.provider, Sha256(hash), until).await? {
        true => Ok(()),
        false => Err(Error::Conflict(Conflict::EventTold)),
    }
}

/// Keeps what an event tells, if it tells anything: only a message that arrives is new, and who has read is not reminded.
async fn keep(
    tx: &mut Tx,
    posting: Posting<'_>,
    mailbox: MailboxId,
    event: &PostedEvent,
) -> Result<(), Error> {
    let known = tx.kept_number(mailbox, posting.provider, &event.message_id).await?;
    let kind = match (event.kind, known) {
        (EventType::NewDocument, None) => Kind::KeptAvailable,
        (EventType::NewDocumentReminder, Some((_, false))) => Kind::KeptUnseen,
        (EventType::ReadDocument, Some((_, false))) => Kind::KeptSeen,
        (EventType::DocumentExpirationAlert, Some((_, false))) => Kind::KeptExpiryNear,
        _ => return Ok(()),
    };
    let day = posting.now.seconds().div_euclid(DAY);
    if !tx.count_kept((mailbox, posting.provider), day, DAILY_SHOWN).await? {
        return Ok(());
    }
    let version = tx.move_mailbox(mailbox, 0, 0).await?;
    let number = known.map_or(version, |(number, _)| number);
    match kind {
        Kind::KeptAvailable => {
            let subject = serde_json::to_string(&event.subject).map_err(Error::internal)?;
            tx.insert_kept((mailbox, number), posting, event, &subject).await?;
        }
        Kind::KeptSeen => {
            tx.mark_kept_read(mailbox, number, posting.now).await?;
        }
        _ => {}
    }
    tx.queue_message_change(&MessageChange {
        mailbox,
        version,
        number,
        organization: event.organization.as_ref().map_or("", EnterpriseNumber::as_str),
        kind,
        notice: None,
        at: posting.now,
        partition: GENERAL,
        other_partition: None,
    })
    .await?;
    Ok(())
}

/// An event is known for at least so long after it was told.
const REMEMBERED: std::time::Duration = std::time::Duration::from_secs(30 * 24 * 3600);
/// And for no longer, whatever end is told.
const REMEMBERED_AT_MOST: std::time::Duration = std::time::Duration::from_secs(365 * 24 * 3600);
/// Seconds of a day.
const DAY: i64 = 86_400;
