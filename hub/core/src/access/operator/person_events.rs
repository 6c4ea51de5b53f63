//! Events in people's lives, told by an operator from the operator's source (TRUST T19).

use super::OperatorAccess;
use crate::error::{Conflict, Error};
use crate::id::Sha256;
use crate::keys::Purpose;
use crate::operator::Duty;
use crate::person::{self, Applied, NewPersonEvent, PersonEvent};

/// What became of an event that was told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Told {
    /// It was applied now.
    Applied,
    /// It had been applied before; nothing changed.
    Already,
    /// Something later is known of the person, or something graver; it is noted, and nothing changed.
    Outdated,
}

impl OperatorAccess {
    /// Applies an event, once: telling the same again changes nothing.
    ///
    /// # Errors
    /// [`Error::Forbidden`]; [`Conflict::OtherEvent`] if another event of this source has the id.
    pub async fn tell(&self, event: &PersonEvent) -> Result<Told, Error> {
        self.recorded(self.must(Duty::Register)).await?;
        let parts = self.hub.parts();
        let now = parts.clock.now();
        let digests = parts.keys.current().indexes(Purpose::SsinIndex, &event.content());
        let newest = digests.first().map(|(_, digest)| Sha256(*digest));
        let digest = newest.ok_or_else(|| Error::internal("no key for the index of numbers"))?;
        let mut tx = parts.db.write().await?;

        if !tx.insert_person_event(&NewPersonEvent { event, digest, received_at: now }).await? {
            let known = tx.person_event(&event.source, &event.id).await?;
            let same = known.is_some_and(|(known,)| digests.iter().any(|(_, digest)| known.0 == *digest));
            return if same { Ok(Told::Already) } else { Err(Error::Conflict(Conflict::OtherEvent)) };
        }
        let (mailbox, told) = match person::apply(&mut tx, parts, event, now).await? {
            Applied::Changed(mailbox) => (mailbox, Told::Applied),
            Applied::Outdated(mailbox) => (mailbox, Told::Outdated),
        };
        let object = format!("{}:{}", event.source, event.id);
        self.note(&mut tx, (event.what.name(), object), Some(mailbox), now).await?;

        tx.commit().await?;
        Ok(told)
    }
}
