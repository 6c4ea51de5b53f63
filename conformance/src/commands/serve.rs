//! `serve`: runs an instance until it is told to stop.

use std::path::PathBuf;

use clap::Args;
use conformance::instance::{Config, Desk, open};
use conformance::report::Ending;
use tokio::signal::unix::{SignalKind, signal};

use super::instance::FILE;
use super::{Stop, configuration, told};

/// What `serve` is told.
#[derive(Args)]
pub(crate) struct Serve {
    /// The configuration, or the folder that `instance` made.
    instance: PathBuf,
}

impl Serve {
    pub(super) async fn obey(self) -> Result<Ending, Stop> {
        let _ = rustls::crypto::aws_lc_rs::default_provider().install_default();
        let path = if self.instance.is_dir() { self.instance.join(FILE) } else { self.instance };
        let config = Config::read(&path).map_err(told)?;
        let desk = Desk::open(&config).map_err(told)?;
        let serving = open(&config.instance, desk).await.map_err(told)?;
        eprintln!("{} serves at https://{}", config.instance.name, serving.address);
        let mut terminate = signal(SignalKind::terminate()).map_err(configuration)?;
        tokio::select! {
            _ = terminate.recv() => {}
            interrupted = tokio::signal::ctrl_c() => interrupted.map_err(configuration)?,
        }
        serving.stop().await;
        Ok(Ending::Passed)
    }
}
