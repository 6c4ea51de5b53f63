//! The report as one HTML page that works offline: no address is fetched, and everything is there without scripts.
//!
//! Its content security policy names the one style and the one script by their hashes; the script only copies commands
//! and opens what a link leads to.

use askama::Template;
use aws_lc_rs::digest::{SHA256, digest};
use base64::{Engine, engine::general_purpose::STANDARD};

use super::{Coverage, Ending, Report, Standing, Weight, curl::curl};
use crate::engine::{Body, Exchange, Mark, Outcome, Verdict};
use crate::requirement::Level;

/// Makes the page.
pub fn html(report: &Report) -> askama::Result<String> {
    let result_class = match report.judgement.result {
        Ending::Passed => "pass",
        Ending::Failed | Ending::Broken => "fail",
        Ending::Configuration => "blocked",
    };
    Page {
        report,
        result_class,
        style: STYLE,
        script: SCRIPT,
        style_hash: hash(STYLE),
        script_hash: hash(SCRIPT),
    }
    .render()
}

/// The style that the report and the live page share.
pub(crate) const STYLE: &str = include_str!("../../templates/style.css");
const SCRIPT: &str = include_str!("../../templates/copy.js");

/// SHA-256 as a content security policy writes it (CSP 3, 2.3.1).
pub(crate) fn hash(text: &str) -> String {
    STANDARD.encode(digest(&SHA256, text.as_bytes()).as_ref())
}

#[derive(Template)]
#[template(path = "report.html")]
struct Page<'a> {
    report: &'a Report,
    result_class: &'static str,
    style: &'static str,
    script: &'static str,
    style_hash: String,
    script_hash: String,
}

impl Page<'_> {
    /// Reasons, each with the case that it leads to.
    fn reasons(&self) -> Vec<(Option<&str>, &str)> {
        let case = |reason: &'_ str| {
            let id = reason.split(':').next().unwrap_or_default();
            self.report.outcome(id).map(|outcome| outcome.case.as_str())
        };
        self.report.judgement.reasons.iter().map(|reason| (case(reason), reason.as_str())).collect()
    }

    /// The verdicts that came up, each with its cases.
    fn by_verdict(&self) -> Vec<(Verdict, Vec<&Outcome>)> {
        let of = |verdict| self.report.outcomes.iter().filter(move |outcome| outcome.verdict == verdict);
        let groups = Verdict::ALL.into_iter().map(|verdict| (verdict, of(verdict).collect::<Vec<_>>()));
        groups.filter(|(_, outcomes)| !outcomes.is_empty()).collect()
    }

    fn class(&self, verdict: impl std::borrow::Borrow<Verdict>) -> &'static str {
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

    /// What a reader came for is open: everything that is not green.
    fn is_open(&self, outcome: &Outcome) -> bool {
        matches!(self.report.weight(outcome), Weight::Failure(_) | Weight::NoAnswer(_))
    }

    fn clause(&self, id: &str) -> Option<&str> {
        self.report.matrix.iter().find(|row| row.requirement == id).map(|row| row.clause.as_str())
    }

    /// The sources of a clause, each with its address if the series has one.
    fn sources<'c>(&self, clause: &'c str) -> Vec<(&'c str, Option<String>)> {
        clause.split(';').map(str::trim).map(|source| (source, link(source))).collect()
    }

    fn mark(&self, mark: impl std::borrow::Borrow<Mark>) -> &'static str {
        match mark.borrow() {
            Mark::Held => "Held",
            Mark::Broken => "Broken",
            Mark::Warned => "Should hold",
            Mark::Noted => "Note",
        }
    }

    fn level(&self, level: impl std::borrow::Borrow<Level>) -> &'static str {
        level.borrow().word()
    }

    fn coverage(&self, coverage: impl std::borrow::Borrow<Coverage>) -> &'static str {
        match coverage.borrow() {
            Coverage::Verified => "verified",
            Coverage::NotChosen => "not chosen",
            Coverage::NotVerified => "no case",
            Coverage::NotTestable => "not testable",
        }
    }

    fn standing(&self, standing: impl std::borrow::Borrow<Standing>) -> &'static str {
        match standing.borrow() {
            Standing::Met => "failed, as expected",
            Standing::NotMet => "did not fail",
            Standing::Lapsed => "lapsed",
            Standing::NotPlayed => "not played",
        }
    }

    fn millis(&self, micros: impl std::borrow::Borrow<u64>) -> u64 {
        micros.borrow() / 1_000
    }

    fn body(&self, body: &Body) -> String {
        match (&body.text, body.cut) {
            (Some(text), false) => text.clone(),
            (Some(text), true) => format!("{text}\n… {} bytes in all", body.size),
            (None, _) => format!("{} bytes that are no text", body.size),
        }
    }

    fn curl(&self, exchange: &Exchange) -> String {
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
    use crate::report::samples::{SECRETS, report, report_of};

    #[test]
    fn the_page_needs_nothing_from_outside() {
        let page = html(&report()).unwrap();
        let fetched = ["<link", "<img", "<iframe", "src=", "@import", "url("];
        assert!(fetched.iter().all(|text| !page.contains(text)));
        assert!(page.contains("default-src 'none'"));
        assert!(page.contains(&hash(STYLE)) && page.contains(&hash(SCRIPT)));
    }

    #[test]
    fn what_was_found_cannot_become_markup() {
        let page = html(&report()).unwrap();
        assert!(page.contains("no token request &#60;before&#62;"), "escaped");
        assert!(!page.contains("<before>"));
    }

    #[test]
    fn every_link_within_the_page_leads_somewhere() {
        let page = html(&report()).unwrap();
        let targets: Vec<&str> =
            page.split(" href=\"#").skip(1).filter_map(|rest| rest.split('"').next()).collect();
        assert!(targets.len() > 10);
        for target in targets {
            assert!(page.contains(&format!(" id=\"{target}\"")), "{target}");
        }
    }

    #[test]
    fn ids_are_unique_and_the_page_has_language_title_and_landmarks() {
        let page = html(&report()).unwrap();
        let mut ids: Vec<&str> =
            page.split(" id=\"").skip(1).filter_map(|rest| rest.split('"').next()).collect();
        let count = ids.len();
        ids.sort_unstable();
        ids.dedup();
        assert_eq!(ids.len(), count);
        for part in [
            "<html lang=\"en\">",
            "<title>failed: conformance of App</title>",
            "<main>",
            "<header>",
            "<footer>",
        ] {
            assert!(page.contains(part), "{part}");
        }
    }

    #[test]
    fn what_is_not_green_is_open_and_what_is_green_is_not() {
        assert!(html(&report()).unwrap().contains("<details open>"));
        let page = html(&report_of([Verdict::Pass; 4])).unwrap();
        assert!(!page.contains("<details open>"));
    }

    #[test]
    fn a_command_stands_beside_each_request_without_its_secrets() {
        let page = html(&report()).unwrap();
        assert!(page.contains("curl --globoff") && page.contains("Copy as curl"));
        assert!(SECRETS.iter().all(|secret| !page.contains(secret)));
    }

    #[test]
    fn an_rfc_has_an_address_and_another_source_has_none() {
        assert_eq!(link("RFC 9207 2.4").unwrap(), "https://www.rfc-editor.org/rfc/rfc9207#section-2.4");
        assert_eq!(link("RFC 8725").unwrap(), "https://www.rfc-editor.org/rfc/rfc8725");
        assert_eq!(link("FAPI 2.0 SP 5.3.3.2"), None);
    }
}
