//! Statements on `authorization_request`.

use super::RequestRow;
use crate::clock::Timestamp;
use crate::db::{Db, Tx};
use crate::id::{ApplicationId, GrantId, MailboxId, Sha256};

/// A request about to be stored.
pub(crate) struct NewRequest<'a> {
    pub(crate) hash: Sha256,
    pub(crate) application: ApplicationId,
    pub(crate) client_id: &'a str,
    pub(crate) redirect_uri: &'a str,
    pub(crate) state: Option<&'a str>,
    pub(crate) challenge: &'a str,
    pub(crate) details: &'a str,
    pub(crate) audience: &'a str,
    pub(crate) ui_locales: Option<&'a str>,
    pub(crate) open_until: Timestamp,
    pub(crate) grant_action: Option<&'static str>,
    pub(crate) asked_grant: Option<GrantId>,
    pub(crate) expected_person: Option<Vec<u8>>,
}

impl Tx {
    /// Stores a pushed request.
    pub(crate) async fn insert_request(
        &mut self,
        request: &NewRequest<'_>,
        now: Timestamp,
    ) -> sqlx::Result<u64> {
        self.execute(
            "INSERT INTO authorization_request
                    (request_hash, application_id, client_id, redirect_uri, state, challenge, details, audience,
                     ui_locales, stage, created_at, open_until, grant_action, asked_grant, expected_person)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, 'pushed', $10, $11, $12, $13, $14)",
            (
                request.hash,
                request.application,
                request.client_id,
                request.redirect_uri,
                request.state.map(str::to_owned),
                request.challenge,
                request.details,
                request.audience,
                request.ui_locales.map(str::to_owned),
                now,
                request.open_until,
                request.grant_action.map(str::to_owned),
                request.asked_grant,
                request.expected_person.clone(),
            ),
        )
        .await
    }

    /// Binds an open request to a browser; false if it is not open any more.
    pub(crate) async fn bind_request(
        &mut self,
        request: Sha256,
        browser: Sha256,
        now: Timestamp,
        until: Timestamp,
    ) -> sqlx::Result<bool> {
        let bound = self
            .execute(
                "UPDATE authorization_request
                 SET stage = 'bound', browser_hash = $2, bound_until = $4
                 WHERE request_hash = $1 AND stage = 'pushed' AND open_until > $3",
                (request, browser, now, until),
            )
            .await?;
        Ok(bound == 1)
    }

    /// Agrees to a bound request; false if it was decided, or its time is over, or it is another browser's.
    pub(crate) async fn agree_request(
        &mut self,
        (request, browser): (Sha256, Sha256),
        grant: GrantId,
        (code, code_until): (Sha256, Timestamp),
        now: Timestamp,
    ) -> sqlx::Result<bool> {
        let decided = self
            .execute(
                "UPDATE authorization_request
                 SET stage = 'agreed', decided_at = $6, grant_id = $3, code_hash = $4, code_until = $5
                 WHERE request_hash = $1 AND stage = 'bound' AND browser_hash = $2 AND bound_until > $6",
                (request, browser, grant, code, code_until, now),
            )
            .await?;
        Ok(decided == 1)
    }

    /// Ends a bound request without a consent, as `refused` or `rejected`; false if it was decided, or its time is over,
    /// or it is another browser's.
    pub(crate) async fn refuse_request(
        &mut self,
        (request, browser): (Sha256, Sha256),
        (stage, reason): (&'static str, &'static str),
        now: Timestamp,
    ) -> sqlx::Result<bool> {
        let decided = self
            .execute(
                "UPDATE authorization_request
                 SET stage = $3, reason = $4, decided_at = $5
                 WHERE request_hash = $1 AND stage = 'bound' AND browser_hash = $2 AND bound_until > $5",
                (request, browser, stage, reason, now),
            )
            .await?;
        Ok(decided == 1)
    }

    /// Notes who logged in for a request.
    pub(crate) async fn note_person(&mut self, request: Sha256, person: MailboxId) -> sqlx::Result<u64> {
        self.execute(
            "UPDATE authorization_request
             SET person = $2
             WHERE request_hash = $1 AND stage = 'bound'",
            (request, person),
        )
        .await
    }

    /// Lets requests lapse that nobody decided in time, and gives them.
    pub(crate) async fn lapse_requests(&mut self, now: Timestamp) -> sqlx::Result<Vec<RequestRow>> {
        self.fetch_all(
            "UPDATE authorization_request
             SET stage = 'lapsed', reason = 'timedOut', decided_at = $1
             WHERE stage = 'bound' AND bound_until <= $1
             RETURNING request_hash, application_id, client_id, redirect_uri, state, challenge, details, audience,
                       ui_locales, stage, open_until, browser_hash, bound_until, grant_id, redeemed_at,
                       grant_action, asked_grant, expected_person, person, reason",
            (now,),
        )
        .await
    }

    /// Grants that a request made and whose code was not redeemed before `code`, a few, with their application.
    pub(crate) async fn unclaimed_grants(
        &mut self,
        code: Timestamp,
        limit: i64,
    ) -> sqlx::Result<Vec<(GrantId, ApplicationId)>> {
        self.fetch_all(
            "SELECT g.id, g.application_id
             FROM authorization_request r
             JOIN grant_ g ON g.id = r.grant_id AND g.ended_at IS NULL
             WHERE r.stage = 'agreed' AND r.asked_grant IS NULL AND r.redeemed_at IS NULL AND r.code_until <= $1
             ORDER BY r.code_until
             LIMIT $2",
            (code, limit),
        )
        .await
    }

    /// The request behind a code.
    pub(crate) async fn request_of_code(&mut self, code: Sha256) -> sqlx::Result<Option<RequestRow>> {
        self.fetch_optional(
            "SELECT request_hash, application_id, client_id, redirect_uri, state, challenge, details, audience,
                    ui_locales, stage, open_until, browser_hash, bound_until, grant_id, redeemed_at,
                    grant_action, asked_grant, expected_person, person, reason
             FROM authorization_request
             WHERE code_hash = $1",
            (code,),
        )
        .await
    }

    /// Uses a code up; false if it was used before or its time is over.
    pub(crate) async fn redeem_code(&mut self, code: Sha256, now: Timestamp) -> sqlx::Result<bool> {
        let redeemed = self
            .execute(
                "UPDATE authorization_request
                 SET redeemed_at = $2
                 WHERE code_hash = $1 AND redeemed_at IS NULL AND code_until > $2",
                (code, now),
            )
            .await?;
        Ok(redeemed == 1)
    }

    /// Forgets requests made before `made`, and those that nobody opened before `opened`.
    pub(crate) async fn drop_requests_before(
        &mut self,
        made: Timestamp,
        opened: Timestamp,
    ) -> sqlx::Result<u64> {
        self.execute(
            "DELETE FROM authorization_request
             WHERE created_at < $1 OR (stage = 'pushed' AND open_until < $2)",
            (made, opened),
        )
        .await
    }
}

impl Db {
    /// The request of that hash.
    pub(crate) async fn request(&self, hash: Sha256) -> sqlx::Result<Option<RequestRow>> {
        self.fetch_optional(
            "SELECT request_hash, application_id, client_id, redirect_uri, state, challenge, details, audience,
                    ui_locales, stage, open_until, browser_hash, bound_until, grant_id, redeemed_at,
                    grant_action, asked_grant, expected_person, person, reason
             FROM authorization_request
             WHERE request_hash = $1",
            (hash,),
        )
        .await
    }
}
