//! The test hook's document and its page say the same, and the document holds together.
#![expect(clippy::unwrap_used, reason = "what a test does not find fails it")]

use std::collections::BTreeSet;

use serde_json::{Value, json};

fn document() -> Value {
    serde_yaml_ng::from_str(specs::TEST_HOOK_OPENAPI).unwrap()
}

/// Calls `visit` with every object in `value`.
fn visit_objects(value: &Value, visit: &mut dyn FnMut(&serde_json::Map<String, Value>)) {
    match value {
        Value::Object(object) => {
            visit(object);
            object.values().for_each(|member| visit_objects(member, visit));
        }
        Value::Array(items) => items.iter().for_each(|item| visit_objects(item, visit)),
        _ => {}
    }
}

#[test]
fn references_lead_somewhere_and_every_component_is_used() {
    let document = document();
    let mut used = BTreeSet::new();
    visit_objects(&document, &mut |object| {
        if let Some(Value::String(reference)) = object.get("$ref") {
            assert!(document.pointer(&reference[1..]).is_some(), "{reference}");
            used.insert(reference.clone());
        }
    });
    for kind in ["schemas", "responses", "parameters"] {
        for component in document["components"][kind].as_object().unwrap().keys() {
            assert!(used.contains(&format!("#/components/{kind}/{component}")), "{component} is unused");
        }
    }
}

#[test]
fn examples_are_as_their_schemas_say() {
    let document = document();
    let mut checked = 0;
    visit_objects(&document, &mut |described| {
        let (Some(schema), Some(example)) = (described.get("schema"), described.get("example")) else {
            return;
        };
        let schema = json!({ "allOf": [schema], "components": document["components"] });
        let validator = jsonschema::validator_for(&schema).unwrap();
        assert_eq!(validator.iter_errors(example).next().map(|error| error.to_string()), None, "{example}");
        checked += 1;
    });
    assert!(checked > 5, "only {checked} examples");
}

#[test]
fn every_operation_has_a_name_and_says_what_a_refusal_is() {
    let document = document();
    let mut names = BTreeSet::new();
    for (path, item) in document["paths"].as_object().unwrap() {
        for (_, operation) in item.as_object().unwrap().iter().filter(|(method, _)| *method != "parameters") {
            assert!(names.insert(operation["operationId"].as_str().unwrap()), "{path}");
            assert_eq!(operation["responses"]["default"]["$ref"], "#/components/responses/Refused", "{path}");
        }
    }
    assert_eq!(names.len(), 11);
}

#[test]
fn the_page_lists_the_codes_and_the_outcomes_of_the_document() {
    let document = document();
    let listed = |pointer: &str| -> BTreeSet<String> {
        let listed = document.pointer(pointer).unwrap().as_array().unwrap();
        listed.iter().map(|value| value.as_str().unwrap().to_owned()).collect()
    };
    let (before, codes) = specs::TEST_HOOK.split_once("## Refusal codes").unwrap();
    let rows = codes.lines().filter(|line| line.starts_with("| ")).collect::<Vec<_>>().join(" ");
    assert_eq!(quoted(&rows), listed("/components/schemas/Refusal/enum"));

    let outcomes = before.split_once("## Outcomes").unwrap().1;
    let first = outcomes.lines().filter_map(|line| line.strip_prefix("| `")?.split_once('`'));
    let first: BTreeSet<String> = first.map(|(outcome, _)| outcome.to_owned()).collect();
    assert_eq!(first, listed("/components/schemas/Outcome/properties/outcome/enum"));
}

/// What stands between backticks.
fn quoted(text: &str) -> BTreeSet<String> {
    text.split('`').skip(1).step_by(2).map(str::to_owned).collect()
}
