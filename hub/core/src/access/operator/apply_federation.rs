//! The part of a reference file about document providers.

use super::LocalOperatorAccess;
use super::apply::unknown_reference;
use crate::access::reference::{DocumentProviderEntry, MaintenanceEntry, ReferenceFile};
use crate::clock::Timestamp;
use crate::db::Tx;
use crate::document_provider::{self, Date, DocumentProvider, Maintenance, Said, THIS_HUB};
use crate::error::Error;

impl LocalOperatorAccess {
    pub(super) async fn put_document_providers(
        &self,
        tx: &mut Tx,
        file: &ReferenceFile,
    ) -> Result<(), Error> {
        for (n, entry) in file.document_providers.iter().enumerate() {
            let place = |member: &str| format!("document_provider[{n}].{member}");
            let mut read = self.read(entry, &place)?;
            read.check(&place)?;
            if let Some(former) = tx.document_provider(&read.id).await? {
                read = read.over(former);
                read.check(&place)?;
            }
            tx.put_document_provider(&read).await.map_err(|error| told(error, &place("client_id")))?;
        }
        Ok(())
    }

    fn read(
        &self,
        entry: &DocumentProviderEntry,
        place: &dyn Fn(&str) -> String,
    ) -> Result<DocumentProvider, Error> {
        let this_hub = entry.id == THIS_HUB;
        if this_hub == entry.client_id.is_some() {
            let detail = "the sender application that speaks for it; none for this hub itself";
            return Err(Error::invalid("invalidInput", place("client_id"), detail));
        }
        let url = match (&entry.url, this_hub) {
            (None, true) => format!("{}/", self.hub.audiences().registry),
            (Some(url), false) => url.clone(),
            _ => {
                let detail = "the address of its Message Registry; none for this hub, which knows its own";
                return Err(Error::invalid("invalidInput", place("url"), detail));
            }
        };
        let maintenance = planned(entry, &place("maintenance"))?;
        let until = entry.active_until.as_deref().map(|text| day(text, place("active_until"))).transpose()?;
        let said = Said {
            contact: entry.contact.clone(),
            description: entry.description.clone(),
            api_version: entry.api_version.clone().unwrap_or_else(|| "2.1".to_owned()),
            active_until: until,
            maintenance,
        };
        Ok(DocumentProvider {
            id: entry.id.clone(),
            client_id: entry.client_id.clone(),
            name: entry.name.clone(),
            description: entry.description.clone(),
            url,
            active_from: day(&entry.active_from, place("active_from"))?,
            active_until: until,
            contact: entry.contact.clone(),
            api_version: said.api_version.clone(),
            maintenance: said.maintenance.clone(),
            said,
        })
    }
}

fn planned(entry: &DocumentProviderEntry, place: &str) -> Result<Vec<Maintenance>, Error> {
    let read = |planned: &MaintenanceEntry| {
        let wrong = || Error::invalid("invalidInput", place, "RFC 3339 date-times are expected");
        let moment = |text: &str| Timestamp::parse(text).ok_or_else(wrong);
        Ok(Maintenance { from: moment(&planned.from)?, until: moment(&planned.until)? })
    };
    entry.maintenance.iter().map(read).collect()
}

fn day(text: &str, place: String) -> Result<Date, Error> {
    let wrong = || Error::invalid("invalidInput", place, "a date such as 2026-01-31 is expected");
    document_provider::day(text).ok_or_else(wrong)
}

/// What the database refused: an application that is not registered, or that speaks for somebody else.
fn told(error: Error, place: &str) -> Error {
    match error {
        Error::Internal(cause) => match cause.downcast::<sqlx::Error>() {
            Ok(error) if is_taken(&error) => {
                Error::invalid("rejectedInput", place, "it speaks for another document provider")
            }
            Ok(error) => unknown_reference(*error, place),
            Err(cause) => Error::Internal(cause),
        },
        other => other,
    }
}

fn is_taken(error: &sqlx::Error) -> bool {
    error.as_database_error().is_some_and(sqlx::error::DatabaseError::is_unique_violation)
}
