//! The desk: takes what is handed in, verifies or plays it, and states what was found. No HTTP here.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use base64::{Engine, engine::general_purpose::STANDARD};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use super::config::Config;
use super::form::RunToAsk;
use super::keeping::{Progress, Record, Shelf};
use super::playing::Stagecraft;
use super::statement::{About, Notary};
use crate::authority::Credential;
use crate::bundle::{AnyResult, KeyFault, Policy, Refusal, Signer, Verifier, make, verify};
use crate::digest::sha256_base64url;
use crate::engine::now;
use crate::plan::Known;
use crate::report::Report;

/// An instance that is ready.
pub struct Desk {
    notary: Notary,
    pub(super) shelf: Shelf,
    pub(super) craft: Stagecraft,
    plan: Known,
    bundle_days: u32,
    kept: Duration,
    /// Bundles that are verified at once: each is unpacked in memory.
    places: Arc<Semaphore>,
    /// The run that is played; one at a time.
    running: Mutex<Option<String>>,
}

/// Why an instance cannot begin.
#[derive(Debug, thiserror::Error)]
pub enum DeskFault {
    /// A file cannot be read or written.
    #[error("{0}")]
    File(String, #[source] std::io::Error),
    /// The certification key cannot be used.
    #[error("the certification key: {0}")]
    Key(#[from] KeyFault),
    /// The suite's own plan cannot be read.
    #[error("the plan of this program cannot be read")]
    Plan,
}

/// Whoever hands something in: the certificate of the connection.
#[derive(Clone)]
pub(super) struct Caller(pub(super) Arc<[u8]>);

impl Caller {
    /// SHA-256 of the certificate, base64url.
    pub(super) fn thumbprint(&self) -> String {
        sha256_base64url(&self.0)
    }

    fn pem(&self) -> String {
        let text = STANDARD.encode(&self.0);
        let lines: Vec<&str> =
            text.as_bytes().chunks(64).filter_map(|line| std::str::from_utf8(line).ok()).collect();
        format!("-----BEGIN CERTIFICATE-----\n{}\n-----END CERTIFICATE-----\n", lines.join("\n"))
    }
}

/// Why nothing begins.
#[derive(Debug, thiserror::Error)]
pub(super) enum Declined {
    #[error("{0}")]
    Bundle(#[from] Refusal),
    #[error("{0}")]
    Form(String),
    #[error("another run is being played: one at a time")]
    Busy,
    #[error("the instance cannot keep it")]
    Keeping(#[from] std::io::Error),
    #[error("{0}")]
    Key(#[from] KeyFault),
}

impl Desk {
    /// Opens the instance of a configuration.
    pub fn open(config: &Config) -> Result<Self, DeskFault> {
        let read = |path: &std::path::Path| {
            std::fs::read_to_string(path).map_err(|error| DeskFault::File(path.display().to_string(), error))
        };
        let signer = Signer::read(&read(&config.signing.key)?, None)?;
        let folder = &config.instance.folder;
        let shelf =
            Shelf::open(folder).map_err(|error| DeskFault::File(folder.display().to_string(), error))?;
        // a day at least: what is played now is not forgotten
        let kept = Duration::from_secs(24 * 3600) * config.limits.kept_days.max(1);
        shelf.forget(kept).map_err(|error| DeskFault::File(folder.display().to_string(), error))?;
        let authority = Credential { certificate: read(&config.stage.ca)?, key: read(&config.stage.ca_key)? };
        Ok(Self {
            notary: Notary {
                name: config.instance.name.clone(),
                audience: config.hub.issuer.clone(),
                kid: config.signing.kid.clone(),
                signer,
            },
            shelf,
            craft: Stagecraft {
                stage: config.stage.clone(),
                authority,
                limit: Duration::from_secs(60 * config.limits.run_minutes),
                private_targets: config.limits.private_targets,
            },
            plan: Known::named("provider").ok().flatten().ok_or(DeskFault::Plan)?,
            bundle_days: config.limits.bundle_days,
            kept,
            places: Arc::new(Semaphore::new(PLACES)),
            running: Mutex::new(None),
        })
    }

    /// Where the stage is, and which versions are played.
    pub(super) fn described(&self) -> serde_json::Value {
        let stage = &self.craft.stage;
        serde_json::json!({
            "issuer": stage.issuer(),
            "mailboxApi": stage.resource(),
            "authority": self.craft.authority.certificate,
            "hub": self.notary.audience,
            "plan": self.plan.name,
            "suiteVersion": env!("CARGO_PKG_VERSION"),
            "requirementsVersion": self.plan.register.version,
        })
    }

    /// Waits for a place where a bundle is verified; it is held until that is done.
    pub(super) async fn place(&self) -> Option<OwnedSemaphorePermit> {
        Arc::clone(&self.places).acquire_owned().await.ok()
    }

    /// Verifies a bundle with the key of the certificate that handed it in, and states that the app is declared.
    pub(super) fn declare(&self, caller: &Caller, bundle: &[u8]) -> Result<Record, Declined> {
        let policy = Policy { max_age_days: Some(self.bundle_days), ..Policy::default() };
        let verifier = Verifier::of_certificate(&caller.0)?;
        let verified = verify(bundle, &verifier, (&self.plan, &policy), now())?;
        let record = self.begin_record(caller)?;
        self.state(&record, &verified.report, &caller.thumbprint(), (None, bundle))?;
        Ok(record)
    }

    /// Begins a run; [`Self::play`] goes on with it.
    pub(super) fn begin(&self, caller: &Caller, asked: &RunToAsk) -> Result<Record, Declined> {
        if let Some(wrong) = asked.wrong(&self.craft.stage, self.craft.private_targets) {
            return Err(Declined::Form(wrong));
        }
        let mut running = self.running.lock().unwrap_or_else(PoisonError::into_inner);
        if running.is_some() {
            return Err(Declined::Busy);
        }
        let record = self.begin_record(caller)?;
        self.craft.prepare(&record, asked, &caller.pem())?;
        record.note(&Progress::new("running", None))?;
        *running = Some(record.id.clone());
        Ok(record)
    }

    /// Begins a hand-in, and forgets those whose time is over.
    fn begin_record(&self, caller: &Caller) -> std::io::Result<Record> {
        // what cannot be forgotten now is at the next one
        let _ = self.shelf.forget(self.kept);
        self.shelf.begin(&caller.thumbprint())
    }

    /// Plays a run to its end and states what was found, if it is what a hub accepts.
    pub(super) async fn play(&self, record: &Record, caller: &Caller, asked: &RunToAsk) {
        let played = match self.craft.play(record).await {
            Ok(report) => self.judge(record, caller, asked, &report).map_err(|declined| declined.to_string()),
            Err(told) => Err(told),
        };
        if let Err(told) = played {
            // a disk that is full now may not be later: the run is interrupted then
            let _ = record.note(&Progress::new("refused", Some(told)));
        }
        *self.running.lock().unwrap_or_else(PoisonError::into_inner) = None;
    }

    /// How far a hand-in of this caller has come.
    pub(super) fn progress(&self, record: &Record) -> std::io::Result<Progress> {
        let running = self.running.lock().unwrap_or_else(PoisonError::into_inner).clone();
        record.progress(|id| running.as_deref() == Some(id))
    }

    fn judge(
        &self,
        record: &Record,
        caller: &Caller,
        asked: &RunToAsk,
        report: &Report,
    ) -> Result<(), Declined> {
        let bundle = make(report, &self.notary.signer, now())?;
        record.put("bundle.zip", &bundle)?;
        let policy = Policy {
            client_id: Some(asked.client_id.clone()),
            any_result: AnyResult::No,
            ..Policy::default()
        };
        let verifier = self.notary.signer.verifier();
        verify(&bundle, &verifier, (&self.plan, &policy), now())?;
        if report.target.certificate != caller.thumbprint() {
            return Err(Declined::Form("the run judged another certificate".to_owned()));
        }
        self.state(record, report, &caller.thumbprint(), (Some(&asked.nonce), &bundle))
    }

    fn state(
        &self,
        record: &Record,
        report: &Report,
        thumbprint: &str,
        (nonce, bundle): (Option<&str>, &[u8]),
    ) -> Result<(), Declined> {
        let statement = self.notary.state(report, &About { thumbprint, nonce, bundle }, now())?;
        record.put("bundle.zip", bundle)?;
        record.put("statement.jws", statement.as_bytes())?;
        record.note(&Progress::new("stated", None))?;
        Ok(())
    }
}

/// Bundles that are verified at once.
const PLACES: usize = 2;
