//! How long a connection lives: until its end, or until nobody has asked anything for a while.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::time::Duration;

use tokio::time::Instant;

/// The life of one connection, shared with its requests.
#[derive(Clone)]
pub(super) struct Life(Arc<Span>, Option<Instant>);

struct Span {
    born: Instant,
    /// How long it may be without a first request, and without a further one.
    first: Duration,
    idle: Duration,
    requests: AtomicU64,
    running: AtomicUsize,
    /// Milliseconds after birth at which something last began or ended.
    last: AtomicU64,
}

/// A request that is being answered.
pub(super) struct Running(Arc<Span>);

impl Life {
    /// A connection born now, with the time it has to ask a first and each further request.
    pub(super) fn new(first: Duration, idle: Duration) -> Self {
        let span = Span {
            born: Instant::now(),
            first,
            idle,
            requests: AtomicU64::new(0),
            running: AtomicUsize::new(0),
            last: AtomicU64::new(0),
        };
        Self(Arc::new(span), None)
    }

    /// The same, ending after `limit` whatever happens.
    pub(super) fn at_most(self, limit: Duration) -> Self {
        let end = self.0.born + limit;
        Self(self.0, Some(end))
    }

    /// Notes that a request began; it runs until the value is dropped.
    pub(super) fn request(&self) -> Running {
        self.0.requests.fetch_add(1, Ordering::Relaxed);
        self.0.running.fetch_add(1, Ordering::Relaxed);
        self.0.touch();
        Running(Arc::clone(&self.0))
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
        loop {
            let due = self.0.due();
            if self.0.running.load(Ordering::Relaxed) == 0 && due <= Instant::now() {
                return;
            }
            tokio::time::sleep_until(due.max(Instant::now() + Duration::from_secs(1))).await;
        }
    }
}

impl Span {
    fn touch(&self) {
        let elapsed = u64::try_from(self.born.elapsed().as_millis()).unwrap_or(u64::MAX);
        self.last.fetch_max(elapsed, Ordering::Relaxed);
    }

    fn due(&self) -> Instant {
        let limit = if self.requests.load(Ordering::Relaxed) == 0 { self.first } else { self.idle };
        self.born + Duration::from_millis(self.last.load(Ordering::Relaxed)) + limit
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        self.0.running.fetch_sub(1, Ordering::Relaxed);
        self.0.touch();
    }
}
