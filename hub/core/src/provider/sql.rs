//! Statements on `provider`, `provider_application`, `logo` and `certificate`.

use super::{Application, Registration};
use crate::db::{Db, Tx, record};
use crate::error::Error;
use crate::id::{ApplicationId, CertificateId, ProviderId, Sha256};
use crate::text::Texts;

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
        active: bool,
        epoch: i64,
    }
}

impl ApplicationRow {
    fn read(self) -> Result<Application, Error> {
        let corrupt = |_| Error::Corrupt { table: "provider_application", id: self.client_id.clone() };
        Ok(Application {
            purpose: serde_json::from_str::<Texts>(&self.purpose).map_err(corrupt)?,
            retention: serde_json::from_str::<Texts>(&self.retention).map_err(corrupt)?,
            redirect_uris: serde_json::from_str(&self.redirect_uris).map_err(corrupt)?,
            id: self.id,
            provider: self.provider_id,
            legal_name: self.legal_name,
            brand: self.brand,
            logo: self.logo,
            active: self.active,
            epoch: self.epoch,
            client_id: self.client_id,
        })
    }
}

impl Db {
    /// The registration of one name under one anchor, if an operator made it and it stands.
    pub(crate) async fn registration(
        &self,
        role: &str,
        anchor: &str,
        kind: &str,
        name: &str,
    ) -> sqlx::Result<Option<Registration>> {
        self.fetch_optional(
            "SELECT id, role, client_id, thumbprint
             FROM certificate
             WHERE role = $1 AND anchor = $2 AND name_kind = $3 AND name = $4 AND state = 'active'",
            (role, anchor, kind, name),
        )
        .await
    }

    /// The provider application of that client id.
    pub(crate) async fn application(&self, client_id: &str) -> Result<Option<Application>, Error> {
        self.fetch_optional::<ApplicationRow>(
            "SELECT a.id, a.client_id, a.provider_id, p.legal_name, a.brand, a.purpose, a.retention,
                    a.redirect_uris, a.logo, a.state = 'active' AND p.state = 'active' AS active, p.epoch
             FROM provider_application a
             JOIN provider p ON p.id = a.provider_id
             WHERE a.client_id = $1",
            (client_id,),
        )
        .await?
        .map(ApplicationRow::read)
        .transpose()
    }

    /// A logo's media type and bytes.
    pub(crate) async fn logo(&self, sha256: Sha256) -> sqlx::Result<Option<(String, Vec<u8>)>> {
        self.fetch_optional("SELECT media_type, image FROM logo WHERE sha256 = $1", (sha256,)).await
    }
}

impl Tx {
    /// Registers a provider or replaces what is known of it; a change of state moves its epoch.
    pub(crate) async fn put_provider(
        &mut self,
        new_id: ProviderId,
        code: &str,
        legal_name: &str,
        state: &str,
    ) -> sqlx::Result<ProviderId> {
        let (id,) = self
            .fetch_one(
                "INSERT INTO provider (id, code, legal_name, state, epoch)
                 VALUES ($1, $2, $3, $4, 1)
                 ON CONFLICT (code) DO UPDATE
                 SET legal_name = excluded.legal_name,
                     epoch = CASE WHEN provider.state = excluded.state THEN provider.epoch
                                  ELSE provider.epoch + 1 END,
                     state = excluded.state
                 RETURNING id",
                (new_id, code, legal_name, state),
            )
            .await?;
        Ok(id)
    }

    /// Registers a provider application or replaces what is known of it.
    pub(crate) async fn put_application(&mut self, application: &Application) -> Result<(), Error> {
        self.execute(
            "INSERT INTO provider_application
                    (id, client_id, provider_id, state, brand, purpose, retention, redirect_uris, logo)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
             ON CONFLICT (client_id) DO UPDATE
             SET provider_id = excluded.provider_id, state = excluded.state, brand = excluded.brand,
                 purpose = excluded.purpose, retention = excluded.retention,
                 redirect_uris = excluded.redirect_uris, logo = excluded.logo",
            (
                application.id,
                application.client_id.as_str(),
                application.provider,
                if application.active { "active" } else { "suspended" },
                application.brand.as_str(),
                serde_json::to_string(&application.purpose).map_err(Error::internal)?,
                serde_json::to_string(&application.retention).map_err(Error::internal)?,
                serde_json::to_string(&application.redirect_uris).map_err(Error::internal)?,
                application.logo,
            ),
        )
        .await?;
        Ok(())
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

    /// Registers a certificate's name, or points it to another client, or pins it anew.
    pub(crate) async fn put_certificate(
        &mut self,
        id: CertificateId,
        (role, anchor): (&str, &str),
        (kind, name): (&str, &str),
        client_id: &str,
        (thumbprint, state): (Option<Sha256>, &str),
    ) -> sqlx::Result<u64> {
        self.execute(
            "INSERT INTO certificate (id, role, anchor, name_kind, name, thumbprint, client_id, state)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
             ON CONFLICT (role, anchor, name_kind, name) DO UPDATE
             SET thumbprint = excluded.thumbprint, client_id = excluded.client_id, state = excluded.state",
            (id, role, anchor, kind, name, thumbprint, client_id, state),
        )
        .await
    }
}
