//! Statements on `session` and `login`.

use super::{DECIDES, LoginRow, READS, SessionRow};
use crate::clock::Timestamp;
use crate::db::{Db, Tx};
use crate::id::{MailboxId, Sha256};

/// A session about to be opened.
pub(crate) struct NewSession {
    pub(crate) hash: Sha256,
    pub(crate) person: MailboxId,
    pub(crate) acting_for: MailboxId,
    pub(crate) sealed_name: Vec<u8>,
    pub(crate) sealed_hint: Vec<u8>,
    pub(crate) acr: String,
    pub(crate) auth_time: Timestamp,
    pub(crate) request: Option<Sha256>,
    pub(crate) until: Timestamp,
}

/// A login about to begin.
pub(crate) struct NewLogin {
    pub(crate) state: Sha256,
    pub(crate) browser: Sha256,
    pub(crate) sealed_verifier: Vec<u8>,
    pub(crate) nonce: Sha256,
    pub(crate) request: Option<Sha256>,
    pub(crate) return_to: String,
    pub(crate) until: Timestamp,
}

impl Tx {
    /// Opens a session.
    pub(crate) async fn insert_session(&mut self, session: NewSession, now: Timestamp) -> sqlx::Result<u64> {
        self.execute(
            "INSERT INTO session (session_hash, person, acting_for, sealed_name, sealed_hint, acr, auth_time,
                                  request_hash, created_at, seen_at, until)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $9, $10)",
            (
                session.hash,
                session.person,
                session.acting_for,
                session.sealed_name,
                session.sealed_hint,
                session.acr,
                session.auth_time,
                session.request,
                now,
                session.until,
            ),
        )
        .await
    }

    /// Notes that a page was asked for.
    pub(crate) async fn see_session(&mut self, session: Sha256, now: Timestamp) -> sqlx::Result<u64> {
        self.execute(
            "UPDATE session SET seen_at = $2 WHERE session_hash = $1 AND seen_at < $2",
            (session, now),
        )
        .await
    }

    /// Ends a session.
    pub(crate) async fn drop_session(&mut self, session: Sha256) -> sqlx::Result<u64> {
        self.execute("DELETE FROM session WHERE session_hash = $1", (session,)).await
    }

    /// Ends every session of a person.
    pub(crate) async fn drop_sessions_of(&mut self, person: MailboxId) -> sqlx::Result<u64> {
        self.execute("DELETE FROM session WHERE person = $1", (person,)).await
    }

    /// Notes a login that is about to leave for the identity service.
    pub(crate) async fn insert_login(&mut self, login: NewLogin, now: Timestamp) -> sqlx::Result<u64> {
        self.execute(
            "INSERT INTO login (state_hash, browser_hash, sealed_verifier, nonce_hash, request_hash, return_to,
                                created_at, until)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
            (
                login.state,
                login.browser,
                login.sealed_verifier,
                login.nonce,
                login.request,
                login.return_to,
                now,
                login.until,
            ),
        )
        .await
    }

    /// Takes a login that came back; it works once.
    pub(crate) async fn take_login(&mut self, state: Sha256) -> sqlx::Result<Option<LoginRow>> {
        self.fetch_optional(
            "DELETE FROM login
             WHERE state_hash = $1
             RETURNING browser_hash, sealed_verifier, nonce_hash, request_hash, return_to, created_at, until",
            (state,),
        )
        .await
    }

    /// Forgets sessions and logins whose time is over.
    pub(crate) async fn drop_sessions_before(&mut self, now: Timestamp, idle: Timestamp) -> sqlx::Result<()> {
        self.execute("DELETE FROM session WHERE until < $1 OR seen_at < $2", (now, idle)).await?;
        self.execute("DELETE FROM login WHERE until < $1", (now,)).await?;
        Ok(())
    }
}

impl Db {
    /// The session of that hash, unless its person may not act any more.
    pub(crate) async fn session(&self, session: Sha256, now: Timestamp) -> sqlx::Result<Option<SessionRow>> {
        self.fetch_optional(
            "SELECT s.session_hash, s.person, s.acting_for, s.sealed_name, s.sealed_hint, s.acr, s.auth_time,
                    s.request_hash, s.seen_at, s.until, COALESCE(b.moved_to, b.id) = s.person AS own,
                    (SELECT MAX(CASE WHEN d.consents THEN $4 ELSE $3 END)
                     FROM mandate d
                     WHERE d.mailbox_id = COALESCE(b.moved_to, b.id) AND d.person = s.person
                       AND d.valid_from <= $2 AND d.valid_until > $2
                    ) AS power,
                    COALESCE((
                        SELECT r.partitions
                        FROM partition_right r
                        WHERE r.mailbox_id = COALESCE(b.moved_to, b.id) AND r.person = s.person
                    ), -1) AS partitions
             FROM session s
             JOIN mailbox p ON p.id = s.person AND p.person_state IS NULL AND p.moved_to IS NULL
             JOIN mailbox b ON b.id = s.acting_for
             WHERE s.session_hash = $1",
            (session, now, READS, DECIDES),
        )
        .await
    }
}
