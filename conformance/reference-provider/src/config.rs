//! What the app is told when it starts: who it is, which hub it trusts, where its front listens.

use std::{net::SocketAddr, path::PathBuf, time::Duration};

use clap::Args;
use url::Url;

/// The settings of the app, as command line arguments.
#[derive(Clone, Debug, Args)]
pub struct Config {
    /// The hub's authorization server, exactly as it writes itself: https://facteur.localhost:8443
    #[arg(long)]
    pub issuer: String,
    /// The mailbox API: https://api.localhost:8444/mailbox/v1
    #[arg(long)]
    pub resource: Url,
    /// The name under which the hub registered this provider application.
    #[arg(long)]
    pub client_id: String,
    /// Client certificate, with its chain (PEM).
    #[arg(long)]
    pub certificate: PathBuf,
    /// Private key of the client certificate (PEM).
    #[arg(long)]
    pub key: PathBuf,
    /// The only authorities trusted for the hub's certificates (PEM).
    #[arg(long)]
    pub ca: PathBuf,
    /// Address of the front.
    #[arg(long)]
    pub listen: SocketAddr,
    /// Origin of the front as browsers see it: https://bank.localhost:8448
    #[arg(long)]
    pub origin: Url,
    /// Certificate of the front, with its chain (PEM).
    #[arg(long)]
    pub server_certificate: PathBuf,
    /// Private key of the front (PEM).
    #[arg(long)]
    pub server_key: PathBuf,
    /// Seconds between two looks for new letters.
    #[arg(long, default_value_t = 2)]
    pub poll_seconds: u64,
    /// Seconds after which the app stops looking by itself.
    #[arg(long, default_value_t = 1800)]
    pub poll_limit: u64,
    /// End after the first consent that was given and ended.
    #[arg(long)]
    pub once_story: bool,
    /// What may be left out.
    #[command(flatten)]
    pub options: Options,
}

/// What may be left out.
#[derive(Clone, Debug, Args)]
pub struct Options {
    /// Address where the hub's events are heard; without one the app hears none.
    #[arg(long)]
    pub events_listen: Option<SocketAddr>,
    /// Authorities of the hub's client certificate (PEM), if others than --ca.
    #[arg(long)]
    pub events_hubs: Option<PathBuf>,
    /// The most seconds for a whole answer of the hub.
    #[arg(long, default_value_t = PATIENCE)]
    pub patience: u64,
    /// Only to be judged by the conformance suite: opens the test hook at this loopback address.
    #[arg(long, requires = "test_hook_secret_file")]
    pub test_hook: Option<SocketAddr>,
    /// The secret that every request to the test hook must carry.
    #[arg(long, requires = "test_hook")]
    pub test_hook_secret_file: Option<PathBuf>,
}

/// Enough for a page of a hundred letters over a poor line.
const PATIENCE: u64 = 30;

impl Default for Options {
    fn default() -> Self {
        let (events_hubs, test_hook_secret_file) = (None, None);
        Self { events_listen: None, events_hubs, patience: PATIENCE, test_hook: None, test_hook_secret_file }
    }
}

impl Config {
    /// Where the hub sends the browser back to; registered at the hub, letter by letter.
    pub(crate) fn redirect_uri(&self) -> String {
        format!("{}/callback", self.origin.as_str().trim_end_matches('/'))
    }

    /// The pause between two looks, at least one second.
    pub(crate) fn poll_every(&self) -> Duration {
        Duration::from_secs(self.poll_seconds.max(1))
    }
}
