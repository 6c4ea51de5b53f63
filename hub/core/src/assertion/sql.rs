//! Statements on `client_key` and `assertion`.

use super::PublicKey;
use crate::clock::Timestamp;
use crate::db::{Db, Tx, record};
use crate::id::{ClientKeyId, Sha256};

record! {
    /// A registered key of a client.
    #[derive(Clone, Debug)]
    pub(crate) struct ClientKey {
        pub(crate) id: ClientKeyId,
        pub(crate) kid: String,
        pub(crate) kind: String,
        pub(crate) algorithms: String,
        pub(crate) public_key: Vec<u8>,
    }
}

impl Db {
    /// The keys of a client that are valid now, the newest first.
    pub(crate) async fn client_keys(&self, client_id: &str, now: Timestamp) -> sqlx::Result<Vec<ClientKey>> {
        self.fetch_all(
            "SELECT id, kid, kind, algorithms, public_key
             FROM client_key
             WHERE client_id = $1 AND valid_from <= $2 AND (valid_until IS NULL OR valid_until > $2)
             ORDER BY valid_from DESC, kid",
            (client_id, now),
        )
        .await
    }

    /// How many keys of clients are registered.
    pub async fn client_keys_registered(&self) -> sqlx::Result<i64> {
        let row = self.fetch_optional("SELECT COUNT(*) FROM client_key", ()).await?;
        Ok(row.map_or(0, |(count,): (i64,)| count))
    }

    /// Whether a token was issued for an assertion.
    pub(crate) async fn is_asserted(&self, token: Sha256) -> sqlx::Result<bool> {
        let row = self
            .fetch_optional(
                "SELECT EXISTS (SELECT 1 FROM token WHERE token_hash = $1 AND key_id IS NOT NULL)",
                (token,),
            )
            .await?;
        Ok(row.is_some_and(|(asserted,): (bool,)| asserted))
    }
}

impl Tx {
    /// A key of a client, whenever it is valid.
    pub(crate) async fn client_key(&mut self, client_id: &str, kid: &str) -> sqlx::Result<Option<ClientKey>> {
        self.fetch_optional(
            "SELECT id, kid, kind, algorithms, public_key
             FROM client_key
             WHERE client_id = $1 AND kid = $2",
            (client_id, kid),
        )
        .await
    }

    /// How many keys of a client are not over at `now`.
    pub(crate) async fn client_keys_left(&mut self, client_id: &str, now: Timestamp) -> sqlx::Result<i64> {
        let row = self
            .fetch_optional(
                "SELECT COUNT(*)
                 FROM client_key
                 WHERE client_id = $1 AND (valid_until IS NULL OR valid_until > $2)",
                (client_id, now),
            )
            .await?;
        Ok(row.map_or(0, |(count,): (i64,)| count))
    }

    /// Registers a key.
    pub(crate) async fn insert_client_key(
        &mut self,
        (id, client_id, kid): (ClientKeyId, &str, &str),
        (key, algorithms): (&PublicKey, &str),
        (from, until, now): (Timestamp, Option<Timestamp>, Timestamp),
    ) -> sqlx::Result<u64> {
        self.execute(
            "INSERT INTO client_key (id, client_id, kid, kind, algorithms, public_key, valid_from, valid_until,
                                     registered_at)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
            (id, client_id, kid, key.kind, algorithms, key.bytes.clone(), from, until, now),
        )
        .await
    }

    /// Changes what a registered key is good for; it is valid from `from` on only if that is said.
    pub(crate) async fn change_client_key(
        &mut self,
        id: ClientKeyId,
        algorithms: &str,
        (from, until): (Option<Timestamp>, Option<Timestamp>),
    ) -> sqlx::Result<u64> {
        self.execute(
            "UPDATE client_key
             SET algorithms = $2, valid_from = COALESCE($3, valid_from), valid_until = $4
             WHERE id = $1",
            (id, algorithms, from, until),
        )
        .await
    }

    /// Ends a key, with the tokens that were issued for its assertions.
    pub(crate) async fn end_client_key(&mut self, id: ClientKeyId) -> sqlx::Result<u64> {
        self.execute("DELETE FROM token WHERE key_id = $1", (id,)).await?;
        self.execute("DELETE FROM client_key WHERE id = $1", (id,)).await
    }

    /// Whether a sender application or a provider application, own software among them, has this client id.
    pub(crate) async fn knows_client(&mut self, client_id: &str) -> sqlx::Result<bool> {
        let row = self
            .fetch_optional(
                "SELECT EXISTS (SELECT 1 FROM sender_application WHERE client_id = $1)
                     OR EXISTS (SELECT 1 FROM provider_application WHERE client_id = $1)",
                (client_id,),
            )
            .await?;
        Ok(row.is_some_and(|(known,): (bool,)| known))
    }

    /// Remembers an assertion until then; 0 rows if it is remembered already.
    pub(crate) async fn use_assertion(
        &mut self,
        client_id: &str,
        jti: Sha256,
        until: Timestamp,
    ) -> sqlx::Result<u64> {
        self.execute(
            "INSERT INTO assertion (client_id, jti_hash, until)
             VALUES ($1, $2, $3)
             ON CONFLICT DO NOTHING",
            (client_id, jti, until),
        )
        .await
    }

    /// Forgets assertions that have expired.
    pub(crate) async fn drop_assertions_before(&mut self, until: Timestamp) -> sqlx::Result<u64> {
        self.execute("DELETE FROM assertion WHERE until < $1", (until,)).await
    }
}
