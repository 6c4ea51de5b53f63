//! The app under test as the suite reaches it: its test hook, its front through a browser, its receiver of events.

mod bounded;
mod browser;
mod hook;
mod push;
mod reach;
mod told;
mod words;

pub use browser::{Browser, Page};
pub use hook::{Fault, Hook};
pub use push::{Delivered, Pusher, PusherError};
pub use reach::{confine, is_public, may_be_public};
pub use told::{Answered, Begun, Connection, EventSeen, Flow, Info, Outcome, Question, Start};

use std::{
    net::{Ipv4Addr, SocketAddr},
    time::Duration,
};

use reqwest::{
    Certificate, Client, ClientBuilder, Identity,
    dns::{Addrs, Name, Resolve, Resolving},
    redirect,
};

use crate::authority::Credential;

/// A client of the suite: it trusts these authorities only, follows no redirection, and shows `identity` if there is one.
pub(crate) fn client(
    trusted: &[String],
    identity: Option<&Credential>,
    limit: Duration,
) -> Result<Client, reqwest::Error> {
    let mut anchors = Vec::new();
    for pem in trusted {
        anchors.extend(Certificate::from_pem_bundle(pem.as_bytes())?);
    }
    let mut builder = ClientBuilder::new()
        .tls_certs_only(anchors)
        .no_proxy()
        .redirect(redirect::Policy::none())
        .dns_resolver(LocalhostIsHere)
        .connect_timeout(Duration::from_secs(5))
        .timeout(limit);
    if let Some(credential) = identity {
        let pem = format!("{}\n{}", credential.certificate, credential.key);
        builder = builder.identity(Identity::from_pem(pem.as_bytes())?);
    }
    builder.build()
}

/// An error and its causes in one line, without the address.
pub(crate) fn reason(error: reqwest::Error) -> String {
    let error = error.without_url();
    let mut told = error.to_string();
    let mut cause = std::error::Error::source(&error);
    while let Some(next) = cause {
        told.push_str(&format!(": {next}"));
        cause = next.source();
    }
    told
}

/// Finds `*.localhost` on this machine, as browsers do (RFC 6761 6.3).
struct LocalhostIsHere;

impl Resolve for LocalhostIsHere {
    fn resolve(&self, name: Name) -> Resolving {
        Box::pin(async move {
            let host = name.as_str();
            let named_here = host == "localhost" || host.ends_with(".localhost");
            if named_here && reach::knows_localhost(host) {
                return Ok(Box::new(std::iter::once(SocketAddr::from((Ipv4Addr::LOCALHOST, 0)))) as Addrs);
            }
            let found = reach::permitted(host, tokio::net::lookup_host((host, 0)).await?.collect());
            Ok(Box::new(found.into_iter()) as Addrs)
        })
    }
}
