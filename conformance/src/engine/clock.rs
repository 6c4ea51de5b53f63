//! The only place where the suite reads a clock.

use std::time::{Duration, Instant};

use jiff::Timestamp;

/// Gives the time of day, for reports, certificates and tokens that the played hub issues.
#[expect(
    clippy::disallowed_methods,
    reason = "the suite's only reading of the clock; the hub's clock is not its to use"
)]
pub fn now() -> Timestamp {
    Timestamp::now()
}

/// Measures how long something takes.
#[derive(Debug, Clone, Copy)]
pub struct Stopwatch(Instant);

impl Stopwatch {
    /// Starts it.
    pub fn start() -> Self {
        Self(Instant::now())
    }

    /// Time since the start.
    pub fn elapsed(self) -> Duration {
        self.0.elapsed()
    }

    /// Microseconds since the start.
    pub fn micros(self) -> u64 {
        u64::try_from(self.0.elapsed().as_micros()).unwrap_or(u64::MAX)
    }
}
