//! What many requests ask for, done together.
//!
//! Whatever waits when a lane is free is the next group: nobody waits for a clock, and a group grows with the load. Whoever puts
//! something in joins a group that has not begun.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// A queue that a few lanes work off.
pub(crate) struct Lanes<T>(Arc<Shared<T>>);

impl<T> Clone for Lanes<T> {
    fn clone(&self) -> Self {
        Self(self.0.clone())
    }
}

struct Shared<T> {
    /// Lanes that run at once.
    most: usize,
    /// What goes together at most.
    together: usize,
    queue: Mutex<Queue<T>>,
}

/// What waits, and how many lanes run.
struct Queue<T> {
    waiting: Vec<T>,
    running: usize,
}

/// One group after the other, while something waits. To be run in a task of its own: it must not end with the one request
/// that began it.
pub(crate) struct Lane<T> {
    lanes: Lanes<T>,
    /// Whether it stands among the lanes that run.
    counted: bool,
}

impl<T> Lanes<T> {
    /// So many lanes at once, each with groups of so many.
    pub(crate) fn new(most: usize, together: usize) -> Self {
        let queue = Mutex::new(Queue { waiting: Vec::new(), running: 0 });
        Self(Arc::new(Shared { most, together, queue }))
    }

    /// Puts something into the queue; gives a lane that is to be run, if there are too few.
    pub(crate) fn join(&self, item: T) -> Option<Lane<T>> {
        let mut queue = self.queue();
        queue.waiting.push(item);
        (queue.running < self.0.most).then(|| {
            queue.running += 1;
            Lane { lanes: self.clone(), counted: true }
        })
    }

    /// How many wait.
    pub(crate) fn waiting(&self) -> usize {
        self.queue().waiting.len()
    }

    fn queue(&self) -> MutexGuard<'_, Queue<T>> {
        self.0.queue.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl<T> Lane<T> {
    /// The next group, of what is still wanted, as far as it fits, but one at least; `None` ends the lane.
    pub(crate) fn take(
        &mut self,
        wanted: impl Fn(&T) -> bool,
        mut fits: impl FnMut(&T) -> bool,
    ) -> Option<Vec<T>> {
        let mut queue = self.lanes.queue();
        queue.waiting.retain(wanted);
        let first = queue.waiting.iter().take(self.lanes.0.together);
        let fitting = first.take_while(|item| fits(item)).count();
        let count = fitting.max(1).min(queue.waiting.len());
        if count == 0 {
            queue.running -= 1;
            self.counted = false;
            return None;
        }
        Some(queue.waiting.drain(..count).collect())
    }
}

impl<T> Drop for Lane<T> {
    /// A lane that did not come to its end makes room for another; of the last one nobody would take what waits.
    fn drop(&mut self) {
        if !self.counted {
            return;
        }
        let left = {
            let mut queue = self.lanes.queue();
            queue.running -= 1;
            if queue.running == 0 { std::mem::take(&mut queue.waiting) } else { Vec::new() }
        };
        drop(left);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_waits_goes_together_up_to_a_group() {
        let lanes = Lanes::new(1, 2);
        let mut lane = lanes.join(1).unwrap();
        assert!(lanes.join(2).is_none() && lanes.join(3).is_none() && lanes.join(4).is_none());
        assert_eq!(lane.take(|item| *item != 2, |_| true), Some(vec![1, 3]));
        assert_eq!(lane.take(|_| true, |_| true), Some(vec![4]));
        assert_eq!(lane.take(|_| true, |_| true), None);
        assert!(lanes.join(5).is_some(), "the lane has ended");
    }

    #[test]
    fn a_group_takes_what_fits_and_one_at_least() {
        let lanes = Lanes::new(1, 9);
        let mut lane = lanes.join(7).unwrap();
        for item in [2, 2, 2] {
            assert!(lanes.join(item).is_none());
        }
        let mut next = || {
            let mut sum = 0;
            lane.take(
                |_| true,
                |item| {
                    sum += item;
                    sum <= 5
                },
            )
        };
        assert_eq!((next(), next(), next(), next()), (Some(vec![7]), Some(vec![2, 2]), Some(vec![2]), None));
    }

    #[test]
    fn a_lane_that_breaks_off_makes_room_and_takes_what_waits_with_it() {
        let lanes = Lanes::new(1, 2);
        let lane = lanes.join(Arc::new(())).unwrap();
        let waiting = Arc::new(());
        assert!(lanes.join(waiting.clone()).is_none());
        drop(lane);
        assert_eq!(Arc::strong_count(&waiting), 1);
        assert!(lanes.join(Arc::new(())).is_some());
    }
}
