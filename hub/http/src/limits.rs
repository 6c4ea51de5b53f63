//! Request limits, enforced on this node: per client and published to it, per certificate, per network.

use std::hash::Hash;
use std::num::NonZeroU32;
use std::time::Duration;

use governor::clock::{Clock as _, DefaultClock};
use governor::{DefaultKeyedRateLimiter, Quota, RateLimiter};
use hub_core::error::Error;

use crate::network::Network;

/// How many requests anybody may make.
pub struct Limits {
    per_second: NonZeroU32,
    burst: NonZeroU32,
    clients: DefaultKeyedRateLimiter<String>,
    requests: DefaultKeyedRateLimiter<Source>,
    logins: DefaultKeyedRateLimiter<Network>,
}

/// Where a machine's request comes from, as far as that is known before anything is read for it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Source {
    /// From the holder of a trusted certificate, named by its thumbprint.
    Certificate([u8; 32]),
    /// From somebody without one.
    Network(Network),
}

impl Limits {
    /// `per_second` requests a second on average, `burst` at once; logins have a limit of their own.
    pub fn new(per_second: NonZeroU32, burst: NonZeroU32) -> Self {
        let quota = Quota::per_second(per_second).allow_burst(burst);
        Self {
            per_second,
            burst,
            clients: RateLimiter::keyed(quota),
            requests: RateLimiter::keyed(quota),
            logins: RateLimiter::keyed(Quota::per_second(LOGINS_PER_SECOND).allow_burst(LOGINS_AT_ONCE)),
        }
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
        within(&self.clients, &client.to_owned())
    }

    /// Counts a machine's request before it is known whose it is, so that a refused one costs its sender too.
    ///
    /// # Errors
    /// [`Error::Limited`] with the seconds to wait.
    pub fn count_request(&self, source: &Source) -> Result<(), Error> {
        within(&self.requests, source)
    }

    /// Counts a login that somebody in `network` begins: nobody is known yet, and each is written down.
    ///
    /// # Errors
    /// [`Error::Limited`] with the seconds to wait.
    pub fn count_login(&self, network: Network) -> Result<(), Error> {
        within(&self.logins, &network)
    }

    /// Forgets who has not called for a while; to be called now and then.
    pub fn forget_idle(&self) {
        forget_idle(&self.clients);
        forget_idle(&self.requests);
        forget_idle(&self.logins);
    }
}

fn within<K: Hash + Eq + Clone>(limiter: &DefaultKeyedRateLimiter<K>, key: &K) -> Result<(), Error> {
    limiter.check_key(key).map_err(|until| {
        let wait: Duration = until.wait_time_from(DefaultClock::default().now());
        Error::Limited { retry_after: wait.as_secs() + 1 }
    })
}

fn forget_idle<K: Hash + Eq + Clone>(limiter: &DefaultKeyedRateLimiter<K>) {
    limiter.retain_recent();
    limiter.shrink_to_fit();
}

/// Logins begun from one network: many people may be behind one address.
const LOGINS_PER_SECOND: NonZeroU32 = number(10);
const LOGINS_AT_ONCE: NonZeroU32 = number(200);

const fn number(number: u32) -> NonZeroU32 {
    match NonZeroU32::new(number) {
        Some(number) => number,
        None => NonZeroU32::MIN,
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

    #[test]
    fn a_certificate_over_its_burst_waits_and_others_do_not() {
        let limits = Limits::new(NonZeroU32::MIN, NonZeroU32::MIN);
        let network = Network::of([192, 0, 2, 1].into());
        for source in [Source::Certificate([1; 32]), Source::Certificate([2; 32]), Source::Network(network)] {
            assert!(limits.count_request(&source).is_ok());
            assert!(limits.count_request(&source).is_err());
        }
    }

    #[test]
    fn logins_are_counted_by_network() {
        let limits = Limits::new(NonZeroU32::MIN, NonZeroU32::MIN);
        let network = |last| Network::of([192, 0, 2, last].into());
        let begun = (0..=255).take_while(|last| limits.count_login(network(*last)).is_ok()).count();
        assert!((200..250).contains(&begun), "{begun}");
        assert!(limits.count_login(Network::of([198, 51, 100, 1].into())).is_ok());
    }
}
