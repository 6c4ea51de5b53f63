//! Statements of a chunk, each for all of its lines at once: who they are, and what is decided of them.

use data_encoding::HEXLOWER;
use serde_json::json;
use uuid::Uuid;

use super::chunk::{Decided, Stretch};
use crate::clock::Timestamp;
use crate::db::{Db, Tx};
use crate::id::{CampaignId, MailboxId};

/// What a chunk adds up to.
#[derive(Clone, Copy, Default)]
pub(super) struct Sums {
    pub(super) reached: i64,
    pub(super) not_reached: i64,
    pub(super) duplicates: i64,
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

    /// Moves a campaign to the end of a chunk; whoever holds it goes on holding it. It must be locked.
    pub(super) async fn move_campaign(
        &mut self,
        id: CampaignId,
        (to, sums): ((Uuid, i64), Sums),
        lease_until: Timestamp,
    ) -> sqlx::Result<u64> {
        self.execute(
            "UPDATE campaign
             SET spot = $2, line = $3, reached = reached + $4, not_reached = not_reached + $5,
                 duplicates = duplicates + $6, lease_until = $7
             WHERE id = $1",
            (id, to.0, to.1, sums.reached, sums.not_reached, sums.duplicates, lease_until),
        )
        .await
    }
}
