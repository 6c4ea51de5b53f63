//! The HTTP client: one certificate, the authorities that are trusted, and nothing that happens by itself.

use std::{
    net::{Ipv4Addr, SocketAddr},
    path::Path,
    time::Duration,
};

use reqwest::{
    Certificate, Client, Identity,
    dns::{Addrs, Name, Resolve, Resolving},
    redirect, tls,
};

use crate::{config::Config, error::Error};

/// For a connection and its handshake.
const CONNECTING: Duration = Duration::from_secs(5);
/// For the next byte of an answer.
const SILENCE: Duration = Duration::from_secs(15);

/// What a client is built from, read once.
pub(crate) struct Papers {
    authorities: Vec<Certificate>,
    identity: Vec<u8>,
}

impl Papers {
    /// Reads the files of the configuration.
    pub(crate) fn read(config: &Config) -> Result<Self, Error> {
        let found = Certificate::from_pem_bundle(&read(&config.ca)?);
        let authorities = found.map_err(|error| unusable(&config.ca, &error))?;
        if authorities.is_empty() {
            return Err(unusable(&config.ca, &"no certificate in it"));
        }
        let identity = joined(&read(&config.certificate)?, &read(&config.key)?);
        Ok(Self { authorities, identity })
    }

    /// A client that shows the certificate of the configuration.
    pub(crate) fn client(&self) -> Result<Client, Error> {
        self.client_with(&self.identity)
    }

    /// A client that shows another certificate of this app, PEM.
    pub(crate) fn client_of(&self, certificate: &str, key: &str) -> Result<Client, Error> {
        self.client_with(&joined(certificate.as_bytes(), key.as_bytes()))
    }

    #[expect(clippy::disallowed_methods, reason = "this is the one client of the app, with all its rules")]
    fn client_with(&self, identity: &[u8]) -> Result<Client, Error> {
        // Somebody else in this process may have chosen already; then that choice stands.
        let _ = rustls::crypto::aws_lc_rs::default_provider().install_default();

        let client = Client::builder()
            .tls_certs_only(self.authorities.clone())
            .identity(Identity::from_pem(identity)?)
            .tls_version_min(tls::Version::TLS_1_2)
            .https_only(true)
            .no_proxy()
            .redirect(redirect::Policy::none())
            .dns_resolver(LocalhostIsHere)
            .connect_timeout(CONNECTING)
            .read_timeout(SILENCE)
            .build()?;
        Ok(client)
    }
}

/// Finds `*.localhost` on this machine, as browsers do, whatever the system's resolver says (RFC 6761 6.3).
struct LocalhostIsHere;

impl Resolve for LocalhostIsHere {
    fn resolve(&self, name: Name) -> Resolving {
        Box::pin(async move {
            let host = name.as_str();
            if host == "localhost" || host.ends_with(".localhost") {
                return Ok(Box::new(std::iter::once(SocketAddr::from((Ipv4Addr::LOCALHOST, 0)))) as Addrs);
            }
            let found: Vec<_> = tokio::net::lookup_host((host, 0)).await?.collect();
            Ok(Box::new(found.into_iter()) as Addrs)
        })
    }
}

/// A certificate with its chain and its key, in one text.
fn joined(certificate: &[u8], key: &[u8]) -> Vec<u8> {
    [certificate, b"\n", key].concat()
}

fn read(path: &Path) -> Result<Vec<u8>, Error> {
    std::fs::read(path).map_err(|error| unusable(path, &error))
}

/// Says which file of the configuration is wrong, and how.
pub(crate) fn unusable(path: &Path, reason: &impl ToString) -> Error {
    Error::File { path: path.to_owned(), reason: reason.to_string() }
}
