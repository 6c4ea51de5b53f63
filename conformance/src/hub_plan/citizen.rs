//! The citizen: a person with a browser, a program that stands in for one, or nobody where a hub agrees by itself.
//!
//! Each is given an address and tells where the browser was sent back to. Nothing else is asked of them.

use std::process::Stdio;
use std::time::Duration;

use tokio::process::Command;
use tokio::sync::oneshot;

use url::Url;

use super::caller::Caller;
use super::profile::Citizen;
use super::request::Ask;
use crate::engine::{Record, Stop};

/// What the citizen is to do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Wish {
    /// Log in and agree.
    Agree,
    /// Log in and refuse.
    Refuse,
}

impl Citizen {
    /// Has the citizen follow `url`. Gives where the browser was sent back to; `None` if it stayed at the hub.
    ///
    /// `browser` is whoever follows where nobody is asked, `home` what an address of the way back begins with.
    pub(super) async fn follows(
        &self,
        record: &mut Record,
        (browser, home): (&Caller, &str),
        url: &str,
        wish: Wish,
    ) -> Result<Option<String>, Stop> {
        match self {
            Self::Automatic => Ok(by_itself(browser, home, url).await),
            Self::Person { seconds } => by_person(record, url, wish, Duration::from_secs(*seconds)).await,
            Self::Command { command, refuse, seconds } => {
                let words = match wish {
                    Wish::Agree => Some(command),
                    Wish::Refuse => refuse.as_ref(),
                };
                let words =
                    words.ok_or_else(|| record.blocked("the profile names no program that refuses"))?;
                by_program(record, words, url, Duration::from_secs(*seconds)).await
            }
        }
    }
}

/// Follows redirects until one leads home; `None` if none does.
async fn by_itself(browser: &Caller, home: &str, url: &str) -> Option<String> {
    let mut at = Url::parse(url).ok()?;
    for _ in 0..10 {
        let answer = browser.send(Ask::get(at.as_str()).with("accept", "text/html")).await.ok()?;
        let next = Some(answer.header("location")).filter(|place| !place.is_empty())?.to_owned();
        at = at.join(&next).ok()?;
        if at.as_str().starts_with(home) {
            return Some(at.into());
        }
    }
    None
}

async fn by_program(
    record: &Record,
    words: &[String],
    url: &str,
    patience: Duration,
) -> Result<Option<String>, Stop> {
    let (program, arguments) =
        words.split_first().ok_or_else(|| record.blocked("the citizen's command is empty"))?;
    let mut command = Command::new(program);
    command.args(arguments).arg(url).stdin(Stdio::null()).kill_on_drop(true);
    let output = tokio::time::timeout(patience, command.output()).await;
    let output = output
        .map_err(|_| record.blocked("the citizen's program did not end in time"))?
        .map_err(|error| record.blocked(format!("the citizen's program cannot be started: {error}")))?;
    if !output.status.success() {
        let said = String::from_utf8_lossy(&output.stderr);
        let said: String = said.chars().take(2_000).collect();
        return Err(record.blocked(format!("the citizen's program ended with {}: {said}", output.status)));
    }
    let said = String::from_utf8_lossy(&output.stdout);
    Ok(said.lines().rev().map(str::trim).find(|line| !line.is_empty()).map(str::to_owned))
}

async fn by_person(
    record: &mut Record,
    url: &str,
    wish: Wish,
    patience: Duration,
) -> Result<Option<String>, Stop> {
    record.note(match wish {
        Wish::Agree => "a person opens the address, agrees, and pastes where the browser ends",
        Wish::Refuse => "a person opens the address, REFUSES, and pastes where the browser ends",
    });
    record.waits_for_person(url, patience);
    let line = tokio::time::timeout(patience, pasted()).await;
    record.no_longer_waits();
    match line {
        Ok(Some(line)) => Ok(Some(line.trim().to_owned()).filter(|line| !line.is_empty())),
        Ok(None) => Err(record.blocked("nobody is there to paste an address: standard input is closed")),
        Err(_) => Err(record.blocked("nobody pasted the address in time")),
    }
}

/// A line of standard input, read by a thread that may wait for ever: it ends with the program.
async fn pasted() -> Option<String> {
    let (told, line) = oneshot::channel();
    std::thread::spawn(move || {
        let mut line = String::new();
        let read = std::io::stdin().read_line(&mut line).ok().filter(|count| *count > 0);
        // nobody waits any more if this fails
        let _ = told.send(read.map(|_| line));
    });
    line.await.ok().flatten()
}
