//! The citizen: a person with a browser, a program that stands in for one, or nobody where a hub agrees by itself.
//!
//! Each is given an address and tells where the browser was sent back to. Nothing else is asked of them.

use std::fs::OpenOptions;
use std::io::{self, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;
use std::process::Stdio;
use std::time::Duration;

use tokio::process::Command;
use tokio::sync::oneshot;
use url::Url;

use super::caller::Caller;
use super::conditions::origin;
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

/// What is known of the way from a hub back to a provider.
pub(super) struct Way<'a> {
    /// Whoever follows where nobody is asked.
    pub(super) browser: &'a Caller,
    /// What an address of the way back begins with.
    pub(super) home: &'a str,
    pub(super) issuer: &'a str,
    /// Where a program's other words are kept.
    pub(super) asides: &'a Path,
}

impl Citizen {
    /// Has the citizen follow `url`. Gives where the browser was sent to; `None` if it stayed at the hub.
    pub(super) async fn follows(
        &self,
        record: &mut Record,
        way: &Way<'_>,
        url: &str,
        wish: Wish,
    ) -> Result<Option<String>, Stop> {
        match self {
            Self::Automatic => Ok(by_itself(way, url).await),
            Self::Person { seconds } => by_person(record, url, wish, Duration::from_secs(*seconds)).await,
            Self::Command { command, refuse, seconds } => {
                let words = match wish {
                    Wish::Agree => Some(command),
                    Wish::Refuse => refuse.as_ref(),
                };
                let words =
                    words.ok_or_else(|| record.blocked("the profile names no program that refuses"))?;
                by_program((record, way.asides), words, url, Duration::from_secs(*seconds)).await
            }
        }
    }
}

/// Follows redirects until one leads away from the hub, home or anywhere else; `None` if none does.
async fn by_itself(way: &Way<'_>, url: &str) -> Option<String> {
    let mut at = Url::parse(url).ok()?;
    let hub = [origin(way.issuer), origin(url)];
    for _ in 0..10 {
        let answer = way.browser.send(Ask::get(at.as_str()).with("accept", "text/html")).await.ok()?;
        let next = Some(answer.header("location")).filter(|place| !place.is_empty())?.to_owned();
        at = at.join(&next).ok()?;
        if at.as_str().starts_with(way.home) || !hub.contains(&origin(at.as_str())) {
            return Some(at.into());
        }
    }
    None
}

async fn by_program(
    (record, asides): (&Record, &Path),
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
        let said = match keep(asides, &output.stderr) {
            Ok(()) => format!("what it said stands in {}", asides.display()),
            Err(error) => format!("what it said cannot be kept in {}: {error}", asides.display()),
        };
        return Err(record.blocked(format!("the citizen's program ended with {}: {said}", output.status)));
    }
    let said = String::from_utf8_lossy(&output.stdout);
    Ok(said.lines().rev().map(str::trim).find(|line| !line.is_empty()).map(str::to_owned))
}

/// Keeps what a program said for its owner alone: browsers tell of passwords and cookies.
fn keep(file: &Path, said: &[u8]) -> io::Result<()> {
    let mut file = OpenOptions::new().append(true).create(true).mode(0o600).open(file)?;
    file.write_all(said)
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

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt;
    use std::sync::Arc;

    use super::*;
    use crate::engine::{Redactor, Wire};

    #[tokio::test]
    async fn what_a_program_complains_of_is_kept_beside_the_report_and_told_to_nobody() {
        let folder = tempfile::tempdir().unwrap();
        let asides = folder.path().join("citizen.log");
        let wire = Wire::new(Redactor::new().unwrap());
        let record = Record::new("A35", wire, Arc::new(|_| {}));
        let words = ["sh", "-c", "echo my password is open-sesame >&2; exit 3"].map(str::to_owned);

        let stopped =
            by_program((&record, &asides), &words, "https://hub.test", Duration::from_secs(20)).await;

        let Err(Stop::Blocked(reason)) = stopped else { panic!("{stopped:?}") };
        assert!(!reason.contains("sesame") && reason.contains("citizen.log"), "{reason}");
        assert!(std::fs::read_to_string(&asides).unwrap().contains("open-sesame"));
        assert_eq!(asides.metadata().unwrap().permissions().mode() & 0o777, 0o600);
    }
}
