//! Opening a bundle that nobody vouches for yet: a zip of known files, no more, no less, and none of them endless.

use std::collections::BTreeMap;
use std::io::{Cursor, Read, Seek};

use zip::ZipArchive;

use super::{MANIFEST, SIGNATURE};
use crate::report::Form;

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

/// Reads every file of a bundle. Names are looked at before anything is unpacked.
pub(super) fn files(bytes: &[u8]) -> Result<BTreeMap<String, Vec<u8>>, Refusal> {
    let mut archive = ZipArchive::new(Cursor::new(bytes)).map_err(|error| wrong(&error))?;
    names_are_known(&archive)?;
    stands_without_gaps(bytes, &mut archive)?;
    let mut files = BTreeMap::new();
    let mut left = LARGEST;
    for n in 0..archive.len() {
        let file = archive.by_index(n).map_err(|error| wrong(&error))?;
        let (name, size) = (file.name().map_err(|error| wrong(&error))?.into_owned(), file.size());
        let mut content = Vec::new();
        // One byte more than is left tells a file that is too large from one that just fits.
        let read =
            file.take(left.saturating_add(1)).read_to_end(&mut content).map_err(|error| wrong(&error))?;
        let read = read as u64;
        if read > left || read != size {
            return Err(Refusal::Archive(format!("{name} is too large")));
        }
        left -= read;
        files.insert(name, content);
    }
    Ok(files)
}

fn wrong(error: &dyn std::fmt::Display) -> Refusal {
    Refusal::Archive(error.to_string())
}

fn names_are_known<R: Read + Seek>(archive: &ZipArchive<R>) -> Result<(), Refusal> {
    for name in archive.file_names() {
        let name = name.map_err(|error| wrong(&error))?;
        let known = name == MANIFEST || name == SIGNATURE || Form::ALL.iter().any(|form| form.file() == name);
        if !known {
            return Err(Refusal::Added(name.into_owned()));
        }
    }
    Ok(())
}

/// Checks that the zip is its entries one after the other, their list, and the end, with nothing between or around.
///
/// Other programs read a zip from its beginning, and might show entries that the list does not name, or show them
/// under other names.
fn stands_without_gaps(bytes: &[u8], archive: &mut ZipArchive<Cursor<&[u8]>>) -> Result<(), Refusal> {
    let more = || Refusal::Archive("it holds more than its entries".to_owned());
    let mut places = Vec::new();
    for n in 0..archive.len() {
        let file = archive.by_index_raw(n).map_err(|error| wrong(&error))?;
        let end = file.data_start().and_then(|start| start.checked_add(file.compressed_size()));
        let local = file.header_start();
        let named_alike = local_name(bytes, local) == Some(file.name_raw());
        let sized_alike = number(bytes, local.saturating_add(18), 4) == Some(file.compressed_size());
        let end = end.filter(|_| named_alike && sized_alike).ok_or_else(more)?;
        places.push((local, end));
    }
    places.sort_unstable();
    let mut reached = 0;
    for (start, end) in places {
        if start != reached {
            return Err(more());
        }
        reached = end;
    }
    let is_whole = archive.offset() == 0 && ends_well(bytes, archive.len() as u64, reached) == Some(true);
    if is_whole { Ok(()) } else { Err(more()) }
}

/// The name in the header before an entry's data (APPNOTE 4.3.7).
fn local_name(bytes: &[u8], header: u64) -> Option<&[u8]> {
    let length = usize::try_from(number(bytes, header.checked_add(26)?, 2)?).ok()?;
    let start = usize::try_from(header).ok()?.checked_add(30)?;
    bytes.get(start..start.checked_add(length)?)
}

/// Says whether the end of the zip (APPNOTE 4.3.16) tells of so many entries in a list that stands between `reached`
/// and itself; `None` if something stands after it.
fn ends_well(bytes: &[u8], entries: u64, reached: u64) -> Option<bool> {
    let end = u64::try_from(bytes.len()).ok()?.checked_sub(22)?;
    let is_end = number(bytes, end, 4)? == 0x0605_4b50;
    let told = (number(bytes, end.checked_add(10)?, 2)?, number(bytes, end.checked_add(16)?, 4)?);
    let list = number(bytes, end.checked_add(12)?, 4)?;
    Some(is_end && told == (entries, reached) && reached.checked_add(list) == Some(end))
}

/// The number of so many bytes, the lowest first, at a place.
fn number(bytes: &[u8], at: u64, size: usize) -> Option<u64> {
    let start = usize::try_from(at).ok()?;
    let digits = bytes.get(start..start.checked_add(size)?)?;
    Some(digits.iter().rev().fold(0, |sum, digit| sum * 256 + u64::from(*digit)))
}

/// More than any report with its forms, less than what fills a machine.
const LARGEST: u64 = 64 * 1024 * 1024;
