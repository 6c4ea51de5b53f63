//! One value against one self-contained schema.

use jsonschema::Draft;
use serde_json::Value;

/// Checks `value`, formats included; says everything that is wrong with it.
pub(super) fn check(schema: &Value, value: &Value) -> Result<(), String> {
    let validator = jsonschema::options()
        .with_draft(Draft::Draft202012)
        .should_validate_formats(true)
        .build(schema)
        .map_err(|cause| format!("the schema is none: {cause}"))?;
    let problems: Vec<String> =
        validator.iter_errors(value).map(|error| format!("{}: {error}", error.instance_path())).collect();
    if problems.is_empty() { Ok(()) } else { Err(problems.join("; ")) }
}

/// A header's text as the type that its schema expects; text if it does not read as one.
pub(super) fn typed(schema: &Value, text: &str) -> Value {
    let number = || text.parse::<i64>().map(Value::from);
    let truth = || text.parse::<bool>().map(Value::from);
    match schema.get("type").and_then(Value::as_str) {
        Some("integer") => number().unwrap_or_else(|_| text.into()),
        Some("boolean") => truth().unwrap_or_else(|_| text.into()),
        _ => text.into(),
    }
}
