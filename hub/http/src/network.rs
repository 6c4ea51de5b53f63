//! The neighbourhood of an address: what is counted where nobody is known yet.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};

use axum::extract::ConnectInfo;
use http::Extensions;

/// An IPv4 /24 or an IPv6 /64.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Network(Prefix);

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum Prefix {
    V4([u8; 3]),
    V6([u16; 4]),
}

impl Network {
    /// The network of `address`; an IPv4 address written as IPv6 is the same one.
    pub fn of(address: IpAddr) -> Self {
        match address.to_canonical() {
            IpAddr::V4(address) => {
                let [a, b, c, _] = address.octets();
                Self(Prefix::V4([a, b, c]))
            }
            IpAddr::V6(address) => {
                let [a, b, c, d, ..] = address.segments();
                Self(Prefix::V6([a, b, c, d]))
            }
        }
    }

    /// The network that a request came from, as its door noted it; requests through no door share one.
    pub fn of_peer(extensions: &Extensions) -> Self {
        let peer = extensions.get::<ConnectInfo<SocketAddr>>();
        Self::of(peer.map_or(Ipv4Addr::UNSPECIFIED.into(), |ConnectInfo(peer)| peer.ip()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn neighbours_share_a_network() {
        let network = |address: &str| Network::of(address.parse().unwrap());
        assert_eq!(network("192.0.2.1"), network("192.0.2.77"));
        assert_eq!(network("192.0.2.1"), network("::ffff:192.0.2.1"));
        assert_eq!(network("2001:db8:0:1::1"), network("2001:db8:0:1:ffff::1"));
        assert_ne!(network("192.0.2.1"), network("192.0.3.1"));
        assert_ne!(network("2001:db8:0:1::1"), network("2001:db8:0:2::1"));
    }
}
