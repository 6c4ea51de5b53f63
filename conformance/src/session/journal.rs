//! The journal: every outcome as soon as it is known, so that a run that was cut short goes on where it ended.
//!
//! One line of JSON each. The first says what the run was played with: only the same suite, requirements, profile and
//! target go on with it, within a day. Offences are lines too: what judges every call of a run asks for those of its
//! earlier parts. A last line that was torn is left out. When the report is written, what need not
//! be played again goes away, and what must stays without what has become known as secret since.

use std::collections::HashMap;
use std::fs::{File, OpenOptions};
use std::io::{self, Write};
use std::path::Path;
use std::sync::{Mutex, PoisonError};

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use crate::engine::{Case, Offence, Outcome, Verdict};

/// What a run is played with.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Start {
    /// Version of the suite.
    pub suite_version: String,
    /// Version of the register of requirements.
    pub requirements_version: String,
    /// SHA-256 of the profile.
    pub profile: String,
    /// Fingerprint of the target.
    pub target: String,
    /// When the run began: the first one, if it is gone on with.
    pub began: Timestamp,
}

impl Start {
    /// Says whether a run with this start goes on with `earlier`.
    fn goes_on_with(&self, earlier: &Self) -> bool {
        Self { began: self.began, ..earlier.clone() } == *self
    }
}

/// What is kept of a run that was cut short.
pub struct Kept {
    /// When it began.
    pub began: Timestamp,
    /// Which rules were broken in it, whatever case was played. Whether a challenge, a state, a code or a trace id
    /// of it comes again is not known: no digest of them is kept.
    pub offences: Vec<Offence>,
    outcomes: HashMap<String, Outcome>,
}

impl Kept {
    /// What is decided about a case, because it was played before.
    ///
    /// A case that judges every call of a run is played again, unless it failed: there may be more calls by now.
    pub fn outcome<S>(&self, case: &Case<S>) -> Option<Outcome> {
        let kept = self.outcomes.get(case.id);
        let stays = |outcome: &&Outcome| case.section != EVERY_CALL || outcome.verdict == Verdict::Fail;
        kept.filter(stays).cloned()
    }
}

impl Kept {
    fn take(&mut self, line: Line) {
        match line {
            Line::Offence(offence) => self.offences.push(offence),
            Line::Outcome(outcome) if outcome.verdict.is_finished() => {
                let kept = outcome.kept.or(Some(self.began));
                self.outcomes.insert(outcome.case.clone(), Outcome { kept, ..*outcome });
            }
            Line::Outcome(_) => {}
        }
    }
}

/// The section whose cases judge every call of a run.
const EVERY_CALL: &str = "calls";

/// A line behind the first.
#[derive(Serialize, Deserialize)]
#[serde(untagged)]
enum Line {
    Outcome(Box<Outcome>),
    Offence(Offence),
}

/// Where outcomes are written.
pub struct Journal {
    file: Mutex<File>,
}

impl Journal {
    /// Begins a journal at `path`, in place of one that may be there.
    pub fn begin(path: &Path, start: &Start) -> io::Result<Self> {
        let file = OpenOptions::new().write(true).create(true).truncate(true).open(path)?;
        let journal = Self { file: Mutex::new(file) };
        journal.line(start)?;
        Ok(journal)
    }

    /// Writes one outcome.
    pub fn keep(&self, outcome: &Outcome) -> io::Result<()> {
        self.line(outcome)
    }

    /// Writes that rules were broken.
    pub fn offended(&self, offences: &[Offence]) -> io::Result<()> {
        offences.iter().try_for_each(|offence| self.line(offence))
    }

    /// What is kept of a journal that was begun with the same `start`; `None` if there is no such journal.
    pub fn finished(path: &Path, start: &Start) -> io::Result<Option<Kept>> {
        let text = match std::fs::read_to_string(path) {
            Ok(text) => text,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(error),
        };
        let mut lines = text.lines();
        let begun: Option<Start> = lines.next().and_then(|line| serde_json::from_str(line).ok());
        let Some(begun) = begun.filter(|begun| start.goes_on_with(begun)) else { return Ok(None) };
        let began = begun.began;
        if start.began.duration_since(began) > OLDEST {
            let told = format!("the run that was cut short began on {began}, too long ago to go on with it");
            return Err(io::Error::new(io::ErrorKind::InvalidInput, told));
        }
        let mut kept = Kept { began, offences: Vec::new(), outcomes: HashMap::new() };
        for line in lines.filter_map(|line| serde_json::from_str(line).ok()) {
            kept.take(line);
        }
        Ok(Some(kept))
    }

    /// Ends the journal of a run whose report holds these outcomes; `clean` takes secrets out of what else stays.
    pub fn end(
        path: &Path,
        start: &Start,
        outcomes: &[Outcome],
        clean: impl Fn(&str) -> String,
    ) -> io::Result<()> {
        if outcomes.iter().all(|outcome| outcome.verdict.is_finished()) {
            return std::fs::remove_file(path);
        }
        let offences = Self::finished(path, start)?.map(|kept| kept.offences).unwrap_or_default();
        let clean = |offence: Offence| Offence { actual: clean(&offence.actual), ..offence };
        let unfinished = path.with_extension("part");
        let journal = Self::begin(&unfinished, start)?;
        journal.offended(&offences.into_iter().map(clean).collect::<Vec<_>>())?;
        outcomes.iter().try_for_each(|outcome| journal.keep(outcome))?;
        std::fs::rename(&unfinished, path)
    }

    fn line(&self, content: &impl Serialize) -> io::Result<()> {
        let mut line = serde_json::to_vec(content)?;
        line.push(b'\n');
        self.file.lock().unwrap_or_else(PoisonError::into_inner).write_all(&line)
    }
}

/// How old a run may be that another goes on with.
const OLDEST: SignedDuration = SignedDuration::from_hours(24);

#[cfg(test)]
mod tests {
    use jiff::ToSpan;

    use super::*;
    use crate::plan::samples::case;
    use crate::report::samples::outcome;

    fn start() -> Start {
        Start {
            suite_version: "1".to_owned(),
            requirements_version: "2".to_owned(),
            profile: "3".to_owned(),
            target: "4".to_owned(),
            began: "2026-11-23T00:00:00Z".parse().unwrap(),
        }
    }

    fn finished(path: &Path, start: &Start) -> HashMap<String, Outcome> {
        Journal::finished(path, start).unwrap().map(|kept| kept.outcomes).unwrap_or_default()
    }

    #[test]
    fn finished_cases_are_kept_and_those_that_were_not_are_played_again() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("journal.jsonl");
        assert!(finished(&path, &start()).is_empty());

        let journal = Journal::begin(&path, &start()).unwrap();
        for (case, verdict) in [
            ("C6", Verdict::Pass),
            ("N18", Verdict::Interrupted),
            ("N34", Verdict::Blocked),
            ("N35", Verdict::Fail),
        ] {
            journal.keep(&outcome(case, verdict)).unwrap();
        }

        let finished = finished(&path, &start());
        let mut cases: Vec<&str> = finished.keys().map(String::as_str).collect();
        cases.sort_unstable();
        assert_eq!(cases, ["C6", "N35"]);
    }

    #[test]
    fn another_version_profile_or_target_does_not_go_on() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("journal.jsonl");
        Journal::begin(&path, &start()).unwrap().keep(&outcome("C6", Verdict::Pass)).unwrap();
        for other in [
            Start { suite_version: "9".to_owned(), ..start() },
            Start { requirements_version: "9".to_owned(), ..start() },
            Start { profile: "9".to_owned(), ..start() },
            Start { target: "9".to_owned(), ..start() },
        ] {
            assert!(finished(&path, &other).is_empty());
        }
        assert_eq!(finished(&path, &start()).len(), 1);
    }

    #[test]
    fn a_torn_last_line_is_left_out() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("journal.jsonl");
        let journal = Journal::begin(&path, &start()).unwrap();
        journal.keep(&outcome("C6", Verdict::Pass)).unwrap();
        journal.keep(&outcome("N18", Verdict::Pass)).unwrap();
        let text = std::fs::read(&path).unwrap();
        std::fs::write(&path, &text[..text.len() - 20]).unwrap();
        assert_eq!(finished(&path, &start()).len(), 1);
    }
    #[test]
    fn a_run_is_gone_on_with_for_a_day_and_counts_from_its_beginning() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("journal.jsonl");
        Journal::begin(&path, &start()).unwrap().keep(&outcome("C6", Verdict::Pass)).unwrap();
        let after = |hours: i64| Start { began: start().began + hours.hours(), ..start() };

        let kept = Journal::finished(&path, &after(24)).unwrap().unwrap();
        assert_eq!(kept.began, start().began);
        assert_eq!(kept.outcomes["C6"].kept, Some(start().began));
        assert!(Journal::finished(&path, &after(25)).is_err());
    }

    fn offence(actual: &str) -> Offence {
        Offence { requirement: "C4".into(), expected: "a fresh state".into(), actual: actual.to_owned() }
    }

    #[test]
    fn offences_are_kept_in_their_order_beside_the_outcomes() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("journal.jsonl");
        let journal = Journal::begin(&path, &start()).unwrap();
        journal.offended(&[offence("one"), offence("two")]).unwrap();
        journal.keep(&outcome("C6", Verdict::Pass)).unwrap();
        journal.offended(&[offence("three")]).unwrap();

        let kept = Journal::finished(&path, &start()).unwrap().unwrap();

        assert_eq!(kept.offences, ["one", "two", "three"].map(offence));
        assert_eq!(kept.outcomes.len(), 1);
    }

    #[test]
    fn a_case_that_judges_every_call_is_not_kept_unless_it_failed() {
        let of = |outcomes: &[Outcome], case: &Case<crate::plan::samples::Empty>| {
            let outcomes = outcomes.iter().map(|outcome| (outcome.case.clone(), outcome.clone())).collect();
            let kept = Kept { began: start().began, offences: Vec::new(), outcomes };
            kept.outcome(case).map(|outcome| outcome.verdict)
        };
        let whole = case("C2", "calls", &["C6"]);
        let heard = |verdict| Outcome { section: "calls".to_owned(), ..outcome("C2", verdict) };
        let other = outcome("N18", Verdict::Pass);

        assert_eq!(of(&[heard(Verdict::Pass), other.clone()], &whole), None);
        assert_eq!(of(&[heard(Verdict::Fail), other.clone()], &whole), Some(Verdict::Fail));
        assert_eq!(of(&[other], &case("N18", "callback", &["N18"])), Some(Verdict::Pass));
    }

    #[test]
    fn when_all_is_played_nothing_is_left_and_otherwise_what_the_report_holds() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("journal.jsonl");
        let journal = Journal::begin(&path, &start()).unwrap();
        let mut told = outcome("C6", Verdict::Pass);
        told.findings[0].actual = "a secret that was not known yet".to_owned();
        journal.keep(&told).unwrap();

        journal.offended(&[offence("a secret that was not known yet")]).unwrap();

        let reported = [outcome("C6", Verdict::Pass), outcome("N18", Verdict::Blocked)];
        let clean = |text: &str| text.replace("a secret", "[hidden]");
        Journal::end(&path, &start(), &reported, clean).unwrap();
        assert!(!std::fs::read_to_string(&path).unwrap().contains("a secret"));
        assert_eq!(finished(&path, &start()).len(), 1);
        let kept = Journal::finished(&path, &start()).unwrap().unwrap();
        assert_eq!(kept.offences, [offence("[hidden] that was not known yet")]);

        Journal::end(&path, &start(), &reported[..1], clean).unwrap();
        assert_eq!(folder.path().read_dir().unwrap().count(), 0);
    }
}
