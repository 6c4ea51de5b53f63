//! The judgement on a run: green only if something was checked, all of it was played, and nothing binding broke.

use serde::{Deserialize, Serialize};

use super::{ExpectationState, Report, Standing};
use crate::engine::{Outcome, Verdict};

/// What came of a run.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Judgement {
    /// In one word.
    pub result: Ending,
    /// Every reason why it is not green.
    pub reasons: Vec<String>,
}

/// A run in one word, which is also the exit code.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Ending {
    /// Exit code 0.
    Passed,
    /// Exit code 1: the app, or a run that proves nothing.
    Failed,
    /// Exit code 2: cases could not be played as the run is configured.
    Configuration,
    /// Exit code 3: the suite broke.
    Broken,
}

impl Ending {
    /// The exit code of the program.
    pub fn exit_code(self) -> u8 {
        match self {
            Self::Passed => 0,
            Self::Failed => 1,
            Self::Configuration => 2,
            Self::Broken => 3,
        }
    }

    /// The word in plain text.
    pub fn word(self) -> &'static str {
        match self {
            Self::Passed => "passed",
            Self::Failed => "failed",
            Self::Configuration => "could not be played",
            Self::Broken => "the suite broke",
        }
    }
}

impl Judgement {
    /// Judges outcomes, in the light of what was expected to fail.
    pub fn of(outcomes: &[Outcome], expected: &[ExpectationState], strict: bool) -> Self {
        let forgiven =
            |case: &str| expected.iter().any(|state| state.case == case && state.standing == Standing::Met);
        let mut found: Vec<(Ending, String)> = outcomes
            .iter()
            .filter(|outcome| !forgiven(&outcome.case))
            .filter_map(|outcome| Some((red(outcome.verdict, strict)?, outcome)))
            .map(|(result, outcome)| (result, format!("{}: {}", outcome.case, outcome.verdict)))
            .collect();
        found.extend(expected.iter().filter_map(lapse).map(|reason| (Ending::Failed, reason)));
        if outcomes.iter().all(|outcome| outcome.assertions == 0) {
            found.push((Ending::Failed, "the run checked nothing".to_owned()));
        }

        let unplayable = found.iter().any(|(ending, _)| *ending == Ending::Configuration);
        let worst = [Ending::Broken, Ending::Failed, Ending::Configuration]
            .into_iter()
            .find(|&result| found.iter().any(|(other, _)| *other == result));
        // What could not be played says more than that nothing was checked because of it.
        let result = match worst {
            Some(Ending::Failed) if unplayable && found.iter().all(is_of_configuration) => {
                Ending::Configuration
            }
            Some(worst) => worst,
            None => Ending::Passed,
        };
        Self { result, reasons: found.into_iter().map(|(_, reason)| reason).collect() }
    }
}

/// What one case weighs, for forms that know fewer verdicts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Weight {
    /// It is green.
    Green,
    /// It was left out or forgiven, and why.
    Aside(String),
    /// The app broke something, or showed no evidence.
    Failure(String),
    /// Nothing can be said about the app.
    NoAnswer(String),
}

impl Report {
    /// What a case weighs in this run.
    pub fn weight(&self, outcome: &Outcome) -> Weight {
        let state = self.expected_failures.iter().find(|state| state.case == outcome.case);
        if let Some(reason) = state.and_then(lapse) {
            return Weight::Failure(reason);
        }
        if let Some(state) = state.filter(|state| state.standing == Standing::Met) {
            return Weight::Aside(format!(
                "expected by {} until {}: {}",
                state.owner, state.expires, state.reason
            ));
        }
        let reason = outcome.reason.clone().unwrap_or_else(|| outcome.verdict.to_string());
        match (red(outcome.verdict, self.strict), outcome.verdict) {
            (None, Verdict::Pass | Verdict::Warning) => Weight::Green,
            (None, _) => Weight::Aside(reason),
            (Some(Ending::Failed), Verdict::Fail | Verdict::Warning | Verdict::Review) => {
                Weight::Failure(reason)
            }
            (Some(_), _) => Weight::NoAnswer(reason),
        }
    }
}

fn is_of_configuration((result, reason): &(Ending, String)) -> bool {
    *result == Ending::Configuration || reason == "the run checked nothing"
}

fn red(verdict: Verdict, strict: bool) -> Option<Ending> {
    match verdict {
        Verdict::Pass | Verdict::Skipped | Verdict::NotApplicable => None,
        Verdict::Warning => strict.then_some(Ending::Failed),
        Verdict::Fail | Verdict::Review | Verdict::Interrupted => Some(Ending::Failed),
        Verdict::Blocked => Some(Ending::Configuration),
        Verdict::Error => Some(Ending::Broken),
    }
}

fn lapse(state: &ExpectationState) -> Option<String> {
    match state.standing {
        Standing::Met | Standing::NotPlayed => None,
        Standing::NotMet => Some(format!("{}: expected to fail and did not", state.case)),
        Standing::Lapsed => Some(format!("{}: the expected failure lapsed on {}", state.case, state.expires)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::samples::outcome;

    fn result(verdicts: &[Verdict], strict: bool) -> Ending {
        let outcomes: Vec<Outcome> = verdicts.iter().map(|&verdict| outcome("C6", verdict)).collect();
        Judgement::of(&outcomes, &[], strict).result
    }

    #[test]
    fn only_what_passed_is_green() {
        use Verdict::{Blocked, Error, Fail, Interrupted, NotApplicable, Pass, Review, Skipped, Warning};
        assert_eq!(result(&[Pass, NotApplicable, Skipped, Warning], false), Ending::Passed);
        assert_eq!(result(&[Pass, Warning], true), Ending::Failed);
        for verdict in [Fail, Review, Interrupted] {
            assert_eq!(result(&[Pass, verdict], false), Ending::Failed, "{verdict}");
        }
        assert_eq!(result(&[Pass, Blocked], false), Ending::Configuration);
        assert_eq!(result(&[Pass, Blocked, Fail], false), Ending::Failed);
        assert_eq!(result(&[Pass, Fail, Error], false), Ending::Broken);
    }

    #[test]
    fn a_run_that_checked_nothing_is_red() {
        assert_eq!(result(&[], false), Ending::Failed);
        assert_eq!(result(&[Verdict::NotApplicable, Verdict::Skipped], false), Ending::Failed);
        assert_eq!(result(&[Verdict::Blocked], false), Ending::Configuration);
    }

    #[test]
    fn an_expected_failure_is_forgiven_and_one_that_does_not_happen_is_not() {
        let judged = |verdict, standing| {
            let state = ExpectationState {
                case: "N18".to_owned(),
                owner: "Ann".to_owned(),
                reason: "ticket".to_owned(),
                expires: jiff::civil::date(2026, 12, 31),
                standing,
            };
            Judgement::of(&[outcome("C6", Verdict::Pass), outcome("N18", verdict)], &[state], false)
        };
        assert_eq!(judged(Verdict::Fail, Standing::Met).result, Ending::Passed);
        assert_eq!(judged(Verdict::Pass, Standing::NotMet).reasons, ["N18: expected to fail and did not"]);
        assert_eq!(judged(Verdict::Pass, Standing::NotMet).result, Ending::Failed);
        assert_eq!(judged(Verdict::Fail, Standing::Lapsed).result, Ending::Failed);
        assert_eq!(judged(Verdict::Pass, Standing::Lapsed).result, Ending::Failed);
    }
}
