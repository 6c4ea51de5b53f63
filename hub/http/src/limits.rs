//! Request limits per client, enforced on this node and published to it.

use std::num::NonZeroU32;
use std::time::Duration;

use governor::clock::{Clock as _, DefaultClock};
use governor::{DefaultKeyedRateLimiter, Quota, RateLimiter};
use hub_core::error::Error;

/// How many requests a client may make.
pub struct Limits {
    per_second: NonZeroU32,
    burst: NonZeroU32,
    limiter: DefaultKeyedRateLimiter<String>,
}

impl Limits {
    /// `per_second` requests a second on average, `burst` at once.
    pub fn new(per_second: NonZeroU32, burst: NonZeroU32) -> Self {
        let limiter = RateLimiter::keyed(Quota::per_second(per_second).allow_burst(burst));
        Self { per_second, burst, limiter }
    }

    /// Requests a second on average.
    pub fn per_second(&self) -> u32 {
        self.per_second.get()
    }

    /// Requests at once.
    pub fn burst(&self) -> u32 {
        self.burst.get()
    }

    /// Counts a request of `client`.
    ///
    /// # Errors
    /// [`Error::Limited`] with the seconds to wait.
    pub fn count(&self, client: &str) -> Result<(), Error> {
        self.limiter.check_key(&client.to_owned()).map_err(|until| {
            let wait: Duration = until.wait_time_from(DefaultClock::default().now());
            Error::Limited { retry_after: wait.as_secs() + 1 }
        })
    }

    /// Forgets clients that have not called for a while; to be called now and then.
    pub fn forget_idle(&self) {
        self.limiter.retain_recent();
        self.limiter.shrink_to_fit();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_client_over_its_burst_waits_and_others_do_not() {
        let limits = Limits::new(NonZeroU32::MIN, NonZeroU32::MIN);
        assert!(limits.count("bank").is_ok());
        assert!(matches!(limits.count("bank"), Err(Error::Limited { retry_after: 1.. })));
        assert!(limits.count("portal").is_ok());
    }
}
