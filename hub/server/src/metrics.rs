//! Logs and metrics of the process.

use std::sync::OnceLock;

use metrics_exporter_prometheus::{PrometheusBuilder, PrometheusHandle};
use tracing_subscriber::EnvFilter;

use crate::config::{Log, LogFormat};

/// Begins to log to standard error.
pub(crate) fn log(log: &Log) -> anyhow::Result<()> {
    let filter = EnvFilter::try_new(&log.level)?;
    // A line that standard error does not take is lost: saying so there would be a panic.
    let subscriber = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(std::io::stderr)
        .log_internal_errors(false);
    let begun = match log.format {
        LogFormat::Json => subscriber.json().try_init(),
        LogFormat::Text => subscriber.try_init(),
    };
    begun.map_err(|error| anyhow::anyhow!(error))
}

/// The process's metrics, in the text form of Prometheus.
pub(crate) fn rendered() -> String {
    recorder().map(PrometheusHandle::render).unwrap_or_default()
}

/// The recorder of this process; installed with the first look at it.
pub(crate) fn recorder() -> Option<&'static PrometheusHandle> {
    static HANDLE: OnceLock<Option<PrometheusHandle>> = OnceLock::new();
    HANDLE.get_or_init(|| PrometheusBuilder::new().install_recorder().ok()).as_ref()
}
