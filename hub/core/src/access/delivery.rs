//! The hub delivers changes to their receivers: one node at a time for an application, with a lease that a stalled node
//! loses (DESIGN §4). What carries the tokens there is the caller's.
//!
//! A crash repeats what was on its way, with the same `jti`, and skips nothing: the cursor is kept only over what is settled.

use std::collections::{BTreeMap, BTreeSet};
use std::mem::take;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use crate::access::provider::outside_change;
use crate::change::feed::{self, Entry, Whose};
use crate::clock::Timestamp;
use crate::delivery::pacing::{pause, room};
use crate::delivery::token::{Addressee, CHANGE, Occasion, Said};
use crate::delivery::window::Window;
use crate::delivery::{Failure, Holder, Method, NewDeadLetter, StreamRow};
use crate::error::Error;
use crate::hub::Hub;
use crate::id::ApplicationId;
use crate::journal::{Disclosed, Reader, Reading};
use crate::outside::OutsideParty;

pub use crate::delivery::Breaker;

/// The hub's own work of delivering.
pub struct DeliveryAccess {
    hub: Hub,
    noted: Noted,
}

/// What the reading journal has of changes that are not settled, so that a retry is not noted again.
type Noted = Arc<Mutex<BTreeMap<ApplicationId, BTreeSet<i64>>>>;

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
        DeliveryAccess { hub: self.clone(), noted: Noted::default() }
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
        let (parts, now) = (self.hub.parts(), self.hub.now());
        let mut tx = parts.db.write().await?;
        // Taken before, so that this node never believes to hold it for longer than the others do.
        let held_until = Instant::now() + LEASE;
        let claimed = tx.claim_stream(stream.0, now, now.plus(LEASE)).await?;
        tx.commit().await?;
        let Some((attempt,)) = claimed else { return Ok(None) };
        let Some(row) = parts.db.stream(stream.0).await? else { return Ok(None) };
        let settled = parts.db.settled_beyond(stream.0, row.acked_pos).await?;
        Ok(Some(Shift {
            holder: Holder { application: stream.0, attempt },
            window: Window::new(row.acked_pos, settled.into_iter().map(|(pos,)| pos)),
            told: Addressee {
                application: stream.0,
                provider: row.provider_id,
                client_id: row.client_id.clone(),
            },
            failures: row.failures,
            hub: self.hub.clone(),
            held_until,
            noted: locked(&self.noted).remove(&stream.0).unwrap_or_default(),
            all_noted: Arc::clone(&self.noted),
            replayed: BTreeSet::new(),
            kept: row.acked_pos,
            mended: false,
        }))
    }

    /// How far each stream is behind.
    pub async fn backlogs(&self) -> Result<Vec<Backlog>, Error> {
        let now = self.hub.now();
        let rows = self.hub.parts().db.backlogs().await?;
        let backlog = |row: crate::delivery::BacklogRow| Backlog {
            breaker: Breaker::of(row.failures, row.due_at, now),
            lag: row.oldest.map_or(Duration::ZERO, |oldest| now.since(oldest)),
            client_id: row.client_id,
            dead_letters: row.dead_letters,
        };
        Ok(rows.into_iter().map(backlog).collect())
    }
}

/// A node's turn at delivering to one application.
pub struct Shift {
    hub: Hub,
    holder: Holder,
    told: Addressee,
    window: Window,
    failures: i64,
    /// By this node's own watch: after that, others may deliver.
    held_until: Instant,
    noted: BTreeSet<i64>,
    all_noted: Noted,
    /// What an operator had told again.
    replayed: BTreeSet<i64>,
    /// The cursor as it is kept.
    kept: i64,
    /// Whether anything was taken since.
    mended: bool,
}

/// A token on its way.
#[derive(Clone, Debug)]
pub struct Parcel {
    /// The signed token.
    pub token: String,
    place: Place,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Place {
    Change(i64),
    Resync(i64),
}

/// What a turn has to do next.
#[derive(Debug)]
pub enum Next {
    /// Send these, each on its own.
    Send {
        /// The verified address.
        address: String,
        /// What goes there; may be empty while others are on their way or wait for another try.
        parcels: Vec<Parcel>,
    },
    /// Everything is settled.
    Done,
    /// The turn is over: the stream stands still, another node has it, or the provider may not be told now.
    Over,
}

impl Shift {
    /// Whose stream it is.
    pub fn client_id(&self) -> &str {
        &self.told.client_id
    }

    /// Whether asking for more to send makes sense now.
    pub fn has_room(&self) -> bool {
        self.window.has_room(room(self.failures).div_ceil(2))
    }

    /// What to send now: judged at this moment, under the consents, the provider and the stream as they are (TRUST T6).
    ///
    /// What it tells of messages is in the reading journal when this returns (TRUST T18).
    pub async fn next(&mut self) -> Result<Next, Error> {
        if self.held_until.saturating_duration_since(Instant::now()) < MARGIN {
            return Ok(Next::Over);
        }
        let (db, now) = (&self.hub.parts().db, self.hub.now());
        let Some(row) = db.stream(self.holder.application).await? else { return Ok(Next::Over) };
        let (Some(whose), Some(address)) = (row.whose(), row.address.clone()) else { return Ok(Next::Over) };
        if row.attempt != self.holder.attempt || !row.runs(Method::Push) {
            return Ok(Next::Over);
        }
        if row.incarnation != self.hub.incarnation() {
            return self.resynchronise(address, now).await;
        }
        let page = match feed::page(db, whose, Some(self.window.cursor()), (HORIZON, now)).await {
            Err(Error::Resync) => return self.resynchronise(address, now).await,
            page => page?,
        };
        let mut entries = self.replays(&row, whose, now).await?;
        self.window.advance(&page);
        entries.extend(page.entries.iter().filter(|entry| !self.replayed.contains(&entry.pos)));
        let chosen = self.window.choose(&entries, room(self.failures), Instant::now());
        let open = page.more || entries.iter().any(|entry| !self.window.has_settled(entry.pos));
        if chosen.is_empty() && self.window.is_empty() && !open {
            return Ok(Next::Done);
        }
        let parcels = chosen.iter().map(|entry| self.parcel(entry, now)).collect::<Result<_, _>>()?;
        Ok(Next::Send { address, parcels })
    }

    /// The dead letters that an operator has told again; what is not to be told any more is forgotten.
    async fn replays(&mut self, row: &StreamRow, whose: Whose, now: Timestamp) -> Result<Vec<Entry>, Error> {
        if !row.replaying {
            return Ok(Vec::new());
        }
        let entries = replays(&self.hub, whose, now).await?;
        self.replayed.extend(entries.iter().map(|entry| entry.pos));
        Ok(entries)
    }

    /// The one token that goes out before anything else when entries may be lost to the receiver.
    async fn resynchronise(&mut self, address: String, now: Timestamp) -> Result<Next, Error> {
        if !self.window.is_empty() {
            return Ok(Next::Send { address, parcels: Vec::new() });
        }
        let pos = resync_position(&self.hub, self.window.cursor()).await?;
        let token = self.told.resynchronise(&self.hub, pos, now)?;
        self.window.hold(pos);
        Ok(Next::Send { address, parcels: vec![Parcel { token, place: Place::Resync(pos) }] })
    }

    fn parcel(&mut self, entry: &Entry, now: Timestamp) -> Result<Parcel, Error> {
        if self.noted.insert(entry.pos) {
            note(&self.hub, self.told.application, entry, now)?;
        }
        let token = told(&self.hub, &self.told, entry, now)?;
        Ok(Parcel { token, place: Place::Change(entry.pos) })
    }

    /// The receiver took it.
    pub async fn taken(&mut self, parcel: &Parcel) -> Result<(), Error> {
        self.failures = 0;
        self.mended = true;
        match parcel.place {
            Place::Change(pos) => {
                self.window.settle(pos);
                if self.replayed.remove(&pos) {
                    let mut tx = self.hub.parts().db.write().await?;
                    tx.bury(self.holder.application, pos).await?;
                    tx.commit().await?;
                }
            }
            Place::Resync(pos) => {
                let mut tx = self.hub.parts().db.write().await?;
                let now = self.hub.now();
                tx.resume_at(self.holder, (self.hub.incarnation(), pos), now).await?;
                tx.commit().await?;
                self.window = Window::new(pos, []);
                self.kept = pos;
            }
        }
        Ok(())
    }

    /// It is not known whether the receiver took it: it goes out again.
    pub fn lost(&mut self, parcel: &Parcel) {
        match parcel.place {
            Place::Change(pos) | Place::Resync(pos) => self.window.give_back(pos),
        }
    }

    /// The receiver refused it: it goes out again soon, or is a dead letter after [`TRIES`] tries. Whether it became one.
    pub async fn refused(&mut self, parcel: &Parcel, reason: &'static str) -> Result<bool, Error> {
        let Place::Change(pos) = parcel.place else {
            self.lost(parcel);
            return Ok(false);
        };
        let times = self.window.refuse(pos, Instant::now());
        if times < TRIES {
            return Ok(false);
        }
        let (parts, now) = (self.hub.parts(), self.hub.now());
        let mut tx = parts.db.write().await?;
        tx.put_dead_letter(NewDeadLetter {
            application: self.holder.application,
            pos,
            id: parts.random.id(now),
            reason,
            tries: times.into(),
            at: now,
        })
        .await?;
        tx.commit().await?;
        self.window.settle(pos);
        Ok(true)
    }

    /// Keeps how far everything is settled, and holds the stream for longer; false if another node has it.
    pub async fn keep(&mut self) -> Result<bool, Error> {
        let left = self.held_until.saturating_duration_since(Instant::now());
        if self.kept == self.window.cursor() && !self.mended && left > LEASE / 2 {
            return Ok(true);
        }
        let (until, now) = (Instant::now() + LEASE, self.hub.now());
        let mut tx = self.hub.parts().db.write().await?;
        let kept = tx.keep_cursor(self.holder, self.window.cursor(), self.failures, now.plus(LEASE)).await?;
        tx.commit().await?;
        if kept != 1 {
            return Ok(false);
        }
        self.noted = self.noted.split_off(&self.window.cursor().saturating_add(1));
        (self.kept, self.mended, self.held_until) = (self.window.cursor(), false, until);
        Ok(true)
    }

    /// The receiver is not well: it is left alone for a while, for longer each time. Gives the breaker.
    pub async fn failed(
        mut self,
        trouble: &'static str,
        retry_after: Option<Duration>,
    ) -> Result<Breaker, Error> {
        self.keep().await?;
        locked(&self.all_noted).insert(self.holder.application, take(&mut self.noted));
        let (parts, now) = (self.hub.parts(), self.hub.now());
        let failures = self.failures.saturating_add(1);
        let due_at = now.plus(pause(failures, parts.random.bytes(), retry_after));
        let mut tx = parts.db.write().await?;
        tx.keep_failure(self.holder, Failure { failures, due_at, trouble }).await?;
        tx.commit().await?;
        Ok(Breaker::of(failures, due_at, now))
    }

    /// Keeps what is settled and gives the stream back.
    pub async fn finished(mut self) -> Result<(), Error> {
        self.keep().await?;
        let mut tx = self.hub.parts().db.write().await?;
        tx.release_stream(self.holder).await?;
        tx.commit().await?;
        Ok(())
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
pub(super) async fn replays(hub: &Hub, whose: Whose, now: Timestamp) -> Result<Vec<Entry>, Error> {
    let db = &hub.parts().db;
    let asked = db.replays(whose.application).await?;
    let shown = feed::again(db, whose, (REPLAYS, now)).await?;
    let hidden = asked.iter().filter(|(pos,)| !shown.iter().any(|entry| entry.pos == *pos));
    for (pos,) in hidden {
        let mut tx = db.write().await?;
        tx.bury(whose.application, *pos).await?;
        tx.commit().await?;
    }
    Ok(shown)
}

/// Where a stream goes on whose cursor leads nowhere any more.
pub(super) async fn resync_position(hub: &Hub, cursor: i64) -> Result<i64, Error> {
    let (head, floor) = hub.parts().db.feed_ends().await?;
    Ok(cursor.max(floor).min(head))
}

fn locked(noted: &Noted) -> std::sync::MutexGuard<'_, BTreeMap<ApplicationId, BTreeSet<i64>>> {
    noted.lock().unwrap_or_else(PoisonError::into_inner)
}

/// How long a claim holds.
const LEASE: Duration = Duration::from_secs(30);
/// With less than that left nothing is sent any more: longer than any call takes.
const MARGIN: Duration = Duration::from_secs(12);
/// Entries of the feed that are looked at beyond the cursor.
const HORIZON: usize = 128;
/// Dead letters that are looked at.
const REPLAYS: usize = 500;
/// How often a change is refused before it is a dead letter.
pub const TRIES: u32 = 3;
