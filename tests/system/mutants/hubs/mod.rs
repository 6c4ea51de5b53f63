//! The suite is judged by faulty hubs: our hub behind a front that breaks one rule each.
//!
//! `tests/mutants/hubs.toml` lists them, `faults` makes them. For each one the whole hub plan is played: the cases that it names must
//! fail, and no other may come out otherwise than for our hub as it is, except as blocked or where the list says so. Several hubs are
//! judged at once, and each one serves several faults one after the other; a fault whose verdicts are not as they should be is judged a
//! second time at a new stand, which is told. The short form looks at the lists and plays three.

mod citizens;
mod faults;
mod front;
mod list;
mod memory;
mod message;
mod stand;
mod tls;
mod upstream;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex};

use conformance::hub_plan::{plan, register};
use system_tests::environment::{full, mutants, mutants_at_once};
use tokio::task::JoinSet;

use super::MACHINE;
use super::judging::Verdicts;
use super::progress::{Judged, Progress};
use crate::house::none;
use list::{List, Mutant};
use stand::Stand;

/// Faults that the short form plays: what a machine, a browser and a reader meet.
const SHORT: [&str; 3] =
    ["takes-plain-challenges", "comes-back-without-iss", "serves-from-memory-after-a-consent"];

#[test]
fn every_fault_of_a_hub_is_listed_and_every_listed_one_is_made() {
    let list = List::read();
    assert!(list.mutant.len() >= 60, "{} faulty hubs", list.mutant.len());
    let listed: Vec<&str> = list.mutant.iter().map(|mutant| mutant.id.as_str()).collect();
    let made: Vec<&str> = faults::all().map(|fault| fault.id).collect();
    let twice = |ids: &[&'static str]| ids.iter().collect::<BTreeSet<_>>().len() != ids.len();
    assert!(!twice(&made), "an id is made twice");
    assert_eq!(listed, made, "the list and the faults are in one order");
}

#[test]
fn every_rule_that_binds_a_hub_has_a_fault_or_says_why_not() {
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
        println!("{id} has no faulty hub: {reason}");
    }
}

#[test]
fn the_cases_that_faults_of_hubs_name_are_in_the_plan() {
    let plan: BTreeSet<&str> = plan().iter().map(|case| case.id).collect();
    let list = List::read();
    let named = list.mutant.iter().flat_map(|mutant| {
        assert!(!mutant.cases.is_empty(), "{} names no case", mutant.id);
        mutant.cases.iter().chain(mutant.also.iter().filter(|name| !name.ends_with('*')))
    });
    let strange: BTreeSet<String> = named.filter(|id| !plan.contains(id.as_str())).cloned().collect();
    none("cases that the plan does not have", strange.into_iter().collect());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn each_faulty_hub_fails_its_cases_and_no_other() {
    let wished = match mutants() {
        Some(wished) => Some(wished),
        None if full("the faulty hubs but three") => None,
        None => Some(SHORT.map(str::to_owned).into()),
    };
    let mut list = List::read().mutant;
    list.retain(|mutant| wished.as_ref().is_none_or(|ids| ids.contains(&mutant.id)));
    if list.is_empty() {
        return;
    }
    let _machine = MACHINE.lock().await;
    let mut stand = Stand::open().await;
    let mut clean = stand.judge(None, &[]).await;
    if clean.is_unsound_and_told("our hub") {
        stand = Stand::open().await;
        clean = stand.judge(None, &[]).await;
    }
    none("cases that our hub behind a front without a fault does not pass", clean.unsound());
    let survivors = judged(list, clean, stand).await;
    none("faulty hubs that are not caught as they should be", survivors);
}

/// What is wrong with the verdicts on faulty hubs; several stand side by side.
async fn judged(list: Vec<Mutant>, clean: Verdicts, first: Stand) -> Vec<String> {
    let many = mutants_at_once().min(list.len());
    let progress = Arc::new(Mutex::new(Progress::begin("faulty hubs", list.len())));
    let waiting = Arc::new(Mutex::new(list));
    let clean = Arc::new(clean);
    let mut working = JoinSet::new();
    let mut first = Some(first);
    for _ in 0..many {
        working.spawn(works(first.take(), Arc::clone(&waiting), Arc::clone(&clean), Arc::clone(&progress)));
    }
    while let Some(ended) = working.join_next().await {
        ended.unwrap();
    }
    Arc::into_inner(progress).unwrap().into_inner().unwrap().end()
}

/// Takes one fault after the other until none is left.
async fn works(
    mut held: Option<Stand>,
    waiting: Arc<Mutex<Vec<Mutant>>>,
    clean: Arc<Verdicts>,
    progress: Arc<Mutex<Progress>>,
) {
    let register = register().unwrap();
    loop {
        let next = waiting.lock().unwrap().pop();
        let Some(mutant) = next else { return };
        let demand = mutant.demand(&register);
        let mut before = None;
        let unmet = loop {
            let mut stand = match held.take().filter(|stand| !stand.is_worn()) {
                Some(stand) => stand,
                None => Stand::open().await,
            };
            let unmet = demand.unmet(&clean, &stand.judge(faults::named(&mutant.id), &mutant.declares).await);
            if unmet.is_empty() || before.is_some() {
                held = Some(stand);
                break unmet;
            }
            before = Some(unmet);
        };
        progress.lock().unwrap().tell(Judged { id: mutant.id, unmet, before });
    }
}
