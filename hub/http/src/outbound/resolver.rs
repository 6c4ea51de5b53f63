//! Names become addresses within reach only.

use std::net::{Ipv4Addr, Ipv6Addr, SocketAddr};
use std::sync::Arc;

use futures_util::future::BoxFuture;
use reqwest::dns::{Addrs, Name, Resolve, Resolving};

use super::address::Reach;

/// Who knows what names resolve to.
#[derive(Clone)]
pub enum Lookup {
    /// The resolver of this machine.
    System,
    /// Somebody else: a test that changes its mind between two questions.
    Other(Arc<dyn Fn(String) -> BoxFuture<'static, std::io::Result<Vec<SocketAddr>>> + Send + Sync>),
}

/// Resolves names and drops addresses that are out of reach.
pub(super) struct Guarded {
    pub(super) reach: Reach,
    pub(super) lookup: Lookup,
}

/// A name resolves to nothing.
#[derive(Debug, thiserror::Error)]
#[error("the host has no address")]
pub(super) struct NoAddress;

/// A name resolves to what may not be called.
#[derive(Debug, thiserror::Error)]
#[error("the host has no address that may be called")]
pub(super) struct OutOfReach;

impl Resolve for Guarded {
    fn resolve(&self, name: Name) -> Resolving {
        let (host, reach, lookup) = (name.as_str().to_owned(), self.reach, self.lookup.clone());
        Box::pin(async move {
            let all = match lookup {
                Lookup::System => addresses(&host).await,
                Lookup::Other(asked) => asked(host).await,
            };
            let all = all.map_err(|_| NoAddress)?;
            if all.is_empty() {
                return Err(NoAddress.into());
            }
            let within: Vec<SocketAddr> =
                all.into_iter().filter(|address| reach.covers(address.ip())).collect();
            if within.is_empty() {
                return Err(OutOfReach.into());
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
        Guarded { reach, lookup: Lookup::System }.resolve(host.parse().unwrap()).await.is_ok()
    }

    #[tokio::test]
    async fn a_name_of_this_machine_is_found_only_within_reach() {
        for host in ["localhost", "identity.localhost"] {
            assert!(resolves(host, Reach::Anywhere).await, "{host}");
            assert!(resolves(host, Reach::Here).await, "{host}");
            for reach in [Reach::Neighbours, Reach::Internet] {
                assert!(!resolves(host, reach).await, "{host}");
            }
        }
    }
}
