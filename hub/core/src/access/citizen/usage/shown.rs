//! Rows of the access log as the person is shown them: names for readers, the person's own ids for things.

use super::place::Place;
use super::{Usage, UsageReader, Used, UsedMessage};
use crate::access::citizen::{CitizenAccess, representative_aad};
use crate::error::Error;
use crate::id::MailboxId;
use crate::journal::{PollRow, ReadingRow};
use crate::keys::Purpose;
use crate::message::Header;
use crate::outside::OutsideKind;
use crate::text::Texts;

/// An entry and where it stands.
pub(super) struct Entry {
    pub(super) place: Place,
    pub(super) usage: Usage,
}

/// Who looks at the log of which mailbox.
pub(super) struct Looker<'a> {
    pub(super) citizen: &'a CitizenAccess,
    pub(super) mailbox: MailboxId,
}

impl Looker<'_> {
    /// Something that left the hub.
    ///
    /// # Errors
    /// [`Error::Corrupt`] if the row breaks an invariant.
    pub(super) fn reading(&self, row: ReadingRow) -> Result<Entry, Error> {
        let place = Place::of_reading(&row);
        let usage = Usage {
            at: row.at,
            reader: self.reader(&row)?,
            consent: row.consent_id.map(|consent| self.sealed(OutsideKind::Consent, consent.0.into_bytes())),
            used: self.used(row)?,
        };
        Ok(Entry { place, usage })
    }

    /// The questions of an hour to which there was no answer.
    pub(super) fn poll(&self, row: PollRow) -> Entry {
        let place = Place::of_poll(&row);
        let usage = Usage {
            at: row.at(),
            consent: Some(self.sealed(OutsideKind::Consent, row.consent_id.0.into_bytes())),
            used: Used::Nothing { times: u64::try_from(row.times).unwrap_or_default() },
            reader: match row.own_software {
                true => UsageReader::OwnSoftware { name: row.brand },
                false => UsageReader::App { brand: row.brand, legal_name: row.legal_name },
            },
        };
        Entry { place, usage }
    }

    fn reader(&self, row: &ReadingRow) -> Result<UsageReader, Error> {
        match (row.role.as_str(), &row.brand, &row.legal_name) {
            ("provider", Some(brand), Some(legal_name)) => {
                Ok(UsageReader::App { brand: brand.clone(), legal_name: legal_name.clone() })
            }
            ("ownSoftware", Some(brand), _) => Ok(UsageReader::OwnSoftware { name: brand.clone() }),
            ("citizen", ..) if row.reader == self.citizen.session.person.0 => Ok(UsageReader::You),
            ("citizen", ..) if row.reader == self.mailbox.0 => Ok(UsageReader::Holder),
            ("citizen", ..) => Ok(UsageReader::Representative {
                id: self.sealed(OutsideKind::Person, row.reader.into_bytes()),
                name: row.sealed_name.as_deref().map(|sealed| self.name(row, sealed)).transpose()?,
            }),
            ("operator", ..) => Ok(UsageReader::Operator),
            _ => Err(corrupt(row)),
        }
    }

    fn name(&self, row: &ReadingRow, sealed: &[u8]) -> Result<String, Error> {
        let aad = representative_aad(self.mailbox, MailboxId(row.reader));
        let keys = self.citizen.hub.parts().keys.current();
        let name = keys.open(Purpose::SealedColumns, &aad, sealed).map_err(Error::internal)?;
        String::from_utf8(name).map_err(Error::internal)
    }

    fn used(&self, row: ReadingRow) -> Result<Used, Error> {
        match (row.what.as_str(), row.number) {
            ("summary", _) => Ok(Used::Summary),
            ("changes", _) => Ok(Used::Changes),
            ("list", _) => Ok(Used::List),
            ("proofs", _) => Ok(Used::Proofs),
            ("rights", _) => Ok(Used::Rights),
            ("message", Some(number)) => Ok(Used::Message(self.message(number, &row)?)),
            ("content", Some(number)) => {
                Ok(Used::File { message: self.message(number, &row)?, name: row.file_name })
            }
            _ => Err(corrupt(&row)),
        }
    }

    fn message(&self, number: i64, row: &ReadingRow) -> Result<UsedMessage, Error> {
        let (outside, party) = (self.citizen.hub.outside(), self.citizen.party());
        let subject: Option<Texts> = match (&row.subject, &row.header) {
            (None, _) => None,
            (_, Some(header)) => {
                let header: Header = serde_json::from_str(header).map_err(|_| corrupt(row))?;
                Some(header.subject)
            }
            (Some(subject), None) => Some(serde_json::from_str(subject).map_err(|_| corrupt(row))?),
        };
        Ok(UsedMessage { id: outside.seal_message(&party, self.mailbox.0, number), subject })
    }

    fn sealed(&self, kind: OutsideKind, block: [u8; 16]) -> String {
        self.citizen.hub.outside().seal(&self.citizen.party(), kind, block)
    }
}

fn corrupt(row: &ReadingRow) -> Error {
    let id = format!("{}:{}:{}", row.node, row.segment, row.position);
    Error::Corrupt { table: "reading", id }
}
