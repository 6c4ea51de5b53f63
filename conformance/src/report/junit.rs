//! The report as JUnit XML, for the pages of continuous integration: one suite a section, one test a case.

use std::io;

use quick_xml::Writer;
use quick_xml::events::{BytesDecl, BytesText, Event};

use super::{Report, Weight};
use crate::engine::{Mark, Outcome};

type Xml = Writer<Vec<u8>>;

/// Makes the XML.
pub fn junit(report: &Report) -> io::Result<String> {
    let mut xml = Writer::new_with_indent(Vec::new(), b' ', 2);
    xml.write_event(Event::Decl(BytesDecl::new("1.0", Some("UTF-8"), None)))?;
    let all: Vec<&Outcome> = report.outcomes.iter().collect();
    let mut attributes =
        vec![("name", format!("facteur-conformance {} {}", report.plan, report.target.name))];
    attributes.extend(totals(report, &all));
    xml.create_element("testsuites").with_attributes(borrowed(&attributes)).write_inner_content(|xml| {
        report.sections().iter().try_for_each(|(section, outcomes)| suite(xml, report, section, outcomes))
    })?;
    String::from_utf8(xml.into_inner()).map(|text| text + "\n").map_err(io::Error::other)
}

fn suite(xml: &mut Xml, report: &Report, section: &str, outcomes: &[&Outcome]) -> io::Result<()> {
    let mut attributes =
        vec![("name", format!("{}.{section}", report.plan)), ("timestamp", report.began.to_string())];
    attributes.extend(totals(report, outcomes));
    xml.create_element("testsuite")
        .with_attributes(borrowed(&attributes))
        .write_inner_content(|xml| outcomes.iter().try_for_each(|outcome| test(xml, report, outcome)))
        .map(|_| ())
}

fn test(xml: &mut Xml, report: &Report, outcome: &Outcome) -> io::Result<()> {
    let attributes = [
        ("classname", format!("{}.{}", report.plan, outcome.section)),
        ("name", format!("{} {}", outcome.case, outcome.title)),
        ("time", seconds(outcome.micros)),
    ];
    xml.create_element("testcase")
        .with_attributes(borrowed(&attributes))
        .write_inner_content(|xml| {
            match report.weight(outcome) {
                Weight::Green => {}
                Weight::Aside(reason) => {
                    let message = [("message", clean(&reason))];
                    xml.create_element("skipped").with_attributes(borrowed(&message)).write_empty()?;
                }
                Weight::Failure(reason) => told(xml, "failure", &reason, outcome)?,
                Weight::NoAnswer(reason) => told(xml, "error", &reason, outcome)?,
            }
            Ok(())
        })
        .map(|_| ())
}

fn told(xml: &mut Xml, element: &str, reason: &str, outcome: &Outcome) -> io::Result<()> {
    let attributes = [("message", clean(reason)), ("type", outcome.verdict.to_string())];
    let mut lines = vec![outcome.what.clone(), outcome.why.clone()];
    for finding in outcome.findings.iter().filter(|finding| finding.mark != Mark::Held) {
        lines.extend(finding.requirement.as_ref().map(|id| format!("requirement: {id}")));
        lines.extend(finding.expected.as_ref().map(|expected| format!("expected: {expected}")));
        lines.push(format!("actual: {}", finding.actual));
    }
    xml.create_element(element)
        .with_attributes(borrowed(&attributes))
        .write_text_content(BytesText::new(&clean(&lines.join("\n"))))
        .map(|_| ())
}

fn totals(report: &Report, outcomes: &[&Outcome]) -> Vec<(&'static str, String)> {
    let count = |is: fn(&Weight) -> bool| {
        outcomes.iter().filter(|outcome| is(&report.weight(outcome))).count().to_string()
    };
    let micros = outcomes.iter().map(|outcome| outcome.micros).sum();
    vec![
        ("tests", outcomes.len().to_string()),
        ("failures", count(|weight| matches!(weight, Weight::Failure(_)))),
        ("errors", count(|weight| matches!(weight, Weight::NoAnswer(_)))),
        ("skipped", count(|weight| matches!(weight, Weight::Aside(_)))),
        ("time", seconds(micros)),
    ]
}

fn borrowed<'a>(attributes: &'a [(&'static str, String)]) -> impl Iterator<Item = (&'a str, &'a str)> {
    attributes.iter().map(|(name, value)| (*name, value.as_str()))
}

fn seconds(micros: u64) -> String {
    format!("{}.{:03}", micros / 1_000_000, micros / 1_000 % 1_000)
}

/// Without the control characters that XML 1.0 cannot hold.
fn clean(text: &str) -> String {
    text.chars().filter(|c| matches!(c, '\n' | '\t') || !c.is_control()).collect()
}

#[cfg(test)]
mod tests {
    use quick_xml::Reader;

    use super::*;
    use crate::engine::Verdict;
    use crate::report::samples::{SECRETS, report, report_of};

    /// Names of elements, in their order.
    fn elements(xml: &str) -> Vec<String> {
        let mut reader = Reader::from_str(xml);
        let mut names = Vec::new();
        loop {
            match reader.read_event().unwrap() {
                Event::Start(start) | Event::Empty(start) => {
                    names.push(start.name().as_ref().to_owned());
                }
                Event::Eof => return names,
                _ => {}
            }
        }
    }

    #[test]
    fn each_case_is_a_test_and_each_section_a_suite() {
        let xml = junit(&report()).unwrap();
        assert_eq!(
            elements(&xml),
            [
                "testsuites",
                "testsuite",
                "testcase",
                "failure",
                "testcase",
                "testsuite",
                "testcase",
                "skipped",
                "testcase",
                "error"
            ]
        );
        assert!(xml.contains("tests=\"4\" failures=\"1\" errors=\"1\" skipped=\"1\""), "{xml}");
        assert!(xml.contains("time=\"1.234\""));
    }

    #[test]
    fn a_failure_tells_what_was_expected_and_holds_no_secret() {
        let xml = junit(&report()).unwrap();
        assert!(xml.contains("expected: no token request &lt;before&gt; the issuer was checked"), "{xml}");
        assert!(SECRETS.iter().all(|secret| !xml.contains(secret)));
    }

    #[test]
    fn a_warning_fails_only_in_a_strict_run() {
        let mut report = report_of([Verdict::Warning, Verdict::Pass, Verdict::Pass, Verdict::Pass]);
        assert!(!junit(&report).unwrap().contains("<failure"));
        report.strict = true;
        assert!(junit(&report).unwrap().contains("<failure"));
    }

    #[test]
    fn control_characters_do_not_break_the_document() {
        let mut report = report();
        report.outcomes[0].findings[0].actual = "a\u{1}b\u{0}c".to_owned();
        let xml = junit(&report).unwrap();
        assert!(xml.contains("actual: abc"));
        elements(&xml);
    }
}
