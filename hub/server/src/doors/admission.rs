//! Admission: how many may be inside at once, in all and from one network.

use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::{Arc, Mutex, PoisonError};

/// A number of seats; a peer's network may hold only some of them.
#[derive(Clone)]
pub(super) struct Seats(Arc<Inside>);

struct Inside {
    total: usize,
    per_network: usize,
    taken: Mutex<Taken>,
}

#[derive(Default)]
struct Taken {
    total: usize,
    by_network: HashMap<Network, usize>,
}

/// One seat, given back when dropped.
pub(super) struct Seat {
    inside: Arc<Inside>,
    network: Network,
}

/// The neighbourhood of an address: an IPv4 /24 or an IPv6 /64.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
enum Network {
    V4([u8; 3]),
    V6([u16; 4]),
}

impl Seats {
    /// `total` seats, of which one network may hold `per_network`.
    pub(super) fn new(total: usize, per_network: usize) -> Self {
        Self(Arc::new(Inside { total, per_network, taken: Mutex::default() }))
    }

    /// Takes a seat for a peer; `None` if there is none left for it.
    pub(super) fn take(&self, peer: IpAddr) -> Option<Seat> {
        let network = Network::of(peer);
        let mut taken = self.0.taken.lock().unwrap_or_else(PoisonError::into_inner);
        let here = taken.by_network.get(&network).copied().unwrap_or(0);
        if taken.total >= self.0.total || here >= self.0.per_network {
            return None;
        }

        taken.total += 1;
        taken.by_network.insert(network, here + 1);
        Some(Seat { inside: Arc::clone(&self.0), network })
    }

    /// How many seats are taken.
    pub(super) fn taken(&self) -> usize {
        self.0.taken.lock().unwrap_or_else(PoisonError::into_inner).total
    }
}

impl Drop for Seat {
    fn drop(&mut self) {
        let mut taken = self.inside.taken.lock().unwrap_or_else(PoisonError::into_inner);
        taken.total = taken.total.saturating_sub(1);
        let here = taken.by_network.get(&self.network).copied().unwrap_or(0);
        if here > 1 {
            taken.by_network.insert(self.network, here - 1);
        } else {
            taken.by_network.remove(&self.network);
        }
    }
}

impl Network {
    fn of(peer: IpAddr) -> Self {
        match peer.to_canonical() {
            IpAddr::V4(address) => {
                let [a, b, c, _] = address.octets();
                Self::V4([a, b, c])
            }
            IpAddr::V6(address) => {
                let [a, b, c, d, ..] = address.segments();
                Self::V6([a, b, c, d])
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_network_cannot_take_every_seat() {
        let seats = Seats::new(3, 2);
        let [a, b, c]: [IpAddr; 3] =
            ["192.0.2.1", "192.0.2.77", "198.51.100.1"].map(|text| text.parse().unwrap());

        let first = seats.take(a).unwrap();
        let _second = seats.take(b).unwrap();
        assert!(seats.take(a).is_none());
        let _third = seats.take(c).unwrap();
        assert!(seats.take(c).is_none());

        drop(first);
        assert_eq!(seats.taken(), 2);
        assert!(seats.take(b).is_some());
    }

    #[test]
    fn an_ipv4_peer_is_the_same_written_as_ipv6() {
        let seats = Seats::new(9, 1);
        let _seat = seats.take("::ffff:192.0.2.1".parse().unwrap()).unwrap();
        assert!(seats.take("192.0.2.2".parse().unwrap()).is_none());
        let _seat = seats.take("2001:db8:0:1::1".parse().unwrap()).unwrap();
        assert!(seats.take("2001:db8:0:1:ffff::1".parse().unwrap()).is_none());
    }
}
