//! A node's turn at delivering to one application: what to send next, and what became of it.

use std::collections::{BTreeMap, BTreeSet};
use std::mem::take;
use std::sync::{Arc, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use super::{LEASE, Noted, note, replays, resync_position, told};
use crate::change::feed::{self, Entry, Whose};
use crate::clock::Timestamp;
use crate::delivery::pacing::{pause, room};
use crate::delivery::token::Addressee;
use crate::delivery::window::Window;
use crate::delivery::{Breaker, Failure, Holder, Method, NewDeadLetter, StreamRow};
use crate::error::Error;
use crate::hub::Hub;
use crate::id::ApplicationId;

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
    /// A turn that begins where the stream stands.
    pub(super) fn begin(
        hub: &Hub,
        (holder, held_until): (Holder, Instant),
        row: &StreamRow,
        (settled, noted): (impl Iterator<Item = i64>, &Noted),
    ) -> Self {
        let (application, provider) = (holder.application, row.provider_id);
        Self {
            window: Window::new(row.acked_pos, settled),
            told: Addressee { application, provider, client_id: row.client_id.clone() },
            failures: row.failures,
            noted: locked(noted).remove(&application).unwrap_or_default(),
            all_noted: Arc::clone(noted),
            replayed: BTreeSet::new(),
            kept: row.acked_pos,
            mended: false,
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

fn locked(noted: &Noted) -> MutexGuard<'_, BTreeMap<ApplicationId, BTreeSet<i64>>> {
    noted.lock().unwrap_or_else(PoisonError::into_inner)
}

/// With less than that left nothing is sent any more: longer than any call takes.
const MARGIN: Duration = Duration::from_secs(12);
/// Entries of the feed that are looked at beyond the cursor.
const HORIZON: usize = 128;
/// How often a change is refused before it is a dead letter.
pub const TRIES: u32 = 3;
