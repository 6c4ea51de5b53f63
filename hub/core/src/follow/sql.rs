//! Statements on `followed`.

use uuid::Uuid;

use super::Followed;
use crate::clock::Timestamp;
use crate::db::{Db, Tx};
use crate::id::Sha256;

impl Tx {
    /// Follows a recipient from now on, or for longer; gives the id that the organization knows.
    pub(super) async fn put_followed(&mut self, followed: &Followed) -> sqlx::Result<Uuid> {
        let (recipient,) = self
            .fetch_one(
                "INSERT INTO followed (organization, key_hash, recipient_id, reachable, look_at, until)
                 VALUES ($1, $2, $3, $4, $5, $6)
                 ON CONFLICT (organization, key_hash) DO UPDATE
                 SET reachable = excluded.reachable, until = excluded.until
                 RETURNING recipient_id",
                (
                    followed.organization.as_str(),
                    followed.key_hash,
                    followed.recipient_id,
                    followed.reachable,
                    followed.look_at,
                    followed.until,
                ),
            )
            .await?;
        Ok(recipient)
    }

    /// The id by which an organization knows a recipient whom it follows.
    pub(super) async fn followed_id(
        &mut self,
        organization: &str,
        key_hash: Sha256,
    ) -> sqlx::Result<Option<Uuid>> {
        let found = self
            .fetch_optional(
                "SELECT recipient_id
                 FROM followed
                 WHERE organization = $1 AND key_hash = $2",
                (organization, key_hash),
            )
            .await?;
        Ok(found.map(|(recipient,)| recipient))
    }

    /// Recipients of one organization who are to be looked at by now.
    pub(super) async fn followed_until(&mut self, now: Timestamp, limit: i64) -> sqlx::Result<Vec<Followed>> {
        let sql = self.dialect().pick(
            "SELECT organization, key_hash, recipient_id, reachable, look_at, until
             FROM followed
             WHERE look_at <= $1 AND organization = (
                 SELECT o.organization FROM followed o WHERE o.look_at <= $1 ORDER BY o.look_at LIMIT 1
             )
             ORDER BY look_at, organization, key_hash
             LIMIT $2",
            "SELECT organization, key_hash, recipient_id, reachable, look_at, until
             FROM followed
             WHERE look_at <= $1 AND organization = (
                 SELECT o.organization FROM followed o WHERE o.look_at <= $1 ORDER BY o.look_at LIMIT 1
             )
             ORDER BY look_at, organization, key_hash
             LIMIT $2
             FOR UPDATE SKIP LOCKED",
        );
        self.fetch_all(sql, (now, limit)).await
    }

    /// Says when to look again; false if somebody else has looked.
    pub(super) async fn postpone_look(
        &mut self,
        followed: &Followed,
        look_at: Timestamp,
    ) -> sqlx::Result<bool> {
        let moved = self
            .execute(
                "UPDATE followed
                 SET look_at = $4
                 WHERE organization = $1 AND key_hash = $2 AND look_at = $3",
                (followed.organization.as_str(), followed.key_hash, followed.look_at, look_at),
            )
            .await?;
        Ok(moved == 1)
    }

    /// Notes what the organization is told.
    pub(super) async fn settle_followed(
        &mut self,
        followed: &Followed,
        reachable: bool,
    ) -> sqlx::Result<u64> {
        self.execute(
            "UPDATE followed SET reachable = $3 WHERE organization = $1 AND key_hash = $2",
            (followed.organization.as_str(), followed.key_hash, reachable),
        )
        .await
    }

    /// Forgets a recipient whom nobody follows any more.
    pub(super) async fn drop_followed(&mut self, followed: &Followed) -> sqlx::Result<u64> {
        self.execute(
            "DELETE FROM followed WHERE organization = $1 AND key_hash = $2 AND until = $3",
            (followed.organization.as_str(), followed.key_hash, followed.until),
        )
        .await
    }
}

impl Db {
    /// Whether somebody is to be looked at by now.
    pub(super) async fn any_followed_due(&self, now: Timestamp) -> sqlx::Result<bool> {
        let row = self
            .fetch_optional("SELECT EXISTS (SELECT 1 FROM followed WHERE look_at <= $1) AS due", (now,))
            .await?;
        Ok(row.is_some_and(|(due,): (bool,)| due))
    }
}
