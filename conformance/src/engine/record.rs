//! The record of a case: what was expected, what was seen, and how many conditions were really checked.

use std::fmt::Display;
use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::{Progress, Sink, Wire};

/// Which condition is checked, and which requirement asks for it.
#[derive(Debug, Clone, Copy)]
pub struct Rule {
    /// Stable id of the condition within the case: `noTokenRequest`.
    pub condition: &'static str,
    /// Id of a requirement that the case cites.
    pub requirement: &'static str,
}

impl Rule {
    /// Names a condition and its requirement.
    pub const fn new(condition: &'static str, requirement: &'static str) -> Self {
        Self { condition, requirement }
    }
}

/// Why a case ends before its end.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Stop {
    /// A binding condition did not hold; the finding says which.
    Failed,
    /// The case cannot be played here: a control story failed, the app does not answer, the configuration is wrong.
    Blocked(String),
    /// There is no evidence; a person must look.
    Review(String),
    /// What the case stands on did not come about, and the app was free in that.
    Skipped(String),
    /// The suite broke.
    Broken(String),
}

/// How a condition came out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Mark {
    /// It held.
    Held,
    /// It is binding, and did not hold.
    Broken,
    /// It should have held.
    Warned,
    /// Something worth knowing; no condition.
    Noted,
}

/// One thing that a case found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Finding {
    /// Id of the condition; `None` for a note.
    pub condition: Option<String>,
    /// Id of the requirement; `None` for a note.
    pub requirement: Option<String>,
    /// How it came out.
    pub mark: Mark,
    /// What should be.
    pub expected: Option<String>,
    /// What is, or what is noted.
    pub actual: String,
}

/// What a case writes into while it is played.
pub struct Record {
    case: &'static str,
    wire: Wire,
    sink: Sink,
    assertions: u32,
    findings: Vec<Finding>,
}

impl Record {
    /// Begins the record of a case.
    pub fn new(case: &'static str, wire: Wire, sink: Sink) -> Self {
        Self { case, wire, sink, assertions: 0, findings: Vec::new() }
    }

    /// The case that is played.
    pub fn case(&self) -> &'static str {
        self.case
    }

    /// Where exchanges are told.
    pub fn wire(&self) -> &Wire {
        &self.wire
    }

    /// Checks a binding condition. The case ends if it does not hold.
    pub fn expect(
        &mut self,
        rule: Rule,
        holds: bool,
        expected: impl Display,
        actual: impl Display,
    ) -> Result<(), Stop> {
        let mark = if holds { Mark::Held } else { Mark::Broken };
        self.check(rule, mark, &expected.to_string(), &actual.to_string());
        if holds { Ok(()) } else { Err(Stop::Failed) }
    }

    /// Checks that two things are the same. The case ends if they are not.
    pub fn equal<T: Display + PartialEq>(&mut self, rule: Rule, expected: T, actual: T) -> Result<(), Stop> {
        let holds = expected == actual;
        self.expect(rule, holds, expected, actual)
    }

    /// Checks what should be, and goes on in any case.
    pub fn should(&mut self, rule: Rule, holds: bool, expected: impl Display, actual: impl Display) {
        let mark = if holds { Mark::Held } else { Mark::Warned };
        self.check(rule, mark, &expected.to_string(), &actual.to_string());
    }

    /// Ends the case as failed: a condition that was not even reached.
    pub fn fail(&mut self, rule: Rule, expected: impl Display, actual: impl Display) -> Stop {
        self.check(rule, Mark::Broken, &expected.to_string(), &actual.to_string());
        Stop::Failed
    }

    /// Keeps a piece of positive evidence, or anything else that a reader should know.
    pub fn note(&mut self, text: impl Display) {
        let actual = self.wire.clean(&text.to_string());
        self.keep(Finding { condition: None, requirement: None, mark: Mark::Noted, expected: None, actual });
    }

    /// Ends the case as one that cannot be played, and says why.
    pub fn blocked(&self, reason: impl Display) -> Stop {
        Stop::Blocked(self.wire.clean(&reason.to_string()))
    }

    /// Ends the case without evidence: a person must look, and `reason` says at what.
    pub fn review(&self, reason: impl Display) -> Stop {
        Stop::Review(self.wire.clean(&reason.to_string()))
    }

    /// Ends the case because what it stands on did not come about, through no fault of the app.
    pub fn skipped(&self, reason: impl Display) -> Stop {
        Stop::Skipped(self.wire.clean(&reason.to_string()))
    }

    /// Ends the case because the suite broke.
    pub fn broken(&self, reason: impl Display) -> Stop {
        Stop::Broken(self.wire.clean(&reason.to_string()))
    }

    /// Shows a person an address to open, and how long the case waits for it.
    pub fn waits_for_person(&self, url: &str, at_most: Duration) {
        let seconds = at_most.as_secs();
        (self.sink)(Progress::Waiting { case: self.case.to_owned(), url: url.to_owned(), seconds });
    }

    /// Takes the address away again.
    pub fn no_longer_waits(&self) {
        (self.sink)(Progress::Resumed { case: self.case.to_owned() });
    }

    /// How many conditions were checked.
    pub fn assertions(&self) -> u32 {
        self.assertions
    }

    /// What was found so far.
    pub fn findings(&self) -> &[Finding] {
        &self.findings
    }

    pub(super) fn into_findings(self) -> Vec<Finding> {
        self.findings
    }

    fn check(&mut self, rule: Rule, mark: Mark, expected: &str, actual: &str) {
        self.assertions = self.assertions.saturating_add(1);
        let finding = Finding {
            condition: Some(rule.condition.to_owned()),
            requirement: Some(rule.requirement.to_owned()),
            mark,
            expected: Some(self.wire.clean(expected)),
            actual: self.wire.clean(actual),
        };
        self.keep(finding);
    }

    fn keep(&mut self, finding: Finding) {
        (self.sink)(Progress::Found { case: self.case.to_owned(), finding: finding.clone() });
        self.findings.push(finding);
    }
}
