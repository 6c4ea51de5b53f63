//! What the processors were busy with while the hub was asked: a profile of each row by the kernel's sampler (`perf`).
//!
//! A row is asked once more for it, after its rounds: sampling takes its share of what it looks at. Rows about the slowest answer
//! beside something else have none.

use std::fs;
use std::future::Future;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use rustix::process::{Pid, Signal, kill_process};

use crate::machine::Processes;
use crate::rows::Plan;
use crate::subject::Subject;

/// Asks once more beside the sampler and writes what it saw; does nothing if nobody wants profiles.
pub(crate) async fn profiled(plan: Plan, row: &str, subject: &Subject, asked: impl Future) {
    let Some(folder) = plan.profiles else { return };
    let sampler = Sampler::of(&subject.processes(), folder);
    asked.await;
    match sampler.text(row, subject.database()) {
        Some(text) => fs::write(folder.join(file_name(subject.database(), row)), text).unwrap(),
        None => eprintln!("{}: perf gave no profile of: {row}", subject.database()),
    }
}

/// `perf` while it samples processes, and those that they start meanwhile. It ends at once if one has gone before it looks.
struct Sampler {
    perf: Child,
    samples: PathBuf,
}

impl Sampler {
    fn of(processes: &[Processes], folder: &Path) -> Self {
        fs::create_dir_all(folder).unwrap();
        let samples = folder.join("samples");
        let ids: Vec<String> = processes.iter().flat_map(|one| one.all()).map(|id| id.to_string()).collect();
        let perf = Command::new("perf")
            .args(["record", "--quiet", "--freq", SAMPLES, "--pid", &ids.join(","), "--output"])
            .arg(&samples)
            .stdout(Stdio::null())
            .spawn()
            .unwrap();
        Self { perf, samples }
    }

    /// Ends it, and tells which programs and which functions took how much; nothing if it may not sample here.
    fn text(mut self, row: &str, database: &str) -> Option<String> {
        self.end();
        let (parts, functions) = (self.shares("comm,dso", "0.5"), self.shares("comm,symbol", "0.6"));
        fs::remove_file(&self.samples).ok()?;
        Some(format!(
            "{row}\nhub on {database} and its database, {SAMPLES} samples a second of busy processors, by perf\n\n\
             share, thread, program or library\n\n{parts}\nshare, thread, function\n\n{functions}"
        ))
    }

    /// Has it write what it has, unless it has ended already.
    fn end(&mut self) {
        if let Ok(None) = self.perf.try_wait() {
            kill_process(Pid::from_child(&self.perf), Signal::INT).unwrap();
            self.perf.wait().unwrap();
        }
    }

    /// What has at least so many hundredths of the samples, told apart by `keys`.
    fn shares(&self, keys: &str, least: &str) -> String {
        let told = Command::new("perf")
            .args(["report", "--stdio", "--quiet", "--no-children", "--sort", keys])
            .args(["--percent-limit", least, "--input"])
            .arg(&self.samples)
            .output()
            .unwrap();
        let lines = String::from_utf8_lossy(&told.stdout).into_owned();
        let lines = lines.lines().filter(|line| !line.trim().is_empty() && !line.starts_with('#'));
        let cut = |line: &str| line.chars().take(WIDTH).collect::<String>().trim_end().to_owned() + "\n";
        lines.map(cut).collect()
    }
}

impl Drop for Sampler {
    /// It must not outlive a run that breaks off.
    fn drop(&mut self) {
        self.end();
    }
}

/// `sqlite-one-message-http-1-1.txt`
fn file_name(database: &str, row: &str) -> String {
    let word = |letter: char| if letter.is_ascii_alphanumeric() { letter.to_ascii_lowercase() } else { ' ' };
    let words: String = row.chars().map(word).collect();
    format!("{database}-{}.txt", words.split_whitespace().collect::<Vec<_>>().join("-"))
}

/// Samples a second.
const SAMPLES: &str = "799";
/// Letters of a line: names of generic functions go on for long.
const WIDTH: usize = 140;
