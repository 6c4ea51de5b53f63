//! Expected failures: what is known to fail, whose task it is, why, and until when that may stand.
//!
//! The file forgives nothing quietly. An entry that lapsed, and one whose case does not fail any more, make the run red.

use jiff::ToSpan;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::engine::{Outcome, Verdict};

/// The file of expected failures.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Expected {
    /// Its entries.
    #[serde(default, rename = "expected")]
    pub entries: Vec<Expectation>,
}

/// One case that is known to fail.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Expectation {
    /// The case.
    pub case: String,
    /// Whose task it is.
    pub owner: String,
    /// Why it is so.
    pub reason: String,
    /// The last day on which it may stand.
    pub expires: Date,
}

/// What came of an expected failure.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ExpectationState {
    /// The case.
    pub case: String,
    /// Whose task it is.
    pub owner: String,
    /// Why it is so.
    pub reason: String,
    /// The last day on which it may stand.
    pub expires: Date,
    /// What came of it.
    pub standing: Standing,
}

/// What can come of an expected failure.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Standing {
    /// The case failed, as expected, in time.
    Met,
    /// The case did not fail: the entry has to go.
    NotMet,
    /// Its last day has passed.
    Lapsed,
    /// The case was not chosen, or could not be judged.
    NotPlayed,
}

impl Expected {
    /// Reads the text of the file as it stands `today`. Every entry needs an owner and a reason, a case stands in it
    /// once, and none may stand for longer than half a year.
    pub fn parse(text: &str, today: Date) -> Result<Self, ExpectationsFault> {
        let latest = today.saturating_add(LONGEST_DAYS.days());
        let expected: Self = toml::from_str(text).map_err(Box::new)?;
        for (n, entry) in expected.entries.iter().enumerate() {
            if entry.owner.trim().is_empty() || entry.reason.trim().is_empty() {
                return Err(ExpectationsFault::Unexplained(entry.case.clone()));
            }
            if expected.entries.iter().take(n).any(|other| other.case == entry.case) {
                return Err(ExpectationsFault::Twice(entry.case.clone()));
            }
            if entry.expires > latest {
                return Err(ExpectationsFault::TooLong { case: entry.case.clone(), latest });
            }
        }
        Ok(expected)
    }

    /// Says of each entry what came of it.
    pub fn states(&self, outcomes: &[Outcome], today: Date) -> Vec<ExpectationState> {
        let state = |entry: &Expectation| {
            let outcome = outcomes.iter().find(|outcome| outcome.case == entry.case);
            ExpectationState {
                case: entry.case.clone(),
                owner: entry.owner.clone(),
                reason: entry.reason.clone(),
                expires: entry.expires,
                standing: standing(outcome.map(|outcome| outcome.verdict), entry.expires < today),
            }
        };
        self.entries.iter().map(state).collect()
    }
}

impl ExpectationState {
    /// Says whether this is what came of the entry in a run with these outcomes that ended `today`.
    pub(crate) fn follows(&self, outcomes: &[Outcome], today: Date) -> bool {
        let outcome = outcomes.iter().find(|outcome| outcome.case == self.case);
        self.standing == standing(outcome.map(|outcome| outcome.verdict), self.expires < today)
    }
}

/// For how many days an expected failure may stand.
const LONGEST_DAYS: i64 = 180;

fn standing(verdict: Option<Verdict>, lapsed: bool) -> Standing {
    match verdict {
        None | Some(Verdict::Blocked | Verdict::Error | Verdict::Interrupted) => Standing::NotPlayed,
        Some(_) if lapsed => Standing::Lapsed,
        Some(Verdict::Fail | Verdict::Warning | Verdict::Review) => Standing::Met,
        Some(Verdict::Pass | Verdict::Skipped | Verdict::NotApplicable) => Standing::NotMet,
    }
}

/// What is wrong with a file of expected failures.
#[derive(Debug, thiserror::Error)]
pub enum ExpectationsFault {
    /// It is no TOML, a key is missing, or a key is not known.
    #[error("{0}")]
    Toml(#[from] Box<toml::de::Error>),
    /// An entry without an owner or a reason.
    #[error("expected failure of {0} names no owner or no reason")]
    Unexplained(String),
    /// Two entries for a case.
    #[error("expected failure of {0} is there twice")]
    Twice(String),
    /// An entry that would stand too long.
    #[error("expected failure of {case} may stand until {latest} at most: half a year")]
    TooLong {
        /// The case.
        case: String,
        /// The last day that is allowed.
        latest: Date,
    },
    /// An entry for a case that the plan does not have.
    #[error("expected failure of {0}: the plan has no such case")]
    Unknown(String),
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    const ENTRY: &str =
        "[[expected]]\ncase = \"N18\"\nowner = \"Ann\"\nreason = \"ticket 7\"\nexpires = \"2026-12-31\"\n";

    const TODAY: Date = date(2026, 11, 23);

    #[test]
    fn an_entry_may_stand_for_half_a_year_at_most() {
        let until = |day: &str| Expected::parse(&ENTRY.replace("2026-12-31", day), TODAY);
        assert!(until("2027-05-22").is_ok());
        for day in ["2027-05-23", "9999-12-31"] {
            assert!(matches!(until(day), Err(ExpectationsFault::TooLong { .. })), "{day}");
        }
    }

    #[test]
    fn an_entry_names_case_owner_reason_and_last_day() {
        let expected = Expected::parse(ENTRY, TODAY).unwrap();
        assert_eq!(expected.entries[0].expires, date(2026, 12, 31));
        for key in ["case", "owner", "reason", "expires"] {
            let text: String =
                ENTRY.lines().filter(|line| !line.starts_with(key)).map(|line| format!("{line}\n")).collect();
            assert!(Expected::parse(&text, TODAY).unwrap_err().to_string().contains(key), "{key}");
        }
        assert!(Expected::parse(&ENTRY.replace("Ann", " "), TODAY).is_err());
        assert!(Expected::parse(&ENTRY.repeat(2), TODAY).is_err());
    }

    #[test]
    fn a_failure_in_time_is_met_and_everything_else_is_not() {
        assert_eq!(standing(Some(Verdict::Fail), false), Standing::Met);
        assert_eq!(standing(Some(Verdict::Review), false), Standing::Met);
        assert_eq!(standing(Some(Verdict::Fail), true), Standing::Lapsed);
        assert_eq!(standing(Some(Verdict::Pass), false), Standing::NotMet);
        assert_eq!(standing(Some(Verdict::NotApplicable), false), Standing::NotMet);
        assert_eq!(standing(Some(Verdict::Blocked), false), Standing::NotPlayed);
        assert_eq!(standing(None, false), Standing::NotPlayed);
    }

    #[test]
    fn an_entry_stands_on_its_last_day_and_lapses_on_the_next() {
        let expected = Expected::parse(ENTRY, TODAY).unwrap();
        let outcome = crate::report::samples::outcome("N18", Verdict::Fail);
        let of = |today| expected.states(std::slice::from_ref(&outcome), today)[0].standing;
        assert_eq!(of(date(2026, 12, 31)), Standing::Met);
        assert_eq!(of(date(2027, 1, 1)), Standing::Lapsed);
    }
}
