//! The local folder of the object store: 256 folders, named by the last byte of the ids in them.

use std::fs::{self, File};
use std::io;
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::time::{Duration, UNIX_EPOCH};

use bytes::Bytes;
use object_store::ObjectStoreExt as _;
use object_store::local::LocalFileSystem;
use tokio::sync::Semaphore;

use super::{BlobError, held};
use crate::clock::Timestamp;

/// An open folder.
#[derive(Debug)]
pub(super) struct Folder {
    pub(super) files: LocalFileSystem,
    /// Turns of reading from the disk: each takes a thread and its buffers.
    reads: Semaphore,
    root: PathBuf,
}

impl Folder {
    /// Opens a folder, which is made if it is missing.
    // TRUST 23: with fsync, `LocalFileSystem` syncs an object's file before it renames it into place and the
    // folder after, for single puts and for multipart uploads alike (object_store 0.14.2, `local.rs`,
    // `finish_staged_rename`). Folders made on the way can race there, so all of them are made and synced here.
    pub(super) fn open(root: &Path) -> Result<Self, BlobError> {
        prepare(root).map_err(|source| BlobError::Folder { path: root.to_owned(), source })?;
        let files = LocalFileSystem::new_with_prefix(root)?.with_fsync(true);
        Ok(Self { files, reads: Semaphore::new(READS), root: root.to_owned() })
    }

    /// Some bytes of an object: on the spot if the system holds them in memory, else when it is this reader's turn.
    pub(super) async fn get_range(
        &self,
        path: &object_store::path::Path,
        range: Range<u64>,
    ) -> object_store::Result<Bytes> {
        if let Some(bytes) = held::read(&self.root.join(path.as_ref()), &range) {
            return Ok(bytes);
        }
        // nobody closes the turns
        let _turn = self.reads.acquire().await.ok();
        self.files.get_range(path, range).await
    }

    /// Removes the beginnings of objects, last written before `before`, and says how many.
    pub(super) async fn remove_unfinished(&self, before: Timestamp) -> Result<usize, BlobError> {
        let root = self.root.clone();
        let removed = tokio::task::spawn_blocking(move || remove_unfinished(&root, before)).await;
        let path = self.root.clone();
        removed.map_err(|_| BlobError::Interrupted)?.map_err(|source| BlobError::Folder { path, source })
    }
}

/// Objects read from the disk at the same time.
const READS: usize = 8;

/// Makes the folders, for their owner only, and makes their names durable.
fn prepare(root: &Path) -> io::Result<()> {
    make(root)?;
    for byte in 0..=u8::MAX {
        make(&root.join(format!("{byte:02x}")))?;
    }
    sync(root)?;
    match root.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => sync(parent),
        _ => sync(Path::new(".")),
    }
}

fn make(folder: &Path) -> io::Result<()> {
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(folder)
}

fn sync(folder: &Path) -> io::Result<()> {
    if cfg!(unix) { File::open(folder)?.sync_all() } else { Ok(()) }
}

/// Removes files of unfinished uploads, last written before `before`. Their names contain a `#`.
fn remove_unfinished(root: &Path, before: Timestamp) -> io::Result<usize> {
    let mut removed = 0;
    for folder in fs::read_dir(root)? {
        let folder = folder?;
        if !folder.file_type()?.is_dir() {
            continue;
        }
        for file in fs::read_dir(folder.path())? {
            removed += usize::from(remove_if_unfinished(&file?, before)?);
        }
    }
    Ok(removed)
}

fn remove_if_unfinished(file: &fs::DirEntry, before: Timestamp) -> io::Result<bool> {
    let unfinished = file.file_name().to_string_lossy().contains('#');
    if !unfinished || written(file)? >= before {
        return Ok(false);
    }
    fs::remove_file(file.path())?;
    Ok(true)
}

fn written(file: &fs::DirEntry) -> io::Result<Timestamp> {
    let since = file.metadata()?.modified()?.duration_since(UNIX_EPOCH).unwrap_or(Duration::ZERO);
    Ok(Timestamp(0).plus(since))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[cfg(target_os = "linux")]
    #[tokio::test]
    async fn what_the_system_holds_is_read_when_no_turn_is_free() {
        let root = tempfile::tempdir().unwrap();
        let folder = Folder::open(root.path()).unwrap();
        fs::write(root.path().join("0a/letter"), "abcdef").unwrap();
        let _all = folder.reads.acquire_many(u32::try_from(READS).unwrap()).await.unwrap();
        let path = object_store::path::Path::from("0a/letter");
        if held::read(&root.path().join("0a/letter"), &(0..6)).is_none() {
            return println!("left out: this file system does not say what it holds");
        }

        assert_eq!(folder.get_range(&path, 2..5).await.unwrap(), "cde");
        // what is not there asks for a turn
        let beyond = tokio::time::timeout(Duration::from_millis(50), folder.get_range(&path, 4..7)).await;
        assert!(beyond.is_err(), "{beyond:?}");
    }
}
