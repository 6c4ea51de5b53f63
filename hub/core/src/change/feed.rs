//! Reading a feed: its entries in order, each judged by its consent as it is at that moment (TRUST T7).
//!
//! Of a consent that has ended only its end is shown. What a narrowing excludes, what a suspended consent covers and what
//! a mailbox keeps for itself is passed over; when that opens again, `consentChanged` says so and the mailbox is listed
//! anew. Positions are never shown: they stand sealed in cursors.

use super::Kind;
use super::paging::{self, Passes, Standing, cut, headless, limit};
use crate::clock::Timestamp;
use crate::consent::{Actions, Ground};
use crate::db::{Db, record};
use crate::error::Error;
use crate::id::{ApplicationId, ConsentId, MailboxId};
use crate::message::reading::Sight;
use crate::partition::PartitionSet;
use crate::provider::Reach;

record! {
    /// An entry of a feed with its consent as it is now, or only how far the feeds reach.
    #[derive(Clone, Debug)]
    pub(crate) struct FeedRow {
        /// The last position given out.
        head: i64,
        /// Entries up to there may be forgotten.
        floor: i64,
        pos: Option<i64>,
        mailbox_id: Option<MailboxId>,
        consent_id: Option<ConsentId>,
        number: Option<i64>,
        kind: Option<String>,
        at: Option<Timestamp>,
        consent_state: Option<String>,
        actions: Option<Actions>,
        consent_until: Option<Timestamp>,
        /// What the consent shows at this moment.
        partitions: Option<PartitionSet>,
        mailbox_kind: Option<String>,
        mailbox_state: Option<String>,
        test: Option<bool>,
        activated_at: Option<Timestamp>,
        withheld: bool,
        represented: bool,
    }
}

/// Whose feed is read, and which mailboxes its provider reaches at this moment.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Whose {
    pub(crate) application: ApplicationId,
    pub(crate) reach: Reach,
}

/// An entry that is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Entry {
    pub(crate) pos: i64,
    pub(crate) mailbox: MailboxId,
    pub(crate) consent: ConsentId,
    /// The message's number, of what is about one.
    pub(crate) number: Option<i64>,
    pub(crate) kind: Kind,
    pub(crate) at: Timestamp,
    /// The partitions that the consent shows at this moment.
    pub(crate) partitions: PartitionSet,
}

impl Entry {
    /// What its consent shows of its mailbox at this moment.
    pub(crate) const fn sight(&self) -> Sight {
        Sight { mailbox: self.mailbox, consent: Some(self.consent), partitions: self.partitions }
    }
}

/// A part of a feed.
pub(crate) type FeedPage = paging::FeedPage<Entry>;

/// At most `size` entries after a position, or after the oldest one kept. Fewer may be shown while there is more: what
/// is passed over counts.
///
/// # Errors
/// [`Error::Resync`] if entries after that position may have been forgotten, or it was never given out.
pub(crate) async fn page(
    db: &Db,
    whose: Whose,
    after: Option<i64>,
    (size, now): (usize, Timestamp),
) -> Result<FeedPage, Error> {
    let mut passes = Passes::from(after);
    loop {
        let page = pass(db, whose, passes.after, (size, now)).await?;
        if passes.settled(&page) {
            return Ok(page);
        }
    }
}

/// The position at which the feeds end now.
pub(crate) async fn end(db: &Db, whose: Whose, now: Timestamp) -> Result<i64, Error> {
    let rows = db.fed_after(whose.application, Some(i64::MAX), (0, now)).await?;
    rows.first().map(|row| row.head).ok_or_else(headless)
}

/// The entries that were dead letters and are to be told again, each under its consent as it is now, in order; and the
/// positions of those that are not shown.
pub(crate) async fn again(
    db: &Db,
    whose: Whose,
    (size, now): (usize, Timestamp),
) -> Result<(Vec<Entry>, Vec<i64>), Error> {
    let limit = i64::try_from(size).unwrap_or(i64::MAX);
    let rows = db.fed_again(whose.application, 0, (limit, now)).await?;
    let (mut shown, mut hidden) = (Vec::new(), Vec::new());
    for row in &rows {
        match row.entry().filter(|(row, entry)| row.shows(entry, whose.reach, now)) {
            Some((_, entry)) => shown.push(entry),
            None => hidden.extend(row.pos),
        }
    }
    Ok((shown, hidden))
}

/// One statement: how far the feeds reach and what they hold are of the same moment, so that nothing can be forgotten,
/// or find its place, in between.
async fn pass(
    db: &Db,
    whose: Whose,
    after: Option<i64>,
    (size, now): (usize, Timestamp),
) -> Result<FeedPage, Error> {
    // So many also for a small page: its length shall not measure what is hidden.
    let looked_at = size.max(LOOKED_AT);
    let mut rows = db.fed_after(whose.application, after, (limit(looked_at), now)).await?;
    let (mut next, mut more) = cut(&mut rows, after, looked_at, FeedRow::standing)?;
    let shown =
        rows.iter().filter_map(|row| row.entry()).filter(|(row, entry)| row.shows(entry, whose.reach, now));
    let mut entries: Vec<Entry> = shown.map(|(_, entry)| entry).collect();
    if entries.len() > size {
        entries.truncate(size);
        next = entries.last().map_or(next, |entry| entry.pos);
        more = true;
    }
    Ok(FeedPage { entries, next, more })
}

/// Rows that a pass looks at, at least.
const LOOKED_AT: usize = 200;

impl FeedRow {
    pub(super) const fn standing(&self) -> Standing {
        Standing { head: self.head, floor: self.floor, pos: self.pos }
    }

    /// The entry of the row, if it has one of a kind that is known.
    fn entry(&self) -> Option<(&Self, Entry)> {
        let entry = Entry {
            pos: self.pos?,
            mailbox: self.mailbox_id?,
            consent: self.consent_id?,
            number: self.number,
            kind: Kind::named(self.kind.as_deref()?)?,
            at: self.at?,
            partitions: self.partitions.unwrap_or(PartitionSet::NONE),
        };
        Some((self, entry))
    }

    /// Whether it is shown under its consent as that is now.
    fn shows(&self, entry: &Entry, reach: Reach, now: Timestamp) -> bool {
        let ground = self.ground();
        match entry.kind {
            kind if !kind.is_change() => false,
            Kind::ConsentEnded => true,
            Kind::ConsentGranted | Kind::ConsentChanged => ground.lives(now),
            kind => {
                let actions = self.actions.unwrap_or_default();
                ground.holds(reach, now)
                    && !self.withheld
                    && kind.needs().iter().all(|action| actions.contains(*action))
            }
        }
    }

    /// The entry, if it is shown as an event under its consent as that is now.
    pub(super) fn event(&self, reach: Reach, now: Timestamp) -> Option<Entry> {
        let (_, entry) = self.entry()?;
        let (needs, actions) = (entry.kind.needs_as_event()?, self.actions.unwrap_or_default());
        let permitted = needs.iter().all(|action| actions.contains(*action));
        (permitted && self.ground().holds(reach, now) && !self.withheld).then_some(entry)
    }

    fn ground(&self) -> Ground<'_> {
        Ground {
            state: self.consent_state.as_deref(),
            until: self.consent_until,
            kind: self.mailbox_kind.as_deref(),
            mailbox_state: self.mailbox_state.as_deref(),
            test: self.test,
            activated_at: self.activated_at,
            represented: Some(self.represented),
        }
    }
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;
    use crate::consent::Action;

    const NOW: Timestamp = Timestamp(1_000);

    fn row(kind: Kind, actions: &[Action]) -> FeedRow {
        FeedRow {
            head: 9,
            floor: 0,
            pos: Some(1),
            mailbox_id: Some(MailboxId(Uuid::from_u128(1))),
            consent_id: Some(ConsentId(Uuid::from_u128(2))),
            number: Some(7),
            kind: Some(kind.name().to_owned()),
            at: Some(NOW),
            consent_state: Some("authorised".to_owned()),
            actions: Some(actions.iter().copied().collect()),
            consent_until: Some(Timestamp(2_000)),
            partitions: Some(PartitionSet::ALL),
            mailbox_kind: Some("citizen".to_owned()),
            mailbox_state: Some("open".to_owned()),
            test: Some(false),
            activated_at: Some(Timestamp(0)),
            withheld: false,
            represented: true,
        }
    }

    fn shown(change: impl Fn(&mut FeedRow)) -> Vec<Kind> {
        let kinds = Kind::ALL.into_iter().filter(|kind| {
            let mut row = row(*kind, &[Action::List, Action::CitizenStatus]);
            change(&mut row);
            row.entry().is_some_and(|(row, entry)| row.shows(&entry, Reach::Everything, NOW))
        });
        kinds.collect()
    }

    #[test]
    fn a_consent_that_stands_shows_everything_that_its_actions_cover() {
        assert_eq!(shown(|_| ()), Kind::ALL);
        let without_status = shown(|row| row.actions = Some([Action::List].into_iter().collect()));
        assert!(
            !without_status.contains(&Kind::MessageRead) && !without_status.contains(&Kind::MessageUnread)
        );
        assert!(without_status.contains(&Kind::MessageAvailable));
        let without_list = shown(|row| row.actions = Some([Action::CitizenStatus].into_iter().collect()));
        assert_eq!(without_list, [Kind::ConsentGranted, Kind::ConsentChanged, Kind::ConsentEnded]);
    }

    #[test]
    fn after_its_end_only_the_end_remains() {
        for ended in ["revoked", "superseded", "expired"] {
            assert_eq!(shown(|row| row.consent_state = Some(ended.to_owned())), [Kind::ConsentEnded]);
        }
        // Another consent stands in its place, or its time is over and no job has noticed yet.
        assert_eq!(shown(|row| (row.consent_state, row.consent_until) = (None, None)), [Kind::ConsentEnded]);
        assert_eq!(shown(|row| row.consent_until = Some(NOW)), [Kind::ConsentEnded]);
    }

    #[test]
    fn what_a_consent_does_not_cover_now_is_passed_over() {
        let about_consent = [Kind::ConsentGranted, Kind::ConsentChanged, Kind::ConsentEnded];
        let hiding: [fn(&mut FeedRow); 5] = [
            |row| row.consent_state = Some("suspended".to_owned()),
            |row| row.withheld = true,
            |row| row.represented = false,
            |row| row.activated_at = None,
            |row| row.mailbox_state = Some("closed".to_owned()),
        ];
        for hide in hiding {
            assert_eq!(shown(hide), about_consent);
        }
    }

    #[test]
    fn who_tries_out_sees_test_mailboxes_only() {
        let real = row(Kind::MessageAvailable, &[Action::List]);
        let test = FeedRow { test: Some(true), ..real.clone() };
        for (row, seen) in [(real, false), (test, true)] {
            let (row, entry) = row.entry().unwrap();
            assert_eq!(row.shows(&entry, Reach::TestMailboxes, NOW), seen);
        }
    }

    #[test]
    fn a_kind_that_nobody_knows_is_no_entry() {
        let row = FeedRow { kind: Some("messageLost".to_owned()), ..row(Kind::MessageRead, &[]) };
        assert!(row.entry().is_none());
    }
}
