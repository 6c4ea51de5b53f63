//! Statements on `provider`, `provider_application`, `logo` and `certificate`.

use super::grantable::reach;
use super::{Application, NameKind, Registration};
use crate::clock::Timestamp;
use crate::db::{Db, Tx, record};
use crate::error::Error;
use crate::id::{ApplicationId, MailboxId, ProviderId, Sha256};
use crate::text::Texts;

/// A provider application about to be registered, or what replaces what is known of it.
pub(crate) struct NewApplication<'a> {
    pub(crate) id: ApplicationId,
    pub(crate) client_id: &'a str,
    pub(crate) provider: ProviderId,
    pub(crate) brand: &'a str,
    pub(crate) purpose: &'a Texts,
    pub(crate) retention: &'a Texts,
    pub(crate) redirect_uris: &'a [String],
    pub(crate) logo: Option<Sha256>,
    /// Whether it begins in pilot; one that is known stays as it is.
    pub(crate) pilot: bool,
}

record! {
    struct ApplicationRow {
        id: ApplicationId,
        client_id: String,
        provider_id: ProviderId,
        legal_name: String,
        brand: String,
        purpose: String,
        retention: String,
        redirect_uris: String,
        logo: Option<Sha256>,
        pilot: bool,
        state: String,
        provider_state: String,
        suspended_from: Option<String>,
        epoch: i64,
        owner: Option<MailboxId>,
    }
}

impl ApplicationRow {
    fn read(self) -> Result<Application, Error> {
        let corrupt = |_| Error::Corrupt { table: "provider_application", id: self.client_id.clone() };
        Ok(Application {
            purpose: serde_json::from_str::<Texts>(&self.purpose).map_err(corrupt)?,
            retention: serde_json::from_str::<Texts>(&self.retention).map_err(corrupt)?,
            redirect_uris: serde_json::from_str(&self.redirect_uris).map_err(corrupt)?,
            reach: reach(&self.provider_state, self.suspended_from.as_deref(), &self.state),
            id: self.id,
            provider: self.provider_id,
            legal_name: self.legal_name,
            brand: self.brand,
            logo: self.logo,
            pilot: self.pilot,
            epoch: self.epoch,
            owner: self.owner,
            client_id: self.client_id,
        })
    }
}

impl Db {
    /// The registration of one name under one anchor that a certificate can use now; a pinned one before one that is not.
    pub(crate) async fn registration(
        &self,
        (role, anchor): (&str, &str),
        (kind, name): (NameKind, &str),
        thumbprint: Sha256,
        now: Timestamp,
    ) -> sqlx::Result<Option<Registration>> {
        self.look_up_optional(
            "SELECT id, role, client_id
             FROM certificate
             WHERE role = $1 AND anchor = $2 AND name_kind = $3 AND name = $4 AND state = 'active'
               AND valid_from <= $6 AND (valid_until IS NULL OR valid_until > $6)
               AND (thumbprint IS NULL OR thumbprint = $5)
             ORDER BY thumbprint IS NULL
             LIMIT 1",
            (role, anchor, kind.column(), name, thumbprint, now),
        )
        .await
    }

    /// The provider application of that client id.
    pub(crate) async fn application(&self, client_id: &str) -> Result<Option<Application>, Error> {
        self.fetch_optional::<ApplicationRow>(
            "SELECT a.id, a.client_id, a.provider_id, p.legal_name, a.brand, a.purpose, a.retention,
                    a.redirect_uris, a.logo, a.pilot, a.state, p.state AS provider_state, p.suspended_from, p.epoch,
                    a.owner
             FROM provider_application a
             JOIN provider p ON p.id = a.provider_id
             WHERE a.client_id = $1",
            (client_id,),
        )
        .await?
        .map(ApplicationRow::read)
        .transpose()
    }

    /// The applications of a provider, by client id.
    pub(crate) async fn applications_of(&self, provider: ProviderId) -> Result<Vec<Application>, Error> {
        let rows = self.fetch_all::<ApplicationRow>(
            "SELECT a.id, a.client_id, a.provider_id, p.legal_name, a.brand, a.purpose, a.retention,
                    a.redirect_uris, a.logo, a.pilot, a.state, p.state AS provider_state, p.suspended_from, p.epoch,
                    a.owner
             FROM provider_application a
             JOIN provider p ON p.id = a.provider_id
             WHERE a.provider_id = $1
             ORDER BY a.client_id",
            (provider,),
        );
        rows.await?.into_iter().map(ApplicationRow::read).collect()
    }

    /// A logo's media type and bytes.
    pub(crate) async fn logo(&self, sha256: Sha256) -> sqlx::Result<Option<(String, Vec<u8>)>> {
        self.fetch_optional("SELECT media_type, image FROM logo WHERE sha256 = $1", (sha256,)).await
    }
}

impl Tx {
    /// Registers a provider application or replaces what is known of it; one that has a logo keeps it if none is given.
    pub(crate) async fn put_application(&mut self, new: &NewApplication<'_>) -> Result<ApplicationId, Error> {
        let (id,) = self
            .fetch_one(
                "INSERT INTO provider_application
                        (id, client_id, provider_id, state, brand, purpose, retention, redirect_uris, logo, pilot)
                 VALUES ($1, $2, $3, 'active', $4, $5, $6, $7, $8, $9)
                 ON CONFLICT (client_id) DO UPDATE
                 SET provider_id = excluded.provider_id, state = excluded.state, brand = excluded.brand,
                     purpose = excluded.purpose, retention = excluded.retention,
                     redirect_uris = excluded.redirect_uris,
                     logo = COALESCE(excluded.logo, provider_application.logo)
                 RETURNING id",
                (
                    new.id,
                    new.client_id,
                    new.provider,
                    new.brand,
                    serde_json::to_string(new.purpose).map_err(Error::internal)?,
                    serde_json::to_string(new.retention).map_err(Error::internal)?,
                    serde_json::to_string(new.redirect_uris).map_err(Error::internal)?,
                    new.logo,
                    new.pilot,
                ),
            )
            .await?;
        Ok(id)
    }

    /// Keeps a logo under its digest.
    pub(crate) async fn put_logo(
        &mut self,
        sha256: Sha256,
        media_type: &str,
        image: Vec<u8>,
    ) -> sqlx::Result<u64> {
        self.execute(
            "INSERT INTO logo (sha256, media_type, image)
             VALUES ($1, $2, $3)
             ON CONFLICT (sha256) DO NOTHING",
            (sha256, media_type, image),
        )
        .await
    }
}
