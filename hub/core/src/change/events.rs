//! A feed as numbered events: what software of the e-Box reads, which knows places as growing integers.
//!
//! Positions are one count for all feeds, and would tell how much happens elsewhere (TRUST T8). So each application
//! has numbers of its own, without gaps when they are given: an entry gets one when its application first asks beyond it, if
//! its consent shows it then. What is passed over gets none and does not come back. A number stays with its entry; it is
//! shown while the entry is kept and its consent shows it.

use std::collections::BTreeMap;
use std::time::Duration;

use super::feed::{Entry, FeedRow, Whose};
use super::paging::{cut, limit};
use crate::clock::Timestamp;
use crate::db::{Db, record};
use crate::error::Error;

record! {
    /// How far an application has come.
    #[derive(Clone, Debug)]
    pub(super) struct Reader {
        /// The last number given out.
        pub(super) last_n: i64,
        /// Up to there, numbers lead nowhere any more.
        pub(super) dropped_n: i64,
        /// The position up to which entries were looked at.
        pub(super) seen_pos: i64,
        /// When that was noted.
        pub(super) seen_at: Timestamp,
    }
}

/// A part of a feed, by number.
#[derive(Clone, Debug)]
pub(crate) struct NumberedPage {
    pub(crate) entries: Vec<(i64, Entry)>,
    /// The number after which it goes on.
    pub(crate) next: i64,
    /// Whether there is more at this moment.
    pub(crate) more: bool,
}

/// At most `size` entries after a number, or from the oldest one kept. Fewer may be shown while there is more.
///
/// # Errors
/// [`Error::Resync`] if entries after that number may have been forgotten, or it was never given out.
pub(crate) async fn page(
    db: &Db,
    whose: Whose,
    after: Option<i64>,
    (size, now): (usize, Timestamp),
) -> Result<NumberedPage, Error> {
    let (reader, rest) = number_new(db, whose, after.is_none(), now).await?;
    let after = after.unwrap_or(reader.dropped_n);
    if after < reader.dropped_n || after > reader.last_n {
        return Err(Error::Resync);
    }
    let mut numbers = db.event_numbers(whose.application, after, limit(size)).await?;
    let more = numbers.len() > size;
    numbers.truncate(size);
    let by_position: BTreeMap<i64, i64> = numbers.iter().map(|(n, pos)| (*pos, *n)).collect();
    let next = numbers.last().map_or(after, |(n, _)| *n);

    let rows = db.fed_as_events(whose.application, after, (limit(size) - 1, now)).await?;
    let shown = rows.iter().filter_map(|row| row.event(whose.reach, now));
    let numbered = shown.filter_map(|entry| by_position.get(&entry.pos).map(|n| (*n, entry)));
    Ok(NumberedPage { entries: numbered.collect(), next, more: more || rest })
}

/// Gives numbers to what was not looked at yet; gives how far that came, and whether there is more.
///
/// `afresh` is whether the asker starts again: then it does not matter what was forgotten.
async fn number_new(db: &Db, whose: Whose, afresh: bool, now: Timestamp) -> Result<(Reader, bool), Error> {
    let mut reader = begun(db, whose, now).await?;
    for _ in 0..PASSES {
        let mut rows = db.fed_after(whose.application, Some(reader.seen_pos), (limit(BATCH), now)).await?;
        let (next, more) = match cut(&mut rows, Some(reader.seen_pos), BATCH, FeedRow::standing) {
            Err(Error::Resync) if afresh => {
                let floor = rows.first().map_or(0, |row| row.standing().floor);
                reader = forgotten(db, whose, &reader, (floor, now)).await?;
                continue;
            }
            found => found?,
        };
        let shown: Vec<Entry> = rows.iter().filter_map(|row| row.event(whose.reach, now)).collect();
        reader = noted(db, whose, (reader, &shown), (next, more), now).await?;
        if !more {
            return Ok((reader, false));
        }
    }
    Ok((reader, true))
}

async fn begun(db: &Db, whose: Whose, now: Timestamp) -> Result<Reader, Error> {
    if let Some(reader) = db.event_reader(whose.application).await? {
        return Ok(reader);
    }
    let (_, floor) = db.feed_ends().await?;
    let mut tx = db.write().await?;
    tx.begin_event_reader(whose.application, now).await?;
    let begin = Reader { last_n: 0, dropped_n: 0, seen_pos: 0, seen_at: now };
    tx.move_event_reader(whose.application, (&begin, &Reader { seen_pos: floor, ..begin.clone() })).await?;
    tx.commit().await?;
    current(db, whose).await
}

async fn current(db: &Db, whose: Whose) -> Result<Reader, Error> {
    let found = db.event_reader(whose.application).await?;
    found.ok_or_else(|| Error::Corrupt { table: "event_reader", id: whose.application.0.to_string() })
}

/// What this reader did not look at may be forgotten: a number is burned, so that every older one is known to be outdated.
async fn forgotten(
    db: &Db,
    whose: Whose,
    reader: &Reader,
    (floor, now): (i64, Timestamp),
) -> Result<Reader, Error> {
    let last_n = reader.last_n + 1;
    let to = Reader { last_n, dropped_n: last_n, seen_pos: floor, seen_at: now };
    let mut tx = db.write().await?;
    tx.move_event_reader(whose.application, (reader, &to)).await?;
    tx.commit().await?;
    current(db, whose).await
}

/// Gives the entries their numbers. Where nothing is to be numbered, how far it came is noted now and then, and whenever there is
/// more: otherwise an application before which much is hidden would begin at the same place each time.
async fn noted(
    db: &Db,
    whose: Whose,
    (reader, shown): (Reader, &[Entry]),
    (next, more): (i64, bool),
    now: Timestamp,
) -> Result<Reader, Error> {
    if shown.is_empty() && !more && now.since(reader.seen_at) < NOTE_EVERY {
        return Ok(Reader { seen_pos: next, ..reader });
    }
    let mut tx = db.write().await?;
    // where it really stands: what was looked at since then had nothing to number
    let Some(stands) = tx.held_event_reader(whose.application).await? else {
        return current(db, whose).await;
    };
    if stands.last_n != reader.last_n {
        return Ok(stands);
    }
    let count = i64::try_from(shown.len()).unwrap_or(i64::MAX);
    let to = Reader { last_n: stands.last_n + count, seen_pos: next, seen_at: now, ..stands };
    tx.move_event_reader(whose.application, (&stands, &to)).await?;
    for (n, entry) in (stands.last_n + 1..).zip(shown) {
        tx.insert_event_number(whose.application, n, entry.pos).await?;
    }
    tx.commit().await?;
    Ok(to)
}

/// Entries looked at by one statement.
const BATCH: usize = 200;
/// Statements of one question.
const PASSES: usize = 10;
/// How often it is noted how far an application came that nothing happened to.
const NOTE_EVERY: Duration = Duration::from_secs(3600);
