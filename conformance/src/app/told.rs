//! What the test hook says and is asked, in its own words. Members that are not known are passed over.

use serde::{Deserialize, Serialize};
use serde_json::Value;
use url::Url;

/// What the app says about itself.
#[derive(Clone, Debug, Deserialize)]
pub struct Info {
    /// The version of the hook.
    pub hook: String,
    /// Name and version of the app.
    pub app: AppName,
    /// What the hook can do.
    #[serde(default)]
    pub operations: Vec<String>,
    /// Where a customer begins.
    pub front: Option<Front>,
    /// Where the app hears what the hub pushes.
    pub events: Option<Url>,
}

/// Name and version of an app.
#[derive(Clone, Debug, Deserialize)]
pub struct AppName {
    /// Its name.
    pub name: String,
    /// Its version.
    pub version: String,
}

/// The app's pages.
#[derive(Clone, Debug, Deserialize)]
pub struct Front {
    /// Where a customer begins.
    pub start: Start,
}

/// How a customer begins.
#[derive(Clone, Debug, Deserialize)]
pub struct Start {
    /// `GET` or `POST`.
    pub method: String,
    /// Where.
    pub url: Url,
}

/// What came of beginning a flow.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Begun {
    /// Its id.
    pub flow_id: String,
    /// `redirected` or `refused`.
    pub state: String,
    /// Where the browser is sent.
    pub authorize_url: Option<Url>,
    /// What the browser holds.
    pub cookies: Vec<String>,
    /// Why the app went no further.
    pub refusal: Option<String>,
    /// How long the hub is left alone.
    pub retry_after_seconds: Option<u64>,
    /// For people.
    pub detail: Option<String>,
}

/// What came of a flow.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Flow {
    /// `redirected`, `connected` or `refused`.
    pub state: String,
    /// Why the app went no further.
    pub refusal: Option<String>,
    /// For people.
    pub detail: Option<String>,
    /// Of a flow that is connected.
    pub connection_id: Option<String>,
    /// What was granted, as the app understands it.
    pub granted: Vec<Value>,
    /// Each answer that reached the redirect URI.
    pub answers: Vec<Answered>,
}

/// What the app did with one answer.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct Answered {
    /// `connected` or `refused`.
    pub outcome: String,
    /// Why it was refused.
    pub refusal: Option<String>,
}

/// How a connection stands.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Connection {
    /// `connected`, `suspended` or `ended`.
    pub state: String,
    /// The mailbox.
    pub mailbox_id: String,
    /// The consent.
    pub consent_id: String,
    /// What was granted.
    pub granted: Vec<Value>,
    /// Where the customer sees the letters.
    pub pages: Option<Pages>,
}

/// Where the customer sees the letters.
#[derive(Clone, Debug, Deserialize)]
pub struct Pages {
    /// The list.
    pub messages: Option<Url>,
    /// One letter, `{messageId}` where the id belongs.
    pub message: Option<String>,
}

/// What is to be read.
#[derive(Clone, Debug, Default, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Question {
    /// `messages`, `message`, `attachment`, `consent`.
    pub what: &'static str,
    /// Of a message and of an attachment.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub message_id: Option<String>,
    /// Of an attachment.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub attachment_id: Option<String>,
    /// Every page of the list.
    pub all: bool,
    /// With the ETag that the app kept.
    pub if_none_match: bool,
}

/// What came of reading, renewing, ending or synchronising.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Outcome {
    /// `ok`, `refused`, `ended`, `suspended`, `gone`, `later`, `denied`, `failed`.
    pub outcome: String,
    /// Why.
    pub refusal: Option<String>,
    /// Of `later`.
    pub retry_after_seconds: Option<u64>,
    /// For people.
    pub detail: Option<String>,
    /// In the order in which they came.
    pub message_ids: Vec<String>,
    /// The file that was read.
    pub attachment: Option<Value>,
    /// The hub said 304.
    pub unchanged: bool,
    /// How many changes were read.
    pub changes: Option<u64>,
}

/// What became of an event.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct EventSeen {
    /// Its name, where it could be read.
    pub jti: Option<String>,
    /// `taken`, `known`, `ignored`, `refused`.
    pub effect: String,
    /// Why it was refused.
    pub refusal: Option<String>,
}

impl Question {
    /// The newest page of the list.
    pub fn messages() -> Self {
        Self { what: "messages", ..Self::default() }
    }

    /// Every page of the list.
    pub fn all() -> Self {
        Self { all: true, ..Self::messages() }
    }

    /// One letter.
    pub fn message(id: &str) -> Self {
        Self { what: "message", message_id: Some(id.to_owned()), ..Self::default() }
    }

    /// A file of a letter.
    pub fn attachment(message: &str, attachment: &str) -> Self {
        let attachment_id = Some(attachment.to_owned());
        Self { what: "attachment", attachment_id, ..Self::message(message) }
    }

    /// The same, with the ETag that the app kept.
    #[must_use]
    pub fn again(mut self) -> Self {
        self.if_none_match = true;
        self
    }
}
