//! One process of the binary: started, killed, started again over the same configuration.

use std::fs::{self, File, OpenOptions};
use std::net::Ipv4Addr;
use std::path::PathBuf;
use std::process::Stdio;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use tokio::process::{Child, Command};

use crate::environment;
use crate::world::stage::Stage;

/// A node of a hub, as a process.
pub struct Node {
    /// Where it listens. Names lead to every node, as with a load balancer; a client is told which one to take.
    pub address: Ipv4Addr,
    config: PathBuf,
    log: PathBuf,
    child: Mutex<Option<Child>>,
}

impl Node {
    /// A node that is not started, with this configuration; it listens at this address and logs into this file.
    pub(crate) fn new(address: Ipv4Addr, config: PathBuf, log: PathBuf) -> Self {
        Self { address, config, log, child: Mutex::new(None) }
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
        command.args(words).env("FACTEUR_CONFIG", &self.config).kill_on_drop(true);
        command
    }

    /// Starts it behind another program, if `before` names one, and waits until it answers.
    pub(crate) async fn start(&self, stage: &Stage, before: &[&str]) {
        self.spawn(before);
        let begun = Instant::now();
        while !self.is_ready_on(stage).await {
            let ended = self.held().as_mut().and_then(|child| child.try_wait().unwrap());
            assert!(ended.is_none(), "the hub ended with {ended:?}: {}", self.said());
            assert!(begun.elapsed() < Duration::from_secs(30), "the hub does not answer: {}", self.said());
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    }

    /// Starts it again over the same data, and waits until it answers.
    pub async fn start_on(&self, stage: &Stage) {
        self.start(stage, &[]).await;
    }

    /// Starts it without waiting.
    pub fn spawn(&self, before: &[&str]) {
        let log: File = OpenOptions::new().create(true).append(true).open(&self.log).unwrap();
        let child = self.command(before).arg("serve").stdout(Stdio::null()).stderr(log).spawn();
        *self.held() = Some(child.expect("the binary starts"));
    }

    /// Whether it is ready for work.
    pub(crate) async fn is_ready_on(&self, stage: &Stage) -> bool {
        let url = format!("{}/ready", stage.operations);
        let machine = stage.machine_at(self.address, None);
        let asked = machine.request("GET", &url).timeout(Duration::from_secs(2)).send().await;
        asked.is_ok_and(|answer| answer.status().is_success())
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
        fs::read_to_string(&self.log).unwrap_or_default()
    }

    /// Whether its logs show what they must not.
    pub fn check_logs_of(&self, stage: &Stage) {
        let said = self.said();
        for canary in stage.canaries() {
            assert!(!said.contains(&canary), "the logs show {canary}");
        }
    }

    fn held(&self) -> MutexGuard<'_, Option<Child>> {
        self.child.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Node {
    fn drop(&mut self) {
        if std::thread::panicking() {
            let said = self.said();
            let lines: Vec<&str> = said.lines().collect();
            let last = lines[lines.len().saturating_sub(20)..].join("\n");
            eprintln!("--- the hub at {} logged at last:\n{last}", self.address);
        }
    }
}
