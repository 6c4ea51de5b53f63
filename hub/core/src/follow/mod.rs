//! Recipients whom sender organizations follow: somebody they wrote to, of whom they asked to be told.
//!
//! A publication may ask for it. What is kept is a keyed hash of the number that the sender named, under a random id made for
//! this organization, and whether the sender was told that the recipient is reached; nothing of the letter, not even its
//! moment: times are whole days or drawn by chance (TRUST T15). It is forgotten 90 days after the last publication that
//! asked, on the day after. Once a day (UTC), at a moment drawn by chance, the hub looks as a sender who asks about
//! recipients would, and tells a difference: so the feed says no more than asking every day, never when somebody chose
//! what. Each look is taken from the same daily budget, for that nothing is told is an answer too (TRUST T20).

mod sql;

use std::time::Duration;

use uuid::Uuid;

use crate::audit::Act;
use crate::change::{NoticeKind, SenderChange};
use crate::clock::Timestamp;
use crate::db::{Tx, record};
use crate::error::Error;
use crate::hub::Parts;
use crate::id::Sha256;
use crate::mailbox::{self, Mailbox, Number};
use crate::random::Random;

record! {
    /// A recipient whom an organization follows, and who is to be looked at.
    pub(crate) struct Followed {
        pub(crate) organization: String,
        pub(crate) key_hash: Sha256,
        pub(crate) recipient_id: Uuid,
        pub(crate) reachable: bool,
        pub(crate) look_at: Timestamp,
        pub(crate) until: Timestamp,
    }
}

/// Follows a recipient, of whom the organization is being told whether they are reached; gives the id by which it is told.
pub(crate) async fn follow(
    tx: &mut Tx,
    parts: &Parts,
    (organization, recipient): (&str, &Number),
    reachable: bool,
) -> Result<Uuid, Error> {
    let now = parts.clock.now();
    let followed = Followed {
        organization: organization.to_owned(),
        key_hash: mailbox::hash_of(tx, parts, recipient).await?,
        recipient_id: parts.random.trace_id(),
        reachable,
        look_at: some_time_tomorrow(&parts.random, now),
        until: day_after(now.plus(FOLLOWED_FOR)),
    };
    Ok(tx.put_followed(&followed).await?)
}

/// The id by which an organization is told of a recipient whom it follows; `None` if it does not.
pub(crate) async fn followed(
    tx: &mut Tx,
    parts: &Parts,
    (organization, recipient): (&str, &Number),
) -> Result<Option<Uuid>, Error> {
    for hash in mailbox::hashes_of(parts, recipient) {
        if let Some(id) = tx.followed_id(organization, hash).await? {
            return Ok(Some(id));
        }
    }
    Ok(None)
}

/// Looks at a batch of one organization's recipients whose turn it is, and tells what is different; gives how many it was.
///
/// Each look is taken from `budget`, the organization's recipients of a day; who is beyond it waits for another day. One
/// organization at a time: nobody who holds its budget waits for another's.
pub(crate) async fn look(parts: &Parts, budget: i64) -> Result<usize, Error> {
    let now = parts.clock.now();
    // Without this look, an idle node would begin a writing transaction each time.
    if !parts.db.any_followed_due(now).await? {
        return Ok(0);
    }
    let mut tx = parts.db.write().await?;
    let due = tx.followed_until(now, BATCH).await?;
    let mut seen = Vec::with_capacity(due.len());
    for followed in &due {
        if followed.until <= now {
            tx.drop_followed(followed).await?;
        } else if tx.postpone_look(followed, some_time_tomorrow(&parts.random, now)).await? {
            let mailbox = mailbox::find_by_hash(&mut tx, followed.key_hash).await?;
            seen.push((followed, mailbox.as_ref().is_some_and(Mailbox::accepts_mail)));
        }
    }
    // Only now is the budget held, until the end of this transaction.
    let (mut looked, mut told) = (0_usize, 0_usize);
    for (followed, reachable) in seen {
        if !spend_one(&mut tx, followed, budget, now).await? {
            break;
        }
        looked += 1;
        if reachable != followed.reachable {
            tell(&mut tx, followed, reachable, now).await?;
            told += 1;
        }
    }
    if let Some(followed) = due.first().filter(|_| looked > 0) {
        let object = format!("{}:looked={looked},told={told}", followed.organization);
        let act = Act { role: "hub", actor: "follow".to_owned(), action: "lookAtFollowed", object };
        tx.record(parts.random.id(now), None, now, act).await?;
    }
    tx.commit().await?;
    Ok(due.len())
}

/// Takes one look from the budget of the organization's day; false if nothing is left of it.
async fn spend_one(tx: &mut Tx, followed: &Followed, budget: i64, now: Timestamp) -> Result<bool, Error> {
    let day = now.seconds().div_euclid(DAY);
    Ok(budget > 0 && tx.spend_reach(&followed.organization, day, 1, budget).await?)
}

async fn tell(tx: &mut Tx, followed: &Followed, reachable: bool, now: Timestamp) -> Result<(), Error> {
    tx.settle_followed(followed, reachable).await?;
    tx.queue_sender_change(&SenderChange {
        mailbox: None,
        organization: &followed.organization,
        kind: if reachable { NoticeKind::RecipientActive } else { NoticeKind::RecipientInactive },
        about: followed.recipient_id,
        message_type: None,
        at: now,
    })
    .await?;
    Ok(())
}

/// A moment of the next day (UTC), drawn by chance: of many recipients none is always the last when the budget is short.
fn some_time_tomorrow(random: &Random, now: Timestamp) -> Timestamp {
    let chance = u64::from_be_bytes(random.bytes()) % MICROSECONDS.unsigned_abs();
    day_after(now).plus(Duration::from_micros(chance))
}

/// The beginning of the day (UTC) after that moment.
const fn day_after(moment: Timestamp) -> Timestamp {
    Timestamp((moment.0.div_euclid(MICROSECONDS) + 1) * MICROSECONDS)
}

/// How long a recipient is followed after the last publication that asked for it, and to the end of that day.
pub const FOLLOWED_FOR: Duration = Duration::from_secs(90 * 24 * 3600);
/// Recipients in one transaction.
const BATCH: i64 = 100;
/// Seconds of a day.
const DAY: i64 = 86_400;
/// Microseconds of a day.
const MICROSECONDS: i64 = DAY * 1_000_000;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_kept_of_a_moment_is_its_day() {
        let (random, noon) = (Random::system(), Timestamp(20_000 * MICROSECONDS + MICROSECONDS / 2));
        assert_eq!(day_after(noon), Timestamp(20_001 * MICROSECONDS));
        assert_eq!(day_after(day_after(noon)), Timestamp(20_002 * MICROSECONDS));
        let looks: Vec<Timestamp> = (0..200).map(|_| some_time_tomorrow(&random, noon)).collect();
        assert!(looks.iter().all(|look| look.0.div_euclid(MICROSECONDS) == 20_001), "{looks:?}");
        let early = looks.iter().filter(|look| look.0 < 20_001 * MICROSECONDS + MICROSECONDS / 2).count();
        assert!((50..150).contains(&early), "spread over the day: {early} of 200 before noon");
    }
}
