//! Working campaigns off: a turn takes the campaign that waited longest, and works on it for a moment.
//!
//! Whoever works holds a lease. When a node dies its lease runs out, and another goes on where the last chunk ended; the
//! chunk that had not been committed never was.

use std::time::{Duration, Instant};

use uuid::Uuid;

use super::chunk::{Chunk, Dates, Decided};
use super::chunk_sql::Sums;
use super::ending::By;
use super::{Campaign, Outcome, State, ending, list};
use crate::db::{Dialect, Tx};
use crate::error::Error;
use crate::hub::Parts;
use crate::id::CampaignId;

/// Works on campaigns for a moment, and removes what is kept no longer; gives how much was done.
pub(crate) async fn turn(parts: &Parts) -> Result<usize, Error> {
    let now = parts.clock.now();
    let removed = list::remove_some(parts, now).await? + ending::remove_some(parts, now).await?;
    if !parts.db.has_campaign_to_run(now).await? {
        return Ok(removed);
    }
    let lease = parts.random.id(now);
    let mut tx = parts.db.write().await?;
    let taken = tx.lease_campaign(lease, (now, now.plus(LEASE))).await?;
    tx.commit().await?;
    let Some((id,)) = taken else { return Ok(removed) };
    let shift = Shift { parts, id, lease };
    let worked = shift.work().await;
    if worked.is_err() {
        // so that nobody waits for the lease to run out
        shift.release().await?;
    }
    Ok(removed + worked?)
}

/// What a worker holds.
struct Shift<'a> {
    parts: &'a Parts,
    id: CampaignId,
    lease: Uuid,
}

/// What became of an attempt to do a chunk.
enum Step {
    /// So many lines are done.
    Done(usize),
    /// The campaign is at its end, or somebody else has it.
    Over,
}

impl Shift<'_> {
    /// Does chunks until the moment is over; gives how many lines, and one for the end.
    async fn work(&self) -> Result<usize, Error> {
        let mut pace = Pace::of(self.parts.db.dialect());
        let (begun, mut done) = (Instant::now(), 0);
        while begun.elapsed() < TURN {
            match self.chunk(&mut pace).await? {
                Step::Done(lines) => done += lines,
                Step::Over => return Ok(done + 1),
            }
        }
        self.release().await?;
        Ok(done)
    }

    async fn release(&self) -> Result<(), Error> {
        let mut tx = self.parts.db.write().await?;
        tx.release_campaign(self.id, self.lease, self.parts.clock.now()).await?;
        tx.commit().await?;
        Ok(())
    }

    async fn chunk(&self, pace: &mut Pace) -> Result<Step, Error> {
        let corrupt = || Error::Corrupt { table: "campaign", id: self.id.0.to_string() };
        let campaign = self.parts.db.campaign(self.id).await?.ok_or_else(corrupt)?;
        let list = campaign.list_id.ok_or_else(corrupt)?;
        let chunk = Chunk::next(self.parts, &campaign, list, pace.size).await?;

        let mut tx = self.parts.db.write().await?;
        tx.plan_anew().await?;
        let begun = Instant::now();
        if !self.stands(&mut tx, &campaign).await? {
            return Ok(Step::Over);
        }
        let Some(chunk) = chunk else {
            ending::end(&mut tx, self.parts, &campaign, (State::Completed, By::Hub)).await?;
            tx.commit().await?;
            return Ok(Step::Over);
        };
        let Some(dates) = self.dates(&mut tx, &campaign).await? else {
            // Its registration is over: it may send no more (TRUST T20).
            ending::end(&mut tx, self.parts, &campaign, (State::Cancelled, By::Hub)).await?;
            tx.commit().await?;
            return Ok(Step::Over);
        };
        self.perform(&mut tx, (&campaign, list), &chunk, dates).await?;
        tx.commit().await?;
        pace.learn(begun.elapsed());
        Ok(Step::Done(chunk.len()))
    }

    async fn perform(
        &self,
        tx: &mut Tx,
        (campaign, list): (&Campaign, Uuid),
        chunk: &Chunk,
        dates: Dates,
    ) -> Result<(), Error> {
        let stretch = chunk.stretch(campaign, list);
        let decided = if campaign.dry_run {
            chunk.ask(tx, self.parts, campaign).await?
        } else {
            chunk.decide(tx, self.parts, (campaign, list), dates.at).await?
        };
        tx.settle_lines(list, &decided).await?;
        if !campaign.dry_run {
            chunk.deliver(tx, self.parts, (campaign, stretch), (&decided, dates)).await?;
        }
        let sums = sums(&decided);
        if sums.reached < i64::try_from(decided.len()).unwrap_or(i64::MAX) || campaign.dry_run {
            tx.forget_unreached(stretch).await?;
        }
        let lease_until = self.parts.clock.now().plus(LEASE);
        tx.move_campaign(self.id, (stretch.to, sums), lease_until).await?;
        Ok(())
    }

    /// Locks the campaign; whether it is where it was read, and still this worker's.
    async fn stands(&self, tx: &mut Tx, read: &Campaign) -> Result<bool, Error> {
        let now = tx.lock_campaign(self.id).await?;
        Ok(now.is_some_and(|now| {
            now.state() == Some(State::Running)
                && now.lease == Some(self.lease)
                && (now.spot, now.line) == (read.spot, read.line)
        }))
    }

    /// When letters of this chunk are delivered and go; `None` if the type is not registered for the sender any more.
    async fn dates(&self, tx: &mut Tx, campaign: &Campaign) -> Result<Option<Dates>, Error> {
        let at = self.parts.clock.now();
        let (organization, message_type) = (campaign.organization.as_str(), campaign.message_type.as_str());
        let Some(found) = tx.trio(organization, &campaign.application, message_type, at).await? else {
            return Ok(None);
        };
        let expires_at = found.expiry(at).ok_or_else(|| Error::internal("the calendar ends"))?;
        Ok(Some(Dates { at, expires_at }))
    }
}

fn sums(decided: &[Decided]) -> Sums {
    decided.iter().fold(Sums::default(), |mut sums, row| {
        match row.outcome {
            Outcome::Delivered | Outcome::Reachable => sums.reached += 1,
            Outcome::Duplicate => sums.duplicates += 1,
            _ => sums.not_reached += 1,
        }
        sums
    })
}

/// How many lines a chunk has: on SQLite as many as hold the one writer for [`HELD`], so that nobody waits longer.
struct Pace {
    size: usize,
    adapts: bool,
}

impl Pace {
    const fn of(dialect: Dialect) -> Self {
        match dialect {
            Dialect::Sqlite => Self { size: SMALLEST, adapts: true },
            Dialect::Postgres => Self { size: CHUNK, adapts: false },
        }
    }

    fn learn(&mut self, took: Duration) {
        if self.adapts {
            let fits = u128::try_from(self.size).unwrap_or(1) * HELD.as_micros() / took.as_micros().max(1);
            let fits = usize::try_from(fits).unwrap_or(CHUNK).min(self.size * 3 / 2);
            self.size = fits.clamp(SMALLEST, CHUNK);
        }
    }
}

/// How long a worker holds a campaign without a sign of life.
const LEASE: Duration = Duration::from_secs(30);
/// How long a campaign is worked on before the next has its turn.
const TURN: Duration = Duration::from_secs(1);
/// Lines of a chunk at most (DATA rule 15).
const CHUNK: usize = 1_000;
/// Lines of a chunk at least.
const SMALLEST: usize = 50;
/// How long a chunk may hold the one writer of SQLite (DATA rule 12).
const HELD: Duration = Duration::from_millis(20);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn chunks_on_sqlite_grow_and_shrink_with_the_time_that_they_take() {
        let mut pace = Pace::of(Dialect::Sqlite);
        for _ in 0..20 {
            pace.learn(HELD / 4);
        }
        assert_eq!(pace.size, CHUNK);
        pace.learn(HELD * 3 / 4);
        assert_eq!(pace.size, CHUNK);
        pace.learn(HELD * 4);
        assert_eq!(pace.size, CHUNK / 4, "as many as would have fitted");
        pace.learn(HELD * 20);
        assert_eq!(pace.size, SMALLEST);

        let mut fixed = Pace::of(Dialect::Postgres);
        fixed.learn(HELD * 2);
        assert_eq!(fixed.size, CHUNK);
    }
}
