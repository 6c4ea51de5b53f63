//! Judges answers by the OpenAPI documents of `specs`: route, status, media type, headers and body.
//!
//! Stricter than the documents have to be towards clients: an object in an answer holds no member that its
//! schema does not list. What a document does not mention, a route, a status or a media type, is an error.

use http::HeaderMap;
use serde_json::{Map, Value};

mod document;
mod schema;

use document::Document;

/// One OpenAPI 3.0 document, ready to judge answers.
pub struct Contract {
    document: Document,
    routes: Vec<Route>,
}

/// One operation that a document describes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Operation {
    /// In upper case: `GET`.
    pub method: String,
    /// With the base path: `/mailbox/v1/mailboxes/{mailboxId}/messages`.
    pub path: String,
    /// Its `operationId`.
    pub id: String,
}

/// A path of the document, with the base path of its server before it.
struct Route {
    path: String,
    item: Value,
}

impl Contract {
    /// Reads a document written in YAML; says what keeps it from being one.
    pub fn parse(yaml: &str) -> Result<Self, String> {
        let document = Document::parse(yaml)?;
        let paths = document.root.get("paths").and_then(Value::as_object).ok_or("no paths")?;
        let mut routes = Vec::new();
        for (path, item) in paths {
            let base = document.base_of(item)?;
            routes.push(Route { path: format!("{base}{path}"), item: item.clone() });
        }

        Ok(Self { document, routes })
    }

    /// Every operation of the document.
    pub fn operations(&self) -> Vec<Operation> {
        self.routes.iter().flat_map(Route::operations).collect()
    }

    /// The operation that a request is for; `path` has the base path and may have a query.
    pub fn operation(&self, method: &str, path: &str) -> Option<Operation> {
        let route = self.route(path)?;
        route.operations().into_iter().find(|operation| operation.method == method.to_ascii_uppercase())
    }

    /// Checks an answer to `method` on `path`, which has the base path and may have a query.
    ///
    /// `content_type` is empty if the answer has none. `default` stands for problems only: a status below 400 must be
    /// listed. The answer to `HEAD` is that to `GET` without a body.
    pub fn check_response(
        &self,
        method: &str,
        path: &str,
        status: u16,
        content_type: &str,
        headers: &HeaderMap,
        body: &[u8],
    ) -> Result<(), String> {
        let at = |problem: String| format!("{method} {path} → {status}: {problem}");
        let response = self.response(method, path, status).map_err(at)?;
        self.check_headers(&response, headers).map_err(at)?;
        if method.eq_ignore_ascii_case("HEAD") {
            return Ok(());
        }
        self.check_body(&response, status, content_type, body).map_err(at)
    }

    /// Checks every example of every operation, request and answer, against its schema.
    pub fn check_examples(&self) -> Result<usize, String> {
        let mut checked = 0;
        for route in &self.routes {
            for (method, operation) in methods(&route.item) {
                for content in self.contents(operation)? {
                    checked += self
                        .check_examples_of(&content)
                        .map_err(|problem| format!("{method} {}: {problem}", route.path))?;
                }
            }
        }
        Ok(checked)
    }

    fn route(&self, path: &str) -> Option<&Route> {
        let path = path.split(['?', '#']).next().unwrap_or_default();
        let fitting = self.routes.iter().filter(|route| fits(&route.path, path));
        fitting.min_by_key(|route| route.path.matches('{').count())
    }

    fn response(&self, method: &str, path: &str, status: u16) -> Result<Value, String> {
        let route = self.route(path).ok_or("the document has no such path")?;
        let wanted =
            if method.eq_ignore_ascii_case("HEAD") { "get".into() } else { method.to_ascii_lowercase() };
        let Some(operation) = route.item.get(&wanted) else {
            return self.refusal_of_method(route, status);
        };

        let responses = operation.get("responses").ok_or("the operation has no responses")?;
        let listed =
            responses.get(status.to_string()).or_else(|| responses.get(format!("{}XX", status / 100)));
        let problem = responses.get("default").filter(|_| status >= 400);
        let response = listed.or(problem).ok_or("the document does not list this status")?;
        self.document.resolve(response)
    }

    /// A method that the document does not list may only be refused, with any operation's problem.
    fn refusal_of_method(&self, route: &Route, status: u16) -> Result<Value, String> {
        let default = methods(&route.item)
            .into_iter()
            .find_map(|(_, operation)| operation.pointer("/responses/default"));
        match default {
            Some(default) if [401, 404, 405, 501, 503].contains(&status) => self.document.resolve(default),
            _ => Err("the document has no such method on this path".into()),
        }
    }

    fn check_headers(&self, response: &Value, headers: &HeaderMap) -> Result<(), String> {
        let Some(documented) = response.get("headers").and_then(Value::as_object) else {
            return Ok(());
        };
        for (name, header) in documented {
            let header = self.document.resolve(header)?;
            let required = header.get("required").and_then(Value::as_bool).unwrap_or(false);
            let Some(value) = headers.get(name) else {
                if required {
                    return Err(format!("the header {name} is missing"));
                }
                continue;
            };
            let value = value.to_str().map_err(|_| format!("the header {name} is not plain text"))?;
            let schema = header.get("schema").ok_or_else(|| format!("the header {name} has no schema"))?;
            let schema = self.document.closed(schema)?;
            schema::check(&schema, &schema::typed(&schema, value))
                .map_err(|problem| format!("header {name}: {problem}"))?;
        }
        Ok(())
    }

    fn check_body(
        &self,
        response: &Value,
        status: u16,
        content_type: &str,
        body: &[u8],
    ) -> Result<(), String> {
        let Some(content) = response.get("content").and_then(Value::as_object) else {
            return if body.is_empty() { Ok(()) } else { Err("a body where none is described".into()) };
        };
        let essence = content_type.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
        let media = media_of(content, &essence)
            .ok_or_else(|| format!("the media type '{content_type}' is not listed"))?;
        if essence != "application/json" && !essence.ends_with("+json") {
            return Ok(());
        }

        let value: Value =
            serde_json::from_slice(body).map_err(|cause| format!("the body is no JSON: {cause}"))?;
        if essence == "application/problem+json" && value.get("status") != Some(&Value::from(status)) {
            return Err(format!("the member status is not {status}: {value}"));
        }
        let schema = media.get("schema").ok_or("the media type has no schema")?;
        schema::check(&self.document.closed(schema)?, &value)
    }

    /// The media type objects of an operation's request and answers.
    fn contents(&self, operation: &Value) -> Result<Vec<Value>, String> {
        let responses =
            operation.get("responses").and_then(Value::as_object).into_iter().flat_map(Map::values);
        let mut contents = Vec::new();
        for described in operation.get("requestBody").into_iter().chain(responses) {
            let described = self.document.resolve(described)?;
            let media = described.get("content").and_then(Value::as_object);
            contents.extend(media.into_iter().flat_map(Map::values).cloned());
        }
        Ok(contents)
    }

    fn check_examples_of(&self, content: &Value) -> Result<usize, String> {
        let mut values: Vec<(String, Value)> = Vec::new();
        if let Some(example) = content.get("example") {
            values.push(("example".into(), example.clone()));
        }
        for (name, example) in content.get("examples").and_then(Value::as_object).into_iter().flatten() {
            let value = self.document.resolve(example)?.get("value").cloned();
            values.push((name.clone(), value.ok_or_else(|| format!("the example {name} has no value"))?));
        }

        let schema = self.document.closed(content.get("schema").ok_or("a media type without a schema")?)?;
        for (name, value) in &values {
            schema::check(&schema, value).map_err(|problem| format!("example {name}: {problem}"))?;
        }
        Ok(values.len())
    }
}

impl Route {
    fn operations(&self) -> Vec<Operation> {
        let described = methods(&self.item).into_iter().map(|(method, operation)| Operation {
            method: method.to_ascii_uppercase(),
            path: self.path.clone(),
            id: operation.get("operationId").and_then(Value::as_str).unwrap_or_default().into(),
        });
        described.collect()
    }
}

/// The operations of a path item, by method.
fn methods(item: &Value) -> Vec<(&str, &Value)> {
    METHODS.iter().filter_map(|method| item.get(method).map(|operation| (*method, operation))).collect()
}

/// Whether `path` is an instance of `template`, segment by segment.
fn fits(template: &str, path: &str) -> bool {
    let (mut wanted, mut given) = (template.split('/'), path.split('/'));
    loop {
        match (wanted.next(), given.next()) {
            (None, None) => return true,
            (Some(wanted), Some(given)) if wanted == given => {}
            (Some(wanted), Some(given)) if wanted.starts_with('{') && !given.is_empty() => {}
            _ => return false,
        }
    }
}

/// The entry of `content` for a media type: itself, its family, or anything.
fn media_of<'a>(content: &'a Map<String, Value>, essence: &str) -> Option<&'a Value> {
    let family = format!("{}/*", essence.split('/').next().unwrap_or_default());
    let anything = if essence.contains('/') { content.get("*/*") } else { None };
    content.get(essence).or_else(|| content.get(&family)).or(anything)
}

const METHODS: [&str; 8] = ["get", "put", "post", "delete", "options", "head", "patch", "trace"];

#[cfg(test)]
mod tests;
