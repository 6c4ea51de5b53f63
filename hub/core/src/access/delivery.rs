//! The hub delivers changes to their receivers: one node at a time for an application, with a lease that a stalled node
//! loses (DESIGN §4). What carries the tokens there is the caller's.
//!
//! A crash repeats what was on its way, with the same `jti`, and skips nothing: the cursor is kept only over what is settled.

mod shift;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use crate::access::provider::outside_change;
use crate::change::feed::{self, Entry, Whose};
use crate::clock::Timestamp;
use crate::delivery::token::{Addressee, CHANGE, Occasion, Said};
use crate::delivery::window::Window;
use crate::delivery::{BacklogRow, Holder};
use crate::error::Error;
use crate::hub::Hub;
use crate::id::ApplicationId;
use crate::journal::{Disclosed, Reader, Reading};
use crate::outside::OutsideParty;

pub use crate::delivery::Breaker;
pub use shift::{Fate, Next, Parcel, Shift, TRIES};

/// The hub's own work of delivering.
pub struct DeliveryAccess {
    hub: Hub,
    memories: Memories,
}

/// What the last turn of each stream on this node leaves to the next one.
type Memories = Arc<Mutex<BTreeMap<ApplicationId, Memory>>>;

/// What a turn leaves behind.
#[derive(Debug, Default)]
struct Memory {
    /// What the reading journal has of changes that are not settled, so that a retry is not noted again.
    noted: BTreeSet<i64>,
    /// What was settled ahead of the cursor, was refused, and failed.
    window: Window,
}

/// A stream that has something to be pushed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct DueStream(ApplicationId);

/// How far a stream is behind.
#[derive(Clone, Debug)]
pub struct Backlog {
    /// Whose it is.
    pub client_id: String,
    /// The circuit breaker.
    pub breaker: Breaker,
    /// How long the oldest change waits that is not settled.
    pub lag: Duration,
    /// Changes that the receiver refused.
    pub dead_letters: i64,
}

impl Hub {
    /// The access of what delivers.
    pub fn delivery(&self) -> DeliveryAccess {
        DeliveryAccess { hub: self.clone(), memories: Memories::default() }
    }
}

impl DeliveryAccess {
    /// The streams that have something to be pushed now and that no node is pushing.
    pub async fn due(&self) -> Result<Vec<DueStream>, Error> {
        let found = self.hub.parts().db.streams_to_push(self.hub.now(), self.hub.incarnation()).await?;
        Ok(found.into_iter().map(|(application,)| DueStream(application)).collect())
    }

    /// Claims a stream for this node; `None` if another node has it, or it is not due any more.
    pub async fn claim(&self, stream: DueStream) -> Result<Option<Shift>, Error> {
        // Both before anything is waited for: this node never believes to hold it for longer than the others do.
        let (parts, held_until, now) = (self.hub.parts(), Instant::now() + LEASE, self.hub.now());
        let mut tx = parts.db.write().await?;
        let claimed = tx.claim_stream(stream.0, now, now.plus(LEASE)).await?;
        tx.commit().await?;
        let Some((attempt,)) = claimed else { return Ok(None) };
        let Some(row) = parts.db.stream(stream.0).await? else { return Ok(None) };
        let settled = parts.db.settled_beyond(stream.0, row.acked_pos).await?;
        let settled = settled.into_iter().map(|(pos,)| pos);
        let holder = Holder { application: stream.0, attempt };
        Ok(Some(Shift::begin(&self.hub, (holder, held_until), &row, (settled, &self.memories))))
    }

    /// How far each stream is behind.
    pub async fn backlogs(&self) -> Result<Vec<Backlog>, Error> {
        let now = self.hub.now();
        let rows = self.hub.parts().db.backlogs().await?;
        let backlog = |row: BacklogRow| Backlog {
            breaker: Breaker::of(row.failures, row.due_at, now),
            lag: row.oldest.map_or(Duration::ZERO, |oldest| now.since(oldest)),
            client_id: row.client_id,
            dead_letters: row.dead_letters,
        };
        Ok(rows.into_iter().map(backlog).collect())
    }
}

/// The token that tells a change: the ids of its entry in the feed, and nothing else.
pub(super) fn told(hub: &Hub, to: &Addressee, entry: &Entry, now: Timestamp) -> Result<String, Error> {
    let change = outside_change(hub, &OutsideParty::Provider(to.provider.0), entry);
    let mut payload = serde_json::json!({
        "changeId": change.id, "mailboxId": change.mailbox, "consentId": change.consent,
    });
    if let (Some(members), Some(message)) = (payload.as_object_mut(), change.message) {
        members.insert("messageId".to_owned(), message.into());
    }
    let said = Said { event: format!("{CHANGE}{}", entry.kind.name()), payload, subject: change.mailbox };
    to.token(hub, (Occasion::Change(entry.pos), said), now)
}

/// Leaves a record of what a token tells of a message.
pub(super) fn note(
    hub: &Hub,
    application: ApplicationId,
    entry: &Entry,
    now: Timestamp,
) -> Result<(), Error> {
    let Some(number) = entry.number else { return Ok(()) };
    let reader = Reader::Provider { application: application.0, consent: entry.consent };
    let what = Disclosed::Changes { number };
    hub.parts().journal.write(&Reading { at: now, mailbox: entry.mailbox, reader, what })
}

/// The dead letters that are to be told again; those that the feed does not tell any more are forgotten.
pub(super) async fn replays(
    hub: &Hub,
    whose: Whose,
    (holder, now): (Holder, Timestamp),
) -> Result<Vec<Entry>, Error> {
    let db = &hub.parts().db;
    let (shown, hidden) = feed::again(db, whose, (REPLAYS, now)).await?;
    if hidden.is_empty() && !shown.is_empty() {
        return Ok(shown);
    }
    let mut tx = db.write().await?;
    for pos in &hidden {
        tx.bury(holder, *pos).await?;
    }
    if shown.is_empty() && hidden.is_empty() {
        tx.bury_forgotten(whose.application).await?;
    }
    tx.commit().await?;
    Ok(shown)
}

/// Where a stream goes on whose cursor leads nowhere any more.
pub(super) async fn resync_position(hub: &Hub, cursor: i64) -> Result<i64, Error> {
    let (head, floor) = hub.parts().db.feed_ends().await?;
    Ok(cursor.max(floor).min(head))
}

/// How long a claim holds.
const LEASE: Duration = Duration::from_secs(30);
/// Dead letters that are looked at.
const REPLAYS: usize = 500;
