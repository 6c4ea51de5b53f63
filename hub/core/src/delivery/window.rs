//! Which changes of a stream may be on their way at once, and how far everything is settled. Pure.
//!
//! In one mailbox one change is on its way at a time, and none before the earlier ones are settled; different mailboxes do
//! not wait for each other. The cursor moves only over what is settled or not to be told.

use std::collections::{BTreeMap, BTreeSet};
use std::time::{Duration, Instant};

use uuid::Uuid;

use super::ailing::Ailing;
use crate::change::feed::{Entry, FeedPage};
use crate::id::MailboxId;

/// What is under way beyond a cursor.
#[derive(Debug, Default)]
pub(crate) struct Window {
    cursor: i64,
    flying: BTreeMap<i64, MailboxId>,
    settled: BTreeSet<i64>,
    /// What the receiver refused: how often, and when it may be tried again.
    refused: BTreeMap<i64, (u32, Instant)>,
    /// What the receiver fails at.
    pub(crate) ailing: Ailing,
}

impl Window {
    /// A window beyond a cursor, where these positions are settled already.
    pub(crate) fn new(cursor: i64, settled: impl IntoIterator<Item = i64>) -> Self {
        Self { cursor, settled: settled.into_iter().collect(), ..Self::default() }
    }

    /// The window of the next turn: what was settled ahead, was refused, and failed, is known.
    pub(crate) fn resumed(mut self, cursor: i64, settled: impl IntoIterator<Item = i64>) -> Self {
        self.flying.clear();
        self.cursor = cursor;
        self.settled.extend(settled);
        self.forget_behind();
        self
    }

    pub(crate) fn cursor(&self) -> i64 {
        self.cursor
    }

    /// Whether nothing is on its way.
    pub(crate) fn is_empty(&self) -> bool {
        self.flying.is_empty()
    }

    /// Whether a change is settled.
    pub(crate) fn has_settled(&self, pos: i64) -> bool {
        self.settled.contains(&pos)
    }

    /// How many changes are settled beyond a position, as far as that is known.
    pub(crate) fn settled_beyond(&self, pos: i64) -> usize {
        self.settled.range(pos.saturating_add(1)..).count()
    }

    /// Something that is no change is on its way: nothing else is sent.
    pub(crate) fn hold(&mut self, place: i64) {
        self.flying.insert(place, MailboxId(Uuid::nil()));
    }

    /// Whether anything could be sent if so many may be on their way.
    pub(crate) fn has_room(&self, room: usize) -> bool {
        self.flying.len() < room
    }

    /// Sends what may be sent of these changes, which are in order, and did not fail last; gives it.
    pub(crate) fn choose_sound(&mut self, entries: &[Entry], room: usize, now: Instant) -> Vec<Entry> {
        self.chosen((entries, 0), room, now)
    }

    /// Sends what may be sent of these changes, which are in order, last what failed last; gives it.
    pub(crate) fn choose(&mut self, entries: &[Entry], room: usize, now: Instant) -> Vec<Entry> {
        self.chosen((entries, u64::MAX), room, now)
    }

    fn chosen(&mut self, (entries, rank): (&[Entry], u64), room: usize, now: Instant) -> Vec<Entry> {
        // Whether it is sent or must wait, the later ones of its mailbox wait for the first one.
        let mut busy: BTreeSet<MailboxId> = self.flying.values().copied().collect();
        let open = entries.iter().filter(|entry| !self.settled.contains(&entry.pos));
        let firsts = open.filter(|entry| busy.insert(entry.mailbox));
        let mut chosen: Vec<Entry> = firsts.filter(|entry| self.may(entry.pos, now)).copied().collect();
        chosen.retain(|entry| self.ailing.rank(entry.pos) <= rank);
        chosen.sort_by_key(|entry| self.ailing.rank(entry.pos));
        chosen.truncate(room.saturating_sub(self.flying.len()));
        self.flying.extend(chosen.iter().map(|entry| (entry.pos, entry.mailbox)));
        chosen
    }

    fn may(&self, pos: i64, now: Instant) -> bool {
        self.refused.get(&pos).is_none_or(|(_, at)| *at <= now) && self.ailing.may(pos, now)
    }

    /// The change was taken, or is kept elsewhere: it is not sent again.
    pub(crate) fn settle(&mut self, pos: i64) {
        self.flying.remove(&pos);
        self.refused.remove(&pos);
        self.ailing.forget(pos);
        self.settled.insert(pos);
    }

    /// A dead letter is to be told again.
    pub(crate) fn reopen(&mut self, pos: i64) {
        self.settled.remove(&pos);
    }

    /// The change was not taken: it is sent again.
    pub(crate) fn give_back(&mut self, pos: i64) {
        self.flying.remove(&pos);
    }

    /// The receiver refused the change: it is sent again after a while. Gives how often that happened.
    pub(crate) fn refuse(&mut self, pos: i64, now: Instant) -> u32 {
        self.flying.remove(&pos);
        let (times, at) = self.refused.entry(pos).or_insert((0, now));
        *times += 1;
        *at = now + PAUSE * *times;
        *times
    }

    /// Moves the cursor as far as this page of what is beyond it allows; whether it moved.
    pub(crate) fn advance(&mut self, page: &FeedPage) -> bool {
        let open = page.entries.iter().find(|entry| !self.settled.contains(&entry.pos));
        let cursor = open.map_or(page.next, |entry| entry.pos - 1).max(self.cursor);
        // what this very page moved over stays known: its entries may still be asked about
        self.settled = self.settled.split_off(&self.cursor.saturating_add(1));
        let moved = cursor > self.cursor;
        self.cursor = cursor;
        moved
    }

    fn forget_behind(&mut self) {
        let next = self.cursor.saturating_add(1);
        self.settled = self.settled.split_off(&next);
        self.refused = self.refused.split_off(&next);
        self.ailing.forget_up_to(self.cursor);
    }
}

/// Of a list of changes in order, the first of each mailbox, at most so many.
pub(crate) fn first_of_each(entries: &[Entry], most: usize) -> Vec<Entry> {
    Window::default().choose(entries, most, Instant::now())
}

/// A refused change waits so long, times the refusals.
const PAUSE: Duration = Duration::from_millis(500);

#[cfg(test)]
mod tests {
    use super::*;
    use crate::change::Kind;
    use crate::clock::Timestamp;
    use crate::id::ConsentId;
    use crate::partition::PartitionSet;

    fn entry(pos: i64, mailbox: u128) -> Entry {
        Entry {
            pos,
            mailbox: MailboxId(Uuid::from_u128(mailbox)),
            consent: ConsentId(Uuid::from_u128(9)),
            number: Some(pos),
            kind: Kind::MessageAvailable,
            at: Timestamp(pos),
            partitions: PartitionSet::ALL,
        }
    }

    fn page(entries: &[Entry], next: i64) -> FeedPage {
        FeedPage { entries: entries.to_vec(), next, more: false }
    }

    fn positions(chosen: &[Entry]) -> Vec<i64> {
        chosen.iter().map(|entry| entry.pos).collect()
    }

    #[test]
    fn a_mailbox_waits_for_its_own_changes_and_for_no_other() {
        let now = Instant::now();
        let entries = [entry(3, 1), entry(5, 1), entry(6, 2), entry(8, 2), entry(9, 3)];
        let mut window = Window::new(2, []);

        assert_eq!(positions(&window.choose(&entries, 2, now)), [3, 6], "as many as there is room for");
        assert_eq!(positions(&window.choose(&entries, 9, now)), [9]);
        window.settle(6);
        assert_eq!(positions(&window.choose(&entries, 9, now)), [8]);
        window.give_back(3);
        assert_eq!(positions(&window.choose(&entries, 9, now)), [3], "what was not taken comes again, first");
        // an entry that is hidden meanwhile is still on its way
        assert_eq!(positions(&window.choose(&entries[1..], 9, now)), [0; 0]);
    }

    #[test]
    fn the_cursor_moves_over_what_is_settled_and_over_nothing_else() {
        let entries = [entry(3, 1), entry(5, 2), entry(6, 3)];
        let mut window = Window::new(1, []);
        window.choose(&entries, 9, Instant::now());
        assert!(window.advance(&page(&entries, 10)), "over what is not told");
        assert_eq!(window.cursor(), 2);

        window.settle(6);
        assert!(!window.advance(&page(&entries, 10)));
        window.settle(3);
        assert!(window.advance(&page(&entries, 10)));
        assert_eq!(window.cursor(), 4);
        window.settle(5);
        assert!(window.advance(&page(&entries[1..], 10)));
        assert_eq!(window.cursor(), 10);
        assert_eq!(
            positions(&window.choose(&entries[1..], 9, Instant::now())),
            [0; 0],
            "nothing is sent twice"
        );
        window.advance(&page(&[], 10));
        assert!(window.settled.is_empty(), "and what lies behind is forgotten");
    }

    #[test]
    fn what_is_refused_waits_with_its_mailbox_and_is_counted() {
        let now = Instant::now();
        let entries = [entry(3, 1), entry(4, 1), entry(5, 2)];
        let mut window = Window::new(2, []);
        window.choose(&entries, 9, now);
        assert_eq!(window.refuse(3, now), 1);
        assert_eq!(
            positions(&window.choose(&entries, 9, now)),
            [0; 0],
            "not the later one of its mailbox either"
        );
        assert_eq!(positions(&window.choose(&entries, 9, now + PAUSE)), [3]);
        assert_eq!(window.refuse(3, now), 2);
    }

    #[test]
    fn what_failed_last_is_tried_last_and_the_next_turn_knows_what_was_before() {
        let now = Instant::now();
        let entries = [entry(3, 1), entry(4, 2), entry(5, 3), entry(6, 3)];
        let mut window = Window::new(2, []);
        window.choose(&entries, 1, now);
        window.give_back(3);
        window.ailing.failed_with_others(3, now);
        assert_eq!(
            positions(&window.choose(&entries, 1, now)),
            [4],
            "with room for one, not the same one again"
        );
        window.settle(4);
        assert_eq!(window.refuse(5, now), 1);

        let mut window = window.resumed(2, [6]);
        assert_eq!(
            positions(&window.choose(&entries, 9, now)),
            [3],
            "what was settled ahead is not sent again"
        );
        assert_eq!(window.refuse(5, now), 2, "refusals count on");
        window.settle(3);
        window.reopen(3);
        assert_eq!(positions(&window.choose(&entries, 9, now)), [3], "a dead letter that is told again");
        let window = window.resumed(9, []);
        assert!(window.settled.is_empty() && window.refused.is_empty());
    }

    #[test]
    fn what_was_settled_before_a_crash_is_not_sent_again() {
        let entries = [entry(3, 1), entry(4, 1)];
        let mut window = Window::new(2, [3]);
        assert_eq!(positions(&window.choose(&entries, 9, Instant::now())), [4]);
        assert_eq!(positions(&first_of_each(&entries, 9)), [3]);
    }
}
