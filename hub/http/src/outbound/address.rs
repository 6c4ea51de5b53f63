//! Which addresses are on the public internet, and which are this machine.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// How far a call may go.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Reach {
    /// Public addresses.
    Internet,
    /// This machine, and nothing else.
    Here,
    /// Also private ones, never this machine.
    Neighbours,
    /// Anywhere, this machine included.
    Anywhere,
}

impl Reach {
    /// Whether an address is within reach.
    pub(super) fn covers(self, address: IpAddr) -> bool {
        match self {
            Self::Internet => is_public(address),
            Self::Here => address.to_canonical().is_loopback(),
            Self::Neighbours => !is_this_machine(address),
            Self::Anywhere => true,
        }
    }
}

/// Whether an address leads to this machine; the unspecified one does when called.
pub(super) fn is_this_machine(address: IpAddr) -> bool {
    let address = address.to_canonical();
    address.is_loopback()
        || address.is_unspecified()
        || matches!(address, IpAddr::V4(v4) if v4.octets()[0] == 0)
}

/// Whether an address is on the public internet, by the special-purpose registries of IANA (RFC 6890).
pub(super) fn is_public(address: IpAddr) -> bool {
    match address.to_canonical() {
        IpAddr::V4(v4) => is_public_v4(v4),
        IpAddr::V6(v6) => is_public_v6(v6),
    }
}

fn is_public_v4(address: Ipv4Addr) -> bool {
    let special = match address.octets() {
        [0 | 240.., ..] | [192, 0, 0, _] | [192, 88, 99, _] => true,
        [100, second, ..] => (64..128).contains(&second),
        [198, second, ..] => matches!(second, 18 | 19),
        _ => false,
    };
    !(special
        || address.is_private()
        || address.is_loopback()
        || address.is_link_local()
        || address.is_multicast()
        || address.is_documentation())
}

// Only 2000::/3 is given out for unicast; translations and tunnels to IPv4 (64:ff9b::/96, 2001::/32, 2002::/16)
// would lead around the rules above.
fn is_public_v6(address: Ipv6Addr) -> bool {
    match address.segments() {
        [0x2001, second, ..] => second >= 0x0200 && second != 0x0db8,
        [0x2002, ..] => false,
        [0x3fff, second, ..] => second >= 0x1000,
        [first, ..] => (0x2000..0x4000).contains(&first),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn private_and_special_addresses_are_known() {
        let v4 = [
            "0.1.2.3",
            "10.0.0.1",
            "100.64.0.1",
            "127.0.0.1",
            "169.254.169.254",
            "172.16.0.1",
            "192.0.0.8",
            "192.0.2.1",
            "192.88.99.1",
            "192.168.1.1",
            "198.18.0.1",
            "198.19.255.255",
            "203.0.113.1",
            "224.0.0.1",
            "240.0.0.1",
            "255.255.255.255",
        ];
        let v6 = [
            "::",
            "::1",
            "::127.0.0.1",
            "::ffff:10.0.0.1",
            "64:ff9b::7f00:1",
            "64:ff9b:1::1",
            "100::1",
            "2001::1",
            "2001:2::1",
            "2001:db8::1",
            "2002:7f00:1::",
            "3fff::1",
            "fd00::1",
            "fe80::1",
            "fec0::1",
            "ff02::1",
        ];
        for private in v4.into_iter().chain(v6) {
            assert!(!is_public(private.parse().unwrap()), "{private}");
        }
        for public in ["193.191.245.1", "198.20.0.1", "192.0.1.1", "2001:6a8::1", "2a02:a000::1"] {
            assert!(is_public(public.parse().unwrap()), "{public}");
        }
    }

    #[test]
    fn this_machine_has_many_addresses() {
        for here in ["127.0.0.1", "127.8.8.8", "0.0.0.0", "0.0.0.1", "::1", "::", "::ffff:127.0.0.1"] {
            let here = here.parse().unwrap();
            assert!(!Reach::Neighbours.covers(here) && Reach::Anywhere.covers(here), "{here}");
        }
        for elsewhere in ["10.0.0.1", "193.191.245.1", "0.0.0.0", "fd00::1"] {
            assert!(!Reach::Here.covers(elsewhere.parse().unwrap()), "{elsewhere}");
        }
        assert!(
            Reach::Here.covers("127.0.0.1".parse().unwrap()) && Reach::Here.covers("::1".parse().unwrap())
        );
        assert!(Reach::Neighbours.covers("10.0.0.1".parse().unwrap()));
    }
}
