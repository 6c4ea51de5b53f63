//! Statements on `kept_elsewhere` and `posted_event`.

use super::{KeptRow, PostedEvent, Posting};
use crate::clock::Timestamp;
use crate::db::{Db, Tx};
use crate::id::{ConsentId, MailboxId, Sha256};

/// The messages of a mailbox that somebody sees.
#[derive(Clone, Debug)]
pub(super) struct KeptSight {
    pub(super) mailbox: MailboxId,
    /// The consent whose left-out senders do not exist; `None` for whoever sees all.
    pub(super) consent: Option<ConsentId>,
    /// The partitions that exist for whoever sees, as bits.
    pub(super) partitions: i64,
    /// When.
    pub(super) now: Timestamp,
    /// The day of that, as `YYYY-MM-DD`.
    pub(super) day: String,
}

/// Messages kept elsewhere `k` that fit `$which`: the one text of what is shown. What is not shown is whatever a document
/// provider told that is not in service on the day `$4`; the register's name of an organization is shown where the document
/// provider sends for it through this hub. Where a consent leaves anybody out, what names no sender does not exist either. All that is kept
/// elsewhere is in the general partition: no rule of routing asks others.
macro_rules! kept {
    ($which:literal) => {
        concat!(
            "SELECT k.number, k.provider, p.name AS provider_name, k.message_id, k.organization,
                    o.name AS organization_name, k.application, k.message_type, k.subject, k.registered,
                    k.received_at, k.expires_at, k.read_at
             FROM kept_elsewhere k
             JOIN document_provider p ON p.id = k.provider
             LEFT JOIN sender_organization o ON o.number = k.organization AND EXISTS (
                 SELECT 1
                 FROM trio t
                 WHERE t.organization = k.organization AND t.application = p.client_id
                   AND t.valid_from <= $3 AND (t.valid_until IS NULL OR t.valid_until > $3)
             )
             WHERE k.mailbox_id = $1 AND (CAST($5 AS BIGINT) & 1) = 1 AND k.expires_at > $3
               AND p.active_from <= $4 AND (p.active_until IS NULL OR p.active_until > $4) AND NOT EXISTS (
                 SELECT 1
                 FROM withheld w
                 WHERE w.mailbox_id = k.mailbox_id AND w.consent_id = $2
                   AND w.organization = COALESCE(k.organization, w.organization)
             )\n             ",
            $which
        )
    };
}

impl Db {
    /// The newest messages below a number.
    pub(super) async fn kept_below(
        &self,
        sight: KeptSight,
        below: i64,
        limit: i64,
    ) -> sqlx::Result<Vec<KeptRow>> {
        self.fetch_all(
            kept!("AND k.number < $6 ORDER BY k.number DESC LIMIT $7"),
            (sight.mailbox, sight.consent, sight.now, sight.day, sight.partitions, below, limit),
        )
        .await
    }

    /// The message of that number.
    pub(super) async fn kept(&self, sight: KeptSight, number: i64) -> sqlx::Result<Option<KeptRow>> {
        self.fetch_optional(
            kept!("AND k.number = $6"),
            (sight.mailbox, sight.consent, sight.now, sight.day, sight.partitions, number),
        )
        .await
    }

    /// Mailboxes in which messages expired.
    pub(super) async fn mailboxes_with_expired_kept(
        &self,
        now: Timestamp,
        limit: i64,
    ) -> sqlx::Result<Vec<(MailboxId,)>> {
        self.fetch_all(
            "SELECT mailbox_id
             FROM kept_elsewhere
             WHERE expires_at <= $1
             ORDER BY expires_at, mailbox_id, number
             LIMIT $2",
            (now, limit),
        )
        .await
    }

    /// Whether an event counts no longer.
    pub(super) async fn any_posted_until(&self, now: Timestamp) -> sqlx::Result<bool> {
        let row = self
            .fetch_optional("SELECT EXISTS (SELECT 1 FROM posted_event WHERE until <= $1) AS due", (now,))
            .await?;
        Ok(row.is_some_and(|(due,): (bool,)| due))
    }
}

impl Tx {
    /// Notes that an event was posted; false if it was before.
    pub(super) async fn insert_posted(
        &mut self,
        provider: &str,
        hash: Sha256,
        until: Timestamp,
    ) -> sqlx::Result<bool> {
        let inserted = self
            .execute(
                "INSERT INTO posted_event (provider, key_hash, until)
                 VALUES ($1, $2, $3)
                 ON CONFLICT (provider, key_hash) DO NOTHING",
                (provider, hash, until),
            )
            .await?;
        Ok(inserted == 1)
    }

    /// Whether an event was posted.
    pub(super) async fn was_posted(&mut self, provider: &str, hash: Sha256) -> sqlx::Result<bool> {
        let (known,) = self
            .fetch_one(
                "SELECT EXISTS (SELECT 1 FROM posted_event WHERE provider = $1 AND key_hash = $2) AS known",
                (provider, hash),
            )
            .await?;
        Ok(known)
    }

    /// Forgets some events that count no longer.
    pub(super) async fn drop_posted_until(&mut self, now: Timestamp, limit: i64) -> sqlx::Result<u64> {
        self.execute(
            "DELETE FROM posted_event
             WHERE (provider, key_hash) IN (
                 SELECT provider, key_hash
                 FROM posted_event
                 WHERE until <= $1
                 ORDER BY until, provider, key_hash
                 LIMIT $2
             )",
            (now, limit),
        )
        .await
    }

    /// The number of a message that a document provider keeps for a mailbox, and whether it is read there.
    pub(super) async fn kept_number(
        &mut self,
        mailbox: MailboxId,
        provider: &str,
        message_id: &str,
    ) -> sqlx::Result<Option<(i64, bool)>> {
        self.fetch_optional(
            "SELECT number, read_at IS NOT NULL AS read
             FROM kept_elsewhere
             WHERE mailbox_id = $1 AND provider = $2 AND message_id = $3",
            (mailbox, provider, message_id),
        )
        .await
    }

    /// Counts an event of a document provider for a mailbox on a day; false if there were `most` already.
    pub(super) async fn count_kept(
        &mut self,
        (mailbox, provider): (MailboxId, &str),
        day: i64,
        most: i64,
    ) -> sqlx::Result<bool> {
        let counted = self
            .execute(
                "INSERT INTO kept_count (mailbox_id, provider, day, told)
                 VALUES ($1, $2, $3, 1)
                 ON CONFLICT (mailbox_id, provider) DO UPDATE
                 SET day = excluded.day,
                     told = CASE WHEN kept_count.day = excluded.day THEN kept_count.told + 1 ELSE 1 END
                 WHERE kept_count.day <> excluded.day OR kept_count.told < $4",
                (mailbox, provider, day, most),
            )
            .await?;
        Ok(counted == 1)
    }

    /// Keeps what was told of a message.
    pub(super) async fn insert_kept(
        &mut self,
        (mailbox, number): (MailboxId, i64),
        posting: Posting<'_>,
        event: &PostedEvent,
        subject: &str,
    ) -> sqlx::Result<u64> {
        self.execute(
            "INSERT INTO kept_elsewhere (mailbox_id, number, provider, message_id, organization, application,
                                         message_type, subject, registered, received_at, expires_at)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)",
            (
                mailbox,
                number,
                posting.provider,
                event.message_id.as_str(),
                event.organization.map(|number| number.as_str().to_owned()),
                event.application.clone(),
                event.message_type.clone(),
                subject,
                event.registered,
                event.received_at,
                event.expires_at,
            ),
        )
        .await
    }

    /// Notes that it was read there, the first time.
    pub(super) async fn mark_kept_read(
        &mut self,
        mailbox: MailboxId,
        number: i64,
        now: Timestamp,
    ) -> sqlx::Result<u64> {
        self.execute(
            "UPDATE kept_elsewhere SET read_at = $3 WHERE mailbox_id = $1 AND number = $2 AND read_at IS NULL",
            (mailbox, number, now),
        )
        .await
    }

    /// Forgets a document provider's oldest messages beyond so many.
    pub(super) async fn drop_kept_beyond(
        &mut self,
        mailbox: MailboxId,
        provider: &str,
        shown: i64,
    ) -> sqlx::Result<u64> {
        self.execute(
            "DELETE FROM kept_elsewhere
             WHERE mailbox_id = $1 AND provider = $2 AND number <= (
                 SELECT k.number
                 FROM kept_elsewhere k
                 WHERE k.mailbox_id = $1 AND k.provider = $2
                 ORDER BY k.number DESC
                 LIMIT 1 OFFSET $3
             )",
            (mailbox, provider, shown),
        )
        .await
    }

    /// Forgets what expired in a mailbox.
    pub(super) async fn drop_expired_kept(
        &mut self,
        mailbox: MailboxId,
        now: Timestamp,
    ) -> sqlx::Result<u64> {
        self.execute("DELETE FROM kept_elsewhere WHERE mailbox_id = $1 AND expires_at <= $2", (mailbox, now))
            .await
    }
}
