//! The mailbox API, complete: what a provider finds, marks, fetches in part, answers and ends; and what it is refused.

mod addressees;
mod archive;
pub(crate) mod arranging;
mod arranging_late;
mod conditions;
mod consents;
mod finding;
mod hostile;
pub(crate) mod partition_limits;
mod partition_pages;
mod partition_rights;
pub(crate) mod partitions;
mod payments;
mod replies;

use serde_json::{Value, json};
use system_tests::world::citizen::Citizen;
use system_tests::world::provider::{Grant, Provider, messages_path};

/// Every action but those of the background.
const ACTIONS: [&str; 5] = ["list", "readContent", "markRead", "archive", "reply"];

/// Gives a provider a whole grant, the choices of its own ticked.
pub(super) async fn grants_all(citizen: &Citizen<'_>, provider: &Provider<'_>) -> Grant {
    let asked = provider.asks(&ACTIONS).await;
    let screen = citizen.comes_from(&asked).await;
    let mut form = screen.form("/authorize/consent").with("decision", "agree");
    form.fields.extend(["archive", "reply"].map(|action| ("with".to_owned(), action.to_owned())));
    let back = citizen.submit(&screen, &form).await;
    let grant = provider.redeems(&asked, &back.url).await;
    assert_eq!(grant.details["actions"], json!(ACTIONS));
    grant
}

/// The English subjects of a list.
fn subjects(list: &Value) -> Vec<&str> {
    let items = list["items"].as_array().unwrap();
    items.iter().map(|item| item["subject"]["en"].as_str().unwrap()).collect()
}

/// The subjects of the list that a query asks for.
async fn asked(provider: &Provider<'_>, grant: &Grant, query: &str) -> Value {
    provider.get(grant, &format!("{}?{query}", messages_path(grant))).await.expect(200)
}

/// The path of the first message of the list.
async fn first(provider: &Provider<'_>, grant: &Grant) -> String {
    let list = provider.messages(grant).await.expect(200);
    format!("{}/{}", messages_path(grant), list["items"][0]["messageId"].as_str().unwrap())
}
