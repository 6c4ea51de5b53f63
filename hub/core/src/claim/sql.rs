//! Statements on `idempotency`.

use super::Claim;
use crate::clock::Timestamp;
use crate::db::{Db, Tx, record};
use crate::id::PublicationId;

record! {
    /// What was answered to the first request under a key.
    pub(crate) struct Answered {
        /// The keyed mark of what it asked.
        pub(crate) digest: Vec<u8>,
        /// The answer, as JSON.
        pub(crate) answer: String,
        pub(crate) at: Timestamp,
    }
}

/// An answer about to be kept.
pub(crate) struct NewAnswer<'a> {
    pub(crate) claim: &'a Claim,
    pub(crate) mark: Vec<u8>,
    pub(crate) publication: PublicationId,
    /// As JSON.
    pub(crate) answer: String,
}

impl Tx {
    /// Keeps answers under their keys; says how many keys had none yet.
    pub(crate) async fn insert_answers<'a>(
        &mut self,
        answers: impl IntoIterator<Item = NewAnswer<'a>>,
        now: Timestamp,
    ) -> sqlx::Result<u64> {
        let row = |new: NewAnswer<'_>| {
            let (owner, key) = (new.claim.owner().to_owned(), new.claim.key().to_owned());
            (owner, key, now, new.mark, new.publication, new.answer)
        };
        self.insert_all(
            "INSERT INTO idempotency (application, key, at, digest, publication_id, answer)
             VALUES ($1, $2, $3, $4, $5, $6)
             ON CONFLICT (application, key) DO NOTHING",
            answers.into_iter().map(row).collect(),
        )
        .await
    }

    /// Forgets the answer under one key, if it was given before that instant.
    pub(crate) async fn forget_key(&mut self, claim: &Claim, before: Timestamp) -> sqlx::Result<u64> {
        self.execute(
            "DELETE FROM idempotency WHERE application = $1 AND key = $2 AND at <= $3",
            (claim.owner(), claim.key(), before),
        )
        .await
    }

    /// Forgets keys answered before that instant.
    pub(crate) async fn forget_keys(&mut self, before: Timestamp) -> sqlx::Result<u64> {
        self.execute("DELETE FROM idempotency WHERE at < $1", (before,)).await
    }
}

impl Db {
    /// What was answered under a key.
    pub(crate) async fn answered(&self, claim: &Claim) -> sqlx::Result<Option<Answered>> {
        self.fetch_optional(
            "SELECT digest, answer, at
             FROM idempotency
             WHERE application = $1 AND key = $2",
            (claim.owner(), claim.key()),
        )
        .await
    }
}
