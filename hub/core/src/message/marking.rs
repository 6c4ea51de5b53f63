//! The three facts about a message that readers leave behind, never mixed (TRUST T14).
//!
//! *Retrieved*: a machine fetched content. *Read*: the display flag. *Opened*: a person opened it in the portal.
//! Each runs inside the caller's transaction, takes the mailbox's lock first, moves its version if something
//! changed, and leaves an audit record and what providers are told. The first retrieval and the first opening are told to the sender, with evidence.

use super::MessageHead;
use super::reading::{Sight, head};
use crate::audit::Act;
use crate::change::{Kind, MessageChange};
use crate::clock::Timestamp;
use crate::db::Tx;
use crate::error::Error;
use crate::evidence::{self, FactKind};
use crate::hub::Parts;
use crate::id::MailboxId;

/// Who leaves the mark, as the audit names them.
#[derive(Clone, Debug)]
pub(crate) struct Marker {
    /// `provider` or `citizen`.
    pub(crate) role: &'static str,
    /// The internal id of the provider application or the person.
    pub(crate) actor: String,
}

/// Notes that content is about to be given to a machine; only the first time changes anything.
pub(crate) async fn retrieve(
    tx: &mut Tx,
    parts: &Parts,
    (mailbox, message): (MailboxId, &MessageHead),
    marker: &Marker,
    now: Timestamp,
) -> Result<(), Error> {
    lock(tx, mailbox).await?;
    if tx.mark_retrieved(mailbox, message.number, now).await? {
        tx.move_mailbox(mailbox, 0, 0).await?;
        tx.record(parts.random.id(now), Some(mailbox), now, marker.act("retrieve", message)).await?;
    }
    // Also if expiry has just removed the message: the sender's fact outlives it.
    if tx.note_retrieved(&message.headline.application, message.place.publication, now).await? == 1 {
        evidence_of(mailbox, message).happened(tx, parts, FactKind::Retrieved, now).await?;
    }
    Ok(())
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
    let opened = tx.mark_opened(mailbox, message.number, now).await?;
    let read = tx.raise_read(mailbox, message.number).await?;
    if opened || read {
        let version = tx.move_mailbox(mailbox, 0, if read { -1 } else { 0 }).await?;
        if read {
            tx.queue_message_change(&change(mailbox, message, (Kind::MessageRead, version), now)).await?;
        }
        tx.record(parts.random.id(now), Some(mailbox), now, marker.act("open", message)).await?;
    }
    if tx.note_opened(&message.headline.application, message.place.publication, now).await? == 1 {
        evidence_of(mailbox, message).happened(tx, parts, FactKind::Opened, now).await?;
    }
    Ok(())
}

/// Sets the display flag and gives the message as it is then; saying again what holds changes nothing.
///
/// `None` if there is no message of that number, or it has expired.
pub(crate) async fn mark_read(
    tx: &mut Tx,
    parts: &Parts,
    (sight, number): (Sight, i64),
    read: bool,
    marker: &Marker,
    now: Timestamp,
) -> Result<Option<MessageHead>, Error> {
    let mailbox = sight.mailbox;
    lock(tx, mailbox).await?;
    let Some(mut message) = head(tx, sight, number, now).await? else {
        return Ok(None);
    };
    let changed =
        if read { tx.raise_read(mailbox, number).await? } else { tx.lower_read(mailbox, number).await? };
    if changed {
        let version = tx.move_mailbox(mailbox, 0, if read { -1 } else { 1 }).await?;
        let kind = if read { Kind::MessageRead } else { Kind::MessageUnread };
        tx.queue_message_change(&change(mailbox, &message, (kind, version), now)).await?;
        let act = marker.act(if read { "markRead" } else { "markUnread" }, &message);
        tx.record(parts.random.id(now), Some(mailbox), now, act).await?;
    }
    message.headline.read = read;
    Ok(Some(message))
}

/// Everybody who marks or removes a message holds its mailbox, so that nobody waits in a circle.
async fn lock(tx: &mut Tx, mailbox: MailboxId) -> Result<(), Error> {
    let found = tx.lock_mailbox(mailbox).await?;
    found.map(|_| ()).ok_or_else(|| Error::Corrupt { table: "mailbox", id: mailbox.0.to_string() })
}

/// What providers are told of the message, at that version of its mailbox.
fn change(
    mailbox: MailboxId,
    message: &MessageHead,
    (kind, version): (Kind, i64),
    at: Timestamp,
) -> MessageChange<'_> {
    let organization = message.headline.organization.as_str();
    MessageChange { mailbox, version, number: message.number, organization, kind, at }
}

/// The message as evidence names it.
fn evidence_of(mailbox: MailboxId, message: &MessageHead) -> evidence::Letter<'_> {
    let (publication, organization) = (message.place.publication, message.headline.organization.as_str());
    evidence::Letter { mailbox: Some(mailbox), publication, organization }
}

impl Marker {
    fn act(&self, action: &'static str, message: &MessageHead) -> Act<'_> {
        let object = message.place.publication.0.to_string();
        Act { role: self.role, actor: self.actor.clone(), action, object }
    }
}
