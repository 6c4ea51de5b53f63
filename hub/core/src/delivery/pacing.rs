//! How often a receiver that is not well is tried: exponential pauses with full jitter, and a circuit breaker. Pure.

use std::time::Duration;

use crate::clock::Timestamp;

/// The circuit breaker of a receiver.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Breaker {
    /// Changes flow; after a failure they are tried again soon.
    Closed,
    /// The receiver failed too often in a row: nothing goes out until then.
    Open {
        /// When it is tried again.
        until: Timestamp,
    },
    /// The time is over: one change is tried; if it is taken the breaker closes, if not it opens for longer.
    HalfOpen,
}

impl Breaker {
    /// The breaker after so many failures in a row, the last of which asked for a pause until `due_at`.
    pub fn of(failures: i64, due_at: Timestamp, now: Timestamp) -> Self {
        if failures < OPENS_AT {
            Self::Closed
        } else if now < due_at {
            Self::Open { until: due_at }
        } else {
            Self::HalfOpen
        }
    }

    /// `closed`, `open` or `halfOpen`.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Closed => "closed",
            Self::Open { .. } => "open",
            Self::HalfOpen => "halfOpen",
        }
    }
}

/// Changes that may be on their way at once, after so many failures in a row: all or one.
pub(crate) const fn room(failures: i64) -> usize {
    if failures == 0 { ROOM } else { 1 }
}

/// How long to leave a receiver alone after its `failures`-th failure in a row; `dice` is anything random. What the receiver
/// asked for is honoured, within an hour.
pub(crate) fn pause(failures: i64, dice: [u8; 8], retry_after: Option<Duration>) -> Duration {
    let doublings = u32::try_from(failures.clamp(1, 20) - 1).unwrap_or(0);
    let ceiling = FIRST.saturating_mul(2_u32.saturating_pow(doublings)).min(LONGEST);
    let part = u64::from_be_bytes(dice) % (u64::try_from(ceiling.as_micros()).unwrap_or(u64::MAX) + 1);
    let jittered = Duration::from_micros(part).max(LEAST);
    jittered.max(retry_after.unwrap_or_default().min(ASKED_AT_MOST))
}

/// Changes on their way to one receiver at once.
pub(crate) const ROOM: usize = 16;
/// Failures in a row that open the breaker.
pub(crate) const OPENS_AT: i64 = 5;
const FIRST: Duration = Duration::from_secs(1);
const LEAST: Duration = Duration::from_millis(100);
const LONGEST: Duration = Duration::from_secs(300);
const ASKED_AT_MOST: Duration = Duration::from_secs(3600);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_breaker_opens_after_five_failures_and_tries_one_change_when_its_time_is_over() {
        let (due, before) = (Timestamp(100), Timestamp(99));
        for failures in 0..5 {
            assert_eq!(Breaker::of(failures, due, before), Breaker::Closed, "{failures}");
        }
        assert_eq!(Breaker::of(5, due, before), Breaker::Open { until: due });
        assert_eq!(Breaker::of(5, due, due), Breaker::HalfOpen);
        assert_eq!(Breaker::of(0, due, before), Breaker::Closed, "one that was taken closes it");
        assert_eq!([room(0), room(1), room(5)], [16, 1, 1]);
    }

    #[test]
    fn pauses_have_full_jitter_under_a_ceiling_that_doubles_up_to_five_minutes() {
        let (least, most) = ([0; 8], [255; 8]);
        for (failures, ceiling) in [(1, 1), (2, 2), (5, 16), (9, 256), (10, 300), (99, 300)] {
            assert_eq!(pause(failures, least, None), LEAST);
            for dice in [most, [1; 8], [170; 8]] {
                assert!(pause(failures, dice, None) <= Duration::from_secs(ceiling), "{failures}");
            }
        }
        let spread = (0..=255)
            .map(|n| pause(10, [n; 8], None).as_secs() / 60)
            .collect::<std::collections::BTreeSet<_>>();
        assert!(spread.len() >= 4, "pauses differ: {spread:?}");
    }

    #[test]
    fn what_the_receiver_asks_for_is_honoured_within_an_hour() {
        assert_eq!(pause(1, [0; 8], Some(Duration::from_secs(90))), Duration::from_secs(90));
        assert_eq!(pause(1, [0; 8], Some(Duration::from_secs(1_000_000))), Duration::from_secs(3600));
        assert_eq!(pause(1, [0; 8], Some(Duration::ZERO)), LEAST);
    }
}
