//! Statements that write `delivery` and `delivery_settled`; those that read stand beside.

use uuid::Uuid;

use super::Standing;
use crate::clock::Timestamp;
use crate::db::Tx;
use crate::id::ApplicationId;

/// The node that delivers for an application at this moment, by the number of its claim: another claim ends it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Holder {
    pub(crate) application: ApplicationId,
    pub(crate) attempt: i64,
}

/// A failure of a receiver.
pub(crate) struct Failure {
    /// Failures in a row, this one counted.
    pub(crate) failures: i64,
    /// When it is tried again.
    pub(crate) due_at: Timestamp,
    /// Its word.
    pub(crate) trouble: &'static str,
}

impl Tx {
    /// Registers a stream, or what it is asked to be from now on.
    pub(crate) async fn put_stream(
        &mut self,
        application: ApplicationId,
        asked_address: Option<String>,
        (incarnation, pos): (Uuid, i64),
        now: Timestamp,
    ) -> sqlx::Result<u64> {
        // The number of the first claim is the time: a stream that is dropped and made again outlives its former claims.
        self.execute(
            "INSERT INTO delivery (application_id, state, asked_address, revision, incarnation, acked_pos, attempt,
                                   lease_until, failures, due_at, registered_at)
             VALUES ($1, 'running', $2, $5, $3, $4, $5, 0, 0, 0, $5)
             ON CONFLICT (application_id) DO UPDATE
             SET asked_address = excluded.asked_address, revision = delivery.revision + 1,
                 registered_at = excluded.registered_at",
            (application, asked_address, incarnation, pos, now),
        )
        .await
    }

    /// The application asks from now on; nothing is pushed any more. One that was not told before begins at `pos`.
    pub(crate) async fn begin_poll(&mut self, application: ApplicationId, pos: i64) -> sqlx::Result<u64> {
        self.execute(
            "UPDATE delivery
             SET acked_pos = CASE WHEN method IS NULL THEN $2 ELSE acked_pos END,
                 method = 'poll', address = NULL, verified_at = NULL, attempt = attempt + 1, lease_until = 0,
                 failures = 0, due_at = 0, trouble = NULL
             WHERE application_id = $1",
            (application, pos),
        )
        .await
    }

    /// Pushes to the address that echoed its challenge, unless another was registered since. One that was not told before
    /// begins at `pos`.
    pub(crate) async fn begin_push(
        &mut self,
        application: ApplicationId,
        revision: i64,
        pos: i64,
        now: Timestamp,
    ) -> sqlx::Result<u64> {
        self.execute(
            "UPDATE delivery
             SET acked_pos = CASE WHEN method IS NULL THEN $3 ELSE acked_pos END,
                 method = 'push', address = asked_address, asked_address = NULL, verified_at = $4,
                 attempt = attempt + 1, lease_until = 0, failures = 0, due_at = 0, trouble = NULL
             WHERE application_id = $1 AND revision = $2 AND asked_address IS NOT NULL",
            (application, revision, pos, now),
        )
        .await
    }

    /// Lets a stream stand still, or run.
    pub(crate) async fn set_stream(
        &mut self,
        application: ApplicationId,
        standing: Standing,
    ) -> sqlx::Result<u64> {
        self.execute(
            "UPDATE delivery SET state = $2, due_at = 0 WHERE application_id = $1",
            (application, standing.name()),
        )
        .await
    }

    /// Forgets a stream with everything that belongs to it, but that there was one.
    pub(crate) async fn drop_stream(&mut self, application: ApplicationId) -> sqlx::Result<u64> {
        let dropped = self.execute("DELETE FROM delivery WHERE application_id = $1", (application,)).await?;
        self.execute("DELETE FROM delivery_settled WHERE application_id = $1", (application,)).await?;
        self.execute("DELETE FROM dead_letter WHERE application_id = $1", (application,)).await?;
        self.execute(
            "INSERT INTO delivery_dropped (application_id) VALUES ($1) ON CONFLICT (application_id) DO NOTHING",
            (application,),
        )
        .await?;
        Ok(dropped)
    }

    /// Claims a stream that is due and that nobody holds; every former claim ends. Gives the number of the claim.
    pub(crate) async fn claim_stream(
        &mut self,
        application: ApplicationId,
        now: Timestamp,
        lease_until: Timestamp,
    ) -> sqlx::Result<Option<(i64,)>> {
        self.fetch_optional(
            "UPDATE delivery
             SET attempt = attempt + 1, lease_until = $3
             WHERE application_id = $1 AND method = 'push' AND state = 'running'
               AND lease_until <= $2 AND due_at <= $2
             RETURNING attempt",
            (application, now, lease_until),
        )
        .await
    }

    /// Notes how far everything is settled, and holds the stream for longer; touches nothing for who holds it no more.
    pub(crate) async fn keep_cursor(
        &mut self,
        holder: Holder,
        pos: i64,
        failures: i64,
        lease_until: Timestamp,
    ) -> sqlx::Result<u64> {
        self.execute(
            "UPDATE delivery
             SET acked_pos = $3, failures = $4, trouble = CASE WHEN $4 = 0 THEN NULL ELSE trouble END,
                 lease_until = $5
             WHERE application_id = $1 AND attempt = $2 AND acked_pos <= $3",
            (holder.application, holder.attempt, pos, failures, lease_until),
        )
        .await
    }

    /// Moves the cursors of streams that nobody holds and that have nothing to tell to the end of the feeds: what is forgotten
    /// of others is nothing that they missed. Events that no stream tells are nothing to tell.
    pub(crate) async fn lift_quiet_streams(
        &mut self,
        incarnation: Uuid,
        now: Timestamp,
    ) -> sqlx::Result<u64> {
        self.execute(
            concat!(
                "UPDATE delivery
             SET acked_pos = (SELECT h.pos FROM feed_head h WHERE h.shard = 0)
             WHERE lease_until <= $2 AND incarnation = $1
               AND acked_pos < (SELECT h.pos FROM feed_head h WHERE h.shard = 0)
               AND acked_pos >= (SELECT h.floor FROM feed_head h WHERE h.shard = 0)
               AND NOT EXISTS (
                   SELECT 1
                   FROM feed f
                   WHERE f.application_id = delivery.application_id AND f.pos > delivery.acked_pos
                     AND f.kind NOT IN ",
                untold!(),
                "
               )"
            ),
            (incarnation, now),
        )
        .await
    }

    /// Forgets what was settled ahead of a cursor that has passed it.
    pub(crate) async fn drop_settled_behind(&mut self) -> sqlx::Result<u64> {
        self.execute(
            "DELETE FROM delivery_settled
             WHERE EXISTS (
                 SELECT 1
                 FROM delivery d
                 WHERE d.application_id = delivery_settled.application_id AND d.acked_pos >= delivery_settled.pos
             )",
            (),
        )
        .await
    }

    /// Notes that the receiver is not well, and gives the stream back until it is due.
    pub(crate) async fn keep_failure(&mut self, holder: Holder, failure: Failure) -> sqlx::Result<u64> {
        self.execute(
            "UPDATE delivery
             SET failures = $3, due_at = $4, trouble = $5, lease_until = 0
             WHERE application_id = $1 AND attempt = $2",
            (holder.application, holder.attempt, failure.failures, failure.due_at, failure.trouble),
        )
        .await
    }

    /// Notes what is wrong with a receiver that polls.
    pub(crate) async fn note_trouble(&mut self, holder: Holder, trouble: &'static str) -> sqlx::Result<u64> {
        self.execute(
            "UPDATE delivery SET trouble = $3 WHERE application_id = $1 AND attempt = $2",
            (holder.application, holder.attempt, trouble),
        )
        .await
    }

    /// Gives the stream back.
    pub(crate) async fn release_stream(&mut self, holder: Holder) -> sqlx::Result<u64> {
        self.execute(
            "UPDATE delivery SET lease_until = 0 WHERE application_id = $1 AND attempt = $2",
            (holder.application, holder.attempt),
        )
        .await
    }

    /// Goes on at a position after what may be lost, which the receiver was told of.
    pub(crate) async fn resume_at(
        &mut self,
        holder: Holder,
        (incarnation, pos): (Uuid, i64),
        now: Timestamp,
    ) -> sqlx::Result<u64> {
        self.execute(
            "UPDATE delivery
             SET acked_pos = $4, incarnation = $3, resynced_at = $5, failures = 0, trouble = NULL
             WHERE application_id = $1 AND attempt = $2",
            (holder.application, holder.attempt, incarnation, pos, now),
        )
        .await
    }

    /// Notes that a change was acknowledged by who polls.
    pub(crate) async fn settle(&mut self, application: ApplicationId, pos: i64) -> sqlx::Result<u64> {
        self.execute(
            "INSERT INTO delivery_settled (application_id, pos)
             VALUES ($1, $2)
             ON CONFLICT (application_id, pos) DO NOTHING",
            (application, pos),
        )
        .await
    }

    /// Notes how far everything is settled of who polls; never backwards.
    pub(crate) async fn settle_up_to(&mut self, application: ApplicationId, pos: i64) -> sqlx::Result<u64> {
        let moved = self
            .execute(
                "UPDATE delivery
                 SET acked_pos = $2, trouble = NULL
                 WHERE application_id = $1 AND acked_pos < $2",
                (application, pos),
            )
            .await?;
        self.execute(
            "DELETE FROM delivery_settled WHERE application_id = $1 AND pos <= $2",
            (application, pos),
        )
        .await?;
        Ok(moved)
    }
}
