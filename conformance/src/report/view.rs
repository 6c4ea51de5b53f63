//! Words for pages: how verdicts, marks, bodies and sources are shown in the report and in the live page.

use std::borrow::Borrow;

use super::{Coverage, Report, Standing, Weight, curl::curl};
use crate::engine::{Body, Exchange, Mark, Outcome, Verdict};
use crate::requirement::Level;

/// What a template asks about what it shows. Templates hand over values and references alike.
#[derive(Clone, Copy)]
pub(crate) struct View<'a> {
    report: Option<&'a Report>,
}

impl<'a> View<'a> {
    /// Of a report.
    pub(crate) fn of(report: &'a Report) -> Self {
        Self { report: Some(report) }
    }

    /// Of a run that goes on: everything is shown open, and there is no matrix yet.
    pub(crate) fn live() -> Self {
        Self { report: None }
    }

    pub(crate) fn class(&self, verdict: impl Borrow<Verdict>) -> &'static str {
        match verdict.borrow() {
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

    pub(crate) fn clause(&self, id: &str) -> Option<&str> {
        self.report?.matrix.iter().find(|row| row.requirement == id).map(|row| row.clause.as_str())
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
