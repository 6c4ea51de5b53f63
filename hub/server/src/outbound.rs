//! The one outbound HTTP client: no proxy, no redirect, and no private address that is not listed (TRUST T26).

use std::net::{IpAddr, SocketAddr};
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use anyhow::Context as _;
use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use reqwest::{Certificate, Client, redirect};

use crate::config::Outbound;

/// Builds the client by which the hub calls anybody.
#[expect(clippy::disallowed_methods, reason = "this is the one outbound client")]
pub(crate) fn client(outbound: &Outbound) -> anyhow::Result<Client> {
    let hosts = outbound.allow.iter().map(|entry| host_of(entry).to_owned()).collect();
    let mut builder = Client::builder()
        .no_proxy()
        .redirect(redirect::Policy::none())
        .connect_timeout(Duration::from_secs(5))
        .timeout(Duration::from_secs(15))
        .dns_resolver(Arc::new(Guarded { hosts }));
    if let Some(path) = &outbound.ca {
        builder = builder.tls_certs_only(authorities(path)?);
    }
    builder.build().context("the outbound HTTP client")
}

fn authorities(path: &Path) -> anyhow::Result<Vec<Certificate>> {
    let pem = std::fs::read(path).with_context(|| format!("authorities {}", path.display()))?;
    Certificate::from_pem_bundle(&pem).with_context(|| format!("authorities {}", path.display()))
}

/// Resolves names and drops addresses that are not public, unless the host is listed.
struct Guarded {
    hosts: Vec<String>,
}

impl Resolve for Guarded {
    fn resolve(&self, name: Name) -> Resolving {
        let host = name.as_str().to_owned();
        let listed = self.hosts.contains(&host);
        Box::pin(async move {
            // RFC 6761 6.3: names under localhost are this machine, whatever the resolver knows.
            if host == "localhost" || host.ends_with(".localhost") {
                let loopback: Vec<SocketAddr> =
                    if listed { vec![SocketAddr::from(([127, 0, 0, 1], 0))] } else { Vec::new() };
                return found(loopback);
            }
            let addresses = tokio::net::lookup_host((host.as_str(), 0)).await?;
            found(addresses.filter(|address| listed || is_public(address.ip())).collect())
        })
    }
}

fn found(addresses: Vec<SocketAddr>) -> Result<Addrs, Box<dyn std::error::Error + Send + Sync>> {
    if addresses.is_empty() {
        return Err("the host has no address that may be called".into());
    }
    Ok(Box::new(addresses.into_iter()))
}

/// Whether an address is on the public internet.
fn is_public(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(v4) => {
            let [a, b, ..] = v4.octets();
            let shared = a == 100 && (64..128).contains(&b);
            !(v4.is_private()
                || v4.is_loopback()
                || v4.is_link_local()
                || v4.is_unspecified()
                || v4.is_multicast()
                || v4.is_broadcast()
                || v4.is_documentation()
                || shared
                || a == 0)
        }
        IpAddr::V6(v6) => match v6.to_ipv4_mapped() {
            Some(v4) => is_public(IpAddr::V4(v4)),
            None => {
                !(v6.is_loopback()
                    || v6.is_unspecified()
                    || v6.is_multicast()
                    || v6.is_unique_local()
                    || v6.is_unicast_link_local())
            }
        },
    }
}

fn host_of(entry: &str) -> &str {
    entry.rsplit_once(':').map_or(entry, |(host, _)| host)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn private_addresses_are_known() {
        for private in
            ["10.0.0.1", "127.0.0.1", "169.254.169.254", "100.64.0.1", "::1", "fd00::1", "::ffff:10.0.0.1"]
        {
            assert!(!is_public(private.parse().unwrap()), "{private}");
        }
        for public in ["193.191.245.1", "2001:6a8::1"] {
            assert!(is_public(public.parse().unwrap()), "{public}");
        }
    }
}
