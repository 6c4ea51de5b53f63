//! The list of faulty hubs, read.

use std::collections::BTreeSet;

use conformance::hub_plan::{plan, register};
use conformance::requirement::{Level, Register};
use serde::Deserialize;
use system_tests::environment::repository;

use crate::mutants::judging::Demand;
use crate::mutants::list::Without;

/// The whole list.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct List {
    pub(super) mutant: Vec<Mutant>,
    #[serde(default)]
    pub(super) without: Vec<Without>,
}

/// A faulty hub.
#[derive(Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Mutant {
    pub(super) id: String,
    /// The rules that the fault breaks.
    pub(super) requirements: Vec<String>,
    /// The cases that must fail.
    pub(super) cases: Vec<String>,
    /// Cases that may come out otherwise too; `N6*` is every case that begins so.
    #[serde(default)]
    pub(super) also: Vec<String>,
    /// What its profile declares beside that of our hub.
    #[serde(default)]
    pub(super) declares: Vec<String>,
    /// What it does wrong.
    #[serde(rename = "why")]
    _why: String,
}

impl List {
    pub(super) fn read() -> Self {
        let text = std::fs::read_to_string(repository("tests/mutants/hubs.toml")).unwrap();
        toml::from_str(&text).unwrap()
    }
}

impl Mutant {
    /// What the run on it must show.
    pub(super) fn demand(&self, register: &Register) -> Demand {
        Demand::of(&self.requirements, (&self.cases, &self.also), (&plan(), register))
    }
}

/// The rules for hubs that must be shown to hold, and all that there are.
pub(super) fn requirements() -> (Vec<String>, BTreeSet<String>) {
    let rows = register().unwrap().requirements;
    let binding = rows.iter().filter(|row| row.level == Level::Must && row.testable);
    (binding.map(|row| row.id.clone()).collect(), rows.iter().map(|row| row.id.clone()).collect())
}
