//! Statements on `change_queue`, `feed` and `feed_head`; those on `notice` stand beside, but for the sequencer's.

use super::feed::FeedRow;
use super::{ConsentChange, MessageChange};
use crate::clock::Timestamp;
use crate::db::{Db, Dialect, Tx};
use crate::id::ApplicationId;

/// Entries of a feed, as `$entries` gives them, each with its consent at `$4`; and at what positions the feeds begin and end
/// at that moment. One row without an entry if there is none. The one text by which entries are judged. What names no
/// organization is withheld where any is.
macro_rules! fed {
    ($entries:literal) => {
        concat!(
            "SELECT h.pos AS head, h.floor, f.pos, f.mailbox_id, f.consent_id, f.number, f.kind, f.at,
                    c.state AS consent_state, c.actions, c.until AS consent_until,
                    c.partitions & COALESCE((
                        SELECT r.partitions
                        FROM partition_right r
                        WHERE r.mailbox_id = c.mailbox_id AND r.person = c.person
                    ), -1) AS partitions,
                    m.kind AS mailbox_kind, m.state AS mailbox_state, m.test, m.activated_at,
                    EXISTS (
                        SELECT 1
                        FROM withheld w
                        WHERE w.mailbox_id = f.mailbox_id AND w.consent_id = f.consent_id
                          AND (w.organization = f.organization OR f.organization = '')
                    ) OR COALESCE((((c.partitions & COALESCE((
                        SELECT r.partitions
                        FROM partition_right r
                        WHERE r.mailbox_id = c.mailbox_id AND r.person = c.person
                    ), -1)) >> CAST(f.partition AS INTEGER)) & 1) = 0, FALSE) AS withheld,
                    COALESCE(c.person = c.mailbox_id AND m.person_state IS NULL, FALSE) OR EXISTS (
                        SELECT 1
                        FROM mandate d
                        JOIN mailbox g ON g.id = d.person AND g.person_state IS NULL AND g.moved_to IS NULL
                        WHERE d.mailbox_id = c.mailbox_id AND d.person = c.person AND d.consents
                          AND d.valid_from <= $4 AND d.valid_until > $4
                    ) AS represented
             FROM feed_head h
             LEFT JOIN (\n                 ",
            $entries,
            "
             ) f ON f.application_id = $1
             LEFT JOIN consent c
                    ON c.mailbox_id = f.mailbox_id AND c.application_id = f.application_id AND c.id = f.consent_id
             LEFT JOIN mailbox m ON m.id = c.mailbox_id
             WHERE h.shard = 0
             ORDER BY f.pos"
        )
    };
}

impl Tx {
    /// Queues a change of a consent.
    pub(crate) async fn queue_consent_change(&mut self, change: &ConsentChange) -> sqlx::Result<u64> {
        self.execute(
            "INSERT INTO change_queue (mailbox_id, kind, provider_id, application_id, consent_id, at)
             VALUES ($1, $2, $3, $4, $5, $6)",
            (
                change.mailbox,
                change.kind.name(),
                change.provider,
                change.application,
                change.consent,
                change.at,
            ),
        )
        .await
    }

    /// Queues a change of a message.
    pub(crate) async fn queue_message_change(&mut self, change: &MessageChange<'_>) -> sqlx::Result<u64> {
        self.queue_message_changes(&[change]).await
    }

    /// [`Self::queue_message_change`], of several.
    pub(crate) async fn queue_message_changes(
        &mut self,
        changes: &[&MessageChange<'_>],
    ) -> sqlx::Result<u64> {
        let row = |change: &&MessageChange<'_>| {
            (
                change.mailbox,
                change.version,
                change.number,
                change.organization.to_owned(),
                change.kind.name(),
                change.at,
                change.notice.map(|notice| notice.kind.name().to_owned()),
                change.notice.map(|notice| notice.publication),
                change.notice.map(|notice| notice.message_type.to_owned()),
                change.partition,
                change.other_partition,
            )
        };
        self.insert_all(
            "INSERT INTO change_queue (mailbox_id, version, number, organization, kind, at, notice, about,
                                       message_type, partition, other_partition)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)",
            changes.iter().map(row).collect(),
        )
        .await
    }

    /// Waits until no other sequencer works; gives the last position that was given out.
    pub(super) async fn lock_feed_head(&mut self) -> sqlx::Result<i64> {
        let sql = self.dialect().pick(
            "SELECT pos FROM feed_head WHERE shard = 0",
            "SELECT pos FROM feed_head WHERE shard = 0 FOR UPDATE",
        );
        let (pos,) = self.fetch_one(sql, ()).await?;
        Ok(pos)
    }

    /// Moves the first changes of the queue into the feeds, at the positions after `pos`; gives how many, and when the
    /// oldest of them happened.
    ///
    /// One application has one consent on a mailbox, so that a change is in its feed once.
    pub(super) async fn sequence_changes(
        &mut self,
        (pos, limit): (i64, i64),
        now: Timestamp,
    ) -> sqlx::Result<(i64, Option<Timestamp>)> {
        if self.dialect() == Dialect::Postgres {
            return self.fetch_one(TAKE_AND_FEED, (pos, limit, now)).await;
        }
        self.execute(FEED, (pos, limit, now)).await?;
        self.execute(NOTIFY, (pos, limit, now)).await?;
        let taken: Vec<(Timestamp,)> = self.fetch_all(TAKE, (limit,)).await?;
        let count = i64::try_from(taken.len()).unwrap_or(i64::MAX);
        Ok((count, taken.into_iter().map(|(at,)| at).min()))
    }

    /// Says which position was given out last.
    pub(super) async fn advance_feed_head(&mut self, pos: i64) -> sqlx::Result<u64> {
        self.execute("UPDATE feed_head SET pos = $1 WHERE shard = 0", (pos,)).await
    }

    /// Forgets the first entries of a feed, those that were put there before `before`; gives their positions.
    pub(super) async fn drop_fed_before(
        &mut self,
        application: ApplicationId,
        before: Timestamp,
        limit: i64,
    ) -> sqlx::Result<Vec<(i64,)>> {
        self.fetch_all(
            "DELETE FROM feed
             WHERE application_id = $1 AND pos IN (
                 SELECT o.pos
                 FROM (SELECT pos, sequenced_at
                       FROM feed
                       WHERE application_id = $1
                       ORDER BY pos
                       LIMIT $3
                 ) o
                 WHERE o.sequenced_at < $2
             )
             RETURNING pos",
            (application, before, limit),
        )
        .await
    }

    /// Says that entries up to a position may be gone.
    pub(super) async fn raise_feed_floor(&mut self, floor: i64) -> sqlx::Result<u64> {
        self.execute("UPDATE feed_head SET floor = $1 WHERE shard = 0 AND floor < $1", (floor,)).await
    }
}

impl Db {
    /// The last position given out, and whether anything is queued.
    pub(super) async fn feed_stands(&self) -> sqlx::Result<(i64, bool)> {
        let row = self
            .fetch_optional(
                "SELECT pos, EXISTS (SELECT 1 FROM change_queue) AS waiting FROM feed_head WHERE shard = 0",
                (),
            )
            .await?;
        row.ok_or(sqlx::Error::RowNotFound)
    }

    /// The last position given out, and the one up to which entries may be forgotten.
    pub(crate) async fn feed_ends(&self) -> sqlx::Result<(i64, i64)> {
        let row = self.look_up_optional("SELECT pos, floor FROM feed_head WHERE shard = 0", ()).await?;
        row.ok_or(sqlx::Error::RowNotFound)
    }

    /// How many changes are queued.
    pub(crate) async fn changes_queued(&self) -> sqlx::Result<i64> {
        let row = self.fetch_optional("SELECT COUNT(*) AS queued FROM change_queue", ()).await?;
        Ok(row.map_or(0, |(queued,): (i64,)| queued))
    }

    /// The applications that have a feed.
    pub(super) async fn applications_with_feeds(&self) -> sqlx::Result<Vec<(ApplicationId,)>> {
        self.fetch_all("SELECT id FROM provider_application ORDER BY id", ()).await
    }

    /// The entries of a feed after a position, or from the oldest one kept, each with its consent as it is now; and at
    /// what positions the feeds begin and end at that moment. One row without an entry if there is none.
    pub(super) async fn fed_after(
        &self,
        application: ApplicationId,
        after: Option<i64>,
        (limit, now): (i64, Timestamp),
    ) -> sqlx::Result<Vec<FeedRow>> {
        self.look_up_all(
            fed!(
                "SELECT pos, application_id, mailbox_id, consent_id, number, organization, kind, at, partition
                 FROM feed
                 WHERE application_id = $1
                   AND pos > COALESCE($2, (SELECT o.floor FROM feed_head o WHERE o.shard = 0))
                 ORDER BY pos
                 LIMIT $3"
            ),
            (application, after, limit, now),
        )
        .await
    }

    /// The entries of a feed that have a number as events beyond `after`, in the same way.
    pub(super) async fn fed_as_events(
        &self,
        application: ApplicationId,
        after: i64,
        (limit, now): (i64, Timestamp),
    ) -> sqlx::Result<Vec<FeedRow>> {
        self.fetch_all(
            fed!(
                "SELECT e.pos, e.application_id, e.mailbox_id, e.consent_id, e.number, e.organization, e.kind, e.at,
                        e.partition
                 FROM event_number v
                 JOIN feed e ON e.application_id = v.application_id AND e.pos = v.pos
                 WHERE v.application_id = $1 AND v.n > $2
                 ORDER BY v.n
                 LIMIT $3"
            ),
            (application, after, limit, now),
        )
        .await
    }

    /// The entries of a feed that were dead letters and are to be told again, in the same way.
    pub(super) async fn fed_again(
        &self,
        application: ApplicationId,
        after: i64,
        (limit, now): (i64, Timestamp),
    ) -> sqlx::Result<Vec<FeedRow>> {
        self.fetch_all(
            fed!(
                "SELECT e.pos, e.application_id, e.mailbox_id, e.consent_id, e.number, e.organization, e.kind, e.at,
                        e.partition
                 FROM feed e
                 JOIN dead_letter x ON x.application_id = e.application_id AND x.pos = e.pos AND x.replay
                 WHERE e.application_id = $1 AND e.pos > $2
                 ORDER BY e.pos
                 LIMIT $3"
            ),
            (application, after, limit, now),
        )
        .await
    }
}

/// PostgreSQL: what is deleted is what is put into the feeds, in one snapshot. The first changes are those up to the last of them:
/// their ids as a list were compared one by one with all of the queue, as long as it was believed to be nearly empty. The second
/// `LIMIT` cuts nothing: by it the server knows how few are joined, however long the queue.
const TAKE_AND_FEED: &str = "
    WITH taken AS (
        DELETE FROM change_queue
        WHERE id <= (SELECT MAX(o.id) FROM (SELECT id FROM change_queue ORDER BY id LIMIT $2) o)
        RETURNING id, mailbox_id, version, number, organization, kind, application_id, consent_id, at,
                  notice, about, message_type, partition, other_partition
    ), numbered AS (
        SELECT t.*, ROW_NUMBER() OVER (ORDER BY t.id) AS n
        FROM taken t
        LIMIT $2
    ), fed AS (
        INSERT INTO feed (application_id, pos, mailbox_id, consent_id, version, number, organization, kind, at,
                          sequenced_at, partition)
        SELECT a.id, $1 + q.n, q.mailbox_id, COALESCE(q.consent_id, c.id), q.version, q.number, q.organization,
               q.kind, q.at, $3, q.partition
        FROM numbered q
        LEFT JOIN consent c
               ON q.application_id IS NULL AND c.mailbox_id = q.mailbox_id
              AND c.state IN ('authorised', 'suspended')
              AND (q.other_partition IS NULL OR ((((c.partitions & COALESCE((
                       SELECT r.partitions
                       FROM partition_right r
                       WHERE r.mailbox_id = c.mailbox_id AND r.person = c.person
                   ), -1)) >> CAST(q.other_partition AS INTEGER)) & 1) = 1) = (q.kind = 'messageMoved'))
        JOIN provider_application a ON a.id = COALESCE(q.application_id, c.application_id)
        WHERE q.kind <> 'notice'
    ), noticed AS (
        INSERT INTO notice (organization, pos, kind, about, message_type, at, sequenced_at)
        SELECT q.organization, $1 + q.n, q.notice, q.about, q.message_type, q.at, $3
        FROM numbered q
        WHERE q.notice IS NOT NULL
    )
    SELECT COUNT(*) AS taken, MIN(at) AS oldest
    FROM numbered";

/// SQLite, for providers: the one writer sees the same first changes in all three statements.
const FEED: &str = "
    INSERT INTO feed (application_id, pos, mailbox_id, consent_id, version, number, organization, kind, at, sequenced_at,
                      partition)
    SELECT a.id, $1 + q.n, q.mailbox_id, COALESCE(q.consent_id, c.id), q.version, q.number, q.organization,
           q.kind, q.at, $3, q.partition
    FROM (SELECT t.*, ROW_NUMBER() OVER (ORDER BY t.id) AS n
          FROM (SELECT * FROM change_queue ORDER BY id LIMIT $2) t
    ) q
    LEFT JOIN consent c
           ON q.application_id IS NULL AND c.mailbox_id = q.mailbox_id AND c.state IN ('authorised', 'suspended')
          AND (q.other_partition IS NULL OR ((((c.partitions & COALESCE((
                   SELECT r.partitions
                   FROM partition_right r
                   WHERE r.mailbox_id = c.mailbox_id AND r.person = c.person
               ), -1)) >> CAST(q.other_partition AS INTEGER)) & 1) = 1) = (q.kind = 'messageMoved'))
    JOIN provider_application a ON a.id = COALESCE(q.application_id, c.application_id)
    WHERE q.kind <> 'notice'";

/// SQLite, for senders.
const NOTIFY: &str = "
    INSERT INTO notice (organization, pos, kind, about, message_type, at, sequenced_at)
    SELECT q.organization, $1 + q.n, q.notice, q.about, q.message_type, q.at, $3
    FROM (SELECT t.*, ROW_NUMBER() OVER (ORDER BY t.id) AS n
          FROM (SELECT * FROM change_queue ORDER BY id LIMIT $2) t
    ) q
    WHERE q.notice IS NOT NULL";

/// SQLite, at last.
const TAKE: &str = "
    DELETE FROM change_queue
    WHERE id IN (SELECT id FROM change_queue ORDER BY id LIMIT $1)
    RETURNING at";
