//! The body of an answer on its way out: as long as it is not read to its end, its request is running.

use std::pin::Pin;
use std::task::{Context, Poll};

use axum::body::{Body, Bytes};
use hyper::body::{Body as HttpBody, Frame, SizeHint};

use super::life::Running;

/// A body that tells the connection's life whether the peer takes what it was given.
///
/// The protocol asks for a frame when there is room for it: between an answer's frame and the next question it is
/// the peer who is waited for; while the body itself has nothing yet, it is the hub.
pub(super) struct Answer {
    inner: Body,
    running: Running,
}

impl Answer {
    /// The body of an answer to a request that keeps running with it.
    pub(super) fn new(inner: Body, running: Running) -> Self {
        running.offer();
        Self { inner, running }
    }
}

impl HttpBody for Answer {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, axum::Error>>> {
        self.running.taken();
        let polled = Pin::new(&mut self.inner).poll_frame(context);
        if polled.is_ready() {
            self.running.offer();
        }
        polled
    }

    fn is_end_stream(&self) -> bool {
        self.inner.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.inner.size_hint()
    }
}
