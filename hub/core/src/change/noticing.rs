//! Reading the feed of a sender organization: its entries in order, those that the asking application may be told of.
//!
//! An application is told of messages of the types that are registered for it with the organization (TRUST T20), whoever of
//! the organization published them; of a type that was registered for it once, of those that were published by then. Of
//! recipients it is told while it speaks for the organization.

use uuid::Uuid;

use super::NoticeKind;
use super::paging::{FeedPage, Passes, Standing, cut, headless, limit};
use crate::clock::Timestamp;
use crate::db::{Db, record};
use crate::error::Error;

record! {
    /// An entry of a sender organization's feed, or only how far the feeds reach.
    #[derive(Clone, Debug)]
    pub(super) struct NoticeRow {
        head: i64,
        floor: i64,
        pos: Option<i64>,
        kind: Option<String>,
        about: Option<Uuid>,
        at: Option<Timestamp>,
        registered: bool,
        registered_until: Option<Timestamp>,
    }
}

/// Whose feed is read, by which of its applications.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Audience<'a> {
    pub(crate) organization: &'a str,
    pub(crate) application: &'a str,
}

/// An entry that is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Noticed {
    pub(crate) pos: i64,
    pub(crate) kind: NoticeKind,
    /// The publication, or the recipient as the organization knows them.
    pub(crate) about: Uuid,
    pub(crate) at: Timestamp,
}

/// At most `size` entries after a position, or after the oldest one kept. Fewer may be shown while there is more.
///
/// # Errors
/// [`Error::Resync`] if entries after that position may have been forgotten, or it was never given out.
pub(crate) async fn page(
    db: &Db,
    audience: Audience<'_>,
    after: Option<i64>,
    size: usize,
) -> Result<FeedPage<Noticed>, Error> {
    let mut passes = Passes::from(after);
    loop {
        let mut rows = db.noticed_after(audience, passes.after, limit(size)).await?;
        let (next, more) = cut(&mut rows, passes.after, size, NoticeRow::standing)?;
        let page = FeedPage { entries: rows.iter().filter_map(NoticeRow::shown).collect(), next, more };
        if passes.settled(&page) {
            return Ok(page);
        }
    }
}

/// The position at which the feeds end now.
pub(crate) async fn end(db: &Db, audience: Audience<'_>) -> Result<i64, Error> {
    let rows = db.noticed_after(audience, Some(i64::MAX), 0).await?;
    rows.first().map(|row| row.head).ok_or_else(headless)
}

impl NoticeRow {
    const fn standing(&self) -> Standing {
        Standing { head: self.head, floor: self.floor, pos: self.pos }
    }

    /// The entry, if it is of a kind that is known and meant for the asker.
    fn shown(&self) -> Option<Noticed> {
        let kind = NoticeKind::named(self.kind.as_deref()?)?;
        let entry = Noticed { pos: self.pos?, kind, about: self.about?, at: self.at? };
        let over = self.registered_until.is_some_and(|until| !began_before(entry.about, until));
        (self.registered && !over).then_some(entry)
    }
}

/// Whether the publication with this id was begun before that instant: its id says when, in milliseconds.
fn began_before(publication: Uuid, until: Timestamp) -> bool {
    let begun = publication.get_timestamp().map(|begun| begun.to_unix());
    begun.is_none_or(|(seconds, nanoseconds)| {
        let micros = i64::try_from(seconds).unwrap_or(i64::MAX).saturating_mul(1_000_000);
        micros.saturating_add(i64::from(nanoseconds / 1_000)) < until.0
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_for_the_asker_or_of_no_known_kind_is_passed_over() {
        let row = NoticeRow {
            head: 9,
            floor: 0,
            pos: Some(1),
            kind: Some("messageOpened".to_owned()),
            about: Some(Uuid::from_u128(7)),
            at: Some(Timestamp(5)),
            registered: true,
            registered_until: None,
        };
        assert_eq!(row.shown().unwrap().kind, NoticeKind::MessageOpened);
        assert!(NoticeRow { registered: false, ..row.clone() }.shown().is_none());
        assert!(NoticeRow { kind: Some("messageRead".to_owned()), ..row.clone() }.shown().is_none());
        assert!(NoticeRow { pos: None, ..row }.shown().is_none());
    }

    #[test]
    fn a_registration_that_ended_shows_what_was_published_by_then() {
        let (second, random) = (Timestamp(1_000_000), crate::random::Random::system());
        let letter = random.id(Timestamp(1_700_000_000_000_000));
        let later = |seconds| Timestamp(1_700_000_000_000_000 + seconds * second.0);
        assert!(began_before(letter, later(1)));
        assert!(!began_before(letter, later(0)) && !began_before(letter, later(-1)));
    }
}
