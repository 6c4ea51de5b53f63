//! Who looked into a mailbox, as its people are shown it; and how often anybody may ask for anything.

mod kills;
mod limits;
mod log;
mod representatives;

use jsonschema::Draft;
use serde_json::Value;
use system_tests::world::World;
use system_tests::world::citizen::Citizen;
use system_tests::world::page::Page;

/// Logs in and gives the path of the citizen's own mailbox.
pub(super) async fn own_mailbox(citizen: &Citizen<'_>) -> String {
    citizen.logs_in().await;
    let overview = citizen.open("/").await;
    overview.form("/mailboxes/").action
}

/// The access log of a mailbox as the file for programs, with everything that left the hub until now.
pub(super) async fn found(world: &World, citizen: &Citizen<'_>, address: &str) -> Vec<Value> {
    world.loads_journal().await;
    usages(&citizen.open(address).await)
}

/// The usages of an answer, which must be as the schema says.
fn usages(answer: &Page) -> Vec<Value> {
    assert_eq!(answer.status, 200, "{}: {}", answer.url, answer.html);
    let usages: Value = serde_json::from_str(&answer.html).unwrap();
    let schema: Value = serde_json::from_str(specs::FIND_USAGE_SCHEMA).unwrap();
    let options = jsonschema::options().with_draft(Draft::Draft202012).should_validate_formats(true);
    let validator = options.build(&schema).unwrap();
    let problems: Vec<String> = validator.iter_errors(&usages).map(|error| error.to_string()).collect();
    assert!(problems.is_empty(), "{problems:?}: {usages:#}");
    usages.as_array().unwrap().clone()
}

/// The kinds of these usages, oldest first.
pub(super) fn kinds(usages: &[Value]) -> Vec<&str> {
    usages.iter().rev().map(|usage| usage["actionKind"].as_str().unwrap()).collect()
}
