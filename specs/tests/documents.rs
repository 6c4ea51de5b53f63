//! The documents hold together: they parse, their references lead somewhere, their examples are valid.
#![expect(clippy::unwrap_used, reason = "what a test does not find fails it")]

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use jsonschema::Draft;
use serde_json::{Map, Value, json};

const DOCUMENTS: [(&str, &str); 8] = [
    ("mailbox", specs::MAILBOX_OPENAPI),
    ("sender", specs::SENDER_OPENAPI),
    ("operations", specs::OPERATIONS_OPENAPI),
    ("registry", specs::REGISTRY_OPENAPI),
    ("federation", specs::FEDERATION_OPENAPI),
    ("events", specs::EVENTS_OPENAPI),
    ("memo", specs::MEMO_OPENAPI),
    ("certification", specs::CERTIFICATION_OPENAPI),
];
const METHODS: [&str; 5] = ["get", "put", "post", "delete", "patch"];

fn documents() -> impl Iterator<Item = (&'static str, Value)> {
    DOCUMENTS.into_iter().map(|(name, yaml)| (name, serde_yaml_ng::from_str(yaml).unwrap()))
}

fn operations(document: &Value) -> Vec<(String, &Value)> {
    let mut found = Vec::new();
    for (path, item) in document["paths"].as_object().unwrap() {
        for method in METHODS {
            found.extend(item.get(method).map(|operation| (format!("{method} {path}"), operation)));
        }
    }
    found
}

fn resolve<'a>(document: &'a Value, value: &'a Value) -> &'a Value {
    match value.get("$ref").and_then(Value::as_str) {
        Some(reference) => document.pointer(reference.strip_prefix('#').unwrap()).unwrap(),
        None => value,
    }
}

/// Calls `visit` with every object in `value` and the member it stands under.
fn visit_objects(value: &Value, under: &str, visit: &mut dyn FnMut(&str, &Map<String, Value>)) {
    match value {
        Value::Object(object) => {
            visit(under, object);
            object.iter().for_each(|(name, member)| visit_objects(member, name, visit));
        }
        Value::Array(items) => items.iter().for_each(|item| visit_objects(item, under, visit)),
        _ => {}
    }
}

fn is_camel_case(name: &str, first: fn(&char) -> bool) -> bool {
    name.chars().next().is_some_and(|letter| first(&letter))
        && name.chars().all(|letter| letter.is_ascii_alphanumeric())
}

#[test]
fn no_document_is_left_out() {
    let inside = |folder: &Path| -> Vec<PathBuf> {
        std::fs::read_dir(folder).into_iter().flatten().map(|entry| entry.unwrap().path()).collect()
    };
    let versions = inside(Path::new(env!("CARGO_MANIFEST_DIR"))).into_iter().flat_map(|api| inside(&api));
    let found = versions.filter(|version| version.join("openapi.yaml").is_file()).count();
    assert_eq!(found, DOCUMENTS.len());
}

#[test]
fn every_operation_has_a_name_of_its_own_a_declared_tag_and_a_default_answer() {
    for (name, document) in documents() {
        let tags: Vec<_> = document["tags"].as_array().unwrap().iter().map(|tag| &tag["name"]).collect();
        let mut ids = BTreeSet::new();
        for (at, operation) in operations(&document) {
            let id = operation["operationId"].as_str().unwrap();
            assert!(is_camel_case(id, char::is_ascii_lowercase), "{name}: {at}: {id}");
            assert!(ids.insert(id), "{name}: {id} stands twice");
            assert!(
                operation["tags"].as_array().unwrap().iter().all(|tag| tags.contains(&tag)),
                "{name}: {at}: tags"
            );
            let default = resolve(&document, &operation["responses"]["default"]);
            // some protocols have an error body of their own
            let problem = match name {
                "registry" | "federation" | "events" => "application/json",
                "memo" => "application/problem+xml",
                _ => "application/problem+json",
            };
            assert!(default["content"].get(problem).is_some(), "{name}: {at}: default");
            let body = operation.get("requestBody");
            assert!(
                body.is_none_or(|body| body["required"].is_boolean()),
                "{name}: {at}: requestBody.required"
            );
        }
    }
}

#[test]
fn every_answer_carries_the_trace_id() {
    for (name, document) in documents() {
        for (at, operation) in operations(&document) {
            for (status, response) in operation["responses"].as_object().unwrap() {
                let response = resolve(&document, response);
                assert!(response["headers"].get("BelGov-Trace-Id").is_some(), "{name}: {at}: {status}");
            }
        }
    }
}

#[test]
fn references_lead_somewhere_and_every_component_is_used() {
    for (name, document) in documents() {
        let mut used = BTreeSet::new();
        visit_objects(&document, "", &mut |_, object| {
            if let Some(Value::String(reference)) = object.get("$ref") {
                assert!(document.pointer(&reference[1..]).is_some(), "{name}: {reference}");
                used.insert(reference.clone());
            }
        });
        for kind in ["schemas", "responses", "headers", "parameters", "examples"] {
            for component in document["components"][kind].as_object().unwrap().keys() {
                assert!(is_camel_case(component, char::is_ascii_uppercase), "{name}: {component}");
                assert!(
                    used.contains(&format!("#/components/{kind}/{component}")),
                    "{name}: {component} is unused"
                );
            }
        }
    }
}

#[test]
fn path_parameters_are_declared_as_the_path_names_them() {
    for (name, document) in documents() {
        for (path, item) in document["paths"].as_object().unwrap() {
            let named: BTreeSet<_> =
                path.split('/').filter_map(|segment| segment.strip_prefix('{')?.strip_suffix('}')).collect();
            let declared =
                item["parameters"].as_array().into_iter().flatten().map(|it| resolve(&document, it));
            let declared: BTreeSet<_> = declared.map(|it| it["name"].as_str().unwrap()).collect();
            assert_eq!(named, declared, "{name}: {path}");
        }
    }
}

#[test]
fn examples_are_as_their_schemas_say() {
    let mut checked = 0;
    for (name, document) in documents() {
        visit_objects(&document, "", &mut |under, described| {
            let Some(schema) = described.get("schema") else {
                return;
            };
            let named = described.get("examples").and_then(Value::as_object).into_iter().flatten();
            let named = named.map(|(_, example)| &resolve(&document, example)["value"]);
            for example in described.get("example").into_iter().chain(named) {
                let schema = json!({ "allOf": [schema], "components": document["components"] });
                let problem = problem_of(&schema, example);
                assert_eq!(problem, None, "{name}: {under}: {example}");
                checked += 1;
            }
        });
    }
    assert!(checked > 40, "only {checked} examples");
}

#[test]
fn the_documents_say_the_same_where_they_share() {
    let all: Vec<Value> = documents().map(|(_, document)| document).collect();
    for shared in ["Problem", "Issue", "Health", "Ssin", "EnterpriseNumber"] {
        let pointer = format!("/components/schemas/{shared}");
        assert_eq!(all[0].pointer(&pointer), all[1].pointer(&pointer), "{shared}");
        assert_eq!(all[1].pointer(&pointer), all[2].pointer(&pointer), "{shared}");
        let certification = all[7].pointer(&pointer);
        assert!(certification.is_none() || certification == all[0].pointer(&pointer), "{shared}");
    }
}

#[test]
fn authorization_details_are_as_the_schema_says_and_nothing_else() {
    let schema: Value = serde_json::from_str(specs::MAILBOX_RAR_SCHEMA).unwrap();
    let example = schema["examples"][0].clone();
    assert_eq!(problem_of(&schema, &example), None);

    let with = |member: &str, value: Value| {
        let mut changed = example.clone();
        changed[member] = value;
        problem_of(&schema, &changed)
    };
    assert_eq!(with("actions", json!(["list", "synchronise", "citizenStatus"])), None);
    assert_eq!(with("expectedSsin", json!("00012511148")), None);
    assert!(with("expectedSsin", json!("0001251114")).is_some());
    for duration in ["once", "P1D", "P90D", "P365D", "P1W", "P52W", "P6M", "P12M", "P1Y"] {
        assert_eq!(with("duration", json!(duration)), None, "{duration}");
    }
    for duration in ["P0D", "P366D", "P53W", "P13M", "P2Y", "P01M", "PT1H", "P1M1D", "12", "p1d", ""] {
        assert!(with("duration", json!(duration)).is_some(), "{duration}");
    }
    assert!(with("type", json!("letterbox")).is_some());
    assert!(with("actions", json!([])).is_some());
    assert!(with("actions", json!(["list", "list"])).is_some());
    assert!(with("actions", json!(["synchronise"])).is_some());
    assert!(with("mailboxKind", json!("person")).is_some());
    assert!(with("locations", json!(["https://a.b/c", "https://a.b/d"])).is_some());
    assert!(with("locations", json!(["http://a.b/c"])).is_some());
    assert!(with("ssin", json!("x")).is_some());
    for member in ["type", "locations", "actions", "mailboxKind", "duration"] {
        let mut without = example.clone();
        without.as_object_mut().unwrap().remove(member);
        assert!(problem_of(&schema, &without).is_some(), "{member}");
    }
}

#[test]
fn granted_details_carry_what_was_granted() {
    let schema: Value = serde_json::from_str(specs::MAILBOX_GRANTED_SCHEMA).unwrap();
    assert_eq!(problem_of(&schema, &schema["examples"][0]), None);
    let mut asked = schema["examples"][0].clone();
    asked["duration"] = json!("P12M");
    assert!(problem_of(&schema, &asked).is_some());
}

#[test]
fn usages_say_what_their_kind_has_and_nothing_else() {
    let schema: Value = serde_json::from_str(specs::FIND_USAGE_SCHEMA).unwrap();
    let example = schema["examples"][0].clone();
    assert_eq!(problem_of(&schema, &example), None);
    for (n, member, value) in [
        (0, "logTime", json!("2026-11-21")),
        (0, "count", json!(1)),
        (0, "messageId", Value::Null),
        (0, "receiverId", json!("psn_06bzp9r7b1x2h0q5t8v3w6y9m4")),
        (0, "actionKind", json!("list")),
        (0, "ssin", json!("x")),
        (1, "subject", json!("x")),
        (1, "count", json!(0)),
        (1, "receiverKind", json!("operator")),
    ] {
        let mut changed = example.clone();
        changed[n][member] = value;
        assert!(problem_of(&schema, &changed).is_some(), "{member}");
    }
}

fn problem_of(schema: &Value, value: &Value) -> Option<String> {
    let options = jsonschema::options().with_draft(Draft::Draft202012).should_validate_formats(true);
    let validator = options.build(schema).unwrap();
    validator.iter_errors(value).next().map(|error| error.to_string())
}
