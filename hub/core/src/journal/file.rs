//! The files of the journal: one per segment, a header and records of one size.

use std::fs::{File, OpenOptions};
use std::io::{self, Read as _, Write as _};
use std::path::{Path, PathBuf};

use aws_lc_rs::digest::{Context, SHA256};

use super::JournalError;
use super::record::{BODY, RECORD, Reading};
use crate::random::Random;

/// A segment ends when it has this many bytes.
const FULL: u64 = 8 * 1024 * 1024;

/// `facteur-journal1` and the head of the segment before.
const MAGIC: &[u8; 16] = b"facteur-journal1";
const HEADER: usize = MAGIC.len() + 32;

/// A segment being written.
pub(super) struct SegmentFile {
    number: u64,
    file: File,
    length: u64,
    head: [u8; 32],
    unsynced: bool,
    failed: bool,
}

impl SegmentFile {
    /// Creates the file of segment `number`, durable with its folder.
    pub(super) fn begin(folder: &Path, number: u64, previous: [u8; 32]) -> io::Result<Self> {
        let path = path(folder, number);
        let file = OpenOptions::new().create_new(true).append(true).open(&path)?;
        let file = Self::headed(file, folder, previous).inspect_err(|_| {
            // The next try starts anew; if even this fails, opening the journal again repairs it.
            drop(std::fs::remove_file(&path));
        })?;
        Ok(Self { number, file, length: HEADER as u64, head: previous, unsynced: false, failed: false })
    }

    fn headed(mut file: File, folder: &Path, previous: [u8; 32]) -> io::Result<File> {
        file.write_all(MAGIC)?;
        file.write_all(&previous)?;
        file.sync_all()?;
        File::open(folder)?.sync_all()?;
        Ok(file)
    }

    pub(super) fn number(&self) -> u64 {
        self.number
    }

    pub(super) fn is_full(&self) -> bool {
        self.length >= FULL
    }

    /// Appends a record and moves the head; a half-written one is cut off again.
    pub(super) fn append(&mut self, reading: &Reading) -> io::Result<()> {
        if self.failed {
            return Err(io::Error::other("the segment is closed after a failure"));
        }
        let body = reading.encode();
        let head = chain(&self.head, &body);
        let mut record = [0; RECORD];
        for (to, from) in record.iter_mut().zip(body.iter().chain(&head)) {
            *to = *from;
        }
        if let Err(error) = self.file.write_all(&record) {
            self.failed = self.file.set_len(self.length).is_err();
            return Err(error);
        }
        self.head = head;
        self.length += RECORD as u64;
        self.unsynced = true;
        Ok(())
    }

    /// A handle to sync, if something was written since the last one.
    pub(super) fn take_unsynced(&mut self) -> io::Result<Option<File>> {
        if !self.unsynced {
            return Ok(None);
        }
        let file = self.file.try_clone()?;
        self.unsynced = false;
        Ok(Some(file))
    }

    /// Refuses further records: what was written may not be on the disk.
    pub(super) fn fail(&mut self) {
        self.failed = true;
    }

    /// Syncs the segment for the last time and gives its head.
    pub(super) fn finish(&mut self) -> io::Result<[u8; 32]> {
        if self.failed {
            return Err(io::Error::other("the segment is closed after a failure"));
        }
        // After a failed sync the kernel may call pages clean that are not on the disk: no second try.
        self.file.sync_all().inspect_err(|_| self.failed = true)?;
        Ok(self.head)
    }
}

/// A segment being read.
pub(super) struct Segment {
    /// The records, oldest first.
    pub(super) records: Vec<Record>,
    /// Where the next record would begin.
    pub(super) end: u64,
    /// The chain's value after the last record.
    pub(super) head: [u8; 32],
}

/// A record of a segment.
pub(super) struct Record {
    /// Where it begins.
    pub(super) position: u64,
    /// What it says.
    pub(super) reading: Reading,
    /// The chain's value after it.
    pub(super) head: [u8; 32],
}

impl Record {
    /// Where the next one begins.
    pub(super) fn end(&self) -> u64 {
        self.position + RECORD as u64
    }
}

impl Segment {
    /// Reads a segment and checks its chain; a torn record at the end is left out.
    pub(super) fn read(folder: &Path, number: u64) -> Result<Self, JournalError> {
        let mut bytes = Vec::new();
        File::open(path(folder, number))?.read_to_end(&mut bytes)?;
        let broken = |position: u64| JournalError::Broken { segment: number, position };
        let Some((header, records)) = bytes.split_first_chunk::<HEADER>() else {
            return Err(broken(0));
        };
        let (magic, previous) = header.split_first_chunk::<16>().ok_or_else(|| broken(0))?;
        if magic != MAGIC {
            return Err(broken(0));
        }
        let mut head: [u8; 32] = previous.try_into().map_err(|_| broken(16))?;
        let mut position = HEADER as u64;
        let mut read = Vec::new();
        for record in records.as_chunks::<RECORD>().0 {
            let (body, chained) = record.split_first_chunk::<BODY>().ok_or_else(|| broken(position))?;
            head = chain(&head, body);
            if chained != head {
                return Err(broken(position));
            }
            let reading = Reading::decode(body).ok_or_else(|| broken(position))?;
            read.push(Record { position, reading, head });
            position += RECORD as u64;
        }
        Ok(Self { records: read, end: position, head })
    }

    /// Cuts a torn record off the end of a segment and gives its head.
    pub(super) fn repair(folder: &Path, number: u64) -> Result<[u8; 32], JournalError> {
        let file = path(folder, number);
        if std::fs::metadata(&file)?.len() < HEADER as u64 {
            // The process ended before the header was whole: no record can have been answered from it.
            let previous = number.checked_sub(1).filter(|previous| *previous > 0);
            std::fs::remove_file(&file)?;
            return previous.map_or(Ok([0; 32]), |previous| Self::repair(folder, previous));
        }
        let segment = match Self::read(folder, number) {
            Err(JournalError::Broken { position, .. }) if zeros_from(&file, position)? => {
                // Loss of power may leave the size of an append without its bytes.
                tracing::error!(
                    segment = number,
                    position,
                    "the end of the reading journal was lost with power"
                );
                truncate(&file, position)?;
                Self::read(folder, number)?
            }
            read => read?,
        };
        truncate(&file, segment.end)?;
        Ok(segment.head)
    }
}

/// Whether a file holds nothing but zeros from `position` on.
fn zeros_from(file: &Path, position: u64) -> io::Result<bool> {
    let bytes = std::fs::read(file)?;
    let from = usize::try_from(position).unwrap_or(usize::MAX);
    Ok(bytes.get(from..).is_some_and(|rest| rest.iter().all(|byte| *byte == 0)))
}

fn truncate(file: &Path, length: u64) -> io::Result<()> {
    let file = OpenOptions::new().write(true).open(file)?;
    file.set_len(length)?;
    file.sync_all()
}

fn chain(head: &[u8; 32], body: &[u8; BODY]) -> [u8; 32] {
    let mut context = Context::new(&SHA256);
    context.update(head);
    context.update(body);
    let mut next = [0; 32];
    next.copy_from_slice(context.finish().as_ref());
    next
}

fn path(folder: &Path, number: u64) -> PathBuf {
    folder.join(format!("{number:012}.journal"))
}

/// The numbers of the segments in `folder`, oldest first.
pub(super) fn segments(folder: &Path) -> io::Result<Vec<u64>> {
    let mut numbers = Vec::new();
    for entry in std::fs::read_dir(folder)? {
        let name = entry?.file_name();
        let number: Option<u64> =
            name.to_str().and_then(|name| name.strip_suffix(".journal")).and_then(|name| name.parse().ok());
        numbers.extend(number);
    }
    numbers.sort_unstable();
    Ok(numbers)
}

/// This node's name, made once and kept beside its journal.
pub(super) fn node_name(folder: &Path, random: &Random) -> io::Result<String> {
    let file = folder.join("node");
    match std::fs::read_to_string(&file) {
        Ok(name) if !name.trim().is_empty() => Ok(name.trim().to_owned()),
        _ => {
            let name = random.trace_id().simple().to_string();
            let mut writer = File::create(&file)?;
            writer.write_all(name.as_bytes())?;
            writer.sync_all()?;
            Ok(name)
        }
    }
}
