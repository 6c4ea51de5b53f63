//! Statements on `certificate`.

use super::certificate::NameKind;
use crate::clock::Timestamp;
use crate::db::Tx;
use crate::id::{ApplicationId, CertificateId, ProviderId, Sha256};

/// Where a registered certificate's name stands: role, anchor, kind of name and name.
#[derive(Clone, Copy)]
pub(crate) struct Named<'a> {
    pub(crate) role: &'a str,
    pub(crate) anchor: &'a str,
    pub(crate) kind: NameKind,
    pub(crate) name: &'a str,
}

impl Tx {
    /// Ends every certificate of a provider's applications.
    pub(crate) async fn end_certificates_of(
        &mut self,
        provider: ProviderId,
        now: Timestamp,
    ) -> sqlx::Result<u64> {
        self.execute(
            "UPDATE certificate
             SET state = 'removed', ended_at = $2
             WHERE state = 'active' AND role IN ('provider', 'ownSoftware')
               AND client_id IN (SELECT client_id FROM provider_application WHERE provider_id = $1)",
            (provider, now),
        )
        .await
    }

    /// Ends the certificates of an application that is an enterprise's own software.
    pub(crate) async fn end_own_certificates(
        &mut self,
        application: ApplicationId,
        now: Timestamp,
    ) -> sqlx::Result<u64> {
        self.execute(
            "UPDATE certificate
             SET state = 'removed', ended_at = $2
             WHERE state = 'active' AND role = 'ownSoftware' AND client_id = (
                 SELECT client_id
                 FROM provider_application
                 WHERE id = $1 AND owner IS NOT NULL
             )",
            (application, now),
        )
        .await
    }

    /// Registers a certificate; fails if the same registration stands already.
    pub(crate) async fn insert_certificate(
        &mut self,
        id: CertificateId,
        named: Named<'_>,
        (client_id, thumbprint): (&str, Option<Sha256>),
        (from, until, now): (Timestamp, Option<Timestamp>, Timestamp),
    ) -> sqlx::Result<u64> {
        self.execute(
            "INSERT INTO certificate (id, role, anchor, name_kind, name, thumbprint, client_id, state, valid_from,
                                      valid_until, registered_at)
             VALUES ($1, $2, $3, $4, $5, $6, $7, 'active', $8, $9, $10)
             ON CONFLICT DO NOTHING",
            (
                id,
                named.role,
                named.anchor,
                named.kind.column(),
                named.name,
                thumbprint,
                client_id,
                from,
                until,
                now,
            ),
        )
        .await
    }

    /// Whether a name stands for another client than this one.
    pub(crate) async fn name_is_taken(&mut self, named: Named<'_>, client_id: &str) -> sqlx::Result<bool> {
        let (taken,) = self
            .fetch_one(
                "SELECT EXISTS (
                     SELECT 1
                     FROM certificate
                     WHERE role = $1 AND anchor = $2 AND name_kind = $3 AND name = $4 AND state = 'active'
                       AND client_id <> $5
                 ) AS taken",
                (named.role, named.anchor, named.kind.column(), named.name, client_id),
            )
            .await?;
        Ok(taken)
    }

    /// Gives a standing registration of a reference file another time; zero rows if there is none with this pin.
    pub(crate) async fn keep_certificate(
        &mut self,
        named: Named<'_>,
        (client_id, thumbprint): (&str, Option<Sha256>),
        (from, until): (Option<Timestamp>, Option<Timestamp>),
    ) -> sqlx::Result<u64> {
        self.execute(
            "UPDATE certificate
             SET valid_from = COALESCE($7, valid_from), valid_until = $8
             WHERE role = $1 AND anchor = $2 AND name_kind = $3 AND name = $4 AND state = 'active'
               AND client_id = $5
               AND ((thumbprint IS NULL AND $6 IS NULL) OR thumbprint = $6)",
            (named.role, named.anchor, named.kind.column(), named.name, client_id, thumbprint, from, until),
        )
        .await
    }

    /// Ends the registrations of a name that a reference file ends or replaces: all of them, those pinned to one
    /// certificate only, or all but those that pin certificates of one client.
    pub(crate) async fn end_certificates_named(
        &mut self,
        named: Named<'_>,
        (keep_pinned_of, thumbprint): (Option<&str>, Option<Sha256>),
        now: Timestamp,
    ) -> sqlx::Result<u64> {
        self.execute(
            "UPDATE certificate
             SET state = 'removed', ended_at = $6
             WHERE role = $1 AND anchor = $2 AND name_kind = $3 AND name = $4 AND state = 'active'
               AND ($5 IS NULL OR client_id <> $5 OR thumbprint IS NULL)
               AND ($7 IS NULL OR thumbprint = $7)",
            (
                named.role,
                named.anchor,
                named.kind.column(),
                named.name,
                keep_pinned_of.map(str::to_owned),
                now,
                thumbprint,
            ),
        )
        .await
    }

    /// Ends one certificate of a provider application; zero rows if it has ended, or is no provider's.
    pub(crate) async fn end_certificate(&mut self, id: CertificateId, now: Timestamp) -> sqlx::Result<u64> {
        self.execute(
            "UPDATE certificate
             SET state = 'removed', ended_at = $2
             WHERE id = $1 AND state = 'active' AND role IN ('provider', 'ownSoftware')",
            (id, now),
        )
        .await
    }
}
