//! The built binary `facteur` as a process of its own: started, killed, started again over the same data.

use std::fs::{self, File, OpenOptions};
use std::path::PathBuf;
use std::process::Stdio;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use tokio::process::{Child, Command};

use crate::database::TestDatabase;
use crate::environment;
use crate::world::landing::Landing;
use crate::world::machine::Machine;
use crate::world::setting::{Ports, Setting};
use crate::world::stage::Stage;

/// A hub in a process, with fixed ports.
pub struct HubProcess {
    /// The actors' side of it.
    pub stage: Stage,
    /// Its database.
    pub database: TestDatabase,
    child: Mutex<Option<Child>>,
}

impl HubProcess {
    /// Writes everything, applies the reference data with the binary, and starts it.
    pub async fn start(database: TestDatabase) -> Self {
        let hub = Self::prepare(database).await;
        hub.start_again().await;
        hub
    }

    /// Everything but the start.
    pub async fn prepare(database: TestDatabase) -> Self {
        crate::world::prepare();
        let (landing, ports) = (Landing::open().await, Ports::free());
        let setting = Setting::write(&database, &ports, &landing.url);
        let Ports::Fixed([public, mtls, operations, content]) = ports else { unreachable!() };
        let origins = [
            format!("https://facteur.localhost:{public}"),
            format!("https://api.localhost:{mtls}"),
            format!("https://localhost:{operations}"),
            format!("https://content.localhost:{content}"),
        ];
        let hub = Self { stage: Stage::new(setting, landing, origins), database, child: Mutex::new(None) };
        crate::world::register(&hub.stage).await;
        hub.run(&["migrate"]).await;
        let reference = hub.stage.setting.path("reference.toml");
        hub.run(&["apply", reference.to_str().unwrap()]).await;
        hub
    }

    /// Runs a command of the binary to its end, which must be good.
    pub async fn run(&self, arguments: &[&str]) {
        let output = self.command(&[]).args(arguments).output().await.unwrap();
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(output.status.success(), "facteur {arguments:?}: {said}");
    }

    /// The binary with its configuration, behind another program if `before` names one.
    fn command(&self, before: &[&str]) -> Command {
        let binary = environment::binary();
        let mut words = before.iter().map(PathBuf::from).chain([binary]);
        let mut command = Command::new(words.next().unwrap());
        command.args(words).env("FACTEUR_CONFIG", self.stage.setting.config_file()).kill_on_drop(true);
        command
    }

    /// Starts it again over the same data.
    pub async fn start_again(&self) {
        self.start_behind(&[]).await;
    }

    /// Starts it behind another program, and waits until it answers.
    pub async fn start_behind(&self, before: &[&str]) {
        self.spawn(before);
        let begun = Instant::now();
        let machine = self.stage.machine(None);
        while !is_ready(&self.stage, &machine).await {
            let ended = self.held().as_mut().and_then(|child| child.try_wait().unwrap());
            assert!(ended.is_none(), "the hub ended with {ended:?}: {}", self.said());
            assert!(begun.elapsed() < Duration::from_secs(30), "the hub does not answer: {}", self.said());
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    }

    /// Starts it without waiting.
    pub fn spawn(&self, before: &[&str]) {
        let log: File = OpenOptions::new().create(true).append(true).open(self.log_file()).unwrap();
        let child = self.command(before).arg("serve").stdout(Stdio::null()).stderr(log).spawn();
        *self.held() = Some(child.expect("the binary starts"));
    }

    /// Whether it is ready for work.
    pub async fn is_ready(&self) -> bool {
        is_ready(&self.stage, &self.stage.machine(None)).await
    }

    /// Its process id, or that of the program before it.
    pub fn id(&self) -> u32 {
        self.held().as_ref().unwrap().id().unwrap()
    }

    /// Ends it with SIGKILL, wherever it is.
    pub async fn kill(&self) {
        let mut child = self.held().take().unwrap();
        child.kill().await.unwrap();
    }

    /// Asks it to end (SIGTERM) and waits until it has; gives whether the end was good.
    pub async fn terminate(&self) -> bool {
        self.signal("TERM").await;
        self.ended().await
    }

    /// Waits for its end.
    pub async fn ended(&self) -> bool {
        let mut child = self.held().take().unwrap();
        tokio::time::timeout(Duration::from_secs(40), child.wait())
            .await
            .expect("the hub ends")
            .unwrap()
            .success()
    }

    /// Sends a signal.
    pub async fn signal(&self, name: &str) {
        let id = self.id().to_string();
        assert!(Command::new("kill").args(["-s", name, &id]).status().await.unwrap().success());
    }

    /// Everything it logged.
    pub fn said(&self) -> String {
        fs::read_to_string(self.log_file()).unwrap_or_default()
    }

    /// Whether its logs show what they must not.
    pub fn check_logs(&self) {
        let said = self.said();
        for canary in self.stage.canaries() {
            assert!(!said.contains(&canary), "the logs show {canary}");
        }
    }

    fn held(&self) -> MutexGuard<'_, Option<Child>> {
        self.child.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn log_file(&self) -> PathBuf {
        self.stage.setting.path("hub.log")
    }
}

impl Drop for HubProcess {
    fn drop(&mut self) {
        if std::thread::panicking() {
            let said = self.said();
            let lines: Vec<&str> = said.lines().collect();
            let last = lines[lines.len().saturating_sub(20)..].join("\n");
            eprintln!("--- the hub logged at last ({}):\n{last}", self.database.name);
        }
    }
}

async fn is_ready(stage: &Stage, machine: &Machine<'_>) -> bool {
    let url = format!("{}/ready", stage.operations);
    let asked = machine.request("GET", &url).timeout(Duration::from_secs(2)).send().await;
    asked.is_ok_and(|answer| answer.status().is_success())
}
