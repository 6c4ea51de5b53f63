//! Statements on lists that come in and go.

use data_encoding::HEXLOWER;
use serde_json::json;
use uuid::Uuid;

use crate::clock::Timestamp;
use crate::db::{Db, Tx};
use crate::id::CampaignId;

/// A line about to be stored.
pub(super) struct NewLine {
    pub(super) line: i64,
    pub(super) spot: Option<Uuid>,
    pub(super) sealed: Option<Vec<u8>>,
    pub(super) outcome: Option<&'static str>,
}

impl Tx {
    /// Begins a list.
    pub(super) async fn insert_list(
        &mut self,
        list: Uuid,
        campaign: CampaignId,
        until: Timestamp,
    ) -> sqlx::Result<u64> {
        self.execute(
            "INSERT INTO campaign_list (id, campaign_id, until) VALUES ($1, $2, $3)",
            (list, campaign, until),
        )
        .await
    }

    /// Stores lines of a list.
    pub(super) async fn insert_lines(&mut self, list: Uuid, lines: &[NewLine]) -> sqlx::Result<u64> {
        let rows: Vec<_> = lines
            .iter()
            .map(|row| {
                let spot = row.spot.map(|spot| HEXLOWER.encode(spot.as_bytes()));
                let sealed = row.sealed.as_deref().map(|sealed| HEXLOWER.encode(sealed));
                json!([row.line, spot, sealed, row.outcome])
            })
            .collect();
        let sql = self.dialect().pick(
            "INSERT INTO campaign_recipient (list_id, line, spot, sealed_number, outcome)
             SELECT $1, v.value ->> 0, unhex(v.value ->> 1), unhex(v.value ->> 2), v.value ->> 3
             FROM json_each($2) v",
            "INSERT INTO campaign_recipient (list_id, line, spot, sealed_number, outcome)
             SELECT $1, CAST(v.value ->> 0 AS BIGINT), CAST(v.value ->> 1 AS UUID), decode(v.value ->> 2, 'hex'),
                    v.value ->> 3
             FROM jsonb_array_elements(CAST($2 AS JSONB)) v(value)",
        );
        self.execute(sql, (list, json!(rows).to_string())).await
    }

    /// A campaign names the list from now on; false if it has to go.
    pub(crate) async fn adopt_list(&mut self, list: Uuid, now: Timestamp) -> sqlx::Result<bool> {
        let adopted =
            self.execute("DELETE FROM campaign_list WHERE id = $1 AND until > $2", (list, now)).await?;
        Ok(adopted == 1)
    }

    /// Nobody sends the list any more.
    pub(super) async fn end_list(&mut self, list: Uuid) -> sqlx::Result<u64> {
        self.execute("UPDATE campaign_list SET until = 0 WHERE id = $1", (list,)).await
    }

    /// Keeps a list that nobody sends any more from being adopted until it is removed; 0 if there is none.
    pub(super) async fn claim_list(&mut self, list: Uuid, now: Timestamp) -> sqlx::Result<u64> {
        self.execute("UPDATE campaign_list SET until = 0 WHERE id = $1 AND until <= $2", (list, now)).await
    }

    /// How many lists are on their way of the application that this campaign belongs to.
    pub(super) async fn lists_at_once(&mut self, id: CampaignId, now: Timestamp) -> sqlx::Result<i64> {
        let (count,) = self
            .fetch_one(
                "SELECT COUNT(*) AS lists
                 FROM campaign_list l
                 JOIN campaign c ON c.id = l.campaign_id
                 WHERE l.until > $2 AND c.application = (SELECT application FROM campaign WHERE id = $1)",
                (id, now),
            )
            .await?;
        Ok(count)
    }

    /// Forgets a list that has no lines.
    pub(super) async fn delete_list(&mut self, list: Uuid) -> sqlx::Result<u64> {
        self.execute("DELETE FROM campaign_list WHERE id = $1", (list,)).await
    }

    /// Removes the first lines of a list.
    pub(super) async fn delete_lines(&mut self, list: Uuid, limit: i64) -> sqlx::Result<u64> {
        self.execute(
            "DELETE FROM campaign_recipient
             WHERE list_id = $1 AND line IN (
                 SELECT line FROM campaign_recipient WHERE list_id = $1 ORDER BY line LIMIT $2
             )",
            (list, limit),
        )
        .await
    }
}

impl Tx {
    /// Forgets whom some lines after one are for, in the order in which they would have been worked off.
    pub(super) async fn forget_waiting(
        &mut self,
        list: Uuid,
        (spot, line): (Uuid, i64),
        limit: i64,
    ) -> sqlx::Result<u64> {
        self.execute(
            "UPDATE campaign_recipient
             SET spot = NULL, sealed_number = NULL
             WHERE list_id = $1 AND line IN (
                 SELECT line FROM campaign_recipient
                 WHERE list_id = $1 AND spot IS NOT NULL AND (spot, line) > ($2, $3)
                 ORDER BY spot, line
                 LIMIT $4
             )",
            (list, spot, line, limit),
        )
        .await
    }
}

impl Db {
    /// Lists that no campaign names and nobody sends any more.
    pub(super) async fn lists_to_remove(&self, now: Timestamp) -> sqlx::Result<Vec<(Uuid,)>> {
        self.fetch_all("SELECT id FROM campaign_list WHERE until <= $1 ORDER BY until LIMIT 10", (now,)).await
    }
}
