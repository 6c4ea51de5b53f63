//! A provider application follows its change feed: one place in it, one page, perhaps after some waiting (TRUST T7).
//!
//! A cursor names a place in the feed of one application, in one life of the data. Whoever waits is judged again before
//! being answered, and every entry under its consent as that is then (TRUST T6).

use std::collections::BTreeMap;
use std::time::Duration;

use tokio::time::{Instant, timeout_at};
use uuid::Uuid;

use super::ProviderAccess;
use crate::change::Kind;
use crate::change::bell::Waiting;
use crate::change::feed::{self, Entry, FeedPage, Whose};
use crate::clock::Timestamp;
use crate::error::Error;
use crate::hub::Hub;
use crate::id::{ConsentId, MailboxId};
use crate::journal::{Disclosed, Reader, Reading};
use crate::outside::{OutsideKind, OutsideParty};
use crate::token::ProviderGuard;

/// Where a reader of a feed begins.
#[derive(Clone, Copy, Debug, Default)]
pub enum Begin<'a> {
    /// At the oldest change that is kept.
    #[default]
    Oldest,
    /// At the end: only what comes from now on.
    Latest,
    /// Where a page ended, by its cursor.
    After(&'a str),
}

/// Which part of the feed is asked for.
#[derive(Clone, Copy, Debug, Default)]
pub struct AskedChanges<'a> {
    /// Items at most: 1 to [`CHANGES_LIMIT`]; [`CHANGES`] if nothing is said.
    pub size: Option<usize>,
    /// Where to begin.
    pub begin: Begin<'a>,
    /// Seconds to wait for a change if there is none, at most [`WAIT_LIMIT`].
    pub wait: Option<u64>,
}

/// A part of the feed, in order.
#[derive(Clone, Debug)]
pub struct ChangePage {
    /// The changes; there may be fewer than asked for, even none, while there are more.
    pub items: Vec<Change>,
    /// How many a page holds at most.
    pub size: usize,
    /// The cursor of the place where it goes on.
    pub next: String,
    /// Seconds to let pass before asking there; zero if there is more now.
    pub retry_after: u64,
}

/// Something that happened, as the provider is told: ids, and nothing that stands in a letter.
#[derive(Clone, Debug)]
pub struct Change {
    /// The entry itself, by which one that comes twice is known: `chg_…`.
    pub id: String,
    /// What happened.
    pub kind: Kind,
    /// When.
    pub at: Timestamp,
    /// Where: `mbx_…`.
    pub mailbox: String,
    /// The consent under which it is told: `cns_…`.
    pub consent: String,
    /// The message, of what is about one: `msg_…`.
    pub message: Option<String>,
}

impl ProviderAccess {
    /// The changes after a place, of all mailboxes whose consents this application holds.
    ///
    /// # Errors
    /// [`Error::Token`] without the scope `feed`, and if the token or the provider ends while it waits;
    /// [`Error::Invalid`] for a size or a time out of range and a cursor of another application;
    /// [`Error::Resync`] for a cursor from before a restore, or of a place that is not kept any more.
    pub async fn changes(&self, asked: AskedChanges<'_>) -> Result<ChangePage, Error> {
        self.needs("feed")?;
        let (size, wait) = (asked.checked_size()?, asked.checked_wait()?);
        let db = &self.hub.parts().db;
        let whose = Whose { application: self.application, reach: self.reach };
        let mut after = match asked.begin {
            Begin::Oldest => None,
            Begin::Latest => Some(feed::end(db, whose, self.now).await?),
            Begin::After(cursor) => Some(self.place(cursor)?),
        };
        let mut now = self.now;
        let deadline = Instant::now() + wait;
        let mut waiting = if wait.is_zero() { None } else { self.hub.bell().wait(self.application) };
        let pace = if waiting.is_some() { PACE_OF_WAITING } else { PACE };
        loop {
            let page = feed::page(db, whose, after, (size, now)).await?;
            let nothing = page.entries.is_empty() && !page.more;
            if nothing && hears(waiting.as_mut(), page.next, deadline).await {
                (after, now) = (Some(page.next), self.hub.now());
                continue;
            }
            if waiting.is_some() {
                self.admit_again().await?;
            }
            return self.told(&page, (size, pace), now);
        }
    }

    /// Judges the token again, with everything that it depends on now.
    pub(super) async fn admit_again(&self) -> Result<(), Error> {
        let now = self.hub.now();
        let rows = self.hub.parts().db.guard_provider(self.proof.token, now).await?;
        let Err(why) = ProviderGuard::standing(rows, &self.proof.presented(now)) else { return Ok(()) };
        self.hub.record_refusal(self.role(), &self.client_id, "token").await?;
        Err(Error::Token(why))
    }

    /// The page as it goes out; what it tells of messages is in the reading journal before (TRUST T18).
    fn told(&self, page: &FeedPage, (size, pace): (usize, u64), now: Timestamp) -> Result<ChangePage, Error> {
        let mut newest: BTreeMap<(MailboxId, ConsentId), i64> = BTreeMap::new();
        for entry in &page.entries {
            if let Some(number) = entry.number {
                let of = newest.entry((entry.mailbox, entry.consent)).or_default();
                *of = number.max(*of);
            }
        }
        for ((mailbox, consent), number) in newest {
            let reader = Reader::Provider { application: self.application.0, consent };
            let what = Disclosed::Changes { number };
            self.hub.parts().journal.write(&Reading { at: now, mailbox, reader, what })?;
        }
        Ok(ChangePage {
            items: page.entries.iter().map(|entry| outside_change(&self.hub, &self.party, entry)).collect(),
            size,
            next: self.cursor(page.next),
            retry_after: if page.more { 0 } else { pace },
        })
    }

    fn cursor(&self, pos: i64) -> String {
        let (incarnation, application) = (self.hub.incarnation(), self.application.0);
        let plain = [incarnation.as_bytes().as_slice(), application.as_bytes(), &pos.to_be_bytes()].concat();
        self.hub.cursors().seal(KIND, &self.party, &plain)
    }

    /// The position that a cursor names.
    fn place(&self, cursor: &str) -> Result<i64, Error> {
        let plain = self.hub.cursors().open(KIND, &self.party, cursor);
        let (incarnation, pos) = plain
            .as_deref()
            .and_then(|plain| self.read(plain))
            .ok_or_else(|| Error::invalid("invalidInput", "?after", "not a cursor of this feed"))?;
        if incarnation == self.hub.incarnation() { Ok(pos) } else { Err(Error::Resync) }
    }

    fn read(&self, plain: &[u8]) -> Option<(Uuid, i64)> {
        let (incarnation, rest) = plain.split_first_chunk::<16>()?;
        let (application, pos) = rest.split_first_chunk::<16>()?;
        let pos = i64::from_be_bytes(pos.try_into().ok()?);
        (application == self.application.0.as_bytes()).then_some((Uuid::from_bytes(*incarnation), pos))
    }
}

/// An entry in the ids of the provider that it is told to.
pub(in crate::access) fn outside_change(hub: &Hub, party: &OutsideParty, entry: &Entry) -> Change {
    let outside = hub.outside();
    Change {
        id: outside.seal(party, OutsideKind::Change, named(entry)),
        kind: entry.kind,
        at: entry.at,
        mailbox: outside.seal(party, OutsideKind::Mailbox, entry.mailbox.0.into_bytes()),
        consent: outside.seal(party, OutsideKind::Consent, entry.consent.0.into_bytes()),
        message: entry.number.map(|number| outside.seal_message(party, entry.mailbox.0, number)),
    }
}

/// Waits until the feeds reach beyond a position; false if there is no waiting any more.
pub(super) async fn hears(waiting: Option<&mut Waiting<'_>>, pos: i64, deadline: Instant) -> bool {
    match waiting {
        Some(waiting) => timeout_at(deadline, waiting.beyond(pos)).await.unwrap_or(false),
        None => false,
    }
}

/// What an entry's id stands for: its position, and the end of its consent's id, since another application may have the
/// same change at the same position.
fn named(entry: &Entry) -> [u8; 16] {
    let mut block = entry.consent.0.into_bytes();
    for (to, from) in block.iter_mut().zip(entry.pos.to_be_bytes()) {
        *to = from;
    }
    block
}

impl AskedChanges<'_> {
    fn checked_size(&self) -> Result<usize, Error> {
        let size = self.size.unwrap_or(CHANGES);
        if (1..=CHANGES_LIMIT).contains(&size) {
            return Ok(size);
        }
        let detail = format!("pageSize is at least 1 and at most {CHANGES_LIMIT}");
        Err(Error::invalid("outOfRange", "?pageSize", detail))
    }

    fn checked_wait(&self) -> Result<Duration, Error> {
        let wait = self.wait.unwrap_or(0);
        if wait <= WAIT_LIMIT {
            return Ok(Duration::from_secs(wait));
        }
        Err(Error::invalid("outOfRange", "?wait", format!("wait is at most {WAIT_LIMIT} seconds")))
    }
}

/// Changes on a page unless the reader asks otherwise.
pub const CHANGES: usize = 100;
/// The most changes on a page.
pub const CHANGES_LIMIT: usize = 500;
/// The longest that a reader may wait, in seconds.
pub const WAIT_LIMIT: u64 = 30;
/// Seconds between two questions of a reader who does not wait.
const PACE: u64 = 5;
/// Seconds between two questions of a reader who waits.
const PACE_OF_WAITING: u64 = 1;
const KIND: &str = "changes";
