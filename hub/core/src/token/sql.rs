//! Statements on `token`.

use super::{NewToken, ProviderGuard, SenderGuard};
use crate::clock::Timestamp;
use crate::db::{Db, Tx, WithList, record};
use crate::id::{GrantId, Sha256};

/// Everything that decides whether a provider's access token opens a mailbox at `$2`, by its hash `$1`; `$ways` joins the
/// consents `c` that it could open them under, and their mailboxes `m`. The one text of these rules (TRUST T6).
macro_rules! guard {
    ($ways:expr) => {
        concat!(
            "SELECT t.token_hash, t.role, t.audience, t.scope, t.until, t.thumbprint, t.client_id, t.grant_id,
                    t.epoch, t.provider_epoch,
                    r.state = 'active' AND r.valid_from <= $2
                        AND (r.valid_until IS NULL OR r.valid_until > $2) AS registered,
                    p.id AS provider_id, p.state AS provider_state, p.epoch AS provider_epoch_now,
                    a.id AS application_id, a.state AS application_state,
                    c.id AS consent_id, c.state AS consent_state, c.actions, t.actions AS token_actions,
                    c.until AS consent_until, c.epoch AS consent_epoch, c.token_epoch, c.withheld, c.mailbox_id,
                    (c.partitions & COALESCE((
                        SELECT r.partitions
                        FROM partition_right r
                        WHERE r.mailbox_id = c.mailbox_id AND r.person = c.person
                    ), -1)) AS partitions,
                    m.kind, m.state AS mailbox_state, m.test, m.total, m.unread, m.version, m.activated_at,
                    (SELECT h.reference_epoch FROM hub h WHERE h.id = 1) AS reference_epoch,
                    (c.person = c.mailbox_id AND m.person_state IS NULL) OR EXISTS (
                        SELECT 1
                        FROM mandate d
                        JOIN mailbox g ON g.id = d.person AND g.person_state IS NULL AND g.moved_to IS NULL
                        WHERE d.mailbox_id = c.mailbox_id AND d.person = c.person AND d.consents
                          AND d.valid_from <= $2 AND d.valid_until > $2
                    ) AS represented
             FROM token t
             JOIN certificate r
               ON r.id = t.certificate_id AND r.client_id = t.client_id
              AND (r.thumbprint IS NULL OR r.thumbprint = t.thumbprint)
             JOIN provider_application a ON a.client_id = t.client_id
             JOIN provider p ON p.id = a.provider_id\n             ",
            $ways
        )
    };
}
pub(super) use guard;

/// The rules for the consents of a token's grant, or for a token without one; of one token, or of those of a list.
macro_rules! behind_grant {
    ($others:literal) => {
        guard!(concat!(
            "LEFT JOIN grant_member g
                    ON g.grant_id = t.grant_id AND (t.mailbox_id IS NULL OR t.mailbox_id = g.mailbox_id)
             LEFT JOIN consent c
                    ON c.mailbox_id = g.mailbox_id AND c.application_id = t.application_id
                   AND c.grant_id = t.grant_id AND c.provider_id = a.provider_id
             LEFT JOIN mailbox m ON m.id = c.mailbox_id
             WHERE t.token_hash IN ($1",
            $others,
            ") AND t.kind = 'access'
             ORDER BY c.mailbox_id"
        ))
    };
}

const BEHIND_GRANT: &str = behind_grant!("");
const BEHIND_8: &str = behind_grant!(", $3, $4, $5, $6, $7, $8, $9");
const BEHIND_32: &str = behind_grant!(
    ", $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22, $23, $24, $25,
                    $26, $27, $28, $29, $30, $31, $32, $33"
);

record! {
    /// A refresh token and what it stands for.
    #[derive(Clone, Debug)]
    pub(crate) struct HeldRefresh {
        pub(crate) grant_id: GrantId,
        pub(crate) epoch: i64,
        pub(crate) provider_epoch: i64,
        pub(crate) audience: String,
    }
}

impl Tx {
    /// [`Db::guard_provider`] in a transaction that goes on to write.
    pub(crate) async fn guard_provider(
        &mut self,
        token: Sha256,
        now: Timestamp,
    ) -> sqlx::Result<Vec<ProviderGuard>> {
        self.fetch_all(BEHIND_GRANT, (token, now)).await
    }

    /// Stores a token.
    pub(crate) async fn insert_token(&mut self, token: NewToken<'_>) -> sqlx::Result<u64> {
        self.execute(
            "INSERT INTO token (token_hash, kind, role, client_id, audience, scope, certificate_id, thumbprint,
                                grant_id, mailbox_id, application_id, epoch, provider_epoch, issued_at, until,
                                actions, key_id)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17)",
            (
                token.hash,
                token.kind.name(),
                token.role,
                token.client_id,
                token.audience,
                token.scope,
                token.certificate,
                token.thumbprint,
                token.grant.map(|grant| grant.id),
                token.grant.and_then(|grant| grant.mailbox),
                token.grant.map(|grant| grant.application),
                token.grant.map_or(0, |grant| grant.epoch),
                token.provider_epoch,
                token.issued_at,
                token.until,
                token.grant.and_then(|grant| grant.actions),
                token.key,
            ),
        )
        .await
    }

    /// A refresh token that its client still holds.
    pub(crate) async fn refresh_token(
        &mut self,
        token: Sha256,
        client_id: &str,
        now: Timestamp,
    ) -> sqlx::Result<Option<HeldRefresh>> {
        self.fetch_optional(
            "SELECT grant_id, epoch, provider_epoch, audience
             FROM token
             WHERE token_hash = $1 AND client_id = $2 AND kind = 'refresh' AND grant_id IS NOT NULL AND until > $3",
            (token, client_id, now),
        )
        .await
    }

    /// Ends a client's own token; a refresh token takes all tokens of its grant with it (RFC 7009 2.1).
    ///
    /// A token that was issued for an assertion is another issuer's, and stays.
    pub(crate) async fn revoke_token(&mut self, token: Sha256, client_id: &str) -> sqlx::Result<u64> {
        let grant = self
            .fetch_optional(
                "SELECT grant_id
                 FROM token
                 WHERE token_hash = $1 AND client_id = $2 AND kind = 'refresh' AND grant_id IS NOT NULL",
                (token, client_id),
            )
            .await?;
        let siblings = match grant {
            Some((grant,)) => {
                self.move_token_epoch(grant).await?;
                self.drop_tokens(grant).await?
            }
            None => 0,
        };
        let own = self
            .execute(
                "DELETE FROM token WHERE token_hash = $1 AND client_id = $2 AND key_id IS NULL",
                (token, client_id),
            )
            .await?;
        Ok(siblings + own)
    }

    /// Ends every token of a grant.
    pub(crate) async fn drop_tokens(&mut self, grant: GrantId) -> sqlx::Result<u64> {
        self.execute("DELETE FROM token WHERE grant_id = $1", (grant,)).await
    }

    /// Ends the access tokens of a grant; its refresh token stays.
    pub(crate) async fn drop_access_tokens(&mut self, grant: GrantId) -> sqlx::Result<u64> {
        self.execute("DELETE FROM token WHERE grant_id = $1 AND kind = 'access'", (grant,)).await
    }

    /// Forgets tokens whose time is long over.
    pub(crate) async fn drop_tokens_before(&mut self, until: Timestamp) -> sqlx::Result<u64> {
        self.execute("DELETE FROM token WHERE until < $1", (until,)).await
    }
}

impl Db {
    /// Everything that decides whether a provider's access token opens a mailbox now, in one statement: a row for each
    /// consent under its grant, or one without a consent.
    pub(crate) async fn guard_provider(
        &self,
        token: Sha256,
        now: Timestamp,
    ) -> sqlx::Result<Vec<ProviderGuard>> {
        self.look_up_all(BEHIND_GRANT, (token, now)).await
    }

    /// The same of several tokens, at most [`TOGETHER`]: each row names its token.
    pub(super) async fn guard_providers(
        &self,
        tokens: &[Sha256],
        now: Timestamp,
    ) -> sqlx::Result<Vec<ProviderGuard>> {
        let at = |n: usize| tokens.get(n).copied();
        match tokens.len() {
            0 => Ok(Vec::new()),
            1 => self.look_up_all(BEHIND_GRANT, (at(0), now)).await,
            2..=8 => self.look_up_all(BEHIND_8, others::<7>(at, now)).await,
            _ => self.look_up_all(BEHIND_32, others::<31>(at, now)).await,
        }
    }

    /// Everything that decides whether a sender's access token opens the sender API now, in one statement.
    pub(crate) async fn guard_sender(
        &self,
        token: Sha256,
        now: Timestamp,
    ) -> sqlx::Result<Option<SenderGuard>> {
        self.look_up_optional(
            "SELECT t.role, t.audience, t.scope, t.until, t.thumbprint, t.client_id,
                    r.state = 'active' AND r.valid_from <= $2
                        AND (r.valid_until IS NULL OR r.valid_until > $2) AS registered,
                    a.valid_from <= $2 AND (a.valid_until IS NULL OR a.valid_until > $2) AS valid
             FROM token t
             JOIN certificate r
               ON r.id = t.certificate_id AND r.client_id = t.client_id
              AND (r.thumbprint IS NULL OR r.thumbprint = t.thumbprint)
             JOIN sender_application a ON a.client_id = t.client_id
             WHERE t.token_hash = $1 AND t.kind = 'access'",
            (token, now),
        )
        .await
    }
}

/// A token, the time, and `N` places for more tokens, of which those that are left over are empty.
fn others<const N: usize>(
    at: impl Fn(usize) -> Option<Sha256>,
    now: Timestamp,
) -> WithList<Option<Sha256>, Timestamp, Option<Sha256>, N> {
    WithList(at(0), now, std::array::from_fn(|n| at(n + 1)))
}

/// How many tokens one statement asks about at most.
pub(super) const TOGETHER: usize = 32;
