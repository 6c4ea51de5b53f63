//! Playing a run: the suite itself, as a process of its own in the folder of the run.
//!
//! What the app does can at worst end that process. It gets no environment, a time, and addresses that it may call.

use std::io;
use std::path::Path;
use std::process::Stdio;
use std::time::Duration;

use tokio::process::Command;
use tokio::time::timeout;

use super::form::RunToAsk;
use super::keeping::Record;
use crate::authority::{Authority, Credential};
use crate::engine::now;
use crate::profile::Hub as Stage;
use crate::report::Report;

/// How a run is played.
pub(super) struct Stagecraft {
    pub(super) stage: Stage,
    pub(super) authority: Credential,
    pub(super) limit: Duration,
    pub(super) private_targets: bool,
}

impl Stagecraft {
    /// Puts everything that a run needs into its folder; `certificate` is the one that was seen on the wire (PEM).
    pub(super) fn prepare(&self, record: &Record, asked: &RunToAsk, certificate: &str) -> io::Result<()> {
        let seconds = u64::try_from(now().as_second()).unwrap_or_default();
        let authority = Authority::load(self.authority.clone()).map_err(io::Error::other)?;
        let uri = format!("urn:facteur:conformance:{}", asked.client_id);
        let next = authority.client(&uri, seconds).map_err(io::Error::other)?;
        record.put("app.pem", certificate.as_bytes())?;
        record.put("next.pem", next.certificate.as_bytes())?;
        record.put("next.key", next.key.as_bytes())?;
        record.put("stage.pem", self.authority.certificate.as_bytes())?;
        record.put("stage.key", self.authority.key.as_bytes())?;
        record.put("hook.secret", asked.hook_secret.as_bytes())?;
        if let Some(trust) = &asked.trust {
            record.put("trust.pem", trust.as_bytes())?;
        }
        record.put("profile.toml", asked.profile(&self.stage).as_bytes())
    }

    /// Plays it, and gives the report; what keeps it from being played is told.
    pub(super) async fn play(&self, record: &Record) -> Result<Report, String> {
        let played = self.run(&record.folder).await;
        for secret in ["stage.key", "next.key", "hook.secret"] {
            // what is not there any more is what is wanted
            let _ = std::fs::remove_file(record.folder.join(secret));
        }
        let said = played?;
        let report = record.get("report/report.json").map_err(|_| said)?;
        serde_json::from_slice(&report).map_err(|error| format!("the report cannot be read: {error}"))
    }

    /// Gives the last words of the suite.
    async fn run(&self, folder: &Path) -> Result<String, String> {
        let program = std::env::current_exe().map_err(|error| error.to_string())?;
        let mut command = Command::new(program);
        command.args(["run", "."]).current_dir(folder);
        if !self.private_targets {
            command.arg("--confined");
        }
        let playing = command
            .env_clear()
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .kill_on_drop(true)
            .output();
        match timeout(self.limit, playing).await {
            Ok(Ok(output)) => {
                let said = String::from_utf8_lossy(&output.stderr);
                Ok(said.trim().lines().last().unwrap_or("the suite said nothing").to_owned())
            }
            Ok(Err(error)) => Err(format!("the suite cannot be started: {error}")),
            Err(_) => Err(format!("the run took more than {} minutes", self.limit.as_secs() / 60)),
        }
    }
}
