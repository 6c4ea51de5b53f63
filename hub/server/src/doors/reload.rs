//! Reloading: server keys, trust and revocation lists are reread without a restart.
//!
//! Trust counts from then on for open connections too; a server's key for new ones. What cannot be read leaves
//! what was loaded in force, is logged once, and is tried again.

use std::collections::BTreeMap;
use std::fs;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, SystemTime};

use anyhow::anyhow;
use hub_core::clock::Clock;
use hub_http::peer::{Alarm, RevocationList, TrustHandle};
use tokio_util::sync::CancellationToken;

use super::tls::Tls;

/// Rereads what the doors depend on; cheap to clone.
#[derive(Clone)]
pub struct Reloader(Arc<Watched>);

struct Watched {
    trust: TrustHandle,
    clock: Clock,
    doors: Mutex<Vec<Tls>>,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    /// What each file looked like when it was last read.
    seen: BTreeMap<PathBuf, Option<Stamp>>,
    /// What was wrong the last time.
    failure: Option<String>,
    alarms: BTreeMap<(String, PathBuf), Alarm>,
}

/// What tells one version of a file from another: when it was written, and its size.
type Stamp = (SystemTime, u64);

impl Reloader {
    pub(super) fn new(trust: TrustHandle, clock: Clock) -> Self {
        Self(Arc::new(Watched { trust, clock, doors: Mutex::default(), state: Mutex::default() }))
    }

    pub(super) fn include(&self, tls: Tls) {
        locked(&self.0.doors).push(tls);
        locked(&self.0.state).seen = self.stamps();
    }

    /// Reads every file again, whether it changed or not.
    ///
    /// # Errors
    /// What could not be used, in one text; the rest is in force, and for that what was loaded before.
    pub async fn reload(&self) -> anyhow::Result<()> {
        let this = self.clone();
        tokio::task::spawn_blocking(move || this.reread()).await?
    }

    fn reread(&self) -> anyhow::Result<()> {
        locked(&self.0.state).seen = self.stamps();
        let mut problems = Vec::new();
        if let Err(error) = self.0.trust.reload() {
            problems.push(format!("{:#}", anyhow::Error::from(error)));
        }
        for tls in locked(&self.0.doors).iter() {
            if let Err(error) = tls.reload() {
                problems.push(format!("{error:#}"));
            }
        }

        let failure = (!problems.is_empty()).then(|| problems.join("; "));
        let previous = std::mem::replace(&mut locked(&self.0.state).failure, failure.clone());
        match failure {
            Some(problem) if previous.as_ref() != Some(&problem) => {
                tracing::error!(%problem, "reload refused, what was loaded stays in force");
                Err(anyhow!(problem))
            }
            Some(problem) => Err(anyhow!(problem)),
            None => {
                tracing::info!("keys, trust and revocation lists reloaded");
                Ok(())
            }
        }
    }

    // Reads again if a file changed or the last attempt failed.
    fn look(&self) {
        let due = {
            let state = locked(&self.0.state);
            state.failure.is_some() || state.seen != self.stamps()
        };
        if due {
            // Logged where it was noticed.
            drop(self.reread());
        }
        self.alarm();
    }

    fn stamps(&self) -> BTreeMap<PathBuf, Option<Stamp>> {
        let mut files = self.0.trust.inspect(|trust| trust.files().to_vec());
        files.extend(locked(&self.0.doors).iter().flat_map(Tls::files));
        files.into_iter().map(|file| (file.clone(), stamp(&file))).collect()
    }

    // TRUST T3: said once per list and degree of urgency.
    fn alarm(&self) {
        let now = self.0.clock.now();
        let lists: Vec<RevocationList> =
            self.0.trust.inspect(|trust| trust.revocation_lists().cloned().collect());
        let mut state = locked(&self.0.state);
        for list in lists {
            let left = list.next_update.since(now).as_secs_f64();
            metrics::gauge!("facteur_revocation_list_seconds_left", "anchor" => list.anchor.clone())
                .set(left);
            let key = (list.anchor.clone(), list.file.clone());
            let alarm = list.alarm(now);
            let previous = match alarm {
                Some(alarm) => state.alarms.insert(key, alarm),
                None => state.alarms.remove(&key),
            };
            if let Some(alarm) = alarm.filter(|_| alarm != previous) {
                tracing::warn!(anchor = %list.anchor, next_update = %list.next_update.rfc3339(), "revocation list {alarm}");
            }
        }
    }
}

/// Looks after the files until the doors drain.
pub(super) async fn watch(reloader: Reloader, every: Duration, drain: CancellationToken) {
    loop {
        let this = reloader.clone();
        if let Err(error) = tokio::task::spawn_blocking(move || this.look()).await {
            tracing::error!(%error, "files not looked after");
        }
        tokio::select! {
            () = drain.cancelled() => return,
            () = tokio::time::sleep(every) => {}
        }
    }
}

fn stamp(file: &PathBuf) -> Option<Stamp> {
    let metadata = fs::metadata(file).ok()?;
    Some((metadata.modified().ok()?, metadata.len()))
}

fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
