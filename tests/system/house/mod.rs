//! The house itself: who imports whom, and the rules of the text.

mod arrows;
mod inside;
mod requirements;
mod text;

use std::fs;
use std::path::{Path, PathBuf};

use system_tests::environment::repository;

/// A source file: its path from the root, with `/`, and its text.
struct Source {
    path: String,
    text: String,
}

impl Source {
    /// The lines with their numbers, without those that are comments.
    fn code(&self) -> impl Iterator<Item = (usize, &str)> {
        self.text
            .lines()
            .enumerate()
            .map(|(n, line)| (n + 1, line))
            .filter(|(_, line)| !line.trim_start().starts_with("//"))
    }

    /// `path:line`, to print.
    fn at(&self, line: usize) -> String {
        format!("{}:{line}", self.path)
    }
}

/// Every file of ours with one of these endings under `folders`, outside what is built or installed.
fn sources(folders: &[&str], endings: &[&str]) -> Vec<Source> {
    let root = repository(".").canonicalize().unwrap();
    let mut found = Vec::new();
    for folder in folders {
        collect(&root.join(folder), endings, &mut found);
    }
    found.sort();
    found
        .into_iter()
        .map(|path| Source {
            path: path.strip_prefix(&root).unwrap().to_string_lossy().replace('\\', "/"),
            text: fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display())),
        })
        .collect()
}

fn collect(folder: &Path, endings: &[&str], found: &mut Vec<PathBuf>) {
    let Ok(entries) = fs::read_dir(folder) else { return };
    for entry in entries.map(Result::unwrap) {
        let (path, name) = (entry.path(), entry.file_name().to_string_lossy().into_owned());
        if path.is_dir() {
            if !matches!(name.as_str(), "target" | "node_modules" | "artifacts" | ".git") {
                collect(&path, endings, found);
            }
        } else if endings.iter().any(|ending| name.ends_with(ending)) {
            found.push(path);
        }
    }
}

/// All Rust of the workspace.
fn rust() -> Vec<Source> {
    sources(&["specs", "hub", "provider-adapters", "conformance", "tests"], &[".rs"])
}

/// Fails with every finding on a line of its own.
pub(crate) fn none(rule: &str, findings: Vec<String>) {
    let lines: String = findings.into_iter().map(|finding| format!("\n  {finding}")).collect();
    assert!(lines.is_empty(), "{rule}:{lines}");
}
