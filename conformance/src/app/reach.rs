//! Whom the suite calls on behalf of an app that somebody else described: public addresses only, if the run is confined.
//!
//! A run of an instance is a process of its own, told once at its start. Every address is looked at where it is connected
//! to, so that a name which changes its mind between two looks gains nothing.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::sync::OnceLock;

use url::{Host, Url};

/// The host of the played hub in a confined run: the only one that may be here.
static CONFINED: OnceLock<String> = OnceLock::new();

/// From now on this process calls public addresses and `own` host only.
pub fn confine(own: &str) {
    let _ = CONFINED.set(own.to_owned());
}

/// The addresses of `host` that may be called; none if any of them may not.
pub(super) fn permitted(host: &str, found: Vec<SocketAddr>) -> Vec<SocketAddr> {
    match CONFINED.get() {
        Some(own) if own != host && !found.iter().all(|address| is_public(address.ip())) => Vec::new(),
        _ => found,
    }
}

/// Whether `*.localhost` is this machine.
pub(super) fn knows_localhost(host: &str) -> bool {
    CONFINED.get().is_none_or(|own| own == host)
}

/// Says why an address may not be called, as far as it shows in itself.
pub(super) fn refused(url: &Url) -> Option<String> {
    let own = CONFINED.get()?;
    let is_own = url.host_str() == Some(own);
    (!is_own && !may_be_public(url))
        .then(|| format!("{url} is not on a public network: this run does not go there"))
}

/// Whether an address is HTTPS and can be on a public network.
pub fn may_be_public(url: &Url) -> bool {
    let host = match url.host() {
        Some(Host::Domain(name)) => {
            let name = name.trim_end_matches('.');
            name.contains('.') && !["localhost", "local", "internal"].iter().any(|end| name.ends_with(end))
        }
        Some(Host::Ipv4(address)) => is_public(address.into()),
        Some(Host::Ipv6(address)) => is_public(address.into()),
        None => false,
    };
    url.scheme() == "https" && host && url.username().is_empty() && url.password().is_none()
}

/// Whether an address is on a public network (RFC 6890 and its registries).
pub fn is_public(address: IpAddr) -> bool {
    match address.to_canonical() {
        IpAddr::V4(address) => is_public_v4(address),
        IpAddr::V6(address) => is_public_v6(address),
    }
}

fn is_public_v4(address: Ipv4Addr) -> bool {
    let [a, b, c, _] = address.octets();
    let special = address.is_private()
        || address.is_loopback()
        || address.is_link_local()
        || address.is_documentation()
        || address.is_multicast()
        || matches!((a, b, c), (0 | 240..=255, ..) | (100, 64..=127, _) | (192, 0, 0) | (198, 18 | 19, _));
    !special
}

fn is_public_v6(address: Ipv6Addr) -> bool {
    let [a, b, ..] = address.segments();
    // global unicast only, without documentation, 6to4 and Teredo, which carry IPv4 addresses
    (0x2000..=0x3fff).contains(&a) && a != 0x2002 && !(a == 0x2001 && (b == 0x0db8 || b == 0))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn private_networks_are_told_from_public_ones() {
        for inside in [
            "127.0.0.1",
            "10.1.2.3",
            "172.16.0.1",
            "192.168.1.1",
            "169.254.169.254",
            "100.64.0.1",
            "0.0.0.0",
            "192.0.0.1",
            "198.18.0.1",
            "224.0.0.1",
            "255.255.255.255",
            "::1",
            "::",
            "fe80::1",
            "fd00::1",
            "::ffff:127.0.0.1",
            "::ffff:10.0.0.1",
            "64:ff9b::a00:1",
            "2002:a00:1::",
            "2001:db8::1",
            "ff02::1",
        ] {
            assert!(!is_public(inside.parse().unwrap()), "{inside}");
        }
        for outside in ["9.9.9.9", "172.32.0.1", "2600::1", "2a02::1"] {
            assert!(is_public(outside.parse().unwrap()), "{outside}");
        }
    }

    #[test]
    fn an_address_shows_in_itself_that_it_is_not_public() {
        for inside in [
            "http://app.example.org/",
            "https://localhost/",
            "https://a.localhost/",
            "https://printer.local/",
            "https://127.1/",
            "https://[::1]/",
            "https://0x7f000001/",
            "https://user@app.example.org/",
            "https://intranet/",
        ] {
            assert!(!may_be_public(&inside.parse().unwrap()), "{inside}");
        }
        assert!(may_be_public(&"https://app.example.org:8443/callback".parse().unwrap()));
    }
}
