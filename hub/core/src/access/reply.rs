//! Answering a message: what a provider application and a person in the portal have in common.

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::intake::{BODY_PART, Described, Intake};
use crate::audit::Act;
use crate::change::{self, MessageChange, Notice, NoticeKind};
use crate::clock::Timestamp;
use crate::db::Tx;
use crate::error::{Conflict, Error};
use crate::hub::{Hub, Parts};
use crate::id::PublicationId;
use crate::message::marking::Marker;
use crate::message::reading::{self, Sight};
use crate::message::uploaded::check_parts;
use crate::message::{Flags, Header, MessageHead, NewMessage, Part, PartRole, Place};
use crate::reply::{Answerer, NewReply, REPLIES, ReplyDraft, ReplyRow, TEXT_MEDIA_TYPE};
use crate::sender::MessageType;

/// The message that is answered, and who answers it.
pub(super) struct Answering {
    pub(super) sight: Sight,
    pub(super) number: i64,
    pub(super) by: Answerer,
    pub(super) marker: Marker,
}

/// A reply that was stored, as its idempotency key remembers it.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
pub(super) struct Kept {
    pub(super) id: Uuid,
    pub(super) at: Timestamp,
}

/// A reply with its content.
pub(super) struct Whole {
    pub(super) row: ReplyRow,
    pub(super) text: String,
    /// The rows of its files.
    pub(super) files: Vec<Part>,
}

impl Answering {
    /// Stores the reply, or gives the first one again under the same key.
    ///
    /// After an error nothing of it remains and the idempotency key is free.
    pub(super) async fn send(
        &self,
        hub: &Hub,
        mut intake: Intake,
        draft: &ReplyDraft,
    ) -> Result<(Kept, bool), Error> {
        let place = (self.sight.mailbox.0, self.number);
        let fingerprint = intake.fingerprint(b"reply", &draft.canonical(place).map_err(Error::internal)?);
        if let Some(answer) = intake.answered(&fingerprint)? {
            return Ok((serde_json::from_str(answer).map_err(Error::internal)?, true));
        }
        match self.send_first(hub, &mut intake, draft, &fingerprint).await {
            Ok(kept) => Ok((kept, false)),
            Err(error) => {
                intake.abandon().await;
                Err(error)
            }
        }
    }

    async fn send_first(
        &self,
        hub: &Hub,
        intake: &mut Intake,
        draft: &ReplyDraft,
        fingerprint: &[u8],
    ) -> Result<Kept, Error> {
        let parts = hub.parts();
        let (_, kind) = self.answerable(parts).await?;
        let mut findings = intake.take_findings();
        draft.check(&mut findings);
        check_parts(&draft.attachments, intake.parts(), Some(&kind.media_types), &mut findings);
        findings.into_result()?;
        intake.store(BODY_PART, draft.text.clone().into()).await?;

        let mut tx = parts.db.write().await?;
        tx.lock_mailbox(self.sight.mailbox).await?;
        // As it is now that nobody else changes it: it may have been withdrawn, or be over.
        let head = self.answerable_in(&mut tx, parts).await?;
        if tx.count_replies(self.sight.mailbox, self.number).await? >= REPLIES {
            return Err(Error::Conflict(Conflict::NotAnswerable));
        }
        let kept = self.insert(&mut tx, (parts, intake), draft, (&head, &kind)).await?;
        let answer = serde_json::to_string(&kept).map_err(Error::internal)?;
        intake.answer(&mut tx, PublicationId(kept.id), fingerprint, answer).await?;
        intake.commit(tx).await?;
        Ok(kept)
    }

    /// The message, whose sender accepts replies, and its type.
    pub(super) async fn answerable(&self, parts: &Parts) -> Result<(MessageHead, MessageType), Error> {
        let mut tx = parts.db.read().await?;
        let head = self.answerable_in(&mut tx, parts).await?;
        let kind = tx.message_type(&head.headline.message_type).await?;
        tx.commit().await?;
        Ok((head, kind.ok_or_else(|| Error::internal("a message has no type"))?))
    }

    async fn answerable_in(&self, tx: &mut Tx, parts: &Parts) -> Result<MessageHead, Error> {
        let head = reading::head(tx, self.sight, self.number, parts.clock.now()).await?;
        let head = head.ok_or(Error::NotFound("message"))?;
        if !head.headline.flags.has(Flags::REPLY_ALLOWED) {
            return Err(Error::Conflict(Conflict::NotAnswerable));
        }
        Ok(head)
    }

    async fn insert(
        &self,
        tx: &mut Tx,
        (parts, intake): (&Parts, &Intake),
        draft: &ReplyDraft,
        (head, kind): (&MessageHead, &MessageType),
    ) -> Result<Kept, Error> {
        let (now, mailbox) = (parts.clock.now(), self.sight.mailbox);
        let id = PublicationId(parts.random.id(now));
        let place = Place { home: mailbox, publication: id };
        let expires_at = kind.expiry(now).ok_or_else(|| Error::internal("the calendar ends"))?;
        let headline = &head.headline;
        tx.insert_publications(&[NewMessage {
            place,
            number: self.number,
            organization: &headline.organization,
            application: &headline.application,
            message_type: &headline.message_type,
            at: now,
            expires_at,
            flags: Flags::default(),
            subject: String::new(),
            header: serde_json::to_string(&Header::default()).map_err(Error::internal)?,
            sealed_header: None,
            partition: head.partition,
        }])
        .await?;
        let files = intake.rows(described(draft))?;
        tx.insert_parts(files.iter().map(|part| (place, part))).await?;
        tx.insert_reply(&NewReply {
            mailbox,
            id,
            number: self.number,
            publication: head.publication,
            organization: &headline.organization,
            application: &headline.application,
            at: now,
            expires_at,
            by: self.by,
        })
        .await?;
        let version = tx.move_mailbox(mailbox, 0, 0).await?;
        let (number, organization) = (self.number, headline.organization.as_str());
        let kind = change::Kind::MessageReplied;
        let notice = Some(Notice {
            kind: NoticeKind::MessageReplied,
            publication: head.publication,
            message_type: &headline.message_type,
        });
        let (partition, other_partition) = (head.partition, None);
        let replied = MessageChange {
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
        tx.queue_message_change(&replied).await?;
        let (role, actor) = (self.marker.role, self.marker.actor.clone());
        let act = Act { role, actor, action: "reply", object: id.0.to_string() };
        tx.record(parts.random.id(now), Some(mailbox), now, act).await?;
        Ok(Kept { id: id.0, at: now })
    }
}

/// The text first, then the files.
fn described(draft: &ReplyDraft) -> impl Iterator<Item = (&str, Described<'_>)> {
    let text = Described { role: PartRole::Body, main: true, file_name: None, media_type: TEXT_MEDIA_TYPE };
    let files = draft.attachments.iter().map(|file| {
        let (role, file_name) = (PartRole::Attachment, Some(file.file_name.as_str()));
        (file.part.as_str(), Described { role, main: false, file_name, media_type: &file.media_type })
    });
    std::iter::once((BODY_PART, text)).chain(files)
}

/// A reply with its text, opened, and its files without their content; `None` if expiry has just removed it.
pub(super) async fn whole(parts: &Parts, tx: &mut Tx, row: ReplyRow) -> Result<Option<Whole>, Error> {
    let rows = tx.parts_of(Place { home: row.mailbox_id, publication: row.id }).await?;
    let (mut text, mut files) = (None, Vec::new());
    for part in rows {
        match PartRole::named(&part.role) {
            Some(PartRole::Body) => text = Some(parts.blobs.read_all(&part.stored()?).await?),
            _ => files.push(part),
        }
    }
    let Some(text) = text else { return Ok(None) };
    let corrupt = |_| Error::Corrupt { table: "part", id: row.id.0.to_string() };
    let text = String::from_utf8(text.to_vec()).map_err(corrupt)?;
    Ok(Some(Whole { row, text, files }))
}
