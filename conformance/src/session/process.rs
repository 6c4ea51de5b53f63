//! The app's process, if the profile says how to start it. Neither it nor what it starts outlives the run.

use std::fs::File;
use std::io;
use std::path::{Path, PathBuf};
use std::process::Stdio;

use rustix::process::{Pid, Signal, kill_process_group};
use tokio::process::{Child, Command};

/// The app, started by the suite.
pub struct Process {
    child: Child,
    /// The group of the app and of all that it starts, until it is ended.
    group: Option<Pid>,
    log: PathBuf,
}

/// Why the app does not run.
#[derive(Debug, thiserror::Error)]
pub enum ProcessFault {
    /// The command is empty.
    #[error("app.command of the profile names no program")]
    Nameless,
    /// The file for its output cannot be written.
    #[error("{0} cannot be written")]
    Log(PathBuf, #[source] io::Error),
    /// It could not be started.
    #[error("{0} cannot be started")]
    Start(String, #[source] io::Error),
    /// It ended by itself.
    #[error("the app ended by itself ({status}): see {log}", log = log.display())]
    Ended {
        /// How.
        status: String,
        /// Where its output is.
        log: PathBuf,
    },
}

impl Process {
    /// Starts `command` in `folder`; what it prints goes to `app.log` there.
    ///
    /// A program without a path is looked for as the system does, and then beside this program.
    pub fn start(command: &[String], folder: &Path) -> Result<Self, ProcessFault> {
        let (program, arguments) = command.split_first().ok_or(ProcessFault::Nameless)?;
        let log = folder.join("app.log");
        let open = || File::create(&log).map_err(|error| ProcessFault::Log(log.clone(), error));
        let output = open()?;
        let spawn = |program: &Path| {
            Command::new(program)
                .args(arguments)
                .current_dir(if folder.as_os_str().is_empty() { Path::new(".") } else { folder })
                .stdin(Stdio::null())
                .stdout(output.try_clone()?)
                .stderr(output.try_clone()?)
                .process_group(0)
                .kill_on_drop(true)
                .spawn()
        };
        let started = match spawn(Path::new(program)) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => match beside(program) {
                Some(beside) => spawn(&beside),
                None => Err(error),
            },
            started => started,
        };
        let child = started.map_err(|error| ProcessFault::Start(program.clone(), error))?;
        let group = child.id().and_then(|id| Pid::from_raw(i32::try_from(id).ok()?));
        Ok(Self { child, group, log })
    }

    /// Says so if the app has ended by itself.
    pub fn lives(&mut self) -> Result<(), ProcessFault> {
        match self.child.try_wait() {
            Ok(Some(status)) => {
                Err(ProcessFault::Ended { status: status.to_string(), log: self.log.clone() })
            }
            Ok(None) | Err(_) => Ok(()),
        }
    }

    /// Ends the app with all that it started, and waits until it is gone.
    pub async fn stop(mut self) -> io::Result<()> {
        self.end_group();
        self.child.kill().await
    }

    fn end_group(&mut self) {
        if let Some(group) = self.group.take() {
            // A group that is gone is what is wanted.
            let _ = kill_process_group(group, Signal::KILL);
        }
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        self.end_group();
    }
}

fn beside(program: &str) -> Option<PathBuf> {
    let here = std::env::current_exe().ok()?;
    let found = here.parent()?.join(program);
    (!program.contains('/') && found.is_file()).then_some(found)
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    fn words(text: &str) -> Vec<String> {
        text.split(' ').map(str::to_owned).collect()
    }

    #[tokio::test]
    async fn what_the_app_prints_is_kept_and_its_end_is_noticed() {
        let folder = tempfile::tempdir().unwrap();
        let mut process = Process::start(&words("echo hello"), folder.path()).unwrap();
        let status = process.child.wait().await.unwrap();
        assert!(status.success());
        assert!(matches!(process.lives(), Err(ProcessFault::Ended { .. })));
        assert_eq!(std::fs::read_to_string(folder.path().join("app.log")).unwrap(), "hello\n");
    }

    #[tokio::test]
    async fn an_app_that_runs_is_ended_with_the_run() {
        let folder = tempfile::tempdir().unwrap();
        let mut process = Process::start(&words("sleep 600"), folder.path()).unwrap();
        process.lives().unwrap();
        process.stop().await.unwrap();
    }

    /// Starts an app that starts another, and gives the number of that one.
    async fn with_another(folder: &Path) -> (Process, String) {
        let command = ["sh", "-c", "sleep 600 & echo $!; wait"].map(str::to_owned);
        let process = Process::start(&command, folder).unwrap();
        let log = folder.join("app.log");
        until(|| std::fs::read_to_string(&log).unwrap().ends_with('\n')).await;
        (process, std::fs::read_to_string(log).unwrap().trim().to_owned())
    }

    /// Waits until the process of this number is gone, or only waits to be buried.
    async fn gone(number: &str) {
        let stat = format!("/proc/{number}/stat");
        until(|| std::fs::read_to_string(&stat).map_or(true, |stat| stat.contains(") Z "))).await;
    }

    async fn until(holds: impl Fn() -> bool) {
        let holds = async {
            while !holds() {
                tokio::time::sleep(Duration::from_millis(10)).await;
            }
        };
        tokio::time::timeout(Duration::from_secs(20), holds).await.unwrap();
    }

    #[tokio::test]
    async fn what_the_app_started_is_ended_with_it() {
        let folder = tempfile::tempdir().unwrap();
        let (process, other) = with_another(folder.path()).await;
        process.stop().await.unwrap();
        gone(&other).await;
    }

    #[tokio::test]
    async fn a_run_that_is_dropped_takes_the_app_along() {
        let folder = tempfile::tempdir().unwrap();
        let (process, other) = with_another(folder.path()).await;
        drop(process);
        gone(&other).await;
    }

    #[tokio::test]
    async fn a_program_that_is_not_there_is_named() {
        let folder = tempfile::tempdir().unwrap();
        let fault = Process::start(&words("no-such-program-anywhere"), folder.path()).err().unwrap();
        assert!(fault.to_string().contains("no-such-program-anywhere"));
    }
}
