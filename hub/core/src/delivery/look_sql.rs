//! Statements that read `delivery` and `delivery_settled`.

use uuid::Uuid;

use super::StreamRow;
use crate::clock::Timestamp;
use crate::db::{Db, record};
use crate::id::ApplicationId;

record! {
    /// How far a stream is behind.
    #[derive(Clone, Debug)]
    pub(crate) struct BacklogRow {
        pub(crate) client_id: String,
        pub(crate) failures: i64,
        pub(crate) due_at: Timestamp,
        /// When the oldest change got its place that is not settled.
        pub(crate) oldest: Option<Timestamp>,
        pub(crate) dead_letters: i64,
    }
}

/// Streams, as `$which` chooses them.
macro_rules! streams {
    ($which:literal) => {
        concat!(
            "SELECT d.application_id, a.client_id, a.state AS application_state, p.id AS provider_id,
                    p.state AS provider_state, d.method, d.state, d.address, d.asked_address, d.revision,
                    d.incarnation, d.acked_pos, d.attempt, d.failures, d.due_at, d.trouble, d.registered_at,
                    d.verified_at, d.resynced_at,
                    EXISTS (
                        SELECT 1
                        FROM dead_letter x
                        WHERE x.application_id = d.application_id AND x.replay
                    ) AS replaying
             FROM delivery d
             JOIN provider_application a ON a.id = d.application_id
             JOIN provider p ON p.id = a.provider_id\n             ",
            $which
        )
    };
}

impl Db {
    /// The stream of an application.
    pub(crate) async fn stream(&self, application: ApplicationId) -> sqlx::Result<Option<StreamRow>> {
        self.fetch_optional(streams!("WHERE d.application_id = $1"), (application,)).await
    }

    /// The applications that have something to be pushed now, which nobody is pushing.
    pub(crate) async fn streams_to_push(
        &self,
        now: Timestamp,
        incarnation: Uuid,
    ) -> sqlx::Result<Vec<(ApplicationId,)>> {
        self.fetch_all(
            concat!(
                "SELECT d.application_id
             FROM delivery d
             JOIN provider_application a ON a.id = d.application_id AND a.state = 'active'
             JOIN provider p ON p.id = a.provider_id AND p.state IN ('sandbox', 'certified', 'active')
             JOIN feed_head h ON h.shard = 0
             WHERE d.method = 'push' AND d.state = 'running' AND d.lease_until <= $1 AND d.due_at <= $1
               AND (d.incarnation <> $2 OR d.acked_pos < h.floor OR d.acked_pos > h.pos OR EXISTS (
                        SELECT 1
                        FROM feed f
                        WHERE f.application_id = d.application_id AND f.pos > d.acked_pos
                          AND f.kind NOT IN ",
                untold!(),
                "
                    ) OR EXISTS (
                        SELECT 1
                        FROM dead_letter x
                        WHERE x.application_id = d.application_id AND x.replay
                    ))
             ORDER BY d.application_id"
            ),
            (now, incarnation),
        )
        .await
    }

    /// How far each stream is behind.
    pub(crate) async fn backlogs(&self) -> sqlx::Result<Vec<BacklogRow>> {
        self.fetch_all(
            concat!(
                "SELECT a.client_id, d.failures, d.due_at,
                    (SELECT f.sequenced_at
                     FROM feed f
                     WHERE f.application_id = d.application_id AND f.pos > d.acked_pos
                       AND f.kind NOT IN ",
                untold!(),
                "
                     ORDER BY f.pos
                     LIMIT 1
                    ) AS oldest,
                    (SELECT COUNT(*)
                     FROM (SELECT 1 AS one
                           FROM dead_letter x
                           WHERE x.application_id = d.application_id
                           LIMIT 10001
                     ) y
                    ) AS dead_letters
             FROM delivery d
             JOIN provider_application a ON a.id = d.application_id
             ORDER BY a.client_id"
            ),
            (),
        )
        .await
    }

    /// Whether the application had a stream that was dropped.
    pub(crate) async fn had_stream(&self, application: ApplicationId) -> sqlx::Result<bool> {
        let sql = "SELECT application_id FROM delivery_dropped WHERE application_id = $1";
        let found: Option<(ApplicationId,)> = self.fetch_optional(sql, (application,)).await?;
        Ok(found.is_some())
    }

    /// Whether the application's feed has anything after a position, up to another.
    pub(crate) async fn feeds_between(
        &self,
        application: ApplicationId,
        (after, up_to): (i64, i64),
    ) -> sqlx::Result<bool> {
        let sql = "SELECT pos FROM feed WHERE application_id = $1 AND pos > $2 AND pos <= $3 LIMIT 1";
        let found: Option<(i64,)> = self.fetch_optional(sql, (application, after, up_to)).await?;
        Ok(found.is_some())
    }

    /// What is settled beyond a stream's cursor: acknowledged, or a dead letter that stays one.
    pub(crate) async fn settled_beyond(
        &self,
        application: ApplicationId,
        pos: i64,
    ) -> sqlx::Result<Vec<(i64,)>> {
        self.fetch_all(
            "SELECT pos FROM delivery_settled WHERE application_id = $1 AND pos > $2
             UNION
             SELECT pos FROM dead_letter WHERE application_id = $1 AND pos > $2 AND NOT replay
             ORDER BY pos",
            (application, pos),
        )
        .await
    }
}
