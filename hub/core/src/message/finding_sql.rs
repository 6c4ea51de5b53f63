//! Statements of finding: stretches of a mailbox, what may fit in one, and names.

use uuid::Uuid;

use super::question::{Addressees, Order, Question};
use super::reading::Sight;
use crate::clock::Timestamp;
use crate::db::{Db, Tx, record};
use crate::id::{MailboxId, PublicationId};

record! {
    /// A message that fits by its columns; its words are there if words are searched.
    pub(super) struct Candidate {
        pub(super) number: i64,
        pub(super) expires_at: Timestamp,
        pub(super) organization: String,
        pub(super) application: String,
        pub(super) message_type: String,
        pub(super) publication_id: PublicationId,
        pub(super) campaign_id: Option<Uuid>,
        pub(super) folded: Option<String>,
        pub(super) header: Option<String>,
        pub(super) sealed_header: Option<Vec<u8>>,
    }
}

/// A part of a mailbox that is looked at in one statement.
#[derive(Clone, Copy)]
pub(super) struct Stretch {
    /// It begins after this number, in the order of the question.
    pub(super) beyond: i64,
    /// It ends with this number; `None` if it goes to the end.
    pub(super) to: Option<i64>,
    /// Rows at most.
    pub(super) limit: usize,
}

/// The candidates of a stretch; its bounds and its order are the only difference between the two directions.
macro_rules! candidates {
    ($bounds:literal, $order:literal) => {
        concat!(
            "SELECT m.number, m.expires_at, m.organization, m.application, m.type AS message_type,
                    m.publication_id, m.campaign_id,
                    CASE WHEN $15 THEN w.folded END AS folded,
                    CASE WHEN $15 AND w.folded IS NULL THEN (
                        SELECT b.header
                        FROM publication b
                        WHERE b.home = COALESCE(m.campaign_id, m.mailbox_id)
                       AND b.id = COALESCE(m.campaign_id, m.publication_id)
                    ) END AS header,
                    CASE WHEN $15 AND $19 THEN (
                        SELECT b.sealed_header
                        FROM publication b
                        WHERE b.home = COALESCE(m.campaign_id, m.mailbox_id)
                       AND b.id = COALESCE(m.campaign_id, m.publication_id)
                    ) END AS sealed_header
             FROM message m
             LEFT JOIN mark k ON k.mailbox_id = m.mailbox_id AND k.number = m.number
             LEFT JOIN message_text w ON $15 AND w.mailbox_id = m.mailbox_id AND w.number = m.number
             WHERE m.mailbox_id = $1 AND ",
            $bounds,
            " AND m.expires_at > $4
               AND ((CAST($20 AS BIGINT) >> CAST(m.partition AS INTEGER)) & 1) = 1
               AND NOT EXISTS (
                 SELECT 1
                 FROM withheld h
                 WHERE h.mailbox_id = m.mailbox_id AND h.consent_id = $5 AND h.organization = m.organization
             )
               AND m.at >= $6 AND m.at < $7 AND m.expires_at >= $8 AND m.expires_at < $9
               AND ($10 IS NULL OR COALESCE(k.read, FALSE) = $10)
               AND ($11 IS NULL OR COALESCE(k.archived, FALSE) = $11)
               AND ($12 IS NULL OR m.organization = $12)
               AND ($13 IS NULL OR m.type = $13)
               AND ($14 IS NULL OR ((m.flags & 1) = 1) = $14)
               AND ($17 IS NULL OR m.application = $17)
               AND ($18 IS NULL OR (k.retrieved_at IS NOT NULL OR k.opened_at IS NOT NULL) = $18)
               AND ($21 IS NULL OR m.partition = $21)
             ORDER BY m.number ",
            $order,
            " LIMIT $16"
        )
    };
}

impl Db {
    /// The number at which a stretch of `length` messages ends, in the partitions that are seen and asked for; `None` if the
    /// mailbox ends before.
    pub(super) async fn end_of_stretch(
        &self,
        sight: Sight,
        question: &Question,
        beyond: i64,
        length: usize,
    ) -> sqlx::Result<Option<i64>> {
        let sql = match question.order {
            Order::Newest => {
                "SELECT number
                 FROM message
                 WHERE mailbox_id = $1 AND number < $2
                   AND ((CAST($4 AS BIGINT) >> CAST(partition AS INTEGER)) & 1) = 1
                   AND ($5 IS NULL OR partition = $5)
                 ORDER BY number DESC
                 LIMIT 1 OFFSET $3"
            }
            Order::Oldest => {
                "SELECT number
                 FROM message
                 WHERE mailbox_id = $1 AND number > $2
                   AND ((CAST($4 AS BIGINT) >> CAST(partition AS INTEGER)) & 1) = 1
                   AND ($5 IS NULL OR partition = $5)
                 ORDER BY number
                 LIMIT 1 OFFSET $3"
            }
        };
        let offset = i64::try_from(length).unwrap_or(i64::MAX).saturating_sub(1);
        let place = (sight.mailbox, beyond, offset, sight.partitions, question.partition);
        let end = self.fetch_optional(sql, place).await?;
        Ok(end.map(|(number,)| number))
    }

    /// The messages of a stretch that fit by their columns, in the order of the question.
    pub(super) async fn candidates(
        &self,
        sight: Sight,
        question: &Question,
        stretch: Stretch,
        now: Timestamp,
    ) -> sqlx::Result<Vec<Candidate>> {
        let (sql, end) = match question.order {
            Order::Newest => (candidates!("m.number < $2 AND m.number >= $3", "DESC"), i64::MIN),
            Order::Oldest => (candidates!("m.number > $2 AND m.number <= $3", "ASC"), i64::MAX),
        };
        let first = |at: Option<Timestamp>| at.unwrap_or(Timestamp(i64::MIN));
        let last = |at: Option<Timestamp>| at.unwrap_or(Timestamp(i64::MAX));
        self.fetch_all(
            sql,
            (
                sight.mailbox,
                stretch.beyond,
                stretch.to.unwrap_or(end),
                now,
                sight.consent,
                first(question.received.from),
                last(question.received.before),
                first(question.expires.from),
                last(question.expires.before),
                question.read,
                question.archived,
                question.organization.clone(),
                question.message_type.clone(),
                question.registered_mail,
                question.search.is_some(),
                i64::try_from(stretch.limit).unwrap_or(i64::MAX),
                question.application.clone(),
                question.seen,
                question.addressees != Addressees::PassedOver,
                sight.partitions,
                question.partition,
            ),
        )
        .await
    }

    /// The names of all sender organizations, by number.
    pub(crate) async fn organization_names(&self) -> sqlx::Result<Vec<(String, String)>> {
        self.fetch_all("SELECT number, name FROM sender_organization", ()).await
    }

    /// The names of all sender applications, by client id.
    pub(super) async fn sender_application_names(&self) -> sqlx::Result<Vec<(String, String)>> {
        self.fetch_all("SELECT client_id, name FROM sender_application", ()).await
    }

    /// The names of all message types, by id.
    pub(super) async fn message_type_names(&self) -> sqlx::Result<Vec<(String, String)>> {
        self.fetch_all("SELECT id, name FROM message_type", ()).await
    }
}

impl Tx {
    /// Keeps the words of messages, folded: of each its mailbox, its number, and what is searched of it.
    pub(crate) async fn insert_words(&mut self, words: Vec<(MailboxId, i64, String)>) -> sqlx::Result<u64> {
        self.insert_all(
            "INSERT INTO message_text (mailbox_id, number, folded)
             VALUES ($1, $2, $3)",
            words,
        )
        .await
    }
}
