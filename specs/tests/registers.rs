//! The registers hold together: requirements, and problem types.
#![expect(clippy::unwrap_used, clippy::panic, reason = "what a test does not find fails it")]

use std::collections::BTreeSet;

use toml::{Table, Value};

const LEVELS: [&str; 5] = ["must", "must not", "should", "should not", "may"];
const ACTORS: [&str; 6] =
    ["hub", "authorization server", "resource server", "portal", "sender api", "operator"];

/// What an app declares before a requirement applies to it.
const CAPABILITIES: [&str; 9] =
    ["read", "refresh", "end", "certificate", "synchronise", "push", "replies", "markRead", "twoCustomers"];

fn rows(register: &str, kind: &str) -> Vec<Table> {
    let rows = register.parse::<Table>().unwrap().remove(kind).unwrap();
    rows.try_into().unwrap()
}

fn text<'a>(row: &'a Table, member: &str) -> &'a str {
    let text = row.get(member).and_then(Value::as_str);
    text.filter(|text| !text.trim().is_empty()).unwrap_or_else(|| panic!("no {member} in {row:?}"))
}

fn check_requirements(register: &str, cited: &str, members: &[&str]) -> Vec<String> {
    let rows = rows(register, "requirement");
    let ids: Vec<String> = rows.iter().map(|row| text(row, "id").to_owned()).collect();
    assert_eq!(ids.iter().collect::<BTreeSet<_>>().len(), ids.len(), "an id stands twice");
    for row in &rows {
        let id = text(row, "id");
        assert!(LEVELS.contains(&text(row, "level")), "{id}: level");
        assert!(ACTORS.contains(&text(row, "actor")), "{id}: actor");
        assert!(text(row, "text").ends_with('.'), "{id}: the text is a sentence");
        text(row, cited);
        let tests = row.get("verified_by").and_then(Value::as_array);
        assert!(tests.is_some() != row.contains_key("reason"), "{id}: either verified_by or a reason");
        assert!(tests.into_iter().flatten().all(Value::is_str), "{id}: tests are named");
        assert!(row.keys().all(|name| members.contains(&name.as_str())), "{id}: an unknown member");
    }
    ids
}

#[test]
fn requirements_on_authorization_are_complete() {
    let members = ["id", "level", "actor", "clause", "text", "verified_by", "reason"];
    let ids = check_requirements(specs::AUTHORIZATION_REQUIREMENTS, "clause", &members);
    let groups = [("A", 62), ("GM", 5), ("R", 11), ("E", 12)];
    let wanted = groups.into_iter().flat_map(|(group, last)| (1..=last).map(move |n| format!("{group}{n}")));
    assert_eq!(ids, wanted.collect::<Vec<_>>());
}

#[test]
fn rules_of_trust_are_complete() {
    let members = ["id", "level", "actor", "source", "text", "verified_by", "later"];
    let ids = check_requirements(specs::TRUST_REQUIREMENTS, "source", &members);
    assert_eq!(ids, (1..=26).map(|n| format!("T{n}")).collect::<Vec<_>>());
}

#[test]
fn rules_of_the_message_registry_are_complete() {
    let members = ["id", "level", "actor", "source", "text", "verified_by"];
    let ids = check_requirements(specs::MESSAGE_REGISTRY_REQUIREMENTS, "source", &members);
    assert_eq!(ids, (1..=14).chain([22]).map(|n| format!("MR{n}")).collect::<Vec<_>>());
}

#[test]
fn requirements_on_providers_are_complete() {
    let members = ["id", "level", "actor", "clause", "text", "capability", "testable", "reason"];
    let rows = rows(specs::PROVIDER_REQUIREMENTS, "requirement");
    let ids: Vec<&str> = rows.iter().map(|row| text(row, "id")).collect();
    let groups = [("C", 17), ("N", 85), ("M", 6)];
    let wanted = groups.into_iter().flat_map(|(group, last)| (1..=last).map(move |n| format!("{group}{n}")));
    assert_eq!(ids, wanted.collect::<Vec<_>>());

    for row in &rows {
        let id = text(row, "id");
        assert!(["must", "should", "may"].contains(&text(row, "level")), "{id}: level");
        assert!(["provider", "hub"].contains(&text(row, "actor")), "{id}: actor");
        assert!(text(row, "text").ends_with('.'), "{id}: the text is a sentence");
        assert!(text(row, "clause") == text(row, "clause").trim(), "{id}: clause");
        let testable = row.get("testable").is_none_or(|testable| testable.as_bool().unwrap());
        assert_eq!(
            row.contains_key("reason"),
            !testable,
            "{id}: a reason where it cannot be tested, and only there"
        );
        assert!(testable || text(row, "reason").len() > 20, "{id}: the reason is written");
        assert!(
            testable || text(row, "level") != "must" || text(row, "actor") == "hub",
            "{id}: a MUST can be shown"
        );
        let capability = row.get("capability").map_or("", |capability| capability.as_str().unwrap());
        assert!(row.get("capability").is_none() || CAPABILITIES.contains(&capability), "{id}: {capability}");
        assert!(row.keys().all(|name| members.contains(&name.as_str())), "{id}: an unknown member");
    }
}

#[test]
fn problem_types_are_named_once_and_as_the_documents_write_them() {
    let document: serde_json::Value = serde_yaml_ng::from_str(specs::SENDER_OPENAPI).unwrap();
    for (kind, pointer) in [
        ("problem", "/components/schemas/Problem/properties/type"),
        ("issue", "/components/schemas/Issue/properties/type"),
    ] {
        let shape = jsonschema::validator_for(document.pointer(pointer).unwrap()).unwrap();
        let mut seen = BTreeSet::new();
        for row in rows(specs::PROBLEMS, kind) {
            let name = text(&row, "type");
            assert!(seen.insert(name.to_owned()), "{name} stands twice");
            assert!(shape.is_valid(&name.into()), "{name}");
            text(&row, "title");
            assert!(text(&row, "meaning").ends_with('.'), "{name}: what it means is told in sentences");
            assert_eq!(row.contains_key("remedy"), kind == "problem", "{name}: what to do about a problem");
        }
    }
}

#[test]
fn a_problem_has_a_status_and_members_that_the_documents_list() {
    let document: serde_json::Value = serde_yaml_ng::from_str(specs::SENDER_OPENAPI).unwrap();
    let listed = document.pointer("/components/schemas/Problem/properties").unwrap();
    for row in rows(specs::PROBLEMS, "problem") {
        let name = text(&row, "type");
        assert!((400..600).contains(&row["status"].as_integer().unwrap()), "{name}");
        for member in row["members"].as_array().unwrap() {
            assert!(listed.get(member.as_str().unwrap()).is_some(), "{name}: {member}");
        }
    }
}

#[test]
fn the_documents_mention_only_registered_problem_types() {
    let known: BTreeSet<String> = ["problem", "issue"]
        .into_iter()
        .flat_map(|kind| rows(specs::PROBLEMS, kind))
        .map(|row| text(&row, "type").to_owned())
        .collect();
    for yaml in [specs::MAILBOX_OPENAPI, specs::SENDER_OPENAPI, specs::OPERATIONS_OPENAPI] {
        for found in yaml.split("urn:problem-type:").skip(1) {
            let end = found.find(|c: char| !(c.is_ascii_alphanumeric() || c == ':' || c == '-'));
            let name = format!("urn:problem-type:{}", &found[..end.unwrap_or(found.len())]);
            let is_pattern = name.ends_with(':');
            assert!(is_pattern || known.contains(&name), "{name} is not in problems.toml");
        }
    }
}

#[test]
fn words_have_four_languages_or_no_place_on_a_page() {
    let words = specs::WORDS.parse::<Table>().unwrap();
    for (word, entry) in words.iter().filter(|(_, entry)| entry.get("meaning").is_some()) {
        let shown = entry.get("shown").and_then(Value::as_bool).unwrap_or(true);
        let complete = ["nl", "fr", "de", "en"].iter().all(|language| entry.get(language).is_some());
        assert!(!shown || complete, "{word}");
    }
}
