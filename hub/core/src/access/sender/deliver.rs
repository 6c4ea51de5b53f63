//! The one transaction in which a letter comes to be.

use std::time::Duration;

use super::publish::{Outcome, Published, Upload};
use crate::access::intake::{BODY_PART, Described, Named};
use crate::audit::Act;
use crate::change::{self, MessageChange, Notice, NoticeKind, SenderChange};
use crate::clock::Timestamp;
use crate::db::Tx;
use crate::error::Error;
use crate::evidence::{self, Content, StatedLetter};
use crate::follow;
use crate::hub::Parts;
use crate::id::{MailboxId, PublicationId};
use crate::keys::Purpose;
use crate::mailbox::{self, Kind, Mailbox, Number};
use crate::message::draft::Draft;
use crate::message::folding::Words;
use crate::message::reading::{self, Sight};
use crate::message::{
    BODY_MEDIA_TYPE, Flags, Header, NewMessage, NewPart, PartRole, Place, SealedHeader, listed_subject,
    sealed_header_aad,
};
use crate::number::EnterpriseNumber;
use crate::outside::{OutsideKind, OutsideParty};
use crate::partition::GENERAL;
use crate::sender::MessageType;

/// A publication that passed every check.
pub(super) struct Letter<'a> {
    pub(super) draft: &'a Draft,
    pub(super) recipient: Number,
    pub(super) organization: EnterpriseNumber,
    pub(super) message_type: MessageType,
    pub(super) publication: PublicationId,
    /// What the request is recognised by.
    pub(super) fingerprint: Vec<u8>,
    /// The message that it corrects.
    pub(super) replaces: Option<Replaced>,
    /// The publication that it is a copy of, for one more recipient.
    pub(super) copy_of: Option<PublicationId>,
    /// After which time the sender is told that nobody opened it.
    pub(super) remind_after: Option<Duration>,
}

/// A message that is to be corrected.
#[derive(Clone, Copy)]
pub(super) struct Replaced {
    pub(super) mailbox: MailboxId,
    pub(super) number: i64,
}

impl Letter<'_> {
    /// The letter as evidence names it.
    fn evidence(&self, mailbox: Option<MailboxId>) -> evidence::Letter<'_> {
        let (publication, organization) = (self.publication, self.organization.as_str());
        evidence::Letter { mailbox, publication, organization }
    }
}

impl Upload {
    /// Puts the letter into the recipient's mailbox, or notes that it could not be; all of it in one transaction.
    pub(super) async fn deliver(&mut self, letter: Letter<'_>) -> Result<Published, Error> {
        let hub = self.access.hub.clone();
        let parts = hub.parts();
        let mut tx = parts.db.write().await?;

        let mailbox = locked_mailbox(&mut tx, parts, &letter.recipient).await?;
        let now = parts.clock.now();
        // Before anything depends on whether the recipient is active, which the refusal must not tell.
        if let Some(replaced) = letter.replaces {
            must_be_correctable(&mut tx, mailbox.as_ref(), replaced, now).await?;
        }
        let outcome = match mailbox.filter(Mailbox::accepts_mail) {
            Some(mailbox) => self.insert(&mut tx, &letter, &mailbox, now).await?,
            None => self.note_undelivered(&mut tx, &letter, now).await?,
        };
        let delivered = matches!(outcome, Outcome::Delivered { .. });
        let published = Published {
            message_id: self.access.outside_id(letter.organization, letter.publication),
            outcome,
            recipient_id: self.follow(&mut tx, &letter, delivered).await?,
        };

        if delivered || letter.copy_of.is_none() {
            let answer = serde_json::to_string(&published).map_err(Error::internal)?;
            self.intake.answer(&mut tx, letter.publication, &letter.fingerprint, &answer).await?;
        } else {
            // Who is not reached today may be tomorrow: nobody chose this key for one request.
            self.intake.forget(&mut tx).await?;
        }

        self.intake.commit(tx, if delivered { Named::All } else { Named::Nothing }).await?;
        hub.bell().ring();
        Ok(published)
    }

    async fn insert(
        &self,
        tx: &mut Tx,
        letter: &Letter<'_>,
        mailbox: &Mailbox,
        now: Timestamp,
    ) -> Result<Outcome, Error> {
        let parts = self.access.hub.parts();
        let expires_at =
            letter.message_type.expiry(now).ok_or_else(|| Error::internal("the calendar ends"))?;
        let number = tx.move_mailbox(mailbox.id, 1, 1).await?;
        let place = Place { home: mailbox.id, publication: letter.publication };
        let (header, sealed_header) = headers(parts, letter.draft, place)?;
        let message = NewMessage {
            place,
            number,
            organization: letter.organization.as_str(),
            application: self.access.client_id(),
            message_type: &letter.message_type.id,
            at: now,
            expires_at,
            flags: flags_of(letter.draft),
            subject: listed_subject(&letter.draft.subject).map_err(Error::internal)?,
            header,
            sealed_header,
            partition: self.routed(tx, letter, mailbox).await?,
        };

        tx.insert_publication(&message).await?;
        let contents = self.new_parts(letter.draft)?;
        for part in &contents {
            tx.insert_part(place, part).await?;
        }
        tx.insert_message(&message).await?;
        tx.insert_words(mailbox.id, number, &words_of(letter.draft)?).await?;
        tx.insert_delivered(&message).await?;
        if let Some(after) = letter.remind_after {
            tx.insert_reminder(now.plus(after), mailbox.id, number).await?;
        }
        if let Some(original) = letter.copy_of {
            let copy = (original, letter.publication);
            tx.insert_link(self.access.client_id(), copy, mailbox.id).await?;
        }
        if let Some(replaced) = letter.replaces {
            tx.link_correction(mailbox.id, (replaced.number, number)).await?;
        }
        tx.queue_message_change(&available(&message)).await?;
        let stated = StatedLetter {
            recipient: letter.recipient.digits(),
            subject: &letter.draft.subject,
            message_type: &letter.message_type.id,
            contents: contents.iter().map(stated).collect(),
            registered_mail: letter.draft.registered_mail,
            expires_at,
        };
        letter.evidence(Some(mailbox.id)).delivered(tx, parts, stated, now).await?;
        tx.record(parts.random.id(now), Some(mailbox.id), now, self.act("publish", letter)).await?;
        Ok(Outcome::Delivered { expires_at })
    }

    /// The partition that the recipient's rules say, read behind the lock under which they change. A citizen has none.
    async fn routed(&self, tx: &mut Tx, letter: &Letter<'_>, mailbox: &Mailbox) -> Result<i64, Error> {
        if mailbox.kind() == Kind::Citizen {
            return Ok(GENERAL);
        }
        let about = (letter.message_type.id.as_str(), self.access.client_id(), letter.organization.as_str());
        Ok(tx.partition_for(mailbox.id, about).await?.unwrap_or(GENERAL))
    }

    /// Nothing of the letter is kept but its id, sender and time (TRUST T15).
    async fn note_undelivered(
        &self,
        tx: &mut Tx,
        letter: &Letter<'_>,
        now: Timestamp,
    ) -> Result<Outcome, Error> {
        let organization = letter.organization.as_str();
        tx.insert_undelivered(self.access.client_id(), organization, letter.publication, now).await?;
        tx.queue_sender_change(&SenderChange {
            mailbox: None,
            organization,
            kind: NoticeKind::MessageNotDelivered,
            about: letter.publication.0,
            message_type: Some(&letter.message_type.id),
            at: now,
        })
        .await?;
        let parts = self.access.hub.parts();
        letter.evidence(None).refused(tx, parts, now).await?;
        tx.record(parts.random.id(now), None, now, self.act("notDelivered", letter)).await?;
        Ok(Outcome::NoDigitalUser)
    }

    /// The recipient's id, if the sender asked to be told of them.
    async fn follow(
        &self,
        tx: &mut Tx,
        letter: &Letter<'_>,
        delivered: bool,
    ) -> Result<Option<String>, Error> {
        if !letter.draft.follow_recipient {
            return Ok(None);
        }
        let hub = &self.access.hub;
        let who = (letter.organization.as_str(), &letter.recipient);
        let recipient = follow::follow(tx, hub.parts(), who, delivered).await?;
        let party = OutsideParty::SenderOrganization(letter.organization);
        Ok(Some(hub.outside().seal(&party, OutsideKind::Recipient, recipient.into_bytes())))
    }

    fn act(&self, action: &'static str, letter: &Letter<'_>) -> Act<'static> {
        let actor = self.access.client_id().to_owned();
        Act { role: "sender", actor, action, object: letter.publication.0.to_string() }
    }

    /// The rows of the parts: the body first, then attachments in the sender's order.
    pub(super) fn new_parts<'a>(&self, draft: &'a Draft) -> Result<Vec<NewPart<'a>>, Error> {
        let body = draft.body.iter().map(|body| {
            let (role, main, media_type) = (PartRole::Body, body.main, BODY_MEDIA_TYPE);
            (BODY_PART, Described { role, main, file_name: None, media_type })
        });
        let files = draft.attachments.iter().map(|file| {
            let (role, file_name) = (PartRole::Attachment, Some(file.file_name.as_str()));
            (file.part.as_str(), Described { role, main: file.main, file_name, media_type: &file.media_type })
        });
        self.intake.rows(body.chain(files))
    }
}

/// What providers and the sender are told of a message that is there from now on.
fn available<'a>(message: &'a NewMessage<'_>) -> MessageChange<'a> {
    let (kind, publication) = (NoticeKind::MessageAvailable, message.place.publication);
    MessageChange {
        mailbox: message.place.home,
        version: message.number,
        number: message.number,
        organization: message.organization,
        kind: change::Kind::MessageAvailable,
        notice: Some(Notice { kind, publication, message_type: message.message_type }),
        partition: message.partition,
        other_partition: None,
        at: message.at,
    }
}

/// Refuses to correct a message that is not in this mailbox or has a correction, whoever the recipient is.
async fn must_be_correctable(
    tx: &mut Tx,
    mailbox: Option<&Mailbox>,
    replaced: Replaced,
    now: Timestamp,
) -> Result<(), Error> {
    let old = match mailbox.filter(|mailbox| mailbox.id == replaced.mailbox) {
        Some(at) => reading::head(tx, Sight::whole(at.id), replaced.number, now).await?,
        None => None,
    };
    match old {
        None => Err(Error::invalid("referencedResourceNotFound", "replaces", NO_SUCH_MESSAGE)),
        Some(old) if old.sequel.replaced_by.is_some() => {
            let detail = "it is corrected already: name the message that corrects it";
            Err(Error::invalid("invalidInput", "replaces", detail))
        }
        Some(_) => Ok(()),
    }
}

/// What is said of a message that cannot be corrected, whatever it is.
pub(super) const NO_SUCH_MESSAGE: &str = "no such message of this application to this recipient is there";

/// A part as evidence states it.
pub(super) fn stated<'a>(part: &NewPart<'a>) -> Content<'a> {
    Content {
        role: part.role.name(),
        main: part.main,
        media_type: part.media_type,
        sha256: part.stored.sha256,
        size: part.stored.size,
    }
}

/// The recipient's mailbox, locked and read as it is then; an enterprise's is opened if there was none.
async fn locked_mailbox(tx: &mut Tx, parts: &Parts, recipient: &Number) -> Result<Option<Mailbox>, Error> {
    let found = match recipient {
        Number::Ssin(_) => mailbox::find(tx, parts, recipient).await?,
        Number::Enterprise(_) => Some(mailbox::find_or_open(tx, parts, recipient).await?),
    };
    match found {
        Some(mailbox) => Ok(tx.lock_mailbox(mailbox.id).await?),
        None => Ok(None),
    }
}

/// What is searched of a letter, as JSON; nothing that is sealed is in it.
fn words_of(draft: &Draft) -> Result<String, Error> {
    let (clear, _) = Header::split(draft.business_data.clone());
    serde_json::to_string(&Words::of(&draft.subject, &clear)).map_err(Error::internal)
}

pub(super) fn flags_of(draft: &Draft) -> Flags {
    Flags::default()
        .with(Flags::REGISTERED_MAIL, draft.registered_mail)
        .with(Flags::HAS_ATTACHMENTS, !draft.attachments.is_empty())
        .with(Flags::REPLY_ALLOWED, draft.reply_allowed)
        .with(Flags::HAS_PAYMENT, draft.payment.is_some())
}

/// The clear header as JSON, and the sealed one if there is anything to seal (TRUST T22).
pub(super) fn headers(
    parts: &Parts,
    draft: &Draft,
    place: Place,
) -> Result<(String, Option<Vec<u8>>), Error> {
    let (clear, sealed) = Header::split(draft.business_data.clone());
    let header = Header {
        subject: draft.subject.clone(),
        business_data: clear,
        payment: draft.payment.clone(),
        registered_mail: draft.registered_mail,
        reply_allowed: draft.reply_allowed,
    };
    let sealed =
        SealedHeader { for_the_attention_of: draft.for_the_attention_of.clone(), business_data: sealed };
    let sealed = if sealed.is_empty() {
        None
    } else {
        let plain = serde_json::to_vec(&sealed).map_err(Error::internal)?;
        let aad = sealed_header_aad(place.home, place.publication);
        Some(parts.keys.current().seal(Purpose::SealedColumns, &aad, &plain, &parts.random))
    };
    Ok((serde_json::to_string(&header).map_err(Error::internal)?, sealed))
}
