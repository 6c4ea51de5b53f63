//! The facts about a message that readers leave behind, never mixed (TRUST T14).
//!
//! *Retrieved*: a machine fetched content. *Read*: the display flag. *Opened*: a person opened it in the portal, or a
//! named provider reported that one did. *Archived*: the recipient put it away.
//! Each runs inside the caller's transaction, takes the mailbox's lock first, moves its version if something
//! changed, and leaves an audit record and what providers are told. The first retrieval and the first opening are told to
//! the sender, with evidence.

use super::MessageHead;
use super::reading::{Sight, head};
use crate::audit::Act;
use crate::change::{Kind, MessageChange, NoticeKind, SenderChange};
use crate::clock::Timestamp;
use crate::db::Tx;
use crate::error::{Conflict, Error};
use crate::evidence::{self, FactKind};
use crate::hub::Parts;
use crate::id::{ApplicationId, MailboxId};
use crate::partition::GENERAL;
use crate::partition::moving::Move;

/// Who leaves the mark, as the audit names them.
#[derive(Clone, Debug)]
pub(crate) struct Marker {
    /// `provider` or `citizen`.
    pub(crate) role: &'static str,
    /// The internal id of the provider application or the person.
    pub(crate) actor: String,
}

/// What somebody sets on a message; what is not said stays as it is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Marks {
    /// The display flag.
    pub read: Option<bool>,
    /// Whether it is in the archive.
    pub archived: Option<bool>,
}

/// Notes that content is about to be given to a machine; only the first time changes anything, and then gives the
/// mailbox's new version.
pub(crate) async fn retrieve(
    tx: &mut Tx,
    parts: &Parts,
    (mailbox, message): (MailboxId, &MessageHead),
    marker: &Marker,
    now: Timestamp,
) -> Result<Option<i64>, Error> {
    lock(tx, mailbox).await?;
    must_stand(tx, mailbox, message.number).await?;
    let mut version = None;
    let seen = tx.is_seen(mailbox, message.number).await?;
    if tx.mark_retrieved(mailbox, message.number, now).await? {
        let moved = tx.move_mailbox(mailbox, 0, 0).await?;
        first_seen(tx, (mailbox, message), (seen, moved), now).await?;
        version = Some(moved);
        tx.record(parts.random.id(now), Some(mailbox), now, marker.act("retrieve", message)).await?;
    }
    // Also if expiry has just removed the message: the sender's fact outlives it.
    if tx.note_retrieved(&message.headline.application, message.publication, now).await? == 1 {
        tell_sender(tx, (mailbox, message), NoticeKind::MessageRetrieved, now).await?;
        evidence_of(mailbox, message).happened(tx, parts, FactKind::Retrieved, now).await?;
    }
    Ok(version)
}

/// Notes that a person opens the message, which also makes it read; only the first time changes anything.
pub(crate) async fn open(
    tx: &mut Tx,
    parts: &Parts,
    (mailbox, message): (MailboxId, &MessageHead),
    marker: &Marker,
    now: Timestamp,
) -> Result<(), Error> {
    lock(tx, mailbox).await?;
    must_stand(tx, mailbox, message.number).await?;
    let seen = tx.is_seen(mailbox, message.number).await?;
    let opened = tx.mark_opened((mailbox, message.number), None, now).await?;
    let read = tx.raise_read(mailbox, message.number).await?;
    if opened || read {
        let version = tx.move_mailbox(mailbox, 0, if read { -1 } else { 0 }).await?;
        first_seen(tx, (mailbox, message), (seen || !opened, version), now).await?;
        if read {
            tell_readers(tx, (mailbox, message), (Kind::MessageRead, version), now).await?;
        }
        tx.record(parts.random.id(now), Some(mailbox), now, marker.act("open", message)).await?;
    }
    let place = (message.headline.application.as_str(), message.publication);
    if tx.note_opened(place.0, place.1, (now, false)).await? == 1 {
        tell_sender(tx, (mailbox, message), NoticeKind::MessageOpened, now).await?;
        evidence_of(mailbox, message).happened(tx, parts, FactKind::Opened, now).await?;
    }
    Ok(())
}

/// Notes that a person opens the message elsewhere, as `application` reports; only the first opening changes anything.
///
/// The report names its provider in the mailbox and in the audit. The display flag stays as it is.
pub(crate) async fn open_elsewhere(
    tx: &mut Tx,
    parts: &Parts,
    (sight, number): (Sight, i64),
    (application, marker): (ApplicationId, &Marker),
    now: Timestamp,
) -> Result<Option<()>, Error> {
    let mailbox = sight.mailbox;
    lock(tx, mailbox).await?;
    let Some(message) = head(tx, sight, number, now).await? else {
        return Ok(None);
    };
    if message.sequel.withdrawn.is_some() {
        return Err(Error::Conflict(Conflict::Withdrawn));
    }
    let seen = tx.is_seen(mailbox, number).await?;
    if tx.mark_opened((mailbox, number), Some(application), now).await? {
        let version = tx.move_mailbox(mailbox, 0, 0).await?;
        first_seen(tx, (mailbox, &message), (seen, version), now).await?;
        tx.record(parts.random.id(now), Some(mailbox), now, marker.act("reportOpened", &message)).await?;
    }
    let place = (message.headline.application.as_str(), message.publication);
    if tx.note_opened(place.0, place.1, (now, true)).await? == 1 {
        tell_sender(tx, (mailbox, &message), NoticeKind::MessageOpened, now).await?;
        evidence_of(mailbox, &message).opened_elsewhere(tx, parts, now).await?;
    }
    Ok(Some(()))
}

/// Sets marks and gives the message as it is then; saying again what holds changes nothing.
///
/// `None` if there is no message of that number, or it has expired.
pub(crate) async fn mark(
    tx: &mut Tx,
    parts: &Parts,
    (sight, number): (Sight, i64),
    (marks, marker): (Marks, &Marker),
    now: Timestamp,
) -> Result<Option<MessageHead>, Error> {
    let mailbox = sight.mailbox;
    lock(tx, mailbox).await?;
    let Some(mut message) = head(tx, sight, number, now).await? else {
        return Ok(None);
    };
    let (mut acts, mut unread) = (Vec::new(), 0);
    match marks.read {
        Some(true) if tx.raise_read(mailbox, number).await? => {
            acts.push(("markRead", Kind::MessageRead));
            unread = -1;
        }
        // What is left of a withdrawn message is nothing to read.
        Some(false) if message.sequel.withdrawn.is_none() && tx.lower_read(mailbox, number).await? => {
            acts.push(("markUnread", Kind::MessageUnread));
            unread = 1;
        }
        _ => {}
    }
    match marks.archived {
        Some(true) if tx.archive(mailbox, number).await? => acts.push(("archive", Kind::MessageArchived)),
        Some(false) if tx.unarchive(mailbox, number).await? => {
            acts.push(("unarchive", Kind::MessageUnarchived));
        }
        _ => {}
    }
    if acts.is_empty() {
        return Ok(Some(message));
    }
    let version = tx.move_mailbox(mailbox, 0, unread).await?;
    for (act, kind) in acts {
        tx.queue_message_change(&change(mailbox, &message, (kind, version), now)).await?;
        tx.record(parts.random.id(now), Some(mailbox), now, marker.act(act, &message)).await?;
    }
    if message.sequel.withdrawn.is_none() {
        message.headline.read = marks.read.unwrap_or(message.headline.read);
    }
    message.headline.archived = marks.archived.unwrap_or(message.headline.archived);
    Ok(Some(message))
}

/// Puts a message into another partition and gives it as it is then; where it is already, nothing changes.
///
/// `None` if there is no message of that number, or it has expired.
///
/// # Errors
/// [`Error::Invalid`] for a partition that is not there, or that whoever moves it does not see: one answer for both.
pub(crate) async fn relocate(
    tx: &mut Tx,
    parts: &Parts,
    (sight, number): (Sight, i64),
    (to, marker): (Option<i64>, &Marker),
    now: Timestamp,
) -> Result<Option<MessageHead>, Error> {
    let mailbox = sight.mailbox;
    lock(tx, mailbox).await?;
    let Some(mut message) = head(tx, sight, number, now).await? else {
        return Ok(None);
    };
    let there = tx.partitions_now(mailbox).await?;
    let known = |to: &i64| *to == GENERAL || there.iter().any(|partition| partition.number == *to);
    let to = to.filter(|to| sight.partitions.has(*to)).filter(known).ok_or_else(|| {
        Error::invalid("referencedResourceNotFound", "partition", "no such partition of this mailbox")
    })?;
    let organization = message.headline.organization.clone();
    let way = Move { mailbox, number, organization: &organization, from: message.partition, to };
    if way.from != to && way.perform(tx).await? {
        let version = tx.move_mailbox(mailbox, 0, 0).await?;
        way.tell(tx, version, now).await?;
        tx.record(parts.random.id(now), Some(mailbox), now, marker.act("move", &message)).await?;
        message.partition = to;
    }
    Ok(Some(message))
}

/// Everybody who marks or removes a message holds its mailbox, so that nobody waits in a circle.
async fn lock(tx: &mut Tx, mailbox: MailboxId) -> Result<(), Error> {
    let found = tx.lock_mailbox(mailbox).await?;
    found.map(|_| ()).ok_or_else(|| Error::Corrupt { table: "mailbox", id: mailbox.0.to_string() })
}

/// Refuses what was withdrawn since it was read: nothing of its content is to be shown any more.
async fn must_stand(tx: &mut Tx, mailbox: MailboxId, number: i64) -> Result<(), Error> {
    if tx.is_withdrawn(mailbox, number).await? {
        return Err(Error::Conflict(Conflict::Withdrawn));
    }
    Ok(())
}

/// Queues that a message was seen, unless it was before: fetched or opened, whichever came first.
async fn first_seen(
    tx: &mut Tx,
    (mailbox, message): (MailboxId, &MessageHead),
    (seen, version): (bool, i64),
    now: Timestamp,
) -> Result<(), Error> {
    if !seen {
        tell_readers(tx, (mailbox, message), (Kind::MessageSeen, version), now).await?;
    }
    Ok(())
}

/// Queues what happened to a message that was read before its mailbox was locked: it may have moved since.
async fn tell_readers(
    tx: &mut Tx,
    (mailbox, message): (MailboxId, &MessageHead),
    what: (Kind, i64),
    now: Timestamp,
) -> Result<(), Error> {
    let partition = tx.partition_of(mailbox, message.number).await?.unwrap_or(message.partition);
    let change = MessageChange { partition, ..change(mailbox, message, what, now) };
    tx.queue_message_change(&change).await?;
    Ok(())
}

/// Queues what the sender alone is told.
async fn tell_sender(
    tx: &mut Tx,
    (mailbox, message): (MailboxId, &MessageHead),
    kind: NoticeKind,
    at: Timestamp,
) -> Result<(), Error> {
    tx.queue_sender_change(&SenderChange {
        mailbox: Some(mailbox),
        organization: &message.headline.organization,
        kind,
        about: message.publication.0,
        message_type: Some(&message.headline.message_type),
        at,
    })
    .await?;
    Ok(())
}

/// What providers are told of the message, at that version of its mailbox.
fn change(
    mailbox: MailboxId,
    message: &MessageHead,
    (kind, version): (Kind, i64),
    at: Timestamp,
) -> MessageChange<'_> {
    let (organization, partition) = (message.headline.organization.as_str(), message.partition);
    let other_partition = None;
    MessageChange {
        mailbox,
        version,
        number: message.number,
        organization,
        kind,
        notice: None,
        partition,
        other_partition,
        at,
    }
}

/// The message as evidence names it.
fn evidence_of(mailbox: MailboxId, message: &MessageHead) -> evidence::Letter<'_> {
    let (publication, organization) = (message.publication, message.headline.organization.as_str());
    evidence::Letter { mailbox: Some(mailbox), publication, organization }
}

impl Marker {
    fn act(&self, action: &'static str, message: &MessageHead) -> Act<'_> {
        let object = message.publication.0.to_string();
        Act { role: self.role, actor: self.actor.clone(), action, object }
    }
}
