//! Finding messages: filters and words, page by page.
//!
//! A page goes on where the one before ended, by the message's number, so that it neither repeats nor skips while
//! messages arrive, expire and are marked. It looks at a bounded number of messages: where few fit, it may be short, or
//! empty, and still have a next one.

use std::collections::HashMap;

use super::MessageHead;
use super::finding_sql::{Candidate, Stretch};
use super::folding::{Words, fold_all, stands_in};
use super::header::Header;
use super::question::{Order, Question, Search};
use super::reading::{Sight, head};
use crate::clock::Timestamp;
use crate::db::Db;
use crate::error::Error;
use crate::text::Texts;

/// A page of messages that fit.
#[derive(Clone, Debug)]
pub(crate) struct Found {
    pub(crate) items: Vec<MessageHead>,
    /// The number beyond which the next page begins; `None` on the last one.
    pub(crate) next: Option<i64>,
    /// How many fit on all pages, where counting looked at the whole mailbox.
    pub(crate) total: Option<i64>,
    /// When the first of all that was looked at expires.
    pub(crate) fresh_until: Option<Timestamp>,
}

/// How far to look.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Count {
    /// Until the page is full.
    No,
    /// To the end, as far as a page looks.
    Yes,
}

/// What is asked, of whom, from where.
pub(crate) struct Asked<'a> {
    pub(crate) sight: Sight,
    pub(crate) question: &'a Question,
    /// The number beyond which the page begins.
    pub(crate) beyond: Option<i64>,
    pub(crate) size: usize,
}

/// A page of the messages that fit a question.
pub(crate) async fn find(db: &Db, asked: &Asked<'_>, count: Count, now: Timestamp) -> Result<Found, Error> {
    let names = match &asked.question.search {
        Some(search) => Some(Names::of(db, search).await?),
        None => None,
    };
    let mut hunt = Hunt { asked, names, hits: Vec::new(), fitting: 0, fresh_until: None };
    let end = hunt.run(db, count, now).await?;
    hunt.found(db, end, now).await
}

/// Where looking ended.
enum End {
    /// At the end of the mailbox.
    Mailbox,
    /// Somewhere, with the page full.
    Full,
    /// At this number, having looked at all that one page looks at.
    Tired(i64),
}

/// A page on its way.
struct Hunt<'a> {
    asked: &'a Asked<'a>,
    names: Option<Names>,
    /// The numbers of the page.
    hits: Vec<i64>,
    /// How many fit, those that are not on the page too.
    fitting: usize,
    fresh_until: Option<Timestamp>,
}

impl Hunt<'_> {
    async fn run(&mut self, db: &Db, count: Count, now: Timestamp) -> Result<End, Error> {
        let (sight, question) = (self.asked.sight, self.asked.question);
        let mut beyond = self.asked.beyond.unwrap_or(match question.order {
            Order::Newest => i64::MAX,
            Order::Oldest => 0,
        });
        for _ in 0..LOOKED_AT / STRETCH {
            let to = db.end_of_stretch(sight.mailbox, question.order, beyond, STRETCH).await?;
            let limit = match (count, &self.names) {
                (Count::No, None) => self.asked.size + 1 - self.fitting.min(self.asked.size),
                _ => STRETCH,
            };
            let stretch = Stretch { beyond, to, limit };
            for candidate in db.candidates(sight, question, stretch, now).await? {
                if self.fits(&candidate)? {
                    self.take(&candidate);
                }
            }
            if count == Count::No && self.fitting > self.asked.size {
                return Ok(End::Full);
            }
            match to {
                Some(to) => beyond = to,
                None => return Ok(End::Mailbox),
            }
        }
        Ok(End::Tired(beyond))
    }

    fn take(&mut self, candidate: &Candidate) {
        let first = self.fresh_until.map_or(candidate.expires_at, |first| first.min(candidate.expires_at));
        self.fresh_until = Some(first);
        if self.hits.len() < self.asked.size {
            self.hits.push(candidate.number);
        }
        self.fitting += 1;
    }

    fn fits(&self, candidate: &Candidate) -> Result<bool, Error> {
        match (&self.names, &self.asked.question.search) {
            (Some(names), Some(search)) => {
                Ok(names.stand_in(candidate) || words(candidate)?.contain(&search.folded, &search.language))
            }
            _ => Ok(true),
        }
    }

    async fn found(self, db: &Db, end: End, now: Timestamp) -> Result<Found, Error> {
        let more = self.fitting > self.hits.len();
        let next = match end {
            _ if more => self.hits.last().copied(),
            End::Tired(number) => Some(number),
            End::Mailbox | End::Full => None,
        };
        let total = matches!(end, End::Mailbox).then(|| i64::try_from(self.fitting).unwrap_or(i64::MAX));
        let mut tx = db.read().await?;
        let mut items = Vec::with_capacity(self.hits.len());
        for number in &self.hits {
            // One that expiry has just removed is not there any more.
            items.extend(head(&mut tx, self.asked.sight, *number, now).await?);
        }
        tx.commit().await?;
        Ok(Found { items, next, total, fresh_until: self.fresh_until })
    }
}

/// The reference data whose names hold the words.
struct Names {
    organizations: HashMap<String, bool>,
    applications: HashMap<String, bool>,
    types: HashMap<String, bool>,
}

impl Names {
    async fn of(db: &Db, search: &Search) -> Result<Self, Error> {
        let holding = |rows: Vec<(String, String)>| {
            rows.into_iter().map(|(id, name)| {
                let name: Texts = serde_json::from_str(&name).unwrap_or_default();
                (id, stands_in(&fold_all(&name), &search.folded, &search.language))
            })
        };
        Ok(Self {
            organizations: holding(db.organization_names().await?).collect(),
            applications: holding(db.sender_application_names().await?).collect(),
            types: holding(db.message_type_names().await?).collect(),
        })
    }

    fn stand_in(&self, candidate: &Candidate) -> bool {
        let holds = |names: &HashMap<String, bool>, id: &str| names.get(id).copied().unwrap_or(false);
        holds(&self.organizations, &candidate.organization)
            || holds(&self.applications, &candidate.application)
            || holds(&self.types, &candidate.message_type)
    }
}

/// The words of a message; one published before words were kept has them in its header.
fn words(candidate: &Candidate) -> Result<Words, Error> {
    let corrupt = |table| Error::Corrupt { table, id: candidate.number.to_string() };
    if let Some(folded) = &candidate.folded {
        return serde_json::from_str(folded).map_err(|_| corrupt("message_text"));
    }
    let Some(header) = &candidate.header else { return Ok(Words::default()) };
    let header: Header = serde_json::from_str(header).map_err(|_| corrupt("publication"))?;
    Ok(Words::of(&header.subject, &header.business_data))
}

/// Messages that one page looks at.
pub(crate) const LOOKED_AT: usize = 20_000;
/// Messages looked at in one statement.
const STRETCH: usize = 2_000;
