//! Statements of publishing: publications, their messages, and what the sender sees of them.

use uuid::Uuid;

use super::{Flags, PartRole, Place};
use crate::blob::{self, Stored};
use crate::clock::Timestamp;
use crate::db::{Db, Tx, record};
use crate::id::{MailboxId, PublicationId, Sha256};

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
pub(crate) struct NewPart {
    pub(crate) n: i64,
    pub(crate) role: PartRole,
    pub(crate) main: bool,
    pub(crate) file_name: Option<String>,
    pub(crate) media_type: String,
    pub(crate) stored: Stored,
}

impl Tx {
    /// Stores publications; their parts and messages follow.
    pub(crate) async fn insert_publications(&mut self, messages: &[NewMessage<'_>]) -> sqlx::Result<u64> {
        let row = |message: &NewMessage<'_>| {
            (
                message.place.home,
                message.place.publication,
                message.organization.to_owned(),
                message.application.to_owned(),
                message.message_type.to_owned(),
                message.header.clone(),
                message.sealed_header.clone(),
                message.at,
                message.expires_at,
            )
        };
        self.insert_all(
            "INSERT INTO publication (home, id, organization, application, message_type, header, sealed_header,
                                      at, expires_at)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
            messages.iter().map(row).collect(),
        )
        .await
    }

    /// Stores parts of publications.
    pub(crate) async fn insert_parts<'a>(
        &mut self,
        parts: impl IntoIterator<Item = (Place, &'a NewPart)>,
    ) -> sqlx::Result<u64> {
        let row = |(place, part): (Place, &NewPart)| {
            let (sealed, wrapped_key) = match &part.stored.place {
                blob::Place::Inline(sealed) => (Some(sealed.clone()), None),
                blob::Place::Object { wrapped_key } => (None, Some(wrapped_key.clone())),
            };
            (
                place.home,
                place.publication,
                part.n,
                part.role.name(),
                part.main,
                part.file_name.clone(),
                part.media_type.clone(),
                i64::try_from(part.stored.size).unwrap_or(i64::MAX),
                Sha256(part.stored.sha256),
                part.stored.object,
                sealed,
                wrapped_key,
            )
        };
        self.insert_all(
            "INSERT INTO part (home, publication_id, n, role, main, file_name, media_type, size, sha256, object,
                               sealed, wrapped_key)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)",
            parts.into_iter().map(row).collect(),
        )
        .await
    }

    /// Puts messages into their mailboxes, the version of each its number.
    pub(crate) async fn insert_messages(&mut self, messages: &[NewMessage<'_>]) -> sqlx::Result<u64> {
        let row = |message: &NewMessage<'_>| {
            (
                message.place.home,
                message.number,
                message.place.publication,
                message.at,
                message.expires_at,
                message.organization.to_owned(),
                message.application.to_owned(),
                message.message_type.to_owned(),
                message.flags.0,
                message.subject.clone(),
                message.partition,
            )
        };
        self.insert_all(
            "INSERT INTO message (mailbox_id, number, publication_id, at, expires_at, organization, application,
                                  type, flags, subject, partition)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)",
            messages.iter().map(row).collect(),
        )
        .await
    }

    /// Keeps the sender's view of delivered messages.
    pub(crate) async fn insert_delivered(&mut self, messages: &[NewMessage<'_>]) -> sqlx::Result<u64> {
        let row = |message: &NewMessage<'_>| {
            (
                message.application.to_owned(),
                message.place.publication,
                message.organization.to_owned(),
                message.place.home,
                message.number,
                message.at,
                message.expires_at,
            )
        };
        self.insert_all(
            "INSERT INTO sent (application, publication_id, organization, mailbox_id, number, at, expires_at)
             VALUES ($1, $2, $3, $4, $5, $6, $7)",
            messages.iter().map(row).collect(),
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
