//! The lines a person sees while a run goes on: how far it is, how much time is left, and what is not green.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

use indicatif::{ProgressBar, ProgressStyle};

use crate::engine::{Mark, Outcome, Progress, Verdict};

/// Shows the progress of a run on standard error.
pub struct Terminal {
    bar: ProgressBar,
    counts: Mutex<BTreeMap<Verdict, usize>>,
}

impl Terminal {
    /// Begins with so many cases. On anything but a terminal there is no bar, only lines.
    pub fn new(cases: usize) -> Self {
        let bar = ProgressBar::new(cases as u64);
        if let Ok(style) =
            ProgressStyle::with_template("{bar:24} {pos}/{len} {prefix} {msg}, about {eta} left")
        {
            bar.set_style(style);
        }
        Self { bar, counts: Mutex::new(BTreeMap::new()) }
    }

    /// Takes in what happened.
    pub fn show(&self, progress: &Progress) {
        match progress {
            Progress::Began { case } => self.bar.set_prefix(case.clone()),
            Progress::Waiting { case, url, seconds } => {
                self.line(&format!("{case} waits for you, for {seconds} seconds: open this URL\n  {url}"));
            }
            Progress::Ended { outcome } => self.ended(outcome),
            Progress::Found { .. } | Progress::Resumed { .. } | Progress::Offended { .. } => {}
        }
    }

    /// Takes the bar away, and says how many cases nobody played.
    pub fn end(&self) {
        self.bar.finish_and_clear();
        let counts = self.counts.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(unplayed) = counts.get(&Verdict::Interrupted) {
            eprintln!("{unplayed} cases were not played to their end.");
        }
    }

    fn ended(&self, outcome: &Outcome) {
        let mut counts = self.counts.lock().unwrap_or_else(PoisonError::into_inner);
        *counts.entry(outcome.verdict).or_default() += 1;
        self.bar.set_message(told(&counts));
        self.bar.inc(1);
        if !is_quiet(outcome) {
            self.line(&lines(outcome));
        }
    }

    fn line(&self, text: &str) {
        if self.bar.is_hidden() {
            eprintln!("{text}");
        } else {
            self.bar.println(text);
        }
    }
}

/// Whether an outcome is only counted: it is no complaint, or nobody began the case before the run was cut short.
fn is_quiet(outcome: &Outcome) -> bool {
    match outcome.verdict {
        Verdict::Pass | Verdict::NotApplicable | Verdict::Skipped => true,
        Verdict::Interrupted => outcome.micros == 0,
        _ => false,
    }
}

/// The verdict of a case with what was expected and what was found.
fn lines(outcome: &Outcome) -> String {
    let mut told = format!("{} {}: {}", outcome.case, outcome.title, outcome.verdict);
    if let Some(reason) = &outcome.reason {
        told.push_str(&format!("\n  {reason}"));
    }
    for finding in
        outcome.findings.iter().filter(|finding| matches!(finding.mark, Mark::Broken | Mark::Warned))
    {
        if let Some(expected) = &finding.expected {
            told.push_str(&format!("\n  expected: {expected}"));
        }
        told.push_str(&format!("\n  actual:   {}", finding.actual));
    }
    told
}

/// Counts in words: `12 pass, 1 fail`.
fn told(counts: &BTreeMap<Verdict, usize>) -> String {
    let words: Vec<String> = counts.iter().map(|(verdict, count)| format!("{count} {verdict}")).collect();
    words.join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::samples::outcome;

    #[test]
    fn what_is_not_green_is_told_with_expected_and_actual() {
        let told = lines(&outcome("N18", Verdict::Fail));
        assert_eq!(
            told,
            "N18 A case: fail\n  expected: no token request <before> the issuer was checked\n  actual:   1 token request & more"
        );
    }

    #[test]
    fn what_a_run_did_not_come_to_is_only_counted() {
        let unplayed = outcome("N18", Verdict::Interrupted);
        assert!(is_quiet(&unplayed));
        assert!(!is_quiet(&Outcome { micros: 1, ..unplayed }), "it did not end in its time");
        assert!(!is_quiet(&outcome("N18", Verdict::Blocked)) && is_quiet(&outcome("N18", Verdict::Pass)));
    }

    #[test]
    fn counts_are_told_in_the_order_of_verdicts() {
        let counts = BTreeMap::from([(Verdict::Fail, 1), (Verdict::Pass, 12), (Verdict::NotApplicable, 2)]);
        assert_eq!(super::told(&counts), "12 pass, 1 fail, 2 not applicable");
    }
}
