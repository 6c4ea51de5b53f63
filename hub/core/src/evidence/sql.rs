//! Statements on `evidence`, `seal` and `evidence_key`.

use uuid::Uuid;

use super::{Worded, merkle};
use crate::clock::Timestamp;
use crate::db::{Db, Tx, record};
use crate::id::{ApplicationId, MailboxId, ProviderId, Sha256};

record! {
    /// A stated fact.
    pub(super) struct EvidenceRow {
        pub(super) mailbox_id: MailboxId,
        pub(super) id: Uuid,
        pub(super) object: Uuid,
        pub(super) at: Timestamp,
        pub(super) kind: String,
        /// The statement, or under a seal with something in common what is this one's own.
        pub(super) statement: Vec<u8>,
        pub(super) salt_key: i64,
        pub(super) seal_id: Option<Uuid>,
        /// What the statements under its seal have in common, if they do.
        pub(super) common: Option<String>,
    }
}

record! {
    /// A provider application by its names.
    pub(super) struct NamedApplication {
        pub(super) client_id: String,
        pub(super) brand: String,
        pub(super) provider_id: ProviderId,
        pub(super) legal_name: String,
    }
}

/// The primary key of a stated fact.
#[derive(Clone, Copy)]
pub(super) struct Place {
    pub(super) mailbox: MailboxId,
    pub(super) about: &'static str,
    pub(super) object: Uuid,
    pub(super) id: Uuid,
}

/// A seal about to be written.
pub(super) struct NewSeal<'a> {
    pub(super) id: Uuid,
    pub(super) at: Timestamp,
    pub(super) key: Sha256,
    /// The JWS as JSON.
    pub(super) jws: String,
    /// What the statements have in common, as JSON, if their rows leave it out.
    pub(super) common: Option<String>,
    pub(super) leaves: &'a [Sha256],
}

impl Tx {
    /// Writes statements, not yet sealed.
    pub(crate) async fn insert_evidence(&mut self, statements: Vec<Worded>) -> sqlx::Result<u64> {
        let row = |Worded { draft, kind, bytes }: Worded| {
            let leaf = merkle::leaf(&bytes);
            let (matter, salt_key) = (draft.matter, i64::from(draft.salt_key));
            (
                matter.mailbox_id(),
                matter.about.name(),
                matter.object,
                draft.id,
                draft.at,
                kind,
                bytes,
                leaf,
                salt_key,
            )
        };
        self.insert_all(
            "INSERT INTO evidence (mailbox_id, about, object, id, at, kind, statement, leaf, salt_key)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
            statements.into_iter().map(row).collect(),
        )
        .await
    }

    /// Puts the oldest unsealed statements under a seal, those that nobody else is sealing; gives their leaves.
    ///
    /// Lock and repeated guard as for tasks of the outbox (DATA rule 8).
    pub(super) async fn claim_unsealed(&mut self, seal: Uuid, limit: i64) -> sqlx::Result<Vec<(Sha256,)>> {
        let sql = self.dialect().pick(
            "UPDATE evidence
             SET seal_id = $1
             WHERE (mailbox_id, about, object, id) IN (
                 SELECT mailbox_id, about, object, id
                 FROM evidence
                 WHERE seal_id IS NULL
                 ORDER BY at
                 LIMIT $2
             ) AND seal_id IS NULL
             RETURNING leaf",
            "UPDATE evidence
             SET seal_id = $1
             WHERE (mailbox_id, about, object, id) IN (
                 SELECT mailbox_id, about, object, id
                 FROM evidence
                 WHERE seal_id IS NULL
                 ORDER BY at
                 LIMIT $2
                 FOR UPDATE SKIP LOCKED
             ) AND seal_id IS NULL
             RETURNING leaf",
        );
        self.fetch_all(sql, (seal, limit)).await
    }

    /// Puts one statement under a seal of its own; nothing if it has one, after waiting for whoever is sealing it.
    pub(super) async fn claim_one(&mut self, seal: Uuid, place: Place) -> sqlx::Result<Vec<(Sha256,)>> {
        self.fetch_all(
            "UPDATE evidence
             SET seal_id = $1
             WHERE mailbox_id = $2 AND about = $3 AND object = $4 AND id = $5 AND seal_id IS NULL
             RETURNING leaf",
            (seal, place.mailbox, place.about, place.object, place.id),
        )
        .await
    }

    /// Writes a seal with its leaves in their order.
    pub(super) async fn insert_seal(&mut self, seal: NewSeal<'_>) -> sqlx::Result<u64> {
        let leaves: Vec<u8> = seal.leaves.iter().flat_map(|leaf| leaf.0).collect();
        self.execute(
            "INSERT INTO seal (id, at, key, jws, leaves, common)
             VALUES ($1, $2, $3, $4, $5, $6)",
            (seal.id, seal.at, seal.key, seal.jws, leaves, seal.common),
        )
        .await
    }

    /// Keeps the certificates of a key that seals, so that they stay published when its secret is gone.
    pub(super) async fn keep_key(
        &mut self,
        thumbprint: Sha256,
        kid: &str,
        chain: &str,
        now: Timestamp,
    ) -> sqlx::Result<u64> {
        self.execute(
            "INSERT INTO evidence_key (thumbprint, kid, chain, first_at)
             VALUES ($1, $2, $3, $4)
             ON CONFLICT (thumbprint) DO NOTHING",
            (thumbprint, kid, chain, now),
        )
        .await
    }

    /// The names of a provider application.
    pub(super) async fn named_application(
        &mut self,
        application: ApplicationId,
    ) -> sqlx::Result<Option<NamedApplication>> {
        self.fetch_optional(
            "SELECT a.client_id, a.brand, a.provider_id, p.legal_name
             FROM provider_application a
             JOIN provider p ON p.id = a.provider_id
             WHERE a.id = $1",
            (application,),
        )
        .await
    }
}

impl Db {
    /// Whether there is anything to seal.
    pub(super) async fn has_unsealed(&self) -> sqlx::Result<bool> {
        let found: Option<(Uuid,)> =
            self.fetch_optional("SELECT id FROM evidence WHERE seal_id IS NULL LIMIT 1", ()).await?;
        Ok(found.is_some())
    }

    /// What is stated about one thing of a mailbox.
    pub(super) async fn evidence_of(
        &self,
        mailbox: MailboxId,
        about: &'static str,
        object: Uuid,
    ) -> sqlx::Result<Vec<EvidenceRow>> {
        self.fetch_all(
            "SELECT e.mailbox_id, e.id, e.object, e.at, e.kind, e.statement, e.salt_key, e.seal_id, s.common
             FROM evidence e
             LEFT JOIN seal s ON s.id = e.seal_id
             WHERE e.mailbox_id = $1 AND e.about = $2 AND e.object = $3
             ORDER BY e.id",
            (mailbox, about, object),
        )
        .await
    }

    /// What is stated about all messages, or all consents, of a mailbox.
    pub(super) async fn evidence_about(
        &self,
        mailbox: MailboxId,
        about: &'static str,
    ) -> sqlx::Result<Vec<EvidenceRow>> {
        self.fetch_all(
            "SELECT e.mailbox_id, e.id, e.object, e.at, e.kind, e.statement, e.salt_key, e.seal_id, s.common
             FROM evidence e
             LEFT JOIN seal s ON s.id = e.seal_id
             WHERE e.mailbox_id = $1 AND e.about = $2
             ORDER BY e.object, e.id",
            (mailbox, about),
        )
        .await
    }

    /// The last messages of a mailbox before one that something is stated about: those in these partitions, and what has gone
    /// for who sees all.
    pub(super) async fn proven_messages(
        &self,
        (mailbox, partitions): (MailboxId, i64),
        about: &'static str,
        below: Uuid,
        limit: i64,
    ) -> sqlx::Result<Vec<(Uuid,)>> {
        self.fetch_all(
            "SELECT DISTINCT e.object
             FROM evidence e
             WHERE e.mailbox_id = $1 AND e.about = $2 AND e.object < $3
               AND (CAST($5 AS BIGINT) = -1 OR EXISTS (
                   SELECT 1
                   FROM message m
                   WHERE m.mailbox_id = e.mailbox_id AND m.publication_id = e.object
                     AND ((CAST($5 AS BIGINT) >> CAST(m.partition AS INTEGER)) & 1) = 1
               ))
             ORDER BY e.object DESC
             LIMIT $4",
            (mailbox, about, below, limit, partitions),
        )
        .await
    }

    /// What is stated about the things of a mailbox from one to another.
    pub(super) async fn evidence_between(
        &self,
        mailbox: MailboxId,
        about: &'static str,
        first: Uuid,
        last: Uuid,
    ) -> sqlx::Result<Vec<EvidenceRow>> {
        self.fetch_all(
            "SELECT e.mailbox_id, e.id, e.object, e.at, e.kind, e.statement, e.salt_key, e.seal_id, s.common
             FROM evidence e
             LEFT JOIN seal s ON s.id = e.seal_id
             WHERE e.mailbox_id = $1 AND e.about = $2 AND e.object >= $3 AND e.object <= $4
             ORDER BY e.object, e.id",
            (mailbox, about, first, last),
        )
        .await
    }

    /// A seal: the JWS, its leaves, and its time-stamp if it has one.
    pub(super) async fn seal(&self, id: Uuid) -> sqlx::Result<Option<(String, Vec<u8>, Option<Vec<u8>>)>> {
        self.fetch_optional("SELECT jws, leaves, time_stamp FROM seal WHERE id = $1", (id,)).await
    }

    /// The keys that ever sealed: their names and certificates.
    pub(super) async fn kept_keys(&self) -> sqlx::Result<Vec<(String, String)>> {
        self.fetch_all("SELECT kid, chain FROM evidence_key ORDER BY first_at", ()).await
    }

    /// The mailbox of a consent that was given to this provider, also if it is over.
    pub(crate) async fn mailbox_of_consent(
        &self,
        provider: ProviderId,
        consent: Uuid,
    ) -> sqlx::Result<Option<(MailboxId,)>> {
        self.fetch_optional(
            "SELECT e.mailbox_id
             FROM consent_event e
             JOIN provider_application a ON a.id = e.application_id
             WHERE e.consent_id = $1 AND a.provider_id = $2
             LIMIT 1",
            (consent, provider),
        )
        .await
    }
}

/// The leaves of a seal, one after the other.
pub(super) fn split(leaves: &[u8]) -> Vec<Sha256> {
    leaves.chunks_exact(32).filter_map(|chunk| chunk.try_into().ok().map(Sha256)).collect()
}
