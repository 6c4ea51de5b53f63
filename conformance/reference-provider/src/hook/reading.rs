//! What a customer or the scheduler does with a connection.

use std::sync::Arc;

use serde::Deserialize;
use serde_json::{Value, json};

use super::{
    Hook,
    codes::{Step, verdict},
    flows::{explain, put},
};
use crate::{
    connection::Connection,
    error::Error,
    mailbox::{Message, MessageSummary},
    synchroniser::Pace,
};

/// What the suite wants to be read.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Question {
    what: What,
    #[serde(default)]
    message_id: String,
    #[serde(default)]
    attachment_id: String,
    #[serde(default)]
    all: bool,
    #[serde(default)]
    if_none_match: bool,
}

#[derive(Clone, Copy, Deserialize)]
#[serde(rename_all = "camelCase")]
enum What {
    Messages,
    Message,
    Attachment,
    Consent,
}

/// Reads as the customer would.
pub(super) async fn read(connection: &Arc<Connection>, question: &Question) -> Value {
    outcome(answer(connection, question).await)
}

/// Renews the access token.
pub(super) async fn refresh(connection: &Connection) -> Value {
    outcome(connection.refresh().await.map(|()| json!({})))
}

/// Disconnects.
pub(super) async fn end(connection: &Connection) -> Value {
    outcome(connection.end().await.map(|()| json!({})))
}

impl Hook {
    /// One pass over the change feed, to its end.
    pub(super) async fn synchronise(&self) -> Value {
        let mut synchroniser = self.synchroniser.lock().await;
        let before = synchroniser.read();
        let passed = loop {
            match synchroniser.follow(0).await {
                Ok(Pace::AtOnce) => {}
                Ok(Pace::After(_)) => break Ok(()),
                Err(error) => break Err(error),
            }
        };
        let changes = synchroniser.read() - before;
        let mut told = outcome(passed.map(|()| json!({})));
        put(&mut told, "changes", json!(changes));
        told
    }
}

async fn answer(connection: &Arc<Connection>, question: &Question) -> Result<Value, Error> {
    let Question { what, message_id, attachment_id, all, if_none_match } = question;
    match (what, all, if_none_match) {
        (What::Messages, true, _) => Ok(listed(&connection.all_messages().await?)),
        (What::Messages, false, false) => Ok(listed(&connection.messages(None).await?.items)),
        (What::Messages, false, true) => {
            Ok(connection.news().await?.map_or_else(unchanged, |page| listed(&page.items)))
        }
        (What::Message, _, false) => Ok(one(&connection.message(message_id).await?)),
        (What::Message, _, true) => {
            Ok(connection.message_if_changed(message_id).await?.map_or_else(unchanged, |found| one(&found)))
        }
        (What::Attachment, ..) => attachment(connection, message_id, attachment_id).await,
        (What::Consent, ..) => {
            let consent = connection.consent().await?;
            Ok(json!({ "detail": format!("{} {}", consent.consent_id, consent.state) }))
        }
    }
}

async fn attachment(connection: &Connection, message: &str, attachment: &str) -> Result<Value, Error> {
    let message = connection.message(message).await?;
    let found = message.attachments.iter().find(|found| found.attachment_id == attachment);
    let found = found.ok_or(Error::Broken("no such attachment"))?;
    let size = connection.attachment(&message.message_id, found, &mut tokio::io::sink()).await?;
    Ok(json!({ "attachment": { "size": size, "sha256": found.digest.digest_value } }))
}

fn listed(messages: &[MessageSummary]) -> Value {
    let ids: Vec<_> = messages.iter().map(|message| message.message_id.as_str()).collect();
    let subjects: Vec<_> = messages
        .iter()
        .map(|message| json!({ "messageId": message.message_id, "subject": message.subject.text() }))
        .collect();
    json!({ "messageIds": ids, "messages": subjects, "unchanged": false })
}

fn one(message: &Message) -> Value {
    let told = json!({ "messageId": message.message_id, "subject": message.subject.text() });
    json!({ "messageIds": [message.message_id], "messages": [told], "unchanged": false })
}

fn unchanged() -> Value {
    json!({ "unchanged": true })
}

/// What came of it, in the suite's words.
fn outcome(result: Result<Value, Error>) -> Value {
    match result {
        Ok(mut told) => {
            put(&mut told, "outcome", json!("ok"));
            told
        }
        Err(error) => {
            let mut told = json!({ "outcome": verdict(&error, Step::Use).outcome });
            explain(&mut told, &error, Step::Use);
            told
        }
    }
}
