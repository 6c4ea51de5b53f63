//! Where an entry stands in the access log, so that a page begins right below the last one.

use uuid::Uuid;

use crate::access::citizen::CitizenAccess;
use crate::clock::Timestamp;
use crate::error::Error;
use crate::id::MailboxId;
use crate::journal::{PollRow, ReadingRow};

/// The place of an entry; later ones are greater. A poll stands below the readings of the instant its hour begins.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Place {
    at: Timestamp,
    /// The node of a reading; [`POLL`] and the consent of a poll.
    node: String,
    segment: i64,
    position: i64,
}

impl Place {
    /// Below everything that happened at `at` or later.
    pub(super) fn before(at: Timestamp) -> Self {
        Self { at, node: String::new(), segment: 0, position: 0 }
    }

    pub(super) fn of_reading(row: &ReadingRow) -> Self {
        Self { at: row.at, node: row.node.clone(), segment: row.segment, position: row.position }
    }

    pub(super) fn of_poll(row: &PollRow) -> Self {
        Self { node: format!("{POLL}{}", row.consent_id.0.simple()), ..Self::before(row.at()) }
    }

    /// The readings below have a smaller key.
    pub(super) fn reading(&self) -> (Timestamp, &str, i64, i64) {
        (self.at, &self.node, self.segment, self.position)
    }

    /// The polls below have a smaller hour and consent.
    pub(super) fn poll(&self) -> (i64, Uuid) {
        let next = PollRow::hour_from(self.at);
        match self.node.strip_prefix(POLL).map(Uuid::parse_str) {
            Some(Ok(consent)) => (next, consent),
            // The instant itself is above, or its polls are below.
            _ if self.node.is_empty() => (next, Uuid::nil()),
            _ => (PollRow::hour_from(Timestamp(self.at.0.saturating_add(1))), Uuid::nil()),
        }
    }

    /// The cursor of the page below, for this person, mailbox and life of the data only.
    pub(super) fn sealed(&self, citizen: &CitizenAccess, mailbox: MailboxId) -> String {
        let (incarnation, numbers) = (citizen.hub.incarnation(), [self.at.0, self.segment, self.position]);
        let plain = [
            incarnation.as_bytes().as_slice(),
            mailbox.0.as_bytes(),
            &numbers.map(i64::to_be_bytes).concat(),
            self.node.as_bytes(),
        ];
        citizen.hub.cursors().seal(KIND, &citizen.party(), &plain.concat())
    }

    /// The place that a cursor names.
    ///
    /// # Errors
    /// [`Error::Resync`] for a cursor from before a restore, [`Error::Invalid`] for one of another log or person.
    pub(super) fn opened(citizen: &CitizenAccess, mailbox: MailboxId, cursor: &str) -> Result<Self, Error> {
        let plain = citizen.hub.cursors().open(KIND, &citizen.party(), cursor);
        let (incarnation, place) = plain
            .as_deref()
            .and_then(|plain| Self::read(plain, mailbox))
            .ok_or_else(|| Error::invalid("invalidInput", "?after", "not a cursor of this log"))?;
        if incarnation == citizen.hub.incarnation() { Ok(place) } else { Err(Error::Resync) }
    }

    fn read(plain: &[u8], mailbox: MailboxId) -> Option<(Uuid, Self)> {
        let (incarnation, rest) = plain.split_first_chunk::<16>()?;
        let (of, rest) = rest.split_first_chunk::<16>()?;
        let (at, rest) = rest.split_first_chunk::<8>()?;
        let (segment, rest) = rest.split_first_chunk::<8>()?;
        let (position, node) = rest.split_first_chunk::<8>()?;
        let place = Self {
            at: Timestamp(i64::from_be_bytes(*at)),
            node: String::from_utf8(node.to_vec()).ok()?,
            segment: i64::from_be_bytes(*segment),
            position: i64::from_be_bytes(*position),
        };
        (of == mailbox.0.as_bytes()).then_some((Uuid::from_bytes(*incarnation), place))
    }
}

/// What polls have in place of a node; less than any node's name, which begins with a hexadecimal digit.
const POLL: char = '-';
const KIND: &str = "usage";

#[cfg(test)]
mod tests {
    use super::*;

    const HOUR: i64 = 3_600_000_000;

    fn place(at: i64, node: &str) -> Place {
        Place { node: node.to_owned(), ..Place::before(Timestamp(at)) }
    }

    #[test]
    fn a_poll_stands_below_the_readings_of_its_instant_and_above_earlier_ones() {
        let consent = Uuid::from_u128(7);
        let poll = place(2 * HOUR, &format!("-{}", consent.simple()));

        assert!(
            poll < place(2 * HOUR, "0a") && poll > place(2 * HOUR, "") && poll > place(2 * HOUR - 1, "ff")
        );
    }

    #[test]
    fn below_a_place_are_the_polls_that_are_smaller() {
        let consent = Uuid::from_u128(7);

        assert_eq!(place(2 * HOUR, &format!("-{}", consent.simple())).poll(), (2, consent));
        // a reading at the very hour: that hour's polls are below it
        assert_eq!(place(2 * HOUR, "0a").poll(), (3, Uuid::nil()));
        assert_eq!(place(2 * HOUR + 1, "0a").poll(), (3, Uuid::nil()));
        // an end that the asker named: what begins then is not wanted
        assert_eq!(place(2 * HOUR, "").poll(), (2, Uuid::nil()));
        assert_eq!(place(2 * HOUR + 1, "").poll(), (3, Uuid::nil()));
    }
}
