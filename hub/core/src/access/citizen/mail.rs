//! A citizen's mail in the portal: the list, a message, and links to its files on the content origin.
//!
//! Opening a message is a fact of its own and told to the sender (TRUST T14). A link to a file lives 60 seconds
//! and belongs to the session that asked for it (TRUST T13).

use std::time::Duration;

use uuid::Uuid;

use super::{CitizenAccess, Listed, MailboxView};
use crate::access::cursor::Walk;
use crate::access::shown::{Content, ListedMessage, ShownMessage, View};
use crate::clock::Timestamp;
use crate::error::{Conflict, Error};
use crate::hub::Hub;
use crate::id::{MailboxId, Sha256};
use crate::journal::{Disclosed, Reader, Reading};
use crate::kept::KeptElsewhere;
use crate::message::content;
use crate::message::finding::{self, Asked, Count};
use crate::message::marking::{self, Marker};
use crate::message::question::Question;
use crate::message::reading::{self, Sight};
use crate::message::{Marks, PAGE_SIZE};
use crate::outside::OutsideParty;
use crate::partition::GENERAL_ID;

/// Where a message is kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shelf {
    /// In the mailbox itself.
    Mailbox,
    /// In its archive.
    Archive,
}

/// A page of a citizen's mailbox, newest first.
#[derive(Clone)]
pub struct MailPage {
    /// The messages.
    pub items: Vec<ListedMessage>,
    /// The cursor of the next page; `None` on the last one.
    pub next: Option<String>,
    /// What other document providers keep, on the first page of the mailbox itself.
    pub kept: Vec<KeptElsewhere>,
}

impl CitizenAccess {
    /// A page of the mailbox that the person acts for, or of its archive; `mailbox` must be that one.
    ///
    /// # Errors
    /// [`Error::NotFound`] for any other mailbox, [`Error::Invalid`] for a cursor that is not of this list.
    pub async fn messages(
        &self,
        mailbox: &str,
        shelf: Shelf,
        after: Option<&str>,
    ) -> Result<MailPage, Error> {
        self.mail(mailbox, Listed { shelf, partition: None }, after).await
    }

    /// The same of one partition of an enterprise's mailbox, if one is named.
    ///
    /// # Errors
    /// As for [`messages`](Self::messages).
    pub async fn mail(
        &self,
        mailbox: &str,
        listed: Listed<'_>,
        after: Option<&str>,
    ) -> Result<MailPage, Error> {
        let mailbox = self.acted_for(mailbox)?;
        let now = self.hub.now();
        let party = self.party();
        let question = Question {
            archived: Some(listed.shelf == Shelf::Archive),
            partition: self.wanted(mailbox, listed.partition),
            ..Question::default()
        };
        let walk = Walk::new(&self.hub, &party, mailbox, &question)?;
        let beyond = after.map(|cursor| walk.opened(cursor)).transpose()?;

        let asked =
            Asked { sight: self.sight(mailbox), question: &question, beyond, skip: 0, size: PAGE_SIZE };
        let page = finding::find(self.hub.parts(), &asked, Count::No, now).await?;
        let number = page.items.first().map_or(0, |head| head.number);
        let (kept, newest) = match (listed.shelf, listed.partition, after) {
            (Shelf::Mailbox, None | Some(GENERAL_ID), None) => self.kept_elsewhere(mailbox, now).await?,
            _ => (Vec::new(), 0),
        };

        self.note(mailbox, Disclosed::List { number: number.max(newest) }, now)?;
        let next = page.next.map(|number| walk.sealed(number));
        let view = View { outside: self.hub.outside(), party: &party, mailbox };
        let items = page.items.into_iter().map(|head| view.listed(head)).collect();
        Ok(MailPage { items, next, kept })
    }

    /// Opens a message: the person reads it, and its sender is told so the first time.
    ///
    /// # Errors
    /// [`Error::NotFound`] if it is not there, has expired, or the mailbox is not the one acted for.
    pub async fn message(&self, mailbox: &str, message: &str) -> Result<ShownMessage, Error> {
        match self.message_now(mailbox, message).await {
            // Withdrawn since its content was read, which is not shown: what is there now is.
            Err(Error::Conflict(Conflict::Withdrawn)) => self.message_now(mailbox, message).await,
            other => other,
        }
    }

    async fn message_now(&self, mailbox: &str, message: &str) -> Result<ShownMessage, Error> {
        let mailbox = self.acted_for(mailbox)?;
        let parts = self.hub.parts();
        let now = parts.clock.now();
        let party = self.party();
        let view = View { outside: self.hub.outside(), party: &party, mailbox };
        let number = view.number(message)?;

        let found = reading::message(parts, self.sight(mailbox), number, now).await?;
        let found = found.ok_or(Error::NotFound("message"))?;
        let head = found.head.clone();
        let shown = view.whole(found)?;

        // Who looks at what is left of a message has not opened it.
        let withdrawn = head.sequel.withdrawn.is_some();
        if withdrawn || head.opened_at.is_some() && head.headline.read {
            self.note(mailbox, Disclosed::Message { number }, now)?;
            return Ok(shown);
        }
        let mut tx = parts.db.write().await?;
        let marker = Marker { role: "citizen", actor: self.session.person.0.to_string() };
        marking::open(&mut tx, parts, (mailbox, &head), &marker, now).await?;
        self.note(mailbox, Disclosed::Message { number }, now)?;
        tx.commit().await?;
        self.hub.bell().ring();
        Ok(shown)
    }

    /// Puts a message into the archive, or takes it out again.
    ///
    /// # Errors
    /// [`Error::NotFound`] if it is not there, has expired, or the mailbox is not the one acted for.
    pub async fn shelve(&self, mailbox: &str, message: &str, shelf: Shelf) -> Result<(), Error> {
        let mailbox = self.acted_for(mailbox)?;
        let parts = self.hub.parts();
        let now = parts.clock.now();
        let party = self.party();
        let number = View { outside: self.hub.outside(), party: &party, mailbox }.number(message)?;

        let mut tx = parts.db.write().await?;
        let marker = Marker { role: "citizen", actor: self.session.person.0.to_string() };
        let marks = Marks { archived: Some(shelf == Shelf::Archive), ..Marks::default() };
        let place = (self.sight(mailbox), number);
        let marked = marking::mark(&mut tx, parts, place, (marks, &marker), now).await?;
        marked.ok_or(Error::NotFound("message"))?;

        tx.commit().await?;
        Ok(())
    }

    /// A token that fetches a file from the content origin for 60 seconds, while this session lives.
    ///
    /// # Errors
    /// [`Error::NotFound`] for ids that are not this person's.
    pub fn attachment_link(&self, mailbox: &str, message: &str, attachment: &str) -> Result<String, Error> {
        let mailbox = self.acted_for(mailbox)?;
        let party = self.party();
        let view = View { outside: self.hub.outside(), party: &party, mailbox };
        let number = view.number(message)?;
        let part = view.part(number, attachment)?;
        let link = Link {
            session: self.session.session_hash,
            mailbox,
            number,
            part,
            until: self.hub.now().plus(LINK_FOR),
        };
        Ok(self.hub.cursors().seal(LINK, &EVERYBODY, &link.encode()))
    }

    /// The mailboxes that the person may act for, to be shown with how many messages each holds: a disclosure.
    pub async fn overview(&self) -> Result<Vec<MailboxView>, Error> {
        let (now, mailboxes) = (self.hub.now(), self.mailboxes().await?);
        for (mailbox, _) in &mailboxes {
            self.note(*mailbox, Disclosed::Summary, now)?;
        }
        Ok(mailboxes.into_iter().map(|(_, view)| view).collect())
    }

    /// The mailbox behind an outside id, if it is the one that the person acts for.
    pub(in crate::access) fn acted_for(&self, mailbox: &str) -> Result<MailboxId, Error> {
        let found = self.own_mailbox_id(mailbox)?;
        if found == self.session.acting_for { Ok(found) } else { Err(Error::NotFound("mailbox")) }
    }

    /// What the person sees of the mailbox that they act for.
    pub(super) const fn sight(&self, mailbox: MailboxId) -> Sight {
        Sight::of(mailbox, self.session.partitions)
    }

    /// What the person sees of any mailbox that they may act for.
    pub(super) async fn sight_of(&self, mailbox: MailboxId) -> Result<Sight, Error> {
        let mut tx = self.hub.parts().db.read().await?;
        let partitions = tx.partitions_seen(mailbox, self.session.person).await?;
        tx.commit().await?;
        Ok(Sight::of(mailbox, partitions))
    }

    pub(super) fn note(&self, mailbox: MailboxId, what: Disclosed, now: Timestamp) -> Result<(), Error> {
        let reader = Reader::Person(self.session.person);
        self.hub.parts().journal.write(&Reading { at: now, mailbox, reader, what })
    }
}

impl Hub {
    /// The file behind a token of the content origin.
    ///
    /// # Errors
    /// [`Error::NotFound`] if the token is not ours, is older than 60 seconds, or its session is over.
    pub async fn content(&self, token: &str) -> Result<Content, Error> {
        let parts = self.parts();
        let now = parts.clock.now();
        let unknown = || Error::NotFound("attachment");
        let plain = self.cursors().open(LINK, &EVERYBODY, token).ok_or_else(unknown)?;
        let link = Link::decode(&plain).filter(|link| now < link.until).ok_or_else(unknown)?;
        let session = parts.db.session(link.session, now).await?;
        let session =
            session.filter(|session| session.stands(now) && session.represents()).ok_or_else(unknown)?;
        if session.acting_for != link.mailbox {
            return Err(unknown());
        }

        let sight = Sight::of(link.mailbox, session.partitions);
        let found = reading::attachment(&parts.db, sight, (link.number, link.part), now).await?;
        let (_, part) = found.ok_or_else(unknown)?;
        let bytes = content::bytes_of_file(parts, (sight, link.number), &part, None).await?;
        let bytes = bytes.ok_or_else(unknown)?;
        let party = OutsideParty::Person(session.person.0);
        let attachment = View { outside: self.outside(), party: &party, mailbox: link.mailbox }
            .attachment(link.number, part)?;

        let what = Disclosed::Content { number: link.number, part: link.part };
        let reader = Reader::Person(session.person);
        parts.journal.write(&Reading { at: now, mailbox: link.mailbox, reader, what })?;
        Ok(Content { attachment, bytes })
    }

    /// A logo's media type and bytes.
    ///
    /// # Errors
    /// [`Error::NotFound`] if no provider application has it.
    pub async fn logo(&self, sha256: Sha256) -> Result<(String, Vec<u8>), Error> {
        self.parts().db.logo(sha256).await?.ok_or(Error::NotFound("logo"))
    }
}

/// What a link says, 74 bytes: session, mailbox, message number, part, until when.
struct Link {
    session: Sha256,
    mailbox: MailboxId,
    number: i64,
    part: u16,
    until: Timestamp,
}

impl Link {
    fn encode(&self) -> Vec<u8> {
        let fields: [&[u8]; 5] = [
            &self.session.0,
            self.mailbox.0.as_bytes(),
            &self.number.to_be_bytes(),
            &self.part.to_be_bytes(),
            &self.until.0.to_be_bytes(),
        ];
        fields.concat()
    }

    fn decode(plain: &[u8]) -> Option<Self> {
        let (session, rest) = plain.split_first_chunk::<32>()?;
        let (mailbox, rest) = rest.split_first_chunk::<16>()?;
        let (number, rest) = rest.split_first_chunk::<8>()?;
        let (part, until) = rest.split_first_chunk::<2>()?;
        Some(Self {
            session: Sha256(*session),
            mailbox: MailboxId(Uuid::from_bytes(*mailbox)),
            number: i64::from_be_bytes(*number),
            part: u16::from_be_bytes(*part),
            until: Timestamp(i64::from_be_bytes(until.try_into().ok()?)),
        })
    }
}

const LINK_FOR: Duration = Duration::from_secs(60);
const LINK: &str = "content";
/// The content origin knows no person: the token itself names the session.
const EVERYBODY: OutsideParty = OutsideParty::Person(Uuid::nil());
