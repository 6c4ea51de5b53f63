//! Reading of a file what the system holds in memory, by the thread that asks.
//!
//! A file that was written or read lately is in the system's cache. To copy it from there takes less than to hand the work to
//! another thread, and such threads keep the memory that they once needed; to wait for a disk would hold up everybody else.

use std::ops::Range;
use std::path::Path;

use bytes::Bytes;

/// These bytes of a file; `None` if they or its name are not all in memory, or not all there, or if the file system cannot say.
#[cfg(target_os = "linux")]
pub(super) fn read(file: &Path, range: &Range<u64>) -> Option<Bytes> {
    use std::io::IoSliceMut;

    use rustix::fs::{CWD, Mode, OFlags, ResolveFlags, openat2};
    use rustix::io::{ReadWriteFlags, preadv2};

    // a name that is not in memory is looked up elsewhere too
    let flags = OFlags::RDONLY | OFlags::CLOEXEC;
    let file = openat2(CWD, file, flags, Mode::empty(), ResolveFlags::CACHED).ok()?;
    let mut bytes = vec![0; usize::try_from(range.end.checked_sub(range.start)?).ok()?];
    let mut read = 0;
    while let Some(rest) = bytes.get_mut(read..).filter(|rest| !rest.is_empty()) {
        let at = range.start + read as u64;
        let more = preadv2(&file, &mut [IoSliceMut::new(rest)], at, ReadWriteFlags::NOWAIT).ok()?;
        if more == 0 {
            return None;
        }
        read += more;
    }
    Some(bytes.into())
}

/// Other systems cannot say what they hold.
#[cfg(not(target_os = "linux"))]
pub(super) fn read(_: &Path, _: &Range<u64>) -> Option<Bytes> {
    None
}
