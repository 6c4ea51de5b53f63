//! What a sender does in the federation: it looks who is on the list and what recipients prefer; a document provider
//! looks after its own entry and tells of the messages that it keeps.

use super::reach::count_against;
use super::{RECIPIENTS, SenderAccess};
use crate::access::federation::listed;
use crate::audit::Act;
use crate::document_provider::{Change, DocumentProvider, day_of};
use crate::error::Error;
use crate::kept::{self, DAILY_EVENTS, EVENTS, PostedEvent, Posting};
use crate::mailbox::{self, Kind, Mailbox, Number};
use crate::number::{EnterpriseNumber, Ssin};

/// What a recipient who is reached prefers.
#[derive(Clone, PartialEq, Eq)]
pub struct Preference {
    /// The recipient's number, as it was asked.
    pub number: String,
    /// Whether they want no paper any more.
    pub exclusively: bool,
}

impl SenderAccess {
    /// Everybody on the list of the federation, by id.
    pub async fn document_providers(&self) -> Result<Vec<DocumentProvider>, Error> {
        listed(self.hub()).await
    }

    /// What those of the recipients prefer who are reached: citizens who are active, enterprises whose mailbox is open. Of
    /// nobody else anything is said, nor why (TRUST T20). Each counts against `budget`, the organization's recipients of a day.
    ///
    /// # Errors
    /// [`Error::Invalid`] for more than [`RECIPIENTS`]; [`Error::Forbidden`] for an application that speaks for no
    /// organization now; [`Error::Limited`] until the next day beyond the budget.
    pub async fn preferences(
        &self,
        kind: Kind,
        numbers: &[String],
        budget: i64,
    ) -> Result<Vec<Preference>, Error> {
        let now = self.hub.now();
        if numbers.len() > RECIPIENTS {
            let detail = format!("at most {RECIPIENTS} recipients are expected");
            return Err(Error::invalid("outOfRange", "eboxIdValueList", detail));
        }
        let organizations = self.hub.parts().db.organizations_of(&self.client_id, now).await?;
        let Some((organization,)) = organizations.first() else {
            self.refused("preferences").await?;
            return Err(Error::Forbidden("asking about recipients without an organization"));
        };
        self.spend(organization, numbers.len(), budget, now).await?;

        let mut tx = self.hub.parts().db.read().await?;
        let mut preferences = Vec::new();
        for asked in numbers {
            let number = match kind {
                Kind::Enterprise => EnterpriseNumber::parse(asked).ok().map(Number::Enterprise),
                Kind::Citizen => Ssin::parse(asked, day_of(now)).ok().map(Number::Ssin),
            };
            let Some(number) = number else { continue };
            let mailbox = mailbox::find(&mut tx, self.hub.parts(), &number).await?;
            if let Some(mailbox) = mailbox.filter(Mailbox::accepts_mail) {
                let exclusively = tx.wants_no_paper(mailbox.id).await?;
                preferences.push(Preference { number: asked.clone(), exclusively });
            }
        }
        tx.commit().await?;
        Ok(preferences)
    }

    /// Changes the caller's own entry on the list, and gives it as it is then.
    ///
    /// # Errors
    /// [`Error::NotFound`] if nobody has that id; [`Error::Forbidden`] for another's entry, and for the own one once it is
    /// out of service; [`Error::Invalid`] for what breaks a rule.
    pub async fn change_document_provider(
        &self,
        id: &str,
        judge: impl FnOnce(&DocumentProvider) -> Result<Change, Error>,
    ) -> Result<DocumentProvider, Error> {
        let parts = self.hub.parts();
        let now = parts.clock.now();
        if !listed(self.hub()).await?.iter().any(|entry| entry.id == id) {
            return Err(Error::NotFound("messageProvider"));
        }
        let mut tx = parts.db.write().await?;
        let own = tx.document_provider_of(&self.client_id).await?;
        let own = own.filter(|entry| entry.id == id && entry.may_change_on(day_of(now)));
        let Some(mut entry) = own else {
            drop(tx);
            self.refused("changeDocumentProvider").await?;
            return Err(Error::Forbidden("changing an entry that is another's or out of service"));
        };
        let change = judge(&entry)?;
        entry.change(change)?;
        entry.check(&str::to_owned)?;
        tx.put_document_provider(&entry).await?;
        let (action, object) = ("changeDocumentProvider", entry.id.clone());
        let act = Act { role: "sender", actor: self.client_id.clone(), action, object };
        tx.record(parts.random.id(now), None, now, act).await?;
        tx.commit().await?;
        Ok(entry)
    }

    /// Takes events about messages that the caller keeps itself, all of them or none. Whether an enterprise has a mailbox here is
    /// not told.
    ///
    /// # Errors
    /// [`Error::Forbidden`] for whoever is no document provider in service; [`Error::Invalid`] naming what is wrong;
    /// [`Conflict::EventTold`](crate::error::Conflict::EventTold) if one was told before; [`Error::Limited`] until the next
    /// day beyond [`DAILY_EVENTS`].
    pub async fn post_events(&self, events: &[PostedEvent]) -> Result<(), Error> {
        let parts = self.hub.parts();
        let now = parts.clock.now();
        let found = parts.db.document_providers().await?.into_iter();
        let mut own = found.filter(|entry| entry.client_id.as_deref() == Some(self.client_id.as_str()));
        let Some(provider) = own.next().filter(|entry| entry.serves_on(day_of(now))) else {
            self.refused("postEvents").await?;
            return Err(Error::Forbidden("telling events without being a document provider in service"));
        };
        if events.len() > EVENTS {
            return Err(Error::invalid("outOfRange", "", format!("at most {EVENTS} events are expected")));
        }
        for (n, event) in events.iter().enumerate() {
            event.check(&format!("[{n}]"), now)?;
        }
        let budget = format!("documentProvider:{}", provider.id);
        let mut tx = parts.db.write().await?;
        count_against(&mut tx, &budget, (events.len(), DAILY_EVENTS), now).await?;
        tx.commit().await?;

        let mut tx = parts.db.write().await?;
        kept::post(&mut tx, parts, Posting { provider: &provider.id, now }, events).await?;
        let object = format!("{}:{}", provider.id, events.len());
        let act = Act { role: "sender", actor: self.client_id.clone(), action: "postEvents", object };
        tx.record(parts.random.id(now), None, now, act).await?;
        tx.commit().await?;
        self.hub.bell().ring();
        Ok(())
    }
}
