//! What came of a run: answers, bytes, time, and how long each answer took.

use std::time::Duration;

/// What came of it.
#[derive(Clone, Debug, Default)]
pub(crate) struct Outcome {
    /// Right answers.
    pub(crate) answers: u64,
    /// Bytes of their bodies.
    pub(crate) bytes: u64,
    /// How long it took.
    pub(crate) time: Duration,
    /// Microseconds of each answer, in order.
    pub(crate) latencies: Vec<u32>,
}

impl Outcome {
    /// What came of several at the same time.
    pub(crate) fn whole(outcomes: Vec<Self>) -> Self {
        let mut whole = Self::default();
        for one in outcomes {
            whole.answers += one.answers;
            whole.bytes += one.bytes;
            whole.time = whole.time.max(one.time);
            whole.latencies.extend(one.latencies);
        }
        whole.latencies.sort_unstable();
        whole
    }

    /// One more answer, of so many bytes, after this time.
    pub(crate) fn count(&mut self, bytes: u64, took: Duration) {
        self.answers += 1;
        self.bytes += bytes;
        self.latencies.push(u32::try_from(took.as_micros()).unwrap_or(u32::MAX));
    }

    /// Answers a second.
    pub(crate) fn rate(&self) -> f64 {
        self.answers as f64 / self.time.as_secs_f64()
    }

    /// The microseconds within which this share of the answers came.
    pub(crate) fn within(&self, share: f64) -> u32 {
        let at = (self.latencies.len() as f64 * share) as usize;
        self.latencies.get(at.min(self.latencies.len().saturating_sub(1))).copied().unwrap_or_default()
    }
}
