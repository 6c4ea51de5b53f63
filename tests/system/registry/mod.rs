//! The Message Registry, as software written for the e-Box calls it: a client that knows only the published document.

mod consultation;
mod finding;
mod notifications;
mod partitions;
mod publishing;
mod reading;
mod references;
mod refusals;
mod replies;
mod shapes;
mod switching;

use serde_json::{Value, json};
use system_tests::authority::Credential;
use system_tests::world::World;
use system_tests::world::answer::Answer;
use system_tests::world::citizen::Citizen;
use system_tests::world::machine::Machine;
use system_tests::world::people::{Person, enterprise};
use system_tests::world::provider::{Grant, Provider};
use system_tests::world::sender::Sender;
use system_tests::world::setting::authorities;

const BASE: &str = "/messageRegistry/v2";

/// Somebody with a token for the registry.
pub(super) struct Desk<'w> {
    machine: Machine<'w>,
    pub(super) token: String,
}

/// A file of a form: the part's name, the file's, the media type, the bytes.
pub(super) type File<'f> = (&'f str, &'f str, &'f str, &'f [u8]);

impl Desk<'_> {
    async fn get(&self, path: &str) -> Answer {
        self.machine.get(&format!("{BASE}{path}"), Some(&self.token)).await
    }

    async fn get_for(&self, path: &str, enterprise: &str) -> Answer {
        let request = self.machine.request("GET", &format!("{BASE}{path}")).bearer_auth(&self.token);
        self.machine.send(request.header("On-Behalf-Of-Enterprise-Number", enterprise)).await
    }

    async fn send(&self, method: &str, path: &str, body: &Value) -> Answer {
        let request = self.machine.request(method, &format!("{BASE}{path}")).bearer_auth(&self.token);
        self.machine.send(request.json(body)).await
    }

    async fn send_for(&self, method: &str, path: &str, enterprise: &str, body: &Value) -> Answer {
        let request = self.machine.request(method, &format!("{BASE}{path}")).bearer_auth(&self.token);
        self.machine.send(request.header("On-Behalf-Of-Enterprise-Number", enterprise).json(body)).await
    }

    /// The messages that a query asks for.
    pub(super) async fn list(&self, query: &str) -> Value {
        self.get(&format!("/ebox/messages{query}")).await.expect(200)
    }

    /// The Dutch subjects that a query asks for.
    async fn subjects(&self, query: &str) -> Vec<String> {
        let list = self.list(query).await;
        let items = list["items"].as_array().unwrap();
        assert!(list["totalItems"].as_u64().unwrap() >= items.len() as u64, "{list:#}");
        items.iter().map(|item| item["subject"]["nl"].as_str().unwrap().to_owned()).collect()
    }

    /// The id of the newest message.
    async fn newest(&self) -> String {
        self.list("").await["items"][0]["messageId"].as_str().unwrap().to_owned()
    }

    /// Publishes; the description comes last, after the files.
    async fn publish(&self, key: Option<&str>, message: &Value, files: &[File<'_>]) -> Answer {
        let text = message.to_string();
        let described: File<'_> = ("messageToPublish", "", "application/json", text.as_bytes());
        let parts: Vec<File<'_>> = files.iter().copied().chain([described]).collect();
        self.posted(key, &form(&parts)).await
    }

    async fn posted(&self, key: Option<&str>, (media_type, body): &(String, Vec<u8>)) -> Answer {
        if let Some(subject) = subject_in(body) {
            self.machine.stage.never_shown(&subject);
        }
        let request = self.machine.request("POST", &format!("{BASE}/publishMessage"));
        let request = request.bearer_auth(&self.token).header("content-type", media_type).body(body.clone());
        self.machine
            .send(match key {
                Some(key) => request.header("idempotency-key", format!("\"{key}\"")),
                None => request,
            })
            .await
    }
}

/// The Dutch subject of a form of the tests, so that it is searched for where it must not stand.
fn subject_in(body: &[u8]) -> Option<String> {
    let text = String::from_utf8_lossy(body);
    let (_, rest) = text.split_once("\"subject\":{\"nl\":\"")?;
    rest.split('"').next().map(str::to_owned)
}

/// A form of these parts, in this order.
pub(super) fn form(parts: &[File<'_>]) -> (String, Vec<u8>) {
    let mut body = Vec::new();
    for (name, file_name, media_type, bytes) in parts {
        let file = if file_name.is_empty() { String::new() } else { format!("; filename=\"{file_name}\"") };
        let head = format!(
            "--the-boundary\r\ncontent-disposition: form-data; name=\"{name}\"{file}\r\n\
             content-type: {media_type}\r\n\r\n"
        );
        body.extend_from_slice(head.as_bytes());
        body.extend_from_slice(bytes);
        body.extend_from_slice(b"\r\n");
    }
    body.extend_from_slice(b"--the-boundary--\r\n");
    ("multipart/form-data; boundary=the-boundary".to_owned(), body)
}

/// Whom a message is for.
fn citizen_box(name: &str) -> Value {
    json!({"eboxType": "citizen", "eboxIdValue": Person::named(name).ssin()})
}

fn enterprise_box(n: u32) -> Value {
    json!({"eboxType": "enterprise", "eboxIdValue": enterprise(n)})
}

/// The description of a message with a text.
fn described(recipient: &Value, subject: &str) -> Value {
    json!({"recipient": recipient, "subject": {"nl": subject}, "messageTypeId": "tax-assessment",
        "bodyMainContent": true, "bodyContent": {"nl": "Zie de **bijlage**.", "fr": "Voir l'annexe."},
        "replyAuthorized": true})
}

/// A token for the registry, by this request.
async fn token(machine: &Machine<'_>, form: &[(&str, &str)]) -> String {
    let resource = format!("{}{BASE}", machine.stage.mtls);
    let form: Vec<(&str, &str)> = form.iter().copied().chain([("resource", resource.as_str())]).collect();
    let answer = machine.post_form("/token", &form).await.expect(200);
    let token = answer["access_token"].as_str().unwrap().to_owned();
    machine.stage.never_shown(&token);
    token
}

/// A sender's desk.
pub(super) async fn sender<'w>(tax: &Sender<'w>) -> Desk<'w> {
    let form = [("grant_type", "client_credentials"), ("client_id", tax.client_id.as_str())];
    Desk { token: token(&tax.machine, &form).await, machine: tax.machine.clone() }
}

/// A provider's desk under a grant.
pub(super) async fn reader<'w>(bank: &Provider<'w>, grant: &Grant) -> Desk<'w> {
    let form = [
        ("grant_type", "refresh_token"),
        ("client_id", bank.client_id.as_str()),
        ("refresh_token", grant.refresh.as_str()),
    ];
    Desk { token: token(&bank.machine, &form).await, machine: bank.machine.clone() }
}

/// The desk of a system of the first test enterprise, which Anna registers.
async fn own_software<'w>(world: &'w World, anna: &Citizen<'_>) -> Desk<'w> {
    let (credential, client_id) = registered_software(anna).await;
    let machine = world.machine(Some(&credential));
    let form = [("grant_type", "client_credentials"), ("client_id", client_id.as_str())];
    Desk { token: token(&machine, &form).await, machine }
}

/// A system of the first test enterprise, which Anna registers: its certificate and its client id.
pub(super) async fn registered_software(anna: &Citizen<'_>) -> (Credential, String) {
    let credential: Credential = authorities().own_software.system("urn:test:bookkeeping", enterprise(1));
    anna.logs_in().await;
    anna.opens("Demo Bakkerij").await;
    let page = anna.open("/software").await;
    let form =
        page.form("/software").with("name", "Bookkeeping").with("certificate", &credential.certificate);
    let done = anna.submit(&page, &form).await;
    let (_, rest) = done.html.split_once("<code>own-").unwrap_or_else(|| panic!("{}", done.html));
    (credential, format!("own-{}", rest.split('<').next().unwrap()))
}

/// A status message of this status and code.
#[track_caller]
fn expect_refusal(answer: &Answer, status: u16, code: &str) -> String {
    let message = answer.expect(status);
    assert_eq!(message["code"], code, "{}: {message:#}", answer.asked);
    assert_eq!(message["environment"], "development", "{message:#}");
    assert_eq!(message["id"], answer.header("belgov-trace-id"), "{message:#}");
    message["message"].as_str().unwrap().to_owned()
}
