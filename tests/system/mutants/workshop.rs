//! Where faulty providers are built, one after another: a copy of the reference provider in a workspace of its own.

use std::fs;
use std::path::{Path, PathBuf};

use system_tests::environment::repository;
use tempfile::TempDir;
use tokio::process::Command;
use toml::{Table, Value};

use super::list::Mutant;
use super::trial::{Trial, beside, said};

/// What the faulty providers are built from.
const PART: &str = "conformance/reference-provider";

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
            let changed = text.replacen(&change.find, &change.replace, 1);
            assert_ne!(changed, text, "{}: {} is as it was", mutant.id, change.file);
            fs::write(file, changed).unwrap();
        }
    }

    /// Takes the fault out again.
    pub(super) fn mend(&self, mutant: &Mutant) {
        for change in mutant.changes() {
            fs::write(self.folder.path().join(&change.file), source(&change.file)).unwrap();
        }
    }

    /// Builds what stands there now, as a binary of its own; gives what the compiler said if it does not build.
    pub(super) async fn build(&self) -> Result<Trial, String> {
        let built = Command::new("cargo")
            .args(["build", "--quiet", "--package", "reference-provider", "--bin", "reference-provider"])
            .arg("--target-dir")
            .arg(&self.target)
            .current_dir(self.folder.path())
            .output()
            .await
            .unwrap();
        match built.status.success() {
            true => Ok(Trial::of(&self.target.join("debug/reference-provider"))),
            false => Err(said(&built)),
        }
    }
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
