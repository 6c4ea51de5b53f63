//! The document as a tree: its references, its base paths, and its schemas made self-contained.

use serde_json::{Map, Value};

/// A parsed document.
pub(super) struct Document {
    /// The whole tree.
    pub(super) root: Value,
}

impl Document {
    pub(super) fn parse(yaml: &str) -> Result<Self, String> {
        let root: Value =
            serde_yaml_ng::from_str(yaml).map_err(|cause| format!("the document is no YAML: {cause}"))?;
        match root.get("openapi").and_then(Value::as_str) {
            Some(version) if version.starts_with("3.0.") => Ok(Self { root }),
            other => Err(format!("an OpenAPI 3.0 document is expected, not {other:?}")),
        }
    }

    /// The path of the first server of a path item, or else of the document; empty for the root.
    pub(super) fn base_of(&self, item: &Value) -> Result<String, String> {
        let own = item.pointer("/servers/0/url").or_else(|| self.root.pointer("/servers/0/url"));
        let url = own.and_then(Value::as_str).unwrap_or("/");
        let path = match url.split_once("://") {
            Some((_, rest)) => rest.find('/').and_then(|start| rest.get(start..)).unwrap_or_default(),
            None => url,
        };
        if path.contains('{') {
            return Err(format!("the server {url} has variables in its path"));
        }
        Ok(path.trim_end_matches('/').into())
    }

    /// The value itself, or what its `$ref` points to.
    pub(super) fn resolve(&self, value: &Value) -> Result<Value, String> {
        let mut value = value;
        for _ in 0..DEPTH {
            let Some(reference) = value.get("$ref").and_then(Value::as_str) else {
                return Ok(value.clone());
            };
            let target = reference.strip_prefix('#').and_then(|pointer| self.root.pointer(pointer));
            value = target.ok_or_else(|| format!("the reference {reference} leads nowhere"))?;
        }
        Err("references go round in a circle".into())
    }

    /// The schema as JSON Schema 2020-12 without references, its objects closed to members it does not list.
    pub(super) fn closed(&self, schema: &Value) -> Result<Value, String> {
        self.expand(schema, Members::Listed, DEPTH)
    }

    fn expand(&self, schema: &Value, members: Members, depth: usize) -> Result<Value, String> {
        let depth = depth.checked_sub(1).ok_or("schemas are nested too deeply")?;
        let schema = self.resolve(schema)?;
        let Some(schema) = schema.as_object() else {
            return Ok(schema);
        };

        let mut expanded = Map::new();
        for (keyword, value) in schema {
            expanded.insert(keyword.clone(), self.expand_keyword(schema, (keyword, value), depth)?);
        }
        let open = schema.contains_key("additionalProperties");
        if matches!(members, Members::Listed) && !open && lists_members(&expanded) {
            expanded.insert("unevaluatedProperties".into(), Value::Bool(false));
        }
        Ok(Value::Object(expanded))
    }

    fn expand_keyword(
        &self,
        schema: &Map<String, Value>,
        (keyword, value): (&str, &Value),
        depth: usize,
    ) -> Result<Value, String> {
        // Members of a whole are listed by the whole; those of an alternative by itself, unless it stands in a whole.
        let inside = if schema.contains_key("properties") { Members::Any } else { Members::Listed };
        match (keyword, value) {
            ("properties", Value::Object(properties)) => {
                let each = properties.iter().map(|(name, property)| {
                    self.expand(property, Members::Listed, depth).map(|property| (name.clone(), property))
                });
                each.collect::<Result<Map<_, _>, _>>().map(Value::Object)
            }
            ("items" | "additionalProperties", value) => self.expand(value, Members::Listed, depth),
            ("not", value) => self.expand(value, Members::Any, depth),
            ("allOf", Value::Array(parts)) => self.expand_each(parts, Members::Any, depth),
            ("oneOf" | "anyOf", Value::Array(parts)) => self.expand_each(parts, inside, depth),
            (_, value) => Ok(value.clone()),
        }
    }

    fn expand_each(&self, parts: &[Value], members: Members, depth: usize) -> Result<Value, String> {
        let each = parts.iter().map(|part| self.expand(part, members, depth));
        each.collect::<Result<Vec<_>, _>>().map(Value::Array)
    }
}

/// Which members an object may have.
#[derive(Clone, Copy)]
enum Members {
    /// Those that its schema lists.
    Listed,
    /// Any: a schema around this one says.
    Any,
}

/// Whether the schema, or a part of it, lists members of an object.
fn lists_members(schema: &Map<String, Value>) -> bool {
    let parts = schema.get("allOf").and_then(Value::as_array);
    schema.contains_key("properties")
        || parts.is_some_and(|parts| parts.iter().filter_map(Value::as_object).any(lists_members))
}

/// Deeper than any document of ours.
const DEPTH: usize = 32;
