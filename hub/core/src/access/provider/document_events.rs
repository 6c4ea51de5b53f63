//! A provider application, or an enterprise's own software, reads what happened as the e-Box's events: by growing numbers,
//! each event with the subject of its message.
//!
//! A number is `life << 29 | n`: the life of the data, in minutes since 2020, and the application's own count in it. So
//! numbers of a later life are greater, those of an earlier one are known for what they are (DATA rule 13), and all
//! of them are exact where programs know no integers but those of IEEE 754. An event is shown under the consent as it is
//! now, which must include `list` and `synchronise`, and `citizenStatus` for what tells whether somebody read (TRUST T5, T7).

use std::collections::BTreeMap;

use super::ProviderAccess;
use crate::change::Kind;
use crate::change::events::{self, NumberedPage};
use crate::change::feed::{Entry, Whose};
use crate::clock::Timestamp;
use crate::consent::Action;
use crate::document_provider::THIS_HUB;
use crate::error::{Error, TokenRefusal};
use crate::id::{ConsentId, MailboxId};
use crate::journal::{Disclosed, Reader, Reading};
use crate::kept::{self, EventType};
use crate::message::Flags;
use crate::message::reading;
use crate::number::EnterpriseNumber;
use crate::outside::OutsideKind;
use crate::text::Texts;

/// Which events are asked for.
#[derive(Clone, Copy, Debug)]
pub struct AskedDocumentEvents {
    /// The number after which they begin; [`FIRST`] for the oldest that are kept.
    pub after: i64,
    /// Events at most, at least one.
    pub size: usize,
    /// Only what happened from then on.
    pub since: Option<Timestamp>,
}

/// A part of the events, in order.
#[derive(Clone, Debug)]
pub struct DocumentEventPage {
    /// The events; there may be fewer than asked for, even none, while there are more.
    pub items: Vec<DocumentEvent>,
    /// The number after which it goes on.
    pub last: i64,
    /// Whether there is more now.
    pub more: bool,
}

/// Something that happened to a message.
#[derive(Clone, Debug)]
pub struct DocumentEvent {
    /// Its number.
    pub number: i64,
    /// When.
    pub at: Timestamp,
    /// What.
    pub kind: EventType,
    /// Who keeps the message: this hub, or another document provider.
    pub provider: String,
    /// Whose: `mbx_…`.
    pub mailbox: String,
    /// The number of the enterprise, for its own software alone (TRUST T8).
    pub enterprise: Option<EnterpriseNumber>,
    /// The message: `msg_…`; of one kept elsewhere its id there for own software, else `kel_…`.
    pub message: String,
    /// When it was received.
    pub received_at: Timestamp,
    /// When it is removed.
    pub expires_at: Timestamp,
    /// Whether it is registered mail.
    pub registered: bool,
    /// Its type.
    pub message_type: Option<String>,
    /// The number of the organization that sent it.
    pub organization: Option<String>,
    /// The application that sent it: by its client id, or as another document provider names it.
    pub application: Option<String>,
    /// Its subject.
    pub subject: Texts,
}

impl ProviderAccess {
    /// The events after a number, of all mailboxes whose consents this application holds.
    ///
    /// # Errors
    /// [`Error::Token`] without the scope `feed`, in place of which own software needs a token that synchronises; [`Error::Invalid`] for what is no
    /// number of events; [`Error::Resync`] for one of another life of the data, or of a place that is not kept any more.
    pub async fn document_events(&self, asked: AskedDocumentEvents) -> Result<DocumentEventPage, Error> {
        match self.own {
            true if !self.granted.iter().any(|granted| granted.actions.contains(Action::Synchronise)) => {
                return Err(Error::Token(TokenRefusal::MissingScope("synchronise")));
            }
            true => {}
            false => self.needs("feed")?,
        }
        let (life, after) = (self.life(), self.counted(asked.after)?);
        let whose = Whose { application: self.application, reach: self.reach };
        let size = asked.size.clamp(1, PAGE_LIMIT);
        let page = events::page(&self.hub.parts().db, whose, after, (size, self.now)).await?;

        let mut items = Vec::with_capacity(page.entries.len());
        let mut told = Vec::with_capacity(page.entries.len());
        for (n, entry) in &page.entries {
            if asked.since.is_some_and(|since| entry.at < since) {
                continue;
            }
            if let Some(event) = self.event(life << COUNT_BITS | n, entry).await? {
                items.push(event);
                told.push(*entry);
            }
        }
        self.note_told(&told)?;
        let NumberedPage { next, more, .. } = page;
        Ok(DocumentEventPage { items, last: life << COUNT_BITS | next, more })
    }

    /// The life of the data: when it began, in minutes since 2020.
    fn life(&self) -> i64 {
        let begun = self.hub.incarnation().get_timestamp().map_or(0, |begun| begun.to_unix().0);
        let minutes = i64::try_from(begun).unwrap_or(0).saturating_sub(YEAR_2020) / 60;
        minutes.clamp(1, LAST_LIFE)
    }

    /// The count in a number of this life; `None` for the beginning.
    fn counted(&self, number: i64) -> Result<Option<i64>, Error> {
        match number {
            FIRST => Ok(None),
            number if number < 0 => {
                Err(Error::invalid("outOfRange", "?lastSequenceNbr", "at least 0 is expected"))
            }
            number if number >> COUNT_BITS == self.life() => Ok(Some(number & LAST_COUNT)),
            _ => Err(Error::Resync),
        }
    }

    /// What an entry tells; `None` if its message is gone, or it was read before it came to that.
    async fn event(&self, number: i64, entry: &Entry) -> Result<Option<DocumentEvent>, Error> {
        let Some(message) = entry.number else { return Ok(None) };
        let event = match entry.kind.is_kept_elsewhere() {
            true => self.kept_event(entry, message).await?,
            false => self.own_event(entry, message).await?,
        };
        Ok(event.map(|event| DocumentEvent { number, ..event }))
    }

    /// An event about a message of this hub.
    async fn own_event(&self, entry: &Entry, number: i64) -> Result<Option<DocumentEvent>, Error> {
        let mut tx = self.hub.parts().db.read().await?;
        let sight = entry.sight();
        let head = reading::head(&mut tx, sight, number, self.now).await?;
        tx.commit().await?;
        let Some(head) = head.filter(|head| head.sequel.withdrawn.is_none()) else { return Ok(None) };
        let seen = [head.retrieved_at, head.opened_at].into_iter().flatten().min();
        let kind = match entry.kind {
            // one that came into sight after somebody read it is not new
            Kind::MessageAvailable if seen.is_some_and(|seen| seen < entry.at) => return Ok(None),
            Kind::MessageAvailable => EventType::NewDocument,
            Kind::MessageSeen => EventType::ReadDocument,
            // the end is announced of all messages; who has read asks for no alert
            Kind::MessageExpiryNear if seen.is_some_and(|seen| seen <= entry.at) => return Ok(None),
            Kind::MessageUnseen => EventType::NewDocumentReminder,
            Kind::MessageExpiryNear => EventType::DocumentExpirationAlert,
            _ => return Ok(None),
        };
        let headline = head.headline;
        Ok(Some(DocumentEvent {
            provider: THIS_HUB.to_owned(),
            message: self.hub.outside().seal_message(&self.party, entry.mailbox.0, number),
            received_at: headline.at,
            expires_at: headline.expires_at,
            registered: headline.flags.has(Flags::REGISTERED_MAIL),
            message_type: Some(headline.message_type),
            organization: Some(headline.organization),
            application: Some(headline.application),
            subject: headline.subject,
            ..self.bare(kind, entry).await?
        }))
    }

    /// An event about a message that another document provider keeps.
    async fn kept_event(&self, entry: &Entry, number: i64) -> Result<Option<DocumentEvent>, Error> {
        let sight = entry.sight();
        let row = kept::one(&self.hub.parts().db, sight, number, self.now).await?;
        let Some(row) = row else { return Ok(None) };
        let kept = self.shown_kept(entry.mailbox, row)?;
        let kind = match entry.kind {
            Kind::KeptAvailable => EventType::NewDocument,
            Kind::KeptSeen => EventType::ReadDocument,
            Kind::KeptUnseen => EventType::NewDocumentReminder,
            _ => EventType::DocumentExpirationAlert,
        };
        Ok(Some(DocumentEvent {
            provider: kept.provider,
            message: kept.message_id.unwrap_or(kept.id),
            received_at: kept.received_at,
            expires_at: kept.expires_at,
            registered: kept.registered,
            message_type: kept.message_type,
            organization: kept.organization,
            application: kept.application,
            subject: kept.subject,
            ..self.bare(kind, entry).await?
        }))
    }

    /// What is the same of every event.
    async fn bare(&self, kind: EventType, entry: &Entry) -> Result<DocumentEvent, Error> {
        let mailbox = entry.mailbox.0.into_bytes();
        Ok(DocumentEvent {
            number: 0,
            at: entry.at,
            kind,
            provider: String::new(),
            mailbox: self.hub.outside().seal(&self.party, OutsideKind::Mailbox, mailbox),
            enterprise: match self.own {
                true => self.enterprise_number(entry.mailbox).await?,
                false => None,
            },
            message: String::new(),
            received_at: entry.at,
            expires_at: entry.at,
            registered: false,
            message_type: None,
            organization: None,
            application: None,
            subject: Texts::new(),
        })
    }

    /// What is told is in the reading journal before: subjects are part of the list (TRUST T18).
    fn note_told(&self, told: &[Entry]) -> Result<(), Error> {
        let mut newest: BTreeMap<(MailboxId, ConsentId), i64> = BTreeMap::new();
        for entry in told {
            let of = newest.entry((entry.mailbox, entry.consent)).or_default();
            *of = entry.number.unwrap_or_default().max(*of);
        }
        let application = self.application.0;
        for ((mailbox, consent), number) in newest {
            let reader = match self.own {
                true => Reader::OwnSoftware { application, consent },
                false => Reader::Provider { application, consent },
            };
            let what = Disclosed::Changes { number };
            self.hub.parts().journal.write(&Reading { at: self.now, mailbox, reader, what })?;
        }
        Ok(())
    }
}

/// The number before all others.
pub const FIRST: i64 = 0;
/// The most events on a page; who asks for more gets as many.
pub const PAGE_LIMIT: usize = 100;
/// Bits of the count in a number.
const COUNT_BITS: u32 = 29;
/// The greatest count.
const LAST_COUNT: i64 = (1 << COUNT_BITS) - 1;
/// The last minute that a number can say, so that it has 53 bits: in 2051.
const LAST_LIFE: i64 = (1 << 24) - 1;
/// 2020-01-01T00:00:00Z, in seconds.
const YEAR_2020: i64 = 1_577_836_800;
