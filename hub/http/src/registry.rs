//! The registry of problems, as `specs/problems.toml` has it: the one place with their types, titles and statuses.

use std::sync::LazyLock;

use serde::Deserialize;

/// A problem type.
#[derive(Debug, Deserialize)]
pub(crate) struct ProblemEntry {
    #[serde(rename = "type")]
    pub(crate) kind: String,
    pub(crate) status: u16,
    pub(crate) title: String,
}

/// An issue type.
#[derive(Debug, Deserialize)]
pub(crate) struct IssueEntry {
    #[serde(rename = "type")]
    pub(crate) kind: String,
    pub(crate) title: String,
}

#[derive(Debug, Default, Deserialize)]
struct Registry {
    #[serde(rename = "problem")]
    problems: Vec<ProblemEntry>,
    #[serde(rename = "issue")]
    issues: Vec<IssueEntry>,
}

/// The problem type whose last part is `name`.
pub(crate) fn problem(name: &str) -> Option<&'static ProblemEntry> {
    REGISTRY.problems.iter().find(|entry| last(&entry.kind) == name)
}

/// The issue type whose last part is `name`.
pub(crate) fn issue(name: &str) -> Option<&'static IssueEntry> {
    REGISTRY.issues.iter().find(|entry| last(&entry.kind) == name)
}

fn last(urn: &str) -> &str {
    urn.rsplit(':').next().unwrap_or_default()
}

static REGISTRY: LazyLock<Registry> = LazyLock::new(|| toml::from_str(specs::PROBLEMS).unwrap_or_default());

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_registry_is_read() {
        assert_eq!(problem("badRequest").unwrap().status, 400);
        assert!(issue("digestMismatch").unwrap().kind.starts_with("urn:problem-type:facteur:"));
        assert!(problem("noSuchProblem").is_none());
    }
}
