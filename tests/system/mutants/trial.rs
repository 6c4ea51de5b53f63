//! A built provider and the run that judges it: a binary, a folder and ports of its own, so that several are judged at once.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Output;

use system_tests::environment::binary;
use system_tests::ports::{free_port, free_ports};
use tempfile::TempDir;
use tokio::process::Command;
use toml::{Table, Value};

use super::judging::Verdicts;

/// Longer than a plan takes, in seconds.
const PATIENCE: &str = "1200";
/// The name of the binary in its folder.
const APP: &str = "reference-provider";

/// A provider that was built.
pub(super) struct Trial {
    folder: TempDir,
}

impl Trial {
    /// Takes a copy of a binary, whose place the next one may have.
    pub(super) fn of(built: &Path) -> Self {
        let folder = tempfile::tempdir().unwrap();
        fs::copy(built, folder.path().join(APP)).unwrap();
        Self { folder }
    }

    /// Has the suite play its whole plan on the provider.
    pub(super) async fn judge(&self) -> Verdicts {
        let folder = tempfile::tempdir_in(self.folder.path()).unwrap();
        let (suite, run) = (beside("facteur-conformance"), folder.path().join("app"));
        let begun = Command::new(&suite)
            .arg("init")
            .arg(&run)
            .args(Ports::free().arguments())
            .output()
            .await
            .unwrap();
        assert!(begun.status.success(), "{}", said(&begun));
        self.name_the_app(&run.join("profile.toml"));

        // the suite stops its app when it is interrupted, and not when it is killed
        let judged = Command::new("timeout")
            .args(["--signal=INT", "--kill-after=30", PATIENCE])
            .arg(&suite)
            .arg("run")
            .arg(&run)
            .output()
            .await
            .unwrap();
        match fs::read_to_string(run.join("report/report.json")) {
            Ok(report) => Verdicts::of(&serde_json::from_str(&report).unwrap(), judged.status.code()),
            Err(_) => Verdicts::none(&said(&judged)),
        }
    }

    /// Has the profile start this provider.
    fn name_the_app(&self, profile: &Path) {
        let mut read: Table = fs::read_to_string(profile).unwrap().parse().unwrap();
        let command = read["app"]["command"].as_array_mut().unwrap();
        command[0] = self.folder.path().join(APP).to_str().unwrap().into();
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
        Self { suite: free_ports(3), front: free_port(), hook: free_ports(2) }
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

/// A path beside the built binaries.
pub(super) fn beside(name: &str) -> PathBuf {
    binary().with_file_name(name)
}

/// What a program said, cut.
pub(super) fn said(output: &Output) -> String {
    let told = [String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr)].concat();
    told.lines().filter(|line| !line.trim().is_empty()).take(40).collect::<Vec<_>>().join("\n")
}
