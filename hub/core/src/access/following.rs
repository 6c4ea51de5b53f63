//! Following a feed, whoever's it is: what may be asked, how long somebody waits, at what pace they come back.

use std::time::Duration;

use tokio::time::{Instant, timeout_at};

use crate::change::bell::{Bell, Waiter, Waiting};
use crate::error::Error;

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

/// Somebody who waits until something happens, or who does not wait.
pub(super) struct Patience<'a> {
    waiting: Option<Waiting<'a>>,
    deadline: Instant,
}

impl AskedChanges<'_> {
    /// Items at most.
    pub(super) fn checked_size(&self) -> Result<usize, Error> {
        let size = self.size.unwrap_or(CHANGES);
        if (1..=CHANGES_LIMIT).contains(&size) {
            return Ok(size);
        }
        let detail = format!("pageSize is at least 1 and at most {CHANGES_LIMIT}");
        Err(Error::invalid("outOfRange", "?pageSize", detail))
    }

    /// How long to wait.
    pub(super) fn checked_wait(&self) -> Result<Duration, Error> {
        let wait = self.wait.unwrap_or(0);
        if wait <= WAIT_LIMIT {
            return Ok(Duration::from_secs(wait));
        }
        Err(Error::invalid("outOfRange", "?wait", format!("wait is at most {WAIT_LIMIT} seconds")))
    }
}

impl<'a> Patience<'a> {
    /// Begins to wait, unless nobody wishes to, or this application waits often enough already.
    pub(super) fn begin(bell: &'a Bell, who: Waiter, wait: Duration) -> Self {
        let waiting = if wait.is_zero() { None } else { bell.wait(who) };
        Self { waiting, deadline: Instant::now() + wait }
    }

    /// Whether they wait, or did.
    pub(super) const fn waits(&self) -> bool {
        self.waiting.is_some()
    }

    /// Seconds to let pass before asking again.
    pub(super) const fn pace(&self) -> u64 {
        if self.waits() { PACE_OF_WAITING } else { PACE }
    }

    /// Waits until the feeds reach beyond a position; false if there is no waiting any more.
    pub(super) async fn hears(&mut self, pos: i64) -> bool {
        match &mut self.waiting {
            Some(waiting) => timeout_at(self.deadline, waiting.beyond(pos)).await.unwrap_or(false),
            None => false,
        }
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
