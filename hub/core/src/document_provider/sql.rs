//! Statements on `document_provider`.

use super::DocumentProvider;
use crate::clock::Timestamp;
use crate::db::{Db, Tx, record};
use crate::error::Error;
use crate::id::MailboxId;

record! {
    struct Row {
        id: String,
        client_id: Option<String>,
        name: String,
        description: String,
        url: String,
        active_from: String,
        active_until: Option<String>,
        contact: String,
        api_version: String,
        maintenance: String,
        said: String,
    }
}

impl Row {
    fn read(self) -> Result<DocumentProvider, Error> {
        let corrupt = || Error::Corrupt { table: "document_provider", id: self.id.clone() };
        Ok(DocumentProvider {
            name: serde_json::from_str(&self.name).map_err(|_| corrupt())?,
            description: serde_json::from_str(&self.description).map_err(|_| corrupt())?,
            active_from: self.active_from.parse().map_err(|_| corrupt())?,
            active_until: self.active_until.as_deref().map(str::parse).transpose().map_err(|_| corrupt())?,
            maintenance: serde_json::from_str(&self.maintenance).map_err(|_| corrupt())?,
            said: serde_json::from_str(&self.said).map_err(|_| corrupt())?,
            client_id: self.client_id,
            url: self.url,
            contact: self.contact,
            api_version: self.api_version,
            id: self.id,
        })
    }
}

impl Db {
    /// Everybody on the list, by id.
    pub(crate) async fn document_providers(&self) -> Result<Vec<DocumentProvider>, Error> {
        let rows: Vec<Row> = self
            .fetch_all(
                "SELECT id, client_id, name, description, url, active_from, active_until, contact, api_version,
                        maintenance, said
                 FROM document_provider
                 ORDER BY id",
                (),
            )
            .await?;
        rows.into_iter().map(Row::read).collect()
    }
}

impl Tx {
    /// The document provider for which a sender application speaks, held until the end of the transaction.
    pub(crate) async fn document_provider_of(
        &mut self,
        client_id: &str,
    ) -> Result<Option<DocumentProvider>, Error> {
        let sql = self.dialect().pick(
            "SELECT id, client_id, name, description, url, active_from, active_until, contact, api_version, maintenance, said
             FROM document_provider
             WHERE client_id = $1",
            "SELECT id, client_id, name, description, url, active_from, active_until, contact, api_version, maintenance, said
             FROM document_provider
             WHERE client_id = $1
             FOR UPDATE",
        );
        let row: Option<Row> = self.fetch_optional(sql, (client_id,)).await?;
        row.map(Row::read).transpose()
    }

    /// The document provider of that id, held until the end of the transaction.
    pub(crate) async fn document_provider(&mut self, id: &str) -> Result<Option<DocumentProvider>, Error> {
        let sql = self.dialect().pick(
            "SELECT id, client_id, name, description, url, active_from, active_until, contact, api_version, maintenance, said
             FROM document_provider
             WHERE id = $1",
            "SELECT id, client_id, name, description, url, active_from, active_until, contact, api_version, maintenance, said
             FROM document_provider
             WHERE id = $1
             FOR UPDATE",
        );
        let row: Option<Row> = self.fetch_optional(sql, (id,)).await?;
        row.map(Row::read).transpose()
    }

    /// Puts an entry on the list, or in the place of the one with its id.
    pub(crate) async fn put_document_provider(&mut self, entry: &DocumentProvider) -> Result<u64, Error> {
        let json = |texts| serde_json::to_string(texts).map_err(Error::internal);
        let (name, description) = (json(&entry.name)?, json(&entry.description)?);
        let maintenance = serde_json::to_string(&entry.maintenance).map_err(Error::internal)?;
        let said = serde_json::to_string(&entry.said).map_err(Error::internal)?;
        let written = self
            .execute(
                "INSERT INTO document_provider (id, client_id, name, description, url, active_from, active_until,
                                                contact, api_version, maintenance, said)
                 VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
                 ON CONFLICT (id) DO UPDATE
                 SET client_id = excluded.client_id, name = excluded.name, description = excluded.description,
                     url = excluded.url, active_from = excluded.active_from, active_until = excluded.active_until,
                     contact = excluded.contact, api_version = excluded.api_version,
                     maintenance = excluded.maintenance, said = excluded.said",
                (
                    entry.id.as_str(),
                    entry.client_id.clone(),
                    name,
                    description,
                    entry.url.as_str(),
                    entry.active_from.to_string(),
                    entry.active_until.map(|day| day.to_string()),
                    entry.contact.as_str(),
                    entry.api_version.as_str(),
                    maintenance,
                    said,
                ),
            )
            .await?;
        Ok(written)
    }

    /// Whether the holder of a mailbox wants no paper any more.
    pub(crate) async fn wants_no_paper(&mut self, mailbox: MailboxId) -> sqlx::Result<bool> {
        let row = self
            .fetch_optional("SELECT exclusively FROM mailbox_preference WHERE mailbox_id = $1", (mailbox,))
            .await?;
        Ok(row.is_some_and(|(exclusively,): (bool,)| exclusively))
    }

    /// Keeps whether the holder of a mailbox wants paper.
    pub(crate) async fn put_preference(
        &mut self,
        mailbox: MailboxId,
        exclusively: bool,
        now: Timestamp,
    ) -> sqlx::Result<u64> {
        self.execute(
            "INSERT INTO mailbox_preference (mailbox_id, exclusively, at)
             VALUES ($1, $2, $3)
             ON CONFLICT (mailbox_id) DO UPDATE
             SET exclusively = excluded.exclusively, at = excluded.at",
            (mailbox, exclusively, now),
        )
        .await
    }
}
