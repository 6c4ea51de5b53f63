//! A part that runs as a process of its own, seen from the demo that started it.

use std::marker::PhantomData;
use std::process::Stdio;
use std::time::Duration;

use anyhow::{Context as _, anyhow};
use clap::ValueEnum as _;
use serde::de::DeserializeOwned;
use tokio::io::{AsyncBufReadExt as _, BufReader, Lines};
use tokio::process::{Child, ChildStdin, ChildStdout, Command};
use tokio::time::timeout;

use super::Part;

/// A process that tells `T`s. It is killed when this is dropped, and ends by itself when its standard input does.
pub(crate) struct Process<T> {
    child: Child,
    stdin: ChildStdin,
    lines: Lines<BufReader<ChildStdout>>,
    tells: PhantomData<fn() -> T>,
}

impl<T: DeserializeOwned> Process<T> {
    /// Starts a part with these arguments and no environment.
    pub(crate) fn start(part: Part, arguments: &[String]) -> anyhow::Result<Self> {
        let binary = std::env::current_exe().context("the path of this program")?;
        let name = part.to_possible_value().context("a part's name")?;
        let mut child = Command::new(binary)
            .args(["demo", "--part", name.get_name(), "--"])
            .args(arguments)
            .env_clear()
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .kill_on_drop(true)
            .spawn()
            .with_context(|| format!("starting the {} process", name.get_name()))?;
        let pipes = child.stdin.take().zip(child.stdout.take());
        let (stdin, stdout) = pipes.context("the process's pipes")?;
        Ok(Self { child, stdin, lines: BufReader::new(stdout).lines(), tells: PhantomData })
    }

    /// The number of the process.
    pub(crate) fn id(&self) -> u32 {
        self.child.id().unwrap_or_default()
    }

    /// What it tells next; `None` once it has ended.
    ///
    /// Cancelling loses nothing.
    pub(crate) async fn next(&mut self) -> anyhow::Result<Option<T>> {
        let Some(line) = self.lines.next_line().await? else {
            return Ok(None);
        };
        serde_json::from_str(&line).map(Some).with_context(|| format!("the process told {line}"))
    }

    /// What it tells next, within `patience`.
    pub(crate) async fn within(&mut self, patience: Duration) -> anyhow::Result<T> {
        match timeout(patience, self.next()).await {
            Ok(told) => told?.ok_or_else(|| anyhow!("the process has ended")),
            Err(_) => Err(anyhow!("nothing within {} s", patience.as_secs())),
        }
    }

    /// Closes its standard input and waits for its end.
    pub(crate) async fn end(mut self) {
        drop(self.stdin);
        if timeout(PATIENCE, self.child.wait()).await.is_err() {
            // It may have ended meanwhile.
            drop(self.child.kill().await);
        }
    }
}

/// How long a process may take to end.
const PATIENCE: Duration = Duration::from_secs(5);
