//! Statements of delivering, each for all letters of a chunk at once.
//!
//! What is written is selected from the lines of the chunk, whose outcome stands there by then.

use uuid::Uuid;

use super::Campaign;
use super::chunk::{Dates, Stretch};
use crate::clock::Timestamp;
use crate::db::Tx;
use crate::id::{CampaignId, MailboxId};

/// The lines of a chunk: the list is `$1`, it begins after `($2, $3)` and ends with `($4, $5)`.
macro_rules! of_chunk {
    ($before:literal, $after:literal) => {
        concat!(
            $before,
            "r.list_id = $1 AND r.spot IS NOT NULL AND (r.spot, r.line) > ($2, $3) AND (r.spot, r.line) <= ($4, $5)",
            $after
        )
    };
}

/// Records of what became of letters; how an id is written differs.
macro_rules! records {
    ($object:literal) => {
        concat!(
            "INSERT INTO audit_write (mailbox_id, at, id, role, actor, action, object)
             SELECT CASE WHEN r.outcome = 'delivered' THEN COALESCE(r.mailbox_id, r.spot) ELSE $8 END, $6,
                    r.publication_id, 'sender', $7,
                    CASE WHEN r.outcome = 'delivered' THEN 'publish' ELSE 'notDelivered' END, ",
            $object,
            " FROM campaign_recipient r
             WHERE r.list_id = $1 AND r.spot IS NOT NULL AND (r.spot, r.line) > ($2, $3)
               AND (r.spot, r.line) <= ($4, $5) AND r.outcome IN ('delivered', 'notDelivered')"
        )
    };
}

impl Tx {
    /// Moves versions and counts of the mailboxes that a message comes into.
    pub(super) async fn move_mailboxes(&mut self, stretch: Stretch) -> sqlx::Result<u64> {
        let Stretch { list, after, to } = stretch;
        self.execute(
            of_chunk!(
                "UPDATE mailbox
                 SET version = version + 1, total = total + 1, unread = unread + 1
                 WHERE id IN (
                     SELECT COALESCE(r.mailbox_id, r.spot)
                     FROM campaign_recipient r
                     WHERE ",
                " AND r.outcome = 'delivered'
                 )"
            ),
            (list, after.0, after.1, to.0, to.1),
        )
        .await
    }

    /// Puts the messages into their mailboxes; an enterprise's rules say into which partition.
    pub(super) async fn insert_campaign_messages(
        &mut self,
        campaign: &Campaign,
        stretch: Stretch,
        dates: Dates,
    ) -> sqlx::Result<u64> {
        let Stretch { list, after, to } = stretch;
        self.execute(
            of_chunk!(
                "INSERT INTO message (mailbox_id, number, publication_id, campaign_id, at, expires_at, organization,
                                      application, type, flags, subject, partition)
                 SELECT m.id, m.version, r.publication_id, $6, $7, $8, $9, $10, $11, $12, $13,
                        CASE WHEN m.kind = 'enterprise' THEN COALESCE((
                            SELECT u.partition
                            FROM routing_rule u
                            WHERE u.mailbox_id = m.id AND (u.message_type IS NULL OR u.message_type = $11)
                              AND (u.application IS NULL OR u.application = $10)
                              AND (u.organization IS NULL OR u.organization = $9)
                            ORDER BY u.priority
                            LIMIT 1
                        ), 0) ELSE 0 END
                 FROM campaign_recipient r
                 JOIN mailbox m ON m.id = COALESCE(r.mailbox_id, r.spot)
                 WHERE ",
                " AND r.outcome = 'delivered'"
            ),
            (
                list,
                after.0,
                after.1,
                to.0,
                to.1,
                campaign.id,
                dates.at,
                dates.expires_at,
                campaign.organization.as_str(),
                campaign.application.as_str(),
                campaign.message_type.as_str(),
                campaign.flags,
                campaign.subject.as_str(),
            ),
        )
        .await
    }

    /// Keeps the sender's view of the letters, delivered or not.
    pub(super) async fn insert_campaign_sent(
        &mut self,
        campaign: &Campaign,
        stretch: Stretch,
        dates: Dates,
    ) -> sqlx::Result<u64> {
        let Stretch { list, after, to } = stretch;
        self.execute(
            of_chunk!(
                "INSERT INTO sent (application, publication_id, organization, mailbox_id, number, at, not_delivered_at,
                                   expires_at, campaign_id)
                 SELECT $6, r.publication_id, $7, m.id, m.version, $8, CASE WHEN m.id IS NULL THEN CAST($8 AS BIGINT) END,
                        CASE WHEN m.id IS NOT NULL THEN CAST($9 AS BIGINT) END, $10
                 FROM campaign_recipient r
                 LEFT JOIN mailbox m ON r.outcome = 'delivered' AND m.id = COALESCE(r.mailbox_id, r.spot)
                 WHERE ",
                " AND r.outcome IN ('delivered', 'notDelivered')"
            ),
            (
                list,
                after.0,
                after.1,
                to.0,
                to.1,
                campaign.application.as_str(),
                campaign.organization.as_str(),
                dates.at,
                dates.expires_at,
                campaign.id,
            ),
        )
        .await
    }

    /// Queues what providers are told.
    pub(super) async fn queue_campaign_changes(
        &mut self,
        campaign: &Campaign,
        stretch: Stretch,
        at: Timestamp,
    ) -> sqlx::Result<u64> {
        let Stretch { list, after, to } = stretch;
        self.execute(
            of_chunk!(
                "INSERT INTO change_queue (mailbox_id, version, number, organization, kind, at, partition)
                 SELECT m.id, m.version, m.version, $6, 'messageAvailable', $7, e.partition
                 FROM campaign_recipient r
                 JOIN mailbox m ON m.id = COALESCE(r.mailbox_id, r.spot)
                 JOIN message e ON e.mailbox_id = m.id AND e.number = m.version
                 WHERE ",
                " AND r.outcome = 'delivered'"
            ),
            (list, after.0, after.1, to.0, to.1, campaign.organization.as_str(), at),
        )
        .await
    }

    /// Records each letter (TRUST T18); the letter's own id is the record's too.
    pub(super) async fn record_campaign_letters(
        &mut self,
        campaign: &Campaign,
        stretch: Stretch,
        at: Timestamp,
    ) -> sqlx::Result<u64> {
        let Stretch { list, after, to } = stretch;
        let sql = self.dialect().pick(
            records!(
                "lower(substr(hex(r.publication_id), 1, 8) || '-' || substr(hex(r.publication_id), 9, 4) || '-'
                       || substr(hex(r.publication_id), 13, 4) || '-' || substr(hex(r.publication_id), 17, 4) || '-'
                       || substr(hex(r.publication_id), 21))"
            ),
            records!("CAST(r.publication_id AS TEXT)"),
        );
        let nobody = MailboxId(Uuid::nil());
        self.execute(sql, (list, after.0, after.1, to.0, to.1, at, campaign.application.as_str(), nobody))
            .await
    }

    /// Keeps the letter of a campaign as long as its last message.
    pub(super) async fn raise_publication_expiry(
        &mut self,
        campaign: CampaignId,
        until: Timestamp,
    ) -> sqlx::Result<u64> {
        self.execute(
            "UPDATE publication SET expires_at = $3 WHERE home = $1 AND id = $2 AND expires_at < $3",
            (campaign, campaign, until),
        )
        .await
    }
}
