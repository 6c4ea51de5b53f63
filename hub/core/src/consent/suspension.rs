//! Consents that stand still: what was granted through a role that ended, or by a person who cannot answer for it now.
//!
//! Nothing is read under them. Within 30 days somebody who may consent for the mailbox lets one go on, as their own
//! from then on; later it ends (TRUST T19).

use std::time::Duration;

use super::{Clerk, ConsentRow, Ending, Happened};
use crate::clock::Timestamp;
use crate::db::Tx;
use crate::error::Error;
use crate::id::{ConsentId, MailboxId};

/// How long a suspended consent can be taken over.
pub const TAKE_OVER_WITHIN: Duration = Duration::from_secs(30 * 24 * 3600);

/// Why a consent stands still.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Suspension {
    /// The role through which it was given is over.
    RoleEnded,
    /// The person died.
    Deceased,
    /// The person may not act for themselves any more.
    Incapable,
    /// Two numbers turned out to be one person's.
    Merged,
}

impl Suspension {
    /// Every reason.
    pub const ALL: [Self; 4] = [Self::RoleEnded, Self::Deceased, Self::Incapable, Self::Merged];

    /// The code of the reason.
    pub const fn reason(self) -> &'static str {
        match self {
            Self::RoleEnded => "roleEnded",
            Self::Deceased => "deceased",
            Self::Incapable => "incapable",
            Self::Merged => "merged",
        }
    }

    /// The reason of that code.
    pub fn named(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|suspension| suspension.reason() == code)
    }

    /// The code in receipts, which the provider gets too: what happened in a person's life is not its business.
    pub(super) const fn stated(self) -> &'static str {
        match self {
            Self::RoleEnded => "roleEnded",
            _ => "personEvent",
        }
    }

    /// How a consent ends that nobody took over in time.
    pub(super) const fn ending(self) -> Ending {
        match self {
            Self::RoleEnded => Ending::MandateEnded,
            _ => Ending::NotResumed,
        }
    }
}

/// Until when a consent that stands still since `since` can go on; never longer than it was given for.
pub(crate) fn take_over_until(since: Timestamp, until: Timestamp) -> Timestamp {
    since.plus(TAKE_OVER_WITHIN).min(until)
}

impl Clerk<'_> {
    /// Lets a consent stand still; tokens wait. False if it did already, or does not live.
    pub(crate) async fn suspend(
        &self,
        tx: &mut Tx,
        (mailbox, consent): (MailboxId, ConsentId),
        why: Suspension,
    ) -> Result<bool, Error> {
        let Some(row) = tx.suspend_consent((mailbox, consent), why, self.now).await? else {
            return Ok(false);
        };
        self.changed(tx, &row, Happened::Suspended(why)).await?;
        Ok(true)
    }

    /// Lets a consent go on, as the consent of whoever acts if that is a person. False if it does not stand still, or
    /// stood still too long.
    pub(crate) async fn resume(
        &self,
        tx: &mut Tx,
        (mailbox, consent): (MailboxId, ConsentId),
    ) -> Result<bool, Error> {
        let giver = self.by.person();
        let since = self.now.minus(TAKE_OVER_WITHIN);
        let Some(row) = tx.resume_consent((mailbox, consent), giver, (since, self.now)).await? else {
            return Ok(false);
        };
        if let Some(giver) = giver {
            tx.hand_over_grant(row.grant_id, giver).await?;
        }
        self.changed(tx, &row, Happened::Resumed).await?;
        Ok(true)
    }

    /// Ends the consents that stood still too long, a few; gives how many.
    pub(crate) async fn end_forsaken(&self, tx: &mut Tx, limit: i64) -> Result<usize, Error> {
        let since = self.now.minus(TAKE_OVER_WITHIN);
        let forsaken = tx.suspended_since(since, limit).await?;
        for (mailbox, consent, reason) in &forsaken {
            let why = reason.as_deref().and_then(Suspension::named).unwrap_or(Suspension::RoleEnded);
            self.end(tx, (*mailbox, *consent), why.ending()).await?;
        }
        Ok(forsaken.len())
    }

    async fn changed(&self, tx: &mut Tx, row: &ConsentRow, what: Happened) -> Result<(), Error> {
        tx.touch_grant(row.grant_id, self.now).await?;
        let terms = self.terms_of(tx, row).await?;
        self.note(tx, row, what, (&terms, None)).await
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_happened_to_a_person_is_not_told_to_providers() {
        let stated: Vec<_> = Suspension::ALL.into_iter().map(Suspension::stated).collect();
        assert_eq!(stated, ["roleEnded", "personEvent", "personEvent", "personEvent"]);
    }

    #[test]
    fn taking_over_never_lasts_longer_than_the_consent() {
        let day = Duration::from_secs(24 * 3600);
        let since = Timestamp(0);
        assert_eq!(take_over_until(since, since.plus(day * 300)), since.plus(day * 30));
        assert_eq!(take_over_until(since, since.plus(day * 2)), since.plus(day * 2));
    }
}
