//! What the hubs of this process log, kept to be searched.

use std::io;
use std::sync::{Mutex, Once, PoisonError};

use tracing_subscriber::filter::{LevelFilter, Targets};
use tracing_subscriber::fmt::MakeWriter;
use tracing_subscriber::layer::SubscriberExt as _;
use tracing_subscriber::util::SubscriberInitExt as _;
use tracing_subscriber::{EnvFilter, Layer as _};

use super::plans;
use crate::spread;

static KEPT: Mutex<Vec<u8>> = Mutex::new(Vec::new());

/// Begins to keep logs, once.
pub(super) fn keep() {
    static BEGUN: Once = Once::new();
    BEGUN.call_once(|| {
        let levels = "info,sqlx::postgres::notice=off,hub_core=debug,hub_http=debug,hub_portal=debug,hub_authorization=debug,\
                      hub_sender_api=debug,provider_adapters=debug,hub_server=debug";
        let kept = tracing_subscriber::fmt::layer().with_writer(Keeper).with_ansi(false);
        let statements = Targets::new().with_target(plans::TARGET, LevelFilter::DEBUG);
        let told = Targets::new().with_target(spread::TARGET, LevelFilter::INFO);
        tracing_subscriber::registry()
            .with(kept.with_filter(EnvFilter::new(levels)))
            .with(plans::Statements.with_filter(statements))
            .with(spread::Plans.with_filter(told))
            .try_init()
            .unwrap();
    });
}

/// Everything that was logged so far.
pub(super) fn text() -> String {
    let kept = KEPT.lock().unwrap_or_else(PoisonError::into_inner);
    String::from_utf8_lossy(&kept).into_owned()
}

/// The last lines, to print beside a failure.
pub(super) fn last_lines() -> String {
    let text = text();
    let lines: Vec<&str> = text.lines().collect();
    lines[lines.len().saturating_sub(40)..].join("\n")
}

struct Keeper;

impl<'a> MakeWriter<'a> for Keeper {
    type Writer = Self;

    fn make_writer(&'a self) -> Self {
        Self
    }
}

impl io::Write for Keeper {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        KEPT.lock().unwrap_or_else(PoisonError::into_inner).extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
