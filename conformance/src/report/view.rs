//! Words for pages: how verdicts, marks, bodies and sources are shown in the report and in the live page.

use std::borrow::Borrow;

use super::{Coverage, Report, Standing, Weight, curl::curl};
use crate::engine::{Body, Exchange, Mark, Outcome, Verdict};
use crate::requirement::{Level, Register};

/// What a template asks about what it shows. Templates hand over values and references alike.
#[derive(Clone, Copy)]
pub(crate) struct View<'a> {
    report: Option<&'a Report>,
    register: Option<&'a Register>,
}

impl<'a> View<'a> {
    /// Of a report.
    pub(crate) fn of(report: &'a Report) -> Self {
        Self { report: Some(report), register: None }
    }

    /// Of a run that goes on: everything is shown open, and there is no matrix yet.
    pub(crate) fn live(register: &'a Register) -> Self {
        Self { report: None, register: Some(register) }
    }

    /// The class that gives a verdict its colour.
    pub(crate) fn class(&self, verdict: impl Borrow<Verdict>) -> &'static str {
        class(*verdict.borrow())
    }

    /// Says whether requirements have a place on the page to link to.
    pub(crate) fn has_matrix(&self) -> bool {
        self.report.is_some()
    }

    /// What a reader came for is open: everything that is not green.
    pub(crate) fn is_open(&self, outcome: &Outcome) -> bool {
        match self.report {
            Some(report) => matches!(report.weight(outcome), Weight::Failure(_) | Weight::NoAnswer(_)),
            None => true,
        }
    }

    /// Says whether a reader wants to know what usually is the cause.
    pub(crate) fn has_causes(&self, outcome: &Outcome) -> bool {
        matches!(outcome.verdict, Verdict::Fail | Verdict::Warning | Verdict::Review)
    }

    pub(crate) fn clause(&self, id: &str) -> Option<&str> {
        let row = self.report.and_then(|report| report.matrix.iter().find(|row| row.requirement == id));
        let requirement = self.register.and_then(|register| register.requirement(id));
        row.map(|row| row.clause.as_str())
            .or_else(|| requirement.map(|requirement| requirement.clause.as_str()))
    }

    /// A text in parts, and of each whether it stands between backticks.
    pub(crate) fn prose<'t>(&self, text: &'t str) -> Vec<(bool, &'t str)> {
        text.split('`').enumerate().map(|(n, part)| (n % 2 == 1, part)).collect()
    }

    /// The sources of a clause, each with its address if the series has one.
    pub(crate) fn sources<'c>(&self, clause: &'c str) -> Vec<(&'c str, Option<String>)> {
        clause.split(';').map(str::trim).map(|source| (source, link(source))).collect()
    }

    pub(crate) fn mark(&self, mark: impl Borrow<Mark>) -> &'static str {
        match mark.borrow() {
            Mark::Held => "Held",
            Mark::Broken => "Broken",
            Mark::Warned => "Should hold",
            Mark::Noted => "Note",
        }
    }

    pub(crate) fn level(&self, level: impl Borrow<Level>) -> &'static str {
        level.borrow().word()
    }

    pub(crate) fn coverage(&self, coverage: impl Borrow<Coverage>) -> &'static str {
        match coverage.borrow() {
            Coverage::Verified => "verified",
            Coverage::NotJudged => "not judged",
            Coverage::NotChosen => "not chosen",
            Coverage::NotVerified => "no case",
            Coverage::NotTestable => "not testable",
        }
    }

    pub(crate) fn standing(&self, standing: impl Borrow<Standing>) -> &'static str {
        match standing.borrow() {
            Standing::Met => "failed, as expected",
            Standing::NotMet => "did not fail",
            Standing::Lapsed => "lapsed",
            Standing::NotPlayed => "not played",
        }
    }

    pub(crate) fn millis(&self, micros: impl Borrow<u64>) -> u64 {
        micros.borrow() / 1_000
    }

    pub(crate) fn body(&self, body: &Body) -> String {
        match (&body.text, body.cut) {
            (Some(text), false) => text.clone(),
            (Some(text), true) => format!("{text}\n… {} bytes in all", body.size),
            (None, _) => format!("{} bytes that are no text", body.size),
        }
    }

    pub(crate) fn curl(&self, exchange: &Exchange) -> String {
        curl(exchange)
    }
}

/// The class that gives a verdict its colour.
pub(crate) fn class(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Pass => "pass",
        Verdict::Fail => "fail",
        Verdict::Warning => "warning",
        Verdict::Review => "review",
        Verdict::Skipped => "skipped",
        Verdict::NotApplicable => "notApplicable",
        Verdict::Blocked => "blocked",
        Verdict::Error => "error",
        Verdict::Interrupted => "interrupted",
    }
}

/// The address of an RFC, with its section.
fn link(source: &str) -> Option<String> {
    let mut words = source.strip_prefix("RFC ")?.split_whitespace();
    let number: u32 = words.next()?.parse().ok()?;
    let address = format!("https://www.rfc-editor.org/rfc/rfc{number}");
    let section = words.next().filter(|word| word.chars().all(|c| c.is_ascii_digit() || c == '.'));
    Some(section.map_or_else(|| address.clone(), |section| format!("{address}#section-{section}")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_rfc_has_an_address_and_another_source_has_none() {
        assert_eq!(link("RFC 9207 2.4").unwrap(), "https://www.rfc-editor.org/rfc/rfc9207#section-2.4");
        assert_eq!(link("RFC 8725").unwrap(), "https://www.rfc-editor.org/rfc/rfc8725");
        assert_eq!(link("FAPI 2.0 SP 5.3.3.2"), None);
    }
}
