//! The report as one HTML page that works offline: no address is fetched, and everything is there without scripts.
//!
//! Its content security policy names the one style and the one script by their hashes; the script only copies commands
//! and opens what a link leads to.

use askama::Template;
use aws_lc_rs::digest::{SHA256, digest};
use base64::{Engine, engine::general_purpose::STANDARD};

use super::view::View;
use super::{Ending, Report};
use crate::engine::{Outcome, Verdict};

/// Makes the page.
pub fn html(report: &Report) -> askama::Result<String> {
    let result_class = match report.judgement.result {
        Ending::Passed => "pass",
        Ending::Failed | Ending::Broken => "fail",
        Ending::Configuration => "blocked",
    };
    Page {
        report,
        view: View::of(report),
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
/// The script that copies commands.
pub(crate) const SCRIPT: &str = include_str!("../../templates/copy.js");

/// SHA-256 as a content security policy writes it (CSP 3, 2.3.1).
pub(crate) fn hash(text: &str) -> String {
    STANDARD.encode(digest(&SHA256, text.as_bytes()).as_ref())
}

#[derive(Template)]
#[template(path = "report.html")]
struct Page<'a> {
    report: &'a Report,
    view: View<'a>,
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

    /// The verdicts that came up, with class and word, each with its cases.
    fn by_verdict(&self) -> Vec<(&'static str, &'static str, Vec<&Outcome>)> {
        let of = |verdict| self.report.outcomes.iter().filter(move |outcome| outcome.verdict == verdict);
        Verdict::ALL
            .into_iter()
            .map(|verdict| (self.view.class(verdict), verdict.word(), of(verdict).collect::<Vec<_>>()))
            .filter(|(.., outcomes)| !outcomes.is_empty())
            .collect()
    }
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
        assert!(ids.iter().all(|id| !id.contains(' ')), "{ids:?}");
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
}
