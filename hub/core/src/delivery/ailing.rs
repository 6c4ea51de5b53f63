//! Changes that a receiver fails at while it takes others: each is delayed by itself, and in the end a dead letter. Pure.
//!
//! A failure is held against a change only if something else was taken since: of a receiver that fails at everything, no
//! change is to blame.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use super::pacing::pause;

/// What failed, and what was taken meanwhile.
#[derive(Debug, Default)]
pub(crate) struct Ailing {
    /// Changes that were taken.
    taken: u64,
    /// Failures of any kind, by which the one that is longest ago is known.
    failures: u64,
    of: BTreeMap<i64, Ailment>,
}

#[derive(Debug)]
struct Ailment {
    /// Failures in a row, which pace it.
    tries: i64,
    /// Those of them that are held against it.
    held: u32,
    /// When the first of those was.
    since: Instant,
    due: Instant,
    /// What had been taken when it failed last.
    taken: u64,
    /// The number of its last failure.
    last: u64,
}

/// How a change failed.
pub(crate) struct Failed {
    pub(crate) pos: i64,
    pub(crate) now: Instant,
    pub(crate) dice: [u8; 8],
}

impl Ailing {
    /// Changes taken until now.
    pub(crate) const fn taken(&self) -> u64 {
        self.taken
    }

    /// A change was taken.
    pub(crate) fn took(&mut self, pos: i64) {
        self.taken += 1;
        self.of.remove(&pos);
    }

    /// A change is settled in another way.
    pub(crate) fn forget(&mut self, pos: i64) {
        self.of.remove(&pos);
    }

    /// Forgets what lies behind a cursor.
    pub(crate) fn forget_up_to(&mut self, cursor: i64) {
        self.of = self.of.split_off(&cursor.saturating_add(1));
    }

    /// Whether it failed by itself before: its failing says nothing of the receiver.
    pub(crate) fn is_known(&self, pos: i64) -> bool {
        self.of.get(&pos).is_some_and(|ailment| ailment.held > 0)
    }

    /// It failed with everything else: nothing is held against it, but others are tried before it.
    pub(crate) fn failed_with_others(&mut self, pos: i64, now: Instant) {
        self.ailment(pos, now).due = now;
    }

    /// It failed by itself, and is delayed. Gives how often that was held against it, if that is enough.
    pub(crate) fn failed_alone(&mut self, failed: &Failed) -> Option<u32> {
        let taken = self.taken;
        let ailment = self.ailment(failed.pos, failed.now);
        if ailment.held == 0 {
            ailment.since = failed.now;
        }
        if ailment.held == 0 || taken > ailment.taken {
            ailment.held += 1;
        }
        ailment.taken = taken;
        ailment.tries += 1;
        ailment.due = failed.now + pause(ailment.tries, failed.dice, None);
        let long = failed.now.saturating_duration_since(ailment.since) >= LONG;
        (long && ailment.held >= OFTEN).then_some(ailment.held)
    }

    /// Whether it may be tried.
    pub(crate) fn may(&self, pos: i64, now: Instant) -> bool {
        self.of.get(&pos).is_none_or(|ailment| ailment.due <= now)
    }

    /// Who goes first: what did not fail, then what failed longest ago.
    pub(crate) fn rank(&self, pos: i64) -> u64 {
        self.of.get(&pos).map_or(0, |ailment| ailment.last)
    }

    fn ailment(&mut self, pos: i64, now: Instant) -> &mut Ailment {
        self.failures += 1;
        let new = Ailment { tries: 0, held: 0, since: now, due: now, taken: self.taken, last: 0 };
        let ailment = self.of.entry(pos).or_insert(new);
        ailment.last = self.failures;
        ailment
    }
}

/// So often, and over so long, a change fails while others are taken before it is a dead letter.
const OFTEN: u32 = 20;
const LONG: Duration = Duration::from_secs(3600);

#[cfg(test)]
mod tests {
    use super::*;

    fn failed(pos: i64, now: Instant) -> Failed {
        Failed { pos, now, dice: [255; 8] }
    }

    #[test]
    fn what_fails_alone_is_delayed_and_after_twenty_times_and_an_hour_it_is_enough() {
        let (begun, mut ailing) = (Instant::now(), Ailing::default());
        for n in 0..19_u32 {
            ailing.took(100);
            let now = begun + n * Duration::from_secs(300);
            assert!(ailing.may(7, now), "{n}");
            assert_eq!(ailing.failed_alone(&failed(7, now)), None, "{n}");
            assert!(!ailing.may(7, now) && ailing.may(8, now));
        }
        let later = begun + Duration::from_secs(6000);
        assert_eq!(
            ailing.failed_alone(&failed(7, later)),
            None,
            "nothing was taken since: not held against it"
        );
        ailing.took(100);
        assert_eq!(ailing.failed_alone(&failed(7, later)), Some(20));
    }

    #[test]
    fn twenty_failures_within_an_hour_are_not_enough() {
        let (begun, mut ailing) = (Instant::now(), Ailing::default());
        for n in 0..100_u32 {
            ailing.took(100);
            assert_eq!(ailing.failed_alone(&failed(7, begun + n * Duration::from_secs(30))), None, "{n}");
        }
    }

    #[test]
    fn of_a_receiver_that_fails_at_everything_no_change_is_to_blame() {
        let (now, mut ailing) = (Instant::now(), Ailing::default());
        for pos in [3, 5, 3] {
            ailing.failed_with_others(pos, now);
        }
        assert!(ailing.may(3, now) && !ailing.is_known(3));
        assert!(ailing.rank(9) < ailing.rank(5) && ailing.rank(5) < ailing.rank(3), "the others go first");
        ailing.took(3);
        assert_eq!((ailing.taken(), ailing.rank(3)), (1, 0));
    }
}
