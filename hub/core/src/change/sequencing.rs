//! The sequencer: takes changes out of the queue, gives them their positions, and puts them into the feeds.
//!
//! It runs on any node, on several at once: the row of `feed_head` lets one work at a time. What is taken is read in a
//! statement after the one that waited for that row, so that it sees everything that had been committed by then, and
//! the consents as they are then (DATA rule 1). A change that a slower transaction commits later, whatever its id, finds
//! its place after those that were taken: whoever only moves forward meets it.
//!
//! A publication and a consent that come at the same time never miss each other: either the consent stands when the
//! publication is sequenced, and it is in the feed, or the consent is committed after it, and `consentGranted` stands after
//! it in the feed: whoever then lists the mailbox finds the message there.

use crate::clock::Timestamp;
use crate::db::{Dialect, Tx};
use crate::error::Error;
use crate::hub::Parts;

/// What a round of the sequencer did.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Sequenced {
    /// Changes that it took out of the queue.
    pub taken: i64,
    /// When the oldest of them happened.
    pub oldest: Option<Timestamp>,
    /// The last position given out.
    pub(crate) pos: i64,
}

/// Takes one batch out of the queue; to be called again at once while there was something.
pub(crate) async fn sequence(parts: &Parts) -> Result<Sequenced, Error> {
    // Without this look, an idle node would begin a writing transaction ten times a second.
    let (pos, waiting) = parts.db.feed_stands().await?;
    if !waiting {
        return Ok(Sequenced { pos, ..Sequenced::default() });
    }
    let mut tx = parts.db.write().await?;
    tx.plan_anew().await?;
    let pos = tx.lock_feed_head().await?;
    let (taken, oldest) = tx.sequence_changes((pos, batch(tx.dialect())), parts.clock.now()).await?;
    let pos = pos + taken;
    tx.advance_feed_head(pos).await?;
    tx.commit().await?;
    Ok(Sequenced { taken, oldest, pos })
}

/// Forgets what the feeds have kept for longer than until `before`; a cursor that leads there is outdated from then on.
pub(crate) async fn forget(parts: &Parts, before: Timestamp) -> Result<u64, Error> {
    let mut forgotten = 0;
    for (application,) in parts.db.applications_with_feeds().await? {
        loop {
            let mut tx = parts.db.write().await?;
            let gone = tx.drop_fed_before(application, before, FORGOTTEN).await?;
            let last = gone.iter().map(|(pos,)| *pos).max();
            if let Some(last) = last {
                tx.drop_event_numbers_up_to(application, last).await?;
            }
            let count = forgot(tx, &gone).await?;
            // apart: whoever drops a stream waits for no feed, and no feed for a stream
            if let Some(last) = last {
                let mut tx = parts.db.write().await?;
                tx.drop_dead_letters_up_to(application, last).await?;
                tx.commit().await?;
            }
            match count {
                0 => break,
                count => forgotten += count,
            }
        }
    }
    for (organization,) in parts.db.organizations_with_feeds().await? {
        loop {
            let mut tx = parts.db.write().await?;
            let gone = tx.drop_noticed_before(&organization, before, FORGOTTEN).await?;
            match forgot(tx, &gone).await? {
                0 => break,
                count => forgotten += count,
            }
        }
    }
    Ok(forgotten)
}

/// Raises the floor, which all feeds share as they share their positions, with the entries that go; gives how many.
async fn forgot(mut tx: Tx, gone: &[(i64,)]) -> Result<u64, Error> {
    if let Some(last) = gone.iter().map(|(pos,)| *pos).max() {
        tx.raise_feed_floor(last).await?;
    }
    tx.commit().await?;
    Ok(u64::try_from(gone.len()).unwrap_or(u64::MAX))
}

/// Changes in one transaction: the writer of SQLite belongs to citizens' acts and is not held for long.
const fn batch(dialect: Dialect) -> i64 {
    match dialect {
        Dialect::Postgres => 5_000,
        Dialect::Sqlite => 1_000,
    }
}

/// Entries of a feed that one transaction forgets.
const FORGOTTEN: i64 = 1_000;
