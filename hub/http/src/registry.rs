//! The registry of problems, as `specs/problems.toml` has it: the one place with their types, titles and statuses, and
//! with what is told about them.

use std::sync::LazyLock;

use serde::Deserialize;

/// A problem type.
#[derive(Debug, Deserialize)]
pub struct ProblemEntry {
    /// The URN.
    #[serde(rename = "type")]
    pub kind: String,
    /// The HTTP status.
    pub status: u16,
    /// The title.
    pub title: String,
    /// The members that it has beside those of all problems.
    pub members: Vec<String>,
    /// When it is answered.
    pub meaning: String,
    /// What a program does about it.
    pub remedy: String,
}

/// An issue type.
#[derive(Debug, Deserialize)]
pub struct IssueEntry {
    /// The URN.
    #[serde(rename = "type")]
    pub kind: String,
    /// The title.
    pub title: String,
    /// When it is answered.
    pub meaning: String,
}

/// Every type there is.
#[derive(Debug, Default, Deserialize)]
pub struct Registry {
    /// The problem types, by status.
    #[serde(rename = "problem")]
    pub problems: Vec<ProblemEntry>,
    /// The issue types.
    #[serde(rename = "issue")]
    pub issues: Vec<IssueEntry>,
}

impl ProblemEntry {
    /// The last part of its type, which names it in addresses.
    pub fn name(&self) -> &str {
        last(&self.kind)
    }
}

/// The registry.
pub fn registry() -> &'static Registry {
    &REGISTRY
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
