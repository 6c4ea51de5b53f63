//! What the live page knows of a run.

use std::collections::BTreeMap;
use std::time::Duration;

use serde::Serialize;

use crate::engine::{Case, Outcome, Progress, Stopwatch, Verdict};
use crate::report::view::class;

/// All that the page shows.
pub(super) struct State {
    pub(super) name: String,
    /// One for each case, in the order of the plan; those that are not played yet are `interrupted` without a reason.
    outcomes: Vec<(Outcome, Stage)>,
    waiting: Option<(String, u64, Stopwatch)>,
    said: String,
    ended: Option<&'static str>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Stage {
    Before,
    Running,
    Over,
}

/// The state of one moment, for the page and its script.
#[derive(Serialize)]
pub(super) struct Moment {
    pub(super) done: usize,
    pub(super) total: usize,
    /// Counts in words.
    pub(super) told: String,
    /// What is read out when it changes.
    pub(super) said: String,
    pub(super) waiting: Option<Waiting>,
    pub(super) ended: Option<&'static str>,
    cases: BTreeMap<String, Shown>,
}

#[derive(Serialize)]
struct Shown {
    word: &'static str,
    style: &'static str,
}

/// What a person is asked to do.
#[derive(Serialize)]
pub(super) struct Waiting {
    pub(super) url: String,
    /// How many seconds are left.
    pub(super) seconds: u64,
}

impl State {
    pub(super) fn new<S>(name: &str, cases: &[Case<S>]) -> Self {
        let unplayed =
            |case: &Case<S>| (Outcome::unplayed(case, Verdict::Interrupted, String::new()), Stage::Before);
        Self {
            name: name.to_owned(),
            outcomes: cases.iter().map(unplayed).collect(),
            waiting: None,
            said: "The run begins.".to_owned(),
            ended: None,
        }
    }

    pub(super) fn take(&mut self, progress: Progress) {
        match progress {
            Progress::Began { case } => self.with(&case, |_, stage| *stage = Stage::Running),
            Progress::Found { case, finding } => {
                self.with(&case, |outcome, _| outcome.findings.push(finding));
            }
            Progress::Waiting { case, url, seconds } => {
                self.said = format!("{case} waits for you: open the address below.");
                self.waiting = Some((url, seconds, Stopwatch::start()));
            }
            Progress::Resumed { .. } => self.waiting = None,
            Progress::Offended { .. } => {}
            Progress::Ended { outcome } => self.over(*outcome),
        }
    }

    pub(super) fn end(&mut self, result: &'static str) {
        self.waiting = None;
        self.said = format!("The run is over: {result}.");
        self.ended = Some(result);
    }

    fn over(&mut self, outcome: Outcome) {
        self.waiting = None;
        let quiet = matches!(outcome.verdict, Verdict::Pass | Verdict::NotApplicable | Verdict::Skipped);
        if !quiet {
            self.said = format!("{}: {}", outcome.case, outcome.verdict);
        }
        let case = outcome.case.clone();
        self.with(&case, |kept, stage| (*kept, *stage) = (outcome, Stage::Over));
    }

    fn with(&mut self, case: &str, change: impl FnOnce(&mut Outcome, &mut Stage)) {
        if let Some((outcome, stage)) = self.outcomes.iter_mut().find(|(outcome, _)| outcome.case == case) {
            change(outcome, stage);
        }
    }

    /// A case as far as it is known.
    pub(super) fn outcome(&self, case: &str) -> Option<Outcome> {
        let (outcome, stage) = self.outcomes.iter().find(|(outcome, _)| outcome.case == case)?;
        let mut outcome = outcome.clone();
        outcome.reason = match stage {
            Stage::Before => Some("This case was not played yet.".to_owned()),
            Stage::Running => Some("This case is being played.".to_owned()),
            Stage::Over => outcome.reason,
        };
        Some(outcome)
    }

    /// Sections with their cases: id and title.
    pub(super) fn sections(&self) -> Vec<(String, Vec<(String, String)>)> {
        let mut sections: Vec<(String, Vec<(String, String)>)> = Vec::new();
        for (outcome, _) in &self.outcomes {
            let case = (outcome.case.clone(), outcome.title.clone());
            match sections.iter_mut().find(|(section, _)| *section == outcome.section) {
                Some((_, cases)) => cases.push(case),
                None => sections.push((outcome.section.clone(), vec![case])),
            }
        }
        sections
    }

    pub(super) fn moment(&self) -> Moment {
        let mut counts: BTreeMap<Verdict, usize> = BTreeMap::new();
        for (outcome, _) in self.outcomes.iter().filter(|(_, stage)| *stage == Stage::Over) {
            *counts.entry(outcome.verdict).or_default() += 1;
        }
        let (done, total) = (counts.values().sum(), self.outcomes.len());
        let words: Vec<String> = counts.iter().map(|(verdict, count)| format!("{count} {verdict}")).collect();
        Moment {
            done,
            total,
            told: format!(
                "{done} of {total} cases: {}",
                if words.is_empty() { "none yet".to_owned() } else { words.join(", ") }
            ),
            said: self.said.clone(),
            waiting: self.waiting.as_ref().map(|(url, seconds, since)| Waiting {
                url: url.clone(),
                seconds: Duration::from_secs(*seconds).saturating_sub(since.elapsed()).as_secs(),
            }),
            ended: self.ended,
            cases: self
                .outcomes
                .iter()
                .map(|(outcome, stage)| (outcome.case.clone(), shown(outcome, *stage)))
                .collect(),
        }
    }
}

impl Moment {
    pub(super) fn word(&self, case: &str) -> &'static str {
        self.cases.get(case).map_or("", |shown| shown.word)
    }

    pub(super) fn class(&self, case: &str) -> &'static str {
        self.cases.get(case).map_or("", |shown| shown.style)
    }
}

fn shown(outcome: &Outcome, stage: Stage) -> Shown {
    match stage {
        Stage::Before => Shown { word: "not yet", style: "aside" },
        Stage::Running => Shown { word: "is played now", style: "review" },
        Stage::Over => Shown { word: outcome.verdict.word(), style: class(outcome.verdict) },
    }
}
