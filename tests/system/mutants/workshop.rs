//! Where faulty providers are built and judged: a copy of the reference provider in a workspace of its own.

use std::fs;
use std::net::{Ipv4Addr, TcpListener};
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use system_tests::environment::{binary, repository};
use tempfile::TempDir;
use toml::{Table, Value};

use super::judging::Verdicts;
use super::list::Mutant;

/// What the faulty providers are built from.
const PART: &str = "conformance/reference-provider";
/// Longer than a plan takes, in seconds.
const PATIENCE: &str = "400";

/// The copy.
pub(super) struct Workshop {
    folder: TempDir,
    /// Where cargo keeps what it built, for the next run too.
    target: PathBuf,
}

/// A file of the repository.
pub(super) fn source(file: &str) -> String {
    fs::read_to_string(repository(file)).unwrap()
}

impl Workshop {
    /// Copies what is needed to build.
    pub(super) fn open() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let mut manifest: Table = source("Cargo.toml").parse().unwrap();
        let workspace = manifest["workspace"].as_table_mut().unwrap();
        workspace.insert("members".into(), Value::Array(vec![PART.into()]));
        workspace.remove("default-members");
        fs::write(folder.path().join("Cargo.toml"), manifest.to_string()).unwrap();
        fs::write(folder.path().join("Cargo.lock"), source("Cargo.lock")).unwrap();
        copy(&repository(PART), &folder.path().join(PART));
        Self { folder, target: beside("mutants") }
    }

    /// Breaks a rule.
    pub(super) fn change(&self, mutant: &Mutant) {
        for change in mutant.changes() {
            let file = self.folder.path().join(&change.file);
            let text = fs::read_to_string(&file).unwrap();
            fs::write(file, text.replacen(&change.find, &change.replace, 1)).unwrap();
        }
    }

    /// Takes the fault out again.
    pub(super) fn mend(&self, mutant: &Mutant) {
        for change in mutant.changes() {
            fs::write(self.folder.path().join(&change.file), source(&change.file)).unwrap();
        }
    }

    /// Builds what stands there now; gives what the compiler said if it does not build.
    pub(super) fn build(&mut self) -> Result<(), String> {
        let built = Command::new("cargo")
            .args(["build", "--quiet", "--package", "reference-provider", "--bin", "reference-provider"])
            .arg("--target-dir")
            .arg(&self.target)
            .current_dir(self.folder.path())
            .output()
            .unwrap();
        if built.status.success() { Ok(()) } else { Err(said(&built)) }
    }

    /// Has the suite judge what was built: the cases that `words` name, or all.
    pub(super) async fn run(&self, words: &[String]) -> Verdicts {
        let (suite, run) = (beside("facteur-conformance"), tempfile::tempdir().unwrap());
        let folder = run.path().join("app");
        let ports = Ports::free();
        let begun = Command::new(&suite).arg("init").arg(&folder).args(ports.arguments()).output().unwrap();
        assert!(begun.status.success(), "{}", said(&begun));
        self.name_the_app(&folder.join("profile.toml"));

        // the suite stops its app when it is interrupted, and not when it is killed
        let judged = tokio::process::Command::new("timeout")
            .args(["--signal=INT", "--kill-after=30", PATIENCE])
            .arg(&suite)
            .arg("run")
            .arg(&folder)
            .args(words)
            .output()
            .await
            .unwrap();
        let report = fs::read_to_string(folder.join("report/report.json"));
        Verdicts::of(&serde_json::from_str(&report.unwrap_or_else(|_| panic!("{}", said(&judged)))).unwrap())
    }

    /// Has the profile start the provider that was built here.
    fn name_the_app(&self, profile: &Path) {
        let mut read: Table = fs::read_to_string(profile).unwrap().parse().unwrap();
        let command = read["app"]["command"].as_array_mut().unwrap();
        command[0] = self.target.join("debug/reference-provider").to_str().unwrap().into();
        // an answer that never comes is given up sooner
        command.extend(["--patience", "5"].map(Value::from));
        fs::write(profile, read.to_string()).unwrap();
    }
}

/// Ports that nobody uses: three in a row for the suite, one for the front, two in a row for hook and events.
struct Ports {
    suite: u16,
    front: u16,
    hook: u16,
}

impl Ports {
    fn free() -> Self {
        Self { suite: row(3), front: row(1), hook: row(2) }
    }

    fn arguments(&self) -> [String; 7] {
        [
            "--reference-provider".to_owned(),
            "--port".to_owned(),
            self.suite.to_string(),
            "--redirect-uri".to_owned(),
            format!("https://localhost:{}/callback", self.front),
            "--hook-url".to_owned(),
            format!("http://127.0.0.1:{}/", self.hook),
        ]
    }
}

/// The first of so many free ports in a row.
fn row(many: u16) -> u16 {
    loop {
        let first = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
        let port = first.local_addr().unwrap().port();
        let others = (1..many).map(|n| TcpListener::bind((Ipv4Addr::LOCALHOST, port.saturating_add(n))));
        if others.collect::<Result<Vec<_>, _>>().is_ok() {
            return port;
        }
    }
}

/// A path beside the built binaries.
fn beside(name: &str) -> PathBuf {
    binary().with_file_name(name)
}

fn said(output: &Output) -> String {
    let told = [String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr)].concat();
    told.lines().filter(|line| !line.trim().is_empty()).take(40).collect::<Vec<_>>().join("\n")
}

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let there = to.join(entry.file_name());
        match entry.file_type().unwrap().is_dir() {
            true => copy(&entry.path(), &there),
            false => {
                fs::copy(entry.path(), there).unwrap();
            }
        }
    }
}
