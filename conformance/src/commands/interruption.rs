//! How a run is ended from outside.

use conformance::engine::Cancel;
use conformance::report::Ending;

use super::Stop;

/// Ctrl-C, or the word of whoever runs the program (SIGTERM), ends the run in order.
#[expect(clippy::disallowed_methods, reason = "the task has nothing to finish: it ends with the program")]
pub(super) fn cancelled_from_outside() -> Cancel {
    let cancel = Cancel::new();
    let cancelled = cancel.clone();
    tokio::spawn(async move {
        interrupted().await;
        cancelled.cancel();
    });
    cancel
}

/// A second time ends the run at once: it is dropped, and its app with it.
pub(super) async fn interrupted_twice() -> Stop {
    for _ in 0..2 {
        interrupted().await;
    }
    Stop { ending: Ending::Failed, told: "the run was ended at once".to_owned() }
}

/// Waits for Ctrl-C or SIGTERM; for ever, where neither can be heard.
async fn interrupted() {
    let by_keyboard = async {
        if tokio::signal::ctrl_c().await.is_err() {
            std::future::pending::<()>().await;
        }
    };
    tokio::select! {
        () = by_keyboard => {}
        () = told_to_end() => {}
    }
}

#[cfg(unix)]
async fn told_to_end() {
    use tokio::signal::unix::{SignalKind, signal};
    match signal(SignalKind::terminate()) {
        Ok(mut told) => drop(told.recv().await),
        Err(_) => std::future::pending().await,
    }
}

#[cfg(not(unix))]
async fn told_to_end() {
    std::future::pending().await
}
