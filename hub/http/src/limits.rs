//! Request limits, enforced on this node: per client and published to it, per certificate, per network, per person.
//!
//! Each key has its own account: who asks too often waits, and nobody else does. Who has been idle is forgotten.

mod counter;

use std::num::NonZeroU32;

use governor::clock::{Clock, DefaultClock};
use hub_core::error::Error;

use crate::network::Network;
use counter::Counter;

pub use counter::Rate;

/// How often anybody may ask.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rates {
    /// Requests of a client, and of a certificate or network before the client is known.
    pub clients: Rate,
    /// Logins begun in a network, and as many that come back: many people may be behind one address.
    pub logins: Rate,
    /// Pages of a person who is logged in, over all their sessions.
    pub pages: Rate,
}

/// How often anybody asked lately.
pub struct Limits<C: Clock = DefaultClock> {
    clients: Counter<String, C>,
    requests: Counter<Source, C>,
    logins: Counter<Network, C>,
    returns: Counter<Network, C>,
    pages: Counter<String, C>,
}

/// Where a machine's request comes from, as far as that is known before anything is read for it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Source {
    /// From the holder of a trusted certificate, named by its thumbprint.
    Certificate([u8; 32]),
    /// From somebody without one.
    Network(Network),
}

impl Rates {
    /// Clients by these numbers, everybody else by the usual ones.
    pub const fn of_clients(per_second: NonZeroU32, burst: NonZeroU32) -> Self {
        Self { clients: Rate { per_second, burst }, logins: LOGINS, pages: PAGES }
    }
}

impl Limits {
    /// `per_second` requests a second on average, `burst` at once; logins and pages have limits of their own.
    pub fn new(per_second: NonZeroU32, burst: NonZeroU32) -> Self {
        Self::of(Rates::of_clients(per_second, burst))
    }

    /// Limits by these rates.
    pub fn of(rates: Rates) -> Self {
        Self::at(rates, &DefaultClock::default())
    }
}

impl<C: Clock + Clone> Limits<C> {
    fn at(rates: Rates, clock: &C) -> Self {
        Self {
            clients: Counter::new(rates.clients, clock.clone()),
            requests: Counter::new(rates.clients, clock.clone()),
            logins: Counter::new(rates.logins, clock.clone()),
            returns: Counter::new(rates.logins, clock.clone()),
            pages: Counter::new(rates.pages, clock.clone()),
        }
    }

    /// Requests of a client a second, on average.
    pub fn per_second(&self) -> u32 {
        self.clients.rate().per_second.get()
    }

    /// Requests of a client at once.
    pub fn burst(&self) -> u32 {
        self.clients.rate().burst.get()
    }

    /// Counts a request of `client`.
    ///
    /// # Errors
    /// [`Error::Limited`] with the seconds to wait.
    pub fn count(&self, client: &str) -> Result<(), Error> {
        self.clients.count(&client.to_owned())
    }

    /// Counts a machine's request before it is known whose it is, so that a refused one costs its sender too.
    ///
    /// # Errors
    /// [`Error::Limited`] with the seconds to wait.
    pub fn count_request(&self, source: &Source) -> Result<(), Error> {
        self.requests.count(source)
    }

    /// Counts a login that somebody in `network` begins: nobody is known yet, and each is written down.
    ///
    /// # Errors
    /// [`Error::Limited`] with the seconds to wait.
    pub fn count_login(&self, network: Network) -> Result<(), Error> {
        self.logins.count(&network)
    }

    /// Counts a login that comes back to somebody in `network`: each is looked up, also one that nobody began.
    ///
    /// # Errors
    /// [`Error::Limited`] with the seconds to wait.
    pub fn count_return(&self, network: Network) -> Result<(), Error> {
        self.returns.count(&network)
    }

    /// Counts a page of a person who is logged in.
    ///
    /// # Errors
    /// [`Error::Limited`] with the seconds to wait.
    pub fn count_page(&self, person: &str) -> Result<(), Error> {
        self.pages.count(&person.to_owned())
    }

    /// Forgets who has not called for a while; to be called now and then.
    pub fn forget_idle(&self) {
        self.clients.forget_idle();
        self.requests.forget_idle();
        self.logins.forget_idle();
        self.returns.forget_idle();
        self.pages.forget_idle();
    }

    /// How many callers of all kinds are remembered.
    pub fn remembered(&self) -> usize {
        self.clients.remembered()
            + self.requests.remembered()
            + self.logins.remembered()
            + self.returns.remembered()
            + self.pages.remembered()
    }
}

/// Logins of a network, unless configured otherwise.
pub const LOGINS: Rate = Rate::new(10, 200);
/// Pages of a person, unless configured otherwise.
pub const PAGES: Rate = Rate::new(20, 300);

#[cfg(test)]
mod tests;
