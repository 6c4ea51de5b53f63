//! How the hub says no: RFC 6749 5.2 at its OAuth endpoints, problem documents (RFC 9457) at its API.

use serde_json::{Value, json};

use super::{
    letters::put,
    random,
    wire::{Answer, Content},
};

/// An OAuth error; `invalid_client` is 401, everything else 400.
pub fn oauth(code: &str, description: &str) -> Answer {
    let status = if code == "invalid_client" { 401 } else { 400 };
    let body = json!({"error": code, "error_description": description});
    Answer::json(status, body).with("cache-control", "no-store")
}

/// A problem document of the API.
pub fn problem(status: u16, kind: &str, title: &str) -> Answer {
    let body = json!({
        "type": format!("urn:problem-type:{kind}"),
        "title": title,
        "status": status,
        "instance": format!("urn:uuid:{}", random::uuid()),
    });
    Answer { content_type: "application/problem+json".to_owned(), ..Answer::json(status, body) }
}

/// 401: the token opens nothing (any more).
pub fn invalid_token() -> Answer {
    problem(401, "belgif:invalidAccessToken", "Invalid access token")
        .with("www-authenticate", "Bearer error=\"invalid_token\"")
}

/// 401: the certificate of the connection is refused.
pub fn certificate_refused(reason: &str) -> Answer {
    explained(problem(401, "facteur:certificateRefused", "Certificate refused"), "reason", json!(reason))
}

/// 403: the consent does not include the action.
pub fn missing_permission() -> Answer {
    problem(403, "belgif:missingPermission", "Missing permission")
        .with("www-authenticate", "Bearer error=\"insufficient_scope\"")
}

/// 403: the token lacks the scope.
pub fn missing_scope(scope: &str) -> Answer {
    explained(problem(403, "belgif:missingScope", "Missing scope"), "requiredScopes", json!([scope]))
}

/// 404: it does not exist, has expired, or is not for this token.
pub fn not_found() -> Answer {
    let issues = json!([{"in": "path"}]);
    explained(problem(404, "belgif:resourceNotFound", "Resource not found"), "issues", issues)
}

/// 400: a query parameter that the API does not know.
pub fn unknown_parameter(name: &str) -> Answer {
    let issue = json!({
        "type": "urn:problem-type:belgif:input-validation:unknownInput", "in": "query", "name": name,
    });
    explained(problem(400, "belgif:badRequest", "Bad request"), "issues", json!([issue]))
}

/// 410: the cursor leads nowhere any more.
pub fn resync_required() -> Answer {
    problem(410, "facteur:resyncRequired", "Start again without a cursor")
}

/// 429 of the API.
pub fn too_many_requests(seconds: u64) -> Answer {
    problem(429, "belgif:tooManyRequests", "Too many requests").with("retry-after", seconds.to_string())
}

/// 503 of the API.
pub fn unavailable(seconds: u64) -> Answer {
    problem(503, "belgif:serviceUnavailable", "Service unavailable").with("retry-after", seconds.to_string())
}

fn explained(mut answer: Answer, member: &str, value: Value) -> Answer {
    if let Content::Json(body) = &mut answer.body {
        put(body, member, value);
    }
    answer
}
