//! Recipients whom sender organizations follow: somebody they wrote to, of whom they asked to be told.
//!
//! A publication may ask for it. What is kept is a keyed hash of the number that the sender named, under an id made for this
//! organization, and whether the sender was told that the recipient is reached; nothing of the letter (TRUST T15). It is
//! forgotten 90 days after the last publication that asked. Once a day, counted from the publication, the hub looks as
//! a sender who asks about recipients would, and tells a difference: so the feed says no more than asking
//! every day, never when somebody chose what, and each answer is taken from the same daily budget (TRUST T20).

mod sql;

use std::time::Duration;

use uuid::Uuid;

use crate::change::{NoticeKind, SenderChange};
use crate::clock::Timestamp;
use crate::db::{Tx, record};
use crate::error::Error;
use crate::hub::Parts;
use crate::id::Sha256;
use crate::mailbox::{self, Mailbox, Number};

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
        recipient_id: parts.random.id(now),
        reachable,
        look_at: now.plus(LOOK_EVERY),
        until: now.plus(FOLLOWED_FOR),
    };
    Ok(tx.put_followed(&followed).await?)
}

/// Looks at a batch of recipients whose turn it is, and tells what is different; gives how many it looked at.
///
/// What an organization is told is taken from `budget`, its recipients of a day; what is beyond waits for another day.
pub(crate) async fn look(parts: &Parts, budget: i64) -> Result<usize, Error> {
    let now = parts.clock.now();
    // Without this look, an idle node would begin a writing transaction each time.
    if !parts.db.any_followed_due(now).await? {
        return Ok(0);
    }
    let mut tx = parts.db.write().await?;
    let due = tx.followed_until(now, BATCH).await?;
    for followed in &due {
        if followed.until <= now {
            tx.drop_followed(followed).await?;
        } else if tx.postpone_look(followed, now.plus(LOOK_EVERY)).await? {
            tell(&mut tx, followed, (budget, now)).await?;
        }
    }
    tx.commit().await?;
    Ok(due.len())
}

async fn tell(tx: &mut Tx, followed: &Followed, (budget, now): (i64, Timestamp)) -> Result<(), Error> {
    let mailbox = mailbox::find_by_hash(tx, followed.key_hash).await?;
    let reachable = mailbox.as_ref().is_some_and(Mailbox::accepts_mail);
    let day = now.seconds().div_euclid(DAY);
    if reachable == followed.reachable || !tx.spend_reach(&followed.organization, day, 1, budget).await? {
        return Ok(());
    }
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

/// How long a recipient is followed after the last publication that asked for it.
pub const FOLLOWED_FOR: Duration = Duration::from_secs(90 * 24 * 3600);
/// How often a recipient is looked at.
const LOOK_EVERY: Duration = Duration::from_secs(24 * 3600);
/// Recipients in one transaction.
const BATCH: i64 = 100;
/// Seconds of a day.
const DAY: i64 = 86_400;
