//! `facteur connect-test`: walks the way from a certificate to a hub's answer, and says in words where it ends and how to
//! mend it.
//!
//! For developers of providers and senders, who see only that a handshake or a request fails. Nothing is changed anywhere;
//! with a client id a token is fetched, and nothing is read with it.

mod asked;
mod own;
mod reach;
mod report;

use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::Context as _;
use clap::{Args, ValueEnum};
use url::Url;

use self::own::Own;
use self::report::Report;

/// What to test.
#[derive(Debug, Args)]
pub(crate) struct Options {
    /// The hub's listener: https://host:port. For providers and senders that of machines, for operators that of operations.
    hub: String,
    /// Your certificate with those that issued it, PEM.
    #[arg(long, value_name = "FILE")]
    certificate: Option<PathBuf>,
    /// Its private key, PEM. Without it only the certificate itself is looked at.
    #[arg(long, value_name = "FILE", requires = "certificate")]
    key: Option<PathBuf>,
    /// Who vouches for the hub's own certificate, PEM; the authorities of this machine unless said.
    #[arg(long, value_name = "FILE")]
    authority: Option<PathBuf>,
    /// As what your certificate is to be registered.
    #[arg(long, value_enum, default_value = "provider")]
    role: Role,
    /// Your OAuth client id: a token is asked for too.
    #[arg(long)]
    client_id: Option<String>,
    /// Prints the steps as JSON.
    #[arg(long)]
    json: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Role {
    Provider,
    Sender,
    Operator,
}

impl Role {
    /// A path that needs a registered certificate of this role and nothing else.
    const fn path(self) -> &'static str {
        match self {
            Self::Provider => "/mailbox/v1/doc/openapi.yaml",
            Self::Sender => "/sender/v1/doc/openapi.yaml",
            Self::Operator => "/v1/doc/openapi.yaml",
        }
    }
}

/// The hub, taken apart.
struct Hub {
    origin: String,
    host: String,
    port: u16,
}

/// Runs the test and prints every step; the exit code says whether all went well.
pub(super) async fn run(options: &Options) -> anyhow::Result<ExitCode> {
    let hub = hub(&options.hub)?;
    let mut report = Report::new(options.json);
    let own = Own::look(options, &mut report);
    if let Some(address) = reach::connected(&hub, &mut report).await
        && reach::shaken(&hub, address, (options, own.as_ref()), &mut report).await
    {
        asked::asked(&hub, address, (options, own.as_ref()), &mut report).await;
    }
    report.finish();
    Ok(if report.is_sound() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

fn hub(text: &str) -> anyhow::Result<Hub> {
    let text = if text.contains("://") { text.to_owned() } else { format!("https://{text}") };
    let url = Url::parse(&text).context("the hub is https://host:port")?;
    anyhow::ensure!(url.scheme() == "https", "the hub is https://host:port");
    let host = url.host_str().context("the hub is https://host:port")?.to_owned();
    let port = url.port_or_known_default().unwrap_or(443);
    Ok(Hub { origin: format!("https://{host}:{port}"), host, port })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_hub_is_named_with_or_without_its_scheme() {
        for text in
            ["https://api.localhost:8444", "api.localhost:8444", "https://api.localhost:8444/mailbox/v1"]
        {
            let hub = hub(text).unwrap();
            assert_eq!((hub.origin.as_str(), hub.port), ("https://api.localhost:8444", 8444), "{text}");
        }
        assert_eq!(hub("https://api.example.org").unwrap().port, 443);
        assert!(hub("http://api.example.org").is_err());
    }
}
