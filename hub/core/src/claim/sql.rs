//! Statements on `idempotency`.

use serde_json::json;

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
    /// Which of these keys are answered.
    pub(crate) async fn answered_among(&self, claims: &[&Claim]) -> sqlx::Result<Vec<(String, String)>> {
        let keys: Vec<_> = claims.iter().map(|claim| json!([claim.owner(), claim.key()])).collect();
        let sql = self.dialect().pick(
            "SELECT i.application, i.key
             FROM json_each($1) v
             JOIN idempotency i ON i.application = v.value ->> 0 AND i.key = v.value ->> 1",
            "SELECT i.application, i.key
             FROM jsonb_array_elements(CAST($1 AS JSONB)) v(value)
             JOIN idempotency i ON i.application = v.value ->> 0 AND i.key = v.value ->> 1",
        );
        self.fetch_all(sql, (json!(keys).to_string(),)).await
    }

    /// What was answered under the key of an owner.
    pub(crate) async fn answered(&self, owner: &str, key: &str) -> sqlx::Result<Option<Answered>> {
        self.look_up_optional(
            "SELECT digest, answer, at
             FROM idempotency
             WHERE application = $1 AND key = $2",
            (owner, key),
        )
        .await
    }
}
