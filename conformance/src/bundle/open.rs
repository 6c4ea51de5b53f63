//! Opening a bundle that nobody vouches for yet: a zip of known files, no more, no less, and none of them endless.

use std::collections::BTreeMap;
use std::io::{Cursor, Read};

use zip::ZipArchive;

/// Why a bundle is not accepted.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// It is no zip as this program makes them.
    #[error("the bundle is no zip of the suite: {0}")]
    Archive(String),
    /// A file that the manifest names is not there.
    #[error("{0} is missing from the bundle")]
    Missing(String),
    /// A file that the manifest does not name is there.
    #[error("{0} was added to the bundle")]
    Added(String),
    /// A file is not what was signed.
    #[error("{0} was edited")]
    Edited(String),
    /// The signature does not hold.
    #[error("the signature {0}")]
    Signature(&'static str),
    /// The manifest or the report cannot be read.
    #[error("{0} cannot be read: {1}")]
    Unreadable(&'static str, String),
    /// Manifest and report tell different things.
    #[error("manifest and report do not agree on {0}")]
    Disagreement(&'static str),
    /// The bundle is right, and not what is asked for.
    #[error("{0}")]
    Policy(String),
}

/// Reads every file of a bundle.
pub(super) fn files(bytes: &[u8]) -> Result<BTreeMap<String, Vec<u8>>, Refusal> {
    let wrong = |error: &dyn std::fmt::Display| Refusal::Archive(error.to_string());
    let mut archive = ZipArchive::new(Cursor::new(bytes)).map_err(|error| wrong(&error))?;
    if archive.offset() != 0 || entries_told(bytes) != Some(archive.len()) {
        // Two entries of one name, or bytes around the zip: other programs might read other files than this one.
        return Err(Refusal::Archive("it holds more than its entries".to_owned()));
    }
    let mut files = BTreeMap::new();
    for n in 0..archive.len() {
        let file = archive.by_index(n).map_err(|error| wrong(&error))?;
        let (name, size) = (file.name().map_err(|error| wrong(&error))?.into_owned(), file.size());
        let mut content = Vec::new();
        let read = file.take(LARGEST).read_to_end(&mut content).map_err(|error| wrong(&error))?;
        if read as u64 >= LARGEST || read as u64 != size {
            return Err(Refusal::Archive(format!("{name} is too large")));
        }
        files.insert(name, content);
    }
    Ok(files)
}

/// How many entries the end of the zip tells of (APPNOTE 4.3.16); `None` if something stands after it.
fn entries_told(bytes: &[u8]) -> Option<usize> {
    let end = bytes.len().checked_sub(22).and_then(|start| bytes.get(start..))?;
    let count = end.get(10..12)?;
    end.starts_with(b"PK\x05\x06")
        .then(|| count.iter().rev().fold(0, |sum, byte| sum * 256 + usize::from(*byte)))
}

/// More than any report, less than what fills a machine.
const LARGEST: u64 = 256 * 1024 * 1024;
