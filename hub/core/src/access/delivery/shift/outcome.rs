//! What became of what was sent: taken, refused, or failed, with the receiver or alone.

use std::mem::take;
use std::time::Instant;

use super::{Parcel, Place, Shift};
use crate::access::delivery::resync_position;
use crate::conduct::Kind;
use crate::delivery::NewDeadLetter;
use crate::delivery::ailing::Failed;
use crate::delivery::window::Window;
use crate::error::Error;

/// What becomes of a change that was not taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fate {
    /// It goes out again after a while; others go on.
    Again,
    /// It is a dead letter.
    Dead,
    /// It should be one, and there is no place for it: the stream must stop. Or the turn is another's.
    NoPlace,
    /// Whether it fares so by itself shows when everything is back: [`Shift::is_well_but_for_these`].
    Open,
}

impl Shift {
    /// The receiver took it; false if the turn is another's.
    pub async fn taken(&mut self, parcel: &Parcel) -> Result<bool, Error> {
        self.failures = 0;
        match parcel.place {
            Place::Change(pos) => {
                self.window.settle(pos);
                self.window.ailing.took(pos);
                if self.replayed.remove(&pos) {
                    let mut tx = self.hub.parts().db.write().await?;
                    let buried = tx.bury(self.holder, pos).await?;
                    tx.commit().await?;
                    return Ok(buried == 1);
                }
                Ok(true)
            }
            Place::Resync(stood) => self.resume(stood).await,
        }
    }

    /// The receiver knows that it missed something: the stream goes on behind that.
    async fn resume(&mut self, stood: i64) -> Result<bool, Error> {
        let pos = resync_position(&self.hub, stood).await?;
        let (db, now) = (&self.hub.parts().db, self.hub.now());
        let mut tx = db.write().await?;
        let resumed = tx.resume_at(self.holder, (self.hub.incarnation(), pos), now).await?;
        tx.commit().await?;
        let settled = db.settled_beyond(self.holder.application, pos).await?;
        self.window = Window::new(pos, settled.into_iter().map(|(pos,)| pos));
        self.kept = (pos, 0, Instant::now());
        Ok(resumed == 1)
    }

    /// The receiver is not well, or not with that change; `asks` if it asks for a pause itself.
    pub async fn unwell(&mut self, parcel: &Parcel, asks: bool) -> Result<Fate, Error> {
        let (Place::Change(pos) | Place::Resync(pos)) = parcel.place;
        self.hub.tally().happened(self.client_id(), Kind::RefusedDelivery);
        self.window.give_back(pos);
        if asks || !self.window.ailing.is_known(pos) {
            self.doubtful.push((pos, parcel.taken));
            return Ok(Fate::Open);
        }
        match self.window.ailing.failed_alone(&self.failed_now(pos)) {
            Some(times) => self.bury_alive(pos, ("receiver_fails", times)).await,
            None => Ok(Fate::Again),
        }
    }

    /// Whether the receiver took others while it failed at some, now that everything is back: then those are delayed, each by
    /// itself, and the turn goes on. `asks` if it asked for a pause.
    pub fn is_well_but_for_these(&mut self, asks: bool) -> bool {
        let doubtful = take(&mut self.doubtful);
        let taken = doubtful.iter().map(|(_, taken)| *taken).min().unwrap_or(u64::MAX);
        let taken = self.window.ailing.taken().saturating_sub(taken);
        let well = !asks && taken >= u64::try_from(doubtful.len()).unwrap_or(u64::MAX);
        for (pos, _) in doubtful {
            if well {
                self.window.ailing.failed_alone(&self.failed_now(pos));
            } else {
                self.window.ailing.failed_with_others(pos, Instant::now());
            }
        }
        well
    }

    fn failed_now(&self, pos: i64) -> Failed {
        Failed { pos, now: Instant::now(), dice: self.hub.parts().random.bytes() }
    }

    /// The receiver refused it: it goes out again soon, or is a dead letter after [`TRIES`] tries. That everything must be
    /// listed again it can only know.
    pub async fn refused(&mut self, parcel: &Parcel, reason: &'static str) -> Result<Fate, Error> {
        let Place::Change(pos) = parcel.place else {
            let ours = self.taken(parcel).await?;
            return Ok(if ours { Fate::Again } else { Fate::NoPlace });
        };
        self.hub.tally().happened(self.client_id(), Kind::RefusedDelivery);
        let times = self.window.refuse(pos, Instant::now());
        if times < TRIES {
            return Ok(Fate::Again);
        }
        self.bury_alive(pos, (reason, times)).await
    }

    async fn bury_alive(&mut self, pos: i64, (reason, times): (&'static str, u32)) -> Result<Fate, Error> {
        let (parts, now) = (self.hub.parts(), self.hub.now());
        let (id, tries, holder) = (parts.random.id(now), times.into(), self.holder);
        let mut tx = parts.db.write().await?;
        let kept = tx.put_dead_letter(NewDeadLetter { holder, pos, id, reason, tries, at: now }).await?;
        tx.commit().await?;
        if kept == 0 {
            return Ok(Fate::NoPlace);
        }
        self.replayed.remove(&pos);
        self.window.settle(pos);
        Ok(Fate::Dead)
    }
}

/// How often a change is refused before it is a dead letter.
pub const TRIES: u32 = 3;
