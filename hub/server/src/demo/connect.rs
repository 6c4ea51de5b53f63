//! The HTTP client of everybody in the story who is not the hub: sender, browser, stranger.
//!
//! It trusts the development CA only, follows no redirect and finds `*.localhost` on this machine.

use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::Context as _;
use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use reqwest::{Certificate, Client, Identity, redirect};

use super::ports::loopback;

/// A certificate and its key, as PEM files.
#[derive(Clone, Debug)]
pub(crate) struct Papers {
    /// The certificate.
    pub(crate) certificate: PathBuf,
    /// Its key.
    pub(crate) key: PathBuf,
}

/// Builds a client that trusts the authorities in the file `ca`, with or without a certificate of its own.
#[expect(
    clippy::disallowed_methods,
    reason = "the people of the story are outside the hub and do not use its outbound client"
)]
pub(crate) fn client(ca: &Path, papers: Option<&Papers>) -> anyhow::Result<Client> {
    let authorities = Certificate::from_pem_bundle(&read(ca)?).context("the authority's certificate")?;
    let mut builder = Client::builder()
        .tls_certs_only(authorities)
        .https_only(true)
        .no_proxy()
        .redirect(redirect::Policy::none())
        .dns_resolver(Loopback)
        .connect_timeout(Duration::from_secs(5))
        .timeout(Duration::from_secs(60));
    if let Some(papers) = papers {
        let mut pem = read(&papers.certificate)?;
        pem.extend(read(&papers.key)?);
        builder = builder.identity(Identity::from_pem(&pem).context("certificate and key")?);
    }
    builder.build().context("the HTTP client")
}

/// Knows `localhost` and what is under it, as browsers do (RFC 6761 6.3), and nothing else.
struct Loopback;

impl Resolve for Loopback {
    fn resolve(&self, name: Name) -> Resolving {
        let here = name.as_str() == "localhost" || name.as_str().ends_with(".localhost");
        Box::pin(async move {
            if here {
                Ok(Box::new(std::iter::once(loopback(0))) as Addrs)
            } else {
                Err("the demo calls nobody outside this machine".into())
            }
        })
    }
}

fn read(path: &Path) -> anyhow::Result<Vec<u8>> {
    std::fs::read(path).with_context(|| path.display().to_string())
}
