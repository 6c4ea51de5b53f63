//! Finding messages: filters and words, page by page.
//!
//! A page goes on where the one before ended, by the message's number, so that it neither repeats nor skips while
//! messages arrive, expire and are marked. It looks at a bounded number of messages: where few fit, it may be short, or
//! empty, and still have a next one.

use std::collections::HashMap;

use super::finding_sql::{Candidate, Stretch};
use super::folding::{Words, fold, fold_all, stands_in};
use super::header::Header;
use super::question::{Addressees, Order, Question, Search};
use super::reading::{Sight, open_header, shown_head};
use super::{MessageHead, Place};
use crate::clock::Timestamp;
use crate::db::Db;
use crate::error::Error;
use crate::hub::Parts;
use crate::text::Texts;

/// A page of messages that fit.
#[derive(Clone, Debug)]
pub(crate) struct Found {
    pub(crate) items: Vec<MessageHead>,
    /// The number beyond which the next page begins; `None` on the last one.
    pub(crate) next: Option<i64>,
    /// How many fit on all pages, where counting looked at the whole mailbox.
    pub(crate) total: Option<i64>,
    /// How many fit of those that were looked at.
    pub(crate) fitting: i64,
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
    /// How many that fit are passed over before the page begins.
    pub(crate) skip: usize,
    pub(crate) size: usize,
}

/// A page of the messages that fit a question.
pub(crate) async fn find(
    parts: &Parts,
    asked: &Asked<'_>,
    count: Count,
    now: Timestamp,
) -> Result<Found, Error> {
    let db = &parts.db;
    let names = match &asked.question.search {
        Some(search) => Some(Names::of(db, search).await?),
        None => None,
    };
    let mut hunt = Hunt { asked, names, hits: Vec::new(), fitting: 0, fresh_until: None };
    let end = hunt.run(parts, count, now).await?;
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
    async fn run(&mut self, parts: &Parts, count: Count, now: Timestamp) -> Result<End, Error> {
        let db = &parts.db;
        let wanted = self.asked.skip.saturating_add(self.asked.size);
        let (sight, question) = (self.asked.sight, self.asked.question);
        let mut beyond = self.asked.beyond.unwrap_or(match question.order {
            Order::Newest => i64::MAX,
            Order::Oldest => 0,
        });
        for _ in 0..LOOKED_AT / STRETCH {
            let to = db.end_of_stretch(sight, question, beyond, STRETCH).await?;
            let limit = match (count, &self.names) {
                (Count::No, None) => (wanted - self.fitting.min(wanted)).saturating_add(1).min(STRETCH),
                _ => STRETCH,
            };
            let stretch = Stretch { beyond, to, limit };
            for candidate in db.candidates(sight, question, stretch, now).await? {
                if self.fits(parts, &candidate)? {
                    self.take(&candidate);
                }
            }
            if count == Count::No && self.fitting > wanted {
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
        if self.fitting >= self.asked.skip && self.hits.len() < self.asked.size {
            self.hits.push(candidate.number);
        }
        self.fitting += 1;
    }

    fn fits(&self, parts: &Parts, candidate: &Candidate) -> Result<bool, Error> {
        match (&self.names, &self.asked.question.search) {
            (Some(names), Some(search)) => Ok(names.stand_in(candidate)
                || words(candidate)?.contain(&search.folded, &search.language)
                || self.is_meant_for(parts, candidate, search)?),
            _ => Ok(true),
        }
    }

    /// Whether the words stand in whom the message is meant for.
    fn is_meant_for(&self, parts: &Parts, candidate: &Candidate, search: &Search) -> Result<bool, Error> {
        let Some(sealed) = &candidate.sealed_header else { return Ok(false) };
        let place = Place::of(self.asked.sight.mailbox, candidate.campaign_id, candidate.publication_id);
        let Some(person) = open_header(parts, place, sealed)?.for_the_attention_of else { return Ok(false) };
        let numbers = self.asked.question.addressees == Addressees::NamesAndNumbers;
        let said = person.name.into_iter().chain(person.ssin.filter(|_| numbers));
        Ok(said.into_iter().any(|text| fold(&text).contains(&search.folded)))
    }

    async fn found(self, db: &Db, end: End, now: Timestamp) -> Result<Found, Error> {
        let more = self.fitting > self.asked.skip.saturating_add(self.hits.len());
        let next = match end {
            _ if more => self.hits.last().copied(),
            End::Tired(number) => Some(number),
            End::Mailbox | End::Full => None,
        };
        let fitting = i64::try_from(self.fitting).unwrap_or(i64::MAX);
        let total = matches!(end, End::Mailbox).then_some(fitting);
        let mut items = Vec::with_capacity(self.hits.len());
        for number in &self.hits {
            // One that expiry has just removed is not there any more.
            items.extend(shown_head(db, self.asked.sight, *number, now).await?);
        }
        Ok(Found { items, next, total, fitting, fresh_until: self.fresh_until })
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
