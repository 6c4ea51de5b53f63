//! Groups of letters, one after the other, and what becomes of a group that fails.

use std::panic::AssertUnwindSafe;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use futures_util::FutureExt as _;
use tokio::sync::oneshot;
use tokio::time::{Instant, timeout};
use tokio_util::task::TaskTracker;

use super::group::{self, Failure};
use super::{Held, Letter, Published};
use crate::db::Dialect;
use crate::error::{Causes, Conflict, Error};
use crate::hub::Hub;
use crate::lanes::{Lane, Lanes};

/// The letters that wait at this node, and those that are being written.
pub(crate) struct Posts {
    lanes: Lanes<Waiting>,
    writing: TaskTracker,
    begun: AtomicU64,
    failed: AtomicU64,
}

/// What a node does with letters.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LetterWork {
    /// Letters that wait now.
    pub waiting: u64,
    /// Letters with which a group has begun, since this process began.
    pub begun: u64,
    /// Groups that failed as a whole and went in parts, since this process began.
    pub failed_groups: u64,
}

/// A letter, and who waits for it.
struct Waiting {
    letter: Letter,
    answer: oneshot::Sender<(Held, Result<Published, Error>)>,
}

impl Waiting {
    fn answer(self, answer: Result<Published, Error>) {
        // whoever is not there any more needs no answer
        drop(self.answer.send((self.letter.held, answer)));
    }
}

impl Posts {
    /// For a hub over such a database.
    pub(crate) fn new(dialect: Dialect) -> Self {
        // SQLite has one writer; on PostgreSQL a group is made ready while another is committed
        let lanes = match dialect {
            Dialect::Sqlite => 1,
            Dialect::Postgres => 2,
        };
        Self {
            lanes: Lanes::new(lanes, TOGETHER),
            writing: TaskTracker::new(),
            begun: AtomicU64::new(0),
            failed: AtomicU64::new(0),
        }
    }
}

impl Hub {
    /// Puts a letter into the recipient's mailbox, or notes that it could not be. Whoever asked has back what it held, but for the
    /// objects that rows name now.
    ///
    /// Goes on when nobody waits for it any more, once a group has begun with it.
    ///
    /// # Errors
    /// [`Error::Unavailable`] if it is not known what became of it; then nothing is given back.
    pub(crate) async fn post(&self, letter: Letter) -> Result<(Held, Result<Published, Error>), Error> {
        let (answer, answered) = oneshot::channel();
        if let Some(lane) = self.posts().lanes.join(Waiting { letter, answer }) {
            // a task of its own: a lane ends when nothing waits, not with the one request that began it
            self.posts().writing.spawn(work(self.clone(), lane));
        }
        answered.await.map_err(|_| UNAVAILABLE)
    }

    /// Waits until no letter is being written.
    pub async fn finish_letters(&self) {
        let writing = &self.posts().writing;
        writing.close();
        writing.wait().await;
    }

    /// What this node does with letters.
    pub fn letter_work(&self) -> LetterWork {
        let posts = self.posts();
        LetterWork {
            waiting: counted(posts.lanes.waiting()),
            begun: posts.begun.load(Ordering::Relaxed),
            failed_groups: posts.failed.load(Ordering::Relaxed),
        }
    }
}

fn counted(letters: usize) -> u64 {
    u64::try_from(letters).unwrap_or(u64::MAX)
}

async fn work(hub: Hub, mut lane: Lane<Waiting>) {
    while let Some(waiting) = next_group(&mut lane) {
        hub.posts().begun.fetch_add(counted(waiting.len()), Ordering::Relaxed);
        let (alone, together): (Vec<Waiting>, Vec<Waiting>) =
            waiting.into_iter().partition(|waiting| waiting.letter.goes_alone());
        for one in alone {
            let hub = hub.clone();
            hub.clone().posts().writing.spawn(async move { drop(write(&hub, vec![one]).await) });
        }
        let failed = write(&hub, together).await;
        if !failed.is_empty() {
            // beside the lane: nobody else waits for what goes wrong
            hub.posts().writing.spawn(write_in_parts(hub.clone(), failed));
        }
    }
}

/// What waits, up to so many letters and bytes.
fn next_group(lane: &mut Lane<Waiting>) -> Option<Vec<Waiting>> {
    let mut size = 0;
    lane.take(
        |waiting| !waiting.answer.is_closed(),
        |waiting| {
            size += waiting.letter.size();
            size <= SIZE
        },
    )
}

/// Writes letters together and answers them; gives those back that may be tried again in smaller groups.
async fn write(hub: &Hub, mut waiting: Vec<Waiting>) -> Vec<Waiting> {
    if waiting.is_empty() {
        return waiting;
    }
    let mut letters: Vec<&mut Letter> = waiting.iter_mut().map(|waiting| &mut waiting.letter).collect();
    let written = AssertUnwindSafe(group::deliver(hub, &mut letters)).catch_unwind();
    let failure = match timeout(PATIENCE, written).await {
        Ok(Ok(Ok(published))) => {
            for (waiting, published) in waiting.into_iter().zip(published) {
                waiting.answer(Ok(published));
            }
            return Vec::new();
        }
        Ok(Ok(Err(failure))) => failure,
        Ok(Err(_)) => Failure::Written(Error::internal("writing letters panicked")),
        // a connection that is dead and does not know it must not hold up everybody else
        Err(_) => Failure::Away(Error::internal("writing letters takes too long")),
    };
    match failure {
        Failure::Written(error) if waiting.len() == 1 => {
            if let Some(only) = waiting.pop() {
                only.answer(Err(error));
            }
            waiting
        }
        Failure::Written(error) => {
            hub.posts().failed.fetch_add(1, Ordering::Relaxed);
            tracing::warn!(error = %Causes(&error), letters = waiting.len(), "letters go in parts");
            waiting
        }
        Failure::Away(error) => {
            tracing::warn!(error = %Causes(&error), letters = waiting.len(), "letters cannot be written now");
            waiting.into_iter().for_each(|waiting| waiting.answer(Err(UNAVAILABLE)));
            Vec::new()
        }
    }
}

/// Writes in halves what failed together, but for what another node answered meanwhile.
async fn write_in_parts(hub: Hub, mut failed: Vec<Waiting>) {
    let until = Instant::now() + PATIENCE;
    let keys: Vec<_> = failed.iter().map(|waiting| &waiting.letter.held.claim).collect();
    let answered = hub.parts().db.answered_among(&keys).await.unwrap_or_else(|error| {
        tracing::warn!(%error, "which keys are answered");
        Vec::new()
    });
    let late = |waiting: &mut Waiting| {
        let claim = &waiting.letter.held.claim;
        answered.iter().any(|(owner, key)| owner == claim.owner() && key == claim.key())
    };
    for waiting in failed.extract_if(.., late) {
        waiting.answer(Err(Error::Conflict(Conflict::StillRunning)));
    }
    let mut groups = if answered.is_empty() { halves(failed) } else { vec![failed] };
    while let Some(group) = groups.pop() {
        if Instant::now() < until {
            groups.extend(halves(write(&hub, group).await));
        } else {
            tracing::warn!(letters = group.len(), "there is no more time for letters");
            group.into_iter().for_each(|waiting| waiting.answer(Err(UNAVAILABLE)));
        }
    }
}

fn halves(mut group: Vec<Waiting>) -> Vec<Vec<Waiting>> {
    let other = group.split_off(group.len() / 2);
    [group, other].into_iter().filter(|half| !half.is_empty()).collect()
}

/// It is not known, or not now: the same request with the same key tells.
const UNAVAILABLE: Error = Error::Unavailable { retry_after: 1 };
/// Letters of one transaction at most.
const TOGETHER: usize = 64;
/// About how many bytes of them.
const SIZE: usize = 2 << 20;
/// Longer than the database's own limit of a statement: a connection that takes longer is dead.
const PATIENCE: Duration = Duration::from_secs(20);
