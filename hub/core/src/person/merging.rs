//! Two numbers that turned out to be one person's: one mailbox goes on, the other stays readable as an earlier one.

use std::collections::BTreeSet;

use super::applying::suspend;
use crate::clock::Timestamp;
use crate::consent::Suspension;
use crate::db::Tx;
use crate::error::Error;
use crate::hub::Parts;
use crate::id::MailboxId;
use crate::keys::Purpose;
use crate::mailbox::Mailbox;
use crate::mandate::sealed_name_aad;

/// Closes one mailbox of a person in favour of the other, which learns what is known of the person; false if they are one
/// already.
pub(super) async fn merge(
    tx: &mut Tx,
    parts: &Parts,
    (from, into): (MailboxId, MailboxId),
    now: Timestamp,
) -> Result<bool, Error> {
    if from == into {
        return Ok(false);
    }
    let [old, new] = locked(tx, [from, into]).await?;
    if old.moved_to.is_some() || new.moved_to.is_some() {
        // Numbers lead to the mailbox that goes on; only an event beside this one can have changed that.
        return Err(Error::Unavailable { retry_after: 1 });
    }
    for person in [from, into] {
        suspend(tx, parts, (person, true), (Suspension::Merged, now)).await?;
    }
    carry(tx, parts, (&old, &new)).await?;
    tx.merge_mailbox(from, into).await?;
    if old.activated_at.is_some() && new.activated_at.is_none() && !tx.has_withdrawn(into).await? {
        // The person chose digital mail under one of the two numbers, and never against it under the other.
        tx.activate(into, now).await?;
    }
    tx.drop_sessions_of(from).await?;
    Ok(true)
}

/// Both mailboxes, locked in the order of all who lock several.
async fn locked(tx: &mut Tx, wanted: [MailboxId; 2]) -> Result<[Mailbox; 2], Error> {
    let mut found = Vec::with_capacity(2);
    for mailbox in BTreeSet::from(wanted) {
        found.push(tx.lock_mailbox(mailbox).await?.ok_or(Error::NotFound("mailbox"))?);
    }
    found.sort_by_key(|mailbox| mailbox.id != wanted[0]);
    found.try_into().map_err(|_| Error::internal("two mailboxes were asked for"))
}

/// Gives what is known of the person, what they do for others and what others do for them to the mailbox that goes on.
async fn carry(tx: &mut Tx, parts: &Parts, (old, new): (&Mailbox, &Mailbox)) -> Result<(), Error> {
    if let Some(state) = graver(old, new) {
        tx.carry_person_state(old.id, new.id).await?;
        tx.drop_sessions_of(new.id).await?;
        if state == Suspension::Deceased.reason() {
            tx.put_mailbox_state(new.id, "closed").await?;
        }
    }
    if let Some(at) = old.of_age_at {
        tx.put_of_age(new.id, at).await?;
    }
    tx.move_pilots(old.id, new.id).await?;
    tx.move_held_mandates(old.id, new.id).await?;
    tx.carry_partition_rights(old.id, new.id).await?;
    let keys = parts.keys.current();
    for (person, role, sealed) in tx.mandates_over(old.id).await? {
        let resealed = match sealed {
            None => None,
            Some(sealed) => {
                let name = keys.open(Purpose::SealedColumns, &sealed_name_aad(old.id), &sealed);
                let name = name.map_err(Error::internal)?;
                Some(keys.seal(Purpose::SealedColumns, &sealed_name_aad(new.id), &name, &parts.random))
            }
        };
        tx.move_mandate((old.id, new.id), (person, &role), resealed).await?;
    }
    Ok(())
}

/// The state of the old mailbox's person, if it is graver than that of the new one's.
fn graver<'a>(old: &'a Mailbox, new: &Mailbox) -> Option<&'a str> {
    let weight = |state: Option<&str>| match state {
        None => 0,
        Some(state) if state == Suspension::Deceased.reason() => 2,
        Some(_) => 1,
    };
    let state = old.person_state.as_deref();
    state.filter(|_| weight(state) > weight(new.person_state.as_deref()))
}
