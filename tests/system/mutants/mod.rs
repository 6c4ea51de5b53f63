//! The suite is judged by faulty apps: the reference provider with one rule broken each, by an exact change of its source.
//!
//! `tests/mutants/providers.toml` lists them. For each one the whole plan is played: the cases that it names must fail, and no other may
//! come out otherwise than for the reference provider as it is, except as blocked or where the list says so. They are built one after
//! another and judged several at once; one whose verdicts are not as they should be is judged a second time, which is told, since a
//! machine under load may cut an exchange short. The short form looks at the list alone.

mod hubs;
mod judging;
mod list;
mod progress;
mod trial;
mod workshop;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use conformance::requirement::Register;
use system_tests::environment::{full, mutants, mutants_at_once};
use tokio::sync::{Mutex, Semaphore};
use tokio::task::JoinSet;

use super::house::none;
use judging::Verdicts;
use list::{List, Mutant};
use progress::{Judged, Progress};
use trial::Trial;
use workshop::{Workshop, source};

/// Faulty providers and faulty hubs are judged one after the other: either takes the whole machine.
static MACHINE: Mutex<()> = Mutex::const_new(());

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
    let _machine = MACHINE.lock().await;
    let workshop = Workshop::open();
    let provider = workshop.build().await.expect("the reference provider builds");
    let mut clean = provider.judge().await;
    if clean.is_unsound_and_told("the reference provider") {
        clean = provider.judge().await;
    }
    none("cases that the reference provider does not pass", clean.unsound());

    let wished = mutants();
    let mut list = List::read().mutant;
    list.retain(|mutant| wished.as_ref().is_none_or(|ids| ids.contains(&mutant.id)));
    let survivors = judged(&workshop, list, &clean).await;
    none("faulty providers that are not caught as they should be", survivors);
}

/// What is wrong with the verdicts on faulty providers.
async fn judged(workshop: &Workshop, list: Vec<Mutant>, clean: &Verdicts) -> Vec<String> {
    let register = Register::of_providers().unwrap();
    let places = Arc::new(Semaphore::new(mutants_at_once()));
    let (mut progress, mut judging) = (Progress::begin("faulty providers", list.len()), JoinSet::new());
    for mutant in list {
        let place = Arc::clone(&places).acquire_owned().await.unwrap();
        workshop.change(&mutant);
        let built = workshop.build().await;
        workshop.mend(&mutant);
        let (demand, clean) = (mutant.demand(&register), clean.clone());
        match built {
            Ok(trial) => judging.spawn(async move {
                let judged = judged_twice(&trial, mutant.id, |found| demand.unmet(&clean, found)).await;
                drop(place);
                judged
            }),
            Err(told) => {
                let unmet = vec![format!("it does not build: {told}")];
                judging.spawn(async move { Judged { id: mutant.id, unmet, before: None } })
            }
        };
        while let Some(judged) = judging.try_join_next() {
            progress.tell(judged.unwrap());
        }
    }
    while let Some(judged) = judging.join_next().await {
        progress.tell(judged.unwrap());
    }
    progress.end()
}

/// Judges a faulty provider; a second time if something is not as it should be.
async fn judged_twice(trial: &Trial, id: String, unmet: impl Fn(&Verdicts) -> Vec<String>) -> Judged {
    let first = unmet(&trial.judge().await);
    if first.is_empty() {
        return Judged { id, unmet: first, before: None };
    }
    Judged { id, unmet: unmet(&trial.judge().await), before: Some(first) }
}
