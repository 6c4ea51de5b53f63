//! The change feed over the API: followed while others publish, by readers that crash, wait, stop and come back.

pub(crate) mod crowd;
mod doors;
mod exactly_once;
mod moving;
mod nodes;
pub(crate) mod synchronising;
pub(crate) mod waiting;

use serde_json::Value;
use system_tests::world::answer::Answer;
use system_tests::world::citizen::Citizen;
use system_tests::world::machine::Machine;
use system_tests::world::provider::{Grant, Provider};

/// Everything that a consent may allow.
const ALL: [&str; 5] = ["list", "readContent", "markRead", "synchronise", "citizenStatus"];

/// A provider application that follows its feed.
struct Follower<'w> {
    machine: &'w Machine<'w>,
    token: String,
    /// Where it goes on.
    next: String,
}

impl<'w> Follower<'w> {
    /// One that begins at the end of the feed.
    async fn at_the_end(bank: &'w Provider<'_>) -> Self {
        let token = bank.machine.client_credentials(&bank.client_id, "feed synchronise").await;
        let mut follower = Self { machine: &bank.machine, token, next: format!("{FEED}?after=latest") };
        // what happened just before may still be on its way, and come between the end and the answer
        follower.page().await;
        while !kinds(&follower.until_now().await).is_empty() {}
        follower
    }

    /// A question at any place.
    async fn ask(&self, path: &str) -> Answer {
        self.machine.get(path, Some(&self.token)).await
    }

    /// The next page.
    async fn page(&mut self) -> Value {
        let page = self.ask(&self.next).await.expect(200);
        page["next"].as_str().unwrap().clone_into(&mut self.next);
        page
    }

    /// The next page, once everything that happened before must have come.
    async fn until_now(&mut self) -> Value {
        let page = self.waits(1).await.expect(200);
        self.next = page["next"].as_str().unwrap().replace("wait=1&", "");
        page
    }

    /// The next page, perhaps after so many seconds of waiting.
    async fn waits(&self, seconds: u32) -> Answer {
        self.ask(&format!("{}&wait={seconds}", self.next)).await
    }

    /// What comes next, in words, as soon as there is something.
    async fn hears(&mut self) -> Vec<String> {
        let page = self.waits(20).await.expect(200);
        page["next"].as_str().unwrap().split("wait=20&").collect::<String>().clone_into(&mut self.next);
        kinds(&page)
    }
}

/// A citizen gives a whole consent of their own mailbox, with what is a choice of its own.
pub(crate) async fn consents(citizen: &Citizen<'_>, bank: &Provider<'_>) -> Grant {
    let asked = bank.asks(&ALL).await;
    let screen = citizen.comes_from(&asked).await;
    let mut form = screen.form("/authorize/consent").with("decision", "agree");
    for choice in ["synchronise", "citizenStatus"] {
        form.fields.push(("with".to_owned(), choice.to_owned()));
    }
    let back = citizen.submit(&screen, &form).await;
    let grant = bank.redeems(&asked, &back.url).await;
    assert_eq!(grant.details["actions"], serde_json::json!(ALL));
    grant
}

/// The kinds of the changes on a page.
fn kinds(page: &Value) -> Vec<String> {
    let items = page["items"].as_array().unwrap_or_else(|| panic!("no page: {page:#}"));
    items.iter().map(|change| change["kind"].as_str().unwrap().to_owned()).collect()
}

const FEED: &str = "/mailbox/v1/changes";
