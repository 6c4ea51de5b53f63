//! Statements of a chunk, each for all of its lines at once: who they are, and what is decided of them.

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
    ///
    /// Their ids are an array on PostgreSQL, which is looked up in the index: joined as rows they were compared with each line of
    /// a list that the server had not counted yet. SQLite, too, went through the list for each chunk, and does not where it is told
    /// with what to begin and where to look (decision 34).
    pub(super) async fn delivered_elsewhere(
        &mut self,
        list: Uuid,
        ids: String,
    ) -> sqlx::Result<Vec<(MailboxId,)>> {
        let sql = self.dialect().pick(
            "SELECT r.mailbox_id
             FROM json_each($2) v
             CROSS JOIN campaign_recipient r INDEXED BY campaign_recipient_moved
               ON r.list_id = $1 AND r.mailbox_id = unhex(v.value)",
            "SELECT mailbox_id FROM campaign_recipient
             WHERE list_id = $1 AND mailbox_id IS NOT NULL AND mailbox_id = ANY(ARRAY(
                 SELECT CAST(v.value AS UUID) FROM jsonb_array_elements_text(CAST($2 AS JSONB)) v(value)
             ))",
        );
        self.fetch_all(sql, (list, ids)).await
    }

    /// Of these mailboxes those that a line of the list was delivered into which led there from the beginning.
    pub(super) async fn delivered_at(&mut self, list: Uuid, ids: String) -> sqlx::Result<Vec<(MailboxId,)>> {
        let sql = self.dialect().pick(
            "SELECT r.spot
             FROM json_each($2) v
             CROSS JOIN campaign_recipient r INDEXED BY campaign_recipient_by_spot
               ON r.list_id = $1 AND r.spot = unhex(v.value)
             WHERE r.outcome = 'delivered'",
            "SELECT spot FROM campaign_recipient
             WHERE list_id = $1 AND spot IS NOT NULL AND outcome = 'delivered' AND spot = ANY(ARRAY(
                 SELECT CAST(v.value AS UUID) FROM jsonb_array_elements_text(CAST($2 AS JSONB)) v(value)
             ))",
        );
        self.fetch_all(sql, (list, ids)).await
    }

    /// Writes what became of lines, which are there; their numbers are forgotten.
    ///
    /// As an `INSERT` that always meets its row: a join of the list with so many values was, on SQLite, worked off line by line of
    /// the whole list.
    pub(super) async fn settle_lines(&mut self, list: Uuid, decided: &[Decided]) -> sqlx::Result<u64> {
        let row = |row: &Decided| {
            let mailbox = row.mailbox.filter(|_| row.moved);
            (list, row.line, row.outcome.name(), row.publication, mailbox)
        };
        self.insert_all(
            "INSERT INTO campaign_recipient (list_id, line, outcome, publication_id, mailbox_id)
             VALUES ($1, $2, $3, $4, $5)
             ON CONFLICT (list_id, line) DO UPDATE
             SET outcome = excluded.outcome, publication_id = excluded.publication_id,
                 mailbox_id = excluded.mailbox_id, sealed_number = NULL",
            decided.iter().map(row).collect(),
        )
        .await
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
