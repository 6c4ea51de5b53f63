//! MeMo, as Nordic-style software reads a mailbox and answers: every answer is judged by the schemas, and what is sent in by
//! the hub.

mod hostile;
mod large;
mod reading;
mod replies;
mod rights;
mod switching;

use data_encoding::BASE64;
use system_tests::world::answer::Answer;
use system_tests::world::machine::Machine;
use system_tests::world::provider::{Grant, Provider};
use system_tests::xml;

const BASE: &str = "/memo/v1";

/// Somebody with a token for MeMo, and the mailbox that it opens.
struct Desk<'w> {
    machine: Machine<'w>,
    token: String,
    mailbox: String,
}

/// A provider's token for MeMo under a grant.
pub(super) async fn token(bank: &Provider<'_>, grant: &Grant) -> String {
    let (client, refresh) = (bank.client_id.as_str(), grant.refresh.as_str());
    let form = [("grant_type", "refresh_token"), ("client_id", client), ("refresh_token", refresh)];
    token_by(&bank.machine, &form).await
}

/// A token for MeMo by this request.
async fn token_by(machine: &Machine<'_>, form: &[(&str, &str)]) -> String {
    let resource = format!("{}{BASE}", machine.stage.mtls);
    let form: Vec<(&str, &str)> = form.iter().copied().chain([("resource", resource.as_str())]).collect();
    let answer = machine.post_form("/token", &form).await.expect(200);
    let token = answer["access_token"].as_str().unwrap().to_owned();
    machine.stage.never_shown(&token);
    token
}

/// A provider's desk under a grant.
async fn desk<'w>(bank: &Provider<'w>, grant: &Grant) -> Desk<'w> {
    Desk { machine: bank.machine.clone(), token: token(bank, grant).await, mailbox: grant.mailbox.clone() }
}

impl Desk<'_> {
    fn list(&self) -> String {
        format!("{BASE}/mailboxes/{}/messages", self.mailbox)
    }

    fn path(&self, message: &str) -> String {
        format!("{}/{message}", self.list())
    }

    async fn get(&self, path: &str) -> Answer {
        self.machine.get(path, Some(&self.token)).await
    }

    /// The ids of the messages, the newest first.
    async fn ids(&self) -> Vec<String> {
        let list = self.get(&self.list()).await;
        list.expect(200);
        items(&list.text())
    }

    async fn newest(&self) -> String {
        self.ids().await.remove(0)
    }

    /// A message, which must be MeMo, in a language.
    async fn message(&self, id: &str, language: &str) -> String {
        let answer = self.get(&format!("{}?lang={language}", self.path(id))).await;
        answer.expect(200);
        assert_eq!(answer.header("content-language"), language);
        answer.text()
    }

    async fn post(&self, message: &str, document: impl Into<Vec<u8>>) -> Answer {
        let request = self.machine.request("POST", &format!("{}/replies", self.path(message)));
        let request = request.bearer_auth(&self.token).header("content-type", "application/xml");
        self.machine.send(request.body(document.into())).await
    }
}

/// The ids of the messages on a page of the list.
fn items(list: &str) -> Vec<String> {
    let headers = list.split("<Item ").skip(1);
    headers.map(|item| xml::text(item, "messageID")).collect()
}

/// A reply that tests change at will.
#[derive(Clone)]
struct Reply {
    uuid: String,
    sender: String,
    recipient: String,
    answers: String,
    text: String,
    /// Name, media type and bytes.
    files: Vec<(String, String, Vec<u8>)>,
}

impl Reply {
    /// A reply to a message as it was given out.
    fn to(message: &str, text: &str) -> Self {
        Self {
            uuid: "1f0c4a55-9d43-4b8f-8f4b-6d2a9f1c3c3e".to_owned(),
            sender: xml::text(message, "recipientID"),
            recipient: xml::text(message, "senderID"),
            answers: xml::text(message, "messageUUID"),
            text: text.to_owned(),
            files: Vec::new(),
        }
    }

    fn file(mut self, name: &str, media_type: &str, bytes: &[u8]) -> Self {
        self.files.push((name.to_owned(), media_type.to_owned(), bytes.to_vec()));
        self
    }

    /// The document.
    fn xml(&self) -> String {
        let file = |name: &str, media_type: &str, bytes: &[u8]| {
            format!(
                "<File><encodingFormat>{media_type}</encodingFormat><filename>{name}</filename>\
                 <language>nl</language><content>{}</content></File>",
                BASE64.encode(bytes)
            )
        };
        let main = file("reply.txt", "text/plain", self.text.as_bytes());
        let files: String = self
            .files
            .iter()
            .map(|(name, kind, bytes)| {
                format!("<AdditionalDocument>{}</AdditionalDocument>", file(name, kind, bytes))
            })
            .collect();
        format!(
            "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<Message xmlns=\"https://DigitalPost.dk/MeMo-1\" \
             memoVersion=\"1.2\"><MessageHeader><messageType>DIGITALPOST</messageType>\
             <messageUUID>{}</messageUUID><label>Re</label><Sender><senderID>{}</senderID><idType>MAILBOX</idType>\
             <label>Recipient</label></Sender><Recipient><recipientID>{}</recipientID><idType>CBE</idType>\
             </Recipient><ReplyData><messageUUID>{}</messageUUID></ReplyData></MessageHeader><MessageBody>\
             <createdDateTime>2026-11-22T10:00:00Z</createdDateTime><MainDocument>{main}</MainDocument>{files}\
             </MessageBody></Message>",
            self.uuid, self.sender, self.recipient, self.answers
        )
    }
}

/// A problem of this status and type, named without its prefix; its document.
#[track_caller]
fn expect_problem(answer: &Answer, status: u16, name: &str) -> String {
    answer.expect(status);
    let problem = answer.text();
    assert_eq!(answer.header("content-type"), "application/problem+xml", "{problem}");
    assert_eq!(answer.header("cache-control"), "no-store");
    assert!(problem.contains(&format!(":{name}</type>")), "{name}: {}: {problem}", answer.asked);
    assert_eq!(xml::text(&problem, "status"), status.to_string(), "{problem}");
    assert_eq!(xml::text(&problem, "instance"), format!("urn:uuid:{}", answer.header("belgov-trace-id")));
    problem
}

/// A `badRequest` with this issue, at this place.
#[track_caller]
fn expect_issue(answer: &Answer, kind: &str, name: &str) {
    let problem = expect_problem(answer, 400, "badRequest");
    let found = problem.split("<i>").skip(1).any(|issue| {
        xml::text(issue, "type").ends_with(&format!(":{kind}")) && xml::text(issue, "name") == name
    });
    assert!(found, "{} has no issue {kind} at {name}: {problem}", answer.asked);
}

/// The contents of all documents of a message, decoded.
fn contents(message: &str) -> Vec<Vec<u8>> {
    xml::texts(message, "content").iter().map(|text| BASE64.decode(text.as_bytes()).unwrap()).collect()
}

/// The entries of a header of that name, together.
fn entry(message: &str, name: &str) -> String {
    let entries = message.split("<AdditionalContentData>").skip(1);
    let of = entries.filter(|entry| xml::text(entry, "contentDataName") == name);
    of.map(|entry| xml::text(entry, "contentDataValue")).collect()
}
