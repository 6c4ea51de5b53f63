//! The one transaction in which letters come to be.

use std::collections::{HashMap, HashSet};

use super::wording::{flags_of, headers, stated};
use super::{Letter, Outcome, Published, Replaced};
use crate::audit::{Act, Record};
use crate::change::{self, MessageChange, Notice, NoticeKind, SenderChange};
use crate::claim::NewAnswer;
use crate::clock::Timestamp;
use crate::db::Tx;
use crate::error::{Conflict, Error};
use crate::evidence::{StatedLetter, Worded};
use crate::follow;
use crate::hub::{Hub, Parts};
use crate::id::{MailboxId, Sha256};
use crate::mailbox::many::{self, ids};
use crate::mailbox::{self, Kind, Mailbox, Number};
use crate::message::reading::{self, Sight};
use crate::message::{NewMessage, NewPart, Place};
use crate::outside::{OutsideKind, OutsideParty};
use crate::partition::GENERAL;

/// Why a group came to nothing.
pub(super) enum Failure {
    /// Nothing of it was written: a smaller group may be.
    Written(Error),
    /// The database cannot be reached, or it is not known whether it was written.
    Away(Error),
}

impl<E: Into<Error>> From<E> for Failure {
    fn from(error: E) -> Self {
        Self::Written(error.into())
    }
}

/// Puts letters into their recipients' mailboxes, or notes of each that it could not be; all of them, or after a failure none.
///
/// Of one letter the error may be [`Error::Invalid`] for a message that cannot be corrected, and [`Conflict::StillRunning`] if its
/// key was answered meanwhile.
pub(super) async fn deliver(hub: &Hub, letters: &mut [&mut Letter]) -> Result<Vec<Published>, Failure> {
    let parts = hub.parts();
    let mut tx = parts.db.write().await.map_err(|error| Failure::Away(error.into()))?;
    if letters.len() > 1 {
        tx.hurry().await?;
    }
    let published = write(hub, &mut tx, letters).await?;
    for (letter, published) in letters.iter_mut().zip(&published) {
        if published.outcome.is_delivered() {
            // From here on only the database knows whether rows name them.
            std::mem::replace(&mut letter.held.unnamed, parts.blobs.unnamed()).release();
            letter.held.uploaded.clear();
        }
    }
    tx.commit().await.map_err(|error| Failure::Away(error.into()))?;
    hub.bell().ring();
    Ok(published)
}

async fn write(hub: &Hub, tx: &mut Tx, letters: &[&mut Letter]) -> Result<Vec<Published>, Error> {
    let parts = hub.parts();
    let mailboxes = locked_mailboxes(tx, parts, letters).await?;
    let mut group = Group::at(parts, parts.clock.now());
    group.learn_rules(tx, &mailboxes).await?;
    let mut outcomes = Vec::with_capacity(letters.len());
    for (letter, mailbox) in letters.iter().zip(mailboxes) {
        // Before anything depends on whether the recipient is active, which the refusal must not tell.
        if let Some(replaced) = letter.replaces {
            must_be_correctable(tx, mailbox.as_ref(), replaced, group.now).await?;
        }
        outcomes.push(match mailbox.filter(Mailbox::accepts_mail) {
            Some(mailbox) => group.deliver(tx, letter, &mailbox).await?,
            None => group.note_undelivered(tx, letter).await?,
        });
    }
    let now = group.now;
    group.write(tx).await?;

    let mut published: Vec<Published> = letters
        .iter()
        .zip(outcomes)
        .map(|(letter, outcome)| Published {
            message_id: letter.message_id.clone(),
            outcome,
            recipient_id: None,
        })
        .collect();
    follow(hub, tx, letters, &mut published).await?;
    keep_answers(tx, letters, &published, now).await?;
    Ok(published)
}

/// Keeps the answers under their keys.
async fn keep_answers(
    tx: &mut Tx,
    letters: &[&mut Letter],
    published: &[Published],
    now: Timestamp,
) -> Result<(), Error> {
    let mut answers = Vec::with_capacity(letters.len());
    for (letter, published) in letters.iter().zip(published) {
        // Whom a copy does not reach today it may reach tomorrow: nobody chose its key for one request.
        if published.outcome.is_delivered() || letter.copy_of.is_none() {
            let answer = serde_json::to_string(published).map_err(Error::internal)?;
            let held = &letter.held;
            let (claim, mark) = (&held.claim, held.mark.clone());
            answers.push(NewAnswer { claim, mark, publication: letter.publication, answer });
        }
    }
    // in one order, whoever writes them
    answers.sort_by(|one, other| {
        (one.claim.owner(), one.claim.key()).cmp(&(other.claim.owner(), other.claim.key()))
    });
    let count = u64::try_from(answers.len()).unwrap_or(u64::MAX);
    if tx.insert_answers(answers, now).await? == count {
        Ok(())
    } else {
        // Another node was faster.
        Err(Error::Conflict(Conflict::StillRunning))
    }
}

/// What is to be written of the letters of a group.
struct Group<'a> {
    parts: &'a Parts,
    now: Timestamp,
    /// Mailboxes of enterprises that say into which partition what goes.
    ruled: HashSet<MailboxId>,
    /// How many came into each mailbox.
    moved: HashMap<MailboxId, i64>,
    messages: Vec<NewMessage<'a>>,
    /// The letters of `messages`.
    letters: Vec<&'a Letter>,
    words: Vec<(MailboxId, i64, String)>,
    statements: Vec<Worded>,
    records: Vec<Record<'static>>,
}

impl<'a> Group<'a> {
    fn at(parts: &'a Parts, now: Timestamp) -> Self {
        Self {
            parts,
            now,
            ruled: HashSet::new(),
            moved: HashMap::new(),
            messages: Vec::new(),
            letters: Vec::new(),
            words: Vec::new(),
            statements: Vec::new(),
            records: Vec::new(),
        }
    }

    async fn deliver(
        &mut self,
        tx: &mut Tx,
        letter: &'a Letter,
        mailbox: &Mailbox,
    ) -> Result<Outcome, Error> {
        let (parts, now) = (self.parts, self.now);
        let expires_at =
            letter.message_type.expiry(now).ok_or_else(|| Error::internal("the calendar ends"))?;
        let partition = self.routed(tx, letter, mailbox).await?;
        let count = self.moved.entry(mailbox.id).or_default();
        *count += 1;
        let number = mailbox.version + *count;
        let place = Place { home: mailbox.id, publication: letter.publication };
        let (header, sealed_header) = headers(parts, &letter.draft, place)?;
        self.messages.push(NewMessage {
            place,
            number,
            organization: letter.organization.as_str(),
            application: &letter.application,
            message_type: &letter.message_type.id,
            at: now,
            expires_at,
            flags: flags_of(&letter.draft),
            subject: letter.subject.clone(),
            header,
            sealed_header,
            partition,
        });
        self.letters.push(letter);
        self.words.push((mailbox.id, number, letter.words.clone()));
        let stated = StatedLetter {
            recipient: letter.recipient.digits(),
            subject: &letter.draft.subject,
            message_type: &letter.message_type.id,
            contents: letter.contents.iter().map(stated).collect(),
            registered_mail: letter.draft.registered_mail,
            expires_at,
        };
        self.statements.push(letter.evidence(Some(mailbox.id)).delivered(parts, &stated, now)?);
        self.record("publish", letter, Some(mailbox.id));
        Ok(Outcome::Delivered { expires_at })
    }

    /// Learns which recipients have rules, read behind the lock under which they change. A citizen has none.
    async fn learn_rules(&mut self, tx: &mut Tx, mailboxes: &[Option<Mailbox>]) -> Result<(), Error> {
        let enterprise = |mailbox: &Option<Mailbox>| {
            mailbox.as_ref().filter(|mailbox| mailbox.kind() == Kind::Enterprise).map(|mailbox| mailbox.id)
        };
        let enterprises: Vec<_> = mailboxes.iter().map(enterprise).collect();
        if enterprises.iter().any(Option::is_some) {
            let ruled = tx.mailboxes_with_rules(ids(&enterprises)).await?;
            self.ruled.extend(ruled.into_iter().map(|(mailbox,)| mailbox));
        }
        Ok(())
    }

    /// The partition that the recipient's rules say.
    async fn routed(&self, tx: &mut Tx, letter: &Letter, mailbox: &Mailbox) -> Result<i64, Error> {
        if !self.ruled.contains(&mailbox.id) {
            return Ok(GENERAL);
        }
        let about =
            (letter.message_type.id.as_str(), letter.application.as_str(), letter.organization.as_str());
        Ok(tx.partition_for(mailbox.id, about).await?.unwrap_or(GENERAL))
    }

    /// Nothing of the letter is kept but its id, sender and time (TRUST T15).
    async fn note_undelivered(&mut self, tx: &mut Tx, letter: &Letter) -> Result<Outcome, Error> {
        let (organization, now) = (letter.organization.as_str(), self.now);
        tx.insert_undelivered(&letter.application, organization, letter.publication, now).await?;
        tx.queue_sender_change(&SenderChange {
            mailbox: None,
            organization,
            kind: NoticeKind::MessageNotDelivered,
            about: letter.publication.0,
            message_type: Some(&letter.message_type.id),
            at: now,
        })
        .await?;
        self.statements.push(letter.evidence(None).refused(self.parts, now)?);
        self.record("notDelivered", letter, None);
        Ok(Outcome::NoDigitalUser)
    }

    fn record(&mut self, action: &'static str, letter: &Letter, mailbox: Option<MailboxId>) {
        let (actor, object) = (letter.application.clone(), letter.publication.0.to_string());
        let act = Act { role: "sender", actor, action, object };
        self.records.push(Record { id: self.parts.random.id(self.now), mailbox, at: self.now, act });
    }

    /// Writes everything that delivering means, of all letters at once.
    async fn write(self, tx: &mut Tx) -> Result<(), Error> {
        let messages = &self.messages;
        if !messages.is_empty() {
            tx.advance_mailboxes(self.moved).await?;
            tx.insert_publications(messages).await?;
            tx.insert_parts(of_letters(messages, &self.letters)).await?;
            tx.insert_messages(messages).await?;
            tx.insert_words(self.words).await?;
            tx.insert_delivered(messages).await?;
            let changes: Vec<_> = messages.iter().map(available).collect();
            tx.queue_message_changes(&changes.iter().collect::<Vec<_>>()).await?;
        }
        tx.insert_evidence(self.statements).await?;
        tx.record_all(self.records).await?;
        for (message, letter) in messages.iter().zip(self.letters) {
            write_rest(tx, message, letter).await?;
        }
        Ok(())
    }
}

/// The parts of letters, each with the place of its letter.
fn of_letters<'a>(
    messages: &'a [NewMessage<'_>],
    letters: &'a [&Letter],
) -> impl Iterator<Item = (Place, &'a NewPart)> {
    let each = messages.iter().zip(letters);
    each.flat_map(|(message, letter)| letter.contents.iter().map(|part| (message.place, part)))
}

/// What few letters ask for.
async fn write_rest(tx: &mut Tx, message: &NewMessage<'_>, letter: &Letter) -> Result<(), Error> {
    let (mailbox, number) = (message.place.home, message.number);
    if let Some(after) = letter.remind_after {
        tx.insert_reminder(message.at.plus(after), mailbox, number).await?;
    }
    if let Some(original) = letter.copy_of {
        tx.insert_link(message.application, (original, letter.publication), mailbox).await?;
    }
    if let Some(replaced) = letter.replaces {
        tx.link_correction(mailbox, (replaced.number, number)).await?;
    }
    Ok(())
}

/// The recipients' ids, where the sender asked to be told of them; in one order, whoever writes them.
async fn follow(
    hub: &Hub,
    tx: &mut Tx,
    letters: &[&mut Letter],
    published: &mut [Published],
) -> Result<(), Error> {
    let asked = letters.iter().zip(published).filter(|(letter, _)| letter.draft.follow_recipient);
    let mut asked: Vec<_> = asked.collect();
    asked.sort_by_cached_key(|(letter, _)| {
        (letter.organization.as_str().to_owned(), first_hash(hub.parts(), &letter.recipient))
    });
    for (letter, published) in asked {
        let who = (letter.organization.as_str(), &letter.recipient);
        let id = follow::follow(tx, hub.parts(), who, published.outcome.is_delivered()).await?;
        let party = OutsideParty::SenderOrganization(letter.organization);
        published.recipient_id = Some(hub.outside().seal(&party, OutsideKind::Recipient, id.into_bytes()));
    }
    Ok(())
}

/// The keyed hash under which a number comes to be known.
fn first_hash(parts: &Parts, number: &Number) -> Option<Sha256> {
    mailbox::hashes_of(parts, number).into_iter().next()
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
pub(crate) const NO_SUCH_MESSAGE: &str = "no such message of this application to this recipient is there";

/// The recipients' mailboxes, locked in the order of their ids and read as they are then; an enterprise's is opened if there was
/// none.
async fn locked_mailboxes(
    tx: &mut Tx,
    parts: &Parts,
    letters: &[&mut Letter],
) -> Result<Vec<Option<Mailbox>>, Error> {
    let numbers: Vec<Number> = letters.iter().map(|letter| letter.recipient.clone()).collect();
    let found = many::find_or_open_all(tx, parts, &numbers).await?;
    let locked = tx.lock_mailboxes(ids(&found)).await?;
    if locked.iter().any(|mailbox| mailbox.moved_to.is_some()) {
        // Merged between the two statements: the next try finds where to.
        return Err(Error::Unavailable { retry_after: 1 });
    }
    let locked: HashMap<MailboxId, Mailbox> =
        locked.into_iter().map(|mailbox| (mailbox.id, mailbox)).collect();
    Ok(found.into_iter().map(|id| id.and_then(|id| locked.get(&id).cloned())).collect())
}
