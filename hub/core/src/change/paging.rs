//! Pages of a feed, whoever's it is: what one statement read, cut to a page, and how to go on.

use crate::error::Error;

/// A part of a feed.
#[derive(Clone, Debug)]
pub(crate) struct FeedPage<E> {
    pub(crate) entries: Vec<E>,
    /// The position after which the feed goes on.
    pub(crate) next: i64,
    /// Whether there is more at this moment.
    pub(crate) more: bool,
}

/// Where a row stands, and how far the feeds reach at the moment at which it was read.
#[derive(Clone, Copy, Debug)]
pub(super) struct Standing {
    /// The last position given out.
    pub(super) head: i64,
    /// Entries up to there may be forgotten.
    pub(super) floor: i64,
    /// The row's own position; `None` if it only says how far the feeds reach.
    pub(super) pos: Option<i64>,
}

/// Cuts the rows of one statement, which asked for one more than `size`, to a page; gives where it goes on and whether
/// there is more.
///
/// # Errors
/// [`Error::Resync`] if entries after `after` may have been forgotten, or it was never given out.
pub(super) fn cut<R>(
    rows: &mut Vec<R>,
    after: Option<i64>,
    size: usize,
    standing: impl Fn(&R) -> Standing,
) -> Result<(i64, bool), Error> {
    let Standing { head, floor, .. } = rows.first().map(&standing).ok_or_else(headless)?;
    if after.is_some_and(|after| after < floor || after > head) {
        return Err(Error::Resync);
    }
    let more = rows.len() > size;
    rows.truncate(size);
    let last = rows.last().and_then(|row| standing(row).pos).filter(|_| more);
    Ok((last.unwrap_or(head), more))
}

/// How many rows to ask for: one more than fit says whether there is more.
pub(super) fn limit(size: usize) -> i64 {
    i64::try_from(size).unwrap_or(i64::MAX).saturating_add(1)
}

/// The statements of one question: it goes on while everything was passed over, so far that the asker is told to go on
/// themselves.
pub(super) struct Passes {
    /// The position after which the next one reads.
    pub(super) after: Option<i64>,
    left: usize,
}

impl Passes {
    /// Begins after a position.
    pub(super) const fn from(after: Option<i64>) -> Self {
        Self { after, left: PASSES }
    }

    /// Whether what was read is the answer; the next pass goes on after it otherwise.
    pub(super) fn settled<E>(&mut self, page: &FeedPage<E>) -> bool {
        self.after = Some(page.next);
        self.left = self.left.saturating_sub(1);
        self.left == 0 || !page.more || !page.entries.is_empty()
    }
}

pub(super) fn headless() -> Error {
    Error::Corrupt { table: "feed_head", id: "0".to_owned() }
}

/// Statements of one question at most.
const PASSES: usize = 20;

#[cfg(test)]
mod tests {
    use super::*;

    fn rows(positions: &[i64]) -> Vec<Standing> {
        positions.iter().map(|pos| Standing { head: 9, floor: 2, pos: Some(*pos) }).collect()
    }

    #[test]
    fn a_page_goes_on_after_its_last_row_or_where_the_feeds_end() {
        for (positions, cut_to, left) in [(&[3, 5, 8][..], (5, true), 2), (&[3, 5][..], (9, false), 2)] {
            let mut rows = rows(positions);
            assert_eq!(cut(&mut rows, None, 2, |row| *row).unwrap(), cut_to);
            assert_eq!(rows.len(), left);
        }
    }

    #[test]
    fn a_question_goes_on_while_nothing_is_shown_and_ends_somewhere() {
        let page = |entries: &[u8], more| FeedPage { entries: entries.to_vec(), next: 7, more };
        let mut passes = Passes::from(Some(1));
        assert!(!passes.settled(&page(&[], true)));
        assert_eq!(passes.after, Some(7));
        assert!(passes.settled(&page(&[1], true)) && passes.settled(&page(&[], false)));
        let mut passes = Passes::from(None);
        let asked = (1..=100).find(|_| passes.settled(&page(&[], true)));
        assert_eq!(asked, Some(PASSES));
    }

    #[test]
    fn a_place_that_was_forgotten_or_never_given_out_is_outdated() {
        for (after, outdated) in
            [(Some(1), true), (Some(2), false), (Some(9), false), (Some(10), true), (None, false)]
        {
            let found = cut(&mut rows(&[3]), after, 2, |row| *row);
            assert_eq!(matches!(found, Err(Error::Resync)), outdated, "{after:?}");
        }
    }
}
