//! The Node programs of `tests/clients` as child processes that speak JSON lines.

use std::fs::{self, File};
use std::process::Stdio;
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread;
use std::time::Duration;

use serde_json::{Value, json};
use tempfile::NamedTempFile;
use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader, Lines};
use tokio::process::{Child, ChildStdin, ChildStdout, Command};
use tokio::sync::Mutex;
use tokio::time::timeout;

use crate::environment;

/// A running program; it ends with its value.
pub struct Program {
    script: &'static str,
    child: Child,
    pipes: Mutex<Option<(ChildStdin, Lines<BufReader<ChildStdout>>)>>,
    complaints: NamedTempFile,
    next: AtomicU64,
}

/// What a program answered instead of a result: `name`, `message`, `code`, `status`, `oauth`, `cause`.
#[derive(Debug)]
pub struct Failure(pub Value);

impl Failure {
    /// The OAuth error code of the answer, wherever in the chain of causes it stands.
    pub fn oauth(&self) -> Option<&str> {
        let mut at = &self.0;
        while at.is_object() {
            if let Some(code) = at.get("oauth").and_then(Value::as_str) {
                return Some(code);
            }
            at = at.get("cause").unwrap_or(&Value::Null);
        }
        None
    }

    /// What went wrong, as the program says it.
    pub fn message(&self) -> &str {
        self.0.get("message").and_then(Value::as_str).unwrap_or_default()
    }
}

impl Program {
    /// Starts `tests/clients/{script}`.
    pub fn start(script: &'static str) -> Self {
        let complaints = NamedTempFile::new().unwrap();
        let mut child = Command::new("node")
            .arg(environment::repository("tests/clients").join(script))
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(File::options().append(true).open(complaints.path()).unwrap())
            .kill_on_drop(true)
            .spawn()
            .expect("node starts: tests/run installs it");
        let pipes = (child.stdin.take().unwrap(), BufReader::new(child.stdout.take().unwrap()).lines());

        Self { script, child, pipes: Mutex::new(Some(pipes)), complaints, next: AtomicU64::new(1) }
    }

    /// Has `command` carried out and gives its result or its failure; one at a time, within a minute.
    pub async fn ask(&self, command: &str, mut args: Value) -> Result<Value, Failure> {
        let id = self.next.fetch_add(1, Ordering::Relaxed);
        args["id"] = id.into();
        args["do"] = command.into();
        let mut pipes = self.pipes.lock().await;
        let (stdin, lines) = pipes.as_mut().unwrap();

        stdin
            .write_all(format!("{args}\n").as_bytes())
            .await
            .unwrap_or_else(|error| self.died(command, &error));
        let answer = timeout(Duration::from_secs(60), lines.next_line()).await;
        let line = match answer {
            Ok(Ok(Some(line))) => line,
            Ok(other) => self.died(command, &other),
            Err(_) => self.died(command, &"no answer within a minute"),
        };

        let mut answer: Value = serde_json::from_str(&line).unwrap();
        assert_eq!(answer["id"], json!(id), "{} answers another request", self.script);
        if answer["error"].is_null() { Ok(answer["ok"].take()) } else { Err(Failure(answer["error"].take())) }
    }

    /// [`Self::ask`] where only a result is right.
    pub async fn call(&self, command: &str, args: Value) -> Value {
        self.ask(command, args)
            .await
            .unwrap_or_else(|failure| panic!("{} {command}: {:#}", self.script, failure.0))
    }

    /// [`Self::ask`] where only a failure is right.
    pub async fn fails(&self, command: &str, args: Value) -> Failure {
        match self.ask(command, args).await {
            Err(failure) => failure,
            Ok(value) => panic!("{} {command} went well: {value:#}", self.script),
        }
    }

    fn died(&self, command: &str, why: &dyn std::fmt::Debug) -> ! {
        panic!("{} does not answer {command}: {why:?}", self.script)
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        // the end of its input ends the program, and what it started in turn
        drop(self.pipes.get_mut().take());
        for _ in 0..500 {
            if !matches!(self.child.try_wait(), Ok(None)) {
                break;
            }
            thread::sleep(Duration::from_millis(10));
        }
        if thread::panicking() {
            eprintln!(
                "--- {} said:\n{}",
                self.script,
                fs::read_to_string(self.complaints.path()).unwrap_or_default()
            );
        }
    }
}
