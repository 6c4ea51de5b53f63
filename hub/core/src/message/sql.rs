//! Statements of publishing: the idempotency key, the publication, its message, and what the sender sees of it.

use uuid::Uuid;

use super::{Flags, PartRole, Place};
use crate::blob::{self, Stored};
use crate::clock::Timestamp;
use crate::db::{Db, Tx, record};
use crate::id::{MailboxId, PublicationId, Sha256};

/// A request's claim on an idempotency key.
#[derive(Clone, Debug)]
pub(crate) struct Claim {
    pub(crate) application: String,
    pub(crate) key: String,
    /// Fences: only the request that holds this claim can answer for the key.
    pub(crate) id: Uuid,
}

record! {
    /// What is known about a claimed idempotency key; digest and answer come with the commit.
    pub(crate) struct KnownKey {
        pub(crate) digest: Option<Vec<u8>>,
        pub(crate) answer: Option<String>,
    }
}

record! {
    /// A sender's own view of what it sent.
    pub(crate) struct Sent {
        pub(crate) organization: String,
        pub(crate) mailbox_id: Option<MailboxId>,
        pub(crate) number: Option<i64>,
        pub(crate) at: Timestamp,
        pub(crate) not_delivered_at: Option<Timestamp>,
        pub(crate) retrieved_at: Option<Timestamp>,
        pub(crate) opened_at: Option<Timestamp>,
        /// Whether a provider reported the opening.
        pub(crate) opened_reported: Option<bool>,
        pub(crate) expires_at: Option<Timestamp>,
        pub(crate) withdrawn_at: Option<Timestamp>,
        /// The campaign that it belongs to.
        pub(crate) campaign_id: Option<Uuid>,
    }
}

/// A publication and its message about to be stored.
pub(crate) struct NewMessage<'a> {
    pub(crate) place: Place,
    pub(crate) number: i64,
    pub(crate) organization: &'a str,
    pub(crate) application: &'a str,
    pub(crate) message_type: &'a str,
    pub(crate) at: Timestamp,
    pub(crate) expires_at: Timestamp,
    pub(crate) flags: Flags,
    /// JSON by language.
    pub(crate) subject: String,
    /// The clear header as JSON.
    pub(crate) header: String,
    pub(crate) sealed_header: Option<Vec<u8>>,
    /// The number of the partition that it goes into.
    pub(crate) partition: i64,
}

/// A part about to be stored.
pub(crate) struct NewPart<'a> {
    pub(crate) n: i64,
    pub(crate) role: PartRole,
    pub(crate) main: bool,
    pub(crate) file_name: Option<&'a str>,
    pub(crate) media_type: &'a str,
    pub(crate) stored: Stored,
}

impl Tx {
    /// Claims a key that is free, was forgotten, or whose claim ran out; false if it is taken.
    pub(crate) async fn claim_key(
        &mut self,
        claim: &Claim,
        lease_until: Timestamp,
        now: Timestamp,
        forget_before: Timestamp,
    ) -> sqlx::Result<bool> {
        let claimed = self
            .execute(
                "INSERT INTO idempotency (application, key, claim, lease_until, at)
                 VALUES ($1, $2, $3, $4, $5)
                 ON CONFLICT (application, key) DO UPDATE
                 SET claim = excluded.claim, lease_until = excluded.lease_until, at = excluded.at,
                     digest = NULL, publication_id = NULL, answer = NULL
                 WHERE (idempotency.answer IS NULL AND idempotency.lease_until <= $5)
                    OR (idempotency.answer IS NOT NULL AND idempotency.at <= $6)",
                (claim.application.clone(), claim.key.clone(), claim.id, lease_until, now, forget_before),
            )
            .await?;
        Ok(claimed == 1)
    }

    /// What is known about a key.
    pub(crate) async fn known_key(&mut self, application: &str, key: &str) -> sqlx::Result<Option<KnownKey>> {
        self.fetch_optional(
            "SELECT digest, answer
             FROM idempotency
             WHERE application = $1 AND key = $2",
            (application, key),
        )
        .await
    }

    /// Keeps the answer under the key; false if the claim has run out and another request holds it.
    pub(crate) async fn answer_key(
        &mut self,
        claim: &Claim,
        publication: PublicationId,
        digest: Vec<u8>,
        answer: &str,
    ) -> sqlx::Result<bool> {
        let answered = self
            .execute(
                "UPDATE idempotency
                 SET digest = $4, publication_id = $5, answer = $6
                 WHERE application = $1 AND key = $2 AND claim = $3 AND answer IS NULL",
                (claim.application.clone(), claim.key.clone(), claim.id, digest, publication, answer),
            )
            .await?;
        Ok(answered == 1)
    }

    /// Frees a key that came to no answer.
    pub(crate) async fn release_key(&mut self, claim: &Claim) -> sqlx::Result<u64> {
        self.execute(
            "DELETE FROM idempotency
             WHERE application = $1 AND key = $2 AND claim = $3 AND answer IS NULL",
            (claim.application.clone(), claim.key.clone(), claim.id),
        )
        .await
    }

    /// Forgets keys answered before that instant.
    pub(crate) async fn forget_keys(&mut self, before: Timestamp) -> sqlx::Result<u64> {
        self.execute("DELETE FROM idempotency WHERE at < $1", (before,)).await
    }

    /// Stores a publication; its parts and its message follow.
    pub(crate) async fn insert_publication(&mut self, message: &NewMessage<'_>) -> sqlx::Result<u64> {
        self.execute(
            "INSERT INTO publication (home, id, organization, application, message_type, header, sealed_header,
                                      at, expires_at)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
            (
                message.place.home,
                message.place.publication,
                message.organization,
                message.application,
                message.message_type,
                message.header.clone(),
                message.sealed_header.clone(),
                message.at,
                message.expires_at,
            ),
        )
        .await
    }

    /// Stores one part of a publication.
    pub(crate) async fn insert_part(&mut self, place: Place, part: &NewPart<'_>) -> sqlx::Result<u64> {
        let (sealed, wrapped_key) = match &part.stored.place {
            blob::Place::Inline(sealed) => (Some(sealed.clone()), None),
            blob::Place::Object { wrapped_key } => (None, Some(wrapped_key.clone())),
        };
        self.execute(
            "INSERT INTO part (home, publication_id, n, role, main, file_name, media_type, size, sha256, object,
                               sealed, wrapped_key)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)",
            (
                place.home,
                place.publication,
                part.n,
                part.role.name(),
                part.main,
                part.file_name.map(str::to_owned),
                part.media_type,
                i64::try_from(part.stored.size).unwrap_or(i64::MAX),
                Sha256(part.stored.sha256),
                part.stored.object,
                sealed,
                wrapped_key,
            ),
        )
        .await
    }

    /// Puts a message into its mailbox, whose version is its number.
    pub(crate) async fn insert_message(&mut self, message: &NewMessage<'_>) -> sqlx::Result<u64> {
        self.execute(
            "INSERT INTO message (mailbox_id, number, publication_id, at, expires_at, organization, application,
                                  type, flags, subject, partition)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)",
            (
                message.place.home,
                message.number,
                message.place.publication,
                message.at,
                message.expires_at,
                message.organization,
                message.application,
                message.message_type,
                message.flags.0,
                message.subject.as_str(),
                message.partition,
            ),
        )
        .await
    }

    /// Keeps the sender's view of a delivered message.
    pub(crate) async fn insert_delivered(&mut self, message: &NewMessage<'_>) -> sqlx::Result<u64> {
        self.execute(
            "INSERT INTO sent (application, publication_id, organization, mailbox_id, number, at, expires_at)
             VALUES ($1, $2, $3, $4, $5, $6, $7)",
            (
                message.application,
                message.place.publication,
                message.organization,
                message.place.home,
                message.number,
                message.at,
                message.expires_at,
            ),
        )
        .await
    }

    /// Keeps that a message was not delivered, and nothing else of it (TRUST T15).
    pub(crate) async fn insert_undelivered(
        &mut self,
        application: &str,
        organization: &str,
        publication: PublicationId,
        at: Timestamp,
    ) -> sqlx::Result<u64> {
        self.execute(
            "INSERT INTO sent (application, publication_id, organization, at, not_delivered_at)
             VALUES ($1, $2, $3, $4, $4)",
            (application, publication, organization, at),
        )
        .await
    }

    /// Tells the sender that a machine fetched content; only the first time counts.
    pub(crate) async fn note_retrieved(
        &mut self,
        application: &str,
        publication: PublicationId,
        at: Timestamp,
    ) -> sqlx::Result<u64> {
        self.execute(
            "UPDATE sent
             SET retrieved_at = $3
             WHERE application = $1 AND publication_id = $2 AND retrieved_at IS NULL AND withdrawn_at IS NULL",
            (application, publication, at),
        )
        .await
    }

    /// Tells the sender that a person opened the message, here or as a provider reported; only the first time counts.
    pub(crate) async fn note_opened(
        &mut self,
        application: &str,
        publication: PublicationId,
        (at, reported): (Timestamp, bool),
    ) -> sqlx::Result<u64> {
        self.execute(
            "UPDATE sent
             SET opened_at = $3, opened_reported = $4
             WHERE application = $1 AND publication_id = $2 AND opened_at IS NULL AND withdrawn_at IS NULL",
            (application, publication, at, reported),
        )
        .await
    }
}

impl Tx {
    /// What became of a publication, in this transaction.
    pub(crate) async fn sent_now(
        &mut self,
        application: &str,
        publication: PublicationId,
    ) -> sqlx::Result<Option<Sent>> {
        self.fetch_optional(
            "SELECT organization, mailbox_id, number, at, not_delivered_at, retrieved_at, opened_at, opened_reported,
                    expires_at, withdrawn_at, campaign_id
             FROM sent
             WHERE application = $1 AND publication_id = $2",
            (application, publication),
        )
        .await
    }
}

impl Db {
    /// What became of a publication of this organization, sent by this application.
    pub(crate) async fn sent(
        &self,
        application: &str,
        organization: &str,
        publication: PublicationId,
    ) -> sqlx::Result<Option<Sent>> {
        self.fetch_optional(
            "SELECT organization, mailbox_id, number, at, not_delivered_at, retrieved_at, opened_at, opened_reported,
                    expires_at, withdrawn_at, campaign_id
             FROM sent
             WHERE application = $1 AND publication_id = $2 AND organization = $3",
            (application, publication, organization),
        )
        .await
    }
}
