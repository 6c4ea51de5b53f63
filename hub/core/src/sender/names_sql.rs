//! Statements that name what is registered.

use super::{Logo, MessageType, NamedApplication, NamedOrganization, NamedType};
use crate::clock::Timestamp;
use crate::db::{Db, Tx, record};
use crate::error::Error;
use crate::id::Sha256;
use crate::text::Texts;

record! {
    struct OrganizationRow {
        number: String,
        name: String,
        logo: Option<Sha256>,
        media_type: Option<String>,
        size: Option<i64>,
    }
}

record! {
    struct ApplicationRow {
        client_id: String,
        code: String,
        name: String,
        logo: Option<Sha256>,
        media_type: Option<String>,
        size: Option<i64>,
    }
}

record! {
    struct TypeRow {
        id: String,
        name: String,
        validity: String,
        media_types: String,
    }
}

impl Db {
    /// All sender organizations, by number.
    pub(crate) async fn sender_organizations(&self) -> Result<Vec<NamedOrganization>, Error> {
        let rows: Vec<OrganizationRow> = self
            .fetch_all(
                "SELECT o.number, o.name, o.logo, l.media_type, CAST(LENGTH(l.image) AS BIGINT) AS size
                 FROM sender_organization o
                 LEFT JOIN logo l ON l.sha256 = o.logo
                 ORDER BY o.number",
                (),
            )
            .await?;
        let named = |row: OrganizationRow| {
            Ok(NamedOrganization {
                logo: logo(row.logo, row.media_type, row.size),
                name: texts(&row.name, ("sender_organization", &row.number))?,
                number: row.number,
            })
        };
        rows.into_iter().map(named).collect()
    }

    /// All sender applications, by client id.
    pub(crate) async fn sender_applications(&self) -> Result<Vec<NamedApplication>, Error> {
        let rows: Vec<ApplicationRow> = self
            .fetch_all(
                "SELECT a.client_id, a.code, a.name, a.logo, l.media_type,
                        CAST(LENGTH(l.image) AS BIGINT) AS size
                 FROM sender_application a
                 LEFT JOIN logo l ON l.sha256 = a.logo
                 ORDER BY a.client_id",
                (),
            )
            .await?;
        let named = |row: ApplicationRow| {
            Ok(NamedApplication {
                logo: logo(row.logo, row.media_type, row.size),
                name: texts(&row.name, ("sender_application", &row.client_id))?,
                client_id: row.client_id,
                code: row.code,
            })
        };
        rows.into_iter().map(named).collect()
    }

    /// All message types, by id.
    pub(crate) async fn message_types(&self) -> Result<Vec<NamedType>, Error> {
        let rows: Vec<TypeRow> = self
            .fetch_all("SELECT id, name, validity, media_types FROM message_type ORDER BY id", ())
            .await?;
        let named = |row: TypeRow| {
            Ok(NamedType {
                name: texts(&row.name, ("message_type", &row.id))?,
                media_types: serde_json::from_str(&row.media_types).map_err(|_| corrupt(&row.id))?,
                validity: row.validity,
                id: row.id,
            })
        };
        rows.into_iter().map(named).collect()
    }
}

impl Db {
    /// The trios that are valid now: organization, application, message type.
    pub(crate) async fn trios(&self, now: Timestamp) -> sqlx::Result<Vec<(String, String, String)>> {
        self.fetch_all(
            "SELECT organization, application, message_type
             FROM trio
             WHERE valid_from <= $1 AND (valid_until IS NULL OR valid_until > $1)
             ORDER BY organization, application, message_type",
            (now,),
        )
        .await
    }
}

impl Tx {
    /// A message type, whether it is valid now or not.
    pub(crate) async fn message_type(&mut self, id: &str) -> Result<Option<MessageType>, Error> {
        let row: Option<TypeRow> = self
            .fetch_optional("SELECT id, name, validity, media_types FROM message_type WHERE id = $1", (id,))
            .await?;
        let Some(row) = row else { return Ok(None) };
        Ok(Some(MessageType {
            name: texts(&row.name, ("message_type", &row.id))?,
            validity: row.validity.parse().map_err(|_| corrupt(&row.id))?,
            media_types: serde_json::from_str(&row.media_types).map_err(|_| corrupt(&row.id))?,
            id: row.id,
        }))
    }
}

fn logo(digest: Option<Sha256>, media_type: Option<String>, size: Option<i64>) -> Option<Logo> {
    Some(Logo { digest: digest?, media_type: media_type?, size: u64::try_from(size?).unwrap_or_default() })
}

fn texts(json: &str, (table, id): (&'static str, &str)) -> Result<Texts, Error> {
    serde_json::from_str(json).map_err(|_| Error::Corrupt { table, id: id.to_owned() })
}

fn corrupt(id: &str) -> Error {
    Error::Corrupt { table: "message_type", id: id.to_owned() }
}
