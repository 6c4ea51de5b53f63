//! A provider application follows its change feed: one place in it, one page, perhaps after some waiting (TRUST T7).
//!
//! A cursor names a place in the feed of one application, in one life of the data. Whoever waits is judged again before
//! being answered, and every entry under its consent as that is then (TRUST T6).

use std::collections::BTreeMap;

use uuid::Uuid;

use super::ProviderAccess;
use crate::access::following::Patience;
pub use crate::access::following::{AskedChanges, Begin, CHANGES, CHANGES_LIMIT, WAIT_LIMIT};
use crate::change::Kind;
use crate::change::bell::Waiter;
use crate::change::feed::{self, Entry, FeedPage, Whose};
use crate::clock::Timestamp;
use crate::error::Error;
use crate::hub::Hub;
use crate::id::{ConsentId, MailboxId};
use crate::journal::{Disclosed, Reader, Reading};
use crate::outside::{OutsideKind, OutsideParty};
use crate::token::ProviderGuard;

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
        let mut patience = Patience::begin(self.hub.bell(), Waiter::Provider(self.application), wait);
        loop {
            let page = feed::page(db, whose, after, (size, now)).await?;
            let nothing = page.entries.is_empty() && !page.more;
            if nothing && patience.hears(page.next).await {
                (after, now) = (Some(page.next), self.hub.now());
                continue;
            }
            if patience.waits() {
                self.admit_again().await?;
            }
            return self.told(&page, (size, patience.pace()), now);
        }
    }

    /// Judges the token again, with everything that it depends on now.
    pub(super) async fn admit_again(&self) -> Result<(), Error> {
        let now = self.hub.now();
        let rows = self.hub.guards().provider(self.proof.token).await?;
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

/// What an entry's id stands for: its position, and the end of its consent's id, since another application may have the
/// same change at the same position.
fn named(entry: &Entry) -> [u8; 16] {
    let mut block = entry.consent.0.into_bytes();
    for (to, from) in block.iter_mut().zip(entry.pos.to_be_bytes()) {
        *to = from;
    }
    block
}

const KIND: &str = "changes";
