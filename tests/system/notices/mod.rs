//! The feed of a sender organization over the API, and messages that are withdrawn and corrected.

mod corrections;
mod doors;
mod exactly_once;
mod following;
mod pages;
mod waiting;
mod withdrawals;

use serde_json::{Value, json};
use system_tests::world::answer::Answer;
use system_tests::world::sender::Sender;

/// A sender application that follows the feed of its organization.
struct Desk<'w> {
    sender: &'w Sender<'w>,
    token: String,
    /// Where it goes on.
    next: String,
}

impl<'w> Desk<'w> {
    /// One that begins at the end of the feed.
    async fn at_the_end(sender: &'w Sender<'_>) -> Self {
        let token = sender.machine.client_credentials(&sender.client_id, "feed").await;
        let mut desk = Self { sender, token, next: format!("{FEED}?after=latest") };
        desk.page().await;
        desk
    }

    /// A question at any place.
    async fn ask(&self, path: &str) -> Answer {
        self.sender.machine.get(path, Some(&self.token)).await
    }

    /// The next page.
    async fn page(&mut self) -> Value {
        let page = self.ask(&self.next).await.expect(200);
        page["next"].as_str().unwrap().clone_into(&mut self.next);
        page
    }

    /// The next page, perhaps after so many seconds of waiting; where it goes on is left as it is.
    async fn waits(&self, seconds: u32) -> Answer {
        self.ask(&format!("{}&wait={seconds}", self.next)).await
    }

    /// What comes next, until there are so many.
    async fn hears(&mut self, count: usize) -> Vec<Value> {
        let mut heard = Vec::new();
        while heard.len() < count {
            let page = self.waits(20).await.expect(200);
            let items = page["items"].as_array().unwrap().clone();
            assert!(!items.is_empty(), "after {heard:#?} nothing came");
            heard.extend(items);
            page["next"].as_str().unwrap().replace("wait=20&", "").clone_into(&mut self.next);
        }
        heard
    }

    /// [`Self::hears`] in words.
    async fn expects(&mut self, kinds: &[&str]) {
        assert_eq!(words(&self.hears(kinds.len()).await), kinds);
    }
}

/// The kinds of changes.
fn words(items: &[Value]) -> Vec<&str> {
    items.iter().map(|change| change["kind"].as_str().unwrap()).collect()
}

/// Withdraws a message, and gives whatever is answered.
pub(super) async fn withdraw(sender: &Sender<'_>, message: &str, reason: &Value) -> Answer {
    let path = format!("/sender/v1/messages/{message}/withdraw");
    let request = sender.machine.request("POST", &path).bearer_auth(&sender.token);
    sender.machine.send(request.json(&json!({ "reason": reason }))).await
}

/// Why a message is withdrawn.
pub(super) fn reason() -> Value {
    json!({"nl": "Deze brief was voor iemand anders.", "en": "This letter was meant for somebody else."})
}

const FEED: &str = "/sender/v1/changes";
