//! The way to the hub: its name, its port, and its side of the handshake.

use std::io::ErrorKind;
use std::net::{Ipv4Addr, SocketAddr};
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use rustls::client::WebPkiServerVerifier;
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, ServerName};
use rustls::{AlertDescription, CertificateError, ClientConfig, Error, RootCertStore};
use rustls_platform_verifier::BuilderVerifierExt as _;
use tokio::net::TcpStream;
use tokio::time::timeout;
use tokio_rustls::TlsConnector;

use super::own::Own;
use super::report::Report;
use super::{Hub, Options};

/// Finds the hub and connects to it; gives the address that answered.
pub(super) async fn connected(hub: &Hub, report: &mut Report) -> Option<SocketAddr> {
    let found = addresses(hub).await;
    let addresses = match found {
        Ok(addresses) if !addresses.is_empty() => addresses,
        Ok(_) => {
            report.failed("name", format!("{} has no address", hub.host), NAME);
            return None;
        }
        Err(error) => {
            report.failed("name", format!("{} is not known here: {error}", hub.host), NAME);
            return None;
        }
    };
    let list: Vec<String> = addresses.iter().map(|address| address.ip().to_string()).collect();
    report.well("name", format!("{} is {}", hub.host, list.join(", ")));

    let mut last = "no address".to_owned();
    for address in addresses {
        match timeout(PATIENCE, TcpStream::connect(address)).await {
            Ok(Ok(_)) => {
                report.well("connection", format!("port {} is open", hub.port));
                return Some(address);
            }
            Ok(Err(error)) => last = refused(&error),
            Err(_) => last = format!("no answer within {} s", PATIENCE.as_secs()),
        }
    }
    let mend = "check the port, and that your firewall and the hub's let this machine through";
    report.failed("connection", format!("port {}: {last}", hub.port), mend);
    None
}

async fn addresses(hub: &Hub) -> std::io::Result<Vec<SocketAddr>> {
    // RFC 6761 6.3: names under localhost are this machine, whatever the system's resolver knows
    if hub.host.ends_with(".localhost") {
        return Ok(vec![SocketAddr::from((Ipv4Addr::LOCALHOST, hub.port))]);
    }
    let host = hub.host.trim_matches(['[', ']']);
    Ok(tokio::net::lookup_host((host, hub.port)).await?.collect())
}

fn refused(error: &std::io::Error) -> String {
    match error.kind() {
        ErrorKind::ConnectionRefused => "nobody listens there".to_owned(),
        ErrorKind::NetworkUnreachable | ErrorKind::HostUnreachable => {
            "the network does not lead there".to_owned()
        }
        _ => error.to_string(),
    }
}

/// Shakes hands; true if the hub can be asked.
pub(super) async fn shaken(
    hub: &Hub,
    address: SocketAddr,
    (options, own): (&Options, Option<&Own>),
    report: &mut Report,
) -> bool {
    let config = match config(options.authority.as_deref(), own) {
        Ok(config) => config,
        Err(error) => {
            report.failed("handshake", format!("{error:#}"), "give a PEM file with the hub's authority");
            return false;
        }
    };
    let host = hub.host.trim_matches(['[', ']']).to_owned();
    let Ok(name) = ServerName::try_from(host) else {
        report.failed("handshake", format!("{} is no host name", hub.host), NAME);
        return false;
    };
    let shaking = async {
        let stream = TcpStream::connect(address).await?;
        TlsConnector::from(Arc::new(config)).connect(name, stream).await
    };
    match timeout(PATIENCE, shaking).await {
        Ok(Ok(stream)) => {
            let version = stream.get_ref().1.protocol_version();
            let version = version.and_then(|version| version.as_str()).unwrap_or("TLS");
            report.well("handshake", format!("{version}; the hub's certificate is good for {}", hub.host));
            true
        }
        Ok(Err(error)) => {
            let (said, mend) = explained(&error);
            report.failed("handshake", said, mend);
            false
        }
        Err(_) => {
            let mend = "something in between swallows TLS: a proxy or a firewall that inspects connections";
            report.failed("handshake", format!("no end within {} s", PATIENCE.as_secs()), mend);
            false
        }
    }
}

fn config(authority: Option<&Path>, own: Option<&Own>) -> anyhow::Result<ClientConfig> {
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let builder =
        ClientConfig::builder_with_provider(Arc::clone(&provider)).with_safe_default_protocol_versions()?;
    let builder = match authority {
        None => builder.with_platform_verifier()?,
        Some(file) => {
            let mut roots = RootCertStore::empty();
            for der in CertificateDer::pem_file_iter(file)? {
                roots.add(der?)?;
            }
            let verifier = WebPkiServerVerifier::builder_with_provider(Arc::new(roots), provider).build()?;
            builder.with_webpki_verifier(verifier)
        }
    };
    Ok(match own.and_then(|own| own.key.as_ref().map(|key| (own.chain.clone(), key))) {
        Some((chain, key)) => builder.with_client_auth_cert(chain, key.clone_key())?,
        None => builder.with_no_client_auth(),
    })
}

/// A failed handshake in words, and how to mend it.
fn explained(error: &std::io::Error) -> (String, &'static str) {
    let Some(inner) = error.get_ref().and_then(|inner| inner.downcast_ref::<Error>()) else {
        let mend =
            "a firewall or proxy may cut it, or too many connections come from your network: try again later";
        return (format!("the connection was cut during the handshake ({error})"), mend);
    };
    let mend = match inner {
        Error::InvalidCertificate(CertificateError::UnknownIssuer) => {
            "you do not trust who signed the hub's certificate: name that authority's file with --authority, and \
             configure your client with it; a proxy that re-signs connections must be bypassed"
        }
        Error::InvalidCertificate(
            CertificateError::Expired
            | CertificateError::ExpiredContext { .. }
            | CertificateError::NotValidYet
            | CertificateError::NotValidYetContext { .. },
        ) => {
            "check this machine's clock; if it is right, tell the operator of the hub to renew the certificate"
        }
        Error::InvalidCertificate(
            CertificateError::NotValidForName | CertificateError::NotValidForNameContext { .. },
        ) => "connect by the name that the hub's certificate bears, not by an address or an alias",
        Error::InvalidCertificate(_) => "tell the operator of the hub: its certificate is not good",
        Error::AlertReceived(AlertDescription::HandshakeFailure | AlertDescription::ProtocolVersion) => {
            "use TLS 1.3, or TLS 1.2 with ECDHE and AES-GCM: the hub speaks nothing older"
        }
        Error::AlertReceived(_) => {
            "the hub does not accept the proof of your key: see the step about the key"
        }
        Error::InvalidMessage(_) => "what listens there does not speak TLS: check the port",
        _ => "tell the operator of the hub what is said here",
    };
    (inner.to_string(), mend)
}

const NAME: &str = "check the spelling, and that your name server knows the hub";
const PATIENCE: Duration = Duration::from_secs(10);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_failure_of_a_handshake_has_its_own_way_out() {
        let mend = |error: Error| explained(&std::io::Error::other(error)).1;
        assert!(mend(CertificateError::UnknownIssuer.into()).contains("--authority"));
        assert!(mend(CertificateError::Expired.into()).contains("clock"));
        assert!(mend(CertificateError::NotValidForName.into()).contains("by the name"));
        assert!(mend(Error::AlertReceived(AlertDescription::HandshakeFailure)).contains("TLS 1.3"));
        assert!(explained(&ErrorKind::ConnectionReset.into()).1.contains("firewall"));
    }
}
