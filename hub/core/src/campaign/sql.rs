//! Statements on `campaign`.

use uuid::Uuid;

use super::{Campaign, Line};
use crate::clock::Timestamp;
use crate::db::{Db, Tx};
use crate::id::CampaignId;

/// A campaign about to be written.
pub(crate) struct NewCampaign<'a> {
    pub(crate) id: CampaignId,
    pub(crate) application: &'a str,
    pub(crate) organization: &'a str,
    pub(crate) message_type: &'a str,
    pub(crate) dry_run: bool,
    pub(crate) flags: i64,
    pub(crate) subject: String,
    pub(crate) stated: String,
    pub(crate) at: Timestamp,
    pub(crate) kept_until: Timestamp,
}

/// The columns of a campaign.
macro_rules! campaigns {
    ($rest:literal) => {
        concat!(
            "SELECT id, application, organization, message_type, dry_run, state, flags, subject, stated, created_at,
                    accepted_at, ended_at, list_id, list_mark, recipients, invalid, duplicates, reached, not_reached,
                    spot, line, lease
             FROM campaign
             WHERE ",
            $rest
        )
    };
}

impl Tx {
    /// Writes a campaign that awaits its list.
    pub(crate) async fn insert_campaign(&mut self, new: NewCampaign<'_>) -> sqlx::Result<u64> {
        self.execute(
            "INSERT INTO campaign (id, application, organization, message_type, dry_run, state, flags, subject, stated,
                                   created_at, spot, kept_until)
             VALUES ($1, $2, $3, $4, $5, 'awaitingRecipients', $6, $7, $8, $9, $10, $11)",
            (
                new.id,
                new.application,
                new.organization,
                new.message_type,
                new.dry_run,
                new.flags,
                new.subject,
                new.stated,
                new.at,
                Uuid::nil(),
                new.kept_until,
            ),
        )
        .await
    }

    /// How many campaigns of an application are not at their end.
    pub(crate) async fn unfinished_campaigns(&mut self, application: &str) -> sqlx::Result<i64> {
        let (count,) = self
            .fetch_one(
                "SELECT COUNT(*) AS unfinished
                 FROM campaign
                 WHERE application = $1 AND state IN ('awaitingRecipients', 'running')",
                (application,),
            )
            .await?;
        Ok(count)
    }

    /// A campaign, which nobody else moves until the end of this transaction.
    pub(crate) async fn lock_campaign(&mut self, id: CampaignId) -> sqlx::Result<Option<Campaign>> {
        let sql = self.dialect().pick(campaigns!("id = $1"), campaigns!("id = $1 FOR UPDATE"));
        self.fetch_optional(sql, (id,)).await
    }

    /// Gives a campaign its list, from which on it runs. It must be locked.
    pub(crate) async fn start_campaign(
        &mut self,
        id: CampaignId,
        (list, mark): (Uuid, Vec<u8>),
        (recipients, invalid): (i64, i64),
        now: Timestamp,
    ) -> sqlx::Result<u64> {
        self.execute(
            "UPDATE campaign
             SET state = 'running', list_id = $2, list_mark = $3, recipients = $4, invalid = $5, accepted_at = $6,
                 kept_until = NULL
             WHERE id = $1",
            (id, list, mark, recipients, invalid, now),
        )
        .await
    }

    /// Ends a campaign, which is looked at from now on until it can be removed. It must be locked.
    pub(crate) async fn end_campaign(
        &mut self,
        id: CampaignId,
        state: &str,
        now: Timestamp,
    ) -> sqlx::Result<u64> {
        self.execute(
            "UPDATE campaign
             SET state = $2, ended_at = $3, lease = NULL, kept_until = $3
             WHERE id = $1",
            (id, state, now),
        )
        .await
    }

    /// Until when messages of a campaign stand in mailboxes.
    pub(super) async fn shared_until(&mut self, id: CampaignId) -> sqlx::Result<Option<(Timestamp,)>> {
        self.fetch_optional("SELECT expires_at FROM publication WHERE home = $1 AND id = $1", (id,)).await
    }

    /// Says when a campaign is looked at again.
    pub(super) async fn keep_campaign(&mut self, id: CampaignId, until: Timestamp) -> sqlx::Result<u64> {
        self.execute("UPDATE campaign SET kept_until = $2 WHERE id = $1", (id, until)).await
    }

    /// Takes the campaign that was worked on longest ago, if nobody works on it.
    ///
    /// A scalar subquery runs once; behind `IN` PostgreSQL may run it again for each row, and take them all.
    pub(super) async fn lease_campaign(
        &mut self,
        lease: Uuid,
        (now, until): (Timestamp, Timestamp),
    ) -> sqlx::Result<Option<(CampaignId,)>> {
        let sql = self.dialect().pick(
            "UPDATE campaign
             SET lease = $1, lease_until = $3
             WHERE id = (
                 SELECT id FROM campaign
                 WHERE state = 'running' AND lease_until <= $2
                 ORDER BY lease_until
                 LIMIT 1
             ) AND state = 'running' AND lease_until <= $2
             RETURNING id",
            "UPDATE campaign
             SET lease = $1, lease_until = $3
             WHERE id = (
                 SELECT id FROM campaign
                 WHERE state = 'running' AND lease_until <= $2
                 ORDER BY lease_until
                 LIMIT 1
                 FOR UPDATE SKIP LOCKED
             ) AND state = 'running' AND lease_until <= $2
             RETURNING id",
        );
        self.fetch_optional(sql, (lease, now, until)).await
    }

    /// Lets others work on a campaign; those that wait longer come first.
    pub(super) async fn release_campaign(
        &mut self,
        id: CampaignId,
        lease: Uuid,
        now: Timestamp,
    ) -> sqlx::Result<u64> {
        self.execute(
            "UPDATE campaign
             SET lease = NULL, lease_until = $3
             WHERE id = $1 AND lease = $2",
            (id, lease, now),
        )
        .await
    }

    /// Forgets when a campaign has to be removed, since it is, and what its letter said and to whom it went last.
    pub(super) async fn note_campaign_removed(&mut self, id: CampaignId) -> sqlx::Result<u64> {
        self.execute(
            "UPDATE campaign
             SET kept_until = NULL, list_id = NULL, subject = '', stated = '', spot = $2, line = 0
             WHERE id = $1",
            (id, Uuid::nil()),
        )
        .await
    }
}

impl Db {
    /// Whether a campaign waits to be worked on.
    pub(super) async fn has_campaign_to_run(&self, now: Timestamp) -> sqlx::Result<bool> {
        let found: Option<(CampaignId,)> = self
            .fetch_optional(
                "SELECT id FROM campaign WHERE state = 'running' AND lease_until <= $1 LIMIT 1",
                (now,),
            )
            .await?;
        Ok(found.is_some())
    }

    /// A campaign.
    pub(crate) async fn campaign(&self, id: CampaignId) -> sqlx::Result<Option<Campaign>> {
        self.fetch_optional(campaigns!("id = $1"), (id,)).await
    }

    /// A campaign of this organization and application.
    pub(crate) async fn campaign_of(
        &self,
        application: &str,
        organization: &str,
        id: CampaignId,
    ) -> sqlx::Result<Option<Campaign>> {
        self.fetch_optional(
            campaigns!("id = $1 AND application = $2 AND organization = $3"),
            (id, application, organization),
        )
        .await
    }

    /// Lines of a list after one, in their order.
    pub(crate) async fn campaign_lines(&self, list: Uuid, after: i64, limit: i64) -> sqlx::Result<Vec<Line>> {
        self.fetch_all(
            "SELECT line, outcome, publication_id
             FROM campaign_recipient
             WHERE list_id = $1 AND line > $2
             ORDER BY line
             LIMIT $3",
            (list, after, limit),
        )
        .await
    }

    /// Campaigns that have to be looked at: those that ended, and those that were kept long enough.
    pub(super) async fn campaigns_to_look_at(&self, now: Timestamp) -> sqlx::Result<Vec<(CampaignId,)>> {
        self.fetch_all(
            "SELECT id
             FROM campaign
             WHERE kept_until <= $1 AND state <> 'running'
             ORDER BY kept_until
             LIMIT 10",
            (now,),
        )
        .await
    }
}
