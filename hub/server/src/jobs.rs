//! What runs beside the listeners: the journal's sync and load, sequencing, sealing, expiry, follow-up work, forgetting.

mod conduct;
pub(crate) mod objects;
mod push;
mod sequencer;

use std::future::Future;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, SystemTime};

use hub_core::Hub;
use hub_core::access::operator::MandatesFile;
use hub_core::db::DataLock;
use hub_core::error::Error;
use hub_http::Limits;
use hub_http::outbound::Courier;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use crate::operations::Readiness;
use crate::time_stamps::TimeStampService;

/// What the jobs look after.
pub(crate) struct Watched {
    /// The mandates file, reread when it changes.
    pub(crate) mandates: Option<PathBuf>,
    /// The keyring, reread when it changes.
    pub(crate) keyring: PathBuf,
    /// The lock on the data.
    pub(crate) lock: DataLock,
    /// What depends on it.
    pub(crate) readiness: Readiness,
    /// Recipients that a sender organization may be told of in a day.
    pub(crate) recipients_per_day: i64,
    /// The service of time-stamps, if there is one.
    pub(crate) time_stamps: Option<TimeStampService>,
    /// By which events are pushed, if they are.
    pub(crate) courier: Option<Arc<Courier>>,
}

/// The jobs of one process; stopping them does their last round.
pub(crate) struct Jobs {
    tasks: TaskTracker,
    stop: CancellationToken,
    hub: Hub,
}

impl Jobs {
    /// Starts every job.
    pub(crate) fn start(hub: &Hub, limits: Arc<Limits>, watched: Watched) -> Self {
        let jobs = Self { tasks: TaskTracker::new(), stop: CancellationToken::new(), hub: hub.clone() };
        jobs.sync_journal();
        jobs.tasks.spawn(sequencer::run(hub.clone(), jobs.stop.clone()));
        jobs.every(Duration::from_secs(1), "load the journal", |hub| async move {
            hub.upkeep().load_journal().await.map(drop)
        });
        jobs.every(Duration::from_secs(1), "follow-up work", |hub| async move {
            while hub.upkeep().work_outbox().await? > 0 {}
            Ok(())
        });
        jobs.every(Duration::from_secs(1), "evidence", |hub| async move {
            while hub.upkeep().seal_evidence().await? > 0 {}
            Ok(())
        });
        jobs.every(Duration::from_secs(5), "expiry", |hub| async move {
            while hub.upkeep().expire().await? > 0 {}
            while hub.upkeep().announce_expiry().await? > 0 {}
            while hub.upkeep().expire_consents().await? > 0 {}
            while hub.upkeep().end_unclaimed_grants().await? > 0 {}
            while hub.upkeep().end_forsaken_consents().await? > 0 {}
            hub.upkeep().lapse_requests().await.map(drop)
        });
        jobs.every(Duration::from_secs(5), "partitions", |hub| async move {
            while hub.upkeep().empty_partitions().await? > 0 {}
            Ok(())
        });
        jobs.every(Duration::from_secs(5), "reminders", |hub| async move {
            while hub.upkeep().remind_senders().await? > 0 {}
            Ok(())
        });
        jobs.every(Duration::from_secs(5), "unseen messages", |hub| async move {
            while hub.upkeep().announce_unseen().await? > 0 {}
            Ok(())
        });
        jobs.every(Duration::from_secs(15), "roles", |hub| async move {
            while hub.upkeep().settle_roles().await? > 0 {}
            Ok(())
        });
        let stop = jobs.stop.clone();
        jobs.every(Duration::from_millis(250), "campaigns", move |hub| {
            let stop = stop.clone();
            async move {
                // A long campaign goes on elsewhere, or after the next start.
                while !stop.is_cancelled() && hub.upkeep().work_campaigns().await? > 0 {}
                Ok(())
            }
        });
        let budget = watched.recipients_per_day;
        jobs.every(Duration::from_secs(15), "followed recipients", move |hub| async move {
            while hub.upkeep().look_at_followed(budget).await? > 0 {}
            Ok(())
        });
        jobs.every(Duration::from_secs(60), "forgetting", |hub| async move { hub.upkeep().forget().await });
        let shown = Arc::new(conduct::Shown::default());
        jobs.every(Duration::from_secs(5), "conduct", move |hub| {
            let shown = Arc::clone(&shown);
            async move {
                hub.upkeep().keep_conduct().await?;
                shown.measure(&hub).await
            }
        });
        jobs.every(Duration::from_secs(3600), "collecting objects", |hub| async move {
            hub.upkeep().collect_objects(BACKUP_WINDOW).await.map(drop)
        });
        jobs.every(Duration::from_secs(60), "limits", move |_| {
            limits.forget_idle();
            async { Ok(()) }
        });
        let stop = jobs.stop.clone();
        jobs.watch(watched.keyring, "keyring", move |hub, file| {
            let stop = stop.clone();
            async move {
                hub.learn_keys(&file)?;
                // what is sealed with a new key must open at every node, and each looks for itself
                tokio::select! {
                    () = stop.cancelled() => {}
                    () = tokio::time::sleep(LOOK_AT_FILES + Duration::from_secs(2)) => {}
                }
                hub.reload_keys(&file)
            }
        });
        if hub.keeps_objects_elsewhere() {
            let readiness = watched.readiness.clone();
            jobs.every(objects::LOOK_EVERY, "object store", move |hub| {
                let readiness = readiness.clone();
                async move {
                    objects::look(&hub, &readiness).await;
                    Ok(())
                }
            });
        }
        jobs.keep_lock(watched.lock, watched.readiness);
        if let Some(service) = watched.time_stamps.map(Arc::new) {
            jobs.every(Duration::from_secs(1), "time-stamps", move |hub| {
                let service = Arc::clone(&service);
                async move { service.round(&hub).await }
            });
        }
        let gauges = Arc::new(push::Gauges::default());
        jobs.every(Duration::from_secs(1), "measuring streams", move |hub| {
            let gauges = Arc::clone(&gauges);
            async move { gauges.measure(&hub).await }
        });
        if let Some(courier) = watched.courier {
            for file in courier.files() {
                let courier = Arc::clone(&courier);
                jobs.watch(file.clone(), "the certificate to push with", move |_, _| {
                    let read = courier.reload().map_err(Error::internal);
                    async move { read }
                });
            }
            jobs.tasks.spawn(push::run(hub.clone(), courier, jobs.stop.clone()));
        }
        if let Some(file) = watched.mandates {
            jobs.watch(file, "mandates", |hub, file| async move {
                let mandates = MandatesFile::read(&file).await?;
                hub.local_operator("mandates").load_all_mandates(&mandates).await.map(drop)
            });
        }
        jobs
    }

    /// Stops every job, then writes down what was counted and loads what the journal still holds.
    pub(crate) async fn stop(self) {
        self.stop.cancel();
        self.tasks.close();
        self.tasks.wait().await;
        let hub = self.hub.clone();
        if let Ok(Err(error)) = tokio::task::spawn_blocking(move || hub.upkeep().sync_journal()).await {
            tracing::error!(%error, "the journal's last sync");
        }
        if let Err(error) = self.hub.upkeep().keep_conduct().await {
            tracing::warn!(error = %hub_core::error::Causes(&error), "what was counted last");
        }
        if let Err(error) = self.hub.upkeep().load_journal().await {
            tracing::error!(error = %hub_core::error::Causes(&error), "the journal's last load");
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

    /// Does `work` whenever the file has changed since the work last succeeded.
    fn watch<F, W>(&self, file: PathBuf, name: &'static str, work: W)
    where
        W: Fn(Hub, PathBuf) -> F + Send + Sync + 'static,
        F: Future<Output = Result<(), Error>> + Send,
    {
        let (seen, work) = (Arc::new(Mutex::new(written(&file))), Arc::new(work));
        self.every(LOOK_AT_FILES, name, move |hub| {
            let (file, seen, work) = (file.clone(), Arc::clone(&seen), Arc::clone(&work));
            async move {
                let now = written(&file);
                if *seen.lock().unwrap_or_else(PoisonError::into_inner) == now {
                    return Ok(());
                }
                work(hub, file).await?;
                *seen.lock().unwrap_or_else(PoisonError::into_inner) = now;
                Ok(())
            }
        });
    }

    /// Looks after the lock on the data; without it this node is not ready.
    fn keep_lock(&self, mut lock: DataLock, readiness: Readiness) {
        let (hub, stop) = (self.hub.clone(), self.stop.clone());
        self.tasks.spawn(async move {
            loop {
                tokio::select! {
                    () = stop.cancelled() => break,
                    () = tokio::time::sleep(Duration::from_secs(5)) => {}
                }
                let held = hub.upkeep().keep_lock(&mut lock).await;
                readiness.set_locked(held.is_ok());
                if let Err(error) = held {
                    tracing::error!(%error, "the lock on the data was lost");
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
                    tracing::warn!(error = %hub_core::error::Causes(&error), job = name, "a job went wrong");
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

/// What tells one version of a file from another: when it was written, and its size.
fn written(file: &Path) -> Option<(SystemTime, u64)> {
    let metadata = std::fs::metadata(file).ok()?;
    Some((metadata.modified().ok()?, metadata.len()))
}

/// How often a node looks whether a file changed.
const LOOK_AT_FILES: Duration = Duration::from_secs(5);

/// Objects without a row are kept this long: a restored database may name them again.
const BACKUP_WINDOW: Duration = Duration::from_secs(7 * 24 * 3600);
