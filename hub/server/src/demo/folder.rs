//! The folder that a demo keeps everything in: a temporary one that goes with it, or one that stays.

use std::fs::{File, TryLockError};
use std::path::{Path, PathBuf};

use anyhow::{Context as _, bail};
use tempfile::TempDir;

/// A folder that this demo alone uses.
pub(crate) struct Folder {
    path: PathBuf,
    /// Removed when dropped.
    temporary: Option<TempDir>,
    _lock: File,
}

impl Folder {
    /// Opens `wanted`, or makes a temporary folder.
    ///
    /// # Errors
    /// A sentence, if the folder holds something else than a demo's data or another demo uses it.
    pub(crate) fn open(wanted: Option<&Path>) -> anyhow::Result<Self> {
        let (path, temporary) = match wanted {
            Some(path) => (kept(path)?, None),
            None => {
                let made = tempfile::Builder::new().prefix("facteur-demo-").tempdir();
                let made = made.context("a temporary folder")?;
                (made.path().to_owned(), Some(made))
            }
        };
        let lock = File::create(path.join(LOCK)).context("the folder's lock")?;
        match lock.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => bail!("another demo uses {}", path.display()),
            Err(TryLockError::Error(error)) => return Err(error).context("the folder's lock"),
        }
        Ok(Self { path, temporary, _lock: lock })
    }

    /// The absolute path.
    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    /// Whether it stays when the demo ends.
    pub(crate) fn stays(&self) -> bool {
        self.temporary.is_none()
    }

    /// The hub's configuration.
    pub(crate) fn configuration(&self) -> PathBuf {
        self.path.join("facteur.toml")
    }

    /// The log of hub and identity provider.
    pub(crate) fn log(&self) -> PathBuf {
        self.path.join("facteur.log")
    }

    /// Says that the letters that wait at the start have been published.
    pub(crate) fn published(&self) -> PathBuf {
        self.path.join("waiting-letters")
    }
}

/// An absolute path to a folder that is new, empty, or a demo's.
fn kept(path: &Path) -> anyhow::Result<PathBuf> {
    let named = || path.display().to_string();
    std::fs::create_dir_all(path).with_context(named)?;
    let path = path.canonicalize().with_context(named)?;
    let empty = std::fs::read_dir(&path).with_context(named)?.next().is_none();
    if !empty && !path.join(LOCK).exists() {
        bail!("{} holds something that no demo left there; name an empty or a new folder", path.display());
    }
    Ok(path)
}

/// In every folder of a demo.
const LOCK: &str = "demo.lock";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_temporary_folder_goes_with_the_demo() {
        let folder = Folder::open(None).unwrap();
        let path = folder.path().to_owned();
        assert!(path.exists() && !folder.stays());
        drop(folder);
        assert!(!path.exists());
    }

    #[test]
    fn a_folder_of_somebody_else_is_refused() {
        let mine = tempfile::tempdir().unwrap();
        std::fs::write(mine.path().join("thesis.txt"), "x").unwrap();
        let error = Folder::open(Some(mine.path())).err().unwrap().to_string();
        assert!(error.contains("no demo left there"), "{error}");
        assert!(!mine.path().join(LOCK).exists());
    }

    #[test]
    fn a_demo_goes_on_in_its_folder_but_not_twice_at_once() {
        let kept = tempfile::tempdir().unwrap();
        let first = Folder::open(Some(kept.path())).unwrap();
        let error = Folder::open(Some(kept.path())).err().unwrap().to_string();
        assert!(error.contains("another demo uses"), "{error}");
        drop(first);
        assert!(Folder::open(Some(kept.path())).unwrap().stays());
    }
}
