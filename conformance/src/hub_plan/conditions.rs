//! Conditions that many cases share: what a refusal looks like, at each kind of door.

use serde_json::Value;
use url::Url;

use super::at::At;
use super::request::{Answer, Heard, NoAnswer, brief};
use crate::engine::{Record, Rule, Stop};

/// Names a condition and its requirement.
pub(super) const fn rule(condition: &'static str, requirement: &'static str) -> Rule {
    Rule::new(condition, requirement)
}

/// The answer; the case fails if there is none.
pub(super) fn answered(record: &mut Record, rule: Rule, heard: Heard) -> Result<Answer, Stop> {
    heard.map_err(|none| record.fail(rule, "an answer", none))
}

/// An answer of this status.
pub(super) fn status(record: &mut Record, rule: Rule, heard: &Heard, expected: &[u16]) -> Result<(), Stop> {
    let holds = heard.as_ref().is_ok_and(|answer| expected.contains(&answer.status));
    record.expect(rule, holds, words(expected), brief(heard))
}

/// A refusal of an OAuth endpoint: 400 with one of these codes, or 401 with `invalid_client` if that is one of them.
pub(super) fn refused(record: &mut Record, rule: Rule, heard: &Heard, codes: &[&str]) -> Result<(), Stop> {
    let holds = heard.as_ref().is_ok_and(|answer| {
        let error = answer.error();
        let known = codes.contains(&error.as_str());
        known && (answer.status == 400 || (answer.status == 401 && error == "invalid_client"))
    });
    record.expect(rule, holds, format!("400 with {}", codes.join(" or ")), brief(heard))
}

/// A refusal of a client that does not authenticate: 400 or 401 as OAuth or the API says it, or no connection.
///
/// What is asked must be right in everything but who asks: `invalid_request` would be a refusal of something else. A connection
/// that ends without an alert of TLS may be a crash as well: a refusal should say that it is one.
pub(super) fn shut_out(record: &mut Record, rule: Rule, heard: &Heard) -> Result<(), Stop> {
    let holds = match heard {
        Err(NoAnswer::Dropped(why)) => {
            record.should(rule, why.contains("alert"), "a refusal that says what it is", brief(heard));
            true
        }
        Err(NoAnswer::Unreachable(_) | NoAnswer::Late) => false,
        Ok(answer) => {
            let named = answer.error() == "invalid_client"
                || !answer.json().get("type").is_none_or(Value::is_null)
                || !answer.json().get("code").is_none_or(Value::is_null);
            matches!(answer.status, 400 | 401 | 403) && named && answer.text("access_token").is_none()
        }
    };
    record.expect(rule, holds, "a refusal of the client, or no connection", brief(heard))
}

/// A refusal of an API: one of these statuses, and not a word of what was asked for.
pub(super) fn denied(record: &mut Record, rule: Rule, heard: &Heard, statuses: &[u16]) -> Result<(), Stop> {
    let holds = heard.as_ref().is_ok_and(|answer| {
        statuses.contains(&answer.status)
            && answer.json().get("items").is_none()
            && answer.json().get("messageId").is_none()
    });
    record.expect(rule, holds, words(statuses), brief(heard))
}

/// An answer to a browser that leads to no other place and begins nothing.
pub(super) fn leads_nowhere(
    record: &mut Record,
    rule: Rule,
    heard: &Heard,
    issuer: &str,
) -> Result<(), Stop> {
    let holds = heard.as_ref().is_ok_and(|answer| {
        let (away, elsewhere) = (answer.header("location"), origin(issuer));
        (400..500).contains(&answer.status) || (answer.status == 200 && away.is_empty()) || {
            let target = Url::parse(issuer).and_then(|issuer| issuer.join(away));
            (300..400).contains(&answer.status)
                && target.is_ok_and(|target| target.origin().ascii_serialization() == elsewhere)
        }
    });
    let seen = match heard {
        Ok(answer) if !answer.header("location").is_empty() => {
            format!("{} to {}", answer.status, answer.header("location"))
        }
        _ => brief(heard),
    };
    record.expect(rule, holds, "an error page, and no redirect to anywhere else", seen)
}

/// A problem document as RFC 9457 and the Belgif guide describe it; says what is wrong with it.
pub(super) fn fault_of_problem(answer: &Answer) -> Option<String> {
    let json = answer.json();
    let filled = |member: &str| json.get(member).and_then(Value::as_str).is_some_and(|text| !text.is_empty());
    if answer.media_type() != "application/problem+json" {
        return Some(format!("content-type {}", answer.header("content-type")));
    }
    if json.get("status").and_then(Value::as_u64) != Some(u64::from(answer.status)) {
        return Some(format!("status {} in a document with an answer {}", json.at("status"), answer.status));
    }
    if !json.get("type").and_then(Value::as_str).is_some_and(|name| name.starts_with("urn:problem-type:")) {
        return Some(format!("type {}", json.at("type")));
    }
    let empty_detail = json.get("detail").is_some() && !filled("detail");
    if !filled("title") || empty_detail { Some("a title or detail without words".to_owned()) } else { None }
}

/// The names of all members that are null, at any depth.
pub(super) fn nulls(document: &Value) -> Vec<String> {
    match document {
        Value::Object(members) => members
            .iter()
            .flat_map(|(name, value)| if value.is_null() { vec![name.clone()] } else { nulls(value) })
            .collect(),
        Value::Array(items) => items.iter().flat_map(nulls).collect(),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => Vec::new(),
    }
}

/// The bits that a text can hold at most by how often each of its characters stands in it (Shannon), times its length.
pub(super) fn bits(samples: &[String]) -> f64 {
    let all: String = samples.concat();
    let total = all.chars().count() as f64;
    let mut counts = std::collections::BTreeMap::<char, u32>::new();
    for letter in all.chars() {
        *counts.entry(letter).or_default() += 1;
    }
    let each: f64 =
        counts.values().map(|count| f64::from(*count) / total).map(|share| -share * share.log2()).sum();
    let shortest = samples.iter().map(|sample| sample.chars().count()).min().unwrap_or_default();
    each * shortest as f64
}

/// The part in which texts differ: without what all of them begin with.
pub(super) fn tails(samples: &[String]) -> Vec<String> {
    let Some(first) = samples.first() else { return Vec::new() };
    let common = first
        .char_indices()
        .take_while(|(at, letter)| {
            samples.iter().all(|sample| sample.get(*at..).is_some_and(|rest| rest.starts_with(*letter)))
        })
        .count();
    samples.iter().map(|sample| sample.chars().skip(common).collect()).collect()
}

/// Says whether a text is a date-time with an offset (RFC 3339 5.6).
pub(super) fn has_offset(text: &str) -> bool {
    let shape = text.get(4..5) == Some("-") && text.get(10..11) == Some("T");
    let zone = text.ends_with('Z')
        || text
            .len()
            .checked_sub(6)
            .and_then(|at| text.get(at..at + 1))
            .is_some_and(|sign| sign == "+" || sign == "-");
    shape && zone
}

/// The part of an address that names the server.
pub(super) fn origin(address: &str) -> String {
    Url::parse(address).map(|url| url.origin().ascii_serialization()).unwrap_or_default()
}

fn words(statuses: &[u16]) -> String {
    let words: Vec<String> = statuses.iter().map(u16::to_string).collect();
    words.join(" or ")
}

#[cfg(test)]
mod tests {
    use http::HeaderMap;
    use serde_json::json;

    use super::*;
    use crate::engine::Tls;

    fn answer(status: u16, media_type: &str, body: &Value) -> Answer {
        let mut headers = HeaderMap::new();
        headers.insert("content-type", media_type.parse().unwrap());
        Answer { status, headers, body: body.to_string().into(), tls: Tls::default() }
    }

    #[test]
    fn a_problem_document_says_what_it_is() {
        let right =
            json!({"type": "urn:problem-type:belgif:badRequest", "status": 400, "title": "t", "detail": "d"});
        let fault = |change: &dyn Fn(&mut Value), media_type: &str| {
            let mut body = right.clone();
            change(&mut body);
            fault_of_problem(&answer(400, media_type, &body))
        };
        assert_eq!(fault(&|_| {}, "application/problem+json"), None);
        assert!(fault(&|_| {}, "application/json").is_some());
        assert!(fault(&|body| body["status"] = json!(404), "application/problem+json").is_some());
        assert!(fault(&|body| body["type"] = json!("about:blank"), "application/problem+json").is_some());
        assert!(fault(&|body| body["detail"] = json!(""), "application/problem+json").is_some());
    }

    #[test]
    fn guessable_texts_hold_few_bits() {
        let numbers: Vec<String> = (0..16).map(|n| format!("request-{n:030}")).collect();
        assert!(bits(&tails(&numbers)) < 16.0);
        let secrets: Vec<String> = (0..16).map(|_| super::super::random::secret()).collect();
        assert!(bits(&tails(&secrets)) > 128.0, "{}", bits(&tails(&secrets)));
    }

    #[test]
    fn offsets_and_nulls_are_seen() {
        assert!(has_offset("2026-11-01T00:00:00Z") && has_offset("2026-11-01T00:00:00.123+01:00"));
        assert!(!has_offset("2026-11-01T00:00:00") && !has_offset("2026-11-01"));
        assert_eq!(nulls(&json!({"a": [{"b": null}], "c": 1})), ["b"]);
    }
}
