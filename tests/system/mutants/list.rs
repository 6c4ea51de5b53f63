//! The list of faulty providers, read.

use std::collections::BTreeSet;

use conformance::cases::all;
use conformance::requirement::{Level, Register};
use serde::Deserialize;
use system_tests::environment::repository;

use super::judging::Demand;

/// The whole list.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct List {
    pub(super) mutant: Vec<Mutant>,
    pub(super) without: Vec<Without>,
}

/// A faulty provider.
#[derive(Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Mutant {
    pub(super) id: String,
    /// The rules that the fault breaks.
    pub(super) requirements: Vec<String>,
    /// The cases that must fail.
    pub(super) cases: Vec<String>,
    /// Cases that may fail too; `N6*` is every case that begins so.
    #[serde(default)]
    pub(super) also: Vec<String>,
    file: String,
    find: String,
    replace: String,
    /// What it does wrong.
    #[serde(rename = "why")]
    _why: String,
    second: Option<Change>,
}

/// One replacement.
#[derive(Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Change {
    pub(super) file: String,
    pub(super) find: String,
    pub(super) replace: String,
}

/// A rule that no fault breaks.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Without {
    pub(super) requirement: String,
    pub(super) reason: String,
}

impl List {
    pub(super) fn read() -> Self {
        let text = std::fs::read_to_string(repository("tests/mutants/providers.toml")).unwrap();
        toml::from_str(&text).unwrap()
    }
}

impl Mutant {
    /// Its replacements, in order.
    pub(super) fn changes(&self) -> impl Iterator<Item = Change> {
        let Self { file, find, replace, second, .. } = self.clone();
        [Change { file, find, replace }].into_iter().chain(second)
    }

    /// What the run on it must show.
    pub(super) fn demand(&self, register: &Register) -> Demand {
        Demand::of(&self.requirements, (&self.cases, &self.also), (&all(), register))
    }
}

/// The rules for apps that must be shown to hold, and all that there are.
pub(super) fn requirements() -> (Vec<String>, BTreeSet<String>) {
    let rows = Register::of_providers().unwrap().requirements;
    let binding = rows.iter().filter(|row| row.level == Level::Must && row.testable);
    (binding.map(|row| row.id.clone()).collect(), rows.iter().map(|row| row.id.clone()).collect())
}
