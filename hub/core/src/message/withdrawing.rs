//! Withdrawing a message that nobody has opened: its content is destroyed, a stub says so (TRUST T14, T16, T17).
//!
//! Runs inside the caller's transaction, which holds the mailbox's lock: an opening that comes at the same time is either
//! there before, and the withdrawal is refused, or finds the stub.

use super::folding::Words;
use super::header::Header;
use super::{MessageHead, Place};
use crate::audit::Act;
use crate::change::{Kind, MessageChange, Notice, NoticeKind};
use crate::clock::Timestamp;
use crate::db::Tx;
use crate::error::{Conflict, Error};
use crate::evidence::{FactKind, Letter};
use crate::hub::Parts;
use crate::id::MailboxId;
use crate::outbox::{self, NewTask};
use crate::text::Texts;

/// A withdrawal that may happen.
pub(crate) struct Withdrawing<'a> {
    pub(crate) mailbox: MailboxId,
    pub(crate) message: &'a MessageHead,
    pub(crate) reason: &'a Texts,
    /// The sender application that withdraws it.
    pub(crate) application: &'a str,
}

impl Withdrawing<'_> {
    /// Destroys the content and says so to everybody whom it concerns.
    pub(crate) async fn perform(&self, tx: &mut Tx, parts: &Parts, now: Timestamp) -> Result<(), Error> {
        let (mailbox, message) = (self.mailbox, self.message);
        let place = (mailbox, message.number);
        if !tx.note_withdrawn(self.application, message.publication, now).await? {
            return Err(Error::Conflict(Conflict::Opened));
        }
        self.destroy(tx, parts, now).await?;
        let reason = serde_json::to_string(self.reason).map_err(Error::internal)?;
        tx.put_withdrawal(place, now, &reason).await?;
        let read = tx.raise_read(mailbox, message.number).await?;
        let version = tx.move_mailbox(mailbox, 0, if read { -1 } else { 0 }).await?;

        let (publication, organization) = (message.publication, message.headline.organization.as_str());
        let message_type = message.headline.message_type.as_str();
        let notice = Notice { kind: NoticeKind::MessageWithdrawn, publication, message_type };
        tx.queue_message_change(&MessageChange {
            mailbox,
            version,
            number: message.number,
            organization,
            kind: Kind::MessageWithdrawn,
            notice: Some(notice),
            partition: message.partition,
            other_partition: None,
            at: now,
        })
        .await?;
        let letter = Letter { mailbox: Some(mailbox), publication, organization };
        letter.happened(tx, parts, FactKind::Withdrawn, now).await?;
        let (actor, object) = (self.application.to_owned(), publication.0.to_string());
        let act = Act { role: "sender", actor, action: "withdraw", object };
        tx.record(parts.random.id(now), Some(mailbox), now, act).await?;
        Ok(())
    }

    /// Removes everything that the sender wrote: text, files with their keys, subject, data, payment. What stays readable
    /// is the name of the message's type.
    async fn destroy(&self, tx: &mut Tx, parts: &Parts, now: Timestamp) -> Result<(), Error> {
        let subject = &self.message.headline.message_type_name;
        let folded = serde_json::to_string(&Words::of(subject, &[])).map_err(Error::internal)?;
        let listed = serde_json::to_string(&shortened(subject)).map_err(Error::internal)?;
        tx.empty_message((self.mailbox, self.message.number), &listed, &folded).await?;

        let place = self.message.place;
        // What a campaign shares belongs to others too: there the stub alone keeps it from being read.
        if place.home == self.mailbox {
            self.enqueue_objects(tx, parts, (place, now)).await?;
            let header = Header { subject: subject.clone(), ..Header::default() };
            let header = serde_json::to_string(&header).map_err(Error::internal)?;
            tx.empty_publication(place, &header).await?;
        }
        Ok(())
    }

    async fn enqueue_objects(
        &self,
        tx: &mut Tx,
        parts: &Parts,
        (place, now): (Place, Timestamp),
    ) -> Result<(), Error> {
        for (object,) in tx.objects_of(place).await? {
            let id = parts.random.id(now);
            let task = NewTask { id, kind: outbox::Kind::DeleteObject, key: object.to_string() };
            tx.enqueue(task, now).await?;
        }
        Ok(())
    }
}

/// The name of a type, short enough for the list: an empty subject there would lead to the publication.
fn shortened(name: &Texts) -> Texts {
    name.iter().map(|(language, text)| (language.clone(), text.chars().take(LISTED).collect())).collect()
}

/// Characters of a type's name in one language, as the list of a mailbox holds it; that is read of it nowhere but where the
/// type itself is not at hand.
const LISTED: usize = 60;
/// Characters of a reason in one language.
pub const REASON_LENGTH: usize = 400;
