//! The access log: who got what from a mailbox, when, and through which consent.
//!
//! Every disclosure to a provider, to another representative and to an operator is here within seconds, newest first,
//! in pages of whole Belgian days. A provider's questions that disclosed nothing are counts of their hour (TRUST T18).

mod days;
mod place;
mod shown;

use super::CitizenAccess;
use crate::clock::Timestamp;
use crate::error::Error;
use crate::id::{ConsentId, MailboxId};
use crate::journal::Filter;
use crate::outside::OutsideKind;
use crate::text::Texts;
use days::{belgium, whole_days};
use place::Place;
use shown::{Entry, Looker};

/// Which part of the access log is asked for.
#[derive(Clone, Copy, Debug, Default)]
pub struct UsageAsked<'a> {
    /// Only through this consent, as the person knows it.
    pub consent: Option<&'a str>,
    /// Whether what the person got is in it.
    pub own: Own,
    /// Nothing from before.
    pub from: Option<Timestamp>,
    /// Nothing from then on.
    pub until: Option<Timestamp>,
    /// The cursor of the page before.
    pub after: Option<&'a str>,
}

/// What becomes of the person's own reading.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Own {
    /// It is left out.
    #[default]
    LeftOut,
    /// It is among the rest.
    Shown,
}

/// A page of the access log, newest first.
#[derive(Clone, Debug)]
pub struct UsagePage {
    /// Whole days, unless one day alone is more than a page.
    pub days: Vec<UsageDay>,
    /// The cursor of the next page; `None` on the last one.
    pub next: Option<String>,
}

/// A Belgian day.
#[derive(Clone, Debug)]
pub struct UsageDay {
    /// An instant of it.
    pub at: Timestamp,
    /// Never empty.
    pub entries: Vec<Usage>,
}

/// Part of the access log as a list.
#[derive(Clone, Debug)]
pub struct UsagePart {
    /// The newest, at most a thousand.
    pub entries: Vec<Usage>,
    /// The cursor of the rest, if there is one.
    pub next: Option<String>,
}

/// Something that left the hub, or the questions of an hour to which nothing did.
#[derive(Clone, Debug)]
pub struct Usage {
    /// When it was asked for; when the hour began, of [`Used::Nothing`].
    pub at: Timestamp,
    /// Who got it.
    pub reader: UsageReader,
    /// Through which consent, as the person knows it.
    pub consent: Option<String>,
    /// What it was.
    pub used: Used,
}

/// Who got something.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum UsageReader {
    /// The person who asks.
    You,
    /// The person whose mailbox it is, for whom the asking one acts.
    Holder,
    /// A provider's application.
    App {
        /// Its brand.
        brand: String,
        /// The provider's legal name.
        legal_name: String,
    },
    /// A system of the enterprise itself.
    OwnSoftware {
        /// The name that whoever registered it gave it.
        name: String,
    },
    /// Somebody else who may act for this mailbox.
    Representative {
        /// The person, as the asking one knows them: `psn_…`.
        id: String,
        /// Their name, if they acted for the mailbox since names are kept.
        name: Option<String>,
    },
    /// An operator of the hub.
    Operator,
}

/// What somebody got.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Used {
    /// Nothing: there was no message, as often as asked in that hour.
    Nothing {
        /// How often.
        times: u64,
    },
    /// How many messages there are.
    Summary,
    /// That something happened to messages, in a change feed.
    Changes,
    /// The list of messages, or a page of it.
    List,
    /// What is proven about messages, also about those that are gone.
    Proofs,
    /// How the mailbox is divided, and who sees what of it.
    Rights,
    /// A message.
    Message(UsedMessage),
    /// A file of a message.
    File {
        /// The message.
        message: UsedMessage,
        /// The file's name, while it is there.
        name: Option<String>,
    },
}

/// A message in the access log.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UsedMessage {
    /// The message, as the person knows it: `msg_…`.
    pub id: String,
    /// Its subject, while it is there.
    pub subject: Option<Texts>,
}

impl CitizenAccess {
    /// A page of the access log of the mailbox that the person acts for; `mailbox` must be that one.
    ///
    /// # Errors
    /// [`Error::NotFound`] for any other mailbox, [`Error::Invalid`] for a cursor that is not of this log.
    pub async fn usage(&self, mailbox: &str, asked: &UsageAsked<'_>) -> Result<UsagePage, Error> {
        let mailbox = self.acted_for(mailbox)?;
        let (mut entries, more) = self.entries(mailbox, asked).await?;
        let zone = belgium()?;
        let length = whole_days(&entries, more, &zone);
        let more = more || length < entries.len();
        entries.truncate(length);

        let next = entries.last().filter(|_| more).map(|last| last.place.sealed(self, mailbox));
        let mut days: Vec<UsageDay> = Vec::new();
        let mut open = None;
        for Entry { usage, .. } in entries {
            let date = usage.at.civil().to_zoned(zone.clone()).date();
            match days.last_mut().filter(|_| open == Some(date)) {
                Some(day) => day.entries.push(usage),
                None => days.push(UsageDay { at: usage.at, entries: vec![usage] }),
            }
            open = Some(date);
        }
        Ok(UsagePage { days, next })
    }

    /// The same as a list, as far as a thousand entries go.
    ///
    /// # Errors
    /// As for [`usage`](Self::usage).
    pub async fn find_usage(&self, mailbox: &str, asked: &UsageAsked<'_>) -> Result<UsagePart, Error> {
        let mailbox = self.acted_for(mailbox)?;
        let (entries, more) = self.entries(mailbox, asked).await?;

        let next = entries.last().filter(|_| more).map(|last| last.place.sealed(self, mailbox));
        Ok(UsagePart { entries: entries.into_iter().map(|entry| entry.usage).collect(), next })
    }

    /// The newest entries, at most [`MOST`], and whether there are more.
    async fn entries(&self, mailbox: MailboxId, asked: &UsageAsked<'_>) -> Result<(Vec<Entry>, bool), Error> {
        let below = match asked.after {
            Some(cursor) => Place::opened(self, mailbox, cursor)?,
            None => Place::before(asked.until.unwrap_or(Timestamp(i64::MAX))),
        };
        let filter = Filter {
            consent: asked.consent.map(|consent| self.consent_of(consent)).transpose()?,
            without: (asked.own == Own::LeftOut).then_some(self.session.person),
            from: asked.from.unwrap_or_default(),
            partitions: self.session.partitions,
        };
        let (db, now) = (&self.hub.parts().db, self.hub.now());
        // One more than a page holds says whether there is a next one.
        let limit = i64::try_from(MOST + 1).unwrap_or(i64::MAX);
        let readings = db.readings_below(mailbox, filter, below.reading(), (now, limit)).await?;
        let polls = db.polls_below(mailbox, filter, below.poll(), limit).await?;

        let looker = Looker { citizen: self, mailbox };
        let readings = readings.into_iter().map(|row| looker.reading(row));
        let polls = polls.into_iter().map(|row| Ok(looker.poll(row)));
        let mut entries = readings.chain(polls).collect::<Result<Vec<Entry>, Error>>()?;
        entries.sort_by(|one, other| other.place.cmp(&one.place));
        let more = entries.len() > MOST;
        entries.truncate(MOST);
        Ok((entries, more))
    }

    fn consent_of(&self, consent: &str) -> Result<ConsentId, Error> {
        let block = self.hub.outside().open(&self.party(), OutsideKind::Consent, consent);
        block.map(|block| ConsentId(uuid::Uuid::from_bytes(block))).ok_or(Error::NotFound("consent"))
    }
}

/// Entries on a page.
const MOST: usize = 1_000;
