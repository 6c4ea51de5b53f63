//! What runs beside the listeners: the journal's sync and load, expiry, follow-up work, forgetting.

use std::future::Future;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, SystemTime};

use hub_core::Hub;
use hub_core::access::operator::MandatesFile;
use hub_core::error::Error;
use hub_http::Limits;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

/// The jobs of one process; stopping them does their last round.
pub struct Jobs {
    tasks: TaskTracker,
    stop: CancellationToken,
    hub: Hub,
}

impl Jobs {
    /// Starts every job.
    pub fn start(hub: &Hub, limits: Arc<Limits>, mandates: Option<PathBuf>, keyring: PathBuf) -> Self {
        let jobs = Self {
            tasks: TaskTracker::new(),
            stop: CancellationToken::new(),
            hub: hub.clone(),
        };
        jobs.sync_journal();
        jobs.every(Duration::from_secs(1), "load the journal", |hub| async move {
            hub.upkeep().load_journal().await.map(drop)
        });
        jobs.every(Duration::from_secs(1), "follow-up work", |hub| async move {
            while hub.upkeep().work_outbox().await? > 0 {}
            Ok(())
        });
        jobs.every(Duration::from_secs(5), "expiry", |hub| async move {
            while hub.upkeep().expire().await? > 0 {}
            Ok(())
        });
        jobs.every(Duration::from_secs(60), "forgetting", |hub| async move {
            hub.upkeep().forget().await
        });
        jobs.every(
            Duration::from_secs(3600),
            "collecting objects",
            |hub| async move { hub.upkeep().collect_objects(BACKUP_WINDOW).await.map(drop) },
        );
        jobs.every(Duration::from_secs(60), "limits", move |_| {
            limits.forget_idle();
            async { Ok(()) }
        });
        jobs.watch(
            keyring,
            "keyring",
            |hub, file| async move { hub.reload_keys(&file) },
        );
        if let Some(file) = mandates {
            jobs.watch(file, "mandates", |hub, file| async move {
                let mandates = MandatesFile::read(&file).await?;
                hub.local_operator("mandates")
                    .load_mandates(&mandates)
                    .await
                    .map(drop)
            });
        }
        jobs
    }

    /// Stops every job, then loads what the journal still holds.
    pub async fn stop(self) {
        self.stop.cancel();
        self.tasks.close();
        self.tasks.wait().await;
        let hub = self.hub.clone();
        if let Ok(Err(error)) = tokio::task::spawn_blocking(move || hub.upkeep().sync_journal()).await {
            tracing::error!(%error, "the journal's last sync");
        }
        if let Err(error) = self.hub.upkeep().load_journal().await {
            tracing::error!(
                error = &error as &dyn std::error::Error,
                "the journal's last load"
            );
        }
    }

    fn sync_journal(&self) {
        let (hub, stop) = (self.hub.clone(), self.stop.clone());
        self.tasks.spawn(async move {
            while !stop.is_cancelled() {
                tokio::time::sleep(hub_core::journal::SYNC_EVERY).await;
                let hub = hub.clone();
                if let Ok(Err(error)) = tokio::task::spawn_blocking(move || hub.upkeep().sync_journal()).await {
                    tracing::error!(%error, "the reading journal cannot be synced: nothing more is disclosed");
                }
            }
        });
    }

    /// Does `work` whenever the file has changed since it was last looked at.
    fn watch<F, W>(&self, file: PathBuf, name: &'static str, work: W)
    where
        W: Fn(Hub, PathBuf) -> F + Copy + Send + 'static,
        F: Future<Output = Result<(), Error>> + Send,
    {
        let seen = Arc::new(Mutex::new(written(&file)));
        self.every(Duration::from_secs(5), name, move |hub| {
            let (file, seen) = (file.clone(), Arc::clone(&seen));
            async move {
                let now = written(&file);
                let before =
                    std::mem::replace(&mut *seen.lock().unwrap_or_else(PoisonError::into_inner), now);
                if before == now {
                    Ok(())
                } else {
                    work(hub, file).await
                }
            }
        });
    }

    fn every<F, W>(&self, pause: Duration, name: &'static str, work: W)
    where
        W: Fn(Hub) -> F + Send + 'static,
        F: Future<Output = Result<(), Error>> + Send,
    {
        let (hub, stop) = (self.hub.clone(), self.stop.clone());
        self.tasks.spawn(async move {
            loop {
                if let Err(error) = work(hub.clone()).await {
                    tracing::warn!(
                        error = &error as &dyn std::error::Error,
                        job = name,
                        "a job went wrong"
                    );
                    metrics::counter!("facteur_job_failures_total", "job" => name).increment(1);
                }
                tokio::select! {
                    () = stop.cancelled() => break,
                    () = tokio::time::sleep(pause) => {}
                }
            }
        });
    }
}

fn written(file: &Path) -> Option<SystemTime> {
    std::fs::metadata(file)
        .and_then(|metadata| metadata.modified())
        .ok()
}

/// Objects without a row are kept this long: a restored database may name them again.
const BACKUP_WINDOW: Duration = Duration::from_secs(7 * 24 * 3600);
