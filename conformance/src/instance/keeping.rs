//! What the instance keeps of each hand-in: a folder that only its user can read, and that only its owner's certificate opens.

use std::fs;
use std::io::{self, Write as _};
use std::os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _};
use std::path::{Path, PathBuf};
use std::time::Duration;

use data_encoding::HEXLOWER;
use serde::{Deserialize, Serialize};

/// The folder of everything that is kept.
pub(super) struct Shelf(PathBuf);

/// The folder of one hand-in.
#[derive(Clone)]
pub(super) struct Record {
    pub(super) id: String,
    pub(super) folder: PathBuf,
}

/// How far a hand-in has come.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Progress {
    /// `running`, `stated`, `refused` or `interrupted`.
    pub(super) state: String,
    /// Why nothing was stated.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) told: Option<String>,
}

impl Progress {
    pub(super) fn new(state: &str, told: Option<String>) -> Self {
        Self { state: state.to_owned(), told }
    }
}

impl Shelf {
    /// Opens the folder, which is made if it is not there.
    pub(super) fn open(folder: &Path) -> io::Result<Self> {
        private_folder(folder)?;
        Ok(Self(folder.to_owned()))
    }

    /// Makes the folder of a hand-in.
    pub(super) fn begin(&self, owner: &str) -> io::Result<Record> {
        let mut bytes = [0; 16];
        aws_lc_rs::rand::fill(&mut bytes).map_err(|_| io::Error::other("no randomness"))?;
        let id = HEXLOWER.encode(&bytes);
        let folder = self.0.join(&id);
        private_folder(&folder)?;
        let record = Record { id, folder };
        record.put("owner", owner.as_bytes())?;
        Ok(record)
    }

    /// The hand-in of that id, if it is this owner's.
    pub(super) fn record(&self, id: &str, owner: &str) -> Option<Record> {
        let shaped =
            id.len() == 32 && id.bytes().all(|byte| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte));
        let record = Record { id: id.to_owned(), folder: self.0.join(shaped.then_some(id)?) };
        (record.get("owner").ok()? == owner.as_bytes()).then_some(record)
    }

    /// Forgets what is older than `age`, and gives how much that was.
    pub(super) fn forget(&self, age: Duration) -> io::Result<usize> {
        let mut forgotten = 0;
        for entry in fs::read_dir(&self.0)? {
            let entry = entry?;
            let old = entry.metadata()?.modified()?.elapsed().is_ok_and(|elapsed| elapsed > age);
            if old {
                fs::remove_dir_all(entry.path())?;
                forgotten += 1;
            }
        }
        Ok(forgotten)
    }
}

impl Record {
    /// Keeps a file, whole or not at all.
    pub(super) fn put(&self, name: &str, content: &[u8]) -> io::Result<()> {
        let unfinished = self.folder.join(format!("{name}.part"));
        let mut options = fs::OpenOptions::new();
        let mut file = options.write(true).create(true).truncate(true).mode(0o600).open(&unfinished)?;
        file.write_all(content)?;
        file.sync_all()?;
        fs::rename(unfinished, self.folder.join(name))
    }

    /// A file that was kept.
    pub(super) fn get(&self, name: &str) -> io::Result<Vec<u8>> {
        fs::read(self.folder.join(name))
    }

    pub(super) fn note(&self, progress: &Progress) -> io::Result<()> {
        self.put("progress.json", &serde_json::to_vec(progress)?)
    }

    /// How far it has come; a run that nobody plays any more was interrupted.
    pub(super) fn progress(&self, is_running: impl FnOnce(&str) -> bool) -> io::Result<Progress> {
        let progress: Progress = serde_json::from_slice(&self.get("progress.json")?)?;
        if progress.state == "running" && !is_running(&self.id) {
            let told = "the instance stopped before the run came to its end: ask for another".to_owned();
            return Ok(Progress::new("interrupted", Some(told)));
        }
        Ok(progress)
    }
}

fn private_folder(folder: &Path) -> io::Result<()> {
    fs::DirBuilder::new().recursive(true).mode(0o700).create(folder)
}
