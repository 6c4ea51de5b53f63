//! Days of the access log: pages end where a Belgian day ends.

use jiff::tz::TimeZone;

use super::shown::Entry;
use crate::error::Error;

/// The zone in which days are counted.
pub(super) fn belgium() -> Result<TimeZone, Error> {
    TimeZone::get("Europe/Brussels").map_err(Error::internal)
}

/// How many of the entries, newest first, make a page of whole days.
///
/// A page holds [`DAYS`] days at most. With `more` to come the last day may not be whole: it moves to the next page,
/// unless it is the only one here.
pub(super) fn whole_days(entries: &[Entry], more: bool, zone: &TimeZone) -> usize {
    let dates = entries.iter().map(|entry| entry.usage.at.civil().to_zoned(zone.clone()).date());
    cut(&dates.collect::<Vec<_>>(), more)
}

fn cut<D: PartialEq>(dates: &[D], more: bool) -> usize {
    let changes = dates.windows(2).enumerate().filter(|(_, pair)| pair.first() != pair.last());
    let starts: Vec<usize> = changes.map(|(n, _)| n + 1).collect();
    match (starts.get(DAYS - 1), starts.last()) {
        (Some(start), _) => *start,
        (None, Some(last)) if more => *last,
        _ => dates.len(),
    }
}

/// Days on a page.
const DAYS: usize = 14;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_that_may_not_be_whole_moves_to_the_next_page() {
        assert_eq!(cut(&[3, 3, 2, 2, 1], false), 5);
        assert_eq!(cut(&[3, 3, 2, 2, 1], true), 4);
        assert_eq!(cut(&[3, 3, 3], true), 3, "one day alone is more than a page");
        assert_eq!(cut::<u8>(&[], false), 0);
    }

    #[test]
    fn a_page_holds_two_weeks_of_days_with_entries() {
        let dates: Vec<usize> = (0..20).flat_map(|day| [day, day]).collect();
        assert_eq!(cut(&dates, false), 28);
        assert_eq!(cut(&dates[..28], false), 28);
    }
}
