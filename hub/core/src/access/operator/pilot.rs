//! The pilot of an application: while it lasts, only the citizens listed here may grant.

use super::OperatorAccess;
use crate::error::Error;
use crate::id::MailboxId;
use crate::mailbox::{self, Number};
use crate::number::Ssin;
use crate::operator::Duty;
use crate::outside::OutsideKind;
use crate::provider::PilotPerson;

/// A citizen of a pilot as operators see them: without number or name.
#[derive(Clone, Debug)]
pub struct PilotView {
    /// The citizen, as operators know them: `psn_…`.
    pub id: String,
    /// Since when they are listed.
    pub since: crate::clock::Timestamp,
}

impl OperatorAccess {
    /// The citizens of an application's pilot, newest first.
    ///
    /// # Errors
    /// [`Error::NotFound`].
    pub async fn pilot(&self, client_id: &str) -> Result<Vec<PilotView>, Error> {
        self.recorded(self.must(Duty::Look)).await?;
        let known = self.known(client_id).await?;
        let found = self.hub.parts().db.pilot_of(known.id).await?;
        let view = |person: PilotPerson| PilotView {
            id: self.seal(OutsideKind::Person, person.person.0),
            since: person.added_at,
        };
        Ok(found.into_iter().map(view).collect())
    }

    /// Lists a citizen in an application's pilot; one who is listed stays so.
    ///
    /// # Errors
    /// [`Error::NotFound`], [`Error::Forbidden`], [`Error::Invalid`] for a number that is not one.
    pub async fn add_to_pilot(&self, client_id: &str, ssin: &str) -> Result<PilotView, Error> {
        self.recorded(self.must(Duty::Register)).await?;
        let known = self.known(client_id).await?;
        let parts = self.hub.parts();
        let now = parts.clock.now();
        let today = now.civil().to_zoned(jiff::tz::TimeZone::UTC).date();
        let ssin = Ssin::parse(ssin, today)
            .map_err(|error| Error::invalid("invalidStructure", "ssin", error.to_string()))?;
        let mut tx = parts.db.write().await?;

        let person = mailbox::find_or_open(&mut tx, parts, &Number::Ssin(ssin)).await?.id;
        tx.put_pilot_person(known.id, person, now).await?;
        self.note(&mut tx, ("addToPilot", known.id.0.to_string()), Some(person), now).await?;

        tx.commit().await?;
        Ok(PilotView { id: self.seal(OutsideKind::Person, person.0), since: now })
    }

    /// Takes a citizen off an application's pilot; what they granted stays until they end it.
    ///
    /// # Errors
    /// [`Error::NotFound`] also if they are not listed, [`Error::Forbidden`].
    pub async fn drop_from_pilot(&self, client_id: &str, person: &str) -> Result<(), Error> {
        self.recorded(self.must(Duty::Register)).await?;
        let known = self.known(client_id).await?;
        let unknown = || Error::NotFound("citizen");
        let person = MailboxId(self.open(OutsideKind::Person, person).ok_or_else(unknown)?);
        let parts = self.hub.parts();
        let now = parts.clock.now();
        let mut tx = parts.db.write().await?;
        if tx.drop_pilot_person(known.id, person).await? != 1 {
            return Err(unknown());
        }
        self.note(&mut tx, ("dropFromPilot", known.id.0.to_string()), Some(person), now).await?;
        tx.commit().await?;
        Ok(())
    }
}
