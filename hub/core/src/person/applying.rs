//! What an event changes, in one transaction.

use std::collections::BTreeSet;

use super::{Happening, PersonEvent};
use crate::clock::Timestamp;
use crate::consent::{By, Clerk, Suspension, settle_roles};
use crate::db::Tx;
use crate::error::Error;
use crate::hub::Parts;
use crate::id::MailboxId;
use crate::mailbox::{self, Number};
use crate::mandate::MandateRole;
use crate::number::Ssin;

/// Applies an event that was not applied before; gives the mailbox of the person, opened now if there was none.
pub(crate) async fn apply(
    tx: &mut Tx,
    parts: &Parts,
    event: &PersonEvent,
    now: Timestamp,
) -> Result<MailboxId, Error> {
    let number = Number::Ssin(event.person.clone());
    let person = mailbox::find_or_open(tx, parts, &number).await?.id;
    let applied = Applying { parts, now };
    match &event.what {
        Happening::Replaced(by) => applied.replace(tx, (&number, person), by).await?,
        Happening::Merged(into) => {
            let into = mailbox::find_or_open(tx, parts, &Number::Ssin(into.clone())).await?.id;
            applied.merge(tx, person, into).await?;
        }
        Happening::Deceased => {
            applied.close(tx, person, "deceased").await?;
            tx.put_mailbox_state(person, "closed").await?;
            applied.suspend(tx, person, (Suspension::Deceased, true)).await?;
        }
        Happening::Incapable => {
            applied.close(tx, person, "incapable").await?;
            applied.suspend(tx, person, (Suspension::Incapable, false)).await?;
        }
        Happening::Capable => {
            tx.lock_mailbox(person).await?;
            tx.put_person_state(person, None).await?;
            tx.put_mailbox_state(person, "open").await?;
        }
        Happening::OfAge => {
            tx.put_of_age(person, event.at).await?;
            tx.end_mandates(person, MandateRole::Parent, event.at).await?;
            while settle_roles(tx, parts, now).await? > 0 {}
        }
    }
    tx.settle_person_event(event, person).await?;
    Ok(person)
}

struct Applying<'a> {
    parts: &'a Parts,
    now: Timestamp,
}

impl Applying<'_> {
    /// Points a new number to the mailbox of the old one; if the new one has a mailbox of its own, the two are merged.
    async fn replace(
        &self,
        tx: &mut Tx,
        (old, person): (&Number, MailboxId),
        by: &Ssin,
    ) -> Result<(), Error> {
        let new = Number::Ssin(by.clone());
        match mailbox::find(tx, self.parts, &new).await? {
            Some(other) => self.merge(tx, person, other.id).await,
            None => mailbox::replace(tx, self.parts, (old, &new), person).await,
        }
    }

    /// Closes one mailbox of a person in favour of the other; both are locked in the order of all who lock several.
    async fn merge(&self, tx: &mut Tx, from: MailboxId, into: MailboxId) -> Result<(), Error> {
        if from == into {
            return Ok(());
        }
        let mut active = false;
        for mailbox in BTreeSet::from([from, into]) {
            let locked = tx.lock_mailbox(mailbox).await?.ok_or(Error::NotFound("mailbox"))?;
            active |= locked.activated_at.is_some();
        }
        for person in [from, into] {
            self.suspend(tx, person, (Suspension::Merged, true)).await?;
        }
        tx.merge_mailbox(from, into).await?;
        if active {
            // The person chose digital mail under one of the two numbers.
            tx.activate(into, self.now).await?;
        }
        tx.drop_sessions_of(from).await?;
        Ok(())
    }

    /// Lets a person not act any more; who holds the lock sees every consent that was given before.
    async fn close(&self, tx: &mut Tx, person: MailboxId, state: &'static str) -> Result<(), Error> {
        tx.lock_mailbox(person).await?;
        tx.put_person_state(person, Some(state)).await?;
        tx.drop_sessions_of(person).await?;
        Ok(())
    }

    /// Lets stand still what a person gave; if it concerns the mailbox itself, also what others gave for it.
    async fn suspend(
        &self,
        tx: &mut Tx,
        person: MailboxId,
        (why, whole): (Suspension, bool),
    ) -> Result<(), Error> {
        let clerk = Clerk { parts: self.parts, by: By::Hub, now: self.now };
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
}
