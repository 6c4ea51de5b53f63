//! Consents that stand still, and taking them over: somebody who decides for the mailbox lets one go on, as their own.

use std::collections::BTreeSet;

use super::CitizenAccess;
use crate::clock::Timestamp;
use crate::consent::{Standing, Suspension, take_over_until};
use crate::error::{Conflict, Error};

/// Why and since when a consent stands still.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Suspended {
    /// Why.
    pub why: Suspension,
    /// Since when.
    pub since: Timestamp,
    /// Until when it can be taken over.
    pub until: Timestamp,
}

impl Suspended {
    /// How a consent stands still at `now`; `None` if it does not, or was not taken over in time.
    pub(super) fn of(standing: &Standing, now: Timestamp) -> Option<Self> {
        if standing.last != "suspended" {
            return None;
        }
        let why = standing.reason.as_deref().and_then(Suspension::named)?;
        let since = standing.suspended_at.unwrap_or(standing.last_at);
        let until = take_over_until(since, standing.until);
        (now < until).then_some(Self { why, since, until })
    }
}

impl CitizenAccess {
    /// Lets a consent go on that stands still: the same as before, as this person's own.
    ///
    /// # Errors
    /// [`Error::NotFound`] if it is not one of this mailbox; [`Error::Forbidden`] for who only reads here;
    /// [`Conflict::AlreadyOver`] if it does not stand still, or stood still too long, or the mailbox is closed.
    pub async fn take_over(&self, consent: &str) -> Result<(), Error> {
        self.must_decide()?;
        let parts = self.hub.parts();
        let now = parts.clock.now();
        let id = self.consent_id(consent)?;
        let mailbox = self.session.acting_for;
        self.standing(id).await?;
        let mut tx = parts.db.write().await?;
        let locked = self.lock_with_own(&mut tx, &BTreeSet::from([mailbox])).await?;
        if !locked.iter().all(crate::mailbox::Mailbox::accepts_mail)
            || !self.clerk(now).resume(&mut tx, (mailbox, id)).await?
        {
            return Err(Error::Conflict(Conflict::AlreadyOver));
        }
        tx.commit().await?;
        Ok(())
    }
}
