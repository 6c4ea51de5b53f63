//! The suite is judged by faulty apps: the reference provider with one rule broken each, by an exact change of its source.
//!
//! `tests/mutants/providers.toml` lists them. For each one the cases that it names must fail, and no other of their sections may come out
//! otherwise than for the reference provider as it is, except as blocked or where the list says so. The short form looks at the list alone.

mod judging;
mod list;
mod workshop;

use std::collections::{BTreeMap, BTreeSet};

use system_tests::environment::{figure, full, mutants};

use super::house::none;
use judging::{Verdicts, sections, wrong};
use list::{List, Mutant};
use workshop::{Workshop, source};

#[test]
fn every_fault_is_an_exact_change_of_the_source_as_it_is() {
    let list = List::read();
    assert!(list.mutant.len() >= 60, "{} faulty providers", list.mutant.len());
    let ids: BTreeSet<&str> = list.mutant.iter().map(|mutant| mutant.id.as_str()).collect();
    assert_eq!(ids.len(), list.mutant.len(), "an id stands twice");

    let changes = list.mutant.iter().flat_map(|mutant| mutant.changes().map(move |change| (mutant, change)));
    let inexact = changes.filter_map(|(mutant, change)| {
        let found = source(&change.file).matches(&change.find).count();
        let told = format!("{}: {} times in {}", mutant.id, found, change.file);
        (found != 1 || change.find == change.replace).then_some(told)
    });
    none("faults that do not change exactly one place", inexact.collect());
}

#[test]
fn every_rule_that_binds_has_a_fault_or_says_why_not() {
    let list = List::read();
    let broken: BTreeSet<&str> =
        list.mutant.iter().flat_map(|mutant| mutant.requirements.iter().map(String::as_str)).collect();
    let without: BTreeMap<&str, &str> =
        list.without.iter().map(|row| (row.requirement.as_str(), row.reason.as_str())).collect();
    let (binding, known) = list::requirements();

    let bare =
        binding.iter().filter(|id| !broken.contains(id.as_str()) && !without.contains_key(id.as_str()));
    none("rules without a fault and without a reason", bare.cloned().collect());
    let both = without.keys().filter(|id| broken.contains(**id)).map(|id| (*id).to_owned());
    none("rules with a fault and a reason why there is none", both.collect());
    let strange = broken.iter().chain(without.keys()).filter(|id| !known.contains(**id));
    none("rules that are not in the register", strange.map(|id| (*id).to_owned()).collect());
    for (id, reason) in without {
        println!("{id} has no faulty provider: {reason}");
    }
}

#[test]
fn the_cases_that_faults_name_are_in_the_plan() {
    let plan: BTreeSet<&str> = conformance::cases::all().iter().map(|case| case.id).collect();
    let list = List::read();
    let named = list.mutant.iter().flat_map(|mutant| {
        assert!(!mutant.cases.is_empty(), "{} names no case", mutant.id);
        mutant.cases.iter().chain(mutant.also.iter().filter(|name| !name.ends_with('*')))
    });
    let strange: BTreeSet<String> = named.filter(|id| !plan.contains(id.as_str())).cloned().collect();
    none("cases that the plan does not have", strange.into_iter().collect());
}

#[tokio::test]
async fn each_faulty_provider_fails_its_cases_and_no_other() {
    if !full("the faulty providers, each built and judged") {
        return;
    }
    let (list, mut workshop) = (List::read(), Workshop::open());
    workshop.build().expect("the reference provider builds");
    let clean = workshop.run(&[]).await;
    let fallen: Vec<String> = clean.unsound().collect();
    none("cases that the reference provider does not pass", fallen);

    let wished = mutants();
    let chosen: Vec<&Mutant> = list
        .mutant
        .iter()
        .filter(|mutant| wished.as_ref().is_none_or(|ids| ids.contains(&mutant.id)))
        .collect();
    let mut survivors = Vec::new();
    for mutant in &chosen {
        let found = judged(&mut workshop, mutant, &clean).await;
        println!("{}: {}", mutant.id, if found.is_empty() { "caught" } else { "NOT as it should be" });
        survivors.extend(found.into_iter().map(|what| format!("{}: {what}", mutant.id)));
    }
    let faulty: BTreeSet<&str> = survivors.iter().filter_map(|told| told.split(':').next()).collect();
    figure(&format!("mutation score: {} of {} faulty providers", chosen.len() - faulty.len(), chosen.len()));
    none("faulty providers that are not caught as they should be", survivors);
}

/// What is wrong with the verdicts on a faulty provider.
async fn judged(workshop: &mut Workshop, mutant: &Mutant, clean: &Verdicts) -> Vec<String> {
    workshop.change(mutant);
    let built = workshop.build();
    let verdicts = match built {
        Ok(()) => workshop.run(&sections(mutant, clean)).await,
        Err(told) => return vec![format!("it does not build: {told}")],
    };
    workshop.mend(mutant);
    wrong(mutant, clean, &verdicts)
}
