//! The local folder of the object store: 256 folders, named by the last byte of the ids in them.

use std::fs::{self, File};
use std::io;
use std::path::Path;
use std::time::{Duration, UNIX_EPOCH};

use uuid::Uuid;

use crate::clock::Timestamp;

/// Where an object stands. The last byte of an id is random, so that the folders fill evenly.
pub(super) fn path(object: Uuid) -> object_store::path::Path {
    let last = object.as_u128() & 0xff;
    object_store::path::Path::from(format!("{last:02x}/{}", object.simple()))
}

/// Makes the folders, for their owner only, and makes their names durable.
pub(super) fn prepare(root: &Path) -> io::Result<()> {
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
pub(super) fn remove_unfinished(root: &Path, before: Timestamp) -> io::Result<usize> {
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
