//! What a person sees of an enterprise's mailbox changes: consents that they gave follow at once, and say so.
//!
//! Runs inside the caller's transaction.

use super::PartitionSet;
use crate::clock::Timestamp;
use crate::db::Tx;
use crate::error::{Conflict, Error};
use crate::id::MailboxId;
use crate::mandate::MandateRole;

/// Lets a person see these partitions and no others, behind the mailbox's lock.
///
/// # Errors
/// [`Conflict::NoSuchStep`] for a legal representative, and if nobody were left who decides and sees everything.
pub(crate) async fn let_see(
    tx: &mut Tx,
    (mailbox, person): (MailboxId, MailboxId),
    set: PartitionSet,
    now: Timestamp,
) -> Result<(), Error> {
    let roles = tx.roles_over(mailbox, person, now).await?;
    if roles.iter().any(|(role,)| role == MandateRole::LegalRepresentative.name()) {
        return Err(Error::Conflict(Conflict::NoSuchStep));
    }
    let saw = tx.partitions_seen(mailbox, person).await?;
    if saw == set {
        // nothing to tell anybody of
        return Ok(());
    }
    tx.put_partition_right((mailbox, person), set).await?;
    if saw.is_all() && !set.is_all() && !tx.somebody_sees_all(mailbox, now).await? {
        return Err(Error::Conflict(Conflict::NoSuchStep));
    }
    tell(tx, (mailbox, person), now).await
}

/// Lets legal representatives see everything again, whatever they saw in another role: somebody must. Gives how many.
pub(crate) async fn free_legal_representatives(tx: &mut Tx, now: Timestamp) -> Result<usize, Error> {
    let freed = tx.drop_rights_of_legal_representatives(now).await?;
    for place in &freed {
        tell(tx, *place, now).await?;
    }
    Ok(freed.len())
}

/// Tells the applications to which the person gave consents that these show something else.
async fn tell(tx: &mut Tx, (mailbox, person): (MailboxId, MailboxId), now: Timestamp) -> Result<(), Error> {
    for consent in tx.consents_given_in(mailbox, person).await? {
        tx.queue_consent_change(&consent.changed(mailbox, now)).await?;
    }
    Ok(())
}
