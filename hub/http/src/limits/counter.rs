//! One limit: how often each key may do something.

use std::hash::Hash;
use std::num::NonZeroU32;
use std::time::Duration;

use governor::clock::Clock;
use governor::middleware::NoOpMiddleware;
use governor::state::keyed::DefaultKeyedStateStore;
use governor::{Quota, RateLimiter};
use hub_core::error::Error;

/// So many a second on average, and so many at once.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rate {
    /// A second, on average.
    pub per_second: NonZeroU32,
    /// At once.
    pub burst: NonZeroU32,
}

/// Counts by key; who has been idle for as long as the whole burst takes is as good as new, and forgotten.
pub(super) struct Counter<K: Hash + Eq + Clone, C: Clock> {
    limiter: RateLimiter<K, DefaultKeyedStateStore<K>, C, NoOpMiddleware<C::Instant>>,
    rate: Rate,
    clock: C,
}

impl Rate {
    /// A rate; zero counts as one.
    pub const fn new(per_second: u32, burst: u32) -> Self {
        Self { per_second: at_least_one(per_second), burst: at_least_one(burst) }
    }
}

impl<K: Hash + Eq + Clone, C: Clock + Clone> Counter<K, C> {
    pub(super) fn new(rate: Rate, clock: C) -> Self {
        let quota = Quota::per_second(rate.per_second).allow_burst(rate.burst);
        let limiter = RateLimiter::new(quota, DefaultKeyedStateStore::default(), clock.clone());
        Self { limiter, rate, clock }
    }

    /// How often each key may.
    pub(super) fn rate(&self) -> Rate {
        self.rate
    }

    /// Counts `key` once.
    ///
    /// # Errors
    /// [`Error::Limited`] with the seconds to wait.
    pub(super) fn count(&self, key: &K) -> Result<(), Error> {
        self.limiter.check_key(key).map_err(|until| {
            let wait: Duration = until.wait_time_from(self.clock.now());
            Error::Limited { limit: self.rate.per_second.get().into(), retry_after: wait.as_secs() + 1 }
        })
    }

    /// Forgets who has been idle, and gives back the room they took.
    pub(super) fn forget_idle(&self) {
        self.limiter.retain_recent();
        self.limiter.shrink_to_fit();
    }

    /// How many keys are remembered.
    pub(super) fn remembered(&self) -> usize {
        self.limiter.len()
    }
}

const fn at_least_one(number: u32) -> NonZeroU32 {
    match NonZeroU32::new(number) {
        Some(number) => number,
        None => NonZeroU32::MIN,
    }
}
