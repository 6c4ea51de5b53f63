//! Statements of reading; those of what is marked on a message stand beside.

use uuid::Uuid;

use super::reading::Sight;
use super::{Flags, Header, Headline, MessageHead, Part, Place, Sequel, Withdrawal};
use crate::clock::Timestamp;
use crate::db::{Db, Tx, record};
use crate::error::Error;
use crate::id::{MailboxId, PublicationId};

record! {
    /// A message as the list of its mailbox shows it, with its names and marks.
    pub(super) struct HeadRow {
        number: i64,
        publication_id: PublicationId,
        campaign_id: Option<Uuid>,
        at: Timestamp,
        expires_at: Timestamp,
        organization: String,
        organization_name: String,
        application: String,
        message_type: String,
        message_type_name: String,
        flags: i64,
        subject: String,
        /// The publication's header, if the subject was too long for the list (decision 6) and is this message's alone.
        header: Option<String>,
        retrieved_at: Option<Timestamp>,
        opened_at: Option<Timestamp>,
        read: bool,
        archived: bool,
        withdrawn_at: Option<Timestamp>,
        reason: Option<String>,
        replaces: Option<i64>,
        replaced_by: Option<i64>,
        partition: i64,
    }
}

record! {
    /// What a mailbox holds, as somebody sees it.
    pub(crate) struct Counts {
        pub(crate) total: i64,
        pub(crate) unread: i64,
        pub(crate) archived: i64,
        pub(crate) registered: i64,
        pub(crate) expiring: i64,
        pub(crate) newest: Option<Timestamp>,
    }
}

/// The clear half of a publication's header, and the sealed one.
pub(super) type SealedHeaders = (String, Option<Vec<u8>>);

impl HeadRow {
    /// Its number.
    pub(super) fn number(&self) -> i64 {
        self.number
    }

    /// When it expires.
    pub(super) fn expires_at(&self) -> Timestamp {
        self.expires_at
    }

    /// Where the subject stands that is too long for the list (decision 6) and shared by the messages of a campaign.
    pub(super) fn shared_subject(&self) -> Option<Place> {
        let missing = self.subject.is_empty() && self.header.is_none() && self.withdrawn_at.is_none();
        let shared = self.campaign_id.filter(|_| missing)?;
        Some(Place::of(MailboxId(shared), Some(shared), self.publication_id))
    }

    /// A row with the header that it shares.
    pub(super) fn sharing((row, (header, _)): (Self, SealedHeaders)) -> Self {
        Self { header: Some(header), ..row }
    }

    pub(super) fn into_head(self, mailbox: MailboxId) -> Result<MessageHead, Error> {
        let publication = self.publication_id;
        let corrupt = |table| Error::Corrupt { table, id: publication.0.to_string() };
        let texts = |text: &str, table| serde_json::from_str(text).map_err(|_| corrupt(table));
        let withdrawn = match (self.withdrawn_at, &self.reason) {
            (Some(at), Some(reason)) => Some(Withdrawal { at, reason: texts(reason, "sequel")? }),
            (None, _) => None,
            (Some(_), None) => return Err(corrupt("sequel")),
        };
        Ok(MessageHead {
            sequel: Sequel { withdrawn, replaces: self.replaces, replaced_by: self.replaced_by },
            number: self.number,
            partition: self.partition,
            publication,
            place: Place::of(mailbox, self.campaign_id, publication),
            retrieved_at: self.retrieved_at,
            opened_at: self.opened_at,
            headline: Headline {
                // Nothing that the sender wrote, wherever it is still kept: a campaign shares it with others.
                subject: match &self.header {
                    _ if self.withdrawn_at.is_some() => texts(&self.message_type_name, "message_type")?,
                    None => texts(&self.subject, "message")?,
                    Some(header) => {
                        let header: Header =
                            serde_json::from_str(header).map_err(|_| corrupt("publication"))?;
                        header.subject
                    }
                },
                organization_name: texts(&self.organization_name, "sender_organization")?,
                message_type_name: texts(&self.message_type_name, "message_type")?,
                organization: self.organization,
                application: self.application,
                message_type: self.message_type,
                at: self.at,
                expires_at: self.expires_at,
                flags: Flags(self.flags),
                read: self.read,
                archived: self.archived,
            },
        })
    }
}

impl Db {
    /// Messages of a mailbox below a number, newest first, without those that have expired.
    pub(super) async fn heads_below(
        &self,
        sight: Sight,
        below: i64,
        now: Timestamp,
        limit: i64,
    ) -> sqlx::Result<Vec<HeadRow>> {
        self.look_up_all(
            "SELECT m.number, m.publication_id, m.campaign_id, m.at, m.expires_at,
                    m.organization, o.name AS organization_name, m.application,
                    m.type AS message_type, y.name AS message_type_name, m.flags, m.subject,
                    (SELECT b.header
                     FROM publication b
                     WHERE b.home = m.mailbox_id AND b.id = m.publication_id AND m.campaign_id IS NULL
                       AND m.subject = ''
                    ) AS header,
                    k.retrieved_at, k.opened_at, COALESCE(k.read, FALSE) AS read,
                    COALESCE(k.archived, FALSE) AS archived,
                    s.withdrawn_at, s.reason, m.partition,
                    CASE WHEN CAST($6 AS BIGINT) = -1 THEN s.replaces ELSE (
                        SELECT x.number FROM message x
                        WHERE x.mailbox_id = m.mailbox_id AND x.number = s.replaces
                          AND ((CAST($6 AS BIGINT) >> CAST(x.partition AS INTEGER)) & 1) = 1
                    ) END AS replaces,
                    CASE WHEN CAST($6 AS BIGINT) = -1 THEN s.replaced_by ELSE (
                        SELECT x.number FROM message x
                        WHERE x.mailbox_id = m.mailbox_id AND x.number = s.replaced_by
                          AND ((CAST($6 AS BIGINT) >> CAST(x.partition AS INTEGER)) & 1) = 1
                    ) END AS replaced_by
             FROM message m
             JOIN sender_organization o ON o.number = m.organization
             JOIN message_type y ON y.id = m.type
             LEFT JOIN mark k ON k.mailbox_id = m.mailbox_id AND k.number = m.number
             LEFT JOIN sequel s ON s.mailbox_id = m.mailbox_id AND s.number = m.number
             WHERE m.mailbox_id = $1 AND m.number < $2 AND m.expires_at > $3
               AND ((CAST($6 AS BIGINT) >> CAST(m.partition AS INTEGER)) & 1) = 1
               AND NOT EXISTS (
                 SELECT 1
                 FROM withheld w
                 WHERE w.mailbox_id = m.mailbox_id AND w.consent_id = $5 AND w.organization = m.organization
             )
             ORDER BY m.number DESC
             LIMIT $4",
            (sight.mailbox, below, now, limit, sight.consent, sight.partitions),
        )
        .await
    }

    /// How many messages of a mailbox somebody sees, how many of them are unread, and when the first of them expires.
    pub(crate) async fn counts_without(
        &self,
        sight: Sight,
        now: Timestamp,
    ) -> sqlx::Result<(i64, i64, Option<Timestamp>)> {
        let row = self
            .fetch_optional(
                "SELECT COUNT(*) AS total, COUNT(*) - COUNT(CASE WHEN k.read THEN 1 END) AS unread,
                    MIN(m.expires_at) AS first
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
            .await?;
        Ok(row.unwrap_or_default())
    }

    /// Whether somebody sees a message of this publication; one that has gone is seen by who sees all.
    pub(crate) async fn sees_publication(
        &self,
        sight: Sight,
        publication: PublicationId,
    ) -> sqlx::Result<bool> {
        if sight.partitions.is_all() {
            return Ok(true);
        }
        let row = self
            .fetch_optional(
                "SELECT EXISTS (
                     SELECT 1
                     FROM message m
                     WHERE m.mailbox_id = $1 AND m.publication_id = $2
                       AND ((CAST($3 AS BIGINT) >> CAST(m.partition AS INTEGER)) & 1) = 1
                 ) AS sees",
                (sight.mailbox, publication, sight.partitions),
            )
            .await?;
        Ok(row.is_some_and(|(sees,)| sees))
    }

    /// What a mailbox holds now, of what somebody sees; what expires before `soon` counts as expiring.
    pub(crate) async fn counts(
        &self,
        sight: Sight,
        now: Timestamp,
        soon: Timestamp,
    ) -> sqlx::Result<Option<Counts>> {
        self.fetch_optional(
            "SELECT COUNT(*) AS total, COUNT(*) - COUNT(CASE WHEN k.read THEN 1 END) AS unread,
                    COUNT(CASE WHEN k.archived THEN 1 END) AS archived,
                    COUNT(CASE WHEN (m.flags & 1) = 1 THEN 1 END) AS registered,
                    COUNT(CASE WHEN m.expires_at <= $3 AND s.withdrawn_at IS NULL THEN 1 END) AS expiring,
                    MAX(m.at) AS newest
             FROM message m
             LEFT JOIN mark k ON k.mailbox_id = m.mailbox_id AND k.number = m.number
             LEFT JOIN sequel s ON s.mailbox_id = m.mailbox_id AND s.number = m.number
             WHERE m.mailbox_id = $1 AND m.expires_at > $2
               AND ((CAST($5 AS BIGINT) >> CAST(m.partition AS INTEGER)) & 1) = 1
               AND NOT EXISTS (
                 SELECT 1
                 FROM withheld w
                 WHERE w.mailbox_id = m.mailbox_id AND w.consent_id = $4 AND w.organization = m.organization
             )",
            (sight.mailbox, now, soon, sight.consent, sight.partitions),
        )
        .await
    }

    /// A message that has not expired.
    pub(super) async fn head_row(
        &self,
        sight: Sight,
        number: i64,
        now: Timestamp,
    ) -> sqlx::Result<Option<HeadRow>> {
        self.look_up_optional(HEAD, (sight.mailbox, number, now, sight.consent, sight.partitions)).await
    }

    /// The clear and the sealed half of a publication's header.
    pub(super) async fn headers_of(&self, place: Place) -> sqlx::Result<Option<SealedHeaders>> {
        self.look_up_optional(HEADERS, (place.home, place.publication)).await
    }

    /// The parts of a publication: the body first, then the attachments in the sender's order.
    pub(super) async fn parts_of(&self, place: Place) -> sqlx::Result<Vec<Part>> {
        self.look_up_all(PARTS, (place.home, place.publication)).await
    }

    /// One part of a publication.
    pub(super) async fn part_of(&self, place: Place, n: i64) -> sqlx::Result<Option<Part>> {
        self.look_up_optional(PART, (place.home, place.publication, n)).await
    }
}

impl Tx {
    /// A message that has not expired.
    pub(super) async fn head_row(
        &mut self,
        sight: Sight,
        number: i64,
        now: Timestamp,
    ) -> sqlx::Result<Option<HeadRow>> {
        self.fetch_optional(HEAD, (sight.mailbox, number, now, sight.consent, sight.partitions)).await
    }

    /// The clear and the sealed half of a publication's header.
    pub(super) async fn headers_of(&mut self, place: Place) -> sqlx::Result<Option<SealedHeaders>> {
        self.fetch_optional(HEADERS, (place.home, place.publication)).await
    }

    /// The parts of a publication: the body first, then the attachments in the sender's order.
    pub(crate) async fn parts_of(&mut self, place: Place) -> sqlx::Result<Vec<Part>> {
        self.fetch_all(PARTS, (place.home, place.publication)).await
    }

    /// One part of a publication.
    pub(crate) async fn part_of(&mut self, place: Place, n: i64) -> sqlx::Result<Option<Part>> {
        self.fetch_optional(PART, (place.home, place.publication, n)).await
    }
}

/// A message that has not expired, as far as somebody sees it.
const HEAD: &str = "SELECT m.number, m.publication_id, m.campaign_id, m.at, m.expires_at,
            m.organization, o.name AS organization_name, m.application,
            m.type AS message_type, y.name AS message_type_name, m.flags, m.subject,
            (SELECT b.header
             FROM publication b
             WHERE b.home = m.mailbox_id AND b.id = m.publication_id AND m.campaign_id IS NULL
               AND m.subject = ''
            ) AS header,
            k.retrieved_at, k.opened_at, COALESCE(k.read, FALSE) AS read,
            COALESCE(k.archived, FALSE) AS archived,
            s.withdrawn_at, s.reason, m.partition,
            CASE WHEN CAST($5 AS BIGINT) = -1 THEN s.replaces ELSE (
                SELECT x.number FROM message x
                WHERE x.mailbox_id = m.mailbox_id AND x.number = s.replaces
                  AND ((CAST($5 AS BIGINT) >> CAST(x.partition AS INTEGER)) & 1) = 1
            ) END AS replaces,
            CASE WHEN CAST($5 AS BIGINT) = -1 THEN s.replaced_by ELSE (
                SELECT x.number FROM message x
                WHERE x.mailbox_id = m.mailbox_id AND x.number = s.replaced_by
                  AND ((CAST($5 AS BIGINT) >> CAST(x.partition AS INTEGER)) & 1) = 1
            ) END AS replaced_by
     FROM message m
     JOIN sender_organization o ON o.number = m.organization
     JOIN message_type y ON y.id = m.type
     LEFT JOIN mark k ON k.mailbox_id = m.mailbox_id AND k.number = m.number
     LEFT JOIN sequel s ON s.mailbox_id = m.mailbox_id AND s.number = m.number
     WHERE m.mailbox_id = $1 AND m.number = $2 AND m.expires_at > $3
       AND ((CAST($5 AS BIGINT) >> CAST(m.partition AS INTEGER)) & 1) = 1
       AND NOT EXISTS (
         SELECT 1
         FROM withheld w
         WHERE w.mailbox_id = m.mailbox_id AND w.consent_id = $4 AND w.organization = m.organization
     )";
/// The clear and the sealed half of a publication's header.
const HEADERS: &str = "SELECT header, sealed_header
     FROM publication
     WHERE home = $1 AND id = $2";
/// The parts of a publication: the body first, then the attachments in the sender's order.
const PARTS: &str = "SELECT n, role, main, file_name, media_type, size, sha256, object, sealed, wrapped_key
     FROM part
     WHERE home = $1 AND publication_id = $2
     ORDER BY n";
/// One part of a publication.
const PART: &str = "SELECT n, role, main, file_name, media_type, size, sha256, object, sealed, wrapped_key
     FROM part
     WHERE home = $1 AND publication_id = $2 AND n = $3";
