//! Log lines on their way out: gathered in memory and written by a thread of their own, a hundred times a second at most.
//!
//! A channel wakes its reader for nearly every line, which cost a tenth and more of the processors that a small answer takes
//! (decision 33). Here a line is a copy under a lock, and the thread is woken by the first after a pause.

use std::io::{self, Write};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::{Receiver, channel};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::Duration;

use tracing_subscriber::fmt::MakeWriter;

/// Takes lines from any thread and makes none wait for where they go.
#[derive(Clone, Debug, Default)]
pub(crate) struct Lines(Arc<Shared>);

#[derive(Debug, Default)]
struct Shared {
    waiting: Mutex<Waiting>,
    arrived: Condvar,
    lost: AtomicU64,
}

#[derive(Debug, Default)]
struct Waiting {
    text: Vec<u8>,
    /// No more lines are awaited: what is there is to go at once.
    over: bool,
}

/// Writes out what waits when it is dropped, if that takes no longer than [`PATIENCE`].
#[derive(Debug)]
pub(crate) struct Rest {
    lines: Lines,
    ended: Receiver<()>,
}

impl Lines {
    /// Lines that go to `out`, until the second value is dropped.
    ///
    /// # Errors
    /// The system's, if it gives no thread.
    pub(crate) fn to(mut out: impl Write + Send + 'static) -> io::Result<(Self, Rest)> {
        let lines = Self::default();
        let (ends, ended) = channel();
        let shared = Arc::clone(&lines.0);
        thread::Builder::new().name("log".to_owned()).spawn(move || {
            while let Some(text) = shared.next() {
                shared.pass_on(&text, &mut out);
            }
            drop(ends);
        })?;
        Ok((lines.clone(), Rest { lines, ended }))
    }

    /// Lines that found no room, or were not taken.
    pub(crate) fn lost(&self) -> u64 {
        self.0.lost.load(Ordering::Relaxed)
    }
}

impl Shared {
    fn lock(&self) -> MutexGuard<'_, Waiting> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// What has gathered, once there is something; `None` at the end.
    fn next(&self) -> Option<Vec<u8>> {
        let nothing = |waiting: &mut Waiting| waiting.text.is_empty() && !waiting.over;
        let mut waiting =
            self.arrived.wait_while(self.lock(), nothing).unwrap_or_else(PoisonError::into_inner);
        if !waiting.over {
            drop(waiting);
            thread::sleep(PAUSE);
            waiting = self.lock();
        }
        let text = std::mem::take(&mut waiting.text);
        Some(text).filter(|text| !text.is_empty())
    }

    /// Writes everything; lines that do not go out are lost and counted.
    fn pass_on(&self, mut text: &[u8], out: &mut impl Write) {
        while !text.is_empty() {
            match out.write(text) {
                Ok(written) if written > 0 => text = text.get(written..).unwrap_or_default(),
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                // a pipe that does not wait for who reads it
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => thread::sleep(PAUSE),
                _ => break,
            }
        }
        let left = text.iter().filter(|byte| **byte == b'\n').count();
        self.lost.fetch_add(left as u64, Ordering::Relaxed);
    }

    fn take(&self, line: &[u8]) {
        let mut waiting = self.lock();
        if waiting.text.len() + line.len() > ROOM {
            drop(waiting);
            self.lost.fetch_add(1, Ordering::Relaxed);
            return;
        }
        let first = waiting.text.is_empty();
        waiting.text.extend_from_slice(line);
        drop(waiting);
        if first {
            self.arrived.notify_one();
        }
    }
}

impl<'a> MakeWriter<'a> for Lines {
    type Writer = &'a Self;

    fn make_writer(&'a self) -> &'a Self {
        self
    }
}

impl Write for &Lines {
    /// Takes all of a line, which comes whole.
    fn write(&mut self, line: &[u8]) -> io::Result<usize> {
        self.0.take(line);
        Ok(line.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl Drop for Rest {
    fn drop(&mut self) {
        self.lines.0.lock().over = true;
        self.lines.0.arrived.notify_one();
        let _ = self.ended.recv_timeout(PATIENCE);
    }
}

/// For how long lines gather.
const PAUSE: Duration = Duration::from_millis(10);
/// Bytes of lines that may wait.
const ROOM: usize = 4 * 1_024 * 1_024;
/// How long the end waits for the last lines to go.
const PATIENCE: Duration = Duration::from_secs(1);

#[cfg(test)]
mod tests {
    use super::*;

    /// Keeps what is written, once it may.
    #[derive(Clone, Default)]
    struct Kept(Arc<Mutex<Vec<u8>>>);

    impl Write for Kept {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            self.0.lock().unwrap().extend_from_slice(bytes);
            Ok(bytes.len())
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    fn line(n: usize) -> String {
        format!("line {n} {}\n", "x".repeat(n % 300))
    }

    #[test]
    fn all_lines_of_all_threads_come_whole_and_the_last_before_the_end() {
        let kept = Kept::default();
        let (lines, rest) = Lines::to(kept.clone()).unwrap();
        thread::scope(|scope| {
            for part in 0..4 {
                let lines = lines.clone();
                scope.spawn(move || {
                    for n in part * 1_000..(part + 1) * 1_000 {
                        lines.make_writer().write_all(line(n).as_bytes()).unwrap();
                    }
                });
            }
        });
        let begun = std::time::Instant::now();
        drop(rest);
        assert!(begun.elapsed() < PATIENCE, "the end came when no more was to be waited for");

        let text = String::from_utf8(kept.0.lock().unwrap().clone()).unwrap();
        let mut got: Vec<String> = text.split_inclusive('\n').map(str::to_owned).collect();
        let mut sent: Vec<String> = (0..4_000).map(line).collect();
        got.sort_unstable();
        sent.sort_unstable();
        assert!(got == sent, "{} of {} lines", got.len(), sent.len());
        assert_eq!(lines.lost(), 0);
    }

    /// Takes a few bytes now and then, and after some time nothing more.
    struct Reluctant {
        kept: Kept,
        turns: u32,
    }

    impl Write for Reluctant {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            self.turns += 1;
            match self.turns {
                1 | 4 => Err(io::ErrorKind::WouldBlock.into()),
                2 => Err(io::ErrorKind::Interrupted.into()),
                3 | 5 => self.kept.write(&bytes[..9]),
                _ => Err(io::ErrorKind::BrokenPipe.into()),
            }
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    #[test]
    fn what_is_not_taken_at_once_is_offered_again_and_what_is_refused_is_counted() {
        let kept = Kept::default();
        let (lines, rest) = Lines::to(Reluctant { kept: kept.clone(), turns: 0 }).unwrap();
        lines.make_writer().write_all(b"line one\nline two\nline three\nline four\n").unwrap();
        drop(rest);

        assert_eq!(String::from_utf8_lossy(&kept.0.lock().unwrap()), "line one\nline two\n");
        assert_eq!(lines.lost(), 2);
    }

    #[test]
    fn lines_that_find_no_room_are_lost_and_counted_and_nobody_waits() {
        let kept = Kept::default();
        let stalled = kept.0.lock().unwrap();
        let (lines, rest) = Lines::to(kept.clone()).unwrap();
        let mebibyte = vec![b'x'; 1_024 * 1_024];
        for _ in 0..20 {
            lines.make_writer().write_all(&mebibyte).unwrap();
        }
        // at most one load is on its way while the next waits
        let lost = lines.lost();
        assert!((12..=16).contains(&lost), "{lost}");
        drop(stalled);
        drop(rest);
        assert_eq!(kept.0.lock().unwrap().len() as u64, (20 - lost) * mebibyte.len() as u64);
    }
}
