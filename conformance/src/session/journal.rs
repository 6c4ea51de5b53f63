//! The journal: every outcome as soon as it is known, so that a run that was cut short goes on where it ended.
//!
//! One line of JSON each. The first says what the run was played with: only the same suite, requirements, profile and
//! target go on with it. A last line that was torn is left out.

use std::collections::HashMap;
use std::fs::{File, OpenOptions};
use std::io::{self, Write};
use std::path::Path;
use std::sync::{Mutex, PoisonError};

use serde::{Deserialize, Serialize};

use crate::engine::Outcome;

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

    /// The finished outcomes of a journal that was begun with the same `start`, by case; none if there is no such journal.
    pub fn finished(path: &Path, start: &Start) -> io::Result<HashMap<String, Outcome>> {
        let text = match std::fs::read_to_string(path) {
            Ok(text) => text,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(HashMap::new()),
            Err(error) => return Err(error),
        };
        let mut lines = text.lines();
        let begun: Option<Start> = lines.next().and_then(|line| serde_json::from_str(line).ok());
        if begun.as_ref() != Some(start) {
            return Ok(HashMap::new());
        }
        let outcomes = lines.filter_map(|line| serde_json::from_str::<Outcome>(line).ok());
        let finished = outcomes.filter(|outcome| outcome.verdict.is_finished());
        Ok(finished.map(|outcome| (outcome.case.clone(), outcome)).collect())
    }

    fn line(&self, content: &impl Serialize) -> io::Result<()> {
        let mut line = serde_json::to_vec(content)?;
        line.push(b'\n');
        self.file.lock().unwrap_or_else(PoisonError::into_inner).write_all(&line)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::Verdict;
    use crate::report::samples::outcome;

    fn start() -> Start {
        Start {
            suite_version: "1".to_owned(),
            requirements_version: "2".to_owned(),
            profile: "3".to_owned(),
            target: "4".to_owned(),
        }
    }

    #[test]
    fn finished_cases_are_kept_and_those_that_were_not_are_played_again() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("journal.jsonl");
        assert!(Journal::finished(&path, &start()).unwrap().is_empty());

        let journal = Journal::begin(&path, &start()).unwrap();
        for (case, verdict) in [
            ("C6", Verdict::Pass),
            ("N18", Verdict::Interrupted),
            ("N34", Verdict::Blocked),
            ("N35", Verdict::Fail),
        ] {
            journal.keep(&outcome(case, verdict)).unwrap();
        }

        let finished = Journal::finished(&path, &start()).unwrap();
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
            assert!(Journal::finished(&path, &other).unwrap().is_empty());
        }
        assert_eq!(Journal::finished(&path, &start()).unwrap().len(), 1);
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
        assert_eq!(Journal::finished(&path, &start()).unwrap().len(), 1);
    }
}
