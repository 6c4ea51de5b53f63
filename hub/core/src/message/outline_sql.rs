//! Statements of numbered pages, and of what a mailbox holds as machines count it.

use super::reading::Sight;
use crate::clock::Timestamp;
use crate::db::{Db, record};

record! {
    /// What a mailbox holds, as somebody sees it.
    pub(crate) struct Held {
        pub(crate) total: i64,
        /// Those of which a machine fetched content or that a person opened.
        pub(crate) seen: i64,
        pub(crate) newest: Option<Timestamp>,
    }
}

impl Db {
    /// The number of the message before which so many newer ones stand; `None` if there are not so many.
    pub(crate) async fn number_at(
        &self,
        sight: Sight,
        newer: usize,
        now: Timestamp,
    ) -> sqlx::Result<Option<i64>> {
        let found = self
            .fetch_optional(
                "SELECT m.number
                 FROM message m
                 WHERE m.mailbox_id = $1 AND m.expires_at > $2
                   AND ((CAST($5 AS BIGINT) >> CAST(m.partition AS INTEGER)) & 1) = 1
                   AND NOT EXISTS (
                     SELECT 1
                     FROM withheld w
                     WHERE w.mailbox_id = m.mailbox_id AND w.consent_id = $3 AND w.organization = m.organization
                 )
                 ORDER BY m.number DESC
                 LIMIT 1 OFFSET $4",
                (sight.mailbox, now, sight.consent, i64::try_from(newer).unwrap_or(i64::MAX), sight.partitions),
            )
            .await?;
        Ok(found.map(|(number,)| number))
    }

    /// How many messages of a mailbox somebody sees, and how many of them were retrieved or opened.
    pub(crate) async fn held(&self, sight: Sight, now: Timestamp) -> sqlx::Result<Option<Held>> {
        self.fetch_optional(
            "SELECT COUNT(*) AS total,
                    COUNT(CASE WHEN k.retrieved_at IS NOT NULL OR k.opened_at IS NOT NULL THEN 1 END) AS seen,
                    MAX(m.at) AS newest
             FROM message m
             LEFT JOIN mark k ON k.mailbox_id = m.mailbox_id AND k.number = m.number
             WHERE m.mailbox_id = $1 AND m.expires_at > $2
               AND ((CAST($4 AS BIGINT) >> CAST(m.partition AS INTEGER)) & 1) = 1
               AND NOT EXISTS (
                 SELECT 1
                 FROM withheld w
                 WHERE w.mailbox_id = m.mailbox_id AND w.consent_id = $3 AND w.organization = m.organization
             )",
            (sight.mailbox, now, sight.consent, sight.partitions),
        )
        .await
    }

    /// The bytes of all files in the messages of a mailbox that somebody sees.
    pub(crate) async fn size_of(&self, sight: Sight, now: Timestamp) -> sqlx::Result<i64> {
        let found = self
            .fetch_optional(
                "SELECT CAST(COALESCE(SUM(p.size), 0) AS BIGINT) AS bytes
                 FROM message m
                 JOIN part p ON p.home = COALESCE(m.campaign_id, m.mailbox_id)
                            AND p.publication_id = COALESCE(m.campaign_id, m.publication_id) AND p.role = 'attachment'
                 WHERE m.mailbox_id = $1 AND m.expires_at > $2
               AND ((CAST($4 AS BIGINT) >> CAST(m.partition AS INTEGER)) & 1) = 1
               AND NOT EXISTS (
                     SELECT 1
                     FROM withheld w
                     WHERE w.mailbox_id = m.mailbox_id AND w.consent_id = $3 AND w.organization = m.organization
                 )",
                (sight.mailbox, now, sight.consent, sight.partitions),
            )
            .await?;
        Ok(found.map_or(0, |(bytes,)| bytes))
    }
}
