//! Statements of a chunk: each for all of its lines at once.
//!
//! What is written of letters is selected from the lines of the chunk, whose outcome stands there by then.

use data_encoding::HEXLOWER;
use serde_json::json;
use uuid::Uuid;

use super::Campaign;
use super::chunk::{Dates, Decided, Stretch};
use crate::clock::Timestamp;
use crate::db::{Db, Tx};
use crate::id::{CampaignId, MailboxId};
use crate::mailbox::Mailbox;

/// What a chunk adds up to.
#[derive(Clone, Copy, Default)]
pub(super) struct Sums {
    pub(super) reached: i64,
    pub(super) not_reached: i64,
    pub(super) duplicates: i64,
}

/// The columns of a mailbox whose id stands in a JSON array.
macro_rules! among {
    ($ids:literal, $rest:literal) => {
        concat!(
            "SELECT id, kind, state, version, total, unread, activated_at, person_state, of_age_at, moved_to
             FROM mailbox
             WHERE id IN (",
            $ids,
            ")",
            $rest
        )
    };
}

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

impl Db {
    /// Lines of a list after one, in the order in which they are worked off.
    pub(super) async fn campaign_rows_after(
        &self,
        list: Uuid,
        (spot, line): (Uuid, i64),
        limit: i64,
    ) -> sqlx::Result<Vec<(i64, Uuid, Vec<u8>)>> {
        self.fetch_all(
            "SELECT line, spot, sealed_number
             FROM campaign_recipient
             WHERE list_id = $1 AND spot IS NOT NULL AND (spot, line) > ($2, $3) AND sealed_number IS NOT NULL
             ORDER BY spot, line
             LIMIT $4",
            (list, spot, line, limit),
        )
        .await
    }
}

impl Tx {
    /// The mailboxes of these ids, a JSON array.
    pub(super) async fn mailboxes_among(&mut self, ids: String) -> sqlx::Result<Vec<Mailbox>> {
        let sql = self.dialect().pick(
            among!("SELECT unhex(v.value) FROM json_each($1) v", ""),
            among!(
                "SELECT CAST(v.value AS UUID) FROM jsonb_array_elements_text(CAST($1 AS JSONB)) v(value)",
                ""
            ),
        );
        self.fetch_all(sql, (ids,)).await
    }

    /// [`Self::mailboxes_among`], locked in their order (DATA rules 1 and 5).
    pub(super) async fn lock_mailboxes(&mut self, ids: String) -> sqlx::Result<Vec<Mailbox>> {
        let sql = self.dialect().pick(
            among!("SELECT unhex(v.value) FROM json_each($1) v", ""),
            among!(
                "SELECT CAST(v.value AS UUID) FROM jsonb_array_elements_text(CAST($1 AS JSONB)) v(value)",
                " ORDER BY id FOR UPDATE"
            ),
        );
        self.fetch_all(sql, (ids,)).await
    }

    /// Of these mailboxes those that a line of the list was delivered into which had led elsewhere.
    pub(super) async fn delivered_elsewhere(
        &mut self,
        list: Uuid,
        ids: String,
    ) -> sqlx::Result<Vec<(MailboxId,)>> {
        let sql = self.dialect().pick(
            "SELECT mailbox_id FROM campaign_recipient
             WHERE list_id = $1 AND mailbox_id IS NOT NULL
               AND mailbox_id IN (SELECT unhex(v.value) FROM json_each($2) v)",
            "SELECT mailbox_id FROM campaign_recipient
             WHERE list_id = $1 AND mailbox_id IS NOT NULL AND mailbox_id IN (
                 SELECT CAST(v.value AS UUID) FROM jsonb_array_elements_text(CAST($2 AS JSONB)) v(value)
             )",
        );
        self.fetch_all(sql, (list, ids)).await
    }

    /// Of these mailboxes those that a line of the list was delivered into which led there from the beginning.
    pub(super) async fn delivered_at(&mut self, list: Uuid, ids: String) -> sqlx::Result<Vec<(MailboxId,)>> {
        let sql = self.dialect().pick(
            "SELECT spot FROM campaign_recipient
             WHERE list_id = $1 AND spot IS NOT NULL AND outcome = 'delivered'
               AND spot IN (SELECT unhex(v.value) FROM json_each($2) v)",
            "SELECT spot FROM campaign_recipient
             WHERE list_id = $1 AND spot IS NOT NULL AND outcome = 'delivered' AND spot IN (
                 SELECT CAST(v.value AS UUID) FROM jsonb_array_elements_text(CAST($2 AS JSONB)) v(value)
             )",
        );
        self.fetch_all(sql, (list, ids)).await
    }

    /// Writes what became of lines; their numbers are forgotten.
    pub(super) async fn settle_lines(&mut self, list: Uuid, decided: &[Decided]) -> sqlx::Result<u64> {
        let hex = |id: Uuid| HEXLOWER.encode(id.as_bytes());
        let rows: Vec<_> = decided
            .iter()
            .map(|row| {
                let mailbox = row.mailbox.filter(|_| row.moved).map(|id| hex(id.0));
                json!([row.line, row.outcome.name(), row.publication.map(|id| hex(id.0)), mailbox])
            })
            .collect();
        let sql = self.dialect().pick(
            "UPDATE campaign_recipient
             SET outcome = v.value ->> 1, publication_id = unhex(v.value ->> 2), mailbox_id = unhex(v.value ->> 3),
                 sealed_number = NULL
             FROM json_each($2) v
             WHERE list_id = $1 AND line = v.value ->> 0",
            "UPDATE campaign_recipient
             SET outcome = v.value ->> 1, publication_id = CAST(v.value ->> 2 AS UUID),
                 mailbox_id = CAST(v.value ->> 3 AS UUID), sealed_number = NULL
             FROM jsonb_array_elements(CAST($2 AS JSONB)) v(value)
             WHERE list_id = $1 AND line = CAST(v.value ->> 0 AS BIGINT)",
        );
        self.execute(sql, (list, json!(rows).to_string())).await
    }

    /// Forgets whom the lines were for that were not delivered (TRUST T15).
    pub(super) async fn forget_unreached(&mut self, stretch: Stretch) -> sqlx::Result<u64> {
        let Stretch { list, after, to } = stretch;
        self.execute(
            "UPDATE campaign_recipient
             SET spot = NULL
             WHERE list_id = $1 AND spot IS NOT NULL AND (spot, line) > ($2, $3) AND (spot, line) <= ($4, $5)
               AND outcome <> 'delivered'",
            (list, after.0, after.1, to.0, to.1),
        )
        .await
    }

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
                 SELECT $6, r.publication_id, $7, m.id, m.version, $8, CASE WHEN m.id IS NULL THEN $8 END,
                        CASE WHEN m.id IS NOT NULL THEN $9 END, $10
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

    /// Moves a campaign to the end of a chunk; whoever holds it goes on holding it. It must be locked.
    pub(super) async fn move_campaign(
        &mut self,
        id: CampaignId,
        (to, sums): ((Uuid, i64), Sums),
        (lease_until, kept_until): (Timestamp, Timestamp),
    ) -> sqlx::Result<u64> {
        self.execute(
            "UPDATE campaign
             SET spot = $2, line = $3, reached = reached + $4, not_reached = not_reached + $5,
                 duplicates = duplicates + $6, lease_until = $7, kept_until = $8
             WHERE id = $1",
            (id, to.0, to.1, sums.reached, sums.not_reached, sums.duplicates, lease_until, kept_until),
        )
        .await
    }
}
