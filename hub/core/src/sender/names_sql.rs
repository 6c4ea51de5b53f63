//! Statements that name what is registered.

use super::{MessageType, NamedApplication, NamedOrganization, NamedType};
use crate::db::{Db, Tx, record};
use crate::error::Error;
use crate::text::Texts;

record! {
    struct OrganizationRow {
        number: String,
        name: String,
    }
}

record! {
    struct ApplicationRow {
        client_id: String,
        code: String,
        name: String,
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
        let rows: Vec<OrganizationRow> =
            self.fetch_all("SELECT number, name FROM sender_organization ORDER BY number", ()).await?;
        let named = |row: OrganizationRow| {
            Ok(NamedOrganization {
                name: texts(&row.name, ("sender_organization", &row.number))?,
                number: row.number,
            })
        };
        rows.into_iter().map(named).collect()
    }

    /// All sender applications, by client id.
    pub(crate) async fn sender_applications(&self) -> Result<Vec<NamedApplication>, Error> {
        let rows: Vec<ApplicationRow> = self
            .fetch_all("SELECT client_id, code, name FROM sender_application ORDER BY client_id", ())
            .await?;
        let named = |row: ApplicationRow| {
            Ok(NamedApplication {
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

fn texts(json: &str, (table, id): (&'static str, &str)) -> Result<Texts, Error> {
    serde_json::from_str(json).map_err(|_| Error::Corrupt { table, id: id.to_owned() })
}

fn corrupt(id: &str) -> Error {
    Error::Corrupt { table: "message_type", id: id.to_owned() }
}
