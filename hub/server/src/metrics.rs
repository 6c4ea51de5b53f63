//! Logs and metrics of the process.

use std::sync::OnceLock;

use metrics_exporter_prometheus::{PrometheusBuilder, PrometheusHandle};
use tracing_subscriber::EnvFilter;

use crate::config::{Log, LogFormat};
use crate::lines::{Lines, Rest};

/// Begins to log to standard error, by a thread of its own until the value is dropped: requests wait for no terminal and no pipe.
///
/// A line that standard error does not take, or that finds too many others before it, is lost and counted.
pub(crate) fn log(log: &Log) -> anyhow::Result<Rest> {
    let filter = EnvFilter::try_new(&log.level)?;
    let (lines, rest) = Lines::to(std::io::stderr())?;
    LINES.get_or_init(|| lines.clone());
    let subscriber =
        tracing_subscriber::fmt().with_env_filter(filter).with_writer(lines).log_internal_errors(false);
    let begun = match log.format {
        LogFormat::Json => subscriber.json().try_init(),
        LogFormat::Text => subscriber.try_init(),
    };
    begun.map_err(|error| anyhow::anyhow!(error))?;
    Ok(rest)
}

/// The process's metrics, in the text form of Prometheus.
pub(crate) fn rendered() -> String {
    metrics::counter!("facteur_log_lines_lost_total").absolute(LINES.get().map_or(0, Lines::lost));
    recorder().map(PrometheusHandle::render).unwrap_or_default()
}

/// The recorder of this process; installed with the first look at it.
pub(crate) fn recorder() -> Option<&'static PrometheusHandle> {
    static HANDLE: OnceLock<Option<PrometheusHandle>> = OnceLock::new();
    HANDLE.get_or_init(|| PrometheusBuilder::new().install_recorder().ok()).as_ref()
}

/// Where lines of the log go.
static LINES: OnceLock<Lines> = OnceLock::new();
