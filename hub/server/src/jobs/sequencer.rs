//! The sequencer of this node: moves what happened into the providers' feeds, at once if it happened here.
//!
//! What other nodes queue is found ten times a second; so is how far they sequenced, for those who wait here.

use std::time::Duration;

use hub_core::Hub;
use hub_core::access::upkeep::Sequenced;
use hub_core::error::Error;
use tokio::time::{Instant, sleep};
use tokio_util::sync::CancellationToken;

/// Sequences until it is told to stop.
pub(super) async fn run(hub: Hub, stop: CancellationToken) {
    let upkeep = hub.upkeep();
    let mut counted = Instant::now();
    while !stop.is_cancelled() {
        if counted.elapsed() > COUNT_EVERY {
            count(&hub).await;
            metrics::counter!("facteur_letter_groups_failed_total").absolute(hub.letter_work().failed_groups);
            counted = Instant::now();
        }
        let pause = match round(&hub).await {
            Ok(Sequenced { taken: 0, .. }) => PAUSE,
            Ok(_) => continue,
            Err(error) => {
                tracing::warn!(error = %hub_core::error::Causes(&error), "the change feed does not move");
                metrics::counter!("facteur_job_failures_total", "job" => "change feed").increment(1);
                AFTER_A_FAILURE
            }
        };
        tokio::select! {
            () = stop.cancelled() => {}
            () = sleep(pause) => {}
            // What comes together is taken together.
            () = upkeep.change_queued() => sleep(TOGETHER).await,
        }
    }
}

async fn round(hub: &Hub) -> Result<Sequenced, Error> {
    let sequenced = hub.upkeep().sequence_changes().await?;
    if let Some(oldest) = sequenced.oldest {
        let lag = hub.now().since(oldest);
        metrics::histogram!("facteur_feed_lag_seconds").record(lag.as_secs_f64());
        metrics::counter!("facteur_feed_sequenced_total").increment(sequenced.taken.unsigned_abs());
    }
    Ok(sequenced)
}

/// Says how many changes wait. A database that does not answer now is told of by the sequencing itself.
async fn count(hub: &Hub) {
    if let Ok(queued) = hub.upkeep().changes_queued().await {
        metrics::gauge!("facteur_feed_queue").set(f64::from(u32::try_from(queued).unwrap_or(u32::MAX)));
    }
}

/// How often a node looks when nothing rings.
const PAUSE: Duration = Duration::from_millis(100);
/// How long a ring waits for others.
const TOGETHER: Duration = Duration::from_millis(10);
const COUNT_EVERY: Duration = Duration::from_secs(5);
const AFTER_A_FAILURE: Duration = Duration::from_secs(1);
