//! Partitions of an enterprise's mailbox: what they are called, what is routed into them, and who sees which.
//!
//! The general partition is always there: it has the number 0 and no row. A named one has a number from 1 on, by which
//! messages, rules and rights know it; a number that was given back rests as long as a feed keeps a change, so that nothing
//! that still names it comes to mean another partition. A citizen's mailbox has no partitions: all of it is general.
//!
//! Whoever changes partitions, rules or rights holds the mailbox, as whoever publishes into it does: a letter goes where the
//! rules of its own moment say (DATA rule 1). What a partition is to a reader is decided by the statement that reads: see
//! [`crate::message::reading::Sight`].

pub(crate) mod moving;
pub(crate) mod removing;
mod rights_sql;
mod rule;
mod rules_sql;
pub(crate) mod seeing;
mod sql;

use serde::Serialize;

use crate::change::KEPT_FOR;
use crate::clock::Timestamp;
use crate::db::{Tx, record, value};
use crate::error::Error;
use crate::id::{ApplicationId, MailboxId};

pub(crate) use rights_sql::Holder;
pub use rule::{Rule, checked_rules};

/// The number of the general partition.
pub const GENERAL: i64 = 0;
/// How the general partition is called outside, where the others have ids.
pub const GENERAL_ID: &str = "general";
/// Named partitions of a mailbox at once.
pub const PARTITIONS: usize = 30;
/// Rules of a mailbox.
pub const RULES: usize = 100;
/// Characters of a partition's name.
pub const NAME_LENGTH: usize = 60;
/// The highest number: a set of partitions is 63 bits.
const HIGHEST: i64 = 62;

/// Which partitions somebody sees: a `BIGINT` whose bit n stands for partition n.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct PartitionSet(i64);

value!(PartitionSet, i64, PartitionSet);

impl PartitionSet {
    /// All of them, those to come too.
    pub const ALL: Self = Self(-1);
    /// None of them.
    pub const NONE: Self = Self(0);

    /// The bits.
    pub(crate) const fn bits(self) -> i64 {
        self.0
    }

    /// Whether it holds all, those to come too.
    pub const fn is_all(self) -> bool {
        self.0 == -1
    }

    /// Whether it holds none.
    pub const fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// Whether partition `number` is in it.
    pub const fn has(self, number: i64) -> bool {
        0 <= number && number <= HIGHEST && (self.0 >> number) & 1 == 1
    }

    /// Those that are also in `other`.
    #[must_use]
    pub const fn and(self, other: Self) -> Self {
        Self(self.0 & other.0)
    }

    /// With partition `number` too.
    #[must_use]
    pub fn with(self, number: i64) -> Self {
        Self(self.0 | [number].into_iter().collect::<Self>().0)
    }

    /// Without partition `number`.
    #[must_use]
    pub fn without(self, number: i64) -> Self {
        Self(self.0 & ![number].into_iter().collect::<Self>().0)
    }

    /// Whether it holds nothing that `other` does not hold.
    pub const fn is_within(self, other: Self) -> bool {
        self.0 & !other.0 == 0
    }
}

impl FromIterator<i64> for PartitionSet {
    fn from_iter<I: IntoIterator<Item = i64>>(numbers: I) -> Self {
        let valid = numbers.into_iter().filter(|number| (0..=HIGHEST).contains(number));
        Self(valid.fold(0, |bits, number| bits | (1 << number)))
    }
}

record! {
    /// A named partition.
    #[derive(Clone, Debug)]
    pub(crate) struct Partition {
        pub(crate) number: i64,
        pub(crate) name: String,
        pub(crate) created_at: Timestamp,
        /// Which own software told of it, and how that calls it.
        pub(crate) told_by: Option<ApplicationId>,
        pub(crate) told_id: Option<String>,
    }
}

/// The number for a new partition, by all rows there are: one that was never given, else the one that rests longest.
///
/// `None` while every number is taken or rests.
fn free_number(taken: &[(i64, Option<Timestamp>)], rested: Timestamp) -> Option<i64> {
    let fresh = (1..=HIGHEST).find(|number| !taken.iter().any(|(known, _)| known == number));
    let emptied = |(number, emptied): &(i64, Option<Timestamp>)| emptied.map(|at| (at, *number));
    let rests = taken.iter().filter_map(emptied).filter(|(at, _)| *at <= rested).min();
    fresh.or(rests.map(|(_, number)| number))
}

/// Adds a partition, behind the mailbox's lock and among those that `there` are.
///
/// # Errors
/// [`Error::Invalid`] for a name that is none or is taken, or one partition too many.
pub(crate) async fn add(
    tx: &mut Tx,
    mailbox: MailboxId,
    (there, name, told): (&[Partition], &str, Option<(ApplicationId, &str)>),
    now: Timestamp,
) -> Result<Partition, Error> {
    let name = free_name(there, name, None)?;
    let taken = tx.partition_numbers(mailbox).await?;
    let number = free_number(&taken, now.minus(KEPT_FOR)).filter(|_| there.len() < PARTITIONS);
    let number = number.ok_or_else(|| Error::invalid("outOfRange", "name", TOO_MANY))?;
    let (told_by, told_id) = told.map(|(by, id)| (by, id.to_owned())).unzip();
    let partition = Partition { number, name: name.to_owned(), created_at: now, told_by, told_id };
    if tx.insert_partition(mailbox, &partition).await? != 1 {
        return Err(Error::internal("the number of a new partition is taken"));
    }
    Ok(partition)
}

/// A name that no other partition has, however it is written; `own` is the number of the one that it is for.
///
/// # Errors
/// [`Error::Invalid`] for a name that is none or is taken.
pub(crate) fn free_name<'n>(there: &[Partition], name: &'n str, own: Option<i64>) -> Result<&'n str, Error> {
    let name = checked_name(name)?;
    let same = |one: &Partition| one.name.to_lowercase() == name.to_lowercase() && Some(one.number) != own;
    if there.iter().any(same) {
        return Err(Error::invalid("invalidInput", "name", "another partition has this name"));
    }
    Ok(name)
}

const TOO_MANY: &str =
    "as many partitions as a mailbox can have are there, or were removed in the last 30 days";

/// A name as it is kept.
///
/// # Errors
/// [`Error::Invalid`] for one that is empty, long, or holds control characters.
fn checked_name(name: &str) -> Result<&str, Error> {
    let name = name.trim();
    if (1..=NAME_LENGTH).contains(&name.chars().count()) && !name.chars().any(char::is_control) {
        return Ok(name);
    }
    Err(Error::invalid("outOfRange", "name", format!("1 to {NAME_LENGTH} characters are expected")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_partitions_are_those_to_come_too() {
        assert!((0..=HIGHEST).all(|number| PartitionSet::ALL.has(number)));
        assert!(!PartitionSet::ALL.has(63) && !PartitionSet::ALL.has(-1));
        let two: PartitionSet = [0, 62, 63, -1].into_iter().collect();
        assert!(two.has(0) && two.has(62) && !two.has(1) && !two.is_all());
        assert!(two.is_within(PartitionSet::ALL) && !PartitionSet::ALL.is_within(two));
        assert_eq!(PartitionSet::ALL.and(two), two);
        assert!((1..=HIGHEST).chain([0]).collect::<PartitionSet>().is_within(PartitionSet::ALL));
        assert!(!(0..=HIGHEST).collect::<PartitionSet>().is_all());
    }

    #[test]
    fn a_number_is_given_again_only_when_no_other_is_left_and_it_has_rested() {
        let at = |n| Some(Timestamp(n));
        assert_eq!(free_number(&[], Timestamp(9)), Some(1));
        assert_eq!(free_number(&[(1, at(1)), (2, None)], Timestamp(9)), Some(3));
        let mut all: Vec<(i64, Option<Timestamp>)> = (1..=HIGHEST).map(|number| (number, None)).collect();
        assert_eq!(free_number(&all, Timestamp(9)), None);
        (all[4].1, all[7].1, all[9].1) = (at(8), at(3), at(10));
        assert_eq!(free_number(&all, Timestamp(9)), Some(8));
        assert_eq!(free_number(&all, Timestamp(2)), None);
    }

    #[test]
    fn a_name_is_something_to_read() {
        assert_eq!(checked_name("  Personnel ").unwrap(), "Personnel");
        for wrong in ["", "  ", "a\nb", &"x".repeat(61)] {
            assert!(checked_name(wrong).is_err(), "{wrong}");
        }
    }
}
