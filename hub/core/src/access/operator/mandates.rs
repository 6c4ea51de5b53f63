//! Loading the mandates file: who acts for which enterprise or person, from a configured source (TRUST T19).

use std::path::Path;

use serde::Deserialize;

use super::LocalOperatorAccess;
use crate::audit::Act;
use crate::clock::Timestamp;
use crate::consent::settle_some_roles;
use crate::db::Tx;
use crate::error::{Error, Issue};
use crate::keys::Purpose;
use crate::mailbox::{self, Kind, Number};
use crate::mandate::{MandateRole, NewMandate, sealed_name_aad};
use crate::number::{EnterpriseNumber, Ssin};
use crate::partition::seeing;

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

/// One mandate: for an enterprise, or for another person.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MandateEntry {
    /// The number of whoever acts.
    pub person_ssin: String,
    /// The enterprise's number.
    pub enterprise: Option<String>,
    /// The enterprise's name, as the source gives it.
    pub enterprise_name: Option<String>,
    /// The number of the person acted for.
    pub for_ssin: Option<String>,
    /// The name of the person acted for, as the source gives it.
    pub for_name: Option<String>,
    /// For enterprises `legalRepresentative`, `accessManager` or `reader`; for persons `parent`, `guardian` or `helper`.
    pub role: String,
    /// The source's reference of it.
    pub reference: String,
    /// From when, RFC 3339.
    pub valid_from: String,
    /// Until when, RFC 3339.
    pub valid_until: String,
}

impl std::fmt::Debug for MandateEntry {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("MandateEntry").field("reference", &self.reference).finish_non_exhaustive()
    }
}

/// What a load did.
#[derive(Debug, Default)]
pub struct Loaded {
    /// The mandates that count.
    pub mandates: usize,
    /// What is wrong with the others.
    pub refused: Vec<Issue>,
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
    /// Replaces the mandates of a source by those of the file, in one transaction with what follows from it: what was
    /// given through a role that is over stands still, what was given through one that is back goes on.
    /// An entry that breaks the rules is no mandate: it is left out and named in the answer, and the others count.
    ///
    /// # Errors
    /// [`Error::Invalid`] if the file is older than what is known of its source.
    pub async fn load_mandates(&self, file: &MandatesFile) -> Result<Loaded, Error> {
        self.load(file, false).await
    }

    /// [`load_mandates`](Self::load_mandates) from the only source there is: what another name of it left behind is over.
    ///
    /// # Errors
    /// As there.
    pub async fn load_all_mandates(&self, file: &MandatesFile) -> Result<Loaded, Error> {
        self.load(file, true).await
    }

    async fn load(&self, file: &MandatesFile, all: bool) -> Result<Loaded, Error> {
        let parts = self.hub.parts();
        let now = parts.clock.now();
        let checked_at = time(&file.checked_at, "checked_at")?;
        let mut loaded = Loaded::default();
        let mut tx = parts.db.write().await?;

        // One after the other: whoever waits here sees what the one before did (DATA rule 1).
        tx.lock_register().await?;
        if tx.mandates_checked_at(&file.source).await?.is_some_and(|known| checked_at < known) {
            return Err(Error::invalid(
                "invalidInput",
                "checked_at",
                "a newer state of this source is known",
            ));
        }
        tx.drop_mandates(&file.source).await?;
        if all {
            tx.drop_mandates_but(&file.source).await?;
        }
        for (n, entry) in file.mandates.iter().enumerate() {
            match self.read_entry(&mut tx, (entry, n), now).await {
                Ok(mandate) => {
                    tx.put_mandate(&mandate, &file.source, checked_at).await?;
                    loaded.mandates += 1;
                }
                Err(Error::Invalid(issues)) => loaded.refused.extend(issues),
                Err(error) => return Err(error),
            }
        }
        seeing::free_legal_representatives(&mut tx, now).await?;
        settle_some_roles(&mut tx, parts, now).await?;
        let act = Act {
            role: "operator",
            actor: self.operator.clone(),
            action: "loadMandates",
            object: file.source.clone(),
        };
        tx.record(parts.random.id(now), None, now, act).await?;

        tx.commit().await?;
        for issue in &loaded.refused {
            tracing::error!(place = issue.name, detail = issue.detail, "a mandate is left out");
        }
        Ok(loaded)
    }

    async fn read_entry(
        &self,
        tx: &mut Tx,
        (entry, n): (&MandateEntry, usize),
        now: Timestamp,
    ) -> Result<NewMandate, Error> {
        let parts = self.hub.parts();
        let read = Entry { entry, n, now };
        let role: MandateRole = entry.role.parse().map_err(|error: crate::mandate::UnknownMandateRole| {
            Error::invalid("invalidInput", read.place("role"), error.to_string())
        })?;
        let (holder, name) = read.holder(role)?;
        let mailbox = mailbox::find_or_open(tx, parts, &holder).await?;
        let person = mailbox::find_or_open(tx, parts, &Number::Ssin(read.ssin(&entry.person_ssin)?)).await?;
        if person.id == mailbox.id {
            return Err(Error::invalid("invalidInput", read.place("for_ssin"), "nobody acts for themselves"));
        }
        let mut valid_until = time(&entry.valid_until, &read.place("valid_until"))?;
        if let (MandateRole::Parent, Some(of_age)) = (role, mailbox.of_age_at) {
            valid_until = valid_until.min(of_age);
        }
        let (enterprise_name, sealed_name) = match role.kind() {
            Kind::Enterprise => (name, None),
            Kind::Citizen => {
                let aad = sealed_name_aad(mailbox.id);
                let keys = parts.keys.current();
                let sealed = keys.seal(Purpose::SealedColumns, &aad, name.as_bytes(), &parts.random);
                (String::new(), Some(sealed))
            }
        };
        Ok(NewMandate {
            mailbox: mailbox.id,
            person: person.id,
            role,
            reference: entry.reference.clone(),
            enterprise_name,
            sealed_name,
            valid_from: time(&entry.valid_from, &read.place("valid_from"))?,
            valid_until,
        })
    }
}

/// An entry being read, with where it stands in its file.
struct Entry<'a> {
    entry: &'a MandateEntry,
    n: usize,
    now: Timestamp,
}

impl Entry<'_> {
    fn place(&self, member: &str) -> String {
        format!("mandate[{}].{member}", self.n)
    }

    /// Whose mailbox it is about, and the name: an enterprise's or a person's, as the role says.
    fn holder(&self, role: MandateRole) -> Result<(Number, String), Error> {
        let entry = self.entry;
        let person = (&entry.for_ssin, &entry.for_name);
        let enterprise = (&entry.enterprise, &entry.enterprise_name);
        match (role.kind(), enterprise, person) {
            (Kind::Enterprise, (Some(number), Some(name)), (None, None)) => {
                let number = EnterpriseNumber::parse(number).map_err(|error| {
                    Error::invalid("invalidStructure", self.place("enterprise"), error.to_string())
                })?;
                Ok((Number::Enterprise(number), name.clone()))
            }
            (Kind::Citizen, (None, None), (Some(ssin), Some(name))) => {
                Ok((Number::Ssin(self.ssin(ssin)?), name.clone()))
            }
            (Kind::Enterprise, ..) => {
                let detail = "this role is about an enterprise: enterprise and enterprise_name are expected";
                Err(Error::invalid("invalidInput", self.place("enterprise"), detail))
            }
            (Kind::Citizen, ..) => {
                let detail = "this role is about a person: for_ssin and for_name are expected";
                Err(Error::invalid("invalidInput", self.place("for_ssin"), detail))
            }
        }
    }

    fn ssin(&self, text: &str) -> Result<Ssin, Error> {
        let today = self.now.civil().to_zoned(jiff::tz::TimeZone::UTC).date();
        Ssin::parse(text, today)
            .map_err(|error| Error::invalid("invalidStructure", self.place("ssin"), error.to_string()))
    }
}

fn time(text: &str, place: &str) -> Result<Timestamp, Error> {
    Timestamp::parse(text)
        .ok_or_else(|| Error::invalid("invalidInput", place, "an RFC 3339 date-time is expected"))
}
