//! Statements of the access log: what was disclosed of a mailbox, newest first, with the names that stand for it.

use uuid::Uuid;

use super::sql::HOUR;
use crate::clock::Timestamp;
use crate::db::{Db, record};
use crate::id::{ConsentId, MailboxId};
use crate::partition::PartitionSet;

/// Which records of a mailbox are wanted.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Filter {
    /// Only of this consent.
    pub(crate) consent: Option<ConsentId>,
    /// None of this person.
    pub(crate) without: Option<MailboxId>,
    /// None from before.
    pub(crate) from: Timestamp,
    /// The partitions of which messages are named.
    pub(crate) partitions: PartitionSet,
}

record! {
    /// One disclosure.
    #[derive(Clone, Debug)]
    pub(crate) struct ReadingRow {
        pub(crate) at: Timestamp,
        pub(crate) node: String,
        pub(crate) segment: i64,
        pub(crate) position: i64,
        pub(crate) role: String,
        pub(crate) reader: Uuid,
        pub(crate) consent_id: Option<ConsentId>,
        pub(crate) what: String,
        pub(crate) number: Option<i64>,
        /// Of the provider application.
        pub(crate) brand: Option<String>,
        /// Of the provider.
        pub(crate) legal_name: Option<String>,
        /// Of a representative.
        pub(crate) sealed_name: Option<Vec<u8>>,
        /// Of the message, while it is there; empty if it was too long for the list (decision 6).
        pub(crate) subject: Option<String>,
        /// The publication's header, where the whole subject stands then.
        pub(crate) header: Option<String>,
        /// Of the file, while it is there.
        pub(crate) file_name: Option<String>,
    }
}

record! {
    /// The questions of an hour to which there was no answer.
    #[derive(Clone, Debug)]
    pub(crate) struct PollRow {
        /// Hours since 1970.
        pub(crate) hour: i64,
        pub(crate) consent_id: ConsentId,
        pub(crate) times: i64,
        pub(crate) brand: String,
        pub(crate) legal_name: String,
        pub(crate) own_software: bool,
    }
}

impl PollRow {
    /// When its hour begins.
    pub(crate) fn at(&self) -> Timestamp {
        Timestamp(self.hour.saturating_mul(HOUR))
    }

    /// The first hour that begins at `at` or later.
    pub(crate) fn hour_from(at: Timestamp) -> i64 {
        at.0.div_euclid(HOUR) + i64::from(at.0.rem_euclid(HOUR) != 0)
    }
}

impl Db {
    /// At most `limit` disclosures of a mailbox that stand below a place, newest first.
    ///
    /// Names are joined to the page only; `now` is when messages count as expired.
    pub(crate) async fn readings_below(
        &self,
        mailbox: MailboxId,
        filter: Filter,
        (at, node, segment, position): (Timestamp, &str, i64, i64),
        (now, limit): (Timestamp, i64),
    ) -> sqlx::Result<Vec<ReadingRow>> {
        self.fetch_all(
            "WITH page AS (
                 SELECT at, node, segment, position, role, reader, consent_id, what, number, part
                 FROM reading
                 WHERE mailbox_id = $1 AND at >= $2 AND at <= $3
                   AND (at, node, segment, position) < ($3, $4, $5, $6)
                   AND ($7 IS NULL OR consent_id = $7)
                   AND ($8 IS NULL OR role <> 'citizen' OR reader <> $8)
                   AND ($11 = -1 OR what NOT IN ('message', 'content', 'changes') OR EXISTS (
                       SELECT 1
                       FROM message m
                       WHERE m.mailbox_id = $1 AND m.number = reading.number
                         AND ((CAST($11 AS BIGINT) >> CAST(m.partition AS INTEGER)) & 1) = 1
                   ))
                 ORDER BY at DESC, node DESC, segment DESC, position DESC
                 LIMIT $9
             )
             SELECT r.at, r.node, r.segment, r.position, r.role, r.reader, r.consent_id, r.what, r.number,
                    a.brand, p.legal_name, n.sealed_name, m.subject,
                    (SELECT b.header
                     FROM publication b
                     WHERE b.home = COALESCE(m.campaign_id, m.mailbox_id)
                       AND b.id = COALESCE(m.campaign_id, m.publication_id)
                       AND m.subject = ''
                    ) AS header,
                    f.file_name
             FROM page r
             LEFT JOIN provider_application a ON r.role IN ('provider', 'ownSoftware') AND a.id = r.reader
             LEFT JOIN provider p ON p.id = a.provider_id
             LEFT JOIN representative n ON r.role = 'citizen' AND n.mailbox_id = $1 AND n.person = r.reader
             LEFT JOIN message m ON r.what IN ('message', 'content') AND m.mailbox_id = $1 AND m.number = r.number
                                AND m.expires_at > $10
             LEFT JOIN part f ON f.home = COALESCE(m.campaign_id, m.mailbox_id)
                             AND f.publication_id = COALESCE(m.campaign_id, m.publication_id) AND f.n = r.part AND NOT EXISTS (
                 SELECT 1
                 FROM sequel s
                 WHERE s.mailbox_id = m.mailbox_id AND s.number = m.number AND s.withdrawn_at IS NOT NULL
             )
             ORDER BY r.at DESC, r.node DESC, r.segment DESC, r.position DESC",
            (
                mailbox,
                filter.from,
                at,
                node,
                segment,
                position,
                filter.consent,
                filter.without,
                limit,
                now,
                filter.partitions,
            ),
        )
        .await
    }

    /// At most `limit` counts of questions without an answer that stand below an hour and a consent, newest first.
    pub(crate) async fn polls_below(
        &self,
        mailbox: MailboxId,
        filter: Filter,
        (hour, consent): (i64, Uuid),
        limit: i64,
    ) -> sqlx::Result<Vec<PollRow>> {
        self.fetch_all(
            "SELECT l.hour, l.consent_id, l.times, a.brand, p.legal_name, a.owner IS NOT NULL AS own_software
             FROM poll l
             JOIN provider_application a ON a.id = l.application_id
             JOIN provider p ON p.id = a.provider_id
             WHERE l.mailbox_id = $1 AND l.hour >= $2 AND l.hour <= $3 AND (l.hour, l.consent_id) < ($3, $4)
               AND ($5 IS NULL OR l.consent_id = $5)
             ORDER BY l.hour DESC, l.consent_id DESC
             LIMIT $6",
            (mailbox, PollRow::hour_from(filter.from), hour, consent, filter.consent, limit),
        )
        .await
    }
}
