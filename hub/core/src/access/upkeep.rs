//! What the hub does by itself, now and then: expiry, follow-up work, forgetting.
//!
//! Every job is safe to run on any node, at any time, several at once.

use std::collections::BTreeSet;
use std::time::Duration;

use futures_util::TryStreamExt as _;

use crate::campaign::running;
use crate::change::{KEPT_FOR, near, sequencing, unopened, unseen};
use crate::claim::forgotten_before;
use crate::consent::{Asked, By, Clerk, Ending, Entry, Happened, Rejection, Terms, settle_roles};
use crate::db::{DataLock, LockError};
use crate::error::Error;
use crate::evidence::{self, NewStamp, StampRequest, StampTerms, Unstamped};
use crate::follow;
use crate::hub::Hub;
use crate::id::ConsentId;
use crate::kept;
use crate::message::expiry;
use crate::outbox;
use crate::partition::{PartitionSet, removing, seeing};
use crate::reply;
use crate::session::IDLE;

pub use crate::change::Sequenced;

/// The hub's own work.
pub struct UpkeepAccess {
    hub: Hub,
}

impl Hub {
    /// The access of the jobs of this process.
    pub fn upkeep(&self) -> UpkeepAccess {
        UpkeepAccess { hub: self.clone() }
    }
}

impl UpkeepAccess {
    pub(super) fn hub(&self) -> &Hub {
        &self.hub
    }

    /// Removes messages and replies that have expired, in mailbox order, a batch of each mailbox; gives how many.
    ///
    /// To be called again at once until there are none.
    pub async fn expire(&self) -> Result<usize, Error> {
        let parts = self.hub.parts();
        let now = parts.clock.now();
        let mut removed = 0;
        for mailbox in expiry::due_mailboxes(parts, now).await? {
            removed += expiry::expire_in(parts, mailbox, now).await?;
        }
        removed += reply::expiry::expire(parts, now).await?;
        removed += kept::expire(parts, now).await?;
        Ok(removed)
    }

    /// Puts a batch of messages of each removed partition back into the general one; gives what was done.
    ///
    /// To be called again at once until there is nothing.
    pub async fn empty_partitions(&self) -> Result<usize, Error> {
        removing::empty_some(self.hub.parts()).await
    }

    /// Ends a batch of consents whose time is over; gives how many. Reads refuse them by time meanwhile.
    pub async fn expire_consents(&self) -> Result<usize, Error> {
        let parts = self.hub.parts();
        let now = parts.clock.now();
        let clerk = Clerk { parts, by: By::Hub, now };
        let mut tx = parts.db.write().await?;
        let overdue = tx.overdue_consents(now, BATCH).await?;
        for place in &overdue {
            clerk.end(&mut tx, *place, Ending::Expired).await?;
        }
        tx.commit().await?;
        Ok(overdue.len())
    }

    /// Ends a batch of new grants that their client never claimed, with their consents; gives how many.
    pub async fn end_unclaimed_grants(&self) -> Result<usize, Error> {
        let parts = self.hub.parts();
        let now = parts.clock.now();
        let clerk = Clerk { parts, by: By::Hub, now };
        let mut tx = parts.db.write().await?;
        let unclaimed = tx.unclaimed_grants(now.minus(CLAIM_WITHIN), BATCH).await?;
        for (grant, application) in &unclaimed {
            for consent in tx.consents_of_grant(*grant, *application, now).await? {
                clerk.end(&mut tx, (consent.mailbox_id, consent.id), Ending::NeverClaimed).await?;
            }
        }
        tx.commit().await?;
        Ok(unclaimed.len())
    }

    /// Lets a batch of consents stand still whose giver's role is over, and a batch go on whose giver has it again; lets whoever
    /// became legal representative see all partitions. Gives how many. Reads refuse by the mandate itself meanwhile.
    pub async fn settle_roles(&self) -> Result<usize, Error> {
        let parts = self.hub.parts();
        let mut tx = parts.db.write().await?;
        tx.lock_register().await?;
        let now = parts.clock.now();
        let freed = seeing::free_legal_representatives(&mut tx, now).await?;
        let settled = freed + settle_roles(&mut tx, parts, now).await?;
        tx.commit().await?;
        if freed > 0 {
            self.hub.bell().ring();
        }
        Ok(settled)
    }

    /// Ends a batch of consents that stood still for 30 days without being taken over; gives how many.
    pub async fn end_forsaken_consents(&self) -> Result<usize, Error> {
        let parts = self.hub.parts();
        let clerk = Clerk { parts, by: By::Hub, now: parts.clock.now() };
        let mut tx = parts.db.write().await?;
        let ended = clerk.end_forsaken(&mut tx, BATCH).await?;
        tx.commit().await?;
        Ok(ended)
    }

    /// Lets authorization requests lapse that nobody decided in time; whoever logged in for one finds it in their
    /// history. Gives how many.
    pub async fn lapse_requests(&self) -> Result<usize, Error> {
        let parts = self.hub.parts();
        let now = parts.clock.now();
        let clerk = Clerk { parts, by: By::Hub, now };
        let mut tx = parts.db.write().await?;
        let lapsed = tx.lapse_requests(now).await?;
        for request in &lapsed {
            let (Some(person), Ok(asked)) =
                (request.person, Asked::parse(&request.details, &request.audience, now))
            else {
                continue;
            };
            let terms = Terms {
                asked: asked.actions,
                actions: asked.actions,
                until: now,
                withheld: BTreeSet::new(),
                partitions: PartitionSet::ALL,
            };
            let entry = Entry { application: request.application_id, terms: &terms, screen: None };
            let place = (person, ConsentId(parts.random.id(now)));
            clerk.enter(&mut tx, place, Happened::Rejected(Rejection::TimedOut), &entry).await?;
        }
        tx.commit().await?;
        Ok(lapsed.len())
    }

    /// Does a batch of the follow-up work that is due; gives how many tasks there were.
    pub async fn work_outbox(&self) -> Result<usize, Error> {
        let parts = self.hub.parts();
        Ok(outbox::work(parts, outbox::OBJECTS).await? + outbox::work(parts, outbox::CONSENTS).await?)
    }

    /// Seals a batch of what was stated and not yet sealed; gives how many statements.
    ///
    /// To be called again at once until there are none.
    pub async fn seal_evidence(&self) -> Result<usize, Error> {
        evidence::seal_some(self.hub.parts()).await
    }

    /// What to ask a service of time-stamps about the oldest seal that has none, which is nobody else's for ten seconds.
    ///
    /// What is answered goes to [`StampRequest::judge`], and to [`Self::keep_stamp`] if nothing is wrong with it.
    pub async fn next_to_stamp(&self, terms: &StampTerms) -> Result<Option<StampRequest>, Error> {
        evidence::next_to_stamp(self.hub.parts(), terms).await
    }

    /// Keeps a time-stamp with its seal, unless that has one.
    pub async fn keep_stamp(&self, stamp: NewStamp) -> Result<(), Error> {
        evidence::keep_stamp(self.hub.parts(), stamp).await
    }

    /// What waits for a time-stamp.
    pub async fn unstamped(&self) -> Result<Unstamped, Error> {
        evidence::unstamped(self.hub.parts()).await
    }

    /// Forgets idempotency keys that are older than 7 days; gives how many.
    pub async fn forget_keys(&self) -> Result<u64, Error> {
        let parts = self.hub.parts();
        let mut tx = parts.db.write().await?;
        let forgotten = tx.forget_keys(forgotten_before(parts.clock.now())).await?;
        tx.commit().await?;
        Ok(forgotten)
    }

    /// Moves a batch of what happened from the queue into the providers' feeds, and tells those who wait.
    ///
    /// To be called again at once while it took something.
    pub async fn sequence_changes(&self) -> Result<Sequenced, Error> {
        let sequenced = sequencing::sequence(self.hub.parts()).await?;
        self.hub.bell().tell(sequenced.pos);
        Ok(sequenced)
    }

    /// Waits until something happened on this node that has to be sequenced.
    pub async fn change_queued(&self) {
        self.hub.bell().rung().await;
    }

    /// How many changes wait to be sequenced.
    pub async fn changes_queued(&self) -> Result<i64, Error> {
        Ok(self.hub.parts().db.changes_queued().await?)
    }

    /// Tells providers of a batch of messages that are removed in seven days; gives how many it looked at.
    ///
    /// To be called again at once until there are none.
    pub async fn announce_expiry(&self) -> Result<usize, Error> {
        near::announce(self.hub.parts()).await
    }

    /// Tells of a batch of messages that nobody fetched or opened for 15 days; gives how many it looked at.
    ///
    /// To be called again at once until there are none.
    pub async fn announce_unseen(&self) -> Result<usize, Error> {
        unseen::announce(self.hub.parts()).await
    }

    /// Tells senders of a batch of messages that nobody opened within the time that they had named; gives how many it
    /// looked at.
    ///
    /// To be called again at once until there are none.
    pub async fn remind_senders(&self) -> Result<usize, Error> {
        unopened::remind(self.hub.parts()).await
    }

    /// Looks at a batch of recipients whom senders follow, and tells who came to be reached or is not any more; each answer
    /// counts against `budget`, an organization's recipients of a day. Gives how many it looked at.
    ///
    /// To be called again at once until there are none.
    pub async fn look_at_followed(&self, budget: i64) -> Result<usize, Error> {
        follow::look(self.hub.parts(), budget).await
    }

    /// Works on campaigns for a moment, and removes what of them is kept no longer; gives how much was done.
    ///
    /// To be called again at once until there is nothing.
    pub async fn work_campaigns(&self) -> Result<usize, Error> {
        let done = running::turn(self.hub.parts()).await?;
        if done > 0 {
            self.hub.bell().ring();
        }
        Ok(done)
    }

    /// Makes sure that this process still holds the data.
    pub async fn keep_lock(&self, lock: &mut DataLock) -> Result<(), LockError> {
        let parts = self.hub.parts();
        parts.db.keep_lock(lock, &parts.data).await
    }

    /// Makes the reading journal survive loss of power; blocks on the disk.
    pub fn sync_journal(&self) -> std::io::Result<()> {
        self.hub.parts().journal.sync()
    }

    /// Copies what the reading journal holds into the database; gives how many records.
    pub async fn load_journal(&self) -> Result<usize, Error> {
        let parts = self.hub.parts();
        parts.journal.load(&parts.db).await
    }

    /// Forgets what is over: tokens, assertions, requests, sessions, logins, idempotency keys, what feeds have kept for 30 days.
    pub async fn forget(&self) -> Result<(), Error> {
        let parts = self.hub.parts();
        let now = parts.clock.now();
        let mut tx = parts.db.write().await?;
        tx.drop_tokens_before(now.minus(HOUR)).await?;
        tx.drop_assertions_before(now).await?;
        tx.drop_requests_before(now.minus(2 * HOUR), now.minus(LAPSED)).await?;
        tx.drop_sessions_before(now, now.minus(IDLE)).await?;
        tx.commit().await?;
        self.forget_keys().await?;
        // before: of what is forgotten next, streams that have nothing to tell missed nothing
        let mut tx = parts.db.write().await?;
        tx.lift_quiet_streams(self.hub.incarnation(), now).await?;
        tx.drop_settled_behind().await?;
        tx.commit().await?;
        sequencing::forget(parts, now.minus(KEPT_FOR)).await?;
        self.forget_conduct().await?;
        Ok(())
    }

    /// Deletes objects that a crash left without a row, once they are older than `age`; gives how many.
    ///
    /// `age` must be longer than any backup may lag behind the object store.
    pub async fn collect_objects(&self, age: Duration) -> Result<usize, Error> {
        let parts = self.hub.parts();
        let before = parts.clock.now().minus(age.max(YOUNGEST));
        // nobody else's objects are without a row
        self.hub.claim_objects().await?;
        let mut collected = 0;
        let mut objects = parts.blobs.objects();
        while let Some(object) = objects.try_next().await? {
            if object.at < before && !parts.db.names_object(object.id).await? {
                parts.blobs.delete(object.id).await?;
                collected += 1;
            }
        }
        Ok(collected + parts.blobs.remove_unfinished(before).await?)
    }
}

/// Younger objects may belong to a publication that is still coming in.
const YOUNGEST: Duration = Duration::from_secs(600);

/// A new grant is ended so long after its code could be redeemed (Grant Management, draft 02).
const CLAIM_WITHIN: Duration = Duration::from_secs(15 * 60);
/// Consents that one transaction ends.
const BATCH: i64 = 50;
const HOUR: Duration = Duration::from_secs(3600);
/// A request that nobody opened is kept this long after its time, to tell the browser that it lapsed.
const LAPSED: Duration = Duration::from_secs(300);
