//! Loading the mandates file: who legally represents which enterprise, from a configured source (TRUST T19).

use std::path::Path;

use serde::Deserialize;

use super::LocalOperatorAccess;
use crate::audit::Act;
use crate::clock::Timestamp;
use crate::error::Error;
use crate::mailbox::{self, Number};
use crate::mandate::NewMandate;
use crate::number::{EnterpriseNumber, Ssin};

/// A mandates file.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MandatesFile {
    /// When the source was asked, RFC 3339.
    pub checked_at: String,
    /// What the source is.
    pub source: String,
    /// The mandates; those of this source that a file no longer names are over.
    #[serde(default, rename = "mandate")]
    pub mandates: Vec<MandateEntry>,
}

/// One mandate.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MandateEntry {
    /// The representative's number.
    pub person_ssin: String,
    /// The enterprise's number.
    pub enterprise: String,
    /// The enterprise's name, as the source gives it.
    pub enterprise_name: String,
    /// `legalRepresentative`.
    pub role: String,
    /// The source's reference of it.
    pub reference: String,
    /// From when, RFC 3339.
    pub valid_from: String,
    /// Until when, RFC 3339.
    pub valid_until: String,
}

impl MandatesFile {
    /// Reads the file at `path`.
    ///
    /// # Errors
    /// [`Error::Invalid`] if it does not open or breaks the format.
    pub async fn read(path: &Path) -> Result<Self, Error> {
        let refused = |detail: String| Error::invalid("schemaViolation", "mandates", detail);
        let text = tokio::fs::read_to_string(path).await.map_err(|error| refused(error.to_string()))?;
        toml::from_str(&text).map_err(|error| refused(error.message().to_owned()))
    }
}

impl LocalOperatorAccess {
    /// Replaces the mandates of a source by those of the file, in one transaction.
    pub async fn load_mandates(&self, file: &MandatesFile) -> Result<usize, Error> {
        let parts = self.hub.parts();
        let now = parts.clock.now();
        let checked_at = time(&file.checked_at, "checked_at")?;
        let mut tx = parts.db.write().await?;

        tx.drop_mandates(&file.source).await?;
        for (n, entry) in file.mandates.iter().enumerate() {
            let mandate = self.read_entry(&mut tx, entry, n).await?;
            tx.put_mandate(&mandate, &file.source, checked_at).await?;
        }
        let act = Act {
            role: "operator",
            actor: self.operator.clone(),
            action: "loadMandates",
            object: file.source.clone(),
        };
        tx.record(parts.random.id(now), None, now, act).await?;

        tx.commit().await?;
        Ok(file.mandates.len())
    }

    async fn read_entry(
        &self,
        tx: &mut crate::db::Tx,
        entry: &MandateEntry,
        n: usize,
    ) -> Result<NewMandate, Error> {
        let parts = self.hub.parts();
        let place = |member: &str| format!("mandate[{n}].{member}");
        if entry.role != "legalRepresentative" {
            return Err(Error::invalid("invalidInput", place("role"), "legalRepresentative is expected"));
        }
        let today = parts.clock.now().civil().to_zoned(jiff::tz::TimeZone::UTC).date();
        let ssin = Ssin::parse(&entry.person_ssin, today)
            .map_err(|error| Error::invalid("invalidStructure", place("person_ssin"), error.to_string()))?;
        let number = EnterpriseNumber::parse(&entry.enterprise)
            .map_err(|error| Error::invalid("invalidStructure", place("enterprise"), error.to_string()))?;
        let (valid_from, valid_until) = (
            time(&entry.valid_from, &place("valid_from"))?,
            time(&entry.valid_until, &place("valid_until"))?,
        );
        Ok(NewMandate {
            mailbox: mailbox::find_or_open(tx, parts, &Number::Enterprise(number)).await?.id,
            person: mailbox::find_or_open(tx, parts, &Number::Ssin(ssin)).await?.id,
            role: entry.role.clone(),
            reference: entry.reference.clone(),
            enterprise_name: entry.enterprise_name.clone(),
            valid_from,
            valid_until,
        })
    }
}

fn time(text: &str, place: &str) -> Result<Timestamp, Error> {
    Timestamp::parse(text)
        .ok_or_else(|| Error::invalid("invalidInput", place, "an RFC 3339 date-time is expected"))
}
