//! A node's turn at delivering to one application: what to send next, and what became of it.

mod outcome;

use std::collections::{BTreeMap, BTreeSet};
use std::mem::take;
use std::sync::{Arc, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use super::{LEASE, Memories, Memory, note, replays, told};
use crate::change::feed::{self, Entry, Whose};
use crate::clock::Timestamp;
use crate::delivery::pacing::{pause, room};
use crate::delivery::token::Addressee;
use crate::delivery::window::Window;
use crate::delivery::{Breaker, Failure, Holder, Method, StreamRow};
use crate::error::Error;
use crate::hub::Hub;
use crate::id::ApplicationId;

pub use outcome::{Fate, TRIES};

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
    memories: Memories,
    /// What an operator had told again.
    replayed: BTreeSet<i64>,
    /// The cursor and the failures as they are kept, and since when.
    kept: (i64, i64, Instant),
    /// What failed since everything was last back, each with what had been taken when it was sent.
    doubtful: Vec<(i64, u64)>,
    /// When it was last looked further in vain.
    looked: Option<Instant>,
}

/// A token on its way.
#[derive(Clone, Debug)]
pub struct Parcel {
    /// The signed token.
    pub token: String,
    place: Place,
    /// What had been taken when it was sent.
    taken: u64,
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
    /// A turn that begins where the stream stands.
    pub(super) fn begin(
        hub: &Hub,
        (holder, held_until): (Holder, Instant),
        row: &StreamRow,
        (settled, memories): (impl Iterator<Item = i64>, &Memories),
    ) -> Self {
        let (application, provider) = (holder.application, row.provider_id);
        let Memory { noted, window } = locked(memories).remove(&application).unwrap_or_default();
        Self {
            window: window.resumed(row.acked_pos, settled),
            told: Addressee { application, provider, client_id: row.client_id.clone() },
            failures: row.failures,
            noted,
            memories: Arc::clone(memories),
            replayed: BTreeSet::new(),
            kept: (row.acked_pos, row.failures, Instant::now()),
            doubtful: Vec::new(),
            looked: None,
            hub: hub.clone(),
            holder,
            held_until,
        }
    }

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
            return self.resynchronise(&row, address, now);
        }
        let page = match feed::page(db, whose, Some(self.window.cursor()), (HORIZON, now)).await {
            Err(Error::Resync) => return self.resynchronise(&row, address, now),
            page => page?,
        };
        let mut entries = self.replays(&row, whose, now).await?;
        self.window.advance(&page);
        entries.extend(page.entries.iter().filter(|entry| !self.replayed.contains(&entry.pos)));
        let room = room(self.failures);
        let mut chosen = self.window.choose_sound(&entries, room, Instant::now());
        if page.more && self.window.has_room(room) {
            chosen.extend(self.look_further(whose, (page.next, entries.clone()), now).await?);
        }
        // what failed last is tried when nothing else is there
        chosen.extend(self.window.choose(&entries, room, Instant::now()));
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
        let entries = replays(&self.hub, whose, (self.holder, now)).await?;
        for entry in &entries {
            if self.replayed.insert(entry.pos) {
                self.window.reopen(entry.pos);
            }
        }
        Ok(entries)
    }

    /// Changes of mailboxes that have none among these entries: one with many that wait holds up no other. Looked for in
    /// bounds, and not all the time.
    async fn look_further(
        &mut self,
        whose: Whose,
        (mut after, mut entries): (i64, Vec<Entry>),
        now: Timestamp,
    ) -> Result<Vec<Entry>, Error> {
        let mut chosen = Vec::new();
        if self.looked.is_some_and(|at| at.elapsed() < LOOK_AGAIN) {
            return Ok(chosen);
        }
        for _ in 0..FURTHER {
            let page = feed::page(&self.hub.parts().db, whose, Some(after), (FAR, now)).await?;
            entries.extend(page.entries.iter().filter(|entry| !self.replayed.contains(&entry.pos)));
            chosen.extend(self.window.choose_sound(&entries, room(self.failures), Instant::now()));
            after = page.next;
            if !page.more || !self.window.has_room(room(self.failures)) {
                break;
            }
        }
        self.looked = chosen.is_empty().then(Instant::now);
        Ok(chosen)
    }

    /// The one token that goes out before anything else when entries may be lost to the receiver.
    fn resynchronise(&mut self, row: &StreamRow, address: String, now: Timestamp) -> Result<Next, Error> {
        if !self.window.is_empty() {
            return Ok(Next::Send { address, parcels: Vec::new() });
        }
        let token = self.told.resynchronise(&self.hub, row, now)?;
        self.window.hold(row.acked_pos);
        let taken = self.window.ailing.taken();
        Ok(Next::Send {
            address,
            parcels: vec![Parcel { token, place: Place::Resync(row.acked_pos), taken }],
        })
    }

    fn parcel(&mut self, entry: &Entry, now: Timestamp) -> Result<Parcel, Error> {
        if self.noted.insert(entry.pos) {
            note(&self.hub, self.told.application, entry, now)?;
        }
        let token = told(&self.hub, &self.told, entry, now)?;
        Ok(Parcel { token, place: Place::Change(entry.pos), taken: self.window.ailing.taken() })
    }

    /// Keeps how far everything is settled, if that is worth a transaction, and holds the stream for longer; false if another
    /// node has it.
    pub async fn keep(&mut self) -> Result<bool, Error> {
        let (pos, failures, at) = self.kept;
        let left = self.held_until.saturating_duration_since(Instant::now());
        let far = self.window.settled_beyond(pos) >= KEPT_AFTER_CHANGES || at.elapsed() >= KEPT_AFTER;
        let moved = pos != self.window.cursor() && far;
        if moved || failures != self.failures || left <= LEASE / 2 { self.keep_now().await } else { Ok(true) }
    }

    async fn keep_now(&mut self) -> Result<bool, Error> {
        let (until, now, pos) = (Instant::now() + LEASE, self.hub.now(), self.window.cursor());
        let mut tx = self.hub.parts().db.write().await?;
        let kept = tx.keep_cursor(self.holder, pos, self.failures, now.plus(LEASE)).await?;
        tx.commit().await?;
        if kept != 1 {
            return Ok(false);
        }
        self.noted = self.noted.split_off(&pos.saturating_add(1));
        (self.kept, self.held_until) = ((pos, self.failures, Instant::now()), until);
        Ok(true)
    }

    /// The receiver is not well: it is left alone for a while, for longer each time. Gives the breaker.
    pub async fn failed(
        mut self,
        trouble: &'static str,
        retry_after: Option<Duration>,
    ) -> Result<Breaker, Error> {
        self.keep_now().await?;
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
        self.keep_now().await?;
        let mut tx = self.hub.parts().db.write().await?;
        tx.release_stream(self.holder).await?;
        tx.commit().await?;
        Ok(())
    }
}

impl Drop for Shift {
    /// However a turn ends, the next one on this node knows what it knew.
    fn drop(&mut self) {
        let memory = Memory { noted: take(&mut self.noted), window: take(&mut self.window) };
        locked(&self.memories).insert(self.holder.application, memory);
    }
}

fn locked(memories: &Memories) -> MutexGuard<'_, BTreeMap<ApplicationId, Memory>> {
    memories.lock().unwrap_or_else(PoisonError::into_inner)
}

/// With less than that left nothing is sent any more: longer than any call takes.
const MARGIN: Duration = Duration::from_secs(12);
/// Entries of the feed that are looked at beyond the cursor.
const HORIZON: usize = 128;
/// Pages that are looked at beyond that, of so many entries, for mailboxes that have none nearer.
const FURTHER: usize = 16;
const FAR: usize = 1024;
/// After having looked so far in vain.
const LOOK_AGAIN: Duration = Duration::from_secs(1);
/// The cursor is kept after so long, or so many changes, and at the end of a turn.
const KEPT_AFTER: Duration = Duration::from_millis(200);
const KEPT_AFTER_CHANGES: usize = 100;
