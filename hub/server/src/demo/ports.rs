//! The ports of the demo, all on loopback.

use std::net::{Ipv4Addr, SocketAddr, TcpListener};

use anyhow::{Context as _, bail};

/// Which port each listener takes.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Ports {
    /// The hub, for browsers.
    pub(crate) public: u16,
    /// The hub, for machines.
    pub(crate) mtls: u16,
    /// The hub, for operators.
    pub(crate) operations: u16,
    /// The hub, attachments and logos.
    pub(crate) content: u16,
    /// The identity provider.
    pub(crate) identity: u16,
    /// The app of the bank.
    pub(crate) bank: u16,
    /// The app of the regional portal, which is registered and never runs.
    pub(crate) region: u16,
}

impl Ports {
    /// The seven from `base` on, or any free ones if it is 0.
    ///
    /// # Errors
    /// A sentence that names the first port that something else listens on.
    pub(crate) fn from_base(base: u16) -> anyhow::Result<Self> {
        // All are held at once, so that no port is found free twice.
        let mut held = Vec::new();
        for n in 0..COUNT {
            let port = if base == 0 { 0 } else { base + n };
            let Ok(listener) = TcpListener::bind(loopback(port)) else {
                bail!("port {port} is in use; --port-base chooses others, --port-base 0 any free ones");
            };
            held.push(listener);
        }
        let ports: Vec<u16> = held
            .iter()
            .map(|listener| listener.local_addr().map(|address| address.port()))
            .collect::<Result<_, _>>()
            .context("a port's number")?;
        let &[public, mtls, operations, content, identity, bank, region] = ports.as_slice() else {
            bail!("seven ports are needed");
        };
        Ok(Self { public, mtls, operations, content, identity, bank, region })
    }
}

/// An address on this machine that no other can reach.
pub(crate) fn loopback(port: u16) -> SocketAddr {
    SocketAddr::from((Ipv4Addr::LOCALHOST, port))
}

/// Reads `--port-base`.
pub(crate) fn base(text: &str) -> Result<u16, String> {
    match text.parse() {
        Ok(0) => Ok(0),
        Ok(base) if (1024..=u16::MAX - COUNT).contains(&base) => Ok(base),
        _ => Err(format!("0, or a number from 1024 to {}", u16::MAX - COUNT)),
    }
}

const COUNT: u16 = 7;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn free_ports_are_seven_different_ones() {
        let ports = Ports::from_base(0).unwrap();
        let mut all = vec![ports.public, ports.mtls, ports.operations, ports.content];
        all.extend([ports.identity, ports.bank, ports.region]);
        all.sort_unstable();
        all.dedup();
        assert_eq!(all.len(), 7);
    }

    #[test]
    fn a_port_in_use_is_named() {
        let taken = TcpListener::bind(loopback(0)).unwrap().local_addr().unwrap().port();
        let listener = TcpListener::bind(loopback(taken)).unwrap();
        let error = Ports::from_base(taken).unwrap_err().to_string();
        assert!(error.contains(&format!("port {taken} is in use")), "{error}");
        drop(listener);
    }

    #[test]
    fn a_base_leaves_room_for_all() {
        assert_eq!(base("8443"), Ok(8443));
        assert_eq!(base("0"), Ok(0));
        assert!(base("80").is_err() && base("65535").is_err() && base("x").is_err());
    }
}
