//! The e-Box's Federation service and its events, as software calls them that knows only the published documents.

mod events;
mod keeping;
mod numbers;
mod partitions;
mod posting;
mod preferences;
mod providers;
mod shapes;

use serde_json::{Value, json};
use system_tests::authority::Credential;
use system_tests::world::World;
use system_tests::world::answer::Answer;
use system_tests::world::citizen::Citizen;
use system_tests::world::machine::Machine;
use system_tests::world::people::enterprise;
use system_tests::world::provider::Provider;
use system_tests::world::sender::Sender;
use system_tests::world::setting::authorities;

const FEDERATION: &str = "/federation/v1";
const EVENTS: &str = "/events/v1/ebox/enterprise/document/events";

/// Somebody with a token of their own for one of the two services.
pub(super) struct Desk<'w> {
    machine: Machine<'w>,
    pub(super) token: String,
    pub(super) credential: Credential,
}

impl<'w> Desk<'w> {
    /// With every scope that the service has for them.
    async fn at(machine: &Machine<'w>, credential: &Credential, (client, service): (&str, &str)) -> Self {
        let resource = format!("{}/{service}/v1", machine.stage.mtls);
        let form = [("grant_type", "client_credentials"), ("client_id", client), ("resource", &resource)];
        let answer = machine.post_form("/token", &form).await.expect(200);
        let token = answer["access_token"].as_str().unwrap().to_owned();
        machine.stage.never_shown(&token);
        Self { machine: machine.clone(), token, credential: credential.clone() }
    }

    pub(super) async fn of_provider(bank: &Provider<'w>, service: &str) -> Self {
        Self::at(&bank.machine, &bank.credential, (&bank.client_id, service)).await
    }

    pub(super) async fn of_sender(tax: &Sender<'w>, service: &str) -> Self {
        Self::at(&tax.machine, &tax.credential, (&tax.client_id, service)).await
    }

    async fn get(&self, path: &str) -> Answer {
        self.machine.get(path, Some(&self.token)).await
    }

    async fn send(&self, method: &str, path: &str, body: &Value) -> Answer {
        self.machine.send(self.machine.request(method, path).bearer_auth(&self.token).json(body)).await
    }

    /// Posts events that are taken.
    pub(super) async fn posts(&self, events: &Value) {
        let answer = self.send("POST", EVENTS, events).await;
        assert_eq!((answer.status.as_u16(), answer.text()), (201, String::new()));
    }

    /// A page of events, once everything that happened before has its place.
    async fn page(&self, world: &World, after: i64, size: u32) -> Value {
        settle(world).await;
        self.get(&format!("{EVENTS}?lastSequenceNbr={after}&pageSize={size}")).await.expect(200)
    }

    /// What happened, from the oldest event: types and messages' first subjects.
    async fn told(&self, world: &World) -> Vec<(String, String)> {
        let page = self.page(world, 0, 100).await;
        let items = page["EboxEnterpriseDocumentEvents"].as_array().unwrap();
        let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        let subject =
            |event: &Value| event["subject"].as_object().and_then(|all| all.values().next()).map(text);
        items
            .iter()
            .map(|item| &item["eventData"])
            .map(|event| (text(&event["eventType"]), subject(event).unwrap_or_default()))
            .collect()
    }
}

/// Waits until everything that happened has its place in the feeds.
async fn settle(world: &World) {
    while world.hub().upkeep().sequence_changes().await.unwrap().taken > 0 {}
    while world.hub().upkeep().changes_queued().await.unwrap() > 0 {
        tokio::time::sleep(std::time::Duration::from_millis(10)).await;
    }
}

/// Registers the document provider `demo-archive`, for which the sender application `archive-app` speaks.
pub(super) async fn archive<'w>(world: &'w World, service: &str) -> Desk<'w> {
    world.apply(ARCHIVE).await;
    let credential = authorities().senders.client("urn:test:archive-app");
    let machine = world.machine(Some(&credential));
    Desk::at(&machine, &credential, ("archive-app", service)).await
}

/// A system of the first test enterprise, which Anna registers: its machine and its client id. Anna is logged in after.
async fn software<'w>(world: &'w World, anna: &Citizen<'_>) -> (Machine<'w>, Credential, String) {
    let credential = authorities().own_software.system("urn:test:bookkeeping", enterprise(1));
    anna.logs_in().await;
    anna.opens("Demo Bakkerij").await;
    let page = anna.open("/software").await;
    let form =
        page.form("/software").with("name", "Bookkeeping").with("certificate", &credential.certificate);
    let done = anna.submit(&page, &form).await;
    let (_, rest) = done.html.split_once("<code>own-").unwrap_or_else(|| panic!("{}", done.html));
    let client_id = format!("own-{}", rest.split('<').next().unwrap());
    (world.machine(Some(&credential)), credential, client_id)
}

/// A status message of this status and code.
#[track_caller]
fn expect_refusal(answer: &Answer, status: u16, code: &str) -> String {
    let message = answer.expect(status);
    assert_eq!(message["code"], code, "{}: {message:#}", answer.asked);
    assert_eq!(message["environment"], "DEVELOPMENT", "{message:#}");
    message["message"].as_str().unwrap().to_owned()
}

/// An event about a message that the archive keeps for a test enterprise.
pub(super) fn event(kind: &str, n: u32, message: &str) -> Value {
    json!({"eventType": kind, "enterpriseId": enterprise(n), "messageId": message,
        "receiptDate": "2026-11-20T10:00:00+01:00", "expirationDate": "2030-01-01T00:00:00Z",
        "registeredMail": false, "senderOrganizationId": enterprise(11), "messageTypeId": "their-type",
        "subject": {"nl": "Zandloper van de jufferkraan", "en": "Hourglass of the demoiselle"}})
}

const ARCHIVE: &str = r#"
environment = "demo"

[[sender_application]]
id = "archive-app"
code = "test:archive"
name = { nl = "Archief", en = "Archive" }

[[certificate]]
role = "sender"
anchor = "senders"
client_id = "archive-app"
san_uri = "urn:test:archive-app"

[[document_provider]]
id = "demo-archive"
client_id = "archive-app"
name = { nl = "Demo Archief", en = "Demo Archive" }
description = { nl = "Bewaart oude stukken", en = "Keeps old papers" }
url = "https://archive.example.org/v2/"
active_from = "2020-01-01"
contact = "help@archive.example.org"
maintenance = [{ from = "2030-01-01T01:00:00+01:00", until = "2030-01-01T02:00:00Z" }]
"#;
