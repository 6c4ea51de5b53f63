//! Roles of people for enterprises and other persons, what hangs on them, and events in people's lives.

mod ended;
mod events;
mod numbers;
mod operators;
mod races;
mod sources;

use serde_json::{Value, json};
use system_tests::world::World;
use system_tests::world::citizen::Citizen;
use system_tests::world::operator::Operator;
use system_tests::world::people::Person;
use system_tests::world::provider::{EVERYTHING, Grant, Provider};

/// Grants the bank everything over another's mailbox: the last of those that the screen offers.
async fn grants_for_another(citizen: &Citizen<'_>, bank: &Provider<'_>, kind: &str) -> Grant {
    let asked =
        bank.asks_for(&bank.details(&EVERYTHING, kind), json!({"grant_management_action": "create"})).await;
    let screen = citizen.comes_from(&asked).await;
    let offered: Vec<&str> = screen
        .html
        .split("name=\"mailbox\" value=\"")
        .skip(1)
        .filter_map(|rest| rest.split('"').next())
        .collect();
    let chosen = offered.last().unwrap_or_else(|| panic!("{}", screen.text_of("main")));
    let form = screen.form("/authorize/consent").with("mailbox", chosen).with("decision", "agree");
    let back = citizen.submit(&screen, &form).await;
    bank.redeems(&asked, &back.url).await
}

/// An event as operators tell it.
fn event(id: &str, kind: &str, person: &str) -> Value {
    json!({"source": "test", "eventId": id, "kind": kind, "ssin": Person::named(person).ssin(),
        "at": "2026-11-20T00:00:00Z"})
}

/// Tells an event, which is new.
async fn tells(operator: &Operator<'_>, event: &Value) {
    assert_eq!(operator.post("/v1/personEvents", event).await.expect(200)["outcome"], "applied");
}

/// State and reason of the one consent there is.
async fn the_consent(world: &World) -> (String, Option<String>) {
    world.row("SELECT state, reason FROM consent").await
}

/// The kinds of the history's entries, with their reasons, oldest first.
async fn history(world: &World) -> Vec<(String, Option<String>)> {
    world.db.fetch_all("SELECT kind, reason FROM consent_event ORDER BY at, n", ()).await.unwrap()
}
