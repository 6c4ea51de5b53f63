//! Status messages: how the protocols of the e-Box say no, a code and a sentence.
//!
//! Whatever the shared path refuses with is a problem; one function turns every problem into a status message, on the
//! way out of an adapter and at the gate. Status, challenge and waiting time stay as they are.

use axum::response::Response;
use bytes::Bytes;
use http::{HeaderValue, header};
use hub_http::Problem;
use serde::Serialize;
use serde_json::Value;

/// How one of these protocols speaks.
pub(crate) struct Manner {
    /// Issues that have a code of their own, the gravest first.
    pub(crate) codes: &'static [(&'static str, &'static str)],
    /// Members of the hub's own forms, and what they are called here.
    pub(crate) names: &'static [(&'static str, &'static str)],
    /// Whether the environment is written in capitals.
    pub(crate) loud: bool,
}

/// What is wrong.
#[derive(Serialize)]
struct StatusMessage {
    id: String,
    code: String,
    message: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    environment: Option<String>,
}

impl Manner {
    /// The response as it leaves: a problem as a status message, all else as it is.
    pub(crate) fn spoken(&self, mut response: Response) -> Response {
        let Some(problem) = response.extensions_mut().remove::<Problem>() else { return response };
        let environment = hub_http::environment().as_deref().and_then(environment);
        let message = StatusMessage {
            id: text(&problem, "instance").trim_start_matches("urn:uuid:").to_owned(),
            code: self.code(&problem),
            message: self.message(&problem),
            environment: environment
                .map(|name| if self.loud { name.to_uppercase() } else { name.to_owned() }),
        };
        let (mut parts, _) = response.into_parts();
        parts.headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
        parts.headers.remove(header::CONTENT_LENGTH);
        let body = serde_json::to_vec(&message).unwrap_or_default();
        Response::from_parts(parts, Bytes::from(body).into())
    }

    /// The code: what the e-Box calls it where it has a word, else the problem's name in its spelling.
    fn code(&self, problem: &Problem) -> String {
        if problem.name() != "badRequest" {
            return spelled(problem.name());
        }
        let kinds: Vec<&str> = issues(problem).map(|issue| last(issue, "type")).collect();
        let known = self.codes.iter().find(|(kind, _)| kinds.contains(kind));
        known.map_or("INVALID_INPUT", |(_, code)| code).to_owned()
    }

    /// The sentence: why a certificate is refused, or everything that is wrong with the input, or what there is to say.
    fn message(&self, problem: &Problem) -> String {
        let said =
            [text(problem, "detail"), text(problem, "title")].into_iter().find(|said| !said.is_empty());
        let said = said.unwrap_or_default();
        if problem.name() == "badRequest" {
            let told: Vec<String> = issues(problem).map(|issue| self.issue(issue)).collect();
            return if told.is_empty() { said.to_owned() } else { told.join("; ") };
        }
        match text(problem, "reason") {
            "" => said.to_owned(),
            reason => format!("{reason}: {said}"),
        }
    }

    /// Where it is, as this protocol names it, and what is wrong.
    fn issue(&self, issue: &Value) -> String {
        let member = |name: &str| issue.get(name).and_then(Value::as_str).unwrap_or_default();
        let place =
            self.names.iter().fold(member("name").to_owned(), |place, (ours, theirs)| match place == *ours {
                true => (*theirs).to_owned(),
                false => place.replace(&format!(".{ours}"), &format!(".{theirs}")),
            });
        let detail = member("detail");
        if place.is_empty() { detail.to_owned() } else { format!("{place}: {detail}") }
    }
}

/// `missingScope` as `MISSING_SCOPE`.
fn spelled(name: &str) -> String {
    let mut code = String::new();
    for letter in name.chars() {
        if letter.is_ascii_uppercase() {
            code.push('_');
        }
        code.push(letter.to_ascii_uppercase());
    }
    code
}

fn issues(problem: &Problem) -> impl Iterator<Item = &Value> {
    problem.members().get("issues").and_then(Value::as_array).into_iter().flatten()
}

fn text<'p>(problem: &'p Problem, member: &str) -> &'p str {
    problem.members().get(member).and_then(Value::as_str).unwrap_or_default()
}

fn last<'v>(value: &'v Value, member: &str) -> &'v str {
    let kind = value.get(member).and_then(Value::as_str).unwrap_or_default();
    kind.rsplit(':').next().unwrap_or_default()
}

/// The hub's environment in the words of the documents.
fn environment(name: &str) -> Option<&'static str> {
    let known = [
        ("demo", "development"),
        ("integration", "integration"),
        ("acceptance", "acceptation"),
        ("production", "production"),
    ];
    known.into_iter().find(|(ours, _)| *ours == name).map(|(_, theirs)| theirs)
}

#[cfg(test)]
mod tests {
    use hub_core::error::Issue;

    use super::*;

    const MANNER: Manner = Manner {
        codes: &[("digestMismatch", "DIGEST_DO_NOT_MATCH")],
        names: &[("ssin", "eboxIdValue"), ("part", "httpPartName")],
        loud: false,
    };

    #[test]
    fn a_problem_has_its_code_and_its_sentence() {
        let of = |issues: &[Issue]| {
            let problem = Problem::issues(issues);
            (MANNER.code(&problem), MANNER.message(&problem))
        };
        let digest = Issue::new("digestMismatch", "attachments[0].part", "another digest");
        let shape = Issue::new("schemaViolation", "recipient.ssin", "not a number");
        let (code_of_both, said) = of(&[shape.clone(), digest]);
        assert_eq!(code_of_both, "DIGEST_DO_NOT_MATCH");
        assert_eq!(said, "recipient.eboxIdValue: not a number; attachments[0].httpPartName: another digest");
        assert_eq!(of(&[shape]).0, "INVALID_INPUT");
        assert_eq!(MANNER.code(&Problem::named("missingScope")), "MISSING_SCOPE");
    }
}
