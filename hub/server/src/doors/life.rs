//! How long a connection lives: until its end, until nobody has asked anything for a while, or until its peer no
//! longer reads what it asked for.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::time::Instant;

use super::door::Limits;

/// The life of one connection, shared with its requests.
#[derive(Clone)]
pub(super) struct Life(Arc<Span>, Option<Instant>);

struct Span {
    born: Instant,
    /// How long it may be without a first request, and without a further one.
    first: Duration,
    idle: Duration,
    /// How long an answer may lie unread.
    unread: Duration,
    state: Mutex<State>,
}

struct State {
    requests: u64,
    running: usize,
    /// When something last began or ended.
    last: Instant,
    /// Since when the peer has been offered something that it has not taken, by request.
    offered: HashMap<u64, Instant>,
}

/// A request that is being answered.
pub(super) struct Running {
    span: Arc<Span>,
    number: u64,
}

impl Life {
    /// A connection born now, with a door's limits.
    pub(super) fn new(limits: &Limits) -> Self {
        let born = Instant::now();
        let state = State { requests: 0, running: 0, last: born, offered: HashMap::new() };
        let (first, idle, unread) = (limits.header, limits.idle, limits.unread);
        Self(Arc::new(Span { born, first, idle, unread, state: Mutex::new(state) }), None)
    }

    /// The same, ending after `limit` whatever happens.
    pub(super) fn at_most(self, limit: Duration) -> Self {
        let end = self.0.born + limit;
        Self(self.0, Some(end))
    }

    /// Notes that a request began; it runs until the value is dropped.
    pub(super) fn request(&self) -> Running {
        let mut state = self.0.state();
        state.requests += 1;
        state.running += 1;
        state.last = Instant::now();
        Running { span: Arc::clone(&self.0), number: state.requests }
    }

    /// Waits for the end; for ever if there is none.
    pub(super) async fn end(&self) {
        match self.1 {
            Some(end) => tokio::time::sleep_until(end).await,
            None => std::future::pending().await,
        }
    }

    /// Waits until nobody has asked anything for too long.
    pub(super) async fn idle(&self) {
        let span = &self.0;
        until(|| span.rests(if span.state().requests == 0 { span.first } else { span.idle }, span.born))
            .await;
    }

    /// Waits until an answer has lain unread for too long.
    pub(super) async fn unread(&self) {
        let span = &self.0;
        until(|| {
            let oldest = span.state().offered.values().min().copied();
            oldest.map_or(Due::NotBefore(Instant::now() + span.unread), |since| Due::At(since + span.unread))
        })
        .await;
    }

    /// Waits, after a shutdown that began at `since`, until the last answer has had the time to be read.
    pub(super) async fn goodbye(&self, since: Instant) {
        let span = &self.0;
        until(|| span.rests(span.unread, since)).await;
    }
}

/// When something is over, as it looks now.
enum Due {
    At(Instant),
    NotBefore(Instant),
}

/// Waits until what `due` says has passed; it is asked again whenever it might have.
async fn until(due: impl Fn() -> Due) {
    loop {
        let next = match due() {
            Due::At(instant) if instant <= Instant::now() => return,
            Due::At(instant) | Due::NotBefore(instant) => instant,
        };
        tokio::time::sleep_until(next).await;
    }
}

impl Span {
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// When it has been without a running request for `limit`, counted from `since` at the earliest.
    fn rests(&self, limit: Duration, since: Instant) -> Due {
        let state = self.state();
        if state.running > 0 {
            return Due::NotBefore(Instant::now() + limit.min(LOOK_AGAIN));
        }
        Due::At(state.last.max(since) + limit)
    }
}

impl Running {
    /// The peer has been offered a part of the answer.
    pub(super) fn offer(&self) {
        self.span.state().offered.insert(self.number, Instant::now());
    }

    /// The peer has taken what it was offered.
    pub(super) fn taken(&self) {
        self.span.state().offered.remove(&self.number);
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        let mut state = self.span.state();
        state.running = state.running.saturating_sub(1);
        state.offered.remove(&self.number);
        state.last = Instant::now();
    }
}

/// How soon a connection is looked at again that has a request running.
const LOOK_AGAIN: Duration = Duration::from_secs(1);
