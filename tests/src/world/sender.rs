//! A sender application of a public body.

use reqwest::RequestBuilder;
use serde_json::{Value, json};

use super::answer::Answer;
use super::letter::Letter;
use super::machine::Machine;
use super::people::enterprise;
use super::setting::authorities;
use super::stage::Stage;
use crate::authority::Credential;

/// A sender application with its certificate and a token.
#[derive(Clone)]
pub struct Sender<'w> {
    /// Its client.
    pub machine: Machine<'w>,
    /// Its certificate.
    pub credential: Credential,
    /// Its client id.
    pub client_id: String,
    /// The number of its organization.
    pub organization: String,
    /// What it may publish.
    pub message_type: &'static str,
    /// A token with every scope.
    pub token: String,
}

impl Stage {
    /// The sender application `tax` or `family`.
    pub async fn sender(&self, name: &str) -> Sender<'_> {
        let (organization, message_type) = match name {
            "tax" => (enterprise(11), "tax-assessment"),
            "family" => (enterprise(12), "family-benefits"),
            other => panic!("there is no sender {other}"),
        };
        let client_id = format!("{name}-mailroom");
        let credential = authorities().senders.client(&format!("urn:test:{client_id}"));
        let machine = self.machine(Some(&credential));
        let token = machine.client_credentials(&client_id, "publish status recipients feed").await;
        Sender { machine, credential, client_id, organization, message_type, token }
    }
}

impl Sender<'_> {
    /// A letter in this sender's name, without content.
    pub fn letter(&self, recipient: &Value, subject: &str) -> Letter {
        let mut letter = Letter::to(recipient, subject);
        letter.metadata["senderOrganization"] = self.organization.as_str().into();
        letter.metadata["messageType"] = self.message_type.into();
        letter
    }

    /// Publishes, and gives whatever is answered.
    pub async fn publish(&self, letter: &Letter) -> Answer {
        self.machine.send(self.publication(letter)).await
    }

    /// The request that publishes a letter.
    pub fn publication(&self, letter: &Letter) -> RequestBuilder {
        let (media_type, body) = letter.form();
        self.posted(&letter.key, &media_type, body)
    }

    /// A request that publishes whatever this body is.
    pub fn posted(&self, key: &str, media_type: &str, body: Vec<u8>) -> RequestBuilder {
        self.machine
            .request("POST", "/sender/v1/messages")
            .bearer_auth(&self.token)
            .header("idempotency-key", format!("\"{key}\""))
            .header("content-type", media_type)
            .body(body)
    }

    /// Publishes a letter with a PDF to somebody who is reached; gives the message's id.
    pub async fn publishes(&self, recipient: &Value, subject: &str) -> String {
        let letter = self.letter(recipient, subject).body("Zie de **bijlage**.").pdf("brief.pdf", 20_000);
        self.delivers(&letter).await
    }

    /// Publishes to somebody who is reached; gives the message's id.
    pub async fn delivers(&self, letter: &Letter) -> String {
        self.machine.stage.never_shown(letter.metadata["subject"]["en"].as_str().unwrap());
        let answer = self.publish(letter).await.expect(201);
        assert_eq!(answer["delivered"], true, "{answer:#}");
        answer["messageId"].as_str().unwrap().to_owned()
    }

    /// What became of a message.
    pub async fn status(&self, message: &str) -> Answer {
        self.machine.get(&format!("/sender/v1/messages/{message}"), Some(&self.token)).await
    }

    /// Asks whether recipients can be reached.
    pub async fn reach(&self, recipients: &[Value]) -> Answer {
        let query = json!({"senderOrganization": self.organization, "messageType": self.message_type,
            "recipients": recipients});
        let request = self.machine.request("POST", "/sender/v1/recipients/query").bearer_auth(&self.token);
        self.machine.send(request.json(&query)).await
    }
}
