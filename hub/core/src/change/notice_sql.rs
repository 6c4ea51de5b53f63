//! Statements on `notice`, the feeds of sender organizations.

use uuid::Uuid;

use super::SenderChange;
use super::noticing::{Audience, NoticeRow};
use crate::clock::Timestamp;
use crate::db::{Db, Tx};
use crate::id::MailboxId;

impl Tx {
    /// Queues what a sender organization alone is told.
    pub(crate) async fn queue_sender_change(&mut self, change: &SenderChange<'_>) -> sqlx::Result<u64> {
        self.execute(
            "INSERT INTO change_queue (mailbox_id, organization, kind, notice, about, message_type, at)
             VALUES ($1, $2, 'notice', $3, $4, $5, $6)",
            (
                change.mailbox.unwrap_or(MailboxId(Uuid::nil())),
                change.organization,
                change.kind.name(),
                change.about,
                change.message_type.map(str::to_owned),
                change.at,
            ),
        )
        .await
    }

    /// Forgets the first entries of an organization's feed, those that were put there before `before`; gives their
    /// positions.
    pub(super) async fn drop_noticed_before(
        &mut self,
        organization: &str,
        before: Timestamp,
        limit: i64,
    ) -> sqlx::Result<Vec<(i64,)>> {
        self.fetch_all(
            "DELETE FROM notice
             WHERE organization = $1 AND pos IN (
                 SELECT o.pos
                 FROM (SELECT pos, sequenced_at
                       FROM notice
                       WHERE organization = $1
                       ORDER BY pos
                       LIMIT $3
                 ) o
                 WHERE o.sequenced_at < $2
             )
             RETURNING pos",
            (organization, before, limit),
        )
        .await
    }
}

impl Db {
    /// The sender organizations, each of which has a feed.
    pub(super) async fn organizations_with_feeds(&self) -> sqlx::Result<Vec<(String,)>> {
        self.fetch_all("SELECT number FROM sender_organization ORDER BY number", ()).await
    }

    /// The entries of an organization's feed after a position, or from the oldest one kept, each with whether its
    /// type was ever registered for the application, and until when; and at what positions the feeds begin and end at that moment. One row without an
    /// entry if there is none.
    pub(super) async fn noticed_after(
        &self,
        audience: Audience<'_>,
        after: Option<i64>,
        limit: i64,
    ) -> sqlx::Result<Vec<NoticeRow>> {
        self.fetch_all(
            "SELECT h.pos AS head, h.floor, f.pos, f.kind, f.about, f.at,
                    f.message_type IS NULL OR t.message_type IS NOT NULL AS registered,
                    t.valid_until AS registered_until
             FROM feed_head h
             LEFT JOIN (
                 SELECT organization, pos, kind, about, message_type, at
                 FROM notice
                 WHERE organization = $1
                   AND pos > COALESCE($3, (SELECT o.floor FROM feed_head o WHERE o.shard = 0))
                 ORDER BY pos
                 LIMIT $4
             ) f ON f.organization = $1
             LEFT JOIN trio t ON t.organization = f.organization AND t.application = $2
                              AND t.message_type = f.message_type
             WHERE h.shard = 0
             ORDER BY f.pos",
            (audience.organization, audience.application, after, limit),
        )
        .await
    }
}
