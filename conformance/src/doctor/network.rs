//! Names, ports and TLS: can the played hub stand where the profile says, and does the app's own server answer?

use std::io;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, ServerName};
use rustls::{AlertDescription, CertificateError, ClientConfig, RootCertStore};
use tokio::net::{TcpListener, TcpStream, lookup_host};
use tokio::time::timeout;
use tokio_rustls::TlsConnector;
use url::Url;
use x509_parser::prelude::{FromDer, X509Certificate};

use super::Check;
use crate::engine::now;
use crate::profile::Profile;

/// Looks whether the hub can be played at its name and ports.
pub(super) async fn hub(profile: &Profile) -> Vec<Check> {
    let hub = &profile.hub;
    let mut checks = Vec::new();
    let what = format!("name of the played hub, {}", hub.host);
    checks.push(match addresses(&hub.host, hub.public_port).await {
        Ok(found) if found.iter().any(|address| address.ip() == hub.listen) => {
            Check::fine(what, format!("leads to {}", hub.listen))
        }
        Ok(found) => Check::look(
            what,
            format!("leads to {found:?} and not to {}", hub.listen),
            "The app must find the suite under this name: change hub.host or hub.listen.",
        ),
        Err(error) => Check::wrong(
            what,
            error.to_string(),
            "Use a name that this machine and the app's know: localhost, or one in the hosts file.",
        ),
    });
    let ports = [("public", hub.public_port), ("mtls", hub.mtls_port), ("hostile", hub.hostile_port)];
    for (name, port) in ports {
        let what = format!("port {port} of the played hub ({name})");
        checks.push(match TcpListener::bind((hub.listen, port)).await {
            Ok(_) => Check::fine(what, "free"),
            Err(error) => Check::wrong(
                what,
                error.to_string(),
                "Another program has it: end that one, or change the port here and in the app.",
            ),
        });
    }
    checks
}

/// Looks whether the app's own servers answer, and with what certificate.
pub(super) async fn app(profile: &Profile) -> Vec<Check> {
    let app = &profile.app;
    let hook = profile.hook.as_ref().map(|hook| &hook.url);
    let servers = [
        ("front of the app", Some(&app.redirect_uri)),
        ("test hook of the app", hook),
        ("the app's receiver of events", app.events.as_ref()),
    ];
    let mut checks = Vec::new();
    for (what, url) in servers.into_iter().filter_map(|(what, url)| Some((what, url?))) {
        checks.push(server(what, url, app.trust.as_deref()).await);
    }
    checks
}

/// Looks at a server: its name, its port, its TLS with chain, names, use and time of its certificate.
pub(crate) async fn server(what: &str, url: &Url, trust: Option<&Path>) -> Check {
    let (Some(host), Some(port)) = (url.host_str(), url.port_or_known_default()) else {
        return Check::wrong(
            what,
            format!("{url} names no host and port"),
            "Correct the address in the profile.",
        );
    };
    let host = host.trim_matches(['[', ']']);
    let found = match addresses(host, port).await {
        Ok(found) => found,
        Err(error) => {
            return Check::wrong(
                what,
                format!("{host}: {error}"),
                "The name is not known here: correct it, or add it to the hosts file.",
            );
        }
    };
    let Some(stream) = connected(&found).await else {
        let told = format!("nobody listens at {host}:{port}");
        return Check::wrong(what, told, "Start it, or correct the address in the profile.");
    };
    match url.scheme() {
        "https" => secured(what, host, stream, trust).await,
        _ if found.iter().all(|address| address.ip().is_loopback()) => {
            Check::fine(what, format!("{host}:{port} answers, without TLS"))
        }
        _ => Check::wrong(
            what,
            format!("{url} is no loopback address and has no TLS"),
            "Use HTTPS, or a loopback address.",
        ),
    }
}

async fn secured(what: &str, host: &str, stream: TcpStream, trust: Option<&Path>) -> Check {
    let (Ok(name), Ok(config)) = (ServerName::try_from(host.to_owned()), config(trust)) else {
        return Check::wrong(
            what,
            "the profile names no authority for it",
            "Name the authority of its certificate: app.trust for an app's own, hub.ca for a hub's.",
        );
    };
    let handshake = timeout(PATIENCE, TlsConnector::from(config).connect(name, stream)).await;
    match handshake {
        Err(_) => Check::wrong(
            what,
            "the TLS handshake does not end",
            "Something else listens there: look what it is.",
        ),
        Ok(Err(error)) => refused(what, &error),
        Ok(Ok(stream)) => {
            let leaf = stream.get_ref().1.peer_certificates().and_then(<[_]>::first);
            let until =
                leaf.and_then(|der| Some(X509Certificate::from_der(der).ok()?.1.validity().not_after));
            match until {
                Some(until) if until.timestamp() - now().as_second() < 14 * 86_400 => Check::look(
                    what,
                    format!("its certificate ends on {until}"),
                    "It ends within two weeks: make a new one.",
                ),
                Some(until) => {
                    Check::fine(what, format!("{host} answers by TLS, with a certificate until {until}"))
                }
                None => Check::fine(what, format!("{host} answers by TLS")),
            }
        }
    }
}

/// What is wrong with a handshake, in words of the certificate that caused it.
fn refused(what: &str, error: &io::Error) -> Check {
    let inner = error.get_ref().and_then(|inner| inner.downcast_ref::<rustls::Error>());
    let mend = match inner {
        Some(rustls::Error::AlertReceived(
            AlertDescription::CertificateRequired | AlertDescription::HandshakeFailure,
        )) => {
            return Check::fine(what, "it wants a client certificate, which a run has");
        }
        Some(rustls::Error::InvalidCertificate(wrong)) => mend(wrong),
        _ => "It does not speak TLS as this suite does (1.2 or 1.3): look at its settings.",
    };
    Check::wrong(what, error.to_string(), mend)
}

fn mend(wrong: &CertificateError) -> &'static str {
    match wrong {
        CertificateError::Expired | CertificateError::ExpiredContext { .. } => {
            "Its certificate has run out: make a new one, or set this machine's clock."
        }
        CertificateError::NotValidYet | CertificateError::NotValidYetContext { .. } => {
            "Its certificate is not good yet: set this machine's clock."
        }
        CertificateError::NotValidForName | CertificateError::NotValidForNameContext { .. } => {
            "Its certificate is for another name: the host of the address must stand in its subject alternative names."
        }
        CertificateError::InvalidPurpose | CertificateError::InvalidPurposeContext { .. } => {
            "Its certificate is not for servers: it needs extended key usage serverAuth."
        }
        CertificateError::UnknownIssuer => {
            "Its authority is not trusted here: name it in the profile (app.trust for an app, hub.ca for a hub)."
        }
        _ => "Its certificate cannot be used: make a new one.",
    }
}

fn config(trust: Option<&Path>) -> Result<Arc<ClientConfig>, ()> {
    let mut roots = RootCertStore::empty();
    let anchors = CertificateDer::pem_file_iter(trust.ok_or(())?).map_err(|_| ())?;
    roots.add_parsable_certificates(anchors.flatten());
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let versions = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map_err(|_| ())?;
    Ok(Arc::new(versions.with_root_certificates(roots).with_no_client_auth()))
}

/// The addresses of a host; `localhost` and everything below it is this machine, as browsers have it (RFC 6761 6.3).
async fn addresses(host: &str, port: u16) -> io::Result<Vec<SocketAddr>> {
    if let Ok(address) = host.parse::<IpAddr>() {
        return Ok(vec![SocketAddr::new(address, port)]);
    }
    if host == "localhost" || host.ends_with(".localhost") {
        return Ok(vec![SocketAddr::from((Ipv4Addr::LOCALHOST, port))]);
    }
    Ok(lookup_host((host, port)).await?.collect())
}

async fn connected(addresses: &[SocketAddr]) -> Option<TcpStream> {
    for address in addresses {
        if let Ok(Ok(stream)) = timeout(PATIENCE, TcpStream::connect(address)).await {
            return Some(stream);
        }
    }
    None
}

const PATIENCE: Duration = Duration::from_secs(3);
