//! Campaigns: one letter to many, each served once whatever happens, and told precisely what became of them.

mod cancelling;
mod crashes;
mod dry_runs;
mod lists;
mod many;
mod running;
mod strangers;

use std::time::{Duration, Instant};

use serde_json::{Value, json};
use system_tests::world::answer::Answer;
use system_tests::world::letter::Letter;
use system_tests::world::people::enterprise;
use system_tests::world::sender::Sender;

/// A campaign as its sender drives it.
pub(super) struct Campaign<'a> {
    sender: &'a Sender<'a>,
    /// Its address.
    href: String,
}

/// A letter to nobody in particular.
fn letter(sender: &Sender<'_>, subject: &str) -> Letter {
    let mut letter = sender.letter(&json!({}), subject).body("Aan allen.");
    letter.metadata.as_object_mut().unwrap().remove("recipient");
    letter
}

/// Asks for a campaign with this letter.
async fn create(sender: &Sender<'_>, letter: &Letter) -> Answer {
    let (media_type, body) = letter.form();
    let body = String::from_utf8(body).unwrap().replace("name=\"message\"", "name=\"campaign\"");
    let request = sender
        .machine
        .request("POST", "/sender/v1/campaigns")
        .bearer_auth(&sender.token)
        .header("idempotency-key", format!("\"{}\"", letter.key))
        .header("content-type", media_type)
        .body(body);
    sender.machine.send(request).await
}

impl<'a> Campaign<'a> {
    /// Begins a campaign with this letter.
    async fn with(sender: &'a Sender<'a>, letter: &Letter) -> Self {
        let answer = create(sender, letter).await;
        let location = answer.header("location").to_owned();
        let campaign = answer.expect(201);
        assert_eq!(campaign["state"], "awaitingRecipients", "{campaign:#}");
        assert_eq!(campaign["self"], location.as_str());
        Self { sender, href: location }
    }

    /// Begins a campaign with a short letter.
    pub(super) async fn begin(sender: &'a Sender<'a>, subject: &str) -> Self {
        Self::with(sender, &letter(sender, subject)).await
    }

    /// A request about it.
    async fn ask(&self, method: &str, path: &str) -> Answer {
        let request = self.sender.machine.request(method, &format!("{}{path}", self.href));
        self.sender.machine.send(request.bearer_auth(&self.sender.token)).await
    }

    /// Gives it its list, whatever that is.
    async fn put(&self, media_type: &str, list: String) -> Answer {
        let request = self.sender.machine.request("PUT", &format!("{}/recipients", self.href));
        let request = request.bearer_auth(&self.sender.token).header("content-type", media_type).body(list);
        self.sender.machine.send(request.timeout(Duration::from_secs(300))).await
    }

    /// Gives it these recipients, a line of JSON each.
    pub(super) async fn to(&self, recipients: &[Value]) -> Answer {
        self.put("application/x-ndjson", lines(recipients)).await
    }

    /// The campaign as it is now.
    async fn now(&self) -> Value {
        self.ask("GET", "").await.expect(200)
    }

    /// Waits until it is at its end.
    pub(super) async fn ends(&self) -> Value {
        let begun = Instant::now();
        loop {
            let now = self.now().await;
            if ["completed", "cancelled"].contains(&now["state"].as_str().unwrap()) {
                return now;
            }
            assert!(begun.elapsed() < Duration::from_secs(300), "{now:#}");
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }

    /// Every outcome, read page by page.
    pub(super) async fn outcomes(&self, size: usize) -> Vec<Value> {
        let (mut items, mut next) = (Vec::new(), format!("{}/recipients?pageSize={size}", self.href));
        loop {
            let request = self.sender.machine.request("GET", &next).bearer_auth(&self.sender.token);
            let page = self.sender.machine.send(request).await.expect(200);
            items.extend(page["items"].as_array().unwrap().iter().cloned());
            match page["next"].as_str() {
                Some(link) => link.clone_into(&mut next),
                None => return items,
            }
        }
    }

    /// The outcomes as words.
    async fn words(&self) -> Vec<String> {
        let items = self.outcomes(500).await;
        items.iter().map(|item| item["outcome"].as_str().unwrap().to_owned()).collect()
    }
}

fn lines(recipients: &[Value]) -> String {
    recipients.iter().map(|recipient| format!("{recipient}\n")).collect()
}

/// Enterprises, which are always reached, from the `first` on.
pub(super) fn enterprises(first: u32, count: u32) -> Vec<Value> {
    (first..first + count).map(|n| json!({"enterpriseNumber": enterprise(n)})).collect()
}
