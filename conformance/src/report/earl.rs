//! The report as EARL 1.0 in JSON-LD (W3C, Evaluation and Report Language): one assertion a case.

use serde_json::{Value, json};

use super::Report;
use crate::engine::{Outcome, Verdict};

/// Makes the document.
pub fn earl(report: &Report) -> Value {
    let assertor = format!("urn:facteur:conformance:suite:{}", report.suite_version);
    let subject = format!("urn:facteur:conformance:target:{}", report.target.fingerprint);
    let mut graph = vec![
        json!({
            "@id": assertor,
            "@type": ["earl:Assertor", "earl:Software"],
            "dct:title": "facteur-conformance",
            "dct:hasVersion": report.suite_version,
        }),
        json!({
            "@id": subject,
            "@type": "earl:TestSubject",
            "dct:title": report.target.name,
            "dct:identifier": report.target.client_id,
            "dct:hasVersion": report.target.software.as_ref().map(|software| software.version.as_str()),
        }),
    ];
    graph.extend(report.outcomes.iter().map(|outcome| assertion(report, outcome, (&assertor, &subject))));
    json!({
        "@context": {
            "earl": "http://www.w3.org/ns/earl#",
            "dct": "http://purl.org/dc/terms/",
            "xsd": "http://www.w3.org/2001/XMLSchema#",
            "earl:assertedBy": {"@type": "@id"},
            "earl:subject": {"@type": "@id"},
            "earl:mode": {"@type": "@id"},
            "earl:outcome": {"@type": "@id"},
            "dct:date": {"@type": "xsd:dateTime"},
        },
        "@graph": graph,
    })
}

fn assertion(report: &Report, outcome: &Outcome, (assertor, subject): (&str, &str)) -> Value {
    let told: Vec<&str> = outcome
        .findings
        .iter()
        .map(|finding| finding.actual.as_str())
        .chain(outcome.reason.as_deref())
        .collect();
    json!({
        "@type": "earl:Assertion",
        "earl:assertedBy": assertor,
        "earl:subject": subject,
        "earl:mode": if outcome.verdict == Verdict::Review { "earl:semiAuto" } else { "earl:automatic" },
        "earl:test": {
            "@id": format!("urn:facteur:conformance:{}:{}", report.plan, outcome.case),
            "@type": "earl:TestCase",
            "dct:title": outcome.title,
            "dct:description": outcome.what,
            "dct:requires": outcome.requirements,
        },
        "earl:result": {
            "@type": "earl:TestResult",
            "earl:outcome": word(outcome.verdict),
            "earl:info": outcome.verdict.word(),
            "dct:description": told.join("\n"),
            "dct:date": report.ended,
        },
    })
}

fn word(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Pass | Verdict::Warning => "earl:passed",
        Verdict::Fail => "earl:failed",
        Verdict::Review | Verdict::Blocked => "earl:cantTell",
        Verdict::NotApplicable => "earl:inapplicable",
        Verdict::Skipped | Verdict::Error | Verdict::Interrupted => "earl:untested",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::samples::{SECRETS, report};

    #[test]
    fn every_case_is_an_assertion_with_an_outcome_of_earl() {
        let document = earl(&report());
        let graph = document["@graph"].as_array().unwrap();
        let outcomes: Vec<&str> =
            graph.iter().filter_map(|node| node["earl:result"]["earl:outcome"].as_str()).collect();
        assert_eq!(outcomes, ["earl:failed", "earl:passed", "earl:inapplicable", "earl:cantTell"]);
        assert_eq!(graph[0]["@id"], graph[2]["earl:assertedBy"]);
        assert_eq!(graph[1]["@id"], graph[2]["earl:subject"]);
    }

    #[test]
    fn it_holds_no_secret() {
        let text = earl(&report()).to_string();
        assert!(SECRETS.iter().all(|secret| !text.contains(secret)));
    }
}
