//! Names become addresses within reach only.

use std::net::{Ipv4Addr, Ipv6Addr, SocketAddr};

use reqwest::dns::{Addrs, Name, Resolve, Resolving};

use super::address::Reach;

/// Resolves names and drops addresses that are out of reach.
pub(super) struct Guarded {
    pub(super) reach: Reach,
}

impl Resolve for Guarded {
    fn resolve(&self, name: Name) -> Resolving {
        let (host, reach) = (name.as_str().to_owned(), self.reach);
        Box::pin(async move {
            let within: Vec<SocketAddr> =
                addresses(&host).await?.into_iter().filter(|address| reach.covers(address.ip())).collect();
            if within.is_empty() {
                return Err("the host has no address that may be called".into());
            }
            Ok(Box::new(within.into_iter()) as Addrs)
        })
    }
}

async fn addresses(host: &str) -> std::io::Result<Vec<SocketAddr>> {
    // RFC 6761 6.3: names under localhost are this machine, whatever the resolver knows.
    if host == "localhost" || host.ends_with(".localhost") {
        return Ok(vec![(Ipv4Addr::LOCALHOST, 0).into(), (Ipv6Addr::LOCALHOST, 0).into()]);
    }
    Ok(tokio::net::lookup_host((host, 0)).await?.collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    async fn resolves(host: &str, reach: Reach) -> bool {
        Guarded { reach }.resolve(host.parse().unwrap()).await.is_ok()
    }

    #[tokio::test]
    async fn a_name_of_this_machine_is_found_only_within_reach() {
        for host in ["localhost", "identity.localhost"] {
            assert!(resolves(host, Reach::Anywhere).await, "{host}");
            for reach in [Reach::Neighbours, Reach::Internet] {
                assert!(!resolves(host, reach).await, "{host}");
            }
        }
    }
}
