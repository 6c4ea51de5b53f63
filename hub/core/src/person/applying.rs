//! What an event changes, in one transaction.
//!
//! Events and the sources of roles are applied one after the other (`lock_register`): whoever waited sees what was done
//! before, in the statements that follow.

use std::collections::BTreeSet;

use super::{Happening, PersonEvent, merging};
use crate::clock::Timestamp;
use crate::consent::{By, Clerk, Suspension, settle_some_roles};
use crate::db::Tx;
use crate::error::Error;
use crate::hub::Parts;
use crate::id::MailboxId;
use crate::mailbox::{self, Mailbox, Number};
use crate::mandate::MandateRole;
use crate::number::Ssin;

/// What became of an event.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Applied {
    /// It changed what it is about.
    Changed(MailboxId),
    /// A later event is known, or a graver one: nothing changed.
    Outdated(MailboxId),
}

/// Applies an event that was not told before; the person's mailbox is opened now if there was none.
pub(crate) async fn apply(
    tx: &mut Tx,
    parts: &Parts,
    event: &PersonEvent,
    now: Timestamp,
) -> Result<Applied, Error> {
    tx.lock_register().await?;
    let number = Number::Ssin(event.person.clone());
    let person = mailbox::find_or_open(tx, parts, &number).await?.id;
    let locked = tx.lock_mailbox(person).await?.ok_or(Error::NotFound("mailbox"))?;
    let applying = Applying { parts, at: event.at, now };
    let changed = match &event.what {
        Happening::Replaced(by) => applying.replace(tx, person, by).await?,
        Happening::Merged(into) => {
            let into = mailbox::find_or_open(tx, parts, &Number::Ssin(into.clone())).await?.id;
            merging::merge(tx, parts, (person, into), now).await?
        }
        Happening::Deceased => applying.close(tx, &locked, Suspension::Deceased).await?,
        Happening::Incapable => applying.close(tx, &locked, Suspension::Incapable).await?,
        Happening::Capable => applying.reopen(tx, &locked, Suspension::Incapable).await?,
        Happening::NotDeceased => applying.reopen(tx, &locked, Suspension::Deceased).await?,
        Happening::OfAge => {
            tx.put_of_age(person, event.at).await?;
            tx.end_mandates(person, MandateRole::Parent, event.at).await?;
            settle_some_roles(tx, parts, now).await?;
            true
        }
    };
    tx.settle_person_event(event, person).await?;
    Ok(if changed { Applied::Changed(person) } else { Applied::Outdated(person) })
}

struct Applying<'a> {
    parts: &'a Parts,
    at: Timestamp,
    now: Timestamp,
}

impl Applying<'_> {
    /// Points a new number to the mailbox of the old one; if the new one has a mailbox of its own, the two are merged.
    async fn replace(&self, tx: &mut Tx, person: MailboxId, by: &Ssin) -> Result<bool, Error> {
        let new = Number::Ssin(by.clone());
        match mailbox::find(tx, self.parts, &new).await? {
            Some(other) if other.id != person => {
                merging::merge(tx, self.parts, (person, other.id), self.now).await
            }
            _ => mailbox::replace(tx, self.parts, person, &new).await.map(|()| true),
        }
    }

    /// Lets a person not act any more, and what they gave stand still; of a deceased person, the mailbox too.
    async fn close(&self, tx: &mut Tx, person: &Mailbox, why: Suspension) -> Result<bool, Error> {
        let graver = person.person_state.as_deref() == Some(Suspension::Deceased.reason());
        if (graver && why != Suspension::Deceased)
            || tx.put_person_state(person.id, Some(why.reason()), self.at).await? != 1
        {
            return Ok(false);
        }
        tx.drop_sessions_of(person.id).await?;
        let whole = why == Suspension::Deceased;
        if whole {
            tx.put_mailbox_state(person.id, "closed").await?;
        }
        suspend(tx, self.parts, (person.id, whole), (why, self.now)).await?;
        Ok(true)
    }

    /// Lets a person act again of whom that was told, and nothing else.
    async fn reopen(&self, tx: &mut Tx, person: &Mailbox, after: Suspension) -> Result<bool, Error> {
        if person.person_state.as_deref() != Some(after.reason())
            || tx.put_person_state(person.id, None, self.at).await? != 1
        {
            return Ok(false);
        }
        tx.put_mailbox_state(person.id, "open").await?;
        Ok(true)
    }
}

/// Lets stand still what a person gave; if it concerns the mailbox itself, also what others gave for it.
pub(super) async fn suspend(
    tx: &mut Tx,
    parts: &Parts,
    (person, whole): (MailboxId, bool),
    (why, now): (Suspension, Timestamp),
) -> Result<(), Error> {
    let clerk = Clerk { parts, by: By::Hub, now };
    let mut places: BTreeSet<_> = tx.consents_given_by(person).await?.into_iter().collect();
    if whole {
        let own = tx.living_consents(person).await?;
        places.extend(own.into_iter().map(|consent| (consent.mailbox_id, consent.id)));
    }
    for place in places {
        clerk.suspend(tx, place, why).await?;
    }
    Ok(())
}
