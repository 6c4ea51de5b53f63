//! A request body that never runs far ahead of its reader.
//!
//! The form reader takes all that is there into memory, and looks for the end of a part's headers in it. This
//! stream gives a little at a time, and ends with an error when the reader keeps too much without giving it out.

use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::task::{Context, Poll};

use bytes::Bytes;
use futures_util::Stream;

/// The stream.
pub(crate) struct Metered<S> {
    inner: S,
    /// What is left of the last frame.
    frame: Bytes,
    given: u64,
    taken: Taken,
    rest: bool,
}

/// Counts what the reader gave out.
#[derive(Clone, Default)]
pub(crate) struct Taken(Arc<AtomicU64>);

impl Taken {
    /// So many bytes have left the reader.
    pub(crate) fn add(&self, bytes: usize) {
        self.0.fetch_add(bytes as u64, Ordering::Relaxed);
    }
}

impl<S> Metered<S> {
    /// Meters `inner`; its reader counts in `taken`.
    pub(crate) fn new(inner: S, taken: Taken) -> Self {
        Self { inner, frame: Bytes::new(), given: 0, taken, rest: false }
    }
}

impl<S, E> Stream for Metered<S>
where
    S: Stream<Item = Result<Bytes, E>> + Unpin,
    E: std::error::Error + Send + Sync + 'static,
{
    type Item = Result<Bytes, Box<dyn std::error::Error + Send + Sync>>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        if std::mem::take(&mut self.rest) {
            context.waker().wake_by_ref();
            return Poll::Pending;
        }
        while self.frame.is_empty() {
            let Poll::Ready(next) = Pin::new(&mut self.inner).poll_next(context) else {
                return Poll::Pending;
            };
            match next {
                None => return Poll::Ready(None),
                Some(Err(error)) => return Poll::Ready(Some(Err(error.into()))),
                Some(Ok(frame)) => self.frame = frame,
            }
        }
        Poll::Ready(Some(self.next_piece()))
    }
}

impl<S> Metered<S> {
    fn next_piece(&mut self) -> Result<Bytes, Box<dyn std::error::Error + Send + Sync>> {
        let length = self.frame.len().min(PIECE);
        let piece = self.frame.split_to(length);
        self.rest = true;
        self.given += length as u64;
        let ahead = self.given.saturating_sub(self.taken.0.load(Ordering::Relaxed));
        if ahead > AHEAD { Err("the form has no end of headers".into()) } else { Ok(piece) }
    }
}

/// How far the reader may be behind.
const AHEAD: u64 = 1024 * 1024;
/// The most that is given at a time.
const PIECE: usize = 64 * 1024;

#[cfg(test)]
mod tests {
    use futures_util::{StreamExt as _, stream};

    use super::*;

    #[tokio::test]
    async fn a_reader_that_takes_and_gives_nothing_is_stopped() {
        let endless = stream::repeat_with(|| Ok::<_, std::io::Error>(Bytes::from_static(&[0; 128 * 1024])));
        let mut metered = Metered::new(endless, Taken::default());
        let mut frames = 0;
        while let Some(Ok(_)) = metered.next().await {
            frames += 1;
        }
        assert_eq!(frames, 16);
    }

    #[tokio::test]
    async fn a_reader_that_gives_out_what_it_takes_reads_on() {
        let long =
            stream::repeat_with(|| Ok::<_, std::io::Error>(Bytes::from_static(&[0; 64 * 1024]))).take(1_000);
        let taken = Taken::default();
        let mut metered = Metered::new(long, taken.clone());
        let mut frames = 0;
        while let Some(frame) = metered.next().await {
            taken.add(frame.unwrap().len());
            frames += 1;
        }
        assert_eq!(frames, 1_000);
    }
}
