//! How provider applications behave, as far as the hub sees it: counted in memory, kept by day, and one score of it.
//!
//! Nothing is written on the way of a request: each node counts in a [`Tally`] and a job writes it down. The score is a
//! pure rule whose text is told with it. It decides nothing; operators look at it beside the certification.

mod sql;
mod tally;

use crate::clock::Timestamp;
use crate::peer::PeerIdentity;

pub(crate) use tally::Tallied;
pub use tally::Tally;

/// Something that an application should not do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Kind {
    /// It came with a token of a consent that is over, more than a minute after the hub had told it so.
    ReadAfterEnd,
    /// It called although it had been told to wait, before that time was over.
    IgnoredRetryAfter,
    /// Its receiver did not take an event, or it reported an error with one that it polled.
    RefusedDelivery,
    /// It connected with a certificate that ends within 14 days, or that was replaced more than 7 days ago.
    StaleCertificate,
}

impl Kind {
    /// Every kind.
    pub const ALL: [Self; 4] =
        [Self::ReadAfterEnd, Self::IgnoredRetryAfter, Self::RefusedDelivery, Self::StaleCertificate];

    /// Its word.
    pub const fn name(self) -> &'static str {
        match self {
            Self::ReadAfterEnd => "readAfterEnd",
            Self::IgnoredRetryAfter => "ignoredRetryAfter",
            Self::RefusedDelivery => "refusedDelivery",
            Self::StaleCertificate => "staleCertificate",
        }
    }

    fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.name() == name)
    }

    /// From how many times a day it costs points, and how many points that day costs.
    const fn weight(self) -> (i64, u32) {
        match self {
            Self::ReadAfterEnd => (1, 10),
            Self::IgnoredRetryAfter => (10, 3),
            Self::RefusedDelivery => (10, 2),
            Self::StaleCertificate => (1, 2),
        }
    }
}

/// How often something happened on a day.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Count {
    /// The day (UTC), in days since 1970.
    pub day: i64,
    /// What.
    pub kind: Kind,
    /// How often, over all nodes.
    pub times: i64,
}

/// The score, from 100 down to 0, of what happened in the 30 days up to `today`: see [`RULE`].
pub fn score(counts: &[Count], today: i64) -> u32 {
    let recent = counts.iter().filter(|count| count.day > today - SCORED && count.day <= today);
    let lost: u32 = recent
        .map(|count| {
            let (from, points) = count.kind.weight();
            if count.times >= from { points } else { 0 }
        })
        .sum();
    WHOLE.saturating_sub(lost)
}

/// The day (UTC) of an instant, in days since 1970.
pub fn day_of(at: Timestamp) -> i64 {
    at.seconds().div_euclid(86_400)
}

/// Whether a certificate is to be changed now: it ends within 14 days, or a later registration took its place a week ago.
pub(crate) fn is_stale(certificate: &PeerIdentity, replaced_at: Option<Timestamp>, now: Timestamp) -> bool {
    certificate.not_after <= now.plus(DAY * 14) || replaced_at.is_some_and(|at| at.plus(DAY * 7) <= now)
}

/// What the score says, in words.
pub const RULE: &str = "100 points less, for each of the last 30 days (UTC): 10 if the application came with a token of an \
    ended consent more than a minute after it had been told; 3 if it ignored Retry-After ten times or more; 2 if its \
    receiver did not take events ten times or more; 2 if it connected with a certificate that ends within 14 days or was \
    replaced more than 7 days ago. Never below 0.";
/// How many days are kept.
pub const KEPT: i64 = 90;
const WHOLE: u32 = 100;
const SCORED: i64 = 30;
const DAY: std::time::Duration = std::time::Duration::from_secs(86_400);

#[cfg(test)]
mod tests {
    use super::*;
    use crate::peer::Role;

    const TODAY: i64 = 20_780;

    fn count(back: i64, kind: Kind, times: i64) -> Count {
        Count { day: TODAY - back, kind, times }
    }

    #[test]
    fn who_behaves_keeps_all_points() {
        assert_eq!(score(&[], TODAY), 100);
        let few = [count(0, Kind::IgnoredRetryAfter, 9), count(1, Kind::RefusedDelivery, 9)];
        assert_eq!(score(&few, TODAY), 100);
    }

    #[test]
    fn each_day_costs_what_the_rule_says_however_often_it_happened() {
        let day = [
            count(0, Kind::ReadAfterEnd, 1),
            count(0, Kind::IgnoredRetryAfter, 5_000),
            count(0, Kind::RefusedDelivery, 10),
            count(0, Kind::StaleCertificate, 1),
        ];
        assert_eq!(score(&day, TODAY), 100 - 10 - 3 - 2 - 2);
        let days: Vec<Count> = (0..12).map(|back| count(back, Kind::ReadAfterEnd, 3)).collect();
        assert_eq!(score(&days, TODAY), 0);
    }

    #[test]
    fn what_is_older_than_thirty_days_is_forgiven() {
        assert_eq!(score(&[count(29, Kind::ReadAfterEnd, 1)], TODAY), 90);
        assert_eq!(score(&[count(30, Kind::ReadAfterEnd, 1)], TODAY), 100);
    }

    #[test]
    fn a_certificate_is_stale_near_its_end_and_after_another_took_its_place() {
        let now = Timestamp::from_seconds(1_795_000_000);
        let ends = |days: u32| PeerIdentity {
            role: Role::Provider,
            anchor: "a".into(),
            san_uris: Vec::new(),
            san_dns: Vec::new(),
            subject: String::new(),
            organization: None,
            thumbprint: [0; 32],
            not_before: Timestamp(0),
            not_after: now.plus(DAY * days),
        };
        assert!(is_stale(&ends(14), None, now) && !is_stale(&ends(15), None, now));
        assert!(is_stale(&ends(90), Some(now.minus(DAY * 7)), now));
        assert!(!is_stale(&ends(90), Some(now.minus(DAY * 6)), now));
    }
}
