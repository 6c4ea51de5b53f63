//! The bell of this node: facts ring it for the sequencer, the sequencer rings it for those who wait at a feed.
//!
//! It only saves waiting: the sequencer looks into the queue ten times a second, whoever queued there, and tells how
//! far the feeds have come, whichever node sequenced them. Nobody relies on a ring.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use tokio::sync::{Notify, watch};

use crate::id::ApplicationId;

/// The bell of one node.
pub(crate) struct Bell {
    queued: Notify,
    feeds: watch::Sender<Heard>,
    waiting: Mutex<HashMap<Waiter, usize>>,
}

/// What those who wait hear.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Heard {
    /// The last position given out, as this node knows it.
    pos: i64,
    /// The node stops: nobody waits any more.
    closing: bool,
}

/// Who waits: each application has its own seats.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Waiter {
    /// A provider application.
    Provider(ApplicationId),
    /// A sender application, by its client id.
    Sender(String),
}

/// Somebody who waits at a feed.
pub(crate) struct Waiting<'a> {
    bell: &'a Bell,
    who: Waiter,
    heard: watch::Receiver<Heard>,
}

impl Default for Bell {
    fn default() -> Self {
        Self { queued: Notify::new(), feeds: watch::Sender::default(), waiting: Mutex::default() }
    }
}

impl Bell {
    /// Something was queued and committed on this node.
    pub(crate) fn ring(&self) {
        self.queued.notify_one();
    }

    /// Waits until something was queued on this node.
    pub(crate) async fn rung(&self) {
        self.queued.notified().await;
    }

    /// The feeds reach up to that position.
    pub(crate) fn tell(&self, pos: i64) {
        self.feeds.send_if_modified(|heard| {
            let moved = heard.pos < pos;
            heard.pos = heard.pos.max(pos);
            moved
        });
    }

    /// Everybody who waits is answered, and nobody waits from now on.
    pub(crate) fn close(&self) {
        self.feeds.send_modify(|heard| heard.closing = true);
    }

    /// Lets an application wait; `None` if it waits often enough already, or the node stops.
    pub(crate) fn wait(&self, who: Waiter) -> Option<Waiting<'_>> {
        if self.feeds.borrow().closing {
            return None;
        }
        let mut waiting = self.waiting.lock().unwrap_or_else(PoisonError::into_inner);
        let here = waiting.entry(who.clone()).or_default();
        if *here >= WAITING {
            return None;
        }
        *here += 1;
        Some(Waiting { bell: self, who, heard: self.feeds.subscribe() })
    }
}

impl Waiting<'_> {
    /// Waits until the feeds reach beyond a position; false if the node stops.
    pub(crate) async fn beyond(&mut self, pos: i64) -> bool {
        let heard = self.heard.wait_for(|heard| heard.closing || heard.pos > pos).await;
        heard.is_ok_and(|heard| !heard.closing)
    }
}

impl Drop for Waiting<'_> {
    fn drop(&mut self) {
        let mut waiting = self.bell.waiting.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(here) = waiting.get_mut(&self.who) {
            *here -= 1;
            if *here == 0 {
                waiting.remove(&self.who);
            }
        }
    }
}

/// Requests of one application that may wait on this node at once.
pub(crate) const WAITING: usize = 8;

#[cfg(test)]
mod tests {
    use super::*;

    fn application(n: u128) -> Waiter {
        Waiter::Provider(ApplicationId(uuid::Uuid::from_u128(n)))
    }

    #[tokio::test]
    async fn who_waits_hears_of_later_positions_and_of_the_end() {
        let bell = Bell::default();
        bell.tell(5);
        let mut waiting = bell.wait(application(1)).unwrap();

        assert!(waiting.beyond(4).await);
        let (heard, ()) = tokio::join!(waiting.beyond(5), async {
            bell.tell(3);
            bell.tell(6);
        });
        assert!(heard);
        bell.close();
        assert!(!waiting.beyond(6).await);
        assert!(bell.wait(application(2)).is_none());
    }

    #[test]
    fn an_application_waits_only_so_often_and_no_other_notices() {
        let bell = Bell::default();
        let seats: Vec<_> = (0..WAITING).map(|_| bell.wait(application(1)).unwrap()).collect();

        assert!(bell.wait(application(1)).is_none());
        assert!(bell.wait(application(2)).is_some());
        drop(seats);
        assert!(bell.wait(application(1)).is_some());
    }
}
